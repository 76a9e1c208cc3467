//! Texts on a tape: refused when blank or too early, cut at today, covered by the digest, replaced by surgery.

use super::{Tape, TapeBuilder, TapeError};
use crate::date::Date;
use crate::facts::{BarFact, InstrumentFact, PriceBasis, TextFact, TextKind};
use crate::seed::{Seed, Streams};
use crate::view::View;

const DAYS: [&str; 3] = ["2020-01-02", "2020-01-03", "2020-01-06"];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn text(subject: &str, happened_on: &str, known_on: &str, text: &str) -> TextFact {
    let (happened_on, known_on) = (day(happened_on), day(known_on));
    TextFact { subject: subject.into(), kind: TextKind::News, happened_on, known_on, text: text.into() }
}

fn builder() -> TapeBuilder {
    let id: crate::ids::InstrumentId = "EQUITY:A".parse().unwrap();
    let (market, currency) = ("US_EQ".to_owned(), "USD".to_owned());
    let fact = InstrumentFact { id: id.clone(), market, currency, issuer: Some("A".into()), sector: None };
    let mut builder = TapeBuilder::new(PriceBasis::Raw, DAYS.map(day).to_vec(), vec![fact]).unwrap();
    for (on, close) in DAYS.map(day).into_iter().zip([10.0, 11.0, 12.0]) {
        let (open, high, low, adjusted_close, volume) = (None, None, None, None, None);
        let bar = BarFact {
            instrument: id.clone(),
            happened_on: on,
            open,
            high,
            low,
            close: Some(close),
            adjusted_close,
            volume,
        };
        builder.push_bar(&bar).unwrap();
    }
    builder
}

fn tape(texts: &[TextFact]) -> Tape {
    let mut builder = builder();
    texts.iter().for_each(|text| builder.push_text(text.clone()).unwrap());
    builder.finish()
}

fn read(tape: &Tape, today: usize, subject: &str) -> Vec<String> {
    let view = View::as_of(tape, today).unwrap();
    view.texts(subject).iter().map(|point| point.text.clone()).collect()
}

#[test]
fn a_view_reads_the_texts_known_by_its_day() {
    let early = text("A", "2019-12-31", "2020-01-03", "a filing");
    let late = text("A", "2019-12-30", "2020-01-06", "an older day, known later");
    let tape = tape(&[late, early, text("MACRO", "2020-01-01", "2020-01-02", "rates")]);
    assert!(read(&tape, 0, "A").is_empty());
    assert_eq!(read(&tape, 1, "A"), ["a filing"]);
    assert_eq!(read(&tape, 2, "A"), ["a filing", "an older day, known later"]);
    assert!(read(&tape, 2, "B").is_empty());
    assert_eq!(View::as_of(&tape, 0).unwrap().text_subjects().collect::<Vec<_>>(), ["A", "MACRO"]);
}

#[test]
fn blank_and_early_texts_are_refused() {
    let blank =
        |column| move |error: &TapeError| matches!(error, TapeError::BlankText { column: at, .. } if *at == column);
    let refused = |fact: TextFact| builder().push_text(fact).unwrap_err();
    assert!(blank("subject")(&refused(text(" ", "2020-01-02", "2020-01-02", "words"))));
    assert!(blank("text")(&refused(text("A", "2020-01-02", "2020-01-02", "\n"))));
    let early = refused(text("A", "2020-01-03", "2020-01-02", "words"));
    assert_eq!(early.to_string(), "A: a value of 2020-01-03 cannot be known on 2020-01-02, before it happened");
}

#[test]
fn the_digest_covers_texts_in_any_order_of_arrival() {
    let (one, two) = (text("A", "2020-01-02", "2020-01-02", "one"), text("A", "2020-01-02", "2020-01-02", "two"));
    let mut call = one.clone();
    call.kind = TextKind::Call;
    let digest = |texts: &[TextFact]| tape(texts).digest();
    assert_eq!(digest(&[one.clone(), two.clone()]), digest(&[two.clone(), one.clone()]));
    let all = [digest(&[]), digest(std::slice::from_ref(&one)), digest(&[two]), digest(&[call])];
    assert!(all.iter().enumerate().all(|(at, digest)| !all[..at].contains(digest)));
    // What it was before there were texts.
    assert_eq!(digest(&[]).short(), "7753518084bf1792");
}

#[test]
fn surgery_cuts_and_replaces_the_texts_of_the_future() {
    let facts = [text("A", "2020-01-02", "2020-01-02", "now"), text("A", "2020-01-02", "2020-01-06", "noon")];
    let tape = tape(&facts);
    let other = tape.with_another_future(0, &Streams::new(Seed(7)));
    assert_eq!(read(&tape.truncated_after(1), 1, "A"), ["now"]);
    assert_eq!(read(&other, 0, "A"), ["now"]);
    assert_eq!(read(&other, 2, "A"), ["now", "noon not"]);
    assert_ne!(other.digest(), tape.digest());
}
