//! Facts and their readers: scenarios, suites, tapes and goldens, in pairs checked both ways.

use std::collections::BTreeSet;

use super::tree::Tree;

/// Tapes that no case trades or reads, and why each is there.
const NOT_READ: [(&str, &str); 2] = [
    ("factors", "returns of factors: nothing in them can be bought"),
    ("index_membership", "which names an index held: nothing in it can be bought"),
];

/// Folders of `golden/` that hold no case.
const NOT_CASES: [&str; 3] = ["policy", "formats", "v1"];

/// Facts are data: `scenarios/` and `golden/` hold no code.
pub fn facts_hold_no_code(tree: &Tree) -> Vec<String> {
    let code = ["scenarios/", "golden/"].into_iter().flat_map(|folder| tree.texts(folder, ".rs"));
    code.map(|(path, _)| format!("{path} is code among facts")).collect()
}

/// Every file below `scenarios/cases` is a case that some suite reads.
pub fn unread_scenarios(tree: &Tree) -> Vec<String> {
    let suites = suites(tree);
    let read = |name: &str| suites.iter().any(|(_, cases)| cases.iter().any(|case| case == name));
    let files = tree.files().filter_map(|(path, _)| Some((path, path.strip_prefix("scenarios/cases/")?)));
    files
        .filter(|(_, file)| !file.strip_suffix(".toml").is_some_and(read))
        .map(|(path, _)| format!("{path} is read by no suite"))
        .collect()
}

/// Every case of a suite has its file.
pub fn missing_cases(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for (suite, cases) in suites(tree) {
        for case in cases {
            let path = format!("scenarios/cases/{case}.toml");
            if tree.text(&path).is_none() {
                findings.push(format!("{suite} names the case {case}, and {path} does not exist"));
            }
        }
    }
    findings
}

/// Every tape is traded or read by some case, or has a stated reason not to be.
pub fn unread_tapes(tree: &Tree) -> Vec<String> {
    let read: BTreeSet<String> =
        tree.texts("scenarios/cases/", ".toml").flat_map(|(_, text)| tapes_of(&table(text))).collect();
    let excepted = |tape: &str| NOT_READ.iter().any(|(known, _)| *known == tape);
    let tapes = tree.folders("scenarios/tapes/").into_iter().filter(|tape| !read.contains(*tape) && !excepted(tape));
    let unread = tapes.map(|tape| format!("scenarios/tapes/{tape} is read by no case"));
    let stale = NOT_READ.iter().filter(|(tape, _)| read.contains(*tape));
    unread.chain(stale.map(|(tape, _)| format!("scenarios/tapes/{tape} is excepted and is read"))).collect()
}

/// Every golden belongs to a case.
pub fn orphan_goldens(tree: &Tree) -> Vec<String> {
    let orphan = |name: &&str| !NOT_CASES.contains(name) && !case_names(tree).contains(name);
    let orphans = tree.folders("golden/").into_iter().filter(orphan);
    orphans.map(|name| format!("golden/{name} has no scenarios/cases/{name}.toml")).collect()
}

/// Every case has its golden.
pub fn missing_goldens(tree: &Tree) -> Vec<String> {
    let goldens = tree.folders("golden/");
    let missing = case_names(tree).into_iter().filter(|name| !goldens.contains(name));
    missing.map(|name| format!("scenarios/cases/{name}.toml has no golden/{name}")).collect()
}

/// The tape that a case trades, and those whose series or texts it reads.
fn tapes_of(case: &toml::Table) -> Vec<String> {
    let Some(market) = case.get("market") else { return Vec::new() };
    let lists = ["series", "texts"].into_iter().filter_map(|list| market.get(list)?.as_array());
    let named = std::iter::once(market).chain(lists.flatten()).filter_map(|from| from.get("tape")?.as_str());
    named.map(str::to_owned).collect()
}

fn case_names(tree: &Tree) -> Vec<&str> {
    let files = tree.texts("scenarios/cases/", ".toml").map(|(path, _)| path.trim_end_matches(".toml"));
    files.filter_map(|path| path.rsplit('/').next()).collect()
}

/// The path of each suite file and the cases that it names.
fn suites(tree: &Tree) -> Vec<(&str, Vec<String>)> {
    let cases = |text: &str| {
        let table = table(text);
        let cases = table.get("cases").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        cases.iter().filter_map(|case| Some(case.as_str()?.to_owned())).collect()
    };
    tree.texts("scenarios/suites/", ".toml").map(|(path, text)| (path, cases(text))).collect()
}

fn table(text: &str) -> toml::Table {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    const CLEAN: [(&str, &str); 5] = [
        ("scenarios/suites/pr.toml", "cases = [\"a\"]"),
        ("scenarios/cases/a.toml", "[market]\ntape = \"us\""),
        ("scenarios/tapes/us/tape.toml", ""),
        ("golden/a/manifest.toml", ""),
        ("golden/policy/tolerances.toml", ""),
    ];

    #[test]
    fn code_among_facts_is_found() {
        let finding = "golden/a/generate.rs is code among facts";
        finds(super::facts_hold_no_code, &CLEAN, ("golden/a/generate.rs", ""), finding);
    }

    #[test]
    fn an_unread_scenario_is_found() {
        let finding = "scenarios/cases/b.toml is read by no suite";
        finds(super::unread_scenarios, &CLEAN, ("scenarios/cases/b.toml", ""), finding);
        let finding = "scenarios/cases/notes.md is read by no suite";
        finds(super::unread_scenarios, &CLEAN, ("scenarios/cases/notes.md", ""), finding);
    }

    #[test]
    fn a_missing_case_is_found() {
        let planted = ("scenarios/suites/pr.toml", "cases = [\"a\", \"b\"]");
        let finding = "scenarios/suites/pr.toml names the case b, and scenarios/cases/b.toml does not exist";
        finds(super::missing_cases, &CLEAN, planted, finding);
    }

    #[test]
    fn an_unread_tape_is_found() {
        let finding = "scenarios/tapes/eu is read by no case";
        finds(super::unread_tapes, &CLEAN, ("scenarios/tapes/eu/tape.toml", ""), finding);
    }

    #[test]
    fn a_tape_whose_series_a_case_reads_needs_no_exception() {
        let case = "[market]\ntape = \"us\"\nseries = [{ tape = \"factors\", names = [\"VIX\"] }]";
        let finding = "scenarios/tapes/factors is excepted and is read";
        finds(super::unread_tapes, &CLEAN, ("scenarios/cases/c.toml", case), finding);
    }

    #[test]
    fn an_orphan_golden_is_found() {
        let finding = "golden/b has no scenarios/cases/b.toml";
        finds(super::orphan_goldens, &CLEAN, ("golden/b/manifest.toml", ""), finding);
    }

    #[test]
    fn a_missing_golden_is_found() {
        let finding = "scenarios/cases/b.toml has no golden/b";
        finds(super::missing_goldens, &CLEAN, ("scenarios/cases/b.toml", ""), finding);
    }
}
