//! Whole logs, torn ones, edited ones: each refused at its byte, or taken up at its last checkpoint.

use domain::date::Date;
use domain::digest::Digest;

use super::{LogError, LogFault, LogWriter, last_checkpoint, read};
use crate::codec::CodecError;
use crate::fixture;
use crate::recorder::{DaySink, Recorder};

const MANIFEST: Digest = Digest([7; 32]);

/// Writes the frames of a run into memory, and notes where each begins.
struct Frames {
    log: LogWriter<Vec<u8>>,
    starts: Vec<usize>,
}

impl DaySink for Frames {
    fn take(&mut self, _: Date, bytes: &[u8], running: &Digest) -> std::io::Result<()> {
        self.starts.push(self.log.inner().len());
        self.log.day(bytes, running)
    }

    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        self.starts.push(self.log.inner().len());
        self.log.checkpoint(state)
    }
}

/// The log of the small run, and where each of its frames begins: a day and a checkpoint in turn, then the end.
fn small_log() -> (Vec<u8>, Vec<usize>) {
    let mut frames = Frames { log: LogWriter::begin(Vec::new()).unwrap(), starts: Vec::new() };
    let mut recorder = Recorder::new(&fixture::header().instruments, &mut frames);
    for day in fixture::days() {
        recorder.begin_day(day.on);
        day.events.iter().for_each(|event| recorder.push(event.clone()));
        recorder.end_day().unwrap();
        recorder.checkpoint(day.on.to_string().as_bytes()).unwrap();
    }
    let recording = recorder.finish();
    let Frames { mut log, mut starts } = frames;
    starts.push(log.inner().len());
    log.end(&recording.digest, &MANIFEST).unwrap();
    (log.inner().clone(), starts)
}

fn refusal(bytes: &[u8]) -> LogError {
    read(bytes, &fixture::header().instruments).unwrap_err()
}

/// The log with the payload of the frame at `offset` edited, and its checksum made good again.
fn forged(bytes: &[u8], offset: usize, edit: impl Fn(&mut u8, &mut Vec<u8>)) -> Vec<u8> {
    let length = u32::from_le_bytes(bytes[offset + 1..offset + 5].try_into().unwrap()) as usize;
    let (mut kind, mut payload) = (bytes[offset], bytes[offset + 5..offset + 5 + length].to_vec());
    edit(&mut kind, &mut payload);
    let mut frame = vec![kind];
    frame.extend((payload.len() as u32).to_le_bytes());
    frame.extend(payload);
    let checksum = Digest::of(&frame).0;
    frame.extend(&checksum[..8]);
    [&bytes[..offset], &frame, &bytes[offset + 5 + length + 8..]].concat()
}

#[test]
fn a_whole_log_comes_back() {
    let (bytes, _) = small_log();
    let contents = read(&bytes, &fixture::header().instruments).unwrap();
    assert_eq!(contents.days, fixture::days());
    assert_eq!(contents.manifest_digest, MANIFEST);
    assert_eq!(contents.running.last(), Some(&contents.recording.digest));
    assert_eq!(contents.recording.days, 4);
}

#[test]
fn every_prefix_is_refused_at_the_frame_that_it_tears() {
    let (bytes, mut starts) = small_log();
    starts.insert(0, 0);
    for length in 0..bytes.len() {
        let LogError { offset, fault } = refusal(&bytes[..length]);
        let frame = *starts.iter().rfind(|start| **start <= length).unwrap();
        if starts[1..].contains(&length) {
            assert_eq!((offset, fault), (length as u64, LogFault::NoEnd));
        } else {
            assert_eq!(offset, frame as u64, "cut to {length}: {fault}");
            assert!(matches!(fault, LogFault::Torn { left, .. } if left == (length - frame) as u64), "{fault}");
        }
    }
}

#[test]
fn every_changed_bit_is_refused() {
    let (bytes, _) = small_log();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let offset = refusal(&changed).offset as usize;
            assert!(offset <= at, "byte {at}, bit {bit}: refused at {offset}");
        }
    }
}

#[test]
fn a_file_that_is_no_log_or_newer_is_told_apart() {
    let (mut bytes, _) = small_log();
    assert_eq!(refusal(b"PAR1 and more").fault, LogFault::NotALog);
    bytes[8] = 9;
    let newer = refusal(&bytes);
    assert_eq!((newer.offset, &newer.fault), (8, &LogFault::OtherFormat { found: 9 }));
    let message = "byte 8: the log has format 9, and this version reads format 2: read it with the version that wrote \
                   it, or record the run again with this one";
    assert_eq!(newer.to_string(), message);
}

#[test]
fn bytes_after_the_end_are_refused() {
    let (bytes, _) = small_log();
    let longer = [bytes.clone(), vec![0; 3]].concat();
    assert_eq!(refusal(&longer), LogError { offset: bytes.len() as u64, fault: LogFault::Trailing { count: 3 } });
}

#[test]
fn edits_with_good_checksums_are_refused_where_they_stand() {
    let (bytes, starts) = small_log();
    let (first, checkpoint, second, end) = (starts[0], starts[1], starts[2], starts[8]);
    let fault = |bytes: &[u8], at: usize| {
        let LogError { offset, fault } = refusal(bytes);
        assert_eq!(offset as usize, at, "{fault}");
        fault
    };

    // A mark's cash is raised by one micro-unit: the running digest, after 19 bytes of the day, no longer follows.
    let richer = forged(&bytes, first, |_, payload| payload[9] ^= 0b1000);
    assert!(matches!(fault(&richer, first + 5 + payload_day(&bytes, first)), LogFault::RunningDigest { .. }));

    let unknown_event = forged(&bytes, first, |_, payload| payload[8] = 99);
    let expected = CodecError::UnknownCode { what: "event", code: 99 };
    assert_eq!(fault(&unknown_event, first + 5 + 8), LogFault::Payload(expected));

    let unknown_frame = forged(&bytes, second, |kind, _| *kind = 4);
    assert_eq!(fault(&unknown_frame, second), LogFault::UnknownFrame { kind: 4 });

    let fewer_days = forged(&bytes, checkpoint, |_, payload| payload[0] ^= 1);
    assert_eq!(fault(&fewer_days, checkpoint), LogFault::Checkpoint { days: 1 });

    let other_end = forged(&bytes, end, |_, payload| payload[0] ^= 1);
    assert!(matches!(fault(&other_end, end + 5), LogFault::EndDigest { .. }));

    let short_end = forged(&bytes, end, |_, payload| payload.truncate(20));
    let torn = CodecError::Torn { what: "digest at the end of the frame", needed: 32, left: 20 };
    assert_eq!(fault(&short_end, end + 5), LogFault::Payload(torn));
}

/// The bytes of the day in the frame at `offset`.
fn payload_day(bytes: &[u8], offset: usize) -> usize {
    u32::from_le_bytes(bytes[offset + 1..offset + 5].try_into().unwrap()) as usize - 32
}

#[test]
fn days_cut_out_swapped_or_repeated_are_refused() {
    let (bytes, starts) = small_log();
    let part = |from: usize, to: usize| &bytes[starts[from]..starts[to]];
    let head = &bytes[..starts[0]];
    let tail = &bytes[starts[4]..];
    let cut_out = [head, part(2, 4), tail].concat();
    assert!(matches!(refusal(&cut_out).fault, LogFault::RunningDigest { .. }));
    let swapped = [head, part(2, 3), part(0, 1), tail].concat();
    assert!(matches!(refusal(&swapped).fault, LogFault::RunningDigest { .. }));
    let repeated = [head, part(0, 1), part(0, 1), tail].concat();
    let (on, before) = (fixture::days()[0].on, fixture::days()[0].on);
    assert_eq!(refusal(&repeated).fault, LogFault::DayOrder { on, before });
    let last_cut_off = [&bytes[..starts[6]], &bytes[starts[8]..]].concat();
    assert!(matches!(refusal(&last_cut_off).fault, LogFault::EndDigest { .. }));
}

#[test]
fn other_instruments_are_refused_on_the_first_day() {
    let (bytes, starts) = small_log();
    let other = ["EQUITY:GE".parse().unwrap(), "EQUITY:LEHX".parse().unwrap()];
    let LogError { offset, fault } = read(&bytes, &other).unwrap_err();
    assert_eq!(offset as usize, starts[0] + 5 + payload_day(&bytes, starts[0]));
    assert!(matches!(fault, LogFault::RunningDigest { .. }));
    let fault = read(&bytes, &other[..1]).unwrap_err().fault;
    assert!(matches!(fault, LogFault::RunningDigest { .. }));
}

#[test]
fn the_last_checkpoint_before_a_tear_is_found() {
    let (bytes, starts) = small_log();
    let ids = fixture::header().instruments;
    let days = fixture::days();
    for length in 0..=bytes.len() {
        // Checkpoints end where the frame after them begins: frames 2, 4, 6 and 8.
        let whole = (1..=4).rfind(|day| starts[2 * day] <= length);
        let found = last_checkpoint(&bytes[..length], &ids).unwrap();
        let found = found.map(|last| (last.end as usize, last.progress.days(), last.state));
        let expected = whole.map(|day| (starts[2 * day], day as u64, days[day - 1].on.to_string().into_bytes()));
        assert_eq!(found, expected, "cut to {length}");
    }
}

#[test]
fn a_resumable_log_may_end_in_zeros_but_not_in_edits() {
    let (bytes, starts) = small_log();
    let ids = fixture::header().instruments;
    let zeros = [&bytes[..starts[4]], &[0; 64]].concat();
    assert_eq!(last_checkpoint(&zeros, &ids).unwrap().unwrap().end as usize, starts[4]);
    let edited = forged(&bytes, starts[4], |_, payload| payload[9] ^= 0b1000);
    assert!(matches!(last_checkpoint(&edited, &ids).unwrap_err().fault, LogFault::RunningDigest { .. }));
    assert_eq!(last_checkpoint(b"PAR1 and more", &ids).unwrap_err().fault, LogFault::NotALog);
}
