//! How a verdict is shown.

use domain::digest::Digest;
use judge::evidence::Subject;
use judge::gates::finding::Finding;
use judge::verdict::Decision;
use judge::verdict::bundle::Bundle;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, table};

/// A verdict with every finding.
#[derive(Serialize)]
pub struct VerdictReport {
    #[serde(skip)]
    command: &'static str,
    id: Digest,
    decision: Decision,
    policy: String,
    policy_digest: Digest,
    candidate: Subject,
    baseline: Subject,
    runs: usize,
    findings: Vec<Finding>,
    reasons: Vec<String>,
    reproduce: String,
}

impl VerdictReport {
    /// The report of a bundle; `reproduce` is the command that computes it anew.
    pub fn of(command: &'static str, bundle: &Bundle, reproduce: &str) -> Self {
        Self {
            command,
            id: bundle.id,
            decision: bundle.verdict.decision,
            policy: bundle.policy.name.clone(),
            policy_digest: bundle.policy.digest,
            candidate: bundle.evidence.candidate.clone(),
            baseline: bundle.evidence.baseline.clone(),
            runs: bundle.evidence.runs.len(),
            findings: bundle.verdict.findings.clone(),
            reasons: bundle.verdict.reasons(),
            reproduce: reproduce.to_owned(),
        }
    }
}

/// How a decision ends the program.
pub const fn exit_of(decision: Decision) -> Exit {
    match decision {
        Decision::Eligible => Exit::Pass,
        Decision::NotEligible => Exit::GateRefused,
        Decision::InsufficientEvidence => Exit::EvidenceMissing,
    }
}

/// The columns of the table of findings.
pub const COLUMNS: [(&str, Align); 5] = [
    ("gate", Align::Left),
    ("ended", Align::Left),
    ("figure", Align::Left),
    ("value", Align::Right),
    ("bound", Align::Left),
];

/// The rows of findings: one a figure, the gate beside the first.
pub fn rows(findings: &[Finding]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for finding in findings {
        let mut first = [finding.gate.clone(), ended(finding)];
        if finding.figures.is_empty() {
            let [gate, ended] = first.clone();
            rows.push(vec![gate, ended, "-".to_owned(), "-".to_owned(), String::new()]);
        }
        for figure in &finding.figures {
            let [gate, ended] = std::mem::take(&mut first);
            rows.push(vec![gate, ended, figure.name.clone(), shorter(&figure.value), figure.bound.clone()]);
        }
    }
    rows
}

/// How a gate ended, and whether that counts.
pub fn ended(finding: &Finding) -> String {
    if finding.advisory { format!("{} (advisory)", finding.outcome) } else { finding.outcome.to_string() }
}

/// A number for people; the JSON and the bundle have all of its digits.
pub fn shorter(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.contains('.') => format!("{number:.4}"),
        _ => value.to_owned(),
    }
}

impl Report for VerdictReport {
    fn command(&self) -> &'static str {
        self.command
    }

    fn exit(&self) -> Exit {
        exit_of(self.decision)
    }

    fn text(&self) -> String {
        let Self { candidate, baseline, policy, runs, findings, reasons, decision, id, reproduce, .. } = self;
        let mut text = format!(
            "candidate  {} ({} {}, {})\nbaseline   {} ({} {}, {})\npolicy     {policy} ({}), {runs} runs\n\n",
            candidate.name,
            candidate.system,
            candidate.version,
            candidate.config.short(),
            baseline.name,
            baseline.system,
            baseline.version,
            baseline.config.short(),
            self.policy_digest.short(),
        );
        text += &table(&COLUMNS, rows(findings));
        if !reasons.is_empty() {
            text += "\nreasons\n";
            for reason in reasons {
                text += &format!("- {reason}\n");
            }
        }
        text + &format!("\nverdict: {decision} ({})\ncompute it anew: {reproduce}\n", id.short())
    }
}
