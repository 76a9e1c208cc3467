//! A log is refused for every bit that is not as it was written, and says where.

use domain::digest::Digest;
use judge::verdict::Decision;
use kronos::act::Request;
use kronos::actor::ActorKind as K;
use kronos::log::{Log, LogFault};
use kronos::object::{ExpectedOutcome, Stage};
use rstest::rstest;

use crate::support::{Bench, bench, scope};

/// A small log with every kind of state in it: approved, active, rolled back, alerted.
fn small() -> Bench {
    let mut bench = bench();
    let number = bench.approved("x");
    bench.activate(number, Stage::Backtested);
    bench.does(K::Operator, Request::RollBack(scope(Stage::Backtested), None));
    let control = bench.awaiting("bad", 0, ExpectedOutcome::NegativeControl);
    let attempt = bench.act(K::Reviewer, Request::Approve(control, None));
    assert!(bench.attempt(&attempt).is_err());
    bench
}

fn fault(text: &[u8]) -> (usize, LogFault) {
    let error = Log::read(text, "actions.jsonl").expect_err("this log was changed");
    assert!(error.to_string().starts_with(&format!("actions.jsonl, line {}: ", error.line)), "{error}");
    (error.line, error.fault)
}

fn lines(bench: &Bench) -> Vec<String> {
    bench.text.split_inclusive('\n').map(str::to_owned).collect()
}

/// The line with its digest made right again: what somebody would write who knows the format.
fn resealed(line: &str, from: &str, to: &str) -> String {
    let body = line.rsplit_once(",\"digest\":\"").unwrap().0.replacen(from, to, 1);
    assert!(!line.contains(&body), "the plant must take: {from}");
    format!("{body},\"digest\":\"{}\"}}\n", Digest::of(body.as_bytes()))
}

#[test]
fn a_log_reads_back_to_the_same_rows_and_state() {
    let bench = small();
    let reading = Log::read(bench.text.as_bytes(), "actions.jsonl").unwrap();
    assert_eq!(reading.rows, bench.rows);
    assert_eq!(reading.log, bench.log);
    // A head that was kept elsewhere is in every longer log, and in no shorter one.
    let shorter: String = bench.text.split_inclusive('\n').take(4).collect();
    let shorter = Log::read(shorter.as_bytes(), "actions.jsonl").unwrap();
    assert!(reading.holds(&shorter.log.head()) && !shorter.holds(&reading.log.head()));
    assert!(shorter.holds(&Log::default().head()));
}

#[test]
fn every_flipped_bit_is_found() {
    let mut bench = bench();
    bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let (text, sound) = (bench.text.as_bytes(), Log::read(bench.text.as_bytes(), "p").unwrap());
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut flipped = text.to_vec();
            flipped[at] ^= 1 << bit;
            let read = Log::read(&flipped, "p");
            assert!(read.is_err(), "bit {bit} of byte {at} of {} was flipped and not found", text.len());
        }
    }
    assert_eq!(sound.rows.len(), bench.rows.len());
}

#[test]
fn every_prefix_is_torn_or_a_log() {
    let bench = small();
    for end in 0..bench.text.len() {
        match Log::read(&bench.text.as_bytes()[..end], "p") {
            Ok(reading) => assert!(bench.rows.starts_with(&reading.rows) && bench.text.as_bytes()[end - 1] == b'\n'),
            Err(error) if end == 0 => assert!(matches!(error.fault, LogFault::NoHead { .. })),
            Err(error) => assert!(error.is_torn_tail(), "{error}"),
        }
    }
}

#[test]
fn removed_swapped_and_repeated_rows_are_told_apart() {
    let sound = lines(&small());
    let mut removed = sound.clone();
    removed.drain(3..5);
    assert_eq!(fault(removed.concat().as_bytes()), (4, LogFault::Removed { found: 5, expected: 3 }));
    let (_, told) = fault(removed.concat().as_bytes());
    assert_eq!(told.to_string(), "row 5 stands here: expected row 3; rows 3 to 4 were removed");
    let mut swapped = sound.clone();
    swapped.swap(3, 6);
    assert_eq!(fault(swapped.concat().as_bytes()), (4, LogFault::Swapped { found: 6, expected: 3, at: 7 }));
    let mut repeated = sound.clone();
    repeated.insert(3, sound[2].clone());
    assert_eq!(fault(repeated.concat().as_bytes()), (4, LogFault::Repeated { found: 2, expected: 3 }));
}

#[rstest]
#[case::newer("{\"kronos_log\":2}\n", "the log has format 2")]
#[case::older("{\"kronos_log\":0}\n", "the log has format 0")]
#[case::no_head("{\"number\":1}\n", "the head is `{\"number\":1}`")]
#[case::other_spelling("{\"kronos_log\": 1}\n", "the head is")]
#[case::nothing("", "the head is ``")]
#[case::no_row("{\"kronos_log\":1}\nhello\n", "this is no row: expected a line that ends with its digest")]
#[case::blank_line("{\"kronos_log\":1}\n\n", "this is no row")]
#[case::torn("{\"kronos_log\":1}\n{\"num", "stopped after 5 bytes")]
fn what_is_no_log_is_refused_in_its_own_words(#[case] text: &str, #[case] words: &str) {
    let (_, fault) = fault(text.as_bytes());
    assert!(fault.to_string().contains(words), "{fault}");
}

#[test]
fn a_forger_who_seals_a_row_anew_is_found_by_the_next_one() {
    let bench = small();
    let mut forged = lines(&bench);
    forged[2] = resealed(&forged[2], "as planned", "as wanted!");
    let (line, fault) = fault(forged.concat().as_bytes());
    assert!(line == 4 && matches!(fault, LogFault::Relinked { .. }), "{fault}");
}

#[test]
fn a_row_in_another_spelling_is_refused() {
    let mut forged = lines(&small());
    let last = forged.len() - 1;
    forged[last] = resealed(&forged[last], "{\"number\"", "{ \"number\"");
    let (line, fault) = fault(forged.concat().as_bytes());
    assert!(line == last + 1 && matches!(fault, LogFault::NotCanonical { .. }), "{fault}");
}

/// Whoever forges a whole log with every digest right still cannot tell a history that breaks the rules.
#[test]
fn a_sealed_history_that_cannot_have_happened_is_refused() {
    let bench = small();
    for (at, from, to, words) in [
        (0, "\"kind\":\"kronos\"", "\"kind\":\"engine\"", "engine may not create"),
        (4, "\"candidate\":\"v2_x\"", "\"candidate\":\"v2_z\"", "is of config v2_z"),
        (4, "\"decision\":\"ELIGIBLE\"", "\"decision\":\"NOT_ELIGIBLE\"", "says NOT_ELIGIBLE"),
        (5, "\"to\":\"v2_x\"", "\"to\":\"v2_z\"", "to is `v2_z`: the rows before it give `v2_x`"),
        (5, "\"from\":null", "\"from\":\"v2_a\"", "from is `v2_a`"),
    ] {
        let mut rows = lines(&bench)[..=at + 1].to_vec();
        rows[at + 1] = resealed(&rows[at + 1], from, to);
        let (line, fault) = fault(rows.concat().as_bytes());
        assert!(line == at + 2 && fault.to_string().contains(words), "line {line}: {fault}");
    }
}

#[test]
fn an_activation_without_an_approval_is_refused_however_it_is_sealed() {
    let mut bench = bench();
    let number = bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let mut other = crate::support::bench();
    let approved = other.approved("x");
    let row = other.activate(approved, Stage::Backtested);
    assert_eq!(number, approved);
    let early = kronos::event::Row { number: bench.log.state().next_number(), ..row };
    let text = bench.text.clone() + &bench.log.line(&early);
    assert!(bench.log.push(&early).is_err());
    let (_, fault) = fault(text.as_bytes());
    assert!(fault.to_string().contains("only one that is APPROVED can be asked to activate"), "{fault}");
    assert_eq!(Decision::Eligible.to_string(), "ELIGIBLE");
}
