//! Tampering: whatever is changed in a golden, a scenario or a tape behind the program's back, a check says so.
//!
//! | tampered with | exit |
//! |---|---|
//! | a byte of a golden, wherever it stands; a file of it; its format | 2, the golden is refused |
//! | a golden removed; a golden whose scenario no suite names and nobody has | 5, evidence is missing |
//! | a scenario removed that a suite names | 2, the suite cannot be used; its golden is named as well |
//! | a scenario edited: the run differs | 1, a regression |
//! | a tape edited | 2, the tape is refused |
//! | nothing | 0 |

use std::fs;

use rstest::rstest;

use crate::snapshots;
use crate::tiny::{Book, CASE_FILE, Tiny};

const CHECK: &[&str] = &["check", "--jobs", "1"];
const GOLDEN_CHECK: &[&str] = &["golden", "check", "tiny", "--jobs", "1"];
const FILES: [&str; 5] = ["manifest.toml", "summary.txt", "daily.txt", "weights.txt", "digests.txt"];

#[rstest]
#[case::untouched("untouched", 0, |_: &Tiny| {})]
#[case::golden_removed("golden-removed", 5, |tiny: &Tiny| tiny.remove("golden/tiny"))]
#[case::golden_file_removed("golden-file-removed", 2, |tiny: &Tiny| tiny.remove("golden/tiny/weights.txt"))]
#[case::golden_file_added("golden-file-added", 2, |tiny: &Tiny| tiny.write("golden/tiny/notes.txt", "mine\n"))]
#[case::golden_newer("golden-newer", 2, |tiny: &Tiny| tiny.edit(MANIFEST, "golden_format = 1", "golden_format = 2"))]
#[case::golden_older("golden-older", 2, |tiny: &Tiny| tiny.edit(MANIFEST, "golden_format = 1", "golden_format = 0"))]
#[case::golden_edited("golden-edited", 2, |tiny: &Tiny| tiny.edit("golden/tiny/daily.txt", "2020-01-15", "2020-01-16"))]
#[case::digests_edited("digests-edited", 2, |tiny: &Tiny| edit_line(tiny, "golden/tiny/digests.txt", "book"))]
#[case::summary_edited("summary-edited", 2, |tiny: &Tiny| edit_line(tiny, "golden/tiny/summary.txt", "total_return"))]
#[case::golden_orphan("golden-orphan", 5, |tiny: &Tiny| orphan(tiny))]
#[case::scenario_removed("scenario-removed", 2, |tiny: &Tiny| tiny.remove(CASE_FILE))]
#[case::scenario_edited("scenario-edited", 1, |tiny: &Tiny| tiny.edit(CASE_FILE, "slippage_bps = 5", "slippage_bps = 6"))]
#[case::reason_edited("reason-edited", 2, |tiny: &Tiny| tiny.edit(MANIFEST, "\"first\"", "\"fine\""))]
#[case::tape_edited("tape-edited", 2, |tiny: &Tiny| tiny.edit("scenarios/tapes/tiny/tape.toml", "rows = 63", "rows = 62"))]
fn a_check_says_so(#[case] name: &str, #[case] exit: i32, #[case] harm: fn(&Tiny)) {
    let tiny = Tiny::copy(&format!("tampering-{name}"));
    harm(&tiny);
    let mut book = Book::default();
    book.add("the check", exit, &tiny.run(CHECK));
    snapshots::text(&format!("tampering-{name}"), &book.text());
}

const MANIFEST: &str = "golden/tiny/manifest.toml";

/// Turns the last digit of the line that begins with `word` into another.
fn edit_line(tiny: &Tiny, below: &str, word: &str) {
    let text = fs::read_to_string(tiny.path(below)).unwrap();
    let start = text.find(&format!("\n{word}")).unwrap() + 1;
    let end = text[start..].find('\n').unwrap() + start;
    tiny.flip(below, end - 1);
}

fn orphan(tiny: &Tiny) {
    for file in FILES {
        tiny.write(&format!("golden/huge/{file}"), fs::read(tiny.path(&format!("golden/tiny/{file}"))).unwrap());
    }
}

/// Every byte of a golden is under a seal. A byte at the beginning, the end and four places between is changed in each
/// file, and each change is caught, under the name of the file.
#[test]
fn a_changed_byte_is_caught_wherever_it_stands() {
    let tiny = Tiny::copy("tampering-bytes");
    let mut book = Book::default();
    for file in FILES {
        let below = format!("golden/tiny/{file}");
        let sound = fs::read(tiny.path(&below)).unwrap();
        for part in 0..=5 {
            let at = (sound.len() - 1) * part / 5;
            tiny.flip(&below, at);
            let ended = tiny.run(&["golden", "list"]);
            assert_eq!(ended.code, Some(2), "{file}, byte {at}: {}", ended.transcript());
            let refusal = ended.stdout.lines().find(|line| line.starts_with("refused tiny: ")).unwrap_or_default();
            assert!(refusal.contains(&below), "{file}, byte {at}: {}", ended.transcript());
            if part == 3 {
                book.add(&format!("{file} with another byte {at}"), 2, &tiny.run(GOLDEN_CHECK));
            }
            tiny.write(&below, &sound);
        }
    }
    book.add("all as it was", 0, &tiny.run(GOLDEN_CHECK));
    snapshots::text("tampering-bytes", &book.text());
}

/// What was accepted can be taken back byte for byte, and what is kept for that is under its seal too.
#[test]
fn an_acceptance_is_undone_byte_for_byte_or_not_at_all() {
    let tiny = Tiny::copy("tampering-undo");
    let golden = || FILES.map(|file| fs::read_to_string(tiny.path(&format!("golden/tiny/{file}"))).unwrap());
    let first = golden();
    tiny.edit(CASE_FILE, "slippage_bps = 5", "slippage_bps = 6");
    let accept =
        ["golden", "accept", "tiny", "--by", "Reviewer", "--reason", "dearer", "--on", "2026-01-06", "--scope"];
    let mut book = Book::default();
    let narrow: Vec<&str> = accept.iter().copied().chain(["label"]).collect();
    book.add_refusal("a scope that does not cover the difference", 2, &tiny.run(&narrow));
    assert_eq!(golden(), first, "nothing was accepted");
    let wide: Vec<&str> = accept.iter().copied().chain(["all"]).collect();
    book.add("the difference is accepted", 0, &tiny.run(&wide));
    assert_ne!(golden(), first);
    book.add("and taken back", 0, &tiny.run(&["golden", "undo", "tiny"]));
    assert_eq!(golden(), first, "byte for byte");
    snapshots::text("tampering-undo", &book.text());
}
