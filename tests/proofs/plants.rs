//! What must be refused, planted.
//!
//! Each file below `tests/plants` is a small crate that does one forbidden thing, and its head says who refuses it
//! and how. The plants of a wall are built together, in a workspace of their own below cargo's target folder, with
//! the workspace's lints and the wall's own `clippy.toml`:
//!
//! ```text
//! plants/lints/clock_read.rs    //! engines: use of a disallowed method `std::time::Instant::now`
//! plants/types/kept_view.rs     //! compiler: error[E0521]
//! ```
//!
//! A plant must be refused exactly by the walls that it names: what a wall does not claim to refuse must build there.
//! To add a plant is to add a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rstest::rstest;

use crate::support::{cargo, has_tool, repository, scratch, write};

/// A set of rules that code must pass, and the name by which plants call it.
struct Wall {
    name: &'static str,
    plants: &'static str,
    /// The `clippy.toml` of the wall; without one the compiler alone judges, and the plants may use `domain`.
    lints: Option<&'static str>,
}

const WALLS: [Wall; 4] = [
    Wall { name: "engines", plants: "lints", lints: Some("engines/clippy.toml") },
    Wall { name: "harness", plants: "lints", lints: Some("harness/clippy.toml") },
    Wall { name: "command line", plants: "lints", lints: Some("harness/cli/clippy.toml") },
    Wall { name: "compiler", plants: "types", lints: None },
];

/// What each wall says of all its plants, a line a finding: `<plant>/src/lib.rs:<line>:<column>: <message>`.
static FINDINGS: [LazyLock<String>; 4] = [
    LazyLock::new(|| findings(&WALLS[0])),
    LazyLock::new(|| findings(&WALLS[1])),
    LazyLock::new(|| findings(&WALLS[2])),
    LazyLock::new(|| findings(&WALLS[3])),
];

#[rstest]
fn a_lint_refuses(#[files("plants/lints/*.rs")] plant: PathBuf, #[values(0, 1, 2)] wall: usize) {
    if has_tool("CLIPPY", cargo().arg("clippy")) {
        check(&plant, &WALLS[wall], &FINDINGS[wall]);
    }
}

#[rstest]
fn the_compiler_refuses(#[files("plants/types/*.rs")] plant: PathBuf) {
    check(&plant, &WALLS[3], &FINDINGS[3]);
}

/// The wall finds in the plant what the plant's head says, each of it, and nothing where it says nothing.
fn check(plant: &Path, wall: &Wall, findings: &str) {
    let source = fs::read_to_string(plant).unwrap();
    let claim = format!("//! {}: ", wall.name);
    let claimed: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix(&claim)).collect();
    let own = format!("{}/src/lib.rs:", name_of(plant));
    let found: Vec<&str> = findings.lines().filter(|line| line.starts_with(&own)).collect();
    for message in &claimed {
        let said = found.iter().any(|line| line.contains(message));
        assert!(said, "the wall `{}` does not say `{message}`; it says:\n{}", wall.name, found.join("\n"));
    }
    assert!(!claimed.is_empty() || found.is_empty(), "the wall `{}` says:\n{}", wall.name, found.join("\n"));
}

/// Builds all plants of a wall and returns what was said about them.
fn findings(wall: &Wall) -> String {
    let folder = scratch("plants").join(wall.name.replace(' ', "-"));
    let plants = plants(wall);
    write(&folder.join("Cargo.toml"), &workspace(&plants));
    for plant in &plants {
        let name = name_of(plant);
        write(&folder.join(name).join("Cargo.toml"), &package(name, wall));
        write(&folder.join(name).join("src/lib.rs"), &fs::read_to_string(plant).unwrap());
    }
    let mut command = cargo();
    if let Some(lints) = wall.lints {
        write(&folder.join("clippy.toml"), &fs::read_to_string(repository().join(lints)).unwrap());
        command.arg("clippy");
    } else {
        // The same versions as the workspace's, so that nothing has to be fetched.
        write(&folder.join("Cargo.lock"), &fs::read_to_string(repository().join("Cargo.lock")).unwrap());
        command.arg("check");
    }
    // A target folder for each wall: cargo names what it builds by the path within a workspace, which is the same.
    output_of(command.current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target")))
}

fn output_of(command: &mut Command) -> String {
    command.args(["--workspace", "--offline", "--keep-going", "--message-format", "short"]);
    // Flags of the surrounding build must not change what is judged.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CLIPPY_CONF_DIR");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // A manifest or registry that cargo could not use would look like a wall that refuses nothing.
    assert!(said.contains("could not compile") && !output.status.success(), "the plants were not built:\n{said}");
    said
}

fn plants(wall: &Wall) -> Vec<PathBuf> {
    let folder = repository().join("tests/plants").join(wall.plants);
    let mut plants: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    plants.sort();
    plants
}

fn name_of(plant: &Path) -> &str {
    plant.file_stem().and_then(|name| name.to_str()).expect("a plant is named in ASCII")
}

/// A virtual workspace with the repository's own lint levels, warnings made errors as in CI.
fn workspace(plants: &[PathBuf]) -> String {
    let root: toml::Table = fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap();
    let mut lints = root["workspace"]["lints"].clone();
    for (_, levels) in lints.as_table_mut().unwrap().iter_mut() {
        for (_, level) in levels.as_table_mut().unwrap().iter_mut().filter(|(_, level)| level.as_str() == Some("warn"))
        {
            *level = "deny".into();
        }
    }
    let members: Vec<&str> = plants.iter().map(|plant| name_of(plant)).collect();
    let lints = toml::to_string(&toml::Table::from_iter([("lints".to_owned(), lints)])).unwrap();
    format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n{}", lints.replace("[lints", "[workspace.lints"))
}

fn package(name: &str, wall: &Wall) -> String {
    let domain = repository().join("engines/domain");
    let dependency = if wall.lints.is_none() { format!("domain = {{ path = {domain:?} }}") } else { String::new() };
    format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n\n[lints]\nworkspace = true\n"
    )
}
