//! House rules as proofs.
//!
//! A rule is a pure function from a [`Tree`] of files to findings, one sentence each. On the repository it must
//! find nothing; on a tree with a planted violation it must find exactly that. So no rule can be dead:
//!
//! ```text
//! rule(tree of the repository)                  == []
//! rule(tree with a file of 501 lines planted)   == ["engines/a.rs has 501 lines; the limit is 500"]
//! ```

mod directions;
mod facts;
mod heads;
mod manifests;
mod scanner;
mod sizes;
mod tree;
mod walls;
mod words;

use std::sync::LazyLock;

use rstest::rstest;
use tree::Tree;

/// A house rule: the violations in a tree, a sentence each.
type Rule = fn(&Tree) -> Vec<String>;

static REPOSITORY: LazyLock<Tree> = LazyLock::new(|| Tree::of_folder(&crate::support::repository()));

#[rstest]
#[case::file_length(sizes::file_length)]
#[case::function_length(sizes::function_length)]
#[case::public_items(sizes::public_items)]
#[case::large_files(sizes::large_files)]
#[case::module_heads(heads::module_heads)]
#[case::unfinished_code(words::unfinished_code)]
#[case::machine_paths(words::machine_paths)]
#[case::foreign_words(words::foreign_words)]
#[case::dependency_reasons(manifests::dependency_reasons)]
#[case::inherited_lints(manifests::inherited_lints)]
#[case::known_members(manifests::known_members)]
#[case::dependency_directions(directions::dependency_directions)]
#[case::heavy_dependencies(directions::heavy_dependencies)]
#[case::silenced_lints(walls::silenced_lints)]
#[case::hidden_walls(walls::hidden_walls)]
#[case::facts_hold_no_code(facts::facts_hold_no_code)]
#[case::unread_scenarios(facts::unread_scenarios)]
#[case::missing_cases(facts::missing_cases)]
#[case::unread_tapes(facts::unread_tapes)]
#[case::orphan_goldens(facts::orphan_goldens)]
#[case::missing_goldens(facts::missing_goldens)]
fn the_repository_keeps(#[case] rule: Rule) {
    let findings = rule(&REPOSITORY);
    assert!(findings.is_empty(), "{} finding(s):\n  {}", findings.len(), findings.join("\n  "));
}

/// The self-test of a rule: it finds nothing in `clean`, and exactly `finding` once `planted` is added.
#[track_caller]
fn finds(rule: Rule, clean: &[(&str, &str)], planted: (&str, &str), finding: &str) {
    assert_eq!(rule(&Tree::of_texts(clean)), Vec::<String>::new(), "the clean tree must pass");
    let with_plant: Vec<(&str, &str)> =
        clean.iter().filter(|(path, _)| *path != planted.0).copied().chain([planted]).collect();
    assert_eq!(rule(&Tree::of_texts(&with_plant)), vec![finding.to_owned()]);
}
