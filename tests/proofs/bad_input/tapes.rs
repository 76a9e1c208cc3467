//! Broken tapes: a tape is what was imported, or it is refused before a number of it is used.

use std::fs;

use super::{Broken, refuse_all, settle};
use crate::tiny::{Book, Tiny};

const TAPE: &str = "scenarios/tapes/tiny/tape.toml";
const BARS: &str = "scenarios/tapes/tiny/bars.parquet";

const REPLAY: &str = "replay tiny --no-tables";
const DESCRIBE: &str = "data describe tiny";

#[test]
fn broken_tapes_are_refused() {
    let table: [Broken; 16] = [
        ("bars with a changed byte", |tiny| tiny.flip(BARS, 200), REPLAY),
        ("bars cut short", |tiny| cut(tiny, BARS), REPLAY),
        ("bars that are empty", |tiny| tiny.write(BARS, ""), REPLAY),
        ("bars that are text", |tiny| tiny.write(BARS, "instrument_id,date,close\n"), REPLAY),
        (
            "the bars of another tape",
            |tiny| tiny.write(BARS, bytes(tiny, "scenarios/tapes/closes/bars.parquet")),
            REPLAY,
        ),
        ("another table under the name of the bars", |tiny| tiny.write(BARS, bytes(tiny, SERIES)), REPLAY),
        ("no bars", |tiny| tiny.remove(BARS), REPLAY),
        ("a table that tape.toml does not list", |tiny| tiny.write(STRAY, bytes(tiny, SERIES)), REPLAY),
        ("another digest", |tiny| edit_digest(tiny), REPLAY),
        ("another count of rows", |tiny| tiny.edit(TAPE, "rows = 63", "rows = 64"), REPLAY),
        ("another last day", |tiny| edit_last(tiny), DESCRIBE),
        ("an unknown table", |tiny| tiny.edit(TAPE, "[tables.bars]", "[tables.ticks]"), DESCRIBE),
        ("a newer format", |tiny| tiny.edit(TAPE, "format_version = 1", "format_version = 2"), REPLAY),
        ("a format that is a word", |tiny| tiny.edit(TAPE, "format_version = 1", "format_version = \"1\""), DESCRIBE),
        ("an unknown key", |tiny| tiny.edit(TAPE, "licence", "license"), DESCRIBE),
        ("no tape.toml", |tiny| tiny.remove(TAPE), REPLAY),
    ];
    refuse_all("tapes", &table);
}

/// The commands that report on many things report a broken tape as one of them, with its own exit code.
#[test]
fn a_broken_tape_is_reported_among_sound_ones() {
    let tiny = Tiny::copy("tapes-reported");
    tiny.remove(BARS);
    let mut book = Book::default();
    for words in [&["data", "list"][..], &["data", "check", "--jobs", "1"], &["check", "--jobs", "1"]] {
        book.add(&words.join(" "), 2, &tiny.run(words));
    }
    settle("tapes-reported", book);
}

const SERIES: &str = "scenarios/tapes/levels/series.parquet";
const STRAY: &str = "scenarios/tapes/tiny/series.parquet";

fn bytes(tiny: &Tiny, below: &str) -> Vec<u8> {
    fs::read(tiny.path(below)).unwrap()
}

fn cut(tiny: &Tiny, below: &str) {
    let whole = bytes(tiny, below);
    tiny.write(below, &whole[..whole.len() / 2]);
}

/// Turns the first digit of the first digest into another.
fn edit_digest(tiny: &Tiny) {
    let text = fs::read_to_string(tiny.path(TAPE)).unwrap();
    let at = text.find("digest = \"").unwrap() + "digest = \"".len();
    tiny.flip(TAPE, at);
}

fn edit_last(tiny: &Tiny) {
    let text = fs::read_to_string(tiny.path(TAPE)).unwrap();
    tiny.write(TAPE, text.replacen("last = \"2020-01-31\"", "last = \"2020-01-30\"", 1));
}
