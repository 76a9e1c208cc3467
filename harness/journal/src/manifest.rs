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

/// The version of the journal's format that this crate writes.
pub const FORMAT_VERSION: u32 = 1;

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
