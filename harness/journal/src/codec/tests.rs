//! Bytes of every kind of event there and back, and every refusal on the way.

use domain::digest::CanonicalBytes;

use super::{CodecError, DayFault, decode_day, decode_event, encode_day, encode_event};
use crate::event::{BookMark, Event, JournalDay};
use crate::fixture;

fn bytes_of(event: &Event) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    encode_event(event, &mut bytes);
    bytes.into_vec()
}

fn decoded(mut bytes: &[u8]) -> Result<(Event, usize), CodecError> {
    decode_event(&mut bytes).map(|event| (event, bytes.len()))
}

fn day_of(events: Vec<Event>) -> (JournalDay, Vec<u8>) {
    let day = JournalDay { on: "2008-09-29".parse().unwrap(), events };
    let mut bytes = CanonicalBytes::new();
    encode_day(&day, &mut bytes);
    (day, bytes.into_vec())
}

fn refusal_of(bytes: &[u8]) -> DayFault {
    decode_day(bytes, 2, |_, _| {}).unwrap_err()
}

#[test]
fn every_event_comes_back() {
    for event in fixture::every_event() {
        assert_eq!(decoded(&bytes_of(&event)), Ok((event, 0)));
    }
}

#[test]
fn every_event_leaves_what_follows_it() {
    for event in fixture::every_event() {
        let bytes = [bytes_of(&event), vec![1, 2, 3]].concat();
        assert_eq!(decoded(&bytes), Ok((event, 3)));
    }
}

#[test]
fn every_event_is_refused_when_torn() {
    for event in fixture::every_event() {
        let bytes = bytes_of(&event);
        for length in 0..bytes.len() {
            let refusal = decoded(&bytes[..length]);
            assert!(matches!(refusal, Err(CodecError::Torn { .. })), "{event:?} cut to {length}: {refusal:?}");
        }
    }
}

#[test]
fn whatever_is_accepted_is_canonical() {
    // Any byte of any event replaced by any other: refused, or the one way to write another event.
    for event in fixture::every_event() {
        let good = bytes_of(&event);
        for at in 0..good.len() {
            for value in 0..=u8::MAX {
                let mut bytes = good.clone();
                bytes[at] = value;
                let Ok((other, left)) = decoded(&bytes) else { continue };
                assert_eq!(bytes_of(&other), bytes[..bytes.len() - left], "{event:?}, byte {at} = {value}");
                assert_eq!(other == event, value == good[at] || is_zero_with_other_sign(&event, &other));
            }
        }
    }
}

/// The one case of equal values with different bytes: `0.0 == -0.0`.
fn is_zero_with_other_sign(left: &Event, right: &Event) -> bool {
    left == right && format!("{left:?}") != format!("{right:?}")
}

#[test]
fn unknown_tags_and_codes_are_named() {
    assert_eq!(decoded(&[0]), Err(CodecError::UnknownCode { what: "event", code: 0 }));
    assert_eq!(decoded(&[15]), Err(CodecError::UnknownCode { what: "event", code: 15 }));
    let refused = |kind: &str, from_end: usize, what: &'static str| {
        let event = fixture::every_event().into_iter().find(|event| event.kind() == kind).unwrap();
        let mut bytes = bytes_of(&event);
        let at = bytes.len() - from_end;
        bytes[at] = 200;
        assert_eq!(decoded(&bytes), Err(CodecError::UnknownCode { what, code: 200 }), "{kind}");
    };
    refused("order_filled", 1, "at_decision_close");
    refused("order_cancelled", 2, "reason");
    refused("order_refused", 1, "reason");
    refused("order_refused", 3, "side");
    refused("order_planned", 3, "kind");
    refused("engine_decided", 1, "verdict");
    refused("figure_recorded", 9, "value");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let floats = [("target_set", "weight"), ("dividend_paid", "per_share"), ("position_settled", "price")];
    let more = [("position_marked", "price"), ("figure_recorded", "value"), ("order_filled", "price")];
    for (kind, what) in floats.into_iter().chain(more) {
        let event = fixture::every_event().into_iter().find(|event| event.kind() == kind).unwrap();
        let good = bytes_of(&event);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let refused = (0..=good.len() - 8).any(|at| {
                let mut bytes = good.clone();
                bytes[at..at + 8].copy_from_slice(&bad.to_le_bytes());
                matches!(decoded(&bytes), Err(CodecError::BadNumber { what: named, .. }) if named == what)
            });
            assert!(refused, "{kind}.{what} = {bad}");
        }
    }
}

#[test]
#[should_panic(expected = "a journal holds finite numbers, and an event came with NaN")]
fn a_weight_that_is_no_number_is_not_written() {
    bytes_of(&Event::TargetSet { instrument: domain::ids::Instrument(0), weight: f64::NAN });
}

#[test]
fn a_price_out_of_range_is_refused() {
    let event = fixture::every_event().into_iter().find(|event| event.kind() == "order_filled").unwrap();
    let mut bytes = bytes_of(&event);
    let at = 1 + 1 + 1 + 1 + 4;
    bytes[at..at + 8].copy_from_slice(&(-1.0_f64).to_le_bytes());
    let refusal = decoded(&bytes).unwrap_err();
    assert_eq!(refusal.to_string(), "price: -1 is refused, expected a price, finite from 1e-9 to 1e12");
}

#[test]
fn a_length_that_lies_is_refused() {
    let engine = |bytes: &[u8]| decoded(&[&[6], bytes].concat()).unwrap_err();
    let eight = [&[17][..], b"momentum", &[0]].concat();
    assert!(decoded(&[&[6][..], &eight].concat()).is_ok());
    let all_ones = [&[0][..], &[255; 8], b"momentum", &[0]].concat();
    assert_eq!(engine(&all_ones), CodecError::Torn { what: "engine", needed: u64::MAX, left: 9 });
    assert_eq!(engine(&[17, 0xff, 1, 1, 1, 1, 1, 1, 1, 0]), CodecError::BadText { what: "engine" });
}

#[test]
fn numbers_have_one_form_and_fit_their_field() {
    let target = |instrument: &[u8]| decoded(&[&[9], instrument, &[0; 8]].concat());
    assert!(target(&[7]).is_ok());
    for long in [&[0b1110, 0][..], &[0b1_1100, 0, 0], &[0, 3, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(target(long), Err(CodecError::LongForm { what: "instrument", value: 3 }), "{long:?}");
    }
    let mut beyond = CanonicalBytes::new();
    beyond.put_short(1 << 32);
    let refusal = target(beyond.as_slice()).unwrap_err();
    assert_eq!(refusal.to_string(), "instrument: 4294967296 is refused, expected a number below 4294967296");
}

#[test]
fn a_day_comes_back_event_by_event() {
    for day in fixture::days() {
        let mut bytes = CanonicalBytes::new();
        encode_day(&day, &mut bytes);
        let mut slices = bytes.as_slice()[..8].to_vec();
        let found = decode_day(bytes.as_slice(), 2, |_, slice| slices.extend_from_slice(slice));
        assert_eq!(found, Ok(day));
        assert_eq!(slices, bytes.as_slice());
    }
}

#[test]
fn a_day_that_breaks_the_order_is_refused_where_it_does() {
    let mark = || Event::BookMarked(BookMark::default());
    let target = |instrument| Event::TargetSet { instrument: domain::ids::Instrument(instrument), weight: 0.5 };
    let (split, _) = fixture::every_event().split_first().map(|(first, rest)| (first.clone(), rest.len())).unwrap();
    let at = |events: Vec<Event>| {
        let fault = refusal_of(&day_of(events).1);
        (fault.at, fault.error.to_string())
    };
    let cases = [
        (vec![], 8, "2008-09-29 does not end with a book_marked event"),
        (vec![target(0)], 18, "2008-09-29 does not end with a book_marked event"),
        (
            vec![target(0), split, mark()],
            18,
            "event 1 of 2008-09-29: shares_changed belongs to a phase that is already over",
        ),
        (vec![mark(), mark()], 19, "event 1 of 2008-09-29: book_marked follows book_marked, which ends the day"),
        (vec![target(2), mark()], 8, "event 0 of 2008-09-29 names instrument 2, and the journal has 2, counted from 0"),
    ];
    for (events, offset, message) in cases {
        assert_eq!(at(events), (offset, message.to_owned()));
    }
}

#[test]
fn a_day_with_bytes_left_or_lacking_is_refused() {
    let (day, good) = day_of(vec![Event::BookMarked(BookMark::default())]);
    let longer = [good.clone(), vec![0, 0]].concat();
    assert_eq!(refusal_of(&longer), DayFault { at: 19, error: CodecError::Trailing { on: day.on, count: 2 } });
    assert_eq!(refusal_of(&good[..5]).error, CodecError::Torn { what: "day", needed: 8, left: 5 });
    let mut more = good.clone();
    more[4] = 2;
    assert_eq!(refusal_of(&more), DayFault { at: 19, error: CodecError::Torn { what: "event", needed: 1, left: 0 } });
    let mut never = good;
    never[..4].copy_from_slice(&i32::MAX.to_le_bytes());
    assert_eq!(refusal_of(&never).error, CodecError::BadDate { days: i32::MAX });
}
