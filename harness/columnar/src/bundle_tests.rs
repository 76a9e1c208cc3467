//! The tapes of `scenarios/tapes` as they are committed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::calendar::Calendar;
use domain::facts::{ActionKind, PriceBasis};
use domain::ids::InstrumentId;
use domain::tape::Tape;
use domain::view::View;

use crate::calendars;
use crate::columns::schema::{ACTIONS, BARS, SERIES};
use crate::files::tests::scratch;
use crate::import::{ImportOptions, import};
use crate::manifest::Inputs;
use crate::notes::{Note, Notes};
use crate::quality::{Severity, check};
use crate::rows::{each_action, each_bar};
use crate::selection::Selection;
use crate::tape_folder::StoredTape;

/// Tape, table, rows: counted in the source files, not read from a manifest; in the drawn ones for the synthetic tape.
const ROWS: [(&str, &str, u64); 18] = [
    ("factors", "series", 26_398),
    ("fx", "bars", 42_756),
    ("fx", "series", 42_756),
    ("index_1990_2022", "bars", 16_317),
    ("index_membership", "membership", 993),
    ("macro", "series", 90_380),
    ("synthetic_fundamentals", "actions", 242),
    ("synthetic_fundamentals", "bars", 29_817),
    ("synthetic_fundamentals", "series", 72_810),
    ("synthetic_fundamentals", "texts", 2_047),
    ("us_eq_2000_2012", "actions", 2_547),
    ("us_eq_2000_2012", "bars", 200_091),
    ("us_eq_2000_2012", "instruments", 67),
    ("us_eq_2013_2023", "bars", 19_969),
    ("us_eq_2013_2023", "instruments", 9),
    ("us_eq_close_1990_2022", "bars", 166_260),
    ("us_eq_close_1990_2022", "instruments", 20),
    ("us_eq_wiki_2000_2013", "bars", 12_154),
];

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn folder(name: &str) -> PathBuf {
    scenarios().join("tapes").join(name)
}

fn open(name: &str) -> StoredTape {
    StoredTape::open(&folder(name)).unwrap()
}

fn calendar(tape: &StoredTape) -> Option<Calendar> {
    tape.manifest().about.market.as_ref().map(|market| calendars::load(&scenarios(), market).unwrap())
}

fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    names
}

fn whole(stored: &StoredTape, basis: PriceBasis) -> Tape {
    let bars = &stored.manifest().tables["bars"];
    let currency = stored.manifest().about.currency.as_deref().unwrap();
    let selection = Selection::new(basis, bars.first.unwrap(), bars.last.unwrap(), currency);
    stored.select(&selection, calendar(stored).as_ref()).unwrap()
}

#[test]
fn all_rows_of_the_sources_are_there() {
    for (name, table, rows) in ROWS {
        assert_eq!(open(name).manifest().tables[table].rows, rows, "{name}, {table}");
        assert_eq!(open(name).name(), name);
    }
    let on_disk = std::fs::read_dir(scenarios().join("tapes")).unwrap().map(|entry| entry.unwrap());
    let mut on_disk: Vec<String> = on_disk
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    on_disk.sort();
    assert_eq!(on_disk, names());
}

#[test]
fn nothing_is_wrong_that_the_tapes_do_not_say_themselves() {
    for name in names() {
        let tape = open(name);
        let news: Vec<_> = check(&tape, calendar(&tape).as_ref()).unwrap();
        let news: Vec<_> = news.iter().filter(|finding| finding.severity != Severity::Known).collect();
        assert!(news.is_empty(), "{name}: {news:#?}");
    }
}

/// A tape's own tables, imported as if a user had brought them, give the same logical rows.
#[test]
fn the_importer_reproduces_every_tape() {
    let room = scratch("reproduce");
    for name in names() {
        let tape = open(name);
        let mut recipe = tape.manifest().clone();
        let file = |table: &str| match recipe.tables.contains_key(table) {
            true => vec![format!("{table}.parquet")],
            false => Vec::new(),
        };
        recipe.inputs = Inputs {
            bars: file("bars"),
            series: file("series"),
            actions: file("actions"),
            instruments: file("instruments"),
            membership: file("membership"),
            texts: file("texts"),
            ..Inputs::default()
        };
        let again =
            import(&recipe, &folder(name), &room.join(name), calendar(&tape).as_ref(), ImportOptions::default());
        assert_eq!(again.unwrap().manifest.tables, tape.manifest().tables, "{name}");
    }
    std::fs::remove_dir_all(&room).unwrap();
}

#[test]
fn known_defects_are_in_the_rows_as_they_came() {
    let mut closes = BTreeMap::new();
    each_bar(&folder("us_eq_2000_2012").join(BARS.file_name()), &["close", "volume"], &|_, _| true, &mut |bar| {
        if bar.instrument == "EQUITY:LEHMQ" {
            closes.insert(bar.happened_on.to_string(), (bar.close.unwrap(), bar.volume.unwrap()));
        }
        Ok(())
    })
    .unwrap();
    let ratio = |day: &str, before: &str| closes[day].0 / closes[before].0;
    assert!(
        ratio("2000-07-26", "2000-07-25") > 1.9 && ratio("2000-08-17", "2000-08-16") > 1.9,
        "doubled, not repaired"
    );
    assert!(!closes.contains_key("2002-02-01"), "a session without a bar");
    assert_eq!(closes.range("2012-03-06".to_owned()..).filter(|(_, bar)| bar.1 == 0.0).count(), 76);
}

#[test]
fn actions_are_whole_fractions_and_ends_of_trading() {
    let mut delisted = Vec::new();
    let mut splits = BTreeMap::new();
    each_action(&folder("us_eq_2000_2012").join(ACTIONS.file_name()), &mut |_, action| {
        assert_eq!(action.known_on, action.happened_on);
        let id = action.instrument.as_str().trim_start_matches("EQUITY:").to_owned();
        match action.kind {
            ActionKind::Delisting => delisted.push(format!("{id} {}", action.happened_on)),
            ActionKind::Split { numerator, denominator } => {
                splits.insert(format!("{id} {}", action.happened_on), (numerator, denominator));
            }
            _ => {}
        }
        Ok(())
    })
    .unwrap();
    // ABKFQ and FNMA have their last bar where the data end, which is no delisting.
    let expected = [
        "EK 2012-01-19",
        "LEHMQ 2012-06-22",
        "ROH 2009-04-02",
        "SGP 2009-11-04",
        "WB 2009-01-01",
        "WYE 2009-10-16",
        "XTO 2010-06-26",
    ];
    assert_eq!(delisted, expected);
    assert_eq!(splits.len(), 41);
    assert_eq!(splits["AIG 2009-07-01"], (1, 20), "a reverse split: the raw close rises twentyfold");
    assert_eq!((splits["C 2000-08-28"], splits["DUK 2012-07-03"]), ((4, 3), (1, 3)));
    assert_eq!((splits["XTO 2007-12-14"], splits["C 2011-05-09"]), ((5, 4), (1, 10)));
}

/// Raw closes and actions against the vendor's adjusted closes, day by day. They may differ by the rounding of
/// adjusted closes to a cent, and on ex-dates by the product of dividend yield and return: the vendor takes the
/// dividend from the close before, a total return adds it to the close after. Days that `tape.toml` lists as
/// dividends missing from the derived table are left out.
#[test]
fn levels_reproduce_adjusted_returns_within_rounding() {
    const HALF_CENT: f64 = 0.005;
    const SLACK: f64 = 0.0004;
    let stored = open("us_eq_2000_2012");
    let (raw, adjusted) = (whole(&stored, PriceBasis::Raw), whole(&stored, PriceBasis::Adjusted));
    let defects = stored.manifest().known_defects.iter();
    let defects: Vec<Note> = defects.map(|note| Note { checks: "dividend".into(), ..note.clone() }).collect();
    let defects = Notes::parse("tape.toml", &defects).unwrap();
    let (mut compared, mut on_ex_dates) = (0, 0);
    for (at, fact) in raw.instruments().iter().enumerate() {
        let instrument = raw.find(&fact.id).unwrap();
        assert_eq!(at, instrument.index());
        let mut before: Option<(usize, f64)> = None;
        for day in 0..raw.days().len() {
            let (by_raw, by_vendor) = (View::as_of(&raw, day).unwrap(), View::as_of(&adjusted, day).unwrap());
            let (Some(close), Some(vendor)) = (by_raw.close(instrument), by_vendor.close(instrument)) else { continue };
            if let Some((last_day, last_vendor)) = before.replace((day, vendor)) {
                let change = by_raw.level(instrument, 0).unwrap() / by_raw.level(instrument, day - last_day).unwrap();
                let paid = by_raw.actions_today().iter().filter(|action| action.instrument == instrument);
                let paid: f64 = paid
                    .filter_map(|a| if let ActionKind::CashDividend { amount } = a.kind { Some(amount) } else { None })
                    .sum();
                let rate = paid / close.min(close * last_vendor / vendor);
                let bound = 1.05 * HALF_CENT * (1.0 / vendor + 1.0 / last_vendor)
                    + 1.5 * rate * ((change - 1.0).abs() + rate)
                    + SLACK;
                let off = (change / (vendor / last_vendor) - 1.0).abs();
                let listed = defects.find("dividend", fact.id.as_str(), raw.days()[day]).is_some();
                assert!(off <= bound || listed, "{} on {}: {off} beyond {bound}", fact.id, raw.days()[day]);
                compared += 1;
                on_ex_dates += usize::from(paid > 0.0);
            }
        }
    }
    assert!(compared > 200_000 - 67 && on_ex_dates > 2_400, "{compared} returns, {on_ex_dates} with a dividend");
}

#[test]
fn series_become_known_after_their_stated_lag() {
    let known = |name: &str, series: &str, on: &str| {
        let facts = open(name).series_facts().unwrap();
        let fact = facts.iter().find(|fact| fact.series == series && fact.happened_on.to_string() == on).unwrap();
        fact.known_on.to_string()
    };
    assert_eq!(known("macro", "US_CPI_M", "2008-09-01"), "2008-10-26");
    assert_eq!(known("macro", "UST_10Y", "2008-09-15"), "2008-09-16");
    assert_eq!(known("macro", "US_REAL_GDP_Q", "2008-09-01"), "2008-11-05");
    assert_eq!(known("factors", "FF_MOM_M", "2008-09-30"), "2008-11-14");
    assert_eq!(known("fx", "EURUSD", "2008-09-15"), "2008-09-15");
    for name in ["macro", "factors", "fx"] {
        assert_eq!(open(name).manifest().tables[SERIES.name].rows, open(name).series_facts().unwrap().len() as u64);
    }
}

#[test]
fn currencies_are_priced_in_euros() {
    let tape = whole(&open("fx"), PriceBasis::Raw);
    let dollar: InstrumentId = "FX:USDEUR".parse().unwrap();
    let view = View::as_of(&tape, 0).unwrap();
    assert_eq!(
        view.close(view.find(&dollar).unwrap()),
        Some(1.0 / 1.1789),
        "1.1789 dollars for one euro on 1999-01-04"
    );
    assert!(tape.instruments().iter().all(|fact| fact.currency == "EUR" && fact.market == "FX_GLOB"));
    let of_series = view.series("EURUSD").last().map(|point| point.value);
    assert_eq!(of_series, Some(1.1789));
}
