//! What is recorded and digested, and the calls that are defects.

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;

use super::{Checkpoint, DaySink, MemorySink, Recorder};
use crate::codec::{encode_day, encode_event};
use crate::event::{BookMark, Event, JournalDay};
use crate::fixture;
use crate::progress::{Progress, Recording};

/// Records the days from `from` on into `sink`.
fn record(mut recorder: Recorder<impl DaySink>, days: &[JournalDay]) -> Recording {
    for day in days {
        record_day(&mut recorder, day);
    }
    recorder.finish()
}

fn record_day(recorder: &mut Recorder<impl DaySink>, day: &JournalDay) {
    recorder.begin_day(day.on);
    day.events.iter().for_each(|event| recorder.push(event.clone()));
    recorder.end_day().unwrap();
}

fn recorder() -> Recorder<MemorySink> {
    Recorder::new(&fixture::header().instruments, MemorySink::new())
}

#[test]
fn memory_holds_what_was_recorded() {
    let (mut sink, days) = (MemorySink::new(), fixture::days());
    let recording = record(Recorder::new(&fixture::header().instruments, &mut sink), &days);
    assert_eq!(sink.days(), days);
    assert_eq!(sink.running().last(), Some(&recording.digest));
    assert_eq!(recording.days, 4);
    assert_eq!(recording.events, days.iter().map(|day| day.events.len() as u64).sum::<u64>());
    assert_eq!(recording.span, Some((days[0].on, days[3].on)));
}

#[test]
fn running_digests_chain_the_bytes_of_whole_days() {
    let (mut sink, days) = (MemorySink::new(), fixture::days());
    let ids = fixture::header().instruments;
    record(Recorder::new(&ids, &mut sink), &days);
    let mut expected = Progress::start(&ids).running();
    for (day, running) in days.iter().zip(sink.running()) {
        let mut bytes = CanonicalBytes::new();
        encode_day(day, &mut bytes);
        expected = expected.keyed(bytes.as_slice());
        assert_eq!(*running, expected, "{}", day.on);
    }
}

#[test]
fn a_long_run_of_one_lane_enters_by_its_own_digest() {
    let mark = Event::BookMarked(BookMark::default());
    let target = |at: u32| Event::TargetSet { instrument: Instrument(0), weight: f64::from(at) };
    // A target has 10 bytes: 102 of them are the last that enter as they are.
    for (count, long) in [(102, false), (103, true)] {
        let ids = fixture::header().instruments;
        let mut recorder = Recorder::new(&ids, MemorySink::new());
        begun(&mut recorder, "2008-09-29");
        (0..count).for_each(|at| recorder.push(target(at)));
        recorder.push(mark.clone());
        recorder.end_day().unwrap();
        let mut run = CanonicalBytes::new();
        (0..count).for_each(|at| encode_event(&target(at), &mut run));
        let mut marked = CanonicalBytes::new();
        encode_event(&mark, &mut marked);
        let run = if long { [&[255], &Digest::of(run.as_slice()).0[..]].concat() } else { run.into_vec() };
        let date = 14_151_i32.to_le_bytes();
        let head = [date, (count + 1).to_le_bytes()].concat();
        let expected = Progress::start(&ids).running().keyed(&[&head[..], &run, marked.as_slice()].concat());
        let recording = recorder.finish();
        assert_eq!(recording.digest, expected);
        let lane = Digest::of(&[&[0][..], &date, &run].concat());
        assert_eq!(recording.lane_digests["targets"]["2008-09"], lane);
    }
}

#[test]
fn a_lane_is_digested_by_month_from_its_own_events_alone() {
    let days = fixture::days();
    let plain = record(recorder(), &days);
    let months = |recording: &Recording, lane: &str| recording.lane_digests[lane].clone();
    assert_eq!(months(&plain, "book").keys().collect::<Vec<_>>(), ["2008-09", "2008-10"]);
    assert_eq!(months(&plain, "momentum").keys().collect::<Vec<_>>(), ["2008-09"]);

    let mut other = days.clone();
    let target = other[1].events.iter_mut().find(|event| event.kind() == "target_set").unwrap();
    *target = Event::TargetSet { instrument: Instrument(0), weight: -0.24 };
    let changed = record(recorder(), &other);
    assert_ne!(changed.digest, plain.digest);
    for lane in plain.lane_digests.keys() {
        assert_eq!(months(&changed, lane) == months(&plain, lane), lane != "targets", "{lane}");
    }
}

#[test]
fn a_lane_digest_knows_the_day_of_an_event() {
    let moved = |from: usize, to: usize| {
        let mut days = fixture::days();
        let event = Event::TargetSet { instrument: Instrument(0), weight: 0.5 };
        days[1].events = vec![fixture::mark()];
        days[if from == to { from } else { to }].events.insert(0, event);
        record(recorder(), &days).lane_digests["targets"]["2008-09"]
    };
    assert_eq!(moved(0, 0), moved(0, 0));
    assert_ne!(moved(0, 0), moved(0, 2));
}

#[test]
fn a_recording_can_go_on_from_any_day() {
    let (ids, days) = (fixture::header().instruments, fixture::days());
    let whole = record(recorder(), &days);
    for split in 0..=days.len() {
        let mut sink = MemorySink::new();
        let mut first = Recorder::new(&ids, &mut sink);
        days[..split].iter().for_each(|day| record_day(&mut first, day));
        let progress = first.progress().clone();
        assert_eq!(record(Recorder::resume(progress, &mut sink), &days[split..]), whole, "split at {split}");
        assert_eq!(sink.days(), days);
    }
}

/// Keeps the latest checkpoint.
#[derive(Default)]
struct Latest(Vec<u8>);

impl DaySink for Latest {
    fn take(&mut self, _: Date, _: &[u8], _: &Digest) -> std::io::Result<()> {
        Ok(())
    }

    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        self.0 = state.to_vec();
        Ok(())
    }
}

#[test]
fn a_checkpoint_holds_the_position_and_the_state() {
    let mut sink = Latest::default();
    let mut recorder = Recorder::new(&fixture::header().instruments, &mut sink);
    record_day(&mut recorder, &fixture::days()[0]);
    let running = recorder.progress().running();
    recorder.checkpoint(b"state").unwrap();
    let expected = Checkpoint { running, days: 1, events: 1, state: b"state" };
    assert_eq!(Checkpoint::read(&sink.0), Some(expected));
    for length in 0..sink.0.len() {
        assert_eq!(Checkpoint::read(&sink.0[..length]), None);
    }
}

#[test]
fn a_failing_sink_stops_the_recording() {
    struct Full;
    impl DaySink for Full {
        fn take(&mut self, _: Date, _: &[u8], _: &Digest) -> std::io::Result<()> {
            Err(std::io::Error::other("the disk is full"))
        }
        fn checkpoint(&mut self, _: &[u8]) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut recorder = Recorder::new(&[], Full);
    recorder.begin_day("2008-09-29".parse().unwrap());
    recorder.push(Event::BookMarked(BookMark::default()));
    assert_eq!(recorder.end_day().unwrap_err().to_string(), "the disk is full");
}

macro_rules! defects {
    ($($name:ident: $message:literal, $act:expr;)*) => {
        $(
            #[test]
            #[should_panic(expected = $message)]
            fn $name() {
                let act: fn(&mut Recorder<MemorySink>) = $act;
                act(&mut recorder());
            }
        )*
    };
}

fn begun(recorder: &mut Recorder<MemorySink>, on: &str) {
    recorder.begin_day(on.parse().unwrap());
}

fn target(instrument: u32) -> Event {
    Event::TargetSet { instrument: Instrument(instrument), weight: 0.5 }
}

defects! {
    a_phase_does_not_come_back: "event 1 of 2008-09-29: shares_changed belongs to a phase that is already over", |r| {
        begun(r, "2008-09-29");
        r.push(target(0));
        r.push(fixture::every_event().swap_remove(0));
    };
    nothing_follows_the_mark: "book_marked follows book_marked, which ends the day", |r| {
        begun(r, "2008-09-29");
        r.push(fixture::mark());
        r.push(fixture::mark());
    };
    an_unknown_instrument_is_refused: "event 0 of 2008-09-29 names instrument 2, and the journal has 2", |r| {
        begun(r, "2008-09-29");
        r.push(target(2));
    };
    a_day_needs_its_mark: "2008-09-29 does not end with book_marked", |r| {
        begun(r, "2008-09-29");
        r.push(target(0));
        let _ = r.end_day();
    };
    events_belong_to_a_day: "target_set was pushed outside a day", |r| r.push(target(0));
    days_rise: "2008-09-29 does not come after 2008-09-29", |r| {
        record_day(r, &fixture::days()[1]);
        begun(r, "2008-09-29");
    };
    days_do_not_nest: "2008-09-30 begins before 2008-09-29 has ended", |r| {
        begun(r, "2008-09-29");
        begun(r, "2008-09-30");
    };
    a_day_is_ended_once: "a day was ended that was never begun", |r| {
        record_day(r, &fixture::days()[1]);
        let _ = r.end_day();
    };
    a_checkpoint_lies_between_days: "a checkpoint was asked for within 2008-09-29", |r| {
        begun(r, "2008-09-29");
        let _ = r.checkpoint(&[]);
    };
    a_weight_is_finite: "a journal holds finite numbers, and an event came with inf", |r| {
        begun(r, "2008-09-29");
        r.push(Event::TargetSet { instrument: Instrument(0), weight: f64::INFINITY });
        r.push(fixture::mark());
        let _ = r.end_day();
    };
}

#[test]
fn golden_digest_of_the_small_run() {
    // Written down once. When it moves, every stored journal and every golden moves with it: raise FORMAT_VERSION.
    let recording = record(recorder(), &fixture::days());
    assert_eq!(recording.digest.to_string(), "7460b457f2138c5d5eca85b4b056dd54320cc913ad39650ebf4071dcad39afee");
}
