//! `gate judge`: a candidate against its baseline, through the whole battery, to a verdict.

use std::path::PathBuf;

use domain::digest::{CanonicalBytes, Digest};
use domain::seed::Streams;
use judge::evidence::checks::TrialCount;
use judge::evidence::side::Side;
use judge::evidence::{Evidence, Part, Run};
use judge::metrics::returns;
use judge::trials::count::count;
use judge::trials::ledger::Trial;
use judge::verdict::bundle;

use super::shown::VerdictReport;
use crate::arguments::{Jobs, JsonFlag, one_line};
use crate::battery::evidence::{Arena, Beside};
use crate::battery::session::Session;
use crate::battery::store::{Store, of_ledger, write_files};
use crate::battery::subject::SubjectFile;
use crate::clock::today;
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::Examiner;
use crate::exit::Exit;
use crate::progress::Progress;

/// Judge whether a config may take the place of the active one.
///
/// Candidate and baseline are replayed through every world of the battery; the candidate is audited for determinism and
/// for knowledge of the future; engines, goldens and data are checked. The trial is written into the ledger before the
/// verdict is known. The verdict is a bundle from which anyone can compute it anew: `prometheus verdict verify`.
/// Exit 0: ELIGIBLE. Exit 3: NOT_ELIGIBLE. Exit 5: INSUFFICIENT_EVIDENCE.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus gate judge scenarios/candidates/slower.toml --by \"A. Researcher\"
  prometheus gate judge new.toml --baseline active.toml --by \"A. Researcher\" --out verdict")]
pub struct Arguments {
    /// The candidate's file.
    #[arg(value_name = "FILE")]
    pub candidate: PathBuf,
    /// The baseline's file; v2 as its reference configs have it when not given.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// The policy: a file of golden/policy/ without its .toml; the battery has the same name.
    #[arg(long, value_name = "NAME", default_value = "promotion")]
    pub policy: String,
    /// Who tries; stands in the ledger.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: String,
    /// The folder of ledger and verdicts; kronos/ below the root when not given.
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Another folder for a copy of the bundle.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Judges.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let candidate = SubjectFile::read(&arguments.candidate)?;
    let baseline =
        arguments.baseline.as_ref().map_or_else(|| Ok(SubjectFile::reference()), |file| SubjectFile::read(file))?;
    let session = Session::open(&root, &arguments.policy)?;
    // A config that cannot be is told before minutes of replays.
    for subject in [&candidate, &baseline] {
        subject.subject(&root, context.registry)?;
    }
    let store = Store::of(&root, arguments.store.as_ref());
    // A ledger that is broken is told before minutes of replays.
    store.ledger()?;
    let examiner = Examiner::new(&root, context)?;
    let jobs = arguments.jobs.count();
    let arena =
        Arena { root: &root, registry: context.registry, battery: &session.battery, policy: &session.policy, jobs };
    let progress = Progress::begin(&context.output, "judge", 2 * session.battery.worlds.len());
    let told = |line: &str| progress.step(line);
    let ours = arena.sides(&candidate, &told)?;
    let theirs = arena.sides(&baseline, &told)?;
    progress.end();
    let audits = arena.audits(&candidate)?;
    let checks = session.engine_checks(&root, &examiner, jobs)?;
    let beside = Beside { checks, trials: None, controls: session.controls.clone() };
    let mut evidence = arena.evidence([(&candidate, &ours), (&baseline, &theirs)], audits, &beside)?;
    evidence.trials = Some(try_it(arguments, &store, &session, &evidence)?);
    let (judged, files) = bundle::write(&evidence, &session.policy_text, session.calibration_text.as_deref())
        .map_err(|error| CliError::defect(error.to_string()))?;
    let folder = store.write_bundle(judged.id, &files)?;
    if let Some(out) = &arguments.out {
        write_files(out, &files)?;
    }
    let reproduce = context.command(&format!("verdict verify {}", folder.display()));
    context.output.show(&VerdictReport::of("gate judge", &judged, &reproduce))
}

/// Writes the trial into the ledger and counts what led to it.
fn try_it(
    arguments: &Arguments,
    store: &Store,
    session: &Session,
    evidence: &Evidence,
) -> Result<TrialCount, CliError> {
    let [candidate, baseline] = told(evidence);
    let mut text = String::new();
    for value in &candidate {
        text += &format!("{value:?}\n");
    }
    let days = returns::DAYS_A_YEAR;
    // A candidate that never moves has no ratio, and none is as good as zero.
    let sharpe = returns::sharpe_ratio(&candidate).unwrap_or(0.0) / days.sqrt();
    let windows: Vec<&str> = evidence.of_part(Part::Historical).map(|run| run.case.as_str()).collect();
    let behaviour = behaviour_of(evidence);
    let mut ledger = store.ledger()?;
    let trial = Trial {
        behaviour,
        config: evidence.candidate.config,
        battery: evidence.battery,
        returns: Digest::of(text.as_bytes()),
        days: candidate.len() as u64,
        sharpe,
        on: today().to_string(),
        by: arguments.by.clone(),
        name: evidence.candidate.name.clone(),
        windows: windows.join(", "),
    };
    ledger.append(trial).map_err(|error| of_ledger(&error))?;
    store.write_trial(&ledger, &text)?;
    let kept = store.returns(&ledger);
    count(&ledger, behaviour, &kept, &baseline, Streams::new(session.policy.seed)).map_err(|what| {
        let message = format!("{}: its trials cannot be counted: {what}", store.ledger_file().display());
        CliError::new(Exit::EvidenceMissing, message, "the trial is written; `prometheus gate trials` shows them all")
    })
}

/// The daily returns of both sides over all historical runs, whatever became of them: a candidate without an account left is
/// a trial all the same, and the gates say what they think of it.
fn told(evidence: &Evidence) -> [Vec<f64>; 2] {
    let runs: Vec<&Run> = evidence.of_part(Part::Historical).collect();
    let of = |side: fn(&Run) -> &Side| runs.iter().flat_map(|run| side(run).returns_through_ruin()).collect();
    [of(|run| &run.candidate), of(|run| &run.baseline)]
}

/// What a candidate does: the digests of its historical journals.
pub fn behaviour_of(evidence: &Evidence) -> Digest {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus behaviour v1");
    for run in evidence.of_part(Part::Historical) {
        bytes.put_text(&run.case).put_bytes(&run.candidate.origin.journal.0);
    }
    Digest::of(bytes.as_slice())
}
