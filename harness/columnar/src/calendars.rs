//! The calendars of `scenarios/calendars/`: one reviewed text file a market.
//!
//! The folder also keeps `calendars.parquet`, an independent record of the same sessions; a test compares the two
//! day by day.
//!
//! ```
//! # let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
//! use columnar::calendars;
//! let new_york = calendars::load(&scenarios, "US_EQ")?;
//! assert_eq!(new_york.previous("2024-01-08".parse()?, 1)?, "2024-01-05".parse()?);
//! let half_day = new_york.session("2024-11-29".parse()?)?.ok_or("no session")?;
//! assert_eq!((half_day.close_utc_min, half_day.early_close), (18 * 60, true)); // 13:00 in New York
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::Path;

use domain::calendar::{Calendar, CalendarFacts};

use crate::error::DataError;
use crate::files;

/// The folder of calendars below the scenarios.
const FOLDER: &str = "calendars";

/// Loads the calendar of one market, for example `US_EQ`, from `<scenarios>/calendars/US_EQ.toml`.
///
/// # Errors
/// When there is no such file, it does not parse, speaks of another market, or contradicts itself.
pub fn load(scenarios: &Path, market: &str) -> Result<Calendar, DataError> {
    let known = list(scenarios)?;
    if !known.iter().any(|name| name == market) {
        let what = format!("there is no calendar `{market}` in {}", scenarios.join(FOLDER).display());
        return Err(DataError::Request(format!("{what}: expected one of {}", known.join(", "))));
    }
    let path = scenarios.join(FOLDER).join(format!("{market}.toml"));
    let file = path.display().to_string();
    let text = files::read_text(&path)?;
    let facts: CalendarFacts = toml::from_str(&text).map_err(|error| DataError::unreadable(&file, error))?;
    if facts.market != market {
        let what = format!("market is `{}`, expected `{market}` as in the file's name", facts.market);
        return Err(DataError::unreadable(&file, what));
    }
    Ok(Calendar::from_facts(&facts)?)
}

/// The markets that have a calendar, ascending.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(scenarios: &Path) -> Result<Vec<String>, DataError> {
    let folder = scenarios.join(FOLDER);
    let entries = std::fs::read_dir(&folder).map_err(DataError::io(&folder, "read"))?;
    let mut markets = Vec::new();
    for entry in entries {
        let path = entry.map_err(DataError::io(&folder, "read"))?.path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Some(stem) = path.file_stem()
        {
            markets.push(stem.to_string_lossy().into_owned());
        }
    }
    markets.sort();
    Ok(markets)
}

#[cfg(test)]
mod tests {
    use super::{list, load};
    use crate::columns::source::Source;
    use arrow_array::cast::AsArray;
    use domain::calendar::{Calendar, MarketState, Session};
    use domain::date::Date;
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn scenarios() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The independent record: for each market, each day with its session, if it has one.
    fn record() -> BTreeMap<String, Vec<(Date, Option<Session>)>> {
        let source = Source::open(&scenarios().join("calendars/calendars.parquet")).unwrap();
        let mut markets: BTreeMap<String, Vec<(Date, Option<Session>)>> = BTreeMap::new();
        for batch in &source.batches {
            let flags = |name: &str| batch.column_by_name(name).unwrap().as_boolean();
            let markets_of = source.texts(batch, "market_id").unwrap();
            let days = source.dates(batch, "date").unwrap();
            let minutes = ["open_utc_min", "close_utc_min"].map(|name| source.numbers(batch, name).unwrap());
            for row in 0..batch.num_rows() {
                let on = days.get(row).unwrap().unwrap();
                let minute = |at: usize| minutes[at].get(row).unwrap().map(|minute| minute as i32);
                let session = flags("is_session").value(row).then(|| Session {
                    on,
                    open_utc_min: minute(0).unwrap(),
                    close_utc_min: minute(1).unwrap(),
                    early_close: flags("is_early_close").value(row),
                });
                markets.entry(markets_of.get(row).unwrap().to_owned()).or_default().push((on, session));
            }
        }
        markets
    }

    /// Every day from the first to the last of the record, weekends included.
    fn assert_equals_record(calendar: &Calendar, record: &[(Date, Option<Session>)]) {
        let known: BTreeMap<Date, Option<Session>> = record.iter().copied().collect();
        let (first, last) = (record[0].0, record[record.len() - 1].0);
        assert_eq!((calendar.facts().first, calendar.facts().last), (first, last));
        for day in (first.epoch_days()..=last.epoch_days()).map(Date::from_epoch_days) {
            let expected = known.get(&day).copied().flatten();
            assert_eq!(calendar.session(day).unwrap(), expected, "{} on {day}", calendar.market());
        }
    }

    #[test]
    fn the_text_equals_the_record_day_by_day() {
        let record = record();
        let recorded: Vec<&str> = record.keys().map(String::as_str).collect();
        assert_eq!(recorded, ["AU_EQ", "EU_EQ", "HK_EQ", "JP_EQ", "UK_EQ", "US_EQ"]);
        for (market, days) in &record {
            assert_equals_record(&load(&scenarios(), market).unwrap(), days);
        }
        // The placeholder has Hong Kong's sessions.
        assert_equals_record(&load(&scenarios(), "ASIA_EQ").unwrap(), &record["HK_EQ"]);
    }

    #[test]
    fn every_file_loads_and_none_is_missing() {
        let markets = list(&scenarios()).unwrap();
        assert_eq!(markets, ["ASIA_EQ", "AU_EQ", "EU_EQ", "FX_GLOB", "HK_EQ", "JP_EQ", "UK_EQ", "US_EQ"]);
        for market in &markets {
            assert_eq!(load(&scenarios(), market).unwrap().market(), market);
        }
        let error = load(&scenarios(), "US_FUT").unwrap_err().to_string();
        assert!(error.contains("no calendar `US_FUT`") && error.contains("FX_GLOB"), "{error}");
    }

    #[test]
    fn new_york_in_winter_and_the_points_of_the_specification() {
        let calendar = load(&scenarios(), "US_EQ").unwrap();
        let state = |hour: i32, minute: i32| calendar.state_at(day("2024-01-08"), hour * 60 + minute, 60, 120).unwrap();
        assert_eq!(state(13, 29), MarketState::Overnight);
        assert_eq!(state(13, 30), MarketState::PreOpen);
        assert_eq!(state(14, 30), MarketState::Session);
        assert_eq!(state(21, 0), MarketState::PostClose);
        assert_eq!(state(23, 0), MarketState::Overnight);
        assert_eq!(calendar.state_at(day("2024-01-06"), 15 * 60, 60, 120).unwrap(), MarketState::Holiday);
        assert_eq!(calendar.previous(day("2024-01-01"), 1).unwrap(), day("2023-12-29"));
        assert_eq!(calendar.next(day("2024-01-01"), 1).unwrap(), day("2024-01-02"));
        assert!(calendar.session(day("2027-01-04")).is_err() && calendar.session(day("1989-12-29")).is_err());
    }

    #[test]
    fn tokyo_opens_its_pre_open_on_the_utc_day_before_and_closes_later_since_2024() {
        let calendar = load(&scenarios(), "JP_EQ").unwrap();
        let evening_before = calendar.state_at(day("2024-01-09"), 23 * 60 + 30, 60, 120).unwrap();
        assert_eq!(evening_before, MarketState::PreOpen);
        let close = |on: &str| calendar.session(day(on)).unwrap().unwrap().close_utc_min;
        assert_eq!((close("2024-11-01"), close("2024-11-05")), (6 * 60, 6 * 60 + 30));
    }

    #[test]
    fn currencies_trade_from_sunday_to_friday_at_five_in_new_york() {
        let calendar = load(&scenarios(), "FX_GLOB").unwrap();
        let state = |on: &str, minute: i32| calendar.state_at(day(on), minute, 0, 0).unwrap();
        // Sunday, 21:59 and 22:00 UTC in winter; an hour earlier in summer.
        assert_eq!(state("2024-01-07", 22 * 60 - 1), MarketState::Holiday);
        assert_eq!(state("2024-01-07", 22 * 60), MarketState::Session);
        assert_eq!(state("2024-07-07", 21 * 60), MarketState::Session);
        assert_eq!(state("2024-01-12", 22 * 60 - 1), MarketState::Session);
        assert_eq!(state("2024-01-12", 22 * 60), MarketState::Holiday);
        // Clocks changed on Sunday, 2024-03-10: Friday closes in winter time, Monday opens in summer time.
        let session = |on: &str| calendar.session(day(on)).unwrap().unwrap();
        assert_eq!((session("2024-03-08").open_utc_min, session("2024-03-08").close_utc_min), (-120, 1320));
        assert_eq!((session("2024-03-11").open_utc_min, session("2024-03-11").close_utc_min), (-180, 1260));
        assert_eq!(calendar.holidays(2024).unwrap(), []);
    }
}
