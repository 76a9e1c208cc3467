//! What the profiles promise, on small tapes.

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::facts::{ActionFact, ActionKind, SeriesFact, TextFact, TextKind};
use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::state::Saved;
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;
use proptest::prelude::*;
use rstest::rstest;

use super::fields::{COMPANY, COMPANY_SERIES, SOVEREIGN};
use super::statements::Statement;
use super::{IssuerKind, Profiles, ProfilesConfig, ProfilesInput, ProfilesOutput, company, sovereign};
use crate::config::EngineConfig;
use crate::encoders::tests::Market;
use crate::face::{Engine, Told};
use crate::windows::{Windows, WindowsConfig};

const MARKET: Market = Market { days: 230, width: 6, seed: 4 };

/// Assets 100, liabilities 60, equity 40, revenue 200, EBITDA 10, EBIT 8, gross profit 50, net income 6 …
const FIGURES: [f64; 17] =
    [100.0, 60.0, 40.0, 200.0, 10.0, 8.0, 50.0, 6.0, 5.0, 3.0, 30.0, 2.0, 10.0, 0.5, 0.01, 0.0, 0.2];

fn push(builder: &mut TapeBuilder, series: &str, happened_on: &str, known_on: Date, value: f64) {
    let happened_on = happened_on.parse().unwrap();
    builder.push_series(&SeriesFact { series: series.into(), happened_on, known_on, value }).unwrap();
}

fn push_all(builder: &mut TapeBuilder, issuer: &str, happened_on: &str, known_on: Date, factor: f64) {
    for (field, value) in COMPANY_SERIES.iter().zip(FIGURES) {
        push(builder, &format!("FUNDAMENTAL:{issuer}:{field}"), happened_on, known_on, value * factor);
    }
}

/// I00 and I01 report the year 1999 on day 20, and 2000 on day 101 and on day 90; a country reports on day 60. Of 1998
/// there is a report too, so that the first of these is known to be a year's.
fn builder() -> TapeBuilder {
    let dates = MARKET.dates();
    let mut builder = MARKET.builder(&MARKET.closes());
    push_all(&mut builder, "I00", "1998-12-31", dates[2], 0.5);
    push_all(&mut builder, "I00", "1999-12-31", dates[20], 1.0);
    push_all(&mut builder, "I00", "2000-12-31", dates[101], 1.25);
    push_all(&mut builder, "I01", "1999-12-31", dates[20], 1.0);
    push_all(&mut builder, "I01", "2000-12-31", dates[90], 2.0);
    push(&mut builder, "SOVEREIGN:US:debt_to_gdp", "2000-12-31", dates[60], 0.6);
    push(&mut builder, "SOVEREIGN:US:debt_service_to_revenue", "2000-12-31", dates[60], 0.2);
    let (subject, text) = ("I00".to_owned(), "The company won a contract".to_owned());
    let fact = TextFact { subject, kind: TextKind::News, happened_on: dates[120], known_on: dates[120], text };
    builder.push_text(fact).unwrap();
    builder
}

fn run(tape: &Tape, from: usize) -> Vec<ProfilesOutput> {
    let mut engine = Profiles::new(ProfilesConfig::default()).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    (from..tape.days().len()).map(|at| day(&mut engine, &mut windows, tape, at)).collect()
}

fn day(engine: &mut Profiles, windows: &mut Windows, tape: &Tape, at: usize) -> ProfilesOutput {
    let view = View::as_of(tape, at).unwrap();
    windows.step(&view);
    engine.run(&ProfilesInput { view, windows }).output.unwrap()
}

fn bytes(output: &ProfilesOutput) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    output.put(&mut bytes);
    bytes.into_vec()
}

fn statement(figures: [Option<f64>; 17]) -> Statement {
    Statement { now: figures.to_vec(), year_before: vec![None; 17], ..Statement::default() }
}

/// The defect of statements chosen by the end of their period: they were used before they were published.
#[test]
fn a_statement_counts_from_its_report_date() {
    let outputs = run(&builder().finish(), 0);
    let revenue = |at: usize, issuer: &str| outputs[at].snapshot(issuer).unwrap().get("revenue");
    // The first report of I01 says nothing of its span.
    assert_eq!((revenue(89, "I01"), revenue(90, "I01")), (None, Some(400.0)));
    assert_eq!((revenue(19, "I00"), revenue(20, "I00")), (None, Some(200.0)));
    let assets = |at: usize| outputs[at].snapshot("I01").unwrap().get("total_assets");
    assert_eq!((assets(19), assets(20), assets(89), assets(90)), (None, Some(100.0), Some(100.0), Some(200.0)));
    assert_eq!(
        (revenue(100, "I00"), revenue(101, "I00"), revenue(229, "I00")),
        (Some(200.0), Some(250.0), Some(250.0))
    );
    let growth = |at: usize| outputs[at].snapshot("I00").unwrap().get("revenue_growth");
    assert_eq!((growth(100), growth(101)), (Some(1.0), Some(0.25)));
    assert!(outputs[59].snapshot("US").is_none());
    assert_eq!(outputs[60].snapshot("US").unwrap().risk_flags.debt_sustainability_score, Some(0.5));
}

#[test]
fn reference_values_of_a_company() {
    let config = ProfilesConfig::default();
    let flags = company::flags(&statement(FIGURES.map(Some)), &config);
    assert_eq!(flags.leverage_flag, Some(0.5));
    assert!((flags.leverage_score.unwrap() - 4.0 / 9.0).abs() < 1e-12);
    let cash = 1.0 - 5.0 / 6.0;
    assert!((flags.earnings_quality_score.unwrap() - (0.1 + cash) / 2.0).abs() < 1e-12);
    assert!((flags.governance_risk_score.unwrap() - (0.4 * 0.2 + 0.2 * 0.1)).abs() < 1e-12);
    let structured = company::structured(&statement(FIGURES.map(Some)));
    let get = |name: &str| structured[COMPANY.iter().position(|known| *known == name).unwrap()];
    for (name, expected) in [
        ("debt_to_ebitda", 3.0),
        ("debt_to_equity", 0.75),
        ("interest_coverage", 4.0),
        ("gross_margin", 0.25),
        ("ebit_margin", 0.04),
        ("net_margin", 0.03),
        ("roe", 0.15),
        ("accruals", 0.01),
    ] {
        assert_eq!(get(name), Some(expected), "{name}");
    }
    assert!((get("roic").unwrap() - 8.0 / 70.0).abs() < 1e-15);
}

/// The defect of negative equity: a ratio below zero looked like no leverage at all.
#[rstest]
#[case::negative(-5.0)]
#[case::zero(0.0)]
fn equity_at_or_below_zero_is_the_worst(#[case] equity: f64) {
    let mut figures = FIGURES.map(Some);
    figures[2] = Some(equity);
    let flags = company::flags(&statement(figures), &ProfilesConfig::default());
    assert_eq!(flags.leverage_flag, Some(1.0));
    assert_eq!(company::structured(&statement(figures))[14], None); // no return on it either
}

/// Of leverage, one part of three is too little and two are enough; of earnings one of two; of governance, litigation
/// alone has 0.4 of the weight, and with accruals 0.6.
#[test]
fn a_score_below_half_of_its_parts_is_absent() {
    let of = |there: &[usize]| {
        let mut figures = [None; 17];
        there.iter().for_each(|at| figures[*at] = Some(FIGURES[*at]));
        company::flags(&statement(figures), &ProfilesConfig::default())
    };
    assert_eq!(of(&[1, 2]).leverage_score, None);
    assert_eq!(of(&[1, 2]).leverage_flag, Some(0.5));
    assert_eq!(of(&[1, 2, 10, 4]).leverage_score, Some(0.5));
    assert!(of(&[14]).earnings_quality_score.is_some());
    assert_eq!(of(&[15]).governance_risk_score, None);
    assert_eq!(of(&[15, 14]).governance_risk_score.map(|score| (score * 60.0).round()), Some(2.0));
    let one = sovereign::flags(&[Some(0.6), None, None, None, None, None, None], &ProfilesConfig::default());
    assert_eq!((one.debt_sustainability_score, one.external_vulnerability_score), (None, None));
}

#[test]
fn reference_values_of_the_driver() {
    let output = run(&builder().finish(), 229).remove(0);
    let at = Instrument(0);
    let flags = output.risk_flags(at);
    let (vol, dd) = (flags.vol_flag.unwrap(), flags.dd_flag.unwrap());
    let expected = 0.4 * vol + 0.4 * dd + 0.2 * flags.leverage_flag.unwrap();
    assert!((output.weak_driver.get(at).unwrap() - expected).abs() < 1e-12);
    assert_eq!(output.is_weak(at), Some(expected >= 0.7));
    let there: Vec<f64> = flags.named().iter().filter_map(|(_, flag)| *flag).collect();
    assert!((output.weakness.get(at).unwrap() - there.iter().sum::<f64>() / there.len() as f64).abs() < 1e-12);
    assert_eq!(output.coverage.get(at), Some(1.0));
}

#[test]
fn news_are_recent_for_thirty_days() {
    let outputs = run(&builder().finish(), 0);
    let flag = |at: usize| outputs[at].risk_flags(Instrument(1)).news_recency_flag;
    let days = |from: usize, to: usize| {
        let dates = MARKET.dates();
        f64::from(dates[to].epoch_days() - dates[from].epoch_days())
    };
    assert_eq!((flag(119), flag(120), flag(229)), (None, Some(1.0), Some(0.0)));
    assert_eq!(flag(125), Some(1.0 - days(120, 125) / 30.0));
    assert_eq!(outputs[229].risk_flags(Instrument(2)).news_recency_flag, None);
}

#[test]
fn every_snapshot_is_complete_in_structure() {
    let outputs = run(&builder().finish(), 0);
    let config = ProfilesConfig::default();
    for snapshot in outputs.iter().flat_map(|output| output.snapshots.iter()) {
        let fields = if snapshot.kind == IssuerKind::Sovereign { SOVEREIGN.len() } else { COMPANY.len() };
        assert_eq!((snapshot.structured.len(), snapshot.fields().len()), (fields, fields));
        let there = snapshot.structured.iter().flatten().count() as f64 / fields as f64;
        assert_eq!((snapshot.completeness, snapshot.incomplete), (there, there < config.complete_share));
        let norm = snapshot.embedding.as_ref().unwrap().norm();
        assert!((config.norm_band[0]..=config.norm_band[1]).contains(&norm));
        assert!(
            snapshot.risk_flags.named().iter().all(|(_, flag)| flag.is_none_or(|flag| (0.0..=1.0).contains(&flag)))
        );
    }
    let last = outputs.last().unwrap();
    assert!(!last.snapshot("I00").unwrap().incomplete && last.snapshot("I02").unwrap().incomplete);
    let kinds: Vec<IssuerKind> = last.snapshots.iter().map(|snapshot| snapshot.kind).collect();
    assert!(kinds.is_sorted() && kinds.contains(&IssuerKind::Sector) && kinds.contains(&IssuerKind::Index));
    assert!(last.snapshot("US_EQ").unwrap().get("roe").is_some());
}

#[test]
fn a_price_only_tape_has_two_flags() {
    let outputs = run(&MARKET.builder(&MARKET.closes()).finish(), 0);
    let (output, at) = (outputs.last().unwrap(), Instrument(0));
    assert!(output.snapshots.iter().all(|snapshot| snapshot.structured.iter().all(Option::is_none)));
    let (flags, coverage) = (output.risk_flags(at), output.coverage.get(at).unwrap());
    assert_eq!(flags.named().iter().filter(|(_, flag)| flag.is_some()).count(), 2);
    assert!((coverage - 2.0 / 6.0).abs() < 1e-15);
    assert_eq!(output.fundamentals.dividend_yield.get(at), None);
    // A third of the flags is less than the half that a weakness takes; the driver stands on four fifths.
    assert_eq!(output.weakness.get(at), None);
    let (vol, dd) = flags.vol_flag.zip(flags.dd_flag).unwrap();
    assert!((output.weak_driver.get(at).unwrap() - (vol + dd) / 2.0).abs() < 1e-15);
    let third = ProfilesConfig { min_coverage: 0.3, ..ProfilesConfig::default() };
    let mut engine = Profiles::new(third).unwrap();
    let tape = MARKET.builder(&MARKET.closes()).finish();
    let output = day(&mut engine, &mut Windows::new(WindowsConfig::default()), &tape, MARKET.days - 1);
    assert_eq!(output.weakness.get(at), Some((vol + dd) / 2.0));
}

#[test]
fn a_late_start_and_a_restore_have_the_same_bytes() {
    let tape = builder().finish();
    let whole = run(&tape, 0);
    for from in [61, 92, 101, 102, 104, 123, 200] {
        let late = run(&tape, from);
        assert!(late.iter().zip(&whole[from..]).all(|(late, whole)| bytes(late) == bytes(whole)), "from {from}");
    }
    let (mut engine, mut windows) =
        (Profiles::new(ProfilesConfig::default()).unwrap(), Windows::new(WindowsConfig::default()));
    for (at, whole) in whole.iter().enumerate() {
        assert!(bytes(&day(&mut engine, &mut windows, &tape, at)) == bytes(whole), "day {at}");
        if at % 40 == 22 {
            let mut saved = CanonicalBytes::new();
            engine.save(&mut saved);
            engine.restore(&mut Saved::new(saved.as_slice())).unwrap();
        }
    }
}

#[test]
fn nothing_after_today_is_read() {
    let tape = builder().finish();
    let whole = run(&tape, 0);
    for last in [88, 99] {
        let other = tape.with_another_future(last, &Streams::new(Seed(3)));
        for tape in [tape.truncated_after(last), other] {
            let cut = run(&tape, 0);
            assert!(cut[..=last].iter().zip(&whole).all(|(cut, whole)| bytes(cut) == bytes(whole)));
        }
    }
}

#[test]
fn fundamentals_stand_at_todays_prices_through_a_split() {
    let dates = MARKET.dates();
    let mut closes = MARKET.closes();
    closes.iter_mut().flatten().for_each(|close| *close = Some(30.0));
    closes[150..].iter_mut().for_each(|row| row[0] = Some(15.0));
    let mut builder = MARKET.builder(&closes);
    push_all(&mut builder, "I00", "1999-12-31", dates[20], 0.5);
    push_all(&mut builder, "I00", "2000-12-31", dates[90], 1.0);
    let id = MARKET.facts()[0].id.clone();
    let mut act = |day: usize, kind: ActionKind| {
        let (instrument, happened_on) = (id.clone(), dates[day]);
        builder.push_action(ActionFact { instrument, happened_on, known_on: happened_on, kind }).unwrap();
    };
    act(140, ActionKind::CashDividend { amount: 0.6 });
    act(150, ActionKind::Split { numerator: 2, denominator: 1 });
    act(160, ActionKind::CashDividend { amount: 0.3 });
    let outputs = run(&builder.finish(), 0);
    let at = Instrument(0);
    let close = |value: Option<f64>, expected: f64| assert!((value.unwrap() - expected).abs() < 1e-12, "{value:?}");
    for day in [149, 151] {
        // 10 shares at 30, then 20 at 15: the market value is 300 on both days.
        close(outputs[day].fundamentals.earnings_yield.get(at), 6.0 / 300.0);
        close(outputs[day].fundamentals.book_to_price.get(at), 40.0 / 300.0);
        close(outputs[day].fundamentals.fcf_yield.get(at), 3.0 / 300.0);
        close(outputs[day].fundamentals.dividend_yield.get(at), 0.6 / 30.0);
    }
    close(outputs[161].fundamentals.dividend_yield.get(at), (0.3 + 0.3) / 15.0);
    close(outputs[139].fundamentals.dividend_yield.get(at), 0.5 / 30.0);
    assert_eq!(outputs[161].fundamentals.dividend_yield.get(Instrument(2)), Some(0.0));
    close(outputs[161].fundamentals.leverage.get(at), 0.6);
}

#[test]
fn the_order_of_facts_does_not_matter() {
    let dates = MARKET.dates();
    let mut other = MARKET.builder(&MARKET.closes());
    push(&mut other, "SOVEREIGN:US:debt_to_gdp", "2000-12-31", dates[60], 0.6);
    push_all(&mut other, "I01", "2000-12-31", dates[90], 2.0);
    push_all(&mut other, "I01", "1999-12-31", dates[20], 1.0);
    push_all(&mut other, "I00", "2000-12-31", dates[101], 1.25);
    push_all(&mut other, "I00", "1999-12-31", dates[20], 1.0);
    push_all(&mut other, "I00", "1998-12-31", dates[2], 0.5);
    push(&mut other, "SOVEREIGN:US:debt_service_to_revenue", "2000-12-31", dates[60], 0.2);
    let news = View::as_of(&builder().finish(), 229).unwrap().texts("I00")[0].clone();
    let domain::tape::TextPoint { known_on, happened_on, kind, text } = news;
    other.push_text(TextFact { subject: "I00".into(), kind, happened_on, known_on, text }).unwrap();
    assert!(bytes(&run(&builder().finish(), 200)[0]) == bytes(&run(&other.finish(), 200)[0]));
}

#[rstest]
#[case("vol_ref = 0.0", "profiles.vol_ref is 0")]
#[case("driver_weights = [0.0, 0.0, 0.0]", "profiles.driver_weights is [0.0, 0.0, 0.0]")]
#[case("norm_band = [1.0, 0.5]", "profiles.norm_band is 1")]
#[case("complete_share = 80.0", "profiles.complete_share is 80")]
fn a_config_out_of_range_is_refused(#[case] text: &str, #[case] why: &str) {
    let config: ProfilesConfig = toml::from_str(text).unwrap();
    assert!(config.check().unwrap_err().to_string().starts_with(why));
    assert!(toml::from_str::<ProfilesConfig>("volatility = 1").is_err());
}

fn figures() -> impl Strategy<Value = [Option<f64>; 17]> {
    let figure = prop::option::weighted(0.8, prop_oneof![-200.0..400.0_f64, Just(0.0)]);
    prop::array::uniform17(figure)
}

proptest! {
    /// More liabilities, more debt, more interest; less equity, EBITDA, EBIT: each is worse leverage.
    #[test]
    fn worse_leverage_never_lowers_the_score(
        figures in figures(),
        which in prop::sample::select(vec![(1, 1.0), (10, 1.0), (11, 1.0), (2, -1.0), (4, -1.0), (5, -1.0)]),
        by in 0.0..300.0_f64,
    ) {
        let config = ProfilesConfig::default();
        let mut worse = figures;
        worse[which.0] = worse[which.0].map(|value| value + which.1 * by);
        let (before, after) = (company::flags(&statement(figures), &config), company::flags(&statement(worse), &config));
        prop_assert!(after.leverage_flag >= before.leverage_flag);
        prop_assert!(after.leverage_score.unwrap_or(1.0) >= before.leverage_score.unwrap_or(0.0) - 1e-12);
    }

    #[test]
    fn flags_stay_within_zero_and_one(figures in figures(), values in prop::collection::vec(prop::option::of(-1e9..1e9_f64), 7)) {
        let config = ProfilesConfig::default();
        let flags = [company::flags(&statement(figures), &config), sovereign::flags(&values, &config)];
        for flag in flags.iter().flat_map(|flags| flags.named()).filter_map(|(_, flag)| flag) {
            prop_assert!((0.0..=1.0).contains(&flag));
        }
        prop_assert!(company::structured(&statement(figures)).iter().flatten().all(|value| value.is_finite()));
    }
}
