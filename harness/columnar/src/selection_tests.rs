//! Windows of stored tapes: what they hold, and what is refused.

use std::path::{Path, PathBuf};

use domain::calendar::Calendar;
use domain::date::Date;
use domain::facts::{ActionFact, ActionKind, PriceBasis, SeriesFact};
use domain::view::View;

use crate::calendars;
use crate::error::DataError;
use crate::files::tests::scratch;
use crate::selection::Selection;
use crate::tape_folder::StoredTape;

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn open(name: &str) -> StoredTape {
    StoredTape::open(&scenarios().join("tapes").join(name)).unwrap()
}

fn new_york() -> Calendar {
    calendars::load(&scenarios(), "US_EQ").unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// September 2008 on raw prices, with a month of history.
fn lehman() -> Selection {
    Selection::new(PriceBasis::Raw, day("2008-09-02"), day("2008-09-30"), "USD").looking_back_to(day("2008-08-01"))
}

#[test]
fn a_window_has_its_days_instruments_and_actions_and_nothing_later() {
    let mut selection = lehman();
    selection.instruments = ["EQUITY:WB", "EQUITY:LEHMQ", "EQUITY:KO"].map(|id| id.parse().unwrap()).to_vec();
    let tape = open("us_eq_2000_2012").select(&selection, Some(&new_york())).unwrap();
    let ids: Vec<&str> = tape.instruments().iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(ids, ["EQUITY:KO", "EQUITY:LEHMQ", "EQUITY:WB"]);
    assert_eq!((tape.days().first(), tape.days().last()), (Some(&day("2008-08-01")), Some(&day("2008-09-30"))));
    assert_eq!(tape.days().len(), 42);
    let view = View::as_of(&tape, 41).unwrap();
    let close = |id: &str| view.close(view.find(&id.parse().unwrap()).unwrap());
    assert_eq!(close("EQUITY:WB"), Some(3.5));
    // Coca-Cola's dividend of September, and the bank's of August; the bank's delisting at the end of the year is
    // not known yet.
    let dividends = view.actions().iter().filter(|action| matches!(action.kind, ActionKind::CashDividend { .. }));
    assert_eq!((dividends.count(), view.actions().len()), (2, 2));
}

#[test]
fn a_world_kept_by_weekday_repeats_closes_and_hears_of_no_action() {
    let mut selection = lehman();
    selection.instruments = ["EQUITY:KO", "EQUITY:WB"].map(|id| id.parse().unwrap()).to_vec();
    (selection.weekdays, selection.gaps_carried, selection.actions_ignored) = (true, true, true);
    let tape = open("us_eq_2000_2012").select(&selection, None).unwrap();
    // August and September 2008 have 43 weekdays, Labor Day, the first of September, among them.
    let view = View::as_of(&tape, tape.days().iter().position(|on| *on == day("2008-09-01")).unwrap()).unwrap();
    assert_eq!((tape.days().len(), view.actions().len()), (43, 0));
    for instrument in (0..2).map(domain::ids::Instrument) {
        let friday = view.closes(1).unwrap().get(instrument);
        assert!(friday.is_some() && view.close(instrument) == friday);
        assert_eq!(view.volumes(0).unwrap().get(instrument), Some(0.0));
        assert!(view.volumes(1).unwrap().get(instrument) > Some(0.0));
    }
}

#[test]
fn without_a_calendar_the_days_are_those_of_the_bars() {
    let stored = open("fx");
    let mut selection = Selection::new(PriceBasis::Raw, day("2023-12-20"), day("2024-01-03"), "EUR");
    selection.history_from = Some(day("2023-12-20"));
    let own_days = stored.select(&selection, None).unwrap().days().len();
    let calendar = calendars::load(&scenarios(), "FX_GLOB").unwrap();
    let weekdays = stored.select(&selection, Some(&calendar)).unwrap().days().len();
    // The ECB rests on both days of Christmas and on New Year's Day.
    assert_eq!((own_days, weekdays), (8, 11));
}

#[test]
fn a_scenario_adds_halts_and_series_of_its_own() {
    let mut selection = lehman();
    let (on, until) = (day("2008-09-16"), day("2008-09-19"));
    let instrument: domain::ids::InstrumentId = "EQUITY:AIG".parse().unwrap();
    let halt =
        ActionFact { instrument: instrument.clone(), happened_on: on, known_on: on, kind: ActionKind::Halt { until } };
    selection.extra_actions.push(halt);
    selection.extra_series = open("macro").series_facts().unwrap();
    let tape = open("us_eq_2000_2012").select(&selection, Some(&new_york())).unwrap();
    let at = tape.days().iter().position(|day| *day == on).unwrap();
    let view = View::as_of(&tape, at).unwrap();
    assert!(view.is_halted(view.find(&instrument).unwrap()));
    let last = view.series("UST_10Y").last().unwrap();
    assert_eq!((last.happened_on, last.known_on), (day("2008-09-15"), on), "yesterday's curve");
    let inflation = view.series("US_CPI_M").last().unwrap();
    assert_eq!(inflation.happened_on, day("2008-07-01"));
}

#[test]
fn what_a_tape_cannot_give_is_refused_by_name() {
    type Change = fn(&mut Selection);
    let cases: [(Change, &str); 9] = [
        (
            |s| s.instruments = vec!["EQUITY:XYZ".parse().unwrap()],
            "tape us_eq_2000_2012: EQUITY:XYZ is not on it; of its 67 instruments the nearest are EQUITY:XOM, EQUITY:XTO, ETF:GLD, ETF:SPY",
        ),
        (
            |s| s.currency = "EUR".into(),
            "tape us_eq_2000_2012: EQUITY:AAPL is priced in USD, but the account is in EUR: one run has one currency",
        ),
        (
            |s| s.last_day = day("2012-09-13"),
            "tape us_eq_2000_2012: the window 2008-08-01 to 2012-09-13 is not within its bars, 2000-02-01 to 2012-09-12",
        ),
        (
            |s| s.history_from = Some(day("2000-01-31")),
            "tape us_eq_2000_2012: the window 2000-01-31 to 2008-09-30 is not within its bars, 2000-02-01 to 2012-09-12",
        ),
        (
            |s| s.history_from = Some(day("2008-09-03")),
            "tape us_eq_2000_2012: history 2008-09-03, first day 2008-09-02 and last day 2008-09-30 are not in this order",
        ),
        (
            |s| s.last_day = day("2008-09-01"),
            "tape us_eq_2000_2012: history 2008-08-01, first day 2008-09-02 and last day 2008-09-01 are not in this order",
        ),
        (|s| s.instruments = vec!["EQUITY:KO".parse().unwrap(); 2], "tape us_eq_2000_2012: EQUITY:KO is listed twice"),
        (
            |s| {
                s.extra_actions = vec![ActionFact {
                    instrument: "EQUITY:XYZ".parse().unwrap(),
                    happened_on: s.first_day,
                    known_on: s.first_day,
                    kind: ActionKind::Delisting,
                }]
            },
            "tape us_eq_2000_2012, an action of the scenario: EQUITY:XYZ is not an instrument of this tape",
        ),
        (
            |s| {
                s.extra_series = vec![SeriesFact {
                    series: "X".into(),
                    happened_on: s.first_day,
                    known_on: s.first_day,
                    value: f64::NAN,
                }]
            },
            "tape us_eq_2000_2012, a series of the scenario: X on 2008-09-02: value is NaN, expected a finite number",
        ),
    ];
    let (stored, calendar) = (open("us_eq_2000_2012"), new_york());
    for (change, message) in cases {
        let mut selection = lehman();
        change(&mut selection);
        assert_eq!(stored.select(&selection, Some(&calendar)).unwrap_err().to_string(), message);
    }
}

#[test]
fn other_calendars_bases_and_tapes_without_bars_are_refused() {
    let refusal = |name: &str, selection: &Selection, market: &str| {
        let calendar = calendars::load(&scenarios(), market).unwrap();
        open(name).select(selection, Some(&calendar)).unwrap_err().to_string()
    };
    let message = "tape us_eq_2000_2012: EQUITY:AAPL trades on US_EQ, but the calendar is that of UK_EQ";
    assert_eq!(refusal("us_eq_2000_2012", &lehman(), "UK_EQ"), message);
    let message = "tape us_eq_close_1990_2022: it cannot be traded on the raw basis, expected one of: adjusted";
    assert_eq!(refusal("us_eq_close_1990_2022", &lehman(), "US_EQ"), message);
    let message = "tape macro: it has no bars, only series: a scenario needs a tape with bars";
    assert_eq!(refusal("macro", &lehman(), "US_EQ"), message);
}

#[test]
fn a_calendar_that_ends_before_the_window_and_one_with_a_hole_are_refused() {
    let stored = open("us_eq_2000_2012");
    let mut facts = new_york().facts().clone();
    facts.last = day("2008-09-15");
    let short = Calendar::from_facts(&facts).unwrap();
    let message = "calendar US_EQ: 2008-09-30 is outside the calendar's known range 1990-01-01 to 2008-09-15";
    assert_eq!(stored.select(&lehman(), Some(&short)).unwrap_err().to_string(), message);
    let mut facts = new_york().facts().clone();
    facts.holidays.push(day("2008-09-15"));
    facts.holidays.sort();
    let holed = Calendar::from_facts(&facts).unwrap();
    let error = stored.select(&lehman(), Some(&holed)).unwrap_err().to_string();
    let message = "bars.parquet, row 2168, column `happened_on`: 2008-09-15, expected a session of the market that EQUITY:AAPL trades on";
    assert!(error.ends_with(message), "{error}");
}

/// Copies a bundled tape.
fn copy(name: &str, test: &str) -> PathBuf {
    let target = scratch(test);
    for entry in std::fs::read_dir(scenarios().join("tapes").join(name)).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
    }
    target
}

#[test]
fn an_edited_tape_is_told_by_file_and_by_what_differs() {
    let folder = copy("us_eq_wiki_2000_2013", "edited");
    StoredTape::open(&folder).unwrap();
    let manifest = std::fs::read_to_string(folder.join("tape.toml")).unwrap();
    let refusal = || StoredTape::open(&folder).unwrap_err();
    let edit = |from: &str, to: &str| {
        assert!(manifest.contains(from), "{from}");
        std::fs::write(folder.join("tape.toml"), manifest.replacen(from, to, 1)).unwrap();
    };
    edit("rows = 12154", "rows = 12155");
    assert!(matches!(refusal(), DataError::Edited { subject: "count", .. }));
    edit("last = \"2013-03-01\"", "last = \"2013-03-04\"");
    assert!(matches!(refusal(), DataError::Edited { subject: "last day", .. }));
    edit("digest = \"bc06", "digest = \"bc07");
    assert!(matches!(refusal(), DataError::Edited { subject: "digest", .. }));
    edit("format_version = 1", "format_version = 2");
    assert!(matches!(refusal(), DataError::Format { found: 2, known: 1, .. }));
    edit("format_version = 1", "");
    assert!(refusal().to_string().ends_with("format_version is missing, expected the whole number 1"));
    edit("[about]", "[about]\nvendor = \"x\"");
    assert!(refusal().to_string().contains("unknown field `vendor`"));
    edit("[tables.bars]", "[tables.rebars]");
    assert!(refusal().to_string().ends_with(
        "tables.rebars is no table of a tape: expected actions, bars, instruments, membership, series, texts"
    ));
    std::fs::write(folder.join("tape.toml"), manifest.split("[tables").next().unwrap()).unwrap();
    assert!(refusal().to_string().ends_with("it is a recipe without tables: import the data it names first"));
    std::fs::write(folder.join("tape.toml"), &manifest).unwrap();
    let other = scenarios().join("tapes/us_eq_2013_2023/bars.parquet");
    std::fs::copy(other, folder.join("bars.parquet")).unwrap();
    assert!(matches!(refusal(), DataError::Edited { subject: "count", .. }));
    std::fs::remove_file(folder.join("bars.parquet")).unwrap();
    assert!(refusal().to_string().ends_with("bars.parquet: tape.toml lists this table, but the file is not there"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_table_that_nobody_listed_and_one_of_another_shape_are_refused() {
    let folder = copy("us_eq_wiki_2000_2013", "stray");
    let refusal = || StoredTape::open(&folder).unwrap_err().to_string();
    std::fs::copy(folder.join("bars.parquet"), folder.join("actions.parquet")).unwrap();
    assert!(refusal().ends_with("actions.parquet: tape.toml does not list this table: remove it or import again"));
    std::fs::remove_file(folder.join("actions.parquet")).unwrap();
    std::fs::copy(folder.join("instruments.parquet"), folder.join("bars.parquet")).unwrap();
    let error = refusal();
    assert!(error.contains("bars.parquet: the columns are instrument_id Utf8, market_id Utf8"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}
