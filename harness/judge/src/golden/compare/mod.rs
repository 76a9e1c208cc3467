//! A golden against a fresh run: every difference with its class, its first place, and what lies upstream.
//!
//! Without the journal of the accepted run the comparison reads the golden's own lines, and localises to the day,
//! the lane, the instrument and the field. With it, [`compare_journals`] reads every event and localises to the
//! event. The verdict is the same in kind, never milder: what the lines alone cannot show to be within tolerance
//! counts as beyond it.
//!
//! Differences of one field and class are one [`Finding`], with the first place, both values there, and the number
//! of places.
//!
//! | what differs | class |
//! |---|---|
//! | scenario, config, tape, seed, policy; a lane or figure that only one side has | schema |
//! | regime, verdict, reason of a refusal or a cancel, dropped instrument | label |
//! | order numbers; the same events in another order | order |
//! | a number within the tolerance of its field | noise |
//! | weights, orders, fills beyond it; days; counts of fills | behaviour |
//! | any other number beyond it | numeric |
//!
//! A comparison passes when nothing differs. Noise passes, too, if the policy says so and the golden was made by
//! other versions; anything else fails.

use std::fmt;

use domain::date::Date;
use journal::journal::Journal;
use serde::Serialize;

use super::scope::Class;
use super::{Golden, Origin, StoredGolden};
use crate::diff::{self, Difference, InputDifference, Upstream};
use crate::policy::{NoiseRule, Policy};

mod events;
mod tally;
mod text;

use tally::Tally;

/// All differences of one field and class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The class.
    pub class: Class,
    /// The file of the golden or the kind of the event.
    pub place: String,
    /// The engine, or the part of the harness.
    pub lane: String,
    /// The field.
    pub field: String,
    /// The first day on which it differs; `None` for the head and the summary.
    pub day: Option<Date>,
    /// The position of the event in that day, when events were compared.
    pub event: Option<usize>,
    /// The instrument there.
    pub instrument: Option<String>,
    /// The accepted value there, or `absent`.
    pub old: String,
    /// The fresh value there, or `absent`.
    pub new: String,
    /// At how many places the field differs in this class.
    pub count: u64,
    /// The largest size of the difference, for numbers.
    pub largest: Option<f64>,
}

/// A golden beside a fresh run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The case.
    pub case: String,
    /// What differs: inputs first, then by day, the summary last. Empty when nothing does.
    pub findings: Vec<Finding>,
    /// The versions that differ: of engines, replay, journal format, toolchain.
    pub versions: Vec<InputDifference>,
    /// Whether noise passes: the policy allows it, and a version differs.
    pub noise_allowed: bool,
    /// Where the first difference came from.
    pub upstream: Upstream,
    /// The first difference to the event, when the journals were compared.
    pub first_event: Option<Difference>,
}

/// Compares the lines of a golden with those of a fresh run.
#[must_use]
pub fn compare(golden: &StoredGolden, fresh: &Golden, policy: &Policy) -> Comparison {
    let mut tally = Tally::new(policy);
    text::compare_head(&golden.golden.origin, &fresh.origin, &mut tally);
    text::compare_summary(&golden.golden.body, &fresh.body, &mut tally);
    text::compare_lines(&golden.golden.body, &fresh.body, &mut tally);
    let months = text::first_month(&golden.golden.body, &fresh.body);
    let upstream = Upstream { lanes_of_month: months, ..Upstream::default() };
    Comparison::from(golden, fresh, policy, tally, upstream, None)
}

/// Compares a golden with a fresh run, event by event through the journals of both.
///
/// A journal that is not the one the golden was accepted for, or not that of the fresh run, is no help: then the
/// lines are compared.
#[must_use]
pub fn compare_journals(
    golden: &StoredGolden,
    fresh: &Golden,
    policy: &Policy,
    old: &Journal,
    new: &Journal,
) -> Comparison {
    let of_these = (old.manifest.digest, new.manifest.digest);
    let first = diff::first_difference(old, new);
    let (Some(first), true) = (first, of_these == (golden.golden.origin.journal_digest, fresh.origin.journal_digest))
    else {
        return compare(golden, fresh, policy);
    };
    let mut tally = Tally::new(policy);
    text::compare_head(&golden.golden.origin, &fresh.origin, &mut tally);
    text::compare_summary(&golden.golden.body, &fresh.body, &mut tally);
    events::compare_days(old, new, first.day_number, &mut tally);
    Comparison::from(golden, fresh, policy, tally, first.upstream.clone(), Some(first))
}

impl Comparison {
    fn from(
        golden: &StoredGolden,
        fresh: &Golden,
        policy: &Policy,
        tally: Tally<'_>,
        upstream: Upstream,
        first_event: Option<Difference>,
    ) -> Self {
        let (old, new) = (&golden.golden.origin, &fresh.origin);
        let versions = differences(&versions_of(old), &versions_of(new));
        let noise_allowed = policy.noise == NoiseRule::BetweenVersions && !versions.is_empty();
        let findings = tally.into_findings();
        let inputs = if findings.is_empty() { Vec::new() } else { differences(&inputs_of(old), &inputs_of(new)) };
        let upstream = Upstream { inputs: inputs.into_iter().chain(versions.clone()).collect(), ..upstream };
        let case = fresh.origin.scenario.clone();
        Self { case, findings, versions, noise_allowed, upstream, first_event }
    }

    /// Whether the golden holds.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.class().is_none_or(|class| class == Class::Noise && self.noise_allowed)
    }

    /// The gravest class among the differences; `None` when nothing differs.
    #[must_use]
    pub fn class(&self) -> Option<Class> {
        self.findings.iter().map(|finding| finding.class).max()
    }

    /// The first difference: an input if one differs, else the earliest in the run.
    #[must_use]
    pub fn first(&self) -> Option<&Finding> {
        self.findings.first()
    }
}

/// The inputs that a golden is bound to: with others it is the golden of another run.
fn inputs_of(origin: &Origin) -> Vec<(&'static str, String)> {
    vec![
        ("scenario", origin.scenario.clone()),
        ("scenario_digest", origin.scenario_digest.to_string()),
        ("system", origin.system.clone()),
        ("config_digest", origin.config_digest.to_string()),
        ("tape_digest", origin.tape_digest.to_string()),
        ("policy_digest", origin.policy_digest.to_string()),
        ("seed", origin.seed.0.to_string()),
    ]
}

/// The versions between which a policy may allow noise.
fn versions_of(origin: &Origin) -> Vec<(&'static str, String)> {
    vec![
        ("system_version", origin.system_version.clone()),
        ("replay_version", origin.replay_version.to_string()),
        ("journal_format", origin.journal_format.to_string()),
        ("toolchain", origin.toolchain.clone()),
    ]
}

fn differences(old: &[(&'static str, String)], new: &[(&'static str, String)]) -> Vec<InputDifference> {
    let pairs = old.iter().zip(new).filter(|(ours, theirs)| ours.1 != theirs.1);
    let difference = |((field, old), (_, new)): (&(&str, String), &(&str, String))| InputDifference {
        field: (*field).to_owned(),
        old: old.clone(),
        new: new.clone(),
    };
    pairs.map(difference).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:<9} ", self.class)?;
        if let Some(day) = self.day {
            write!(out, "{day} ")?;
        }
        if let Some(event) = self.event {
            write!(out, "event {event} ")?;
        }
        write!(out, "{} [{}]", self.place, self.lane)?;
        if let Some(instrument) = &self.instrument {
            write!(out, " {instrument}")?;
        }
        write!(out, ": {} was {}, is {}", self.field, self.old, self.new)?;
        if self.count > 1 {
            write!(out, "; {} places", self.count)?;
            if let Some(largest) = self.largest {
                write!(out, ", at most {largest:?} apart")?;
            }
        }
        Ok(())
    }
}
