//! The walls stand where they were built: no lint against chance is switched off, and no `clippy.toml` hides another.

use super::tree::Tree;

/// The files that may do what the walls refuse, each for one thing that somebody must do.
const DOORS: [(&str, &str); 4] = [
    ("harness/cli/src/clock.rs", "the only clock"),
    ("harness/cli/src/environment.rs", "arguments, and where the program runs"),
    ("harness/external/src/process.rs", "waits for a process in another language, with a limit"),
    ("harness/cli/build.rs", "a build script is told everything through its environment"),
];

/// The folders with a `clippy.toml`; one nearer to a crate would replace it, not add to it.
const WALLS: [&str; 3] = ["engines/clippy.toml", "harness/clippy.toml", "harness/cli/clippy.toml"];

/// No code below engines/ and harness/ takes a refusal back, but for the doors; and no door is left without one.
pub fn silenced_lints(tree: &Tree) -> Vec<String> {
    let code = ["engines/", "harness/"].into_iter().flat_map(|folder| tree.texts(folder, ".rs"));
    let silenced: Vec<&str> =
        code.filter(|(_, text)| text.contains("clippy::disallowed_")).map(|(path, _)| path).collect();
    let door = |path: &str| DOORS.iter().any(|(known, _)| *known == path);
    let strange = silenced
        .iter()
        .filter(|path| !door(path))
        .map(|path| format!("{path} switches off a lint that keeps chance out, and is no door"));
    let stale = DOORS.iter().filter(|(path, _)| tree.text(path).is_some() && !silenced.contains(path));
    strange.chain(stale.map(|(path, _)| format!("{path} is listed as a door and is none"))).collect()
}

/// Only the three walls have a `clippy.toml`.
pub fn hidden_walls(tree: &Tree) -> Vec<String> {
    let files = tree.files().filter(|(path, _)| path.ends_with("clippy.toml") && !WALLS.contains(path));
    files.map(|(path, _)| format!("{path} replaces the rules of the folder above it")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::finds;

    const CLEAN: [(&str, &str); 2] = [
        ("harness/cli/src/clock.rs", "#![expect(clippy::disallowed_methods, reason = \"a door\")]"),
        ("engines/clippy.toml", ""),
    ];

    #[test]
    fn a_silenced_lint_is_found() {
        let planted = "#[allow(clippy::disallowed_types)]\nfn a() {}";
        let finding = "engines/a/src/lib.rs switches off a lint that keeps chance out, and is no door";
        finds(super::silenced_lints, &CLEAN, ("engines/a/src/lib.rs", planted), finding);
        let finding = "harness/cli/src/clock.rs is listed as a door and is none";
        finds(super::silenced_lints, &CLEAN, ("harness/cli/src/clock.rs", ""), finding);
    }

    #[test]
    fn a_hidden_wall_is_found() {
        let finding = "engines/v2/clippy.toml replaces the rules of the folder above it";
        finds(super::hidden_walls, &CLEAN, ("engines/v2/clippy.toml", ""), finding);
    }
}
