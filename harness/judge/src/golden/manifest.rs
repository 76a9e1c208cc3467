//! The head of a golden: where it came from, who accepted it and why, and the seals over all of it.
//!
//! The manifest is flat text, one fact a line, the version of the format first. Each file of the body has a seal,
//! the digest of its bytes. The last line is the seal of the golden: the digest of every byte of the manifest before
//! it, the seals of the body among them. A changed byte anywhere is found, and a golden is named by its seal.

use domain::date::Date;
use domain::digest::Digest;
use domain::seed::Seed;
use journal::journal::Journal;
use serde::{Deserialize, Serialize};

use super::GoldenError;
use super::scope::Scope;

/// The version of the format of a golden folder.
pub(super) const FORMAT_VERSION: u32 = 1;

/// The files of the body, in the order of their seals.
pub(super) const BODY_FILES: [&str; 4] = ["summary.txt", "daily.txt", "weights.txt", "digests.txt"];

/// The file of the manifest.
pub(super) const MANIFEST_FILE: &str = "manifest.toml";

/// What the last line starts with.
const SEAL_KEY: &str = "seal = ";

/// Where a golden came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The scenario, which is also the name of the case and its folder.
    pub scenario: String,
    /// The digest of the scenario's content.
    pub scenario_digest: Digest,
    /// The decision system.
    pub system: String,
    /// The version of its engines.
    pub system_version: String,
    /// The digest of its config.
    pub config_digest: Digest,
    /// The digest of the tape that the run was given.
    pub tape_digest: Digest,
    /// The digest of the tolerance policy.
    pub policy_digest: Digest,
    /// The seed.
    pub seed: Seed,
    /// The version of the trading day and its execution rules.
    pub replay_version: u32,
    /// The version of the journal's format.
    pub journal_format: u32,
    /// The identity of the run.
    pub run_id: Digest,
    /// The digest of all events of the run.
    pub journal_digest: Digest,
    /// The compiler that built the program.
    pub toolchain: String,
}

/// Who accepted a golden, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// Who.
    pub by: String,
    /// When; the caller names the day, there is no clock here.
    pub on: Date,
    /// Why the new behaviour is right, in a sentence.
    pub reason: String,
    /// Which classes of difference were accepted.
    pub scope: Scope,
}

/// The seals of a golden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seals {
    /// The digests of the files of the body: summary, daily, weights, digests.
    pub body: [Digest; 4],
    /// The digest of the manifest before its last line: the name of the golden.
    pub golden: Digest,
}

/// A manifest as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ManifestText {
    pub origin: Origin,
    pub acceptance: Acceptance,
    pub replaces: Option<Digest>,
    pub seals: Seals,
    pub text: String,
}

/// The keys of the file, in their order, without the last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    golden_format: u32,
    scenario: String,
    scenario_digest: Digest,
    system: String,
    system_version: String,
    config_digest: Digest,
    tape_digest: Digest,
    policy_digest: Digest,
    /// As text: the format's integers end at 2⁶³.
    seed: String,
    replay_version: u32,
    journal_format: u32,
    run_id: Digest,
    journal_digest: Digest,
    toolchain: String,
    accepted_by: String,
    accepted_on: Date,
    reason: String,
    scope: Scope,
    replaces: String,
    summary_seal: Digest,
    daily_seal: Digest,
    weights_seal: Digest,
    digests_seal: Digest,
}

impl Origin {
    /// The origin of a journal's golden.
    #[must_use]
    pub fn of(journal: &Journal, policy_digest: Digest, toolchain: &str) -> Self {
        let (manifest, inputs) = (&journal.manifest, &journal.manifest.inputs);
        Self {
            scenario: inputs.scenario.clone(),
            scenario_digest: inputs.scenario_digest,
            system: inputs.system.clone(),
            system_version: inputs.system_version.clone(),
            config_digest: inputs.config_digest,
            tape_digest: inputs.tape_digest,
            policy_digest,
            seed: inputs.seed,
            replay_version: inputs.replay_version,
            journal_format: inputs.format_version,
            run_id: manifest.run_id,
            journal_digest: manifest.digest,
            toolchain: toolchain.to_owned(),
        }
    }
}

impl ManifestText {
    /// Writes a manifest over a body with these seals.
    pub fn seal(
        origin: &Origin,
        acceptance: &Acceptance,
        replaces: Option<Digest>,
        body: [Digest; 4],
    ) -> Result<Self, GoldenError> {
        let keys = Keys::of(origin, acceptance, replaces, body);
        let refuse = |what: String| GoldenError::Unwritable { file: MANIFEST_FILE.to_owned(), what };
        let sealed = toml::to_string(&keys).map_err(|error| refuse(error.to_string()))?;
        let golden = Digest::of(sealed.as_bytes());
        let text = format!("{sealed}{SEAL_KEY}\"{golden}\"\n");
        let (origin, acceptance) = (origin.clone(), acceptance.clone());
        Ok(Self { origin, acceptance, replaces, seals: Seals { body, golden }, text })
    }

    /// Reads a manifest whose version is the known one: the seal, then the keys.
    pub fn read(path: &str, text: &str) -> Result<Self, GoldenError> {
        let edited = |line: Option<usize>, what: &str| GoldenError::Edited {
            path: path.to_owned(),
            line,
            what: what.to_owned(),
        };
        let no_seal = || edited(Some(text.lines().count()), "the last line is not `seal = \"…\"`");
        let at = text.rfind(&format!("\n{SEAL_KEY}")).ok_or_else(no_seal)? + 1;
        let (sealed, last) = text.split_at(at);
        let golden = Digest::of(sealed.as_bytes());
        let keys: Result<Keys, toml::de::Error> = toml::from_str(sealed);
        if last != format!("{SEAL_KEY}\"{golden}\"\n") {
            let line =
                keys.as_ref().map_or_else(|error| line_of(sealed, error), |keys| keys.first_strange_line(sealed));
            return Err(edited(line, "it does not match its seal"));
        }
        // Sealed and yet not readable: written by hand with a seal of its own.
        let malformed = |error: toml::de::Error| {
            edited(line_of(sealed, &error), &format!("sealed, but not a manifest: {}", error.message()))
        };
        let keys = keys.map_err(malformed)?;
        keys.into_manifest(golden, text).map_err(|what| edited(None, &what))
    }
}

impl Keys {
    fn of(origin: &Origin, acceptance: &Acceptance, replaces: Option<Digest>, body: [Digest; 4]) -> Self {
        let [summary_seal, daily_seal, weights_seal, digests_seal] = body;
        let (origin, acceptance) = (origin.clone(), acceptance.clone());
        Self {
            golden_format: FORMAT_VERSION,
            scenario: origin.scenario,
            scenario_digest: origin.scenario_digest,
            system: origin.system,
            system_version: origin.system_version,
            config_digest: origin.config_digest,
            tape_digest: origin.tape_digest,
            policy_digest: origin.policy_digest,
            seed: origin.seed.0.to_string(),
            replay_version: origin.replay_version,
            journal_format: origin.journal_format,
            run_id: origin.run_id,
            journal_digest: origin.journal_digest,
            toolchain: origin.toolchain,
            accepted_by: acceptance.by,
            accepted_on: acceptance.on,
            reason: acceptance.reason,
            scope: acceptance.scope,
            replaces: replaces.map_or_else(|| "none".to_owned(), |seal| seal.to_string()),
            summary_seal,
            daily_seal,
            weights_seal,
            digests_seal,
        }
    }

    fn into_manifest(self, golden: Digest, text: &str) -> Result<ManifestText, String> {
        let seed = self.seed.parse().map_err(|_| format!("seed is `{}`: expected a number", self.seed))?;
        let replaces = match self.replaces.as_str() {
            "none" => None,
            seal => Some(seal.parse().map_err(|error| format!("replaces: {error}"))?),
        };
        let body = [self.summary_seal, self.daily_seal, self.weights_seal, self.digests_seal];
        let origin = Origin {
            scenario: self.scenario,
            scenario_digest: self.scenario_digest,
            system: self.system,
            system_version: self.system_version,
            config_digest: self.config_digest,
            tape_digest: self.tape_digest,
            policy_digest: self.policy_digest,
            seed: Seed(seed),
            replay_version: self.replay_version,
            journal_format: self.journal_format,
            run_id: self.run_id,
            journal_digest: self.journal_digest,
            toolchain: self.toolchain,
        };
        let (by, on, reason, scope) = (self.accepted_by, self.accepted_on, self.reason, self.scope);
        let acceptance = Acceptance { by, on, reason, scope };
        Ok(ManifestText { origin, acceptance, replaces, seals: Seals { body, golden }, text: text.to_owned() })
    }

    /// The first line that a manifest with these values would not have; a changed value itself leaves no trace.
    fn first_strange_line(&self, sealed: &str) -> Option<usize> {
        let canonical = toml::to_string(self).ok()?;
        let mut lines = sealed.lines().zip(canonical.lines());
        lines.position(|(found, expected)| found != expected).map(|at| at + 1)
    }
}

/// Refuses another format before anything else, so that a newer golden is called newer and not edited.
pub(super) fn check_format(path: &str, text: &str) -> Result<(), GoldenError> {
    let first = text.lines().next().unwrap_or_default();
    let found = first.strip_prefix("golden_format = ").and_then(|number| number.trim().parse::<u32>().ok());
    let path = path.to_owned();
    match found {
        Some(FORMAT_VERSION) => Ok(()),
        Some(found) if found > FORMAT_VERSION => Err(GoldenError::Newer { path, found, known: FORMAT_VERSION }),
        Some(found) => Err(GoldenError::Older { path, found, known: FORMAT_VERSION }),
        None => {
            let what = format!("the first line is `{first}`, expected `golden_format = {FORMAT_VERSION}`");
            Err(GoldenError::Edited { path, line: Some(1), what })
        }
    }
}

fn line_of(text: &str, error: &toml::de::Error) -> Option<usize> {
    error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1)
}
