//! Texts and joint vectors.

use proptest::prelude::*;

use super::{MARKET, bytes, config, run, text};
use crate::encoders::text::TextEncoder;

const ISSUERS: &str = "text-fin-general-v1";

#[test]
fn the_hash_stays_what_it_is() {
    // Computed apart from this code, from the published constants of FNV-1a and SplitMix64. A change here changes
    // every text vector, so it needs another model id.
    let vector = TextEncoder::new(ISSUERS).encode("rate").embedding;
    let there: Vec<(usize, f32)> =
        vector.vector().iter().copied().enumerate().filter(|(_, value)| *value != 0.0).collect();
    assert_eq!(there.len(), 4); // the word, two runs of three, one of four
    assert!(there.iter().all(|(_, value)| value.abs() == 0.5));
    assert_eq!(there.iter().map(|(slot, value)| (*slot, *value > 0.0)).collect::<Vec<_>>(), GOLDEN);
}

const GOLDEN: [(usize, bool); 4] = [(187, true), (298, false), (299, false), (383, true)];

#[test]
fn each_space_has_its_own_vectors() {
    let encode = |model: &str| TextEncoder::new(model).encode("credit spreads widen").embedding;
    assert_ne!(encode(ISSUERS).vector(), encode("text-macro-v1").vector());
    assert_eq!(encode(ISSUERS), encode(ISSUERS));
}

#[test]
fn near_texts_are_near() {
    let encode = |text: &str| TextEncoder::new(ISSUERS).encode(text).embedding;
    let cosine = |a: &str, b: &str| {
        let (a, b) = (encode(a), encode(b));
        a.vector().iter().zip(b.vector()).map(|(a, b)| f64::from(a * b)).sum::<f64>()
    };
    let text = "The company reported lower net income and higher debt in the quarter.";
    assert!(cosine(text, "The company reported lower net income and higher debt in the year.") > 0.8);
    assert!(cosine(text, "Rainfall was plentiful over the northern islands").abs() < 0.4);
}

#[test]
fn a_term_weighs_one_and_the_log_of_its_count() {
    let encoder = TextEncoder::new(ISSUERS);
    // One character has no run of three, so three words and the pair remain: 1 + ln 3 against 1 + ln 2.
    let vector = encoder.encode("a a a").embedding;
    let mut sizes: Vec<f64> = vector.vector().iter().map(|value| f64::from(value.abs())).filter(|x| *x > 0.0).collect();
    sizes.sort_by(f64::total_cmp);
    let expected = (1.0 + libm::log(3.0)) / (1.0 + libm::log(2.0));
    assert!(sizes.iter().any(|large| sizes.iter().any(|small| (large / small - expected).abs() < 1e-6)), "{sizes:?}");
}

#[test]
fn texts_count_from_their_day_until_they_are_old() {
    let dates = MARKET.dates();
    let mut builder = MARKET.builder(&MARKET.closes());
    builder.push_text(text("I01", dates[150], "lawsuit filed against the company")).unwrap();
    builder.push_text(text("MACRO", dates[200], "the central bank cut its rate")).unwrap();
    builder.push_text(text("MACRO", dates[205], "inflation is falling")).unwrap();
    let outputs = run(&builder.finish(), &config(21), 0);
    let there = |at: usize, subject: &str| outputs[at].text(subject).map(|text| text.count);
    assert_eq!((there(149, "I01"), there(150, "I01"), there(229, "I01")), (None, Some(1), None));
    assert_eq!((there(199, "MACRO"), there(200, "MACRO"), there(205, "MACRO")), (None, Some(1), Some(2)));
    let joint = |at: usize| outputs[at].market_joint("US_EQ", "joint-regime-core-v1").unwrap().clone();
    assert!(joint(199).without_text && !joint(200).without_text);
    assert!((joint(199).embedding.norm() - 1.0).abs() < 1e-6);
    assert!(joint(200).embedding.norm() < 1.0);
    assert!(outputs[229].text("MACRO").unwrap().text.embedding.model() == "text-macro-v1");
}

#[test]
fn a_late_start_finds_the_same_texts() {
    let mut builder = MARKET.builder(&MARKET.closes());
    builder.push_text(text("MACRO", MARKET.dates()[190], "the central bank cut its rate")).unwrap();
    let tape = builder.finish();
    let (whole, late) = (run(&tape, &config(21), 0), run(&tape, &config(21), 215));
    assert!(late.iter().zip(&whole[215..]).all(|(late, whole)| bytes(late) == bytes(whole)));
}

proptest! {
    #[test]
    fn a_text_has_length_one_or_is_flagged(text in ".{0,80}") {
        let encoded = TextEncoder::new(ISSUERS).encode(&text);
        let norm = encoded.embedding.norm();
        let wanted = if encoded.empty { 0.0 } else { 1.0 };
        prop_assert!((norm - wanted).abs() < 1e-6);
        prop_assert_eq!(TextEncoder::new(ISSUERS).encode(&text), encoded);
    }
}
