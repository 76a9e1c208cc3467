//! Words that do not belong: unfinished code, the paths of one machine, and talk of anything but the project.
//!
//! The words are written in two parts below, so that this file does not find itself.

use super::tree::Tree;

/// Signs of code that was left for later.
const UNFINISHED: [(&str, &str); 8] = [
    ("todo", "!("),
    ("unimplemented", "!("),
    ("#[ig", "nore"),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X"),
    ("HA", "CK"),
    ("//! In pro", "gress"),
];

/// The beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [(&str, &str); 6] =
    [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/Us", "ers/"), ("/fa", "rm/"), ("C:", "\\")];

/// Words, in lower case, of another subject than this project.
const FOREIGN: [(&str, &str); 8] = [
    ("assis", "tant"),
    ("chat", "bot"),
    ("chat", "gpt"),
    ("open", "ai"),
    ("anth", "ropic"),
    ("cla", "ude"),
    ("copi", "lot"),
    ("language mo", "del"),
];

/// No code is left for later.
pub fn unfinished_code(tree: &Tree) -> Vec<String> {
    tree.texts("", ".rs").flat_map(|(path, text)| occurrences(path, text, &UNFINISHED, str::to_owned)).collect()
}

/// No text names a path of somebody's machine.
pub fn machine_paths(tree: &Tree) -> Vec<String> {
    let own = |path: &str| path.rsplit('.').next().is_some_and(|ending| ending != "lock");
    let texts = tree.texts("", "").filter(|(path, _)| own(path));
    texts.flat_map(|(path, text)| occurrences(path, text, &MACHINE_PATHS, str::to_owned)).collect()
}

/// The repository speaks of itself alone.
pub fn foreign_words(tree: &Tree) -> Vec<String> {
    tree.texts("", "").flat_map(|(path, text)| occurrences(path, text, &FOREIGN, str::to_lowercase)).collect()
}

/// Where `words` stand in the text as whole words, after `fold`.
fn occurrences(path: &str, text: &str, words: &[(&str, &str)], fold: fn(&str) -> String) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = fold(line);
        for (head, tail) in words {
            let word = format!("{head}{tail}");
            if stands_alone(&line, &word) {
                findings.push(format!("{path}:{}: `{word}` does not belong here", at + 1));
            }
        }
    }
    findings
}

/// Whether `word` stands in `line` without a letter before it or, when it ends in a letter, after it. A path must
/// stand at its root: `a/b/` does not hold `/b/`.
fn stands_alone(line: &str, word: &str) -> bool {
    let letter = |sign: Option<char>| sign.is_some_and(char::is_alphabetic);
    let joined =
        |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || ['.', '_', '-'].contains(&sign));
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let starts = match word.chars().next() {
            Some('/') => !joined(before),
            first => !letter(first) || !letter(before),
        };
        let ends = !letter(word.chars().next_back()) || !letter(line[at + word.len()..].chars().next());
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    #[test]
    fn unfinished_code_is_found() {
        let clean = [("engines/b.rs", "fn methodology() {} // ignored")];
        for (planted, word) in [
            (concat!("fn a() { to", "do!() }"), concat!("to", "do!(")),
            (concat!("#[ig", "nore = \"slow\"]"), concat!("#[ig", "nore")),
            (concat!("// FIX", "ME later"), concat!("FIX", "ME")),
        ] {
            let finding = format!("engines/a.rs:1: `{word}` does not belong here");
            finds(super::unfinished_code, &clean, ("engines/a.rs", planted), &finding);
        }
    }

    #[test]
    fn a_machine_path_is_found() {
        let clean = [("README.md", concat!("see benches/ro", "ot/ and ..", "/wo", "rk/shared"))];
        let planted = concat!("\nread it from /ro", "ot/data");
        let finding = concat!("notes.md:2: `/ro", "ot/` does not belong here");
        finds(super::machine_paths, &clean, ("notes.md", planted), finding);
    }

    #[test]
    fn a_foreign_word_is_found_in_any_case() {
        let clean = [("README.md", "A reopened aim; the assistance of tests")];
        let planted = concat!("Written with Open", "AI");
        let finding = concat!("notes.md:1: `open", "ai` does not belong here");
        finds(super::foreign_words, &clean, ("notes.md", planted), finding);
    }
}
