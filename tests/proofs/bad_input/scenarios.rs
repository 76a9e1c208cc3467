//! Broken scenario files. Each is the tiny scenario with one place changed.

use super::settle;
use crate::tiny::{Book, CASE_FILE, SCENARIO, Tiny, replaced};

/// The title of the breach, what stands in the sound file, and what stands there now.
type Change = (&'static str, &'static str, &'static str);

/// What the text alone gives away.
const TEXT: [Change; 18] = [
    ("an unknown key", "slippage_bps", "slipage_bps"),
    ("an unknown table", "[execution]", "[plan]\nminimum_valu = 1\n[execution]"),
    ("a missing key", "seed = 7\n", ""),
    ("a missing table", "[account]\ncurrency = \"USD\"\ncash = 100_000\n", ""),
    ("a value of another type", "cash = 100_000", "cash = \"a lot\""),
    ("a flag that is a number", "cash = 100_000", "cash = 100_000\nallow_short = 1"),
    ("a seed below zero", "seed = 7", "seed = -7"),
    ("a day that does not exist", "2020-01-31", "2020-02-30"),
    ("a day in another notation", "2020-01-31", "31.01.2020"),
    ("an unknown word", "next-close", "next-noon"),
    ("an instrument that is none", "calendar", "instruments = [\"AAA\"]\ncalendar"),
    ("text that is not TOML", "[account]", "[account"),
    ("a key that stands twice", "seed = 7", "seed = 7\nseed = 8"),
    ("another format", "format = 1", "format = 2"),
    ("a format that is a word", "format = 1", "format = \"one\""),
    ("no format", "format = 1\n", ""),
    ("a name that is not the file's", "name = \"tiny\"", "name = \"small\""),
    ("a name that cannot be a folder's", "name = \"tiny\"", "name = \"../tiny\""),
];

/// What its values cannot be.
const VALUES: [Change; 19] = [
    ("a blank purpose", "Everything that a check needs, and no more.", " "),
    ("slippage that is not a number", "slippage_bps = 5", "slippage_bps = nan"),
    ("costs without end", "cost_bps = 2", "cost_bps = inf"),
    ("costs below zero", "cost_bps = 2", "cost_bps = -2"),
    ("cash without end", "cash = 100_000", "cash = inf"),
    ("negative cash", "cash = 100_000", "cash = -1"),
    ("more cash than an account can hold", "cash = 100_000", "cash = 1e13"),
    ("a currency in small letters", "currency = \"USD\"", "currency = \"usd\""),
    ("days that run backwards", "last_day = \"2020-01-31\"", "last_day = \"2020-01-03\""),
    ("history that begins after the run", "2020-01-02", "2020-01-07"),
    ("an instrument twice", "calendar", "instruments = [\"EQUITY:AAA\", \"EQUITY:AAA\"]\ncalendar"),
    ("a participation of nothing", "cost_bps = 2", "max_participation_rate = 0"),
    ("a participation above one", "cost_bps = 2", "max_participation_rate = 1.5"),
    ("a probability above one", "cost_bps = 2", "limit_fill_probability = 2"),
    ("a recovery below zero", "cost_bps = 2", "delisting_recovery = -0.1"),
    ("an order value below zero", "[execution]", "[plan]\nminimum_value = -1\n[execution]"),
    (
        "a halt that ends before it begins",
        "[account]",
        "[[halts]]\ninstrument = \"EQUITY:AAA\"\nfirst_day = \"2020-01-10\"\nuntil = \"2020-01-09\"\n[account]",
    ),
    ("a blank tape", "tape = \"tiny\"", "tape = \"\""),
    ("a system without a name", "name = \"equal-weight\"\n", ""),
];

/// What does not fit the tape, the calendar or the system.
const FIT: [Change; 26] = [
    ("an unknown tape", "tape = \"tiny\"", "tape = \"tinny\""),
    ("a tape of series", "tape = \"tiny\"", "tape = \"levels\""),
    ("an unknown calendar", "US_EQ", "US_EK"),
    ("series of an unknown tape", "calendar", "series = [{ tape = \"level\", names = [\"LEVEL\"] }]\ncalendar"),
    ("an unknown series", "calendar", "series = [{ tape = \"levels\", names = [\"LEVL\"] }]\ncalendar"),
    ("texts of a tape without any", "calendar", "texts = [{ tape = \"levels\", subjects = [\"MACRO\"] }]\ncalendar"),
    ("a calendar whose name is a path", "US_EQ", "../suites/pr"),
    ("the calendar of another market", "US_EQ", "JP_EQ"),
    ("a basis that the tape lacks", "\"raw\"", "\"adjusted\""),
    ("a window that ends after the tape", "2020-01-31", "2020-02-03"),
    ("a window that begins before the tape", "2020-01-02", "2019-12-31"),
    (
        "a window without a session",
        "first_day = \"2020-01-06\"\nlast_day = \"2020-01-31\"",
        "first_day = \"2020-01-04\"\nlast_day = \"2020-01-05\"",
    ),
    ("an unknown instrument", "calendar", "instruments = [\"EQUITY:ABA\"]\ncalendar"),
    ("an account in another currency", "currency = \"USD\"", "currency = \"EUR\""),
    (
        "a halt of an unknown instrument",
        "[account]",
        "[[halts]]\ninstrument = \"EQUITY:ZZZ\"\nfirst_day = \"2020-01-08\"\nuntil = \"2020-01-09\"\n[account]",
    ),
    ("a participation cap without volumes", "\"tiny\"\ncalendar", "\"closes\"\ncalendar"),
    ("opens that the tape lacks", "\"tiny\"\ncalendar", "\"closes\"\ncalendar"),
    ("an unknown system", "equal-weight", "equal-wait"),
    ("an unknown key of the system", "invested = 0.9", "investd = 0.9"),
    ("a word where the system wants a number", "invested = 0.9", "invested = \"all\""),
    ("a system's number that is none", "invested = 0.9", "invested = nan"),
    ("more than all invested", "invested = 0.9", "invested = 1.5"),
    ("an order without a side", "\"equal-weight\"\n[system.config]\ninvested = 0.9", ORDER),
    ("an order of a quantity that is no number", "\"equal-weight\"\n[system.config]\ninvested = 0.9", NOTHING),
    ("an order on a day without a session", "\"equal-weight\"\n[system.config]\ninvested = 0.9", SATURDAY),
    ("targets after the last day", "\"equal-weight\"\n[system.config]\ninvested = 0.9", FEBRUARY),
];

const ORDER: &str =
    "\"script\"\n[[system.config.orders]]\non = \"2020-01-08\"\ninstrument = \"EQUITY:AAA\"\nquantity = 1";
const NOTHING: &str = "\"script\"\n[[system.config.orders]]\non = \"2020-01-08\"\ninstrument = \"EQUITY:AAA\"\n\
    side = \"buy\"\nquantity = nan";
const SATURDAY: &str = "\"script\"\n[[system.config.orders]]\non = \"2020-01-11\"\ninstrument = \"EQUITY:AAA\"\n\
    side = \"buy\"\nquantity = 1";
const FEBRUARY: &str = "\"script\"\n[[system.config.targets]]\non = \"2020-02-03\"\nweights = {}";

#[track_caller]
fn refuse(name: &str, changes: &[Change], also: fn(&str, String) -> String) {
    let tiny = Tiny::copy(name);
    let mut book = Book::default();
    for (title, from, to) in changes {
        tiny.write(CASE_FILE, also(title, replaced(SCENARIO, from, to)));
        book.add_refusal(title, 2, &tiny.run(&["replay", "tiny", "--no-tables", "--out", "out"]));
        assert!(!tiny.path("out").exists() && !tiny.path("out.partial").exists(), "{title}: something was left");
    }
    settle(name, book);
}

#[test]
fn texts_that_cannot_be_read_are_refused() {
    refuse("scenario-texts", &TEXT, |_, text| text);
}

#[test]
fn values_that_cannot_stand_are_refused() {
    refuse("scenario-values", &VALUES, |_, text| text);
}

#[test]
fn what_tape_calendar_and_system_cannot_serve_is_refused() {
    refuse("scenario-fit", &FIT, |title, text| match title {
        "a participation cap without volumes" => replaced(&text, "cost_bps = 2", "max_participation_rate = 0.1"),
        "opens that the tape lacks" => replaced(&text, "next-close", "next-open"),
        _ => text,
    });
}

#[test]
fn files_that_are_no_texts_are_refused() {
    let tiny = Tiny::copy("scenario-files");
    let mut book = Book::default();
    for (title, bytes) in [("an empty file", b"".as_slice()), ("a file that is not UTF-8", b"format = 1\n\xff\n")] {
        tiny.write(CASE_FILE, bytes);
        for words in [&["replay", "tiny"][..], &["scenario", "describe", "tiny"]] {
            book.add_refusal(title, 2, &tiny.run(words));
        }
    }
    tiny.remove(CASE_FILE);
    book.add_refusal("a path that leads nowhere", 2, &tiny.run(&["replay", "scenarios/cases/tiny.toml"]));
    book.add_refusal("a case that is not there", 2, &tiny.run(&["replay", "tiny"]));
    settle("scenario-files", book);
}
