//! Broken imports: every cell of a user's file is checked on the way in, and the first bad one is named.

use super::{Broken, refuse_all, settle};
use crate::tiny::{BARS_HEAD, Book, Tiny, bars, replaced};

/// An import of the file that each proof writes.
const IMPORT: &str = "data import --name mine --market US_EQ --currency USD --bars mine.csv";

/// The title, a place of the sound file, and what stands there instead.
type Change = (&'static str, &'static str, &'static str);

/// The third bar of the first instrument, with its closing price.
const ROW: &str = "EQUITY:AAA,2020-01-06,";
/// The cells of that row: open, high, low, close.
const CELLS: &str = "20.29,20.59,20.09,20.39";

const CELL_CHANGES: [Change; 21] = [
    ("a price that is a word", CELLS, "20.29,20.59,20.09,dear"),
    ("a price with a comma", CELLS, "20.29,20.59,20.09,\"20,39\""),
    ("a negative price", CELLS, "20.29,20.59,20.09,-20.39"),
    ("a price of zero", CELLS, "20.29,20.59,20.09,0"),
    ("a price that is not a number", CELLS, "20.29,20.59,20.09,NaN"),
    ("a price without end", CELLS, "inf,20.59,20.09,20.39"),
    ("a price beyond all prices", CELLS, "20.29,1e13,20.09,20.39"),
    ("no closing price", CELLS, "20.29,20.59,20.09,"),
    ("a low above the high", CELLS, "20.29,20.59,20.99,20.39"),
    ("a close outside low and high", CELLS, "20.29,20.59,20.09,20.69"),
    ("a return beyond belief", CELLS, "80.29,80.59,80.09,80.39"),
    ("a negative volume", "106000", "-106000"),
    ("another currency", "106000,USD", "106000,EUR"),
    ("a day that does not exist", ROW, "EQUITY:AAA,2020-02-30,"),
    ("a day in another notation", ROW, "EQUITY:AAA,01/06/2020,"),
    ("no day", ROW, "EQUITY:AAA,,"),
    ("a day without a session", ROW, "EQUITY:AAA,2020-01-05,"),
    ("a day beyond the calendar", ROW, "EQUITY:AAA,2220-01-06,"),
    ("the same day twice", ROW, "EQUITY:AAA,2020-01-03,"),
    ("an instrument without a class", ROW, "AAA,2020-01-06,"),
    ("a row that is too short", "106000,USD", "106000"),
];

#[test]
fn bad_cells_are_refused() {
    let tiny = Tiny::copy("import-cells");
    let mut book = Book::default();
    for (title, from, to) in CELL_CHANGES {
        tiny.write("mine.csv", third_row_changed(from, to));
        book.add_refusal(title, 2, &tiny.say(IMPORT));
        assert!(!tiny.path("scenarios/tapes/mine").exists(), "{title}: something was written");
    }
    settle("import-cells", book);
}

/// With `--quarantine` a bad row is set aside with its reason, and every row is accounted for.
#[test]
fn bad_rows_are_set_aside_on_demand() {
    let tiny = Tiny::copy("import-quarantine");
    tiny.write("mine.csv", third_row_changed(CELLS, "20.29,20.59,20.99,20.39"));
    let mut book = Book::default();
    book.add("a low above the high, set aside", 0, &tiny.say(&format!("{IMPORT} --quarantine")));
    book.add("the tape that is left", 0, &tiny.say("data check mine"));
    settle("import-quarantine", book);
}

#[test]
fn broken_files_are_refused() {
    let table: [Broken; 15] = [
        ("an empty file", |tiny| tiny.write("mine.csv", ""), IMPORT),
        ("a head without rows", |tiny| tiny.write("mine.csv", format!("{BARS_HEAD}\n")), IMPORT),
        ("no file", |_| {}, IMPORT),
        (
            "a column under another name",
            |tiny| head(tiny, "instrument_id,day,open,high,low,close,volume,currency"),
            IMPORT,
        ),
        ("a missing column", |tiny| tiny.write("mine.csv", "instrument_id,close\nEQUITY:AAA,5\n"), IMPORT),
        ("an unknown column", |tiny| head(tiny, "instrument_id,date,open,high,low,close,volumes,currency"), IMPORT),
        ("a column twice", |tiny| head(tiny, "instrument_id,date,open,high,low,low,volume,currency"), IMPORT),
        (
            "no price at all",
            |tiny| tiny.write("mine.csv", "instrument_id,date,volume\nEQUITY:AAA,2020-01-06,5\n"),
            IMPORT,
        ),
        (
            "a file that is not UTF-8",
            |tiny| tiny.write("mine.csv", b"instrument_id,date,close\nEQUITY:\xff,2020-01-06,5\n"),
            IMPORT,
        ),
        ("a file of unknown kind", |tiny| tiny.write("mine.txt", ""), "data import --name mine --bars mine.txt"),
        (
            "text that calls itself Parquet",
            |tiny| tiny.write("mine.parquet", "close\n1\n"),
            "data import --name mine --market US_EQ --currency USD --bars mine.parquet",
        ),
        (
            "a bar that was known before its day",
            |tiny| tiny.write("mine.csv", "instrument_id,date,known_on,close\nEQUITY:AAA,2020-01-06,2020-01-03,5\n"),
            IMPORT,
        ),
        (
            "a value that was known before it was",
            |tiny| tiny.write("mine.csv", "series_id,date,known_on,value\nLEVEL,2020-01-06,2020-01-03,5\n"),
            "data import --name mine --series mine.csv",
        ),
        (
            "a value without a release lag",
            |tiny| tiny.write("mine.csv", "series_id,date,value\nLEVEL,2020-01-06,5\n"),
            "data import --name mine --series mine.csv",
        ),
        (
            "an action in an unknown instrument",
            |tiny| tiny.write("mine.csv", "instrument_id,ex_date,kind,split_ratio\nEQUITY:ZZZ,2020-01-06,split,2\n"),
            "data import --name mine --market US_EQ --currency USD --bars bars.csv --actions mine.csv",
        ),
    ];
    refuse_all("import-files", &table);
}

#[test]
fn imports_that_make_no_sense_are_refused() {
    let recipe = "data import --recipe recipe.toml";
    let table: [Broken; 11] = [
        ("no currency", |_| {}, "data import --name mine --market US_EQ --bars bars.csv"),
        ("no market", |_| {}, "data import --name mine --currency USD --bars bars.csv"),
        (
            "a market without a calendar",
            |_| {},
            "data import --name mine --market US_EK --currency USD --bars bars.csv",
        ),
        ("a currency that is none", |_| {}, "data import --name mine --market US_EQ --currency dollar --bars bars.csv"),
        ("a name that is a path", |_| {}, "data import --name ../mine --market US_EQ --currency USD --bars bars.csv"),
        ("nothing to import", |_| {}, "data import --name mine --market US_EQ --currency USD"),
        ("a name that is taken", |_| {}, "data import --name tiny --market US_EQ --currency USD --bars bars.csv"),
        ("no recipe", |_| {}, recipe),
        ("a recipe of a newer format", |tiny| tiny.write("recipe.toml", "format_version = 9\n"), recipe),
        (
            "a recipe with an unknown key",
            |tiny| tiny.write("recipe.toml", "format_version = 1\nnam = \"mine\"\n"),
            recipe,
        ),
        ("a tape that exists but is a recipe", |tiny| recipe_for_a_tape(tiny), "data describe closes"),
    ];
    refuse_all("import-requests", &table);
}

/// The sound file with a change in its third row, the first instrument's bar of 6 January.
fn third_row_changed(from: &str, to: &str) -> String {
    let sound = bars();
    let rows = sound.lines().enumerate();
    let row = |(at, row): (usize, &str)| if at == 2 { replaced(row, from, to) } else { row.to_owned() };
    let rows: Vec<String> = rows.map(row).collect();
    format!("{BARS_HEAD}\n{}\n", rows.join("\n"))
}

/// Writes the sound rows under another head.
fn head(tiny: &Tiny, head: &str) {
    tiny.write("mine.csv", format!("{head}\n{}", bars()));
}

/// Leaves only the part of `tape.toml` that people write.
fn recipe_for_a_tape(tiny: &Tiny) {
    let path = "scenarios/tapes/closes/tape.toml";
    let text = std::fs::read_to_string(tiny.path(path)).unwrap();
    tiny.write(path, text.split("[tables").next().unwrap());
}
