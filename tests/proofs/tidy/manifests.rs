//! Manifests: each dependency with its reason, each member known and under the house's lints.

use super::tree::Tree;

/// Packages with lints of their own, and why.
const OWN_LINTS: [(&str, &str); 1] = [(
    "benches/Cargo.toml",
    "counting allocations takes one unsafe impl, in memory.rs; everything else stays as strict",
)];

/// One line of a dependency table.
pub struct DependencyLine<'t> {
    /// The table, for example `dev-dependencies`.
    pub table: &'t str,
    /// The name before the first dot or equals sign.
    pub name: &'t str,
    /// The number of the line, from 1.
    pub line: usize,
    /// Whether the version and the reason stand in the workspace's own table.
    inherited: bool,
    /// Whether a comment stands on the line, or above it in the same block.
    explained: bool,
}

/// Every dependency says why it is there, on its line or above its block, here or in the workspace's table.
pub fn dependency_reasons(tree: &Tree) -> Vec<String> {
    let root = dependency_lines(tree.text("Cargo.toml").unwrap_or_default());
    let explained_by_root = |name: &str| root.iter().any(|line| line.name == name && line.explained);
    let mut findings = Vec::new();
    for (path, text) in tree.texts("", "Cargo.toml") {
        for line in dependency_lines(text) {
            let explained = line.explained || (line.inherited && explained_by_root(line.name));
            if !explained {
                findings
                    .push(format!("{path}:{}: `{}` has no comment that says why it is needed", line.line, line.name));
            }
        }
    }
    findings
}

/// Every member takes the workspace's lints.
pub fn inherited_lints(tree: &Tree) -> Vec<String> {
    let members = tree.texts("", "/Cargo.toml").filter(|(path, _)| !OWN_LINTS.iter().any(|(known, _)| known == path));
    members
        .filter(|(_, text)| !text.contains("[lints]\nworkspace = true"))
        .map(|(path, _)| format!("{path} does not say `[lints] workspace = true`"))
        .collect()
}

/// Every package in the tree is a member of the workspace, so nothing escapes the checks.
pub fn known_members(tree: &Tree) -> Vec<String> {
    let root: toml::Table = tree.text("Cargo.toml").unwrap_or_default().parse().unwrap();
    let members = root.get("workspace").and_then(|workspace| workspace.get("members")).and_then(toml::Value::as_array);
    let members: Vec<&str> = members.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    tree.texts("", "/Cargo.toml")
        .filter_map(|(path, _)| path.strip_suffix("/Cargo.toml"))
        .filter(|folder| !members.contains(folder))
        .map(|folder| format!("{folder} holds a package that is no member of the workspace"))
        .collect()
}

/// The dependency lines of a manifest, in their order.
pub fn dependency_lines(manifest: &str) -> Vec<DependencyLine<'_>> {
    let mut lines = Vec::new();
    let (mut table, mut block_explained, mut open_brackets) = ("", false, 0_i32);
    for (at, line) in manifest.lines().enumerate() {
        let (code, comment) = line.split_once('#').map_or((line, false), |(code, _)| (code, true));
        let code = code.trim();
        let continued = open_brackets > 0;
        if code.starts_with('[') && !continued {
            (table, block_explained) = (code.trim_matches(['[', ']']), false);
            continue;
        }
        open_brackets += code.matches('[').count() as i32 - code.matches(']').count() as i32;
        match code.split_once('=') {
            Some((key, value)) if !continued && table.ends_with("dependencies") => lines.push(DependencyLine {
                table,
                name: key.trim().split('.').next().unwrap_or_default(),
                line: at + 1,
                inherited: key.trim().ends_with(".workspace") || value.contains("workspace = true"),
                explained: comment || block_explained,
            }),
            None if code.is_empty() => block_explained = comment,
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    const ROOT: (&str, &str) = (
        "Cargo.toml",
        "[workspace]\nmembers = [\"engines/a\"]\n[workspace.dependencies]\n# Digests.\nblake3 = \"1\"\n\nserde = \"1\"\n",
    );

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let clean = [
            (
                "Cargo.toml",
                "[workspace.dependencies]\n# Digests.\nblake3 = { version = \"1\", features = [\n  \"a\",\n] }\n",
            ),
            ("engines/a/Cargo.toml", "[dependencies]\nblake3.workspace = true\ncsv = \"1\" # prices\n"),
        ];
        let finding = "engines/a/Cargo.toml:5: `csv` has no comment that says why it is needed";
        let planted = "[dependencies]\n# Digests.\nblake3.workspace = true\n\ncsv = \"1\"\n";
        finds(super::dependency_reasons, &clean, ("engines/a/Cargo.toml", planted), finding);
        let finding = "Cargo.toml:7: `serde` has no comment that says why it is needed";
        finds(super::dependency_reasons, &clean, ROOT, finding);
    }

    #[test]
    fn a_package_with_lints_of_its_own_is_found() {
        let clean = [ROOT, ("engines/a/Cargo.toml", "[lints]\nworkspace = true\n")];
        let finding = "engines/a/Cargo.toml does not say `[lints] workspace = true`";
        finds(super::inherited_lints, &clean, ("engines/a/Cargo.toml", "[lints.rust]\n"), finding);
    }

    #[test]
    fn a_package_outside_the_workspace_is_found() {
        let clean = [ROOT, ("engines/a/Cargo.toml", "")];
        let finding = "engines/b holds a package that is no member of the workspace";
        finds(super::known_members, &clean, ("engines/b/Cargo.toml", ""), finding);
    }
}
