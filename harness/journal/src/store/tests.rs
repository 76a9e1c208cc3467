//! Folders on the real file system: whole, changed, killed, resumed, taken.

use std::fs;
use std::path::Path;

use super::read::FolderTexts;
use domain::digest::Digest;

use super::{JournalWriter, StoreError, discard_finished, discard_unfinished, open, resume, unfinished_path};
use crate::event::{Event, JournalDay};
use crate::fixture::{self, TemporaryRun};
use crate::header::RunHeader;
use crate::journal::Journal;
use crate::log::LogFault;
use crate::recorder::{DaySink, Recorder};

fn record_days<S: DaySink>(recorder: &mut Recorder<S>, days: &[JournalDay]) {
    for day in days {
        recorder.begin_day(day.on);
        day.events.iter().for_each(|event| recorder.push(event.clone()));
        recorder.end_day().unwrap();
        recorder.checkpoint(day.on.to_string().as_bytes()).unwrap();
    }
}

/// Records the days under `dir` as one run, with a checkpoint after each.
fn store(dir: &Path, header: &RunHeader, days: &[JournalDay]) -> Result<Journal, StoreError> {
    let mut writer = JournalWriter::create(dir, header)?;
    let mut recorder = Recorder::new(&header.instruments, &mut writer);
    record_days(&mut recorder, days);
    let recording = recorder.finish();
    writer.finish(recording)
}

/// Records the first `count` days and is killed.
fn kill_after(dir: &Path, count: usize) {
    let header = fixture::header();
    let mut writer = JournalWriter::create(dir, &header).unwrap();
    let mut recorder = Recorder::new(&header.instruments, &mut writer);
    record_days(&mut recorder, &fixture::days()[..count]);
}

/// Resumes, records whatever is missing, and gives the bytes of both files.
fn resumed(dir: &Path) -> (Vec<u8>, Vec<u8>) {
    let days = fixture::days();
    let mut point = resume(dir, &fixture::header()).unwrap();
    let done = point.progress.days() as usize;
    assert_eq!(point.state, done.checked_sub(1).map(|last| days[last].on.to_string().into_bytes()));
    let mut recorder = Recorder::resume(point.progress, &mut point.writer);
    record_days(&mut recorder, &days[done..]);
    let recording = recorder.finish();
    point.writer.finish(recording).unwrap();
    bytes_of(dir)
}

fn bytes_of(dir: &Path) -> (Vec<u8>, Vec<u8>) {
    let texts = FolderTexts::read(dir).unwrap();
    (texts.manifest, texts.events)
}

fn small_folder(name: &str) -> TemporaryRun {
    let dir = TemporaryRun::new(name);
    store(&dir, &fixture::header(), &fixture::days()).unwrap();
    dir
}

fn names_in(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn what_was_stored_is_opened() {
    let dir = small_folder("plain");
    let journal = open(&dir).unwrap();
    assert_eq!(journal, Journal::of_days(&fixture::header(), fixture::days()).unwrap());
    assert_eq!(names_in(&dir), ["events.log", "manifest.toml"]);
    assert!(!unfinished_path(&dir).exists());
    fs::create_dir(dir.join("tables")).unwrap();
    assert_eq!(open(&dir).unwrap(), journal, "tables beside a journal are not its business");
}

#[test]
fn every_changed_byte_is_refused() {
    let dir = small_folder("changed");
    for name in ["manifest.toml", "events.log"] {
        let good = fs::read(dir.join(name)).unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(dir.join(name), &bytes).unwrap();
            assert!(open(&dir).is_err(), "{name}, byte {at}");
        }
        fs::write(dir.join(name), &good).unwrap();
    }
    open(&dir).unwrap();
}

#[test]
fn every_changed_bit_lost_byte_and_added_byte_of_the_manifest_is_refused() {
    let dir = small_folder("bits");
    let (manifest, events) = bytes_of(&dir);
    let refused = |manifest: Vec<u8>, what: &str, at: usize| {
        let texts = FolderTexts { manifest, events: events.clone() };
        assert!(texts.verify(&dir).is_err(), "byte {at} {what}");
    };
    for at in 0..manifest.len() {
        for bit in 0..8 {
            let mut changed = manifest.clone();
            changed[at] ^= 1 << bit;
            refused(changed, "changed", at);
        }
        refused([&manifest[..at], &manifest[at + 1..]].concat(), "lost", at);
        refused([&manifest[..at], b" ", &manifest[at..]].concat(), "added", at);
    }
    refused([&manifest[..], b"\n"].concat(), "added", manifest.len());
}

#[test]
fn an_edited_value_is_named() {
    let dir = small_folder("edited");
    let (manifest, events) = bytes_of(&dir);
    let text = String::from_utf8(manifest).unwrap();
    let edited = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} is not in:\n{text}");
        let texts = FolderTexts { manifest: text.replacen(from, to, 1).into_bytes(), events: events.clone() };
        match texts.verify(&dir).unwrap_err() {
            StoreError::Edited { key, .. } => key,
            other => format!("{other:?}"),
        }
    };
    let journal = open(&dir).unwrap().manifest;
    let other = domain::digest::Digest::of(b"other").to_string();
    let september = journal.lane_digests["momentum"]["2008-09"].to_string();
    assert_eq!(edited(&journal.run_id.to_string(), &other), "run_id");
    assert_eq!(edited("seed = 7", "seed = 8"), "run_id");
    assert_eq!(edited(&journal.inputs.tape_digest.to_string(), &other), "run_id");
    assert_eq!(edited("scenario = \"small\"", "scenario = \"smaller\""), "run_id");
    assert_eq!(edited(&format!("digest = \"{}\"", journal.digest), &format!("digest = \"{other}\"")), "digest");
    assert_eq!(edited("first_day = \"2008-09-26\"", "first_day = \"2008-09-27\""), "first_day");
    assert_eq!(edited("last_day = \"2008-10-01\"", "last_day = \"2008-10-02\""), "last_day");
    assert_eq!(edited("days = 4", "days = 5"), "days");
    assert_eq!(edited(&format!("events = {}", journal.events), "events = 1"), "events");
    assert_eq!(edited(&september, &other), "lane_digests.momentum.2008-09");
    assert_eq!(edited("2008-10 = ", "2008-11 = "), "lane_digests.book.2008-11");
    assert_eq!(edited("[lane_digests.plan]", "[lane_digests.plain]"), "lane_digests.plain.2008-09");
    assert_eq!(edited("currency = \"USD\"", "currency = \"EUR\""), "the digest of the whole text");
    assert_eq!(edited("initial_cash_micros = 1", "initial_cash_micros = 2"), "the digest of the whole text");
    assert!(edited("EQUITY:LEH", "EQUITY:LEHX").contains("RunningDigest"));
}

#[test]
fn a_manifest_of_another_form_is_refused_with_its_line() {
    let dir = small_folder("form");
    let path = dir.join("manifest.toml");
    let text = fs::read_to_string(&path).unwrap();
    let refusal = |text: &str| {
        fs::write(&path, text).unwrap();
        open(&dir).unwrap_err().to_string().replace(&format!("{}: ", path.display()), "")
    };
    let newer = refusal(&format!("{}\nhash = 1\n", text.replace("format_version = 2", "format_version = 3")));
    assert!(newer.starts_with("format_version is 3, and this version reads format 2: read it with"), "{newer}");
    let more = refusal(&text.replacen("days =", "host = \"a\"\ndays =", 1));
    assert!(more.starts_with("line 6, column 1: unknown field `host`"), "{more}");
    let less = refusal(&text.replacen("days = 4\n", "", 1));
    assert!(less.contains("missing field `days`"), "{less}");
    let twice = refusal(&text.replacen("days = 4", "days = 4\ndays = 4", 1));
    assert!(twice.starts_with("line 7, column 1: duplicate key"), "{twice}");
}

#[test]
fn a_log_that_does_not_end_is_refused_with_its_offset() {
    let dir = small_folder("torn");
    let path = dir.join("events.log");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let end = bytes.len() - 64 - 13;
    let StoreError::Log { source, .. } = open(&dir).unwrap_err() else { panic!("the log is torn") };
    assert_eq!((source.offset as usize, source.fault), (end, LogFault::Torn { needed: 77, left: 76 }));
    fs::remove_file(&path).unwrap();
    assert!(matches!(open(&dir), Err(StoreError::Io { doing: "read", .. })));
}

#[test]
fn a_run_killed_after_any_day_resumes_to_the_same_bytes() {
    let whole = bytes_of(&small_folder("whole"));
    for count in 0..=fixture::days().len() {
        let dir = TemporaryRun::new("killed");
        kill_after(&dir, count);
        assert!(matches!(open(&dir), Err(StoreError::Io { .. })), "a killed run has no name");
        assert_eq!(resumed(&dir), whole, "killed after {count} days");
    }
}

#[test]
fn a_run_torn_at_any_byte_resumes_to_the_same_bytes() {
    let whole = bytes_of(&small_folder("whole"));
    // `log::tests` tears at every byte; here the files are real and synced, which takes its time.
    for length in (0..whole.1.len()).filter(|length| *length < 14 || length % 101 == 0) {
        let dir = TemporaryRun::new("torn");
        kill_after(&dir, 4);
        let path = unfinished_path(&dir).join("events.log");
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_len(length as u64).unwrap();
        drop(file);
        assert_eq!(resumed(&dir), whole, "torn at {length}");
    }
}

#[test]
fn a_run_killed_between_its_steps_of_finishing_resumes_or_is_finished() {
    let whole = small_folder("whole");
    // With its manifest, and not yet its name.
    let dir = TemporaryRun::new("unnamed");
    kill_after(&dir, 4);
    for name in ["manifest.toml", "events.log"] {
        fs::copy(whole.join(name), unfinished_path(&dir).join(name)).unwrap();
    }
    assert_eq!(resumed(&dir), bytes_of(&whole));
    // With its name, and still its inputs.
    fs::write(dir.join("inputs.toml"), "left behind").unwrap();
    open(&dir).unwrap();
    // Before its log.
    let dir = TemporaryRun::new("no-log");
    kill_after(&dir, 0);
    fs::remove_file(unfinished_path(&dir).join("events.log")).unwrap();
    assert_eq!(resumed(&dir), bytes_of(&whole));
}

#[test]
fn only_the_same_run_resumes() {
    let dir = TemporaryRun::new("other");
    kill_after(&dir, 2);
    let mut other = fixture::header();
    other.inputs.seed = domain::seed::Seed(8);
    let refusal = resume(&dir, &other).unwrap_err();
    assert!(refusal.to_string().contains("inputs.seed is 7 in the stored run and 8 in the given one"), "{refusal}");
    assert!(resume(&unfinished_path(&dir), &fixture::header()).is_ok(), "the unfinished name stands for the run");
}

#[test]
fn there_must_be_something_to_resume() {
    let why = |dir: &Path| match resume(dir, &fixture::header()) {
        Err(StoreError::NothingToResume { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(&TemporaryRun::new("absent")), "there is no such folder");
    assert_eq!(why(&small_folder("finished")), "the run is finished");
    let dir = TemporaryRun::new("early");
    fs::create_dir_all(unfinished_path(&dir)).unwrap();
    assert!(why(&dir).starts_with("it was stopped before it wrote its inputs"));
}

#[test]
fn inputs_of_another_format_or_edited_are_refused() {
    let dir = TemporaryRun::new("inputs");
    kill_after(&dir, 2);
    let path = unfinished_path(&dir).join("inputs.toml");
    let text = fs::read_to_string(&path).unwrap();
    let refusal = |from: &str, to: &str| {
        assert!(text.contains(from));
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        resume(&dir, &fixture::header()).unwrap_err()
    };
    assert!(matches!(refusal("format_version = 2", "format_version = 3"), StoreError::OtherFormat { found: 3, .. }));
    assert!(matches!(refusal("currency = \"USD\"", "currency = \"EUR\""), StoreError::OtherRun { .. }));
    assert!(matches!(refusal("[inputs]", "[input]"), StoreError::Text { .. }));
}

#[test]
fn an_edited_log_does_not_resume() {
    let dir = TemporaryRun::new("edited-log");
    kill_after(&dir, 2);
    let path = unfinished_path(&dir).join("events.log");
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 3;
    fs::write(&path, &bytes).unwrap();
    let refusal = resume(&dir, &fixture::header()).unwrap_err();
    assert!(matches!(refusal, StoreError::Log { source, .. } if source.offset == 8));
    assert_eq!(fs::read(&path).unwrap(), bytes, "a refused log is left as it is");
}

#[test]
fn one_process_writes_a_run() {
    let (dir, header) = (TemporaryRun::new("busy"), fixture::header());
    let writer = JournalWriter::create(&dir, &header).unwrap();
    assert!(matches!(JournalWriter::create(&dir, &header), Err(StoreError::Busy { .. })));
    assert!(matches!(resume(&dir, &header), Err(StoreError::Busy { .. })));
    assert!(matches!(discard_unfinished(&dir), Err(StoreError::Busy { .. })));
    drop(writer);
    assert!(matches!(JournalWriter::create(&dir, &header), Err(StoreError::Unfinished { .. })));
    discard_unfinished(&dir).unwrap();
    discard_unfinished(&dir).unwrap();
    store(&dir, &header, &fixture::days()).unwrap();
}

#[test]
fn one_identity_has_one_content() {
    let (dir, header) = (small_folder("twice"), fixture::header());
    let first = bytes_of(&dir);
    store(&dir, &header, &fixture::days()).unwrap();
    assert_eq!(bytes_of(&dir), first);
    assert!(!unfinished_path(&dir).exists());

    let mut days = fixture::days();
    days[3].events.insert(0, Event::TargetSet { instrument: domain::ids::Instrument(0), weight: 0.5 });
    let refusal = store(&dir, &header, &days).unwrap_err();
    assert!(matches!(&refusal, StoreError::Conflict { kept, .. } if *open(kept).unwrap().days == days), "{refusal}");
    assert_eq!(bytes_of(&dir), first, "what was stored stays");
}

#[test]
fn another_run_or_another_folder_is_not_overwritten() {
    let (dir, mut other) = (small_folder("taken"), fixture::header());
    other.inputs.seed = domain::seed::Seed(8);
    assert!(matches!(JournalWriter::create(&dir, &other), Err(StoreError::Occupied { .. })));
    let dir = TemporaryRun::new("foreign");
    fs::create_dir_all(&*dir).unwrap();
    let refusal = JournalWriter::create(&dir, &other).unwrap_err().to_string();
    assert!(refusal.ends_with("exists and holds no journal: choose another folder"), "{refusal}");
    assert!(!unfinished_path(&dir).exists());
}

#[test]
fn a_header_that_no_run_has_is_refused() {
    let refusal = |edit: fn(&mut RunHeader)| {
        let mut header = fixture::header();
        edit(&mut header);
        JournalWriter::create(&TemporaryRun::new("header"), &header).unwrap_err().to_string()
    };
    let falling = refusal(|header| header.instruments.reverse());
    assert_eq!(falling, "the run's header: instruments: EQUITY:LEH stands before EQUITY:GE, expected ascending ids");
    let newer = refusal(|header| header.inputs.format_version = 3);
    assert!(newer.contains("inputs.format_version is 3, expected 2"), "{newer}");
}

#[test]
fn a_run_without_days_or_before_its_first_is_refused() {
    let (dir, header) = (TemporaryRun::new("empty"), fixture::header());
    let refusal = store(&dir, &header, &[]).unwrap_err().to_string();
    assert!(refusal.starts_with("the run of scenario `small` recorded no day"), "{refusal}");
    let mut late = header;
    late.first_day = late.first_day.plus_days(1);
    let refusal = store(&TemporaryRun::new("late"), &late, &fixture::days()).unwrap_err().to_string();
    assert!(refusal.starts_with("the run recorded 2008-09-26, before its planned first day 2008-09-27"), "{refusal}");
}

#[test]
fn a_fresh_start_throws_away_the_same_run_and_nothing_else() {
    let dir = small_folder("fresh");
    let own = open(&dir).unwrap().manifest.run_id;
    let holds = |refused: StoreError| match refused {
        StoreError::Occupied { holds, .. } => holds,
        other => panic!("{other}"),
    };
    assert!(holds(discard_finished(&dir, Digest::of(b"another"), &[]).unwrap_err()).contains(&own.to_string()));
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    assert!(holds(discard_finished(&dir, own, &["tables"]).unwrap_err()).contains("notes.txt"));
    open(&dir).unwrap();
    fs::remove_file(dir.join("notes.txt")).unwrap();
    fs::create_dir(dir.join("tables")).unwrap();
    discard_finished(&dir, own, &["tables"]).unwrap();
    assert!(!dir.exists());
    fs::create_dir(&*dir).unwrap();
    discard_finished(&dir, own, &[]).unwrap();
    assert!(dir.exists(), "a folder without a journal is nobody's run");
    fs::remove_dir(&*dir).unwrap();
}
