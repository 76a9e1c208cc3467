//! What the process answers, read to the last key.
//!
//! An answer is refused whole: an unknown key, a name that the tape does not have, a number that is none. Order means
//! nothing in targets, so they may come in any and are sorted here; in orders and figures it is kept.
//!
//! ```
//! use external::answer;
//! let line = r#"{"type":"ready","protocol":1,"name":"momentum","version":"1"}"#;
//! assert!(answer::ready(line).is_ok());
//! let line = r#"{"type":"ready","protocol":2,"name":"momentum","version":"1"}"#;
//! let refusal = answer::ready(line).unwrap_err().to_string();
//! assert_eq!(refusal, "the process speaks protocol 2, and this program speaks protocol 1");
//! ```

mod orders;
mod reports;

use domain::date::Date;
use domain::decision::{Decision, TargetWeight};
use domain::ids::Instrument;
use domain::view::View;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::PROTOCOL;
use crate::fault::Fault;

/// Letters of a line that a message repeats.
const SHOWN: usize = 160;

/// The largest weight, in equities; far beyond any account, and far from the end of the ledger.
const WEIGHT_MAX: f64 = 1_000.0;

/// The part that all answers have.
#[derive(Deserialize)]
struct Head {
    r#type: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ready {
    #[serde(rename = "type")]
    _type: String,
    protocol: u32,
    name: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    #[serde(rename = "type")]
    _type: String,
    date: Date,
    #[serde(default)]
    targets: Option<Vec<(String, f64)>>,
    #[serde(default)]
    orders: Vec<orders::Order>,
    #[serde(default)]
    reports: Vec<reports::Report>,
}

/// Reads the answer to `hello`.
///
/// # Errors
/// [`Fault`] for anything but a greeting in this version of the protocol.
pub fn ready(line: &str) -> Result<(), Fault> {
    let Ready { protocol, name, version, .. } = read(line, "ready")?;
    if protocol != PROTOCOL {
        return Err(Fault::Protocol(protocol));
    }
    if name.trim().is_empty() || version.trim().is_empty() {
        return Err(Fault::Shape("name and version must not be blank".to_owned()));
    }
    Ok(())
}

/// Reads the answer to the last day of `view`. `trade` is false on the days before the run, on which there is nothing
/// to decide.
///
/// # Errors
/// [`Fault`] for an answer to another day, or one that cannot stand.
pub fn decision(line: &str, view: &View<'_>, trade: bool) -> Result<Decision, Fault> {
    let Answered { date: answered, targets, orders, reports, .. } = read(line, "decision")?;
    let asked = view.today();
    if answered != asked {
        return Err(Fault::Date { asked, answered });
    }
    if !trade && (targets.is_some() || !orders.is_empty() || !reports.is_empty()) {
        return Err(Fault::BeforeTheRun);
    }
    let reports = reports.into_iter().map(|report| report.checked(view)).collect::<Result<_, _>>()?;
    let targets = targets.map(|targets| weights(targets, view)).transpose()?;
    let orders = orders.into_iter().map(|order| order.checked(view)).collect::<Result<_, _>>()?;
    Ok(Decision { reports, targets, orders })
}

fn weights(named: Vec<(String, f64)>, view: &View<'_>) -> Result<Vec<TargetWeight>, Fault> {
    let mut targets = Vec::with_capacity(named.len());
    for (id, weight) in named {
        if weight.abs() > WEIGHT_MAX {
            let expected = "a share of equity from -1000 to 1000";
            return Err(Fault::Value { key: "the weight", id, value: format!("{weight:e}"), expected });
        }
        targets.push(TargetWeight { instrument: known(&id, view, "targets")?, weight });
    }
    targets.sort_by_key(|target| target.instrument);
    match targets.windows(2).find(|pair| pair[0].instrument == pair[1].instrument) {
        Some(pair) => Err(Fault::Twice(view.instruments()[pair[0].instrument.index()].id.to_string())),
        None => Ok(targets),
    }
}

/// The instrument of an id.
fn known(id: &str, view: &View<'_>, place: &str) -> Result<Instrument, Fault> {
    let found = id.parse().ok().and_then(|id| view.find(&id));
    found.ok_or_else(|| Fault::Stranger { place: place.to_owned(), id: id.to_owned() })
}

fn read<A: DeserializeOwned>(line: &str, expected: &'static str) -> Result<A, Fault> {
    // A list of the right values is JSON too, and would do for a struct.
    if line.trim_start().starts_with('[') {
        return Err(Fault::Shape("it is a list, expected an object".to_owned()));
    }
    let Head { r#type: found } = serde_json::from_str(line).map_err(|error| unread(line, &error))?;
    if found != expected {
        return Err(Fault::Type { expected, found });
    }
    serde_json::from_str(line).map_err(|error| unread(line, &error))
}

fn unread(line: &str, error: &serde_json::Error) -> Fault {
    if error.classify() == Category::Data {
        return Fault::Shape(error.to_string());
    }
    let shown = shown(line);
    if ["NaN", "Infinity"].iter().any(|word| line.contains(word)) {
        return Fault::NotANumber(shown);
    }
    Fault::NotJson { why: error.to_string(), line: shown }
}

/// The beginning of a line, as a message repeats it.
pub(crate) fn shown(line: &str) -> String {
    let mut shown: String = line.chars().take(SHOWN).filter(|letter| !letter.is_control()).collect();
    if line.chars().count() > SHOWN {
        shown.push('…');
    }
    if shown.is_empty() { "an empty line".to_owned() } else { shown }
}
