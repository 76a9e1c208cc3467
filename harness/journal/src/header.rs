//! What is known of a run before its first day.
//!
//! The header is stated once, at the start: in memory it becomes part of the manifest when the run is over, on disk
//! it lies as `inputs.toml` beside an unfinished log. Whoever resumes a run states the header again, and a header
//! that differs is refused by the name of its first differing field: a prefix of one run must not become the
//! beginning of another.
//!
//! ```
//! use domain::{digest::Digest, seed::Seed};
//! use journal::{header::RunHeader, manifest::{FORMAT_VERSION, RunInputs}};
//! let stored = RunHeader {
//!     first_day: "2008-09-02".parse()?,
//!     currency: "USD".into(),
//!     initial_cash_micros: 1_000_000_000_000,
//!     instruments: vec!["EQUITY:GE".parse()?, "EQUITY:LEH".parse()?],
//!     inputs: RunInputs {
//!         scenario: "lehman".into(), scenario_digest: Digest::of(b"scenario"),
//!         system: "momentum".into(), system_version: "1".into(), config_digest: Digest::of(b"config"),
//!         tape_digest: Digest::of(b"tape"), seed: Seed(7), replay_version: 1, format_version: FORMAT_VERSION,
//!     },
//! };
//! let mut given = stored.clone();
//! assert!(stored.first_difference(&given).is_none());
//! given.inputs.seed = Seed(8);
//! let difference = stored.first_difference(&given).ok_or("the seeds differ")?;
//! assert_eq!(difference.to_string(), "inputs.seed is 7 in the stored run and 8 in the given one");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::date::Date;
use domain::ids::InstrumentId;
use serde::{Deserialize, Serialize};

use crate::manifest::RunInputs;

/// What is known of a run before its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunHeader {
    /// The first day that the run may record, as planned; the first trading day is this one or a later one.
    pub first_day: Date,
    /// The currency of the account, three capitals.
    pub currency: String,
    /// The account's starting cash, in micro-units of the currency.
    pub initial_cash_micros: i64,
    /// The instruments, strictly ascending; events name them by position.
    pub instruments: Vec<InstrumentId>,
    /// The inputs that determine the run.
    pub inputs: RunInputs,
}

/// The first field in which two headers differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {stored} in the stored run and {given} in the given one")]
pub struct HeaderDifference {
    /// The field, for example `inputs.seed` or `instruments[3]`.
    pub field: String,
    /// Its value in the header on disk.
    pub stored: String,
    /// Its value in the header that was presented.
    pub given: String,
}

impl RunHeader {
    /// The first field, in the order of the file, whose value in `given` is another; `None` for equal headers.
    #[must_use]
    pub fn first_difference(&self, given: &Self) -> Option<HeaderDifference> {
        let (ours, theirs) = (self.fields(), given.fields());
        let fields =
            ours.into_iter().zip(theirs).map(|((field, stored), (_, given))| (field.to_owned(), stored, given));
        let before_instruments = fields.clone().take_while(|(field, ..)| !field.starts_with("inputs."));
        let inputs = fields.skip_while(|(field, ..)| !field.starts_with("inputs."));
        before_instruments
            .chain(self.instrument_difference(given))
            .chain(inputs)
            .find(|(_, stored, given)| stored != given)
            .map(|(field, stored, given)| HeaderDifference { field, stored, given })
    }

    /// All fields but the instruments, as texts, in the order of the file.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let inputs = &self.inputs;
        vec![
            ("first_day", self.first_day.to_string()),
            ("currency", self.currency.clone()),
            ("initial_cash_micros", self.initial_cash_micros.to_string()),
            ("inputs.scenario", inputs.scenario.clone()),
            ("inputs.scenario_digest", inputs.scenario_digest.to_string()),
            ("inputs.system", inputs.system.clone()),
            ("inputs.system_version", inputs.system_version.clone()),
            ("inputs.config_digest", inputs.config_digest.to_string()),
            ("inputs.tape_digest", inputs.tape_digest.to_string()),
            ("inputs.seed", inputs.seed.0.to_string()),
            ("inputs.replay_version", inputs.replay_version.to_string()),
            ("inputs.format_version", inputs.format_version.to_string()),
        ]
    }

    fn instrument_difference(&self, given: &Self) -> Option<(String, String, String)> {
        let (ours, theirs) = (&self.instruments, &given.instruments);
        let name = |id: Option<&InstrumentId>| id.map_or_else(|| "absent".to_owned(), InstrumentId::to_string);
        (0..ours.len().max(theirs.len()))
            .find(|at| ours.get(*at) != theirs.get(*at))
            .map(|at| (format!("instruments[{at}]"), name(ours.get(at)), name(theirs.get(at))))
    }
}

#[cfg(test)]
mod tests {
    use domain::digest::Digest;
    use domain::seed::Seed;

    use super::RunHeader;
    use crate::fixture;

    type Edit = (&'static str, fn(&mut RunHeader, Digest));

    #[test]
    fn every_field_is_compared_and_named() {
        let other = Digest::of(b"other");
        let edits: [Edit; 14] = [
            ("first_day", |header, _| header.first_day = header.first_day.plus_days(1)),
            ("currency", |header, _| header.currency = "EUR".into()),
            ("initial_cash_micros", |header, _| header.initial_cash_micros += 1),
            ("instruments[1]", |header, _| header.instruments[1] = "EQUITY:ZZ".parse().unwrap()),
            ("instruments[1]", |header, _| header.instruments.truncate(1)),
            ("inputs.scenario", |header, _| header.inputs.scenario.push('x')),
            ("inputs.scenario_digest", |header, other| header.inputs.scenario_digest = other),
            ("inputs.system", |header, _| header.inputs.system.push('x')),
            ("inputs.system_version", |header, _| header.inputs.system_version.push('x')),
            ("inputs.config_digest", |header, other| header.inputs.config_digest = other),
            ("inputs.tape_digest", |header, other| header.inputs.tape_digest = other),
            ("inputs.seed", |header, _| header.inputs.seed = Seed(99)),
            ("inputs.replay_version", |header, _| header.inputs.replay_version += 1),
            ("inputs.format_version", |header, _| header.inputs.format_version += 1),
        ];
        let stored = fixture::header();
        assert_eq!(stored.first_difference(&stored), None);
        for (field, edit) in edits {
            let mut given = stored.clone();
            edit(&mut given, other);
            assert_eq!(stored.first_difference(&given).map(|found| found.field).as_deref(), Some(field));
        }
    }

    #[test]
    fn the_first_of_several_differences_is_named() {
        let (stored, mut given) = (fixture::header(), fixture::header());
        given.inputs.seed = Seed(99);
        given.instruments.clear();
        let found = stored.first_difference(&given).unwrap();
        let expected = "instruments[0] is EQUITY:GE in the stored run and absent in the given one";
        assert_eq!(found.to_string(), expected);
    }
}
