//! A bundle is what it was written as, or it is refused: every single bit of a small one.

use super::fixture::{evidence, side};
use crate::evidence::text::Files;
use crate::evidence::{Evidence, Part, Run};
use crate::gates::policy::Kind;
use crate::verdict::bundle::{VERDICT_FILE, verify, write};

/// The smallest policy of a pull request that can be read.
fn policy() -> String {
    let numbers = |gate: &str| match gate {
        "evidence" => "min_runs=1\nmin_days=60\nmin_regimes=1\nmin_regime_days=20\nmin_markets=1\nmin_bootstraps=0",
        "determinism" | "golden" | "reference" | "data-quality" => "min_checks=1",
        "plausible" => "max_sharpe=4",
        "sharpe" => "max_drop=0.1\nlevel=0.05",
        "drawdown" => "max_increase=0.02\nmax_relative_increase=0.15\nworst_run_multiple=3\nnegligible=0.005",
        "turnover" => "max_increase=0.25\nnegligible=0.05",
        "slices" => {
            "min_sharpe=-1\nmin_drawdown=-0.5\nmin_days=20\nmin_slices=1\nmax_drop=0.3\nmax_deeper=0.05\nlevel=0.05"
        }
        _ => "",
    };
    let gates = Kind::PullRequest.gates();
    let gates = gates.iter().map(|gate| format!("[[gate]]\ngate=\"{gate}\"\nwhy=\"x\"\n{}\n", numbers(gate)));
    format!(
        "format=1\nname=\"p\"\nkind=\"pull-request\"\nresamples=200\nseed=7\n[stability_bounds]\nvalue=[0.5]\nwhy=\"x\"\n{}",
        gates.collect::<String>()
    )
}

/// One short run, one check.
fn small() -> Evidence {
    let mut evidence = evidence();
    let run = |side| Run {
        part: Part::Historical,
        case: "h".into(),
        market: "US_EQ".into(),
        candidate: side,
        baseline: side_of(),
    };
    evidence.runs = vec![run(side_of())];
    evidence.checks.truncate(1);
    (evidence.trials, evidence.controls) = (None, None);
    evidence
}

fn side_of() -> crate::evidence::side::Side {
    side("h", 24)
}

fn bundle() -> Files {
    write(&small(), &policy(), None).unwrap().1
}

#[test]
fn what_was_written_verifies_and_is_the_same_again() {
    let files = bundle();
    let bundle = verify(&files).unwrap();
    assert_eq!(bundle.evidence, small());
    assert_eq!(write(&bundle.evidence, &policy(), None).unwrap().1, files);
}

#[test]
fn every_flipped_bit_is_caught() {
    let files = bundle();
    for (name, text) in &files {
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // What is no text any more cannot be read at all.
                let Ok(flipped) = String::from_utf8(bytes) else { continue };
                let mut edited = files.clone();
                edited.insert(name.clone(), flipped);
                assert!(verify(&edited).is_err(), "{name}: byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn files_are_neither_missing_nor_too_many() {
    let files = bundle();
    for name in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(name);
        assert!(verify(&fewer).is_err(), "without {name}");
    }
    let mut more = files.clone();
    more.insert("runs/009-candidate.txt".to_owned(), String::new());
    assert_eq!(verify(&more).unwrap_err().file, "runs/009-candidate.txt");
}

/// Whoever edits a decision and mends the id as well is refused by the gates themselves.
#[test]
fn a_decision_that_the_gates_do_not_take_is_refused() {
    let files = bundle();
    let text = files[VERDICT_FILE].replace("decision = \"NOT_ELIGIBLE\"", "decision = \"ELIGIBLE\"");
    assert_ne!(text, files[VERDICT_FILE]);
    let id = text.lines().find(|line| line.starts_with("id = ")).unwrap();
    let zeros = format!("id = \"{}\"", "0".repeat(64));
    let blank = text.replace(id, &zeros);
    let mended = blank.replace(&zeros, &format!("id = \"{}\"", domain::digest::Digest::of(blank.as_bytes())));
    let mut edited = files;
    edited.insert(VERDICT_FILE.to_owned(), mended);
    let refusal = verify(&edited).unwrap_err().to_string();
    assert_eq!(refusal, "verdict.toml: it says ELIGIBLE, and the gates say NOT_ELIGIBLE");
}
