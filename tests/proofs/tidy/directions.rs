//! Who may use whom: ARCHITECTURE.md section 3 as a table.
//!
//! ```text
//! domain ◄─ builtin, v1, v2 ◄─ faults (v2 with a known fault; it uses builtin's face of a config)
//!   ▲  ▲──── journal ◄─┬─ replay
//!   │                  ├─ judge ◄─ kronos
//!   │                  └─ columnar
//!   ├──── external
//!   └── prometheus (the command line) uses all; only tests and benches use it
//! ```

use super::manifests::dependency_lines;
use super::tree::Tree;

const ALL: &[&str] = &[
    "domain",
    "builtin",
    "v1",
    "v2",
    "faults",
    "journal",
    "columnar",
    "replay",
    "judge",
    "kronos",
    "external",
    "prometheus",
];

/// For each package: its folder, its name, and which of ours it may use, in any of its dependency tables.
const MAY_USE: [(&str, &str, &[&str]); 14] = [
    ("engines/domain", "domain", &[]),
    ("engines/builtin", "builtin", &["domain"]),
    ("engines/v1", "v1", &["domain"]),
    ("engines/v2", "v2", &["domain"]),
    ("engines/faults", "faults", &["domain", "builtin", "v2"]),
    ("harness/journal", "journal", &["domain"]),
    ("harness/columnar", "columnar", &["domain", "journal"]),
    ("harness/replay", "replay", &["domain", "journal"]),
    ("harness/judge", "judge", &["domain", "journal"]),
    ("harness/kronos", "kronos", &["domain", "journal", "judge"]),
    ("harness/external", "external", &["domain"]),
    (
        "harness/cli",
        "prometheus",
        &["domain", "builtin", "v1", "v2", "faults", "journal", "columnar", "replay", "judge", "kronos", "external"],
    ),
    ("tests", "tests", ALL),
    ("benches", "benches", ALL),
];

/// Where heavy dependencies would be paid for by everyone.
const LIGHT: [&str; 6] =
    ["engines/", "harness/journal/", "harness/judge/", "harness/kronos/", "harness/replay/", "harness/external/"];

/// The beginnings of the names of heavy dependencies.
const HEAVY: [&str; 15] = [
    "arrow",
    "parquet",
    "csv",
    "clap",
    "sqlx",
    "tokio",
    "rayon",
    "reqwest",
    "hyper",
    "indicatif",
    "comfy-table",
    "criterion",
    "proptest",
    "insta",
    "rstest",
];

/// No package uses one of ours that it may not know.
pub fn dependency_directions(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("", "/Cargo.toml") {
        let folder = path.trim_end_matches("/Cargo.toml");
        let Some((_, name, allowed)) = MAY_USE.iter().find(|(known, ..)| *known == folder) else {
            findings.push(format!("{path}: the table of directions has no line for this package"));
            continue;
        };
        for line in dependency_lines(text) {
            if ALL.contains(&line.name) && !allowed.contains(&line.name) {
                let (at, used, table) = (line.line, line.name, line.table);
                findings.push(format!("{path}:{at}: `{name}` may not use `{used}` ({table})"));
            }
        }
    }
    findings
}

/// What may stand in the tests of a light package: only whoever runs them pays for it.
const TEST_TOOLS: [&str; 2] = ["proptest", "rstest"];

/// No light package pays for a heavy dependency.
pub fn heavy_dependencies(tree: &Tree) -> Vec<String> {
    let light = |path: &str| LIGHT.iter().any(|folder| path.starts_with(folder));
    let mut findings = Vec::new();
    for (path, text) in tree.texts("", "/Cargo.toml").filter(|(path, _)| light(path)) {
        for line in dependency_lines(text) {
            let for_tests = line.table == "dev-dependencies" && TEST_TOOLS.contains(&line.name);
            if HEAVY.iter().any(|heavy| line.name.starts_with(heavy)) && !for_tests {
                findings.push(format!("{path}:{}: `{}` is too heavy for this place", line.line, line.name));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    #[test]
    fn a_forbidden_direction_is_found() {
        let path = "harness/judge/Cargo.toml";
        let clean = [(path, "[dependencies]\njournal.workspace = true\n")];
        let planted = "[dependencies]\njournal.workspace = true\n[dev-dependencies]\nbuiltin = { workspace = true }\n";
        let finding = "harness/judge/Cargo.toml:4: `judge` may not use `builtin` (dev-dependencies)";
        finds(super::dependency_directions, &clean, (path, planted), finding);
    }

    #[test]
    fn a_package_without_a_direction_is_found() {
        let finding = "harness/kiosk/Cargo.toml: the table of directions has no line for this package";
        finds(super::dependency_directions, &[], ("harness/kiosk/Cargo.toml", ""), finding);
    }

    #[test]
    fn a_heavy_dependency_is_found() {
        let clean = [("harness/columnar/Cargo.toml", "[dependencies]\nparquet = \"59\"\n")];
        let finding = "engines/domain/Cargo.toml:2: `arrow-array` is too heavy for this place";
        finds(
            super::heavy_dependencies,
            &clean,
            ("engines/domain/Cargo.toml", "[dependencies]\narrow-array = \"59\"\n"),
            finding,
        );
    }
}
