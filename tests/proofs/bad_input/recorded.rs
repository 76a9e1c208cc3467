//! Broken records of decisions. Each is a file that the tiny scenario plays back.

use super::settle;
use crate::tiny::{Book, CASE_FILE, SCENARIO, Tiny, replaced};

/// The title of the breach, the name of the file, and what stands in it; `None` where there is no file.
type Breach = (&'static str, &'static str, Option<&'static str>);

const BREACHES: [Breach; 19] = [
    ("no file", "desk.csv", None),
    ("a file of another kind", "desk.xlsx", Some("date,symbol,weight\n")),
    ("a file that is no Parquet", "desk.parquet", Some("date,symbol,weight\n")),
    ("an empty file", "desk.csv", Some("")),
    ("a file without a row", "desk.csv", Some("date,symbol,weight\n")),
    ("a column that is missing", "desk.csv", Some("date,symbol\n2020-01-08,EQUITY:AAA\n")),
    ("a column that nothing reads", "desk.csv", Some("date,symbol,weight,side\n2020-01-08,EQUITY:AAA,0.5,buy\n")),
    ("a row with too few cells", "desk.csv", Some("date,symbol,weight\n2020-01-08,EQUITY:AAA\n")),
    ("a day in another notation", "desk.csv", Some("date,symbol,weight\n08.01.2020,EQUITY:AAA,0.5\n")),
    ("a row without a day", "desk.csv", Some("date,symbol,weight\n,EQUITY:AAA,0.5\n")),
    ("a weight that is not finite", "desk.csv", Some("date,symbol,weight\n2020-01-08,EQUITY:AAA,inf\n")),
    ("a weight that is a word", "desk.csv", Some("date,symbol,weight\n2020-01-08,EQUITY:AAA,half\n")),
    ("a symbol without a weight", "desk.csv", Some("date,symbol,weight\n2020-01-08,EQUITY:AAA,\n")),
    ("a weight without a symbol", "desk.csv", Some("date,symbol,weight\n2020-01-08,,0.5\n")),
    ("a symbol that is no id", "desk.csv", Some("date,symbol,weight\n2020-01-08,AAA,0.5\n")),
    (
        "days that go backwards",
        "desk.csv",
        Some("date,symbol,weight\n2020-01-09,EQUITY:AAA,0.5\n2020-01-08,EQUITY:AAA,0.5\n"),
    ),
    (
        "a symbol twice on a day",
        "desk.csv",
        Some("date,symbol,weight\n2020-01-08,EQUITY:AAA,0.5\n2020-01-08,EQUITY:AAA,0.5\n"),
    ),
    ("an unknown symbol", "desk.csv", Some("date,symbol,weight\n2020-01-08,EQUITY:ABA,0.5\n")),
    (
        "a day without a session",
        "desk.csv",
        Some("date,symbol,weight\n2020-01-10,EQUITY:AAA,0.5\n2020-01-11,EQUITY:AAA,0.4\n"),
    ),
];

#[test]
fn records_that_cannot_be_played_back_are_refused() {
    let tiny = Tiny::copy("recorded");
    let mut book = Book::default();
    for (title, file, text) in BREACHES {
        if let Some(text) = text {
            tiny.write(file, text);
        }
        let system = format!("\"recorded\"\n[system.config]\ndecisions = \"{file}\"");
        tiny.write(CASE_FILE, replaced(SCENARIO, "\"equal-weight\"\n[system.config]\ninvested = 0.9", &system));
        book.add_refusal(title, 2, &tiny.run(&["replay", "tiny", "--no-tables", "--out", "out"]));
        assert!(!tiny.path("out").exists() && !tiny.path("out.partial").exists(), "{title}: something was left");
    }
    settle("recorded", book);
}
