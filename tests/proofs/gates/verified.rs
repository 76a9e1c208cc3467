//! A bundle verifies wherever it is copied to, by every build, on every processor; edited, it does not.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::sample::{verdict_file, written};
use crate::determinism::program::{DEBUG, RELEASE, report_of};
use crate::support::{copy_folder, has_tool, repository, scratch};

fn verify(mut program: Command, folder: &Path, exit: i32) -> serde_json::Value {
    report_of(program.args(["verdict", "verify", "--json"]).arg(folder), exit)
}

#[test]
fn every_build_says_the_same_of_a_copy() {
    let (bundle, folder) = written("original");
    let copy = scratch("bundles").join("a copy elsewhere");
    let _ = fs::remove_dir_all(&copy);
    copy_folder(&folder, &copy);
    for program in [&*DEBUG, &*RELEASE] {
        let mut elsewhere = Command::new(program);
        // No scenarios, no goldens: the folder is all it needs.
        elsewhere.current_dir(scratch("bundles"));
        let report = verify(elsewhere, &copy, 0);
        assert_eq!(report["id"], bundle.id.to_string());
        assert_eq!(report["decision"], bundle.verdict.decision.to_string());
    }
}

#[test]
fn an_emulated_processor_says_the_same() {
    if !has_tool("QEMU", &mut Command::new("qemu-x86_64")) {
        return;
    }
    let (bundle, folder) = written("emulated");
    let mut emulated = Command::new("qemu-x86_64");
    emulated.current_dir(repository()).args(["-cpu", "Nehalem"]).arg(&*RELEASE);
    assert_eq!(verify(emulated, &folder, 0)["id"], bundle.id.to_string());
}

#[test]
fn an_edit_is_refused_by_its_file() {
    let (_, folder) = written("edited");
    let file = folder.join("runs/003-candidate.txt");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("NEUTRAL", "NEUTRAS", 1)).unwrap();
    let message = verify(Command::new(&*RELEASE), &folder, 2)["error"]["message"].to_string();
    assert!(message.contains("runs/003-candidate.txt: its digest is not the one that the verdict lists"), "{message}");
    let (_, folder) = written("decided");
    let verdict = verdict_file(&folder);
    let text = fs::read_to_string(&verdict).unwrap();
    let decision = text.lines().find(|line| line.starts_with("decision = ")).unwrap();
    fs::write(&verdict, text.replacen(decision, "decision = \"ELIGIBLE\"", 1)).unwrap();
    let message = verify(Command::new(&*RELEASE), &folder, 2)["error"]["message"].to_string();
    assert!(message.contains("verdict.toml: its id is not the digest of what it says"), "{message}");
}
