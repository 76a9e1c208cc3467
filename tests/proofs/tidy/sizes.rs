//! Sizes: files, functions, what a module shows, and what git carries.

use std::collections::BTreeMap;

use super::scanner::{functions, public_items as shown_items, tokens};
use super::tree::Tree;

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const PUBLIC_ITEMS_MAX: usize = 7;
/// Larger files make every clone slow for ever, so each needs a line in [`LARGE_FILES`].
const FILE_BYTES_MAX: u64 = 3 << 20;
/// Files beyond the limit, and why each may stay.
const LARGE_FILES: [(&str, &str); 0] = [];

/// No source file is longer than a reader wants to scroll.
pub fn file_length(tree: &Tree) -> Vec<String> {
    let measured = tree.texts("", ".rs").map(|(path, text)| (path, text.lines().count()));
    measured
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(path, lines)| format!("{path} has {lines} lines; the limit is {FILE_LINES_MAX}"))
        .collect()
}

/// No function is longer than a screen.
pub fn function_length(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("", ".rs") {
        for function in functions(&tokens(text)).iter().filter(|function| function.length > FUNCTION_LINES_MAX) {
            let (name, line, length) = (&function.name, function.line, function.length);
            findings.push(format!("{path}:{line}: fn {name} has {length} lines; the limit is {FUNCTION_LINES_MAX}"));
        }
    }
    findings
}

/// No module shows more than a reader can hold in the head.
pub fn public_items(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("", ".rs") {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for item in shown_items(&tokens(text)) {
            *counts.entry(item.module).or_default() += 1;
        }
        for (module, count) in counts.into_iter().filter(|(_, count)| *count > PUBLIC_ITEMS_MAX) {
            let module = if module.is_empty() { path.to_owned() } else { format!("{path} (mod {module})") };
            findings.push(format!("{module} shows {count} public items; the limit is {PUBLIC_ITEMS_MAX}"));
        }
    }
    findings
}

/// Git carries no large file without a reason, and no reason without a large file.
pub fn large_files(tree: &Tree) -> Vec<String> {
    let excepted = |path: &str| LARGE_FILES.iter().any(|(known, _)| *known == path);
    let large: Vec<(&str, u64)> =
        tree.files().map(|(path, file)| (path, file.bytes)).filter(|(_, bytes)| *bytes > FILE_BYTES_MAX).collect();
    let unexplained = large.iter().filter(|(path, _)| !excepted(path)).map(|(path, bytes)| {
        format!("{path} has {bytes} bytes; the limit is {FILE_BYTES_MAX} without a stated reason")
    });
    let stale = LARGE_FILES
        .iter()
        .filter(|(known, _)| !large.iter().any(|(path, _)| path == known))
        .map(|(known, _)| format!("{known} is excepted as a large file and is none"));
    unexplained.chain(stale).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    #[test]
    fn a_file_of_501_lines_is_found() {
        let (fits, long) = ("\n".repeat(500), "\n".repeat(501));
        let finding = "engines/a.rs has 501 lines; the limit is 500";
        finds(super::file_length, &[("engines/b.rs", &fits)], ("engines/a.rs", &long), finding);
    }

    #[test]
    fn a_function_of_71_lines_is_found() {
        let function = |lines: usize| format!("fn a() {{\n{}}}\n", "x();\n".repeat(lines - 2));
        let finding = "engines/a.rs:1: fn a has 71 lines; the limit is 70";
        finds(super::function_length, &[("engines/b.rs", &function(70))], ("engines/a.rs", &function(71)), finding);
    }

    #[test]
    fn an_eighth_public_item_is_found() {
        let items = "pub fn a() {}\n".repeat(7);
        let crowded = format!("{items}pub mod m {{ {items} pub struct B; }}");
        let finding = "engines/a.rs (mod m) shows 8 public items; the limit is 7";
        finds(super::public_items, &[("engines/a.rs", &items)], ("engines/a.rs", &crowded), finding);
    }

    #[test]
    fn a_large_file_is_found() {
        let (fits, large) = ("x".repeat(3 << 20), "x".repeat((3 << 20) + 1));
        let finding = "data.bin has 3145729 bytes; the limit is 3145728 without a stated reason";
        finds(super::large_files, &[("b.bin", &fits)], ("data.bin", &large), finding);
    }
}
