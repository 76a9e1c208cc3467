//! A verdict as a folder of text, from which it can be computed anew, offline, byte for byte.
//!
//! | file | holds |
//! |---|---|
//! | `verdict.toml` | decision, findings, the digest of every other file, and the verdict's own id |
//! | `policy.toml` | the policy, as it was |
//! | `calibration.toml` | the error rates behind it, if there are any |
//! | `evidence.toml`, `runs/*.txt` | the evidence |
//!
//! Verifying reads the evidence, asks the gates again, and writes the whole bundle anew in memory: every file must come
//! out as it lies there. So an edit of the evidence changes a digest, an edit of a digest changes the id, an edit of the
//! decision differs from what the gates say, and a bundle that was put together by hand from all of these is a bundle of
//! other evidence, under another id.

use std::collections::BTreeMap;

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::{Decision, Verdict};
use crate::evidence::text::{self, Files};
use crate::evidence::{Evidence, Subject};
use crate::gates::GATES_VERSION;
use crate::gates::calibration::Calibration;
use crate::gates::finding::Finding;
use crate::gates::policy::GatePolicy;

/// The file that holds the decision.
pub const VERDICT_FILE: &str = "verdict.toml";
/// The file that holds the policy.
pub const POLICY_FILE: &str = "policy.toml";
/// The file that holds the calibration.
pub const CALIBRATION_FILE: &str = "calibration.toml";

/// The version of the format.
const FORMAT_VERSION: u32 = 1;

/// A verdict with everything that it was computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// Its id: the digest of everything else in it.
    pub id: Digest,
    /// The evidence.
    pub evidence: Evidence,
    /// The policy.
    pub policy: GatePolicy,
    /// The verdict.
    pub verdict: Verdict,
    /// The digest of the calibration's text, where there is one.
    pub calibration: Option<Digest>,
}

/// Why a bundle was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct BundleError {
    /// The file at fault.
    pub file: String,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// `verdict.toml`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u32,
    gates_version: u32,
    id: Digest,
    decision: Decision,
    reasons: Vec<String>,
    policy: String,
    policy_digest: Digest,
    candidate: Subject,
    baseline: Subject,
    files: BTreeMap<String, Digest>,
    #[serde(rename = "finding", default)]
    findings: Vec<Finding>,
}

/// Judges some evidence and writes the bundle of the verdict.
///
/// # Errors
/// [`BundleError`] for a policy or calibration that cannot be used, and evidence that has no text.
pub fn write(evidence: &Evidence, policy: &str, calibration: Option<&str>) -> Result<(Bundle, Files), BundleError> {
    let mut files = text::render(evidence).map_err(|error| refuse(text::HEAD, error.to_string()))?;
    files.insert(POLICY_FILE.to_owned(), policy.to_owned());
    if let Some(calibration) = calibration {
        files.insert(CALIBRATION_FILE.to_owned(), calibration.to_owned());
    }
    let judged = judge(evidence, policy, calibration)?;
    let digests: BTreeMap<String, Digest> =
        files.iter().map(|(name, text)| (name.clone(), Digest::of(text.as_bytes()))).collect();
    let mut head = Head {
        format: FORMAT_VERSION,
        gates_version: GATES_VERSION,
        id: Digest([0; 32]),
        decision: judged.1.decision,
        reasons: judged.1.reasons(),
        policy: judged.0.name.clone(),
        policy_digest: judged.0.digest,
        candidate: evidence.candidate.clone(),
        baseline: evidence.baseline.clone(),
        files: digests,
        findings: judged.1.findings.clone(),
    };
    // The id is the digest of the text in which the id itself is zeros.
    head.id = Digest::of(rendered(&head)?.as_bytes());
    files.insert(VERDICT_FILE.to_owned(), rendered(&head)?);
    let (policy, verdict) = judged;
    let calibration = calibration.map(|text| Digest::of(text.as_bytes()));
    Ok((Bundle { id: head.id, evidence: evidence.clone(), policy, verdict, calibration }, files))
}

/// Computes the verdict of a bundle anew and holds every byte of it against what lies there.
///
/// # Errors
/// [`BundleError`] naming the first file that is missing, too many, edited, of another format, or not what the gates
/// say.
pub fn verify(files: &Files) -> Result<Bundle, BundleError> {
    let head = files.get(VERDICT_FILE).ok_or_else(|| refuse(VERDICT_FILE, "there is no such file".to_owned()))?;
    let read: Head = toml::from_str(head).map_err(|error| refuse(VERDICT_FILE, error.to_string().trim().to_owned()))?;
    if (read.format, read.gates_version) != (FORMAT_VERSION, GATES_VERSION) {
        let what = format!(
            "format {} of gates {}, and this program verifies format {FORMAT_VERSION} of gates {GATES_VERSION}: use the \
             version of prometheus that wrote it",
            read.format, read.gates_version
        );
        return Err(refuse(VERDICT_FILE, what));
    }
    its_own_id(head, &read)?;
    as_listed(files, &read.files)?;
    let policy = files.get(POLICY_FILE).ok_or_else(|| refuse(POLICY_FILE, "there is no such file".to_owned()))?;
    let parts =
        files.iter().filter(|(name, _)| ![VERDICT_FILE, POLICY_FILE, CALIBRATION_FILE].contains(&name.as_str()));
    let parts: Files = parts.map(|(name, text)| (name.clone(), text.clone())).collect();
    let evidence = text::parse(&parts).map_err(|error| refuse(&error.file.clone(), error.to_string()))?;
    let (bundle, anew) = write(&evidence, policy, files.get(CALIBRATION_FILE).map(String::as_str))?;
    if anew.get(VERDICT_FILE) == Some(head) {
        return Ok(bundle);
    }
    let what = if read.decision == bundle.verdict.decision {
        "what it says of its findings is not what the gates say: it was edited".to_owned()
    } else {
        format!("it says {}, and the gates say {}", read.decision, bundle.verdict.decision)
    };
    Err(refuse(VERDICT_FILE, what))
}

/// Every byte of the verdict's own file is behind its id, so an edit is seen before anything is computed.
fn its_own_id(text: &str, read: &Head) -> Result<(), BundleError> {
    let blank = Head { id: Digest([0; 32]), ..read.clone() };
    let same = rendered(read)? == text && Digest::of(rendered(&blank)?.as_bytes()) == read.id;
    let what = "its id is not the digest of what it says: it was edited";
    if same { Ok(()) } else { Err(refuse(VERDICT_FILE, what.to_owned())) }
}

fn as_listed(files: &Files, listed: &BTreeMap<String, Digest>) -> Result<(), BundleError> {
    for (name, digest) in listed {
        match files.get(name) {
            None => return Err(refuse(name, "the verdict lists it, and it is not there".to_owned())),
            Some(text) if Digest::of(text.as_bytes()) != *digest => {
                return Err(refuse(name, "its digest is not the one that the verdict lists: it was edited".to_owned()));
            }
            Some(_) => {}
        }
    }
    match files.keys().find(|name| *name != VERDICT_FILE && !listed.contains_key(*name)) {
        Some(name) => Err(refuse(name, "the verdict does not list it: it was added".to_owned())),
        None => Ok(()),
    }
}

fn judge(evidence: &Evidence, policy: &str, calibration: Option<&str>) -> Result<(GatePolicy, Verdict), BundleError> {
    let policy = GatePolicy::parse(policy, POLICY_FILE).map_err(|error| refuse(POLICY_FILE, error.what))?;
    let calibration = calibration.map(|text| Calibration::parse(text, CALIBRATION_FILE)).transpose();
    let calibration = calibration.map_err(|error| refuse(CALIBRATION_FILE, error.what))?;
    let verdict = Verdict::of(evidence, &policy, calibration.as_ref());
    Ok((policy, verdict))
}

fn rendered(head: &Head) -> Result<String, BundleError> {
    toml::to_string(head).map_err(|error| refuse(VERDICT_FILE, error.to_string()))
}

fn refuse(file: &str, what: String) -> BundleError {
    BundleError { file: file.to_owned(), what }
}
