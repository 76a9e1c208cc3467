//! The last part of a check: may what the engines now do take the place of what was accepted?
//!
//! The candidate is this tree, the baseline what was accepted; the evidence is what the check has just seen. The policy is
//! the one that the suite names. A suite without a policy has no verdict.

use std::path::Path;

use domain::digest::{CanonicalBytes, Digest};
use judge::evidence::checks::{Check, CheckKind};
use judge::evidence::text::Files;
use judge::evidence::{Evidence, Part, Run, Subject};
use judge::gates::finding::{Finding, Outcome};
use judge::gates::policy::GatePolicy;
use judge::verdict::Decision;
use judge::verdict::bundle;
use serde::Serialize;

use super::reference::References;
use crate::battery::engines::{EQUAL, data_quality, of_case, reference};
use crate::battery::session::calibration;
use crate::battery::store::write_files;
use crate::clock::today;
use crate::commands::gate::calibrate::suite_battery;
use crate::commands::gate::shown::{ended, exit_of, shorter};
use crate::error::CliError;
use crate::examination::{Examined, GoldenState, JUDGED_SYSTEM};
use crate::exit::Exit;
use crate::root::Root;
use crate::table::{Align, table};
use crate::tapes::CheckedTape;

/// A verdict at the end of a check.
#[derive(Serialize)]
pub struct Judged {
    /// The policy.
    pub policy: String,
    /// What it decides.
    pub decision: Decision,
    /// The verdict's id.
    pub id: Digest,
    /// What every gate found.
    pub findings: Vec<Finding>,
    /// Everything that keeps it from being eligible, each with the command that shows it again.
    pub reasons: Vec<Reason>,
    #[serde(skip)]
    files: Files,
}

/// One reason.
#[derive(Serialize)]
pub struct Reason {
    /// The gate and what it found.
    pub reason: String,
    /// The command that shows it again.
    pub reproduce: String,
}

impl Judged {
    /// The verdict of a policy, given with its text, on what a check has seen; `command` words a command for a person.
    ///
    /// # Errors
    /// [`CliError`] for a calibration that cannot be used.
    pub fn of(
        root: &Root,
        (policy, text): &(GatePolicy, String),
        examined: &[Examined],
        references: &References,
        tapes: &[CheckedTape],
        command: &dyn Fn(&str) -> String,
    ) -> Result<Self, CliError> {
        let calibration = calibration(root, &policy.name)?.map(|(_, text)| text);
        let evidence = evidence(suite_battery(root)?, examined, references, tapes);
        let (judged, files) = bundle::write(&evidence, text, calibration.as_deref())
            .map_err(|error| CliError::defect(error.to_string()))?;
        let reproduce = |reason: String| Reason { reproduce: command(&reproducing(&reason)), reason };
        let reasons = judged.verdict.reasons().into_iter().map(reproduce).collect();
        let decision = judged.verdict.decision;
        Ok(Self {
            policy: policy.name.clone(),
            decision,
            id: judged.id,
            findings: judged.verdict.findings,
            reasons,
            files,
        })
    }

    /// Writes the bundle into a folder.
    ///
    /// # Errors
    /// [`CliError`] when the file system refuses.
    pub fn write(&self, folder: &Path) -> Result<(), CliError> {
        write_files(folder, &self.files)
    }

    /// How it ends the check.
    pub const fn exit(&self) -> Exit {
        exit_of(self.decision)
    }

    /// The gates, one a line, and the reasons.
    pub fn text(&self) -> String {
        let columns = [("gate", Align::Left), ("ended", Align::Left), ("figures", Align::Left)];
        let row = |finding: &Finding| vec![finding.gate.clone(), ended(finding), figures(finding)];
        let mut text = format!("\ngates of policy {}\n\n", self.policy);
        text += &table(&columns, self.findings.iter().map(row).collect());
        for reason in &self.reasons {
            text += &format!("\n- {}\n  reproduce: {}\n", reason.reason, reason.reproduce);
        }
        text
    }
}

/// The command that shows a reason again: the case where it names one, else the bundle with all figures.
fn reproducing(reason: &str) -> String {
    let mut words = reason.split(": ");
    match (words.next(), words.next()) {
        (Some("golden" | "determinism"), Some(case)) => format!("check --case {case}"),
        (Some("reference"), Some(pair)) => format!("reference check {pair}"),
        (Some("data-quality"), Some(tape)) => format!("data check {tape}"),
        _ => "check --bundle verdict && prometheus verdict show verdict".to_owned(),
    }
}

/// What a gate found, in half a line.
fn figures(finding: &Finding) -> String {
    if finding.outcome > Outcome::Flag {
        return finding.reason.clone();
    }
    let figure = |figure: &judge::gates::finding::Figure| {
        let bound = if figure.bound.is_empty() { String::new() } else { format!(" ({})", figure.bound) };
        format!("{} {}{bound}", figure.name, shorter(&figure.value))
    };
    finding.figures.iter().map(figure).collect::<Vec<_>>().join(", ")
}

fn evidence(battery: Digest, examined: &[Examined], references: &References, tapes: &[CheckedTape]) -> Evidence {
    let ours: Vec<&Examined> = examined.iter().filter(|one| is_judged(one)).collect();
    let mut checks: Vec<Check> = Vec::new();
    for one in &ours {
        let repeats = one.verdict != Exit::NotDeterministic && one.run.is_some();
        checks.push(of_case(CheckKind::Determinism, one, repeats, "two runs, the same bytes"));
        let equal = matches!(one.golden, GoldenState::Equal | GoldenState::Noise);
        checks.push(of_case(CheckKind::Golden, one, equal, EQUAL));
    }
    checks.extend(references.pairs.iter().map(reference));
    checks.extend(tapes.iter().map(data_quality));
    Evidence {
        candidate: subject("this tree", &ours, false),
        baseline: subject("what was accepted", &ours, true),
        on: today(),
        battery,
        runs: ours.iter().filter_map(|one| run(one)).collect(),
        checks,
        trials: None,
        controls: None,
    }
}

fn is_judged(one: &Examined) -> bool {
    one.fresh.as_ref().map_or_else(|| one.case.starts_with(JUDGED_SYSTEM), |fresh| fresh.origin.system == JUDGED_SYSTEM)
}

fn run(one: &Examined) -> Option<Run> {
    let sides = one.sides.as_ref()?;
    Some(Run {
        part: Part::Historical,
        case: one.case.clone(),
        market: sides.market.clone(),
        candidate: sides.now.clone(),
        baseline: sides.accepted.clone(),
    })
}

/// A subject over many cases: its config is the digest of their journals, accepted or now.
fn subject(name: &str, cases: &[&Examined], accepted: bool) -> Subject {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus suite v1");
    let mut version = String::new();
    for one in cases {
        let Some(sides) = &one.sides else { continue };
        let side = if accepted { &sides.accepted } else { &sides.now };
        bytes.put_text(&one.case).put_bytes(&side.origin.journal.0);
        version = one.fresh.as_ref().map_or(version, |fresh| fresh.origin.system_version.clone());
    }
    Subject { name: name.to_owned(), system: JUDGED_SYSTEM.to_owned(), version, config: Digest::of(bytes.as_slice()) }
}
