//! The facts of the tiny root, made of whole cents so that they are the same everywhere.

/// The head of a table of bars with every column.
pub const BARS_HEAD: &str = "instrument_id,date,open,high,low,close,volume,currency";

/// The scenario.
pub const SCENARIO: &str = r#"format = 1
name = "tiny"
purpose = "Everything that a check needs, and no more."
seed = 7

[market]
tape = "tiny"
calendar = "US_EQ"
price_basis = "raw"
first_day = "2020-01-06"
last_day = "2020-01-31"
history_from = "2020-01-02"

[account]
currency = "USD"
cash = 100_000

[system]
name = "equal-weight"
[system.config]
invested = 0.9

[execution]
fill = "next-close"
slippage_bps = 5
cost_bps = 2
"#;

/// The suite.
const SUITE: &str = r#"format = 1
name = "pr"
purpose = "The whole of the tiny root."
cases = ["tiny"]
"#;

/// The commands that make the whole root of its files.
pub const MAKING: [&str; 4] = [
    "data import --name tiny --market US_EQ --currency USD --bars bars.csv --source made-up --licence free",
    "data import --name closes --market US_EQ --currency USD --bars closes.csv --source made-up --licence free",
    "data import --name levels --series series.csv --release-lag-days 1 --source made-up --licence free",
    "golden accept tiny --by Reviewer --reason first --on 2026-01-05",
];

/// The sessions of January 2020 in New York, by day of the month.
const SESSIONS: [u32; 21] = [2, 3, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 21, 22, 23, 24, 27, 28, 29, 30, 31];

/// The files from which the root is made, by their paths below it.
pub fn files() -> Vec<(&'static str, String)> {
    let series = SESSIONS.iter().map(|day| format!("LEVEL,2020-01-{day:02},{}.5\n", day + 100));
    vec![
        ("bars.csv", format!("{BARS_HEAD}\n{}", bars())),
        ("closes.csv", format!("instrument_id,date,close\n{}", closes())),
        ("series.csv", format!("series_id,date,value\n{}", series.collect::<String>())),
        (super::CASE_FILE, SCENARIO.to_owned()),
        ("scenarios/suites/pr.toml", SUITE.to_owned()),
    ]
}

/// Bars of three instruments on all sessions.
pub fn bars() -> String {
    rows(|instrument, day, close, volume| {
        let [open, high, low] = [close - 10, close + 20, close - 30].map(money);
        format!("{instrument},2020-01-{day:02},{open},{high},{low},{},{volume},USD\n", money(close))
    })
}

/// The same market, closes only.
fn closes() -> String {
    rows(|instrument, day, close, _| format!("{instrument},2020-01-{day:02},{}\n", money(close)))
}

fn rows(row: impl Fn(&str, u32, u32, u32) -> String) -> String {
    let mut text = String::new();
    for (number, instrument) in ["EQUITY:AAA", "EQUITY:BBB", "EQUITY:CCC"].into_iter().enumerate() {
        let number = number as u32;
        for (at, day) in SESSIONS.into_iter().enumerate() {
            // Cents that go up and down by a few percent.
            let close = 2_000 * (number + 1) + (at as u32 * 7 + number * 3) % 11 * 13;
            text += &row(instrument, day, close, 100_000 + 1_000 * day);
        }
    }
    text
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
