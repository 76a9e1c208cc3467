//! Setting rows aside, with the counts that must add up.

use super::{GOOD, Room};
use crate::error::Reason;
use crate::import::QUARANTINE_FILE;

#[test]
fn bad_rows_are_named_and_the_rest_loads() {
    let bad = "\
EQUITY:B,2024-01-05,20,21,20,abc,21,1,USD
EQUITY:B,2024-01-06,20,21,20,21,21,1,USD
EQUITY:B,2024-01-04,20,21,20,21,21,1,USD
EQUITY:B,2024-01-03,20,21,20,21,21,1,USD
EQUITY:B,2024-01-08,20,21,22,21,21,1,USD
EQUITY:B,2024-01-09,20,21,20,21,21,1,EUR
EQUITY:B,2024-01-10,80,81,80,80,80,1,USD
EQUITY:B,2024-01-11,20,21,20,21,21,1,USD
EQUITY:B,2024-01-12,20,21,20,21,21,1,USD
EQUITY:B,2024-01-16,20,21,20,21,21,1,USD
";
    let mut room = Room::new("quarantine").bars(&format!("{GOOD}{bad}"));
    room.options.quarantine = true;
    let report = room.import().unwrap();
    let file = &report.files[0];
    assert_eq!((file.rows, file.loaded, file.left_out, file.quarantined), (14, 7, 0, 7));
    let reasons: Vec<(u64, Reason)> = report.quarantined.iter().map(|error| (error.row, error.reason)).collect();
    let expected = [
        (5, Reason::Type),
        (6, Reason::OffCalendar),
        (7, Reason::Duplicate),
        (8, Reason::Order),
        (9, Reason::Range),
        (10, Reason::Currency),
        (11, Reason::Outlier),
    ];
    assert_eq!(reasons, expected);
    let text = std::fs::read_to_string(room.target().join(QUARANTINE_FILE)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("file,row,reason,column,value,expected", 8));
    assert!(lines[1].ends_with("bars.csv,5,type,close,`abc`,a number"), "{}", lines[1]);
    assert_eq!(report.manifest.tables["bars"].rows, 7);
}

#[test]
fn a_file_with_more_bad_rows_than_good_ones_is_refused() {
    let backwards = "EQUITY:B,2024-01-05,20,21,20,21,21,1,USD\n".to_owned()
        + &["04", "03", "02"].map(|day| format!("EQUITY:B,2024-01-{day},20,21,20,21,21,1,USD\n")).concat();
    let header = GOOD.lines().next().unwrap();
    let mut room = Room::new("mostly-bad").bars(&format!("{header}\n{backwards}"));
    room.options.quarantine = true;
    let told = room.import().unwrap_err().to_string();
    assert!(told.contains("3 of the 4 rows") && told.contains("ascend by date"), "{told}");
    assert!(!room.target().exists());
}

#[test]
fn a_spike_is_set_aside_and_a_new_level_costs_one_row() {
    let rows = |closes: &[f64]| {
        let days = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"];
        let rows = days.iter().zip(closes).map(|(day, close)| format!("EQUITY:A,{day},{close}\n"));
        format!("instrument_id,date,close\n{}", rows.collect::<String>())
    };
    let set_aside = |test: &str, closes: &[f64]| {
        let mut room = Room::new(test).bars(&rows(closes));
        room.options.quarantine = true;
        room.import().unwrap().quarantined.iter().map(|error| error.row).collect::<Vec<_>>()
    };
    assert_eq!(set_aside("spike", &[10.0, 10.0, 20.0, 10.0, 10.0]), [3]);
    assert_eq!(set_aside("level", &[10.0, 10.0, 20.0, 20.0, 20.0]), [3]);
    let mut room = Room::new("keep").bars(&rows(&[10.0, 10.0, 20.0, 10.0, 10.0]));
    room.options.keep_outliers = true;
    assert_eq!(room.import().unwrap().files[0].loaded, 5);
}

#[test]
fn bad_actions_series_and_instruments_are_set_aside_too() {
    let mut room = Room::new("quarantine-others")
        .bars(GOOD)
        .actions("instrument_id,ex_date,kind,cash_amount\nEQUITY:X,2024-01-03,cash_dividend,0.1\nEQUITY:A,2024-01-03,cash_dividend,0.1\n")
        .series("series_id,date,known_on,value\nX,2024-01-31,2024-01-30,1\nX,2024-02-29,2024-03-01,1\n");
    room.put(
        "instruments.csv",
        "instrument_id,currency,name\nEQUITY:A,EUR,Alpha\nEQUITY:B,,Beta\nEQUITY:Z,,Zeta\nEQUITY:B,,Twice\n",
    );
    room.request.instruments = vec!["instruments.csv".into()];
    room.options.quarantine = true;
    let report = room.import().unwrap();
    let fates = report.files.iter().map(|file| (file.loaded, file.left_out, file.quarantined));
    let mut fates: Vec<_> = fates.collect();
    fates.sort_unstable();
    // Series, actions, bars, instruments: Alpha is in euros, Zeta has no bars, Beta stands twice.
    assert_eq!(fates, [(1, 0, 1), (1, 0, 1), (1, 1, 2), (4, 0, 0)]);
    let stored = crate::tape_folder::StoredTape::open(&room.target()).unwrap();
    let names: Vec<Option<&str>> = stored.instruments().iter().map(|one| one.name.as_deref()).collect();
    assert_eq!(names, [None, Some("Beta")]);
}
