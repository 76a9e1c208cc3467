//! The program under proof, as separate processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{cargo, repository, scratch};

/// The release binary, as a user builds it.
pub static RELEASE: LazyLock<PathBuf> = LazyLock::new(|| built("release"));

/// The debug binary: other optimisations, overflow checks on.
pub static DEBUG: LazyLock<PathBuf> = LazyLock::new(|| built("dev"));

/// Builds the program into the target folder that these proofs were built into.
fn built(profile: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the folder lies in the target folder");
    let mut command = cargo();
    command.args(["build", "--package", "prometheus", "--profile", profile, "--quiet", "--target-dir"]).arg(target);
    let output = command.current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = if profile == "dev" { "debug" } else { profile };
    target.join(folder).join("prometheus")
}

/// A command of a program on the repository's own facts.
pub fn command(program: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(repository()).args(words);
    command
}

/// A folder that does not exist yet, for the journal of one run.
pub fn fresh_folder(name: &str) -> PathBuf {
    let folder = scratch("journals").join(name);
    for old in [folder.clone(), partial(&folder)] {
        if old.exists() {
            fs::remove_dir_all(old).unwrap();
        }
    }
    folder
}

/// Where an unfinished journal lies.
pub fn partial(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Runs a `replay … --json` to its end and returns the journal's digest.
#[track_caller]
pub fn digest_of(replay: &mut Command) -> String {
    let report = report_of(replay, 0);
    report["digest"].as_str().expect("a replay reports its digest").to_owned()
}

/// Runs a command to its end with the exit code `exit` and returns its JSON report.
#[track_caller]
pub fn report_of(command: &mut Command, exit: i32) -> Value {
    // Acts of a person are refused on a build server; the proofs act as one wherever they run.
    let Output { status, stdout, stderr } = command.env_remove("CI").output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(exit), "{command:?}\n{stdout}\n{stderr}");
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{command:?}: {error}\n{stdout}"))
}
