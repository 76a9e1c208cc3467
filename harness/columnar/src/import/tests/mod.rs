//! Imports of small files: what loads, what is refused, what is set aside.

mod foreign;
mod quarantine;
mod refusals;
mod texts;

use std::path::PathBuf;

use domain::calendar::Calendar;

use super::{ImportOptions, ImportReport, Request, import};
use crate::calendars;
use crate::error::DataError;
use crate::files::tests::scratch;

/// A folder with a user's files.
pub(super) struct Room {
    pub(super) folder: PathBuf,
    pub(super) request: Request,
    pub(super) calendar: Option<Calendar>,
    pub(super) options: ImportOptions,
}

impl Room {
    /// A room with New York's calendar, and dollars.
    pub(super) fn new(test: &str) -> Self {
        let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
        let (market, currency) = (Some("US_EQ".to_owned()), Some("USD".to_owned()));
        Self {
            folder: scratch(&format!("import-{test}")),
            request: Request { name: "mine".into(), market, currency, ..Request::default() },
            calendar: Some(calendars::load(&scenarios, "US_EQ").unwrap()),
            options: ImportOptions::default(),
        }
    }

    /// Puts a file of bars there.
    pub(super) fn bars(mut self, text: &str) -> Self {
        self.put("bars.csv", text);
        self.request.bars = vec!["bars.csv".into()];
        self
    }

    /// Puts a file of actions there.
    pub(super) fn actions(mut self, text: &str) -> Self {
        self.put("actions.csv", text);
        self.request.actions = vec!["actions.csv".into()];
        self
    }

    /// Puts a file of series there.
    pub(super) fn series(mut self, text: &str) -> Self {
        self.put("series.csv", text);
        self.request.series = vec!["series.csv".into()];
        self
    }

    /// Puts a file of texts there.
    pub(super) fn texts(mut self, text: &str) -> Self {
        self.put("texts.csv", text);
        self.request.texts = vec!["texts.csv".into()];
        self
    }

    pub(super) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }

    pub(super) fn target(&self) -> PathBuf {
        self.folder.join("tape")
    }

    pub(super) fn import(&self) -> Result<ImportReport, DataError> {
        import(&self.request.recipe()?, &self.folder, &self.target(), self.calendar.as_ref(), self.options)
    }

    /// The refusal, without the folder; nothing may be left of the attempt.
    #[track_caller]
    pub(super) fn refusal(&self) -> String {
        let text = self.import().unwrap_err().to_string();
        assert!(!self.target().exists() && !self.folder.join("tape.partial").exists(), "something was left behind");
        text.replace(&format!("{}/", self.folder.display()), "")
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Four sessions of two instruments, with everything that a bar can have.
pub(super) const GOOD: &str = "\
instrument_id,date,open,high,low,close,adjusted_close,volume,currency
EQUITY:A,2024-01-02,10,11,9.5,10.5,10.4,1000,USD
EQUITY:A,2024-01-03,10.5,11,10,10.25,10.15,900,USD
EQUITY:B,2024-01-02,20,20,20,20,20,0,
EQUITY:B,2024-01-04,20,21.5,20,21,21,,USD
";

#[test]
fn a_good_file_becomes_a_tape_and_the_same_bytes_again() {
    let room = Room::new("good").bars(GOOD);
    let report = room.import().unwrap();
    assert_eq!((report.files[0].rows, report.files[0].loaded), (4, 4));
    let bars = &report.manifest.tables["bars"];
    assert_eq!((bars.rows, bars.first.unwrap().to_string()), (4, "2024-01-02".to_owned()));
    assert_eq!(report.manifest.about.price_bases.len(), 2);
    assert_eq!(report.manifest.inputs.bars, ["bars.csv"], "no folder of this machine");
    let read = |name: &str| std::fs::read(room.target().join(name)).unwrap();
    let before = ["bars.parquet", "instruments.parquet", "tape.toml"].map(read);
    assert_eq!(room.import().unwrap(), report);
    assert!(before == ["bars.parquet", "instruments.parquet", "tape.toml"].map(read), "the bytes changed");
    let stored = crate::tape_folder::StoredTape::open(&room.target()).unwrap();
    let lines: Vec<(&str, u64)> = stored.instruments().iter().map(|one| (one.fact.id.as_str(), one.bars)).collect();
    assert_eq!(lines, [("EQUITY:A", 2), ("EQUITY:B", 2)]);
}

#[test]
fn rows_may_come_by_day_as_well_as_by_instrument() {
    let by_day = "\
instrument_id,date,close
EQUITY:B,2024-01-02,20
EQUITY:A,2024-01-02,10
EQUITY:B,2024-01-03,20.5
EQUITY:A,2024-01-03,10.5
";
    let by_instrument = "\
instrument_id,date,close
EQUITY:A,2024-01-02,10
EQUITY:A,2024-01-03,10.5
EQUITY:B,2024-01-02,20
EQUITY:B,2024-01-03,20.5
";
    let digest = |test: &str, text: &str| Room::new(test).bars(text).import().unwrap().manifest.tables["bars"].digest;
    assert_eq!(digest("by-day", by_day), digest("by-instrument", by_instrument));
}

#[test]
fn a_failed_import_leaves_the_old_tape() {
    let room = Room::new("keep-old").bars(GOOD);
    let report = room.import().unwrap();
    room.put("bars.csv", &GOOD.replace("10.5,10.4", "-1,10.4"));
    assert!(room.import().is_err());
    let stored = crate::tape_folder::StoredTape::open(&room.target()).unwrap();
    assert_eq!(stored.manifest(), &report.manifest);
}

#[test]
fn actions_of_both_shapes_are_read() {
    let bars = "\
instrument_id,date,close
EQUITY:A,2024-01-02,100
EQUITY:A,2024-01-03,50
EQUITY:A,2024-01-04,51
EQUITY:B,2024-01-02,10
EQUITY:B,2024-01-03,10
EQUITY:C,2024-01-02,10
EQUITY:C,2024-01-05,10
";
    let bundle = "\
instrument_id,ex_date,kind,split_ratio,cash_amount,cash_low,cash_high
EQUITY:A,2024-01-03,split,2.0,,,
EQUITY:A,2024-01-04,cash_dividend,,0.25,0.24,0.26
EQUITY:A,2024-01-04,spinoff_or_other,1.193462,,,
EQUITY:B,2024-01-03,last_bar_bankrupt,,,,
EQUITY:C,2024-01-05,last_bar_acquired,,,,
";
    let room = Room::new("bundle-shape").bars(bars).actions(bundle);
    let report = room.import().unwrap();
    // C has its last bar where the data end.
    assert_eq!((report.files[1].loaded, report.files[1].left_out), (4, 1));
    let own = "\
instrument_id,happened_on,kind,numerator,denominator,ratio_millionths,amount,amount_low,amount_high,until,note
EQUITY:A,2024-01-03,split,2,1,,,,,,
EQUITY:A,2024-01-04,cash_dividend,,,,0.25,0.24,0.26,,
EQUITY:A,2024-01-04,spinoff,,,1193462,,,,,
EQUITY:B,2024-01-04,delisting,,,,,,,,bankrupt
";
    let again = Room::new("own-shape").bars(bars).actions(own).import().unwrap();
    assert_eq!(again.manifest.tables["actions"].digest, report.manifest.tables["actions"].digest);
}

#[test]
fn rates_become_bars_either_way() {
    let rates = "series_id,date,value\nEURUSD,2024-01-02,1.25\nEURUSD,2024-01-03,1.5\n";
    let closes = |test: &str, rule, currency: &str| {
        let mut room = Room::new(test).series(rates);
        room.request.rates = Some(rule);
        room.request.currency = Some(currency.to_owned());
        room.request.release_lag_days = Some(0);
        room.import().unwrap();
        let mut closes = Vec::new();
        crate::rows::each_bar(&room.target().join("bars.parquet"), &["close"], &|_, _| true, &mut |bar| {
            closes.push((bar.instrument.to_owned(), bar.close.unwrap(), bar.currency.to_owned()));
            Ok(())
        })
        .unwrap();
        closes
    };
    let row = |id: &str, close, currency: &str| (id.to_owned(), close, currency.to_owned());
    let quoted = [row("FX:EURUSD", 1.25, "USD"), row("FX:EURUSD", 1.5, "USD")];
    assert_eq!(closes("as-quoted", crate::manifest::Rates::AsQuoted, "USD"), quoted);
    let inverted = [row("FX:USDEUR", 0.8, "EUR"), row("FX:USDEUR", 1.0 / 1.5, "EUR")];
    assert_eq!(closes("inverted", crate::manifest::Rates::Inverted, "EUR"), inverted);
}

#[test]
fn a_series_without_a_description_gets_one_from_the_general_lag() {
    let mut room = Room::new("series").series("series_id,date,value\nX,2024-01-31,1\nX,2024-02-29,2\nX,2024-03-31,3\n");
    room.request.release_lag_days = Some(45);
    let report = room.import().unwrap();
    let note = &report.manifest.series[0];
    assert_eq!((note.ids.as_str(), note.release_lag_days), ("X", 45));
    assert_eq!(note.frequency, crate::notes::Frequency::Monthly);
    let facts = crate::tape_folder::StoredTape::open(&room.target()).unwrap().series_facts().unwrap();
    assert_eq!(facts[0].known_on.to_string(), "2024-03-16");
}
