//! What a year's flow is, by the dates of the reports.

use domain::date::Date;
use domain::facts::SeriesFact;
use domain::tape::Tape;
use domain::view::View;
use proptest::prelude::*;
use rstest::rstest;

use super::ProfilesConfig;
use super::fields::COMPANY_SERIES;
use super::fields::series::{DIVIDENDS, EQUITY, FLOWS, NET_INCOME, REVENUE, SHARES};
use super::statements::{Statement, read};
use crate::encoders::tests::Market;

const MARKET: Market = Market { days: 230, width: 2, seed: 4 };

/// The reports, each the end of its period and the day on which it is known; every field of the n-th is n + 1.
fn tape(reports: &[(&str, usize)], skipped: &[(usize, usize)]) -> Tape {
    let mut builder = MARKET.builder(&MARKET.closes());
    for (number, (end, known)) in reports.iter().enumerate() {
        for (field, name) in COMPANY_SERIES.iter().enumerate() {
            if !skipped.contains(&(number, field)) {
                let (series, value) = (format!("FUNDAMENTAL:I00:{name}"), 1.0 + number as f64);
                let (happened_on, known_on) = (end.parse().unwrap(), MARKET.dates()[*known]);
                builder.push_series(&SeriesFact { series, happened_on, known_on, value }).unwrap();
            }
        }
    }
    builder.finish()
}

fn at(tape: &Tape, day: usize) -> Statement {
    let names: Vec<Option<String>> =
        COMPANY_SERIES.iter().map(|field| Some(format!("FUNDAMENTAL:I00:{field}"))).collect();
    let config = ProfilesConfig { max_age_days: 3660, ..ProfilesConfig::default() };
    read(&View::as_of(tape, day).unwrap(), &names, &FLOWS, &config)
}

/// Quarters of a year whose last report is late, and the four before them.
const QUARTERS: [(&str, usize); 8] = [
    ("1998-12-31", 1),
    ("1999-04-01", 2),
    ("1999-06-30", 3),
    ("1999-09-30", 4),
    ("1999-12-31", 10),
    ("2000-03-31", 20),
    ("2000-06-30", 30),
    ("2000-10-02", 40),
];

/// The defect: what a company earned in a quarter was held against limits for a year.
#[test]
fn a_flow_of_quarterly_reports_is_the_sum_of_the_last_four() {
    let tape = tape(&QUARTERS, &[]);
    let figures = |day: usize| {
        let known = at(&tape, day);
        (known.now[REVENUE], known.now[NET_INCOME], known.now[EQUITY], known.year_before[REVENUE])
    };
    // With three quarters known nothing is known of a year; stocks are those of the latest end all along.
    assert_eq!(figures(3), (None, None, Some(3.0), None));
    assert_eq!(figures(4), (Some(10.0), Some(10.0), Some(4.0), None));
    assert_eq!(figures(39), (Some(22.0), Some(22.0), Some(7.0), None));
    assert_eq!(figures(40), (Some(26.0), Some(26.0), Some(8.0), Some(10.0)));
    assert!(FLOWS.iter().all(|flow| *flow == DIVIDENDS || at(&tape, 40).now[*flow] == Some(26.0)));
}

#[test]
fn a_quarter_that_is_missing_leaves_the_year_unknown() {
    // The revenue of one quarter, then the report of one quarter.
    let known = at(&tape(&QUARTERS, &[(5, REVENUE)]), 40);
    assert_eq!((known.now[REVENUE], known.now[NET_INCOME]), (None, Some(26.0)));
    let without: Vec<_> = [&QUARTERS[..5], &QUARTERS[6..]].concat();
    let known = at(&tape(&without, &[]), 40);
    assert_eq!((known.now[REVENUE], known.now[EQUITY]), (None, Some(7.0)));
}

#[rstest]
#[case::years(&[("1999-12-31", 1), ("2000-12-30", 10)], Some(2.0), Some(1.0))]
#[case::a_year_was_left_out(&[("1998-12-31", 1), ("2000-12-31", 10)], Some(2.0), None)]
#[case::halves(&[("2000-06-30", 1), ("2000-12-31", 10)], None, None)]
#[case::the_first(&[("2000-12-31", 10)], None, None)]
fn other_reports_stand_as_they_are_or_not_at_all(
    #[case] reports: &[(&str, usize)],
    #[case] now: Option<f64>,
    #[case] before: Option<f64>,
) {
    let known = at(&tape(reports, &[]), 20);
    assert_eq!((known.now[REVENUE], known.year_before[REVENUE]), (now, before));
    assert_eq!(known.now[EQUITY], Some(reports.len() as f64));
}

/// Two for one before the last quarter: 0.4 a share three times, then 0.2 on twice the shares, are 0.8 a share of today.
#[test]
fn dividends_a_share_go_through_a_split() {
    let mut builder = MARKET.builder(&MARKET.closes());
    for ((end, known), [shares, dividend]) in QUARTERS[4..].iter().zip([[1e6, 0.4], [1e6, 0.4], [1e6, 0.4], [2e6, 0.2]])
    {
        for (field, name) in COMPANY_SERIES.iter().enumerate() {
            let value = if field == SHARES { shares } else { dividend };
            let (happened_on, known_on) = (end.parse::<Date>().unwrap(), MARKET.dates()[*known]);
            let series = format!("FUNDAMENTAL:I00:{name}");
            builder.push_series(&SeriesFact { series, happened_on, known_on, value }).unwrap();
        }
    }
    assert!((at(&builder.finish(), 40).now[DIVIDENDS].unwrap() - 0.8).abs() < 1e-15);
}

proptest! {
    /// A quarter more than nothing never makes the year less.
    #[test]
    fn a_year_of_quarters_is_their_sum(values in prop::array::uniform4(0.0..1e6_f64)) {
        let mut builder = MARKET.builder(&MARKET.closes());
        for ((end, known), value) in QUARTERS[4..].iter().zip(values) {
            let (series, happened_on) = ("FUNDAMENTAL:I00:revenue".to_owned(), end.parse::<Date>().unwrap());
            let known_on = MARKET.dates()[*known];
            builder.push_series(&SeriesFact { series, happened_on, known_on, value }).unwrap();
        }
        let year = at(&builder.finish(), 40).now[REVENUE].unwrap();
        prop_assert!((year - values.iter().sum::<f64>()).abs() <= 1e-9 * (1.0 + year));
    }
}
