//! Killed runs: whatever day a run dies on, it leaves nothing or a prefix that leads to the same bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use domain::seed::{Seed, Streams};
use prometheus::library::Library;
use prometheus::root::Root;
use rstest::rstest;

use super::program::{RELEASE, command, digest_of, fresh_folder, partial, report_of};
use crate::cases::Case;
use crate::support::repository;

/// The kills are drawn from this seed, so that a failure can be repeated.
const KILLS: Streams = Streams::new(Seed(50));
/// Kills of each batch; five batches make fifty.
const BATCH: u64 = 10;

/// What a whole run of each case gives, and its trading days.
static WHOLE: LazyLock<BTreeMap<String, Whole>> = LazyLock::new(|| {
    let root = Root::discover(Some(&repository())).unwrap();
    let cases = Library::of(&root).cases().unwrap();
    cases.into_iter().map(|case| (case.clone(), whole(&case))).collect()
});

struct Whole {
    digest: String,
    days: Vec<String>,
}

fn whole(case: &str) -> Whole {
    let journal = Case::of(&repository().join("scenarios/cases").join(format!("{case}.toml"))).journal();
    let days = journal.days.iter().map(|day| day.on.to_string()).collect();
    Whole { digest: journal.manifest.digest.to_string(), days }
}

/// The case and the day of a drawn kill, and sometimes a later day on which the resumed run dies again.
fn drawn(kill: u64) -> (&'static str, &'static Whole, &'static str, Option<&'static str>) {
    let draw = |what: &str, below: usize| (KILLS.uniform(&["kill", what], kill) * below as f64) as usize;
    let (case, whole) = WHOLE.iter().nth(draw("case", WHOLE.len())).unwrap();
    let first = draw("day", whole.days.len());
    let later = first + 1 + draw("later day", whole.days.len());
    let again = whole.days.get(later).filter(|_| kill.is_multiple_of(2));
    (case, whole, &whole.days[first], again.map(String::as_str))
}

#[rstest]
fn a_run_killed_on_a_random_day_resumes_to_the_same_bytes(#[values(0, 1, 2, 3, 4)] batch: u64) {
    for kill in batch * BATCH..(batch + 1) * BATCH {
        let (case, whole, day, again) = drawn(kill);
        let folder = fresh_folder(&format!("kill-{kill}"));
        crash(command(&RELEASE, &["replay", case, "--no-tables", "--out"]).arg(&folder), day);
        assert!(!folder.exists() && partial(&folder).exists(), "{case}: killed on {day}, only a prefix is left");
        if let Some(later) = again {
            crash(command(&RELEASE, &["replay", case, "--no-tables", "--resume"]).arg(partial(&folder)), later);
        }
        let mut resume = command(&RELEASE, &["replay", case, "--no-tables", "--json", "--resume"]);
        let digest = digest_of(resume.arg(partial(&folder)));
        assert_eq!(digest, whole.digest, "{case}: killed on {day}, then on {again:?}, and resumed");
        assert!(folder.exists() && !partial(&folder).exists(), "{case}: the resumed run has its name");
        report_of(command(&RELEASE, &["journal", "verify", "--json"]).arg(&folder), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// Runs a replay into its drill: the process aborts, without an exit code of its own.
#[track_caller]
fn crash(replay: &mut std::process::Command, day: &str) {
    let output = replay.args(["--crash-after-day", day]).output().unwrap();
    assert_eq!(output.status.code(), None, "{replay:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The drill ends a run inside a day; a kill from outside ends it anywhere, before its first file and after its last.
#[test]
fn a_run_killed_at_a_random_moment_leaves_nothing_or_a_prefix() {
    let case = "us-1990-2022-momentum";
    for kill in 0..12_u64 {
        let folder = fresh_folder(&format!("moment-{kill}"));
        let mut child = command(&RELEASE, &["replay", case, "--no-tables", "--out"])
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros((150_000.0 * KILLS.uniform(&["moment"], kill)) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let digest = digest_of(&mut after_a_kill(case, &folder));
        assert_eq!(digest, WHOLE[case].digest, "{case}: kill number {kill}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// What a person does next: go on with a prefix, or run anew where there is none or the whole journal.
fn after_a_kill(case: &str, folder: &Path) -> std::process::Command {
    if partial(folder).exists() {
        let mut resume = command(&RELEASE, &["replay", case, "--no-tables", "--json", "--resume"]);
        resume.arg(partial(folder));
        return resume;
    }
    if folder.exists() {
        report_of(command(&RELEASE, &["journal", "verify", "--json"]).arg(folder), 0);
    }
    let mut anew = command(&RELEASE, &["replay", case, "--no-tables", "--json", "--out"]);
    anew.arg(folder);
    anew
}
