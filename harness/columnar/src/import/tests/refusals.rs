//! One broken thing at a time, and the sentence that names it.

use super::{GOOD, Room};
use crate::manifest::Rates;

/// A piece of good bars, what replaces it, and the refusal.
const BARS: [(&str, &str, &str); 23] = [
    ("10.5,10.4", "abc,10.4", "bars.csv, row 1, column `close`: `abc`, expected a number"),
    (
        "10.5,10.4",
        "NaN,10.4",
        "bars.csv, row 1, column `close`: NaN, expected a finite number, or an empty cell for none",
    ),
    (
        "10.5,10.4",
        "inf,10.4",
        "bars.csv, row 1, column `close`: inf, expected a finite number, or an empty cell for none",
    ),
    ("10.5,10.4", "0,10.4", "bars.csv, row 1, column `close`: 0, expected a price from 1e-9 to 1e12"),
    ("10.5,10.4", "-3,10.4", "bars.csv, row 1, column `close`: -3, expected a price from 1e-9 to 1e12"),
    ("10.5,10.4", "11.5,10.4", "bars.csv, row 1, column `close`: 11.5, expected at most the high, 11"),
    ("10.5,10.4", "9,10.4", "bars.csv, row 1, column `close`: 9, expected at least the low, 9.5"),
    ("10.5,10.4", ",", "bars.csv, row 1, column `close`: nothing, expected a close or an adjusted close"),
    (",1000,", ",-1,", "bars.csv, row 1, column `volume`: -1, expected zero or more shares"),
    (
        "1000,USD",
        "1000,EUR",
        "bars.csv, row 1, column `currency`: `EUR`, expected USD, the currency of the tape: one tape has one currency",
    ),
    (
        "EQUITY:B,2024-01-02",
        "B,2024-01-02",
        "bars.csv, row 3, column `instrument_id`: `B`, expected an instrument id, ASSET_CLASS:SYMBOL, for example EQUITY:AAPL",
    ),
    (
        "EQUITY:B,2024-01-02",
        ",2024-01-02",
        "bars.csv, row 3, column `instrument_id`: nothing, expected an instrument id, ASSET_CLASS:SYMBOL, for example EQUITY:AAPL",
    ),
    (
        "B,2024-01-04",
        "B,04.01.2024",
        "bars.csv, row 4, column `date`: `04.01.2024`, expected a day as YYYY-MM-DD, from 0001-01-01 to 9999-12-31",
    ),
    ("B,2024-01-04", "B,", "bars.csv, row 4, column `date`: nothing, expected a day as YYYY-MM-DD"),
    ("B,2024-01-04", "B,2024-01-06", "bars.csv, row 4, column `date`: 2024-01-06, expected a session of US_EQ"),
    (
        "B,2024-01-04",
        "B,2031-01-02",
        "bars.csv, row 4, column `date`: 2031-01-02, expected a day that the calendar of US_EQ covers, 1990-01-01 to 2026-12-31",
    ),
    (
        "B,2024-01-04",
        "B,2024-01-02",
        "bars.csv, row 4, column `date`: 2024-01-02, expected one bar for an instrument and a day",
    ),
    (
        "A,2024-01-03",
        "A,2023-12-29",
        "bars.csv, row 2, column `date`: 2023-12-29, expected a day after 2024-01-02, which stands before it: the rows of an instrument ascend by date",
    ),
    (
        "adjusted_close",
        "adjclos",
        "bars.csv, column `adjclos`: nothing reads it; expected some of instrument_id, known_on, open, high, low, close, volume, currency, happened_on, date, trade_date, adjusted_close, adj_close, adjclose, or name it among the ignored columns; the file has instrument_id, date, open, high, low, close, adjclos, volume, currency",
    ),
    (
        "volume",
        "close",
        "bars.csv, column `close`: it stands twice; the file has instrument_id, date, open, high, low, close, adjusted_close, close, currency",
    ),
    (
        "900,USD",
        "900,USD,1",
        "bars.csv: not readable CSV: CSV error: record 2 (line: 3, byte: 119): found record with 10 fields, but the previous record has 9 fields",
    ),
    ("20,20,0,", "35,35,0,", "bars.csv, row 3, column `close`: 35, expected at most the high, 20"),
    (
        "20,21.5,20,21,21",
        "200,215,200,210,210",
        "bars.csv, row 4, column `close`: 210 with a return of +950.0 % on 2024-01-04, expected within ±25.0 %, or a corporate action, or a note in the recipe that explains the day",
    ),
];

#[test]
fn bars_are_refused_by_file_row_column_value_and_expectation() {
    for (at, (good, bad, message)) in BARS.into_iter().enumerate() {
        let text = GOOD.replacen(good, bad, 1);
        assert_ne!(text, GOOD, "case {at} changes nothing");
        assert_eq!(Room::new(&format!("bars-{at}")).bars(&text).refusal(), message, "case {at}");
    }
}

#[test]
fn a_bar_is_known_on_its_own_day() {
    let text = "instrument_id,date,known_on,close\nEQUITY:A,2024-01-02,2024-01-03,10\n";
    let message = "bars.csv, row 1, column `known_on`: 2024-01-03, expected the day of the bar itself, 2024-01-02: a price is known on its own day";
    assert_eq!(Room::new("bar-known-on").bars(text).refusal(), message);
}

#[test]
fn two_files_may_not_have_the_same_bar() {
    let mut room = Room::new("two-files").bars(GOOD);
    room.put("more.csv", "instrument_id,date,close\nEQUITY:B,2024-01-04,21\n");
    room.request.bars.push("more.csv".into());
    let message = "more.csv, row 1, column `instrument_id`: EQUITY:B 2024-01-04, expected one bar for an instrument and a day; another file has it already";
    assert_eq!(room.refusal(), message);
}

#[test]
fn actions_are_held_against_the_bars() {
    let cases = [
        (
            "EQUITY:A,2024-01-03,split,1.777,,",
            "column `split_ratio`: 1.777, expected new shares for each old one, a fraction of whole numbers up to 50",
        ),
        ("EQUITY:A,2024-01-03,split,,,", "column `numerator`: nothing, expected a whole number from 1 to 1,000,000"),
        (
            "EQUITY:A,2024-01-03,cash_dividend,,-0.1,",
            "column `amount`: -0.1, expected a positive amount for each share",
        ),
        ("EQUITY:A,2024-01-03,cash_dividend,,12,", "column `amount`: 12, expected less than the close before it, 10.5"),
        (
            "EQUITY:A,2024-01-03,spinoff,0,,",
            "column `split_ratio`: 0, expected shares after for each share before, more than 0 and at most 1,000",
        ),
        ("EQUITY:A,2024-01-03,halt,,,", "column `until`: nothing, expected the first day after the halt"),
        (
            "EQUITY:A,2024-01-03,merger,,,",
            "column `kind`: `merger`, expected split, cash_dividend, spinoff, delisting, halt, spinoff_or_other or last_bar_…",
        ),
        ("EQUITY:A,2024-01-06,split,2,,", "column `ex_date`: 2024-01-06, expected a session of US_EQ"),
        ("EQUITY:X,2024-01-03,split,2,,", "column `instrument_id`: EQUITY:X, expected an instrument with bars"),
        (
            "EQUITY:A,2024-01-02,last_bar_acquired,,,",
            "column `ex_date`: 2024-01-02, expected the day of the last bar, 2024-01-03",
        ),
        (
            "EQUITY:A,2024-01-03,delisting,,,",
            "column `happened_on`: 2024-01-03, expected a day after the last bar, 2024-01-03",
        ),
    ];
    for (at, (row, message)) in cases.into_iter().enumerate() {
        let text = format!("instrument_id,ex_date,kind,split_ratio,cash_amount,until\n{row}\n");
        let refusal = Room::new(&format!("actions-{at}")).bars(GOOD).actions(&text).refusal();
        assert_eq!(refusal, format!("actions.csv, row 1, {message}"), "case {at}");
    }
    let twice = "instrument_id,ex_date,kind,cash_amount\nEQUITY:A,2024-01-03,cash_dividend,0.1\nEQUITY:A,2024-01-03,cash_dividend,0.1\n";
    let message = "actions.csv, row 2, column `kind`: EQUITY:A 2024-01-03, expected one action of a kind for an instrument and a day";
    assert_eq!(Room::new("actions-twice").bars(GOOD).actions(twice).refusal(), message);
}

#[test]
fn series_need_a_lag_and_finite_values() {
    let room = |test: &str, rows: &str| Room::new(test).series(&format!("series_id,date,known_on,value\n{rows}"));
    let message = "series.csv, row 1, column `series_id`: `X`, expected a series with a stated release lag: describe it in the recipe, or give one lag for all";
    assert_eq!(room("lag", "X,2024-01-31,,1\n").refusal(), message);
    let message =
        "series.csv, row 1, column `known_on`: 2024-01-30, expected a day not before 2024-01-31, when it happened";
    assert_eq!(room("early", "X,2024-01-31,2024-01-30,1\n").refusal(), message);
    let message = "series.csv, row 1, column `value`: nothing, expected a finite number";
    assert_eq!(room("value", "X,2024-01-31,2024-02-01,\n").refusal(), message);
    let message = "series.csv, row 2, column `series_id`: X 2024-01-31, expected one value for a series, a day and a day on which it became known";
    assert_eq!(room("twice", "X,2024-01-31,2024-02-01,1\nX,2024-01-31,2024-02-01,1\n").refusal(), message);
}

#[test]
fn rates_must_be_rates_in_the_currency_of_the_tape() {
    let refusal = |test: &str, row: &str, currency: &str| {
        let mut room = Room::new(test).series(&format!("series_id,date,value\n{row}\n"));
        room.request.rates = Some(Rates::Inverted);
        room.request.currency = Some(currency.to_owned());
        room.request.release_lag_days = Some(0);
        room.refusal()
    };
    let message =
        "EURUSD of 2024-01-02 cannot become a bar: column `currency` is EUR, expected USD, the currency of the tape";
    assert_eq!(refusal("rate-currency", "EURUSD,2024-01-02,1.1", "USD"), message);
    let message = "UST_10Y of 2024-01-02 cannot become a bar: column `series_id` is UST_10Y, expected two currencies of three capitals, for example EURUSD";
    assert_eq!(refusal("rate-name", "UST_10Y,2024-01-02,1.1", "EUR"), message);
    let message = "EURUSD of 2024-01-02 cannot become a bar: column `value` is 0, expected a rate whose price lies from 1e-9 to 1e12";
    assert_eq!(refusal("rate-zero", "EURUSD,2024-01-02,0", "EUR"), message);
    let message = "FX:USDEUR on 2024-01-03 cannot become a bar: column `close` is 0.5 with a return of -50.0 % on 2024-01-03, expected within ±25.0 %, or a corporate action, or a note in the recipe that explains the day";
    assert_eq!(refusal("rate-outlier", "EURUSD,2024-01-02,1\nEURUSD,2024-01-03,2", "EUR"), message);
}

#[test]
fn requests_that_make_no_sense() {
    let mut room = Room::new("request").bars(GOOD);
    room.request.name = "My Tape".into();
    assert_eq!(room.refusal(), "`My Tape` is not a name for a tape: expected small letters, digits and underscores");
    room.request.name = "mine".into();
    room.request.currency = Some("usd".into());
    assert_eq!(room.refusal(), "`usd` is not a currency: expected three capitals such as USD");
    room.request.currency = Some("USD".into());
    room.request.market = Some("EU_EQ".into());
    assert_eq!(room.refusal(), "mine: the market is EU_EQ, but the calendar is that of US_EQ");
    room.request.market = None;
    let stated = "state it for the whole tape with --market US_EQ, or as market = \"US_EQ\" in [about] of a recipe";
    assert_eq!(room.refusal(), format!("EQUITY:A has no market: {stated}"));
    room.request.currency = None;
    let stated = "state it once for all rows with --currency USD, or as currency = \"USD\" in [about] of a recipe";
    let says = "the tape has no currency, and its first row says `USD`";
    assert_eq!(room.refusal(), format!("bars.csv: {says}: {stated}"));
    room.put("plain.csv", "instrument_id,date,close\nEQUITY:A,2024-01-02,5\n");
    room.request.bars = vec!["plain.csv".into()];
    assert_eq!(room.refusal(), format!("plain.csv: the tape has no currency: {stated}"));
    room.request.currency = Some("USD".into());
    room.request.bars = vec!["bars.xlsx".into()];
    assert_eq!(room.refusal(), "bars.xlsx: the kind of file is unknown: expected a name that ends in .parquet or .csv");
    room.request.bars = vec!["nowhere.csv".into()];
    assert!(room.refusal().starts_with("nowhere.csv: cannot read: "));
    room.put("empty.csv", "instrument_id,date,close\n");
    room.request.bars = vec!["empty.csv".into()];
    assert_eq!(
        room.refusal(),
        "mine: nothing was loaded from empty.csv with 0 rows, so there is no tape; expected rows of bars or series"
    );
    room.put("broken.parquet", "not Parquet at all");
    room.request.bars = vec!["broken.parquet".into()];
    assert!(room.refusal().starts_with("broken.parquet: expected a whole Parquet file, and this one is damaged"));
}
