//! Accepting, undoing, pairing.

use std::fs;

use domain::order::Side;

use super::{Scratch, acceptance, fresh, policy, snapshot};
use crate::fixture::{LEH, changed, filled, journal, mark, regime, shares, units};
use crate::golden::accept::{AcceptError, Accepted, Undone, accept, cases, pairs, undo};
use crate::golden::{GoldenError, read};

fn other() -> journal::journal::Journal {
    changed(|days| mark(days, 2).equity = units(982.0))
}

#[test]
fn the_second_golden_names_the_first_and_undo_brings_its_bytes_back() {
    let scratch = Scratch::new("undo");
    let first = scratch.accept(&journal());
    let bytes = snapshot(&scratch.case());
    let second = scratch.accept(&other());
    assert_eq!(second.replaces, Some(first.seals.golden));
    assert_ne!(snapshot(&scratch.case()), bytes);

    let undone = undo(&scratch.places(), "lehman").unwrap();
    assert_eq!(undone, Undone::Restored(Box::new(first)));
    assert_eq!(snapshot(&scratch.case()), bytes);

    // The first replaced nothing: undoing it leaves the scenario without a golden.
    assert_eq!(undo(&scratch.places(), "lehman").unwrap(), Undone::Removed);
    assert!(read(&scratch.case()).unwrap_err().is_absent());
    let left: Vec<_> = fs::read_dir(scratch.places().golden).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    // Both are kept under their seals.
    assert_eq!(fs::read_dir(scratch.places().undo.join("lehman")).unwrap().count(), 2);
}

#[test]
fn accepting_the_same_run_again_writes_nothing() {
    let scratch = Scratch::new("same");
    scratch.accept(&journal());
    let before = snapshot(&scratch.0);
    let again = accept(&scratch.places(), &fresh(&journal()), &acceptance("again"), &policy()).unwrap();
    assert_eq!((again, snapshot(&scratch.0)), (Accepted::Unchanged, before));
}

#[test]
fn a_reason_and_a_name_are_demanded() {
    let scratch = Scratch::new("reason");
    for (by, reason, field) in [("", "x", "by"), (" ", "x", "by"), ("x", "", "reason"), ("x", "two\nlines", "reason")] {
        let mut act = acceptance(reason);
        act.by = by.into();
        let error = accept(&scratch.places(), &fresh(&journal()), &act, &policy()).unwrap_err();
        assert!(matches!(&error, AcceptError::Argument { field: found, .. } if *found == field), "{error}");
    }
    for case in ["policy", "v1", "", "../elsewhere", "Lehman"] {
        let mut run = fresh(&journal());
        run.origin.scenario = case.into();
        let error = accept(&scratch.places(), &run, &acceptance("x"), &policy()).unwrap_err();
        assert!(matches!(error, AcceptError::Argument { field: "case", .. }), "{error}");
        assert!(undo(&scratch.places(), case).is_err());
    }
    assert_eq!(snapshot(&scratch.0), []);
}

#[test]
fn a_scope_covers_what_it_names() {
    let scratch = Scratch::new("scope");
    scratch.accept(&journal());
    let before = snapshot(&scratch.0);
    let mut act = acceptance("the regime was renamed");
    act.scope = "label numeric".parse().unwrap();
    let traded = changed(|days| days[1].events[4] = filled(2, LEH, Side::Sell, shares(4), 3.9, 0.25));
    let error = accept(&scratch.places(), &fresh(&traded), &act, &policy()).unwrap_err();
    let expected = "lehman: the run differs in behaviour, and the scope is `label numeric`; \
                    review the difference, then widen the scope";
    assert_eq!((error.to_string().as_str(), snapshot(&scratch.0)), (expected, before));
    let renamed = changed(|days| days[0].events[1] = regime("CALM"));
    assert!(matches!(accept(&scratch.places(), &fresh(&renamed), &act, &policy()), Ok(Accepted::Written(_))));
}

#[test]
fn an_edited_golden_is_neither_replaced_nor_undone() {
    let scratch = Scratch::new("edited");
    scratch.accept(&journal());
    let path = scratch.case().join("daily.txt");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("947.75", "947.76")).unwrap();
    let before = snapshot(&scratch.0);
    let accepted = accept(&scratch.places(), &fresh(&other()), &acceptance("x"), &policy());
    assert!(matches!(accepted, Err(AcceptError::Golden(GoldenError::Edited { .. }))));
    assert!(matches!(undo(&scratch.places(), "lehman"), Err(AcceptError::Golden(GoldenError::Edited { .. }))));
    assert_eq!(snapshot(&scratch.0), before);
}

#[test]
fn an_undo_without_what_it_needs_says_what_to_do() {
    let scratch = Scratch::new("nothing-kept");
    scratch.accept(&journal());
    let second = scratch.accept(&other());
    let kept = scratch.places().undo.join("lehman").join(second.replaces.unwrap().to_string());
    let text = fs::read_to_string(kept.join("daily.txt")).unwrap();
    fs::write(kept.join("daily.txt"), text.replace("947.75", "947.76")).unwrap();
    assert!(matches!(undo(&scratch.places(), "lehman"), Err(AcceptError::Golden(GoldenError::Edited { .. }))));
    fs::remove_dir_all(&kept).unwrap();
    let error = undo(&scratch.places(), "lehman").unwrap_err();
    assert!(error.to_string().ends_with("restore lehman from version control at the commit before it was accepted"));
    assert_eq!(read(&scratch.case()).unwrap(), second);
}

#[test]
fn a_golden_kept_under_a_wrong_seal_is_not_restored() {
    let scratch = Scratch::new("wrong-seal");
    scratch.accept(&journal());
    let second = scratch.accept(&other());
    let folder = scratch.places().undo.join("lehman");
    fs::remove_dir_all(folder.join(second.replaces.unwrap().to_string())).unwrap();
    let copy = folder.join(second.replaces.unwrap().to_string());
    fs::create_dir_all(&copy).unwrap();
    for entry in fs::read_dir(scratch.case()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    assert!(matches!(undo(&scratch.places(), "lehman"), Err(AcceptError::KeptEdited { .. })));
}

#[test]
fn a_crashed_write_leaves_no_trace_in_the_next() {
    let scratch = Scratch::new("crash");
    scratch.accept(&journal());
    let stage = scratch.places().golden.join(".lehman.new");
    fs::create_dir_all(&stage).unwrap();
    fs::write(stage.join("daily.txt"), "half").unwrap();
    assert_eq!(cases(&scratch.places().golden).unwrap(), ["lehman"]);
    scratch.accept(&other());
    assert!(!stage.exists() && read(&scratch.case()).is_ok());
}

#[test]
fn scenarios_and_goldens_pair_both_ways() {
    let scratch = Scratch::new("pairs");
    let golden = scratch.places().golden;
    let scenarios = ["lehman".to_owned(), "dotcom".to_owned()];
    assert_eq!(pairs(&golden, &scenarios).unwrap().0, ["dotcom", "lehman"]);
    scratch.accept(&journal());
    for folder in ["orphan", "policy", "v1", ".lehman.old"] {
        fs::create_dir_all(golden.join(folder)).unwrap();
    }
    fs::write(golden.join("README.md"), "x").unwrap();
    assert_eq!(pairs(&golden, &scenarios).unwrap(), (vec!["dotcom".to_owned()], vec!["orphan".to_owned()]));
}
