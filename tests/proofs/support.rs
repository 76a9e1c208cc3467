//! Where things are, and what to do about a tool that is missing, for all proofs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("`tests` lies in the repository").to_path_buf()
}

/// A folder for what a proof builds or writes, below cargo's own target folder.
pub fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The cargo that runs these proofs.
pub fn cargo() -> Command {
    Command::new(env!("CARGO"))
}

/// Whether a tool answers to `--version`. When it does not, the reason for the skip is printed; where the variable
/// `PROMETHEUS_REQUIRE_<TOOL>` is set, as in the project's own checks, absence is a failure.
pub fn has_tool(tool: &str, version: &mut Command) -> bool {
    let found = version.arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        let variable = format!("PROMETHEUS_REQUIRE_{tool}");
        assert!(env::var_os(&variable).is_none(), "{tool} is missing, and {variable} demands it");
        println!("skipped: {tool} is not installed; set {variable}=1 to make that a failure");
    }
    found
}

/// Writes `text` unless the file holds it already, so that cargo sees no change where there is none.
pub fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).unwrap();
    fs::write(path, text).unwrap();
}

/// Copies a folder with all it holds.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
