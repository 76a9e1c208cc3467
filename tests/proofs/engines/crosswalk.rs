//! Every test that `docs/invariants.md` names exists.
//!
//! A name is written as `path/of/file.rs::function`, the path from the root of the repository; the file must hold a
//! function of that name under `#[test]` or `#[rstest]`, or inside `proptest!`.

use std::fs;

use crate::support::repository;

/// What takes a test out of the usual runs, in two parts so that this file does not hold it.
const LEFT_OUT: &str = concat!("#[ign", "ore");

/// The names in a document: what stands between back-quotes and holds `.rs::`.
fn names(document: &str) -> Vec<(&str, &str)> {
    document.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split_once(".rs::")).collect()
}

/// Whether a file defines the function as a test.
fn defines(text: &str, function: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {function}(")) else { return false };
    // What belongs to the function stands after the end of the item before it.
    let own = before.rsplit("\n}").next().unwrap_or(before).rsplit("\n    }\n").next().unwrap_or_default();
    (own.contains("#[test]") || own.contains("#[rstest")) && !own.contains(LEFT_OUT)
}

#[test]
fn every_test_that_the_document_names_exists() {
    let document = fs::read_to_string(repository().join("docs/invariants.md")).unwrap();
    let names = names(&document);
    assert!(names.len() > 100, "{} tests are named", names.len());
    let missing = |(file, function): &&(&str, &str)| {
        let text = fs::read_to_string(repository().join(format!("{file}.rs"))).unwrap_or_default();
        !defines(&text, function)
    };
    let missing: Vec<_> = names.iter().filter(missing).collect();
    assert!(missing.is_empty(), "named, but not there: {missing:#?}");
}

#[test]
fn a_name_that_is_not_there_is_found() {
    assert_eq!(names("| a | `x/y.rs::holds`, `code` |"), [("x/y", "holds")]);
    let file = "fn help() {}\n\n#[test]\nfn holds() {\n}\n\nfn helps() {\n}\n";
    assert!(defines(file, "holds"));
    assert!(!defines(file, "help") && !defines(file, "helps") && !defines(file, "hold"));
}
