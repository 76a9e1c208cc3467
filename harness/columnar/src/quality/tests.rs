//! Tapes with one thing wrong at a time, and the finding.

use std::path::{Path, PathBuf};

use domain::calendar::Calendar;

use super::{Check, Finding, Severity, check};
use crate::calendars;
use crate::files::tests::scratch;
use crate::import::{ImportOptions, Request, import};
use crate::manifest::TapeManifest;
use crate::notes::{Frequency, Note, SeriesNote};
use crate::tape_folder::StoredTape;

/// The sessions of the first half of January 2024 in New York.
const DAYS: [&str; 9] = [
    "2024-01-02",
    "2024-01-03",
    "2024-01-04",
    "2024-01-05",
    "2024-01-08",
    "2024-01-09",
    "2024-01-10",
    "2024-01-11",
    "2024-01-12",
];

struct Room(PathBuf);

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn new_york() -> Calendar {
    calendars::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios"), "US_EQ").unwrap()
}

/// Bars of A and B, one a day at 100, as changed by `edit`: instrument, day number, close → the rest of the row.
fn bars(edit: impl Fn(&str, usize) -> Option<String>) -> String {
    let mut text = "instrument_id,date,close,adjusted_close,volume\n".to_owned();
    for id in ["A", "B"] {
        for (at, day) in DAYS.iter().enumerate() {
            if let Some(rest) = edit(id, at) {
                text.push_str(&format!("EQUITY:{id},{day},{rest}\n"));
            }
        }
    }
    text
}

fn quiet(_: &str, _: usize) -> Option<String> {
    Some("100,100,5".to_owned())
}

/// Imports without the calendar and with outliers kept, so that everything reaches the check.
fn findings(test: &str, bars: &str, change: impl Fn(&mut TapeManifest)) -> Vec<Finding> {
    let room = Room(scratch(&format!("quality-{test}")));
    std::fs::write(room.0.join("bars.csv"), bars).unwrap();
    let request = Request {
        name: "mine".into(),
        market: Some("US_EQ".into()),
        currency: Some("USD".into()),
        bars: vec!["bars.csv".into()],
        ..Request::default()
    };
    let mut recipe = request.recipe().unwrap();
    change(&mut recipe);
    let options = ImportOptions { keep_outliers: true, ..ImportOptions::default() };
    import(&recipe, &room.0, &room.0.join("tape"), None, options).unwrap();
    let tape = StoredTape::open(&room.0.join("tape")).unwrap();
    check(&tape, Some(&new_york())).unwrap()
}

fn lines(found: &[Finding]) -> Vec<String> {
    let line = |f: &Finding| {
        format!("{} {} {} {} {} {}", f.severity.text(), f.check.code(), f.subject, f.first, f.last, f.what)
    };
    found.iter().map(line).collect()
}

#[test]
fn a_quiet_tape_has_no_findings() {
    assert_eq!(findings("quiet", &bars(quiet), |_| ()), []);
}

#[test]
fn outliers_gaps_and_thin_days_are_found() {
    let text = bars(|id, at| match (id, at) {
        ("A", 3) => Some("200,200,5".to_owned()),
        ("B", 4 | 5) => None,
        _ => quiet(id, at),
    });
    let expected = [
        "refuse outlier EQUITY:A 2024-01-05 2024-01-05 a return of +100.0 %, bound ±25.0 %",
        "flag missing_share US_EQ 2024-01-08 2024-01-08 1 of 2 active instruments have no bar",
        "flag missing_share US_EQ 2024-01-09 2024-01-09 1 of 2 active instruments have no bar",
        "flag gap EQUITY:B 2024-01-08 2024-01-09 2 sessions without a bar",
    ];
    assert_eq!(lines(&findings("found", &text, |_| ())), expected);
}

#[test]
fn a_day_that_all_miss_is_the_markets_and_not_a_gap_of_each() {
    let text = bars(|id, at| if at == 4 { None } else { quiet(id, at) });
    let expected = ["flag missing_share US_EQ 2024-01-08 2024-01-08 2 of 2 active instruments have no bar"];
    assert_eq!(lines(&findings("closed", &text, |_| ())), expected);
}

#[test]
fn five_idle_sessions_are_stale_and_four_are_not() {
    let idle =
        |days: usize| bars(move |id, at| if id == "A" && at < days { Some("100,100,0".into()) } else { quiet(id, at) });
    assert_eq!(findings("idle-4", &idle(4), |_| ()), []);
    let expected = ["flag stale_price EQUITY:A 2024-01-02 2024-01-08 5 sessions with the close 100 and no volume"];
    assert_eq!(lines(&findings("idle-5", &idle(5), |_| ())), expected);
}

#[test]
fn a_split_that_no_action_lists_is_found_on_the_raw_basis() {
    let split = bars(|_, at| Some(if at < 4 { "100,50,5" } else { "50,50,5" }.to_owned()));
    let found = findings("split", &split, |_| ());
    let expected = "flag unlisted_action EQUITY:A 2024-01-08 2024-01-08 raw closes and actions move by -50.0 %, adjusted closes by +0.0 %";
    assert_eq!((lines(&found)[0].as_str(), found.len()), (expected, 2));
    let adjusted_only =
        |recipe: &mut TapeManifest| recipe.about.price_bases = vec![domain::facts::PriceBasis::Adjusted];
    assert_eq!(findings("split-adjusted", &split, adjusted_only), []);
}

#[test]
fn bars_off_the_calendar_are_refused() {
    let text = bars(quiet)
        .replace("EQUITY:A,2024-01-04", "EQUITY:A,2024-01-06")
        .replace("EQUITY:A,2024-01-05,100,100,5\n", "");
    let found = findings("weekend", &text, |_| ());
    assert_eq!(
        lines(&found)[0],
        "refuse calendar EQUITY:A 2024-01-06 2024-01-06 row 3: no session of US_EQ on this day"
    );
    let found = findings("market", &bars(quiet), |recipe| recipe.about.market = Some("UK_EQ".into()));
    assert_eq!((found[0].check, found.len()), (Check::Calendar, 2));
}

#[test]
fn a_remark_makes_a_finding_known_and_an_idle_remark_is_found_itself() {
    let text = bars(|id, at| if id == "A" && at == 3 { Some("200,200,5".into()) } else { quiet(id, at) });
    let remark = |dates: &str| Note {
        checks: "outlier".into(),
        subjects: "EQUITY:A".into(),
        dates: dates.into(),
        what: "a planted spike".into(),
    };
    let found = findings("known", &text, |recipe| {
        recipe.known_defects = vec![remark("2024-01-05")];
        recipe.explained = vec![remark("2024-01-09")];
    });
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].severity, found[0].check), (Severity::Flag, Check::UnusedNote));
    assert_eq!(found[0].what, "remark 2 explains no finding");
    assert_eq!((found[1].severity, found[1].explanation.as_deref()), (Severity::Known, Some("a planted spike")));
}

/// A tape of one file beside others in the same room; the calendar is that of its market.
fn imported(room: &Room, name: &str, file: (&str, &str), change: impl Fn(&mut TapeManifest)) -> StoredTape {
    std::fs::write(room.0.join(file.0), file.1).unwrap();
    let (market, currency) = (Some("US_EQ".to_owned()), Some("USD".to_owned()));
    let mut recipe = Request { name: name.into(), market, currency, bars: vec![file.0.into()], ..Request::default() }
        .recipe()
        .unwrap();
    change(&mut recipe);
    import(&recipe, &room.0, &room.0.join(name), None, ImportOptions::default()).unwrap();
    StoredTape::open(&room.0.join(name)).unwrap()
}

/// From 9 January on B is the index, and before it A: only B's gap is one of a member.
#[test]
fn a_member_of_an_index_without_a_bar_is_found_while_it_is_one() {
    let room = Room(scratch("quality-members"));
    let lists = "index_id,happened_on,known_on,instrument_id\n\
                 INDEX:I,2024-01-01,2024-01-01,EQUITY:A\nINDEX:I,2024-01-09,2024-01-09,EQUITY:B\n";
    imported(&room, "members", ("members.csv", lists), |recipe| {
        recipe.inputs.membership = std::mem::take(&mut recipe.inputs.bars);
    });
    let gaps = bars(|id, at| if id == "B" && (at == 2 || at == 6) { None } else { quiet(id, at) });
    let told = |named: Option<&str>| {
        let tape = imported(&room, "mine", ("bars.csv", &gaps), |recipe| {
            recipe.about.index_members = named.map(str::to_owned);
        });
        check(&tape, Some(&new_york())).map(|found| {
            let members: Vec<Finding> = found.into_iter().filter(|one| one.check == Check::MissingMembers).collect();
            lines(&members)
        })
    };
    let expected =
        "flag missing_members US_EQ 2024-01-10 2024-01-10 1 of 1 active members of INDEX:I have no bar".to_owned();
    assert_eq!(told(Some("members")).unwrap(), [expected]);
    assert_eq!(told(None).unwrap(), Vec::<String>::new());
    assert!(told(Some("nobody")).is_err());
}

#[test]
fn a_cumulative_series_that_falls_is_refused() {
    let room = Room(scratch("quality-cumulative"));
    let rows = "series_id,date,value\nTOTAL,2024-01-02,100\nTOTAL,2024-01-03,101\nTOTAL,2024-01-04,100.5\n";
    for (cumulative, expected) in [
        (
            true,
            "refuse monotone_series TOTAL 2024-01-04 2024-01-04 row 3: 100.5 after 101, but the series is cumulative",
        ),
        (false, ""),
    ] {
        let tape = imported(&room, "mine", ("series.csv", rows), |recipe| {
            recipe.inputs.series = std::mem::take(&mut recipe.inputs.bars);
            recipe.series = vec![SeriesNote {
                ids: "TOTAL".into(),
                unit: "index".into(),
                frequency: Frequency::Daily,
                dated: "the day".into(),
                release_lag_days: 0,
                why: "made up".into(),
                cumulative,
            }];
        });
        assert_eq!(lines(&check(&tape, None).unwrap()).concat(), expected);
    }
}
