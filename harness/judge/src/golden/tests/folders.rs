//! Reading: every edit is found, and each kind of damage has its own message.

use std::fs;

use super::{Scratch, fresh};
use crate::fixture::journal;
use crate::golden::{GoldenError, edited_line, read};

const FILES: [&str; 5] = ["summary.txt", "daily.txt", "weights.txt", "digests.txt", "manifest.toml"];

#[test]
fn what_was_accepted_reads_back() {
    let scratch = Scratch::new("round-trip");
    let stored = scratch.accept(&journal());
    let found = read(&scratch.case()).unwrap();
    assert_eq!(found, stored);
    assert_eq!(found.golden, fresh(&journal()));
    assert_eq!((found.acceptance.by.as_str(), found.replaces), ("quant desk", None));
}

#[test]
fn a_changed_byte_of_any_file_is_found() {
    let scratch = Scratch::new("bytes");
    scratch.accept(&journal());
    for file in FILES {
        let path = scratch.case().join(file);
        let bytes = fs::read(&path).unwrap();
        // Every seventh byte: enough to meet every column of every line, and quick without optimisation.
        for at in (0..bytes.len()).step_by(7) {
            let mut edited = bytes.clone();
            edited[at] ^= 1;
            fs::write(&path, &edited).unwrap();
            let error = read(&scratch.case()).expect_err("an edit passed");
            // A changed digit of the version is another version; everything else is an edit.
            let is_version = matches!(error, GoldenError::Newer { .. } | GoldenError::Older { .. });
            assert!(matches!(error, GoldenError::Edited { .. }) || is_version, "{file} byte {at}: {error}");
            assert!(error.to_string().contains(file), "{error}");
        }
        for edited in [&bytes[..bytes.len() - 1], &[&bytes[..], b"\n"].concat(), b"", &[0xff, 0xfe]] {
            fs::write(&path, edited).unwrap();
            assert!(matches!(read(&scratch.case()), Err(GoldenError::Edited { .. })), "{file}");
        }
        fs::write(&path, &bytes).unwrap();
    }
    assert!(read(&scratch.case()).is_ok());
}

#[test]
fn the_first_bad_line_is_named_where_the_text_tells() {
    let scratch = Scratch::new("lines");
    scratch.accept(&journal());
    let edit = |file: &str, from: &str, to: &str| {
        let path = scratch.case().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let message = read(&scratch.case()).unwrap_err().to_string();
        fs::write(&path, text).unwrap();
        message
    };
    let table = [
        ("daily.txt", "2008-09-15 ", "2008-09-11 ", "daily.txt:3: edited after it was accepted: out of order"),
        ("daily.txt", "947.750000", "947.75000x", "daily.txt:3: edited after it was accepted: equity is `947.75000x`"),
        ("daily.txt", "947.750000", "947.750001", "every line of it reads"),
        ("weights.txt", "0.05", ".05", "weights.txt:3: edited after it was accepted: not in canonical form"),
        ("manifest.toml", "seed = \"", "seed =  \"", "manifest.toml:9: edited after it was accepted"),
        ("manifest.toml", "reason = \"first", "reason = \"second", "manifest.toml: edited after it was accepted"),
        ("manifest.toml", "reason", "excuse", "manifest.toml:"),
    ];
    for (file, from, to, expected) in table {
        let message = edit(file, from, to);
        assert!(message.contains(expected), "{message} does not say {expected}");
        assert!(message.ends_with("restore it from version control"), "{message}");
    }
}

#[test]
fn a_run_that_still_does_what_was_accepted_names_the_edited_line() {
    let scratch = Scratch::new("edited-line");
    scratch.accept(&journal());
    assert_eq!(edited_line(&scratch.case(), &fresh(&journal())), None);
    let path = scratch.case().join("weights.txt");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("0.05", "0.06")).unwrap();
    let found = edited_line(&scratch.case(), &fresh(&journal())).unwrap();
    assert_eq!((found.line, found.found.ends_with("0.06"), found.accepted.ends_with("0.05")), (3, true, true));
    fs::write(&path, text.trim_end()).unwrap();
    assert_eq!(edited_line(&scratch.case(), &fresh(&journal())).unwrap().line, 5);
    // Another run does not know what was accepted.
    let other = crate::fixture::changed(|days| drop(days[0].events.remove(6)));
    assert_eq!(edited_line(&scratch.case(), &fresh(&other)), None);
}

#[test]
fn missing_strange_and_absent() {
    let scratch = Scratch::new("missing");
    let absent = read(&scratch.case()).unwrap_err();
    assert!(absent.is_absent(), "{absent}");
    for file in FILES {
        scratch.accept(&journal());
        fs::remove_file(scratch.case().join(file)).unwrap();
        let error = read(&scratch.case()).unwrap_err();
        assert!(matches!(&error, GoldenError::MissingFile { path } if path.ends_with(file)), "{error}");
        fs::remove_dir_all(scratch.case()).unwrap();
    }
    scratch.accept(&journal());
    fs::write(scratch.case().join("notes.txt"), "x").unwrap();
    assert!(matches!(read(&scratch.case()), Err(GoldenError::StrangeFile { .. })));
}

#[test]
fn other_versions_are_called_by_name() {
    let scratch = Scratch::new("versions");
    scratch.accept(&journal());
    let path = scratch.case().join("manifest.toml");
    let text = fs::read_to_string(&path).unwrap();
    // A newer golden may have other files and keys; its version is read before either.
    fs::write(scratch.case().join("positions.txt"), "x").unwrap();
    fs::write(&path, text.replace("golden_format = 1", "golden_format = 2\nnews = true")).unwrap();
    let newer = read(&scratch.case()).unwrap_err();
    assert!(matches!(newer, GoldenError::Newer { found: 2, known: 1, .. }), "{newer}");
    assert!(newer.to_string().ends_with("the golden is newer; use a newer program"));
    fs::write(&path, text.replace("golden_format = 1", "golden_format = 0")).unwrap();
    let older = read(&scratch.case()).unwrap_err();
    assert!(matches!(older, GoldenError::Older { found: 0, known: 1, .. }), "{older}");
    fs::write(&path, text.replace("golden_format = 1\n", "")).unwrap();
    assert!(read(&scratch.case()).unwrap_err().to_string().contains("expected `golden_format = 1`"));
}

#[test]
fn a_head_of_another_run_is_found_even_under_good_seals() {
    let other = crate::fixture::changed(|days| crate::fixture::mark(days, 2).equity = crate::fixture::units(1.0));
    let mut mixed = fresh(&journal());
    mixed.origin = fresh(&other).origin;
    let scratch = Scratch::new("mixed");
    let (files, _) = crate::golden::folder::sealed(&mixed, &super::acceptance("x"), None).unwrap();
    fs::create_dir_all(scratch.places().golden).unwrap();
    crate::folders::write_new(&scratch.case(), &files).unwrap();
    let error = read(&scratch.case()).unwrap_err().to_string();
    assert!(error.contains("journal_digest begins with"), "{error}");
}

#[test]
fn an_interrupted_acceptance_is_named_and_loses_nothing() {
    let scratch = Scratch::new("interrupted");
    scratch.accept(&journal());
    let old = scratch.case().with_file_name(format!(".{}.old", scratch.case().file_name().unwrap().to_str().unwrap()));
    fs::rename(scratch.case(), &old).unwrap();
    let error = read(&scratch.case()).unwrap_err();
    assert!(matches!(error, GoldenError::Interrupted { .. }) && !error.is_absent(), "{error}");
    let (places, again) = (scratch.places(), fresh(&journal()));
    let again = crate::golden::accept::accept(&places, &again, &super::acceptance("x"), &super::policy());
    assert!(again.is_err() && old.is_dir(), "the old golden is neither replaced nor removed");
    fs::rename(&old, scratch.case()).unwrap();
    read(&scratch.case()).unwrap();
}
