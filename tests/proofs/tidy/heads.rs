//! Every module opens with its idea.

use super::tree::Tree;

/// Each source file of engines and harness, of the proofs and the benches begins with `//!`.
pub fn module_heads(tree: &Tree) -> Vec<String> {
    let headless = |text: &str| !text.starts_with("//!");
    tree.texts("", ".rs")
        .filter(|(_, text)| headless(text))
        .map(|(path, _)| format!("{path} does not open with `//!` and what the module is about"))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_module_without_a_head_is_found() {
        let clean = [("engines/b/src/lib.rs", "//! About b.\n")];
        let finding = "engines/a/src/lib.rs does not open with `//!` and what the module is about";
        super::super::finds(super::module_heads, &clean, ("engines/a/src/lib.rs", "fn a() {}\n"), finding);
    }
}
