//! Reports: slices add up to the whole, the order of the runs does not matter, and what was not told is absent.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::date::Date;
use domain::decision::FigureValue;
use domain::digest::Digest;
use domain::quantity::Cash;
use domain::seed::Seed;
use journal::event::{BookMark, Event, JournalDay};
use journal::header::RunHeader;
use journal::journal::Journal;
use journal::manifest::{FORMAT_VERSION, RunInputs};
use kronos::performance::comparison::{Comparison, ComparisonError, Standing, standings};
use kronos::performance::figures::Figures;
use kronos::performance::report::{Performance, ReportError, Run, Slices, config_id};
use kronos::policy::Comparing;
use rstest::rstest;

use crate::support::policy;

const FIRST: &str = "2008-09-01";

/// A run of a config over days: equity in whole units, regime and stability score of each day.
fn run(config: &str, first: &str, days: &[(i64, Option<&'static str>, Option<f64>)]) -> Journal {
    let first: Date = first.parse().unwrap();
    let header = RunHeader {
        first_day: first,
        currency: "USD".into(),
        initial_cash_micros: 1_000_000_000,
        instruments: vec!["EQUITY:GE".parse().unwrap()],
        inputs: RunInputs {
            scenario: "small".into(),
            scenario_digest: Digest::of(first.to_string().as_bytes()),
            system: "v2".into(),
            system_version: "1".into(),
            config_digest: Digest::of(config.as_bytes()),
            tape_digest: Digest::of(b"tape"),
            seed: Seed(7),
            replay_version: 1,
            format_version: FORMAT_VERSION,
        },
    };
    let day = |(at, (equity, regime, score)): (usize, &(i64, Option<&'static str>, Option<f64>))| {
        let figure = |engine: &'static str, field: &'static str, value: FigureValue| Event::FigureRecorded {
            engine: Cow::Borrowed(engine),
            instrument: None,
            field: Cow::Borrowed(field),
            value,
        };
        let mut events = Vec::new();
        events.extend(regime.map(|label| figure("regime", "regime", FigureValue::Label(Cow::Borrowed(label)))));
        events.extend(score.map(|score| figure("stability", "mean_stability_score", FigureValue::Number(score))));
        let equity = Cash::from_micros(equity * 1_000_000);
        let traded = Cash::from_micros(equity.micros() / 10);
        events.push(Event::BookMarked(BookMark { equity, traded, ..BookMark::default() }));
        JournalDay { on: first.plus_days(i32::try_from(at).unwrap()), events }
    };
    Journal::of_days(&header, days.iter().enumerate().map(day).collect()).unwrap()
}

fn reports(runs: &[(Option<&str>, &Journal)]) -> Vec<Performance> {
    let runs: Vec<Run<'_>> = runs.iter().map(|(market, journal)| Run { market: *market, journal }).collect();
    Performance::of_runs(&runs, &policy().stability_bounds).unwrap()
}

fn present(slices: &Slices) -> &BTreeMap<String, Figures> {
    match slices {
        Slices::Present(slices) => slices,
        Slices::Absent(why) => panic!("absent: {why}"),
    }
}

#[test]
fn slices_add_up_to_the_whole() {
    let days = [
        (1_000, None, None),
        (1_010, Some("CALM"), Some(0.8)),
        (990, Some("CRISIS"), Some(0.3)),
        (1_030, Some("CRISIS"), Some(0.29)),
        (1_020, None, Some(0.5)),
        (970, Some("CALM"), None),
        (1_050, Some("CALM"), Some(1.0)),
    ];
    let journal = run("a", FIRST, &days);
    let found = reports(&[(Some("US_EQ"), &journal)]).remove(0);
    assert_eq!(found.config_id, format!("v2_{}", &Digest::of(b"a").to_string()[..12]));
    assert_eq!((found.period_start.to_string().as_str(), found.metrics.days), ("2008-09-02", 6));
    // As the judge has them, who takes drawdown and growth from integers.
    let judged = judge::metrics::Metrics::of(&journal);
    assert_eq!(found.metrics.sharpe_ratio, judged.sharpe_ratio);
    assert_eq!(found.metrics.volatility, judged.volatility);
    assert_eq!(found.metrics.hit_rate, judged.hit_rate);
    for (ours, theirs) in
        [(found.metrics.max_drawdown, judged.max_drawdown), (found.metrics.annual_return, judged.annual_return)]
    {
        assert!((ours.unwrap() - theirs.unwrap()).abs() < 1e-12, "{ours:?} {theirs:?}");
    }
    for slices in [&found.by_regime, &found.by_market, &found.by_stability_bucket] {
        let slices = present(slices);
        assert_eq!(slices.values().map(|figures| figures.days).sum::<u64>(), 6);
        let growth = slices.values().fold(1.0, |level, figures| level * (1.0 + figures.total_return));
        assert!((growth - 1.0 - found.metrics.total_return).abs() < 1e-12);
    }
    let days_of = |slices: &Slices| -> Vec<(String, u64)> {
        present(slices).iter().map(|(name, figures)| (name.clone(), figures.days)).collect()
    };
    let named =
        |pairs: &[(&str, u64)]| pairs.iter().map(|(name, days)| ((*name).to_owned(), *days)).collect::<Vec<_>>();
    assert_eq!(days_of(&found.by_regime), named(&[("CALM", 3), ("CRISIS", 2), ("NOT_TOLD", 1)]));
    let buckets = named(&[("0-0.3", 1), ("0.3-0.5", 1), ("0.5-0.7", 1), ("0.7-1", 2), ("NOT_TOLD", 1)]);
    assert_eq!(days_of(&found.by_stability_bucket), buckets);
}

#[test]
fn what_nobody_told_is_absent_and_not_made_up() {
    let journal = run("a", FIRST, &[(1_000, None, None), (1_010, None, None)]);
    let found = reports(&[(None, &journal)]).remove(0);
    for slices in [&found.by_regime, &found.by_market, &found.by_stability_bucket] {
        assert!(matches!(slices, Slices::Absent(_)));
    }
    assert_eq!((found.metrics.days, found.metrics.sharpe_ratio), (1, None));
}

#[test]
fn the_order_of_the_runs_does_not_matter() {
    let first = run("a", FIRST, &[(1_000, Some("CALM"), None), (1_010, Some("CALM"), None), (1_000, None, None)]);
    let second = run("a", "2009-01-05", &[(1_000, None, None), (900, Some("CRISIS"), None)]);
    let other = run("b", FIRST, &[(1_000, None, None), (1_001, None, None)]);
    let runs = [(Some("US_EQ"), &first), (Some("EU_EQ"), &second), (Some("US_EQ"), &other)];
    let (ahead, mut turned) = (reports(&runs), runs);
    turned.reverse();
    assert_eq!(ahead, reports(&turned));
    assert_eq!(ahead.len(), 2);
    let of_a = ahead.iter().find(|report| report.config_id == config_id(&first)).unwrap();
    assert_eq!((of_a.runs.len(), of_a.metrics.days), (2, 3));
}

#[test]
fn runs_that_cannot_be_reported_are_refused() {
    let ruined = run("a", FIRST, &[(0, None, None), (10, None, None)]);
    let short = run("a", FIRST, &[(10, None, None)]);
    let of = |runs: &[&Journal]| {
        let runs: Vec<Run<'_>> = runs.iter().map(|journal| Run { market: None, journal }).collect();
        Performance::of_runs(&runs, &[0.5]).unwrap_err()
    };
    assert_eq!(of(&[]), ReportError::NoRuns);
    assert!(of(&[&ruined]).to_string().ends_with("its equity was zero or less"));
    assert!(of(&[&short]).to_string().ends_with("it has fewer than two days"));
    let sound = run("a", FIRST, &[(10, None, None), (11, None, None)]);
    assert!(matches!(of(&[&sound, &sound]), ReportError::Twice { .. }));
}

#[test]
fn configs_are_compared_over_the_same_days_and_by_slices_that_all_have() {
    let path = |step: i64, regime: &'static str| -> Vec<(i64, Option<&'static str>, Option<f64>)> {
        (0..60).map(|at| (1_000 + at * step + at % 2, Some(if at < 30 { "CALM" } else { regime }), None)).collect()
    };
    let (good, weak) = (run("good", FIRST, &path(3, "CRISIS")), run("weak", FIRST, &path(1, "CRISIS")));
    let odd = run("odd", FIRST, &path(2, "OTHER"));
    let policy = policy().comparison;
    let of = |runs: &[&Journal]| {
        let runs: Vec<(Option<&str>, &Journal)> = runs.iter().map(|journal| (Some("US_EQ"), *journal)).collect();
        Comparison::of(&reports(&runs), &policy)
    };
    let found = of(&[&good, &weak]).unwrap();
    assert_eq!(found.standings[&config_id(&weak)], Standing::Dominated { by: config_id(&good) });
    assert_eq!(found.standings[&config_id(&good)], Standing::Robust);
    assert_eq!(of(&[&good, &odd]).unwrap().left_out, ["regime CRISIS", "regime OTHER"]);
    let later = run("later", "2009-01-05", &path(1, "CRISIS"));
    assert!(matches!(of(&[&good, &later]), Err(ComparisonError::OtherDays { days: 118, .. })));
    assert_eq!(of(&[&good]), Err(ComparisonError::TooFew { found: 1 }));
    let brief = |name: &str| run(name, FIRST, &path(1, "CRISIS")[..9]);
    assert_eq!(of(&[&brief("x"), &brief("y")]), Err(ComparisonError::NoSlices { slice_days_min: 21 }));
}

/// Slices a and b; configs in the order of their rows.
#[rstest]
#[case::equal_configs_do_not_dominate(&[[1.0, 1.0], [1.0, 1.0]], &["robust", "robust"])]
#[case::better_on_one(&[[1.0, 1.0], [1.0, 1.1]], &["dominated", "robust"])]
#[case::of_two_near_is_robust(&[[1.0, 0.95], [0.85, 1.1]], &["robust", "robust"])]
#[case::of_two_far_is_a_niche(&[[2.0, 0.0], [0.0, 2.0]], &["niche", "niche"])]
#[case::of_two_in_between_is_mixed(&[[1.0, 0.0], [0.7, 0.4]], &["mixed", "mixed"])]
#[case::of_three_the_middle_is_robust(&[[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]], &["niche", "robust", "niche"])]
#[case::of_six_two_are_the_worst_part(
    &[[6.0, 1.0], [5.0, 2.0], [4.0, 3.0], [3.0, 4.0], [2.0, 5.0], [1.0, 6.0]],
    &["niche", "mixed", "robust", "robust", "mixed", "niche"],
)]
fn standings_by_hand(#[case] rows: &[[f64; 2]], #[case] expected: &[&str]) {
    let slices = |row: &[f64; 2]| ["a", "b"].iter().map(|name| (*name).to_owned()).zip(row.iter().copied()).collect();
    let ratios = rows.iter().enumerate().map(|(at, row)| (format!("config {at}"), slices(row))).collect();
    let numbers = Comparing { slice_days_min: 21, worst_parts: 3, robust_within: 0.2, bad_beyond: 0.5 };
    let found: Vec<&str> = standings(&ratios, &numbers)
        .values()
        .map(|standing| match standing {
            Standing::Dominated { .. } => "dominated",
            Standing::Robust => "robust",
            Standing::Niche { .. } => "niche",
            Standing::Mixed => "mixed",
        })
        .collect();
    assert_eq!(found, expected);
}
