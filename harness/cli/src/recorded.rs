//! Recorded decisions: what another system decided, from a CSV or Parquet file.
//!
//! The file has the columns `date`, `symbol` and `weight` ([`columnar::decisions`]). Its content is the identity of the
//! run, so a copy elsewhere is the same system and an edited file is another. Symbols are ids of instruments; a legacy
//! record of plain tickers names the class that stands before them:
//!
//! ```toml
//! [system]
//! name = "recorded"
//! [system.config]
//! decisions = "records/desk.csv" # from the folder that holds scenarios/
//! asset_class = "EQUITY"         # GE is EQUITY:GE; without the key, symbols are whole ids
//! ```
//!
//! Unknown symbols and days without a session are refused before the run, by file, row and column.

use std::path::Path;

use builtin::config::SystemConfig as _;
use builtin::recorded::{Recorded, RecordedConfig, RecordedDay};
use columnar::decisions::{self, DecisionRow};
use domain::date::Date;
use domain::ids::InstrumentId;
use serde::{Deserialize, Serialize};

use crate::registry::{Built, Entry, typed};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    decisions: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asset_class: Option<String>,
}

/// The days and instruments that a record names, each with the place of its first mention.
#[derive(Default)]
struct Mentioned {
    days: Vec<(String, Date)>,
    instruments: Vec<(String, InstrumentId)>,
}

/// The line of the registry.
pub(crate) fn recorded() -> Entry {
    Entry::of("recorded", builtin::VERSION, "Plays back the decisions that a file records.", |table, folder| {
        let config: Config = typed(table)?;
        // A path from the current folder is shown as it was written.
        let here = folder == Path::new(".");
        let path = if here { Path::new(&config.decisions).to_owned() } else { folder.join(&config.decisions) };
        if !path.is_file() {
            return Err(format!("decisions is {:?}: expected a file that ends in .csv or .parquet", config.decisions));
        }
        let rows = decisions::read(&path).map_err(|error| error.to_string())?;
        let (record, Mentioned { days, instruments }) = read(&rows, &config, &path)?;
        let full = toml::Table::try_from(&config).map_err(|error| error.to_string())?;
        let digest = record.digest();
        let system = Box::new(Recorded::new(record).map_err(|error| error.to_string())?);
        Ok(Built { digest, config: full, days, instruments, system })
    })
}

/// The rows as decisions; they come with ascending days and each symbol once a day.
fn read(rows: &[DecisionRow], config: &Config, path: &Path) -> Result<(RecordedConfig, Mentioned), String> {
    let (mut record, mut mentioned) = (RecordedConfig::default(), Mentioned::default());
    for row in rows {
        let place = |column: &str| format!("{}, row {}, column `{column}`", path.display(), row.row);
        if record.decisions.last().is_none_or(|last| last.on != row.on) {
            record.decisions.push(RecordedDay { on: row.on, weights: [].into() });
            mentioned.days.push((place("date"), row.on));
        }
        let Some(symbol) = &row.symbol else { continue };
        let id = id_of(symbol, config).map_err(|what| format!("{}: {symbol}, expected {what}", place("symbol")))?;
        if let Some(day) = record.decisions.last_mut() {
            day.weights.insert(id.clone(), row.weight);
        }
        if let Err(at) = mentioned.instruments.binary_search_by(|(_, known)| known.cmp(&id)) {
            mentioned.instruments.insert(at, (place("symbol"), id));
        }
    }
    Ok((record, mentioned))
}

fn id_of(symbol: &str, config: &Config) -> Result<InstrumentId, String> {
    match &config.asset_class {
        Some(class) => format!("{class}:{symbol}").parse().map_err(|_| format!("a symbol of the class {class}")),
        None => symbol.parse().map_err(|_| "an id such as EQUITY:GE, or the key asset_class".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use columnar::decisions::DecisionRow;

    use super::{Config, Path, read};

    fn rows(symbols: &[Option<&str>]) -> Vec<DecisionRow> {
        let row = |(at, symbol): (usize, &Option<&str>)| DecisionRow {
            row: at as u64 + 1,
            on: "2008-09-15".parse().unwrap(),
            symbol: symbol.map(str::to_owned),
            weight: 0.5,
        };
        symbols.iter().enumerate().map(row).collect()
    }

    fn of(symbols: &[Option<&str>], class: Option<&str>) -> Result<Vec<String>, String> {
        let config = Config { decisions: String::new(), asset_class: class.map(str::to_owned) };
        let (record, mentioned) = read(&rows(symbols), &config, Path::new("desk.csv"))?;
        assert_eq!((record.decisions.len(), mentioned.days.len()), (1, 1));
        Ok(mentioned.instruments.into_iter().map(|(place, id)| format!("{place} {id}")).collect())
    }

    #[test]
    fn a_symbol_is_an_id_or_a_ticker_of_a_class() {
        let expected = ["desk.csv, row 2, column `symbol` EQUITY:GE", "desk.csv, row 1, column `symbol` EQUITY:KO"];
        assert_eq!(of(&[Some("EQUITY:KO"), Some("EQUITY:GE")], None).unwrap(), expected);
        assert_eq!(of(&[Some("KO"), Some("GE")], Some("EQUITY")).unwrap(), expected);
        assert!(of(&[None], None).unwrap().is_empty());
        let refusal = of(&[Some("GE")], None).unwrap_err();
        let told = "desk.csv, row 1, column `symbol`: GE, expected an id such as EQUITY:GE, or the key asset_class";
        assert_eq!(refusal, told);
        assert!(of(&[Some("GE")], Some("equity")).unwrap_err().ends_with("expected a symbol of the class equity"));
    }
}
