//! The comparison as a whole: by hand, of journals read beside their tape, and of a side with itself.

use domain::date::Date;
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::tape::{Tape, TapeBuilder};
use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

use super::fixture::{Day, side};
use super::measured::{Absence, Measured};
use super::{Comparison, ComparisonError, Side, SideError, Terms, compare, day_measures, markdown};
use crate::fixture as run;

fn value(measured: Measured) -> f64 {
    measured.value().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

fn two_sides() -> (Side, Side) {
    let day = |on, equity, weights, turnover, regime| Day {
        on,
        equity,
        weights,
        turnover,
        regime: Some(regime),
        ..Day::default()
    };
    let reference = side(&[
        day("2008-07-03", 100.0, [0.5, 0.0], 0.1, "transition"),
        day("2008-07-04", 101.0, [0.5, 0.0], 0.2, "transition"),
        day("2008-07-07", 99.0, [0.0, 0.5], 0.3, "risk_off_grinding"),
    ]);
    let successor = side(&[
        day("2008-07-03", 100.0, [0.0, 0.5], 0.0, "NEUTRAL"),
        day("2008-07-07", 110.0, [0.0, 0.5], 0.0, "CRISIS"),
    ]);
    (reference, successor)
}

#[test]
fn the_worked_example() {
    let (reference, successor) = two_sides();
    let days = day_measures(&reference, &successor, &Terms::default()).unwrap();
    // ½ ENERGY against ½ HEALTH, then the same book; Monday has the holiday's turnover too.
    let distances: Vec<(f64, f64)> =
        days.iter().map(|day| (value(day.sector_distance), value(day.active_share))).collect();
    assert_eq!(distances, [(0.5, 0.5), (0.0, 0.0)]);
    close(value(days[1].turnover_reference), 0.5);
    assert_eq!(days[0].direction_clash, Measured::Absent(Absence::NoCommonNames));

    let found = compare(&reference, &successor, &Terms::default()).unwrap();
    assert_eq!((found.completeness.days, found.completeness.only_in_reference), (2, 1));
    close(value(found.books.overlap.mean), 0.5);
    assert_eq!(found.books.overlap.worst.unwrap().day.to_string(), "2008-07-03");
    close(value(found.reference.figures.total_return), -0.01);
    close(value(found.successor.figures.total_return), 0.1);
    close(value(found.regimes.agreement), 0.5);
    assert_eq!(found.together.return_correlation, Measured::Absent(Absence::TooFewReturns));
}

#[test]
fn a_comparison_reads_back_from_its_text() {
    let (reference, successor) = two_sides();
    let found = compare(&reference, &successor, &Terms::default()).unwrap();
    let text = toml::to_string(&found).unwrap();
    assert_eq!(toml::from_str::<Comparison>(&text).unwrap(), found);
    assert_eq!(toml::to_string(&compare(&reference, &successor, &Terms::default()).unwrap()).unwrap(), text);
}

#[test]
fn a_report_shows_every_measure_and_what_is_absent() {
    let (reference, successor) = two_sides();
    let lines = markdown(&compare(&reference, &successor, &Terms::default()).unwrap());
    for line in [
        "| only in the reference: a weekday without a session | 1 |",
        "| names in common (Jaccard) | 0.5 | 0 on 2008-07-03 | 2 |",
        "| direction clash | 0 | 0 on 2008-07-07 | 1 |",
        "| total return | -0.01 | 0.1 |",
        "| transition | 0 | 1 |",
        "Return correlation - (too few returns), tracking error - (too few returns) a year.",
        "Agreement 0.5, kappa 0.3333 over 2 days; 0 without a counterpart, 0 not told.",
    ] {
        assert!(lines.iter().any(|found| found == line), "no line `{line}` in\n{}", lines.join("\n"));
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (reference, mut successor) = two_sides();
    let refusal = |terms: Terms| compare(&reference, &reference, &terms).unwrap_err().to_string();
    assert_eq!(refusal(Terms { top_k: 0, ..Terms::default() }), "top_k is 0: expected a whole number of at least 1");
    let nan = Terms { cost_bps: f64::NAN, ..Terms::default() };
    assert_eq!(refusal(nan), "cost_bps is NaN: expected a number from 0 to 10000");
    successor.currency = "EUR".into();
    let found = compare(&reference, &successor, &Terms::default()).unwrap_err();
    assert!(matches!(found, ComparisonError::Currencies { .. }), "{found}");
}

#[test]
fn sides_without_a_common_day_have_no_measure_at_all() {
    let one = side(&[Day { equity: 100.0, ..Day::default() }]);
    let other = side(&[Day { on: "2009-07-03", equity: 100.0, ..Day::default() }]);
    let found = compare(&one, &other, &Terms::default()).unwrap();
    assert_eq!((found.completeness.outside, found.completeness.share), (2, Measured::Value(0.0)));
    assert_eq!(found.books.active_share.mean, Measured::Absent(Absence::NoCommonDays));
}

/// The tape of the run by hand.
fn tape() -> Tape {
    let days: Vec<Date> = run::days().iter().map(|day| day.on).collect();
    let fact = |id: &str| {
        let (market, currency) = ("US_EQ".into(), "USD".into());
        InstrumentFact { id: id.parse().unwrap(), market, currency, issuer: None, sector: None }
    };
    let facts = ["EQUITY:GE", "EQUITY:LEH"].map(fact).to_vec();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), facts).unwrap();
    for (id, closes) in [("EQUITY:GE", [20.0, 18.0, 21.0]), ("EQUITY:LEH", [10.0, 4.0, 4.0])] {
        for (day, close) in days.iter().zip(closes) {
            let (instrument, close) = (id.parse().unwrap(), Some(close));
            let (open, high, low, adjusted_close, volume) = (None, None, None, None, None);
            let happened_on = *day;
            builder
                .push_bar(&BarFact { instrument, happened_on, open, high, low, close, adjusted_close, volume })
                .unwrap();
        }
    }
    builder.finish()
}

fn journal() -> journal::journal::Journal {
    let mut header = run::header();
    header.inputs.tape_digest = tape().digest();
    journal::journal::Journal::of_days(&header, run::days()).unwrap()
}

#[test]
fn a_journal_is_read_beside_its_tape() {
    let side = Side::read(&journal(), &tape()).unwrap();
    let first = &side.days[0];
    let weights: Vec<f64> = first.holdings.iter().map(|held| held.weight).collect();
    assert_eq!(weights, [200.0 / 998.5, 50.0 / 998.5]);
    close(first.turnover.unwrap(), 250.0 / 998.5 / 2.0);
    // Five LEH at a close of 4 were sold, with a slippage of 0.5 and a cost of 0.25.
    close(side.days[1].turnover.unwrap(), 20.0 / 947.75 / 2.0);
    assert_eq!(side.days[1].costs, run::units(0.75));
    assert_eq!(side.days[2].holdings.len(), 1);
    // Its orders fill at the close of the decision, so what is wanted is held.
    assert!(side.days.iter().all(|day| day.wanted == day.holdings));
    let decided: Vec<bool> = side.days.iter().map(|day| day.decided).collect();
    assert_eq!(decided, [true, true, false]);
    // The weights are those of the book's own mark.
    let marks: Vec<f64> =
        journal().marks().map(|(_, mark)| mark.long_value.to_units() / mark.equity.to_units()).collect();
    for (day, gross) in side.days.iter().zip(marks) {
        close(day.holdings.iter().map(|held| held.weight).sum(), gross);
    }
}

#[test]
fn what_waits_for_tomorrow_is_wanted_today() {
    let mut days = run::days();
    let order = run::planned(3, run::LEH, domain::order::Side::Buy, run::shares(2));
    // After the sale's plan, before its fill: plans come before fills at the close.
    days[1].events.insert(4, order);
    let mut header = run::header();
    header.inputs.tape_digest = tape().digest();
    let journal = journal::journal::Journal::of_days(&header, days).unwrap();
    let side = Side::read(&journal, &tape()).unwrap();
    let wanted: Vec<f64> = side.days[1].wanted.iter().map(|held| held.weight).collect();
    assert_eq!((side.days[1].holdings.len(), wanted), (1, vec![180.0 / 947.75, 8.0 / 947.75]));
}

#[test]
fn a_journal_beside_another_tape_is_refused() {
    let found = Side::read(&run::journal(), &tape()).unwrap_err();
    assert_eq!(found, SideError::OtherTape { scenario: "lehman".into() });
}

#[test]
fn a_journal_compared_with_itself_is_equal() {
    let side = Side::read(&journal(), &tape()).unwrap();
    let found = compare(&side, &side, &Terms::default()).unwrap();
    assert_eq!(found.completeness.share, Measured::Value(1.0));
    assert_eq!(found.books.sector_distance.mean, Measured::Absent(Absence::NoSectors));
    close(value(found.books.overlap.mean), 1.0);
    close(value(found.books.active_share.mean), 0.0);
    close(value(found.together.return_correlation), 1.0);
    assert_eq!(found.regimes.kappa, Measured::Absent(Absence::NoRegime)); // its engine speaks other words
}

fn random_side() -> impl Strategy<Value = Side> {
    const DAYS: [&str; 4] = ["2008-07-01", "2008-07-02", "2008-07-03", "2008-07-07"];
    const WORDS: [&str; 3] = ["CARRY", "CRISIS", "NEUTRAL"];
    let day = (1_u32..200, 0_i32..5, 0_i32..5, 0_usize..3, prop::bool::ANY);
    prop::collection::vec(day, 4).prop_map(|rows| {
        let day = |(at, (equity, a, b, word, is_there)): (usize, (u32, i32, i32, usize, bool))| {
            let weights = [f64::from(a) / 8.0, f64::from(b) / -8.0];
            let day =
                Day { on: DAYS[at], equity: f64::from(equity), weights, regime: Some(WORDS[word]), ..Day::default() };
            (is_there || at == 0).then_some(day)
        };
        side(&rows.into_iter().enumerate().filter_map(day).collect::<Vec<Day>>())
    })
}

proptest! {
    #[test]
    fn a_side_compared_with_itself_is_equal(side in random_side()) {
        let found = compare(&side, &side, &Terms::default()).unwrap();
        prop_assert_eq!(found.completeness.share, Measured::Value(1.0));
        prop_assert_eq!(found.books.active_share.mean, Measured::Value(0.0));
        prop_assert!(found.books.overlap.mean.value().is_none_or(|mean| mean == 1.0));
        prop_assert!(found.books.direction_clash.mean.value().is_none_or(|mean| mean == 0.0));
        prop_assert!(found.together.tracking_error.value().is_none_or(|error| error == 0.0));
        prop_assert!(found.regimes.kappa.value().is_none_or(|kappa| kappa == 1.0));
    }

    #[test]
    fn sides_that_change_places_change_nothing_but_their_names(a in random_side(), b in random_side()) {
        let (one, other) = (compare(&a, &b, &Terms::default()).unwrap(), compare(&b, &a, &Terms::default()).unwrap());
        prop_assert_eq!(one.books, other.books);
        prop_assert_eq!(one.together.return_correlation, other.together.return_correlation);
        prop_assert_eq!(one.together.tracking_error, other.together.tracking_error);
        prop_assert_eq!(one.regimes.kappa, other.regimes.kappa);
        prop_assert_eq!(one.reference, other.successor);
    }
}
