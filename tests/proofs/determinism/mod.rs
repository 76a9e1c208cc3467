//! The same inputs give the same bytes, however they are run.
//!
//! | proof | what differs between the runs |
//! |---|---|
//! | [`another_way_gives_the_same_digest`] | process, build profile, language and time zone |
//! | [`the_number_of_jobs_changes_nothing`] | how many cases run at once |
//! | [`an_emulated_processor_gives_the_same_digest`] | the instruction set: neither AVX nor FMA |
//! | [`kills`] | the day on which the run was killed and taken up again |
//! | [`planted`] | nothing, but for what a leaky system lets in: these must be caught |

mod kills;
mod planted;
pub mod program;

use std::path::{Path, PathBuf};
use std::process::Command;

use rstest::rstest;
use serde_json::Value;

use self::program::{DEBUG, RELEASE, command, digest_of, fresh_folder};
use crate::cases::Case;
use crate::support::{has_tool, repository};

fn name_of(file: &Path) -> &str {
    file.file_stem().and_then(|name| name.to_str()).expect("a case is named in ASCII")
}

/// Replays a case with a program and its options, into a folder of its own.
#[track_caller]
fn digest_by(mut command: Command, case: &str, way: &str) -> String {
    let folder = fresh_folder(&format!("{case}-{way}"));
    let digest = digest_of(command.args(["replay", case, "--no-tables", "--json", "--out"]).arg(&folder));
    std::fs::remove_dir_all(folder).unwrap();
    digest
}

#[rstest]
fn another_way_gives_the_same_digest(#[files("../scenarios/cases/*.toml")] file: PathBuf) {
    let case = name_of(&file);
    let within = Case::of(&file).journal().manifest.digest.to_string();
    assert_eq!(digest_by(command(&RELEASE, &[]), case, "release"), within, "release build, process of its own");
    assert_eq!(digest_by(command(&DEBUG, &[]), case, "debug"), within, "debug build");
    let mut abroad = command(&RELEASE, &[]);
    abroad.env("TZ", "Pacific/Chatham").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "tr_TR.UTF-8");
    assert_eq!(digest_by(abroad, case, "abroad"), within, "another time zone and language");
}

#[rstest]
fn an_emulated_processor_gives_the_same_digest(#[files("../scenarios/cases/*.toml")] file: PathBuf) {
    if !has_tool("QEMU", &mut Command::new("qemu-x86_64")) {
        return;
    }
    let mut emulated = Command::new("qemu-x86_64");
    emulated.current_dir(repository()).args(["-cpu", "Nehalem"]).arg(&*RELEASE);
    let case = name_of(&file);
    assert_eq!(digest_by(emulated, case, "nehalem"), digest_by(command(&RELEASE, &[]), case, "native"));
}

/// The whole report of a check, not only its digests: nothing in it may tell how many cases ran at once.
#[test]
fn the_number_of_jobs_changes_nothing() {
    let report = |jobs: &str| -> Value {
        let output = command(&RELEASE, &["check", "--json", "--jobs", jobs]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let one = report("1");
    let cases = one["cases"].as_array().expect("a check reports its cases");
    assert!(cases.len() >= 10 && cases.iter().all(|case| case["run"]["digest"].is_string()), "{one:#}");
    assert_eq!(one, report("2"));
}
