//! The text beside a journal's events: what was run, and the digests of what came out.
//!
//! The identity of a run is the digest of its inputs; the digest of its content is beside it. Equal identities
//! must have equal content, and [`crate::store`] refuses to put two contents under one identity.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::InstrumentId;
use domain::seed::Seed;
use serde::{Deserialize, Serialize};

use crate::header::RunHeader;
use crate::progress::Recording;

/// The version of the journal's format that this crate writes.
///
/// Version 2 keys the digest of a day with the one before, and hashes the bytes of a long run of one lane once: see
/// [`crate::progress`]. The bytes of events are those of version 1.
pub const FORMAT_VERSION: u32 = 2;

/// The inputs that determine a run, by digest. Two runs with equal inputs have equal journals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunInputs {
    /// The scenario's name.
    pub scenario: String,
    /// The digest of the scenario's canonical content, without the system and its config.
    pub scenario_digest: Digest,
    /// The system's name.
    pub system: String,
    /// The version of the system's engines.
    pub system_version: String,
    /// The digest of the system's config.
    pub config_digest: Digest,
    /// The digest of the tape that the run was given.
    pub tape_digest: Digest,
    /// The seed.
    pub seed: Seed,
    /// The version of the replay: the trading day and its execution rules.
    pub replay_version: u32,
    /// The version of the journal's format.
    pub format_version: u32,
}

/// The manifest of a finished journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format; read before anything else.
    pub format_version: u32,
    /// The identity: the digest of `inputs`.
    pub run_id: Digest,
    /// The digest of all events: the running digest of the last day.
    pub digest: Digest,
    /// The first trading day.
    pub first_day: Date,
    /// The last trading day.
    pub last_day: Date,
    /// Trading days.
    pub days: u64,
    /// Events.
    pub events: u64,
    /// The account's starting cash, in micro-units.
    pub initial_cash_micros: i64,
    /// The currency of the account.
    pub currency: String,
    /// The inputs.
    pub inputs: RunInputs,
    /// The instruments, ascending; events name them by position.
    pub instruments: Vec<InstrumentId>,
    /// A digest for each lane (an engine, or a part of the harness) and month, `lane → YYYY-MM → digest`.
    pub lane_digests: BTreeMap<String, BTreeMap<String, Digest>>,
}

/// Why a recording cannot have a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Nothing was recorded.
    #[error("the run of scenario `{scenario}` recorded no day: a journal has at least one; widen the scenario's days")]
    NoDays {
        /// The scenario.
        scenario: String,
    },
    /// A day was recorded that the header does not allow.
    #[error("the run recorded {recorded}, before its planned first day {planned}: the header is of another run")]
    TooEarly {
        /// The first recorded day.
        recorded: Date,
        /// The header's first day.
        planned: Date,
    },
}

impl Manifest {
    /// The manifest of a finished run.
    ///
    /// # Errors
    /// [`ManifestError`] for a run without a day, or with one before the header's first.
    pub fn of_run(header: &RunHeader, recording: Recording) -> Result<Self, ManifestError> {
        let RunHeader { first_day: planned, currency, initial_cash_micros, instruments, inputs } = header.clone();
        let Recording { digest, span, days, events, lane_digests } = recording;
        let Some((first_day, last_day)) = span else {
            return Err(ManifestError::NoDays { scenario: inputs.scenario });
        };
        if first_day < planned {
            return Err(ManifestError::TooEarly { recorded: first_day, planned });
        }
        Ok(Self {
            format_version: FORMAT_VERSION,
            run_id: inputs.run_id(),
            digest,
            first_day,
            last_day,
            days,
            events,
            initial_cash_micros,
            currency,
            inputs,
            instruments,
            lane_digests,
        })
    }

    /// The header of the run, with the first recorded day as the planned one.
    #[must_use]
    pub fn header(&self) -> RunHeader {
        RunHeader {
            first_day: self.first_day,
            currency: self.currency.clone(),
            initial_cash_micros: self.initial_cash_micros,
            instruments: self.instruments.clone(),
            inputs: self.inputs.clone(),
        }
    }

    /// The first key whose value is not the one that follows from the inputs and the events, with the value found
    /// and the expected one.
    pub(crate) fn first_difference(&self, expected: &Self) -> Option<(String, String, String)> {
        let key = |key: &str, found: &dyn ToString, expected: &dyn ToString| {
            (key.to_owned(), found.to_string(), expected.to_string())
        };
        let plain = [
            key("run_id", &self.run_id, &expected.run_id),
            key("inputs.format_version", &self.inputs.format_version, &FORMAT_VERSION),
            key("digest", &self.digest, &expected.digest),
            key("first_day", &self.first_day, &expected.first_day),
            key("last_day", &self.last_day, &expected.last_day),
            key("days", &self.days, &expected.days),
            key("events", &self.events, &expected.events),
        ];
        let differs = |(_, found, expected): &(String, String, String)| found != expected;
        plain.into_iter().find(differs).or_else(|| self.lane_difference(expected))
    }

    fn lane_difference(&self, expected: &Self) -> Option<(String, String, String)> {
        let digest = |manifest: &Self, lane: &str, month: &str| {
            let found = manifest.lane_digests.get(lane).and_then(|months| months.get(month));
            found.map_or_else(|| "absent".to_owned(), Digest::to_string)
        };
        let named = |lane: &str, month: &str| {
            (format!("lane_digests.{lane}.{month}"), digest(self, lane, month), digest(expected, lane, month))
        };
        let both = [&self.lane_digests, &expected.lane_digests];
        let keys = both.into_iter().flatten().flat_map(|(lane, months)| months.keys().map(move |month| (lane, month)));
        keys.map(|(lane, month)| named(lane, month)).find(|(_, found, expected)| found != expected)
    }
}

impl RunInputs {
    /// The run's identity.
    #[must_use]
    pub fn run_id(&self) -> Digest {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text("prometheus run v1");
        bytes.put_text(&self.scenario).put_bytes(&self.scenario_digest.0);
        bytes.put_text(&self.system).put_text(&self.system_version).put_bytes(&self.config_digest.0);
        bytes.put_bytes(&self.tape_digest.0).put_u64(self.seed.0);
        bytes.put_u32(self.replay_version).put_u32(self.format_version);
        Digest::of(bytes.as_slice())
    }
}
