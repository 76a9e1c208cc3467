//! A case under examination.
//!
//! ```text
//! scenario ─ replayed in a fresh process ─ and in a second, warmed one ─ journals compared
//!          ─ ledger derived anew ─ held against the golden, event by event where its journal is stored
//! ```
//!
//! Whatever goes wrong becomes a [`Problem`] of the case; the other cases go on. A journal that agrees with its golden,
//! or that is the first of a case without one, is kept in the store; any other stays in the workshop until it is
//! accepted, so that the store holds what later runs are to be compared with.

mod examined;
mod problem;
mod workshop;

use std::fs;
use std::path::{Path, PathBuf};

use ::journal::journal::Journal;
use ::journal::store;
use domain::digest::Digest;
use judge::audit::{AccountRules, audit_under};
use judge::diff::first_difference;
use judge::evidence::breaches::Breaches;
use judge::evidence::side::Side;
use judge::gates::policy::GatePolicy;
use judge::golden::accept::Places;
use judge::golden::compare::{Comparison, compare, compare_journals};
use judge::golden::{EditedLine, Golden, GoldenError, StoredGolden, edited_line};
use judge::policy::Policy;
use replay::scenario::Scenario;

use crate::apart::{Apart, Start};
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::{make_folder, remove_folder};
use crate::library::Library;
use crate::root::Root;
use crate::table::count;

pub use examined::{CaseSides, Examined, GoldenState, Run};
pub use problem::Problem;
use workshop::Workshop;

/// The system whose cases gates judge.
pub const JUDGED_SYSTEM: &str = "v2";

/// The compiler that built this program.
const TOOLCHAIN: &str = env!("PROMETHEUS_TOOLCHAIN");

/// Examines cases. Shared by the threads that wait for the children.
#[derive(Debug)]
pub struct Examiner {
    root: Root,
    apart: Apart,
    workshop: Workshop,
    policy: Policy,
    /// Where buckets of stability part, when gates are to judge what was examined.
    stability_bounds: Option<Vec<f64>>,
    /// What every command for a person starts with.
    program: String,
}

/// How often a case is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Once, in a fresh process.
    Once,
    /// Twice, in two fresh processes, the second of them warmed.
    Twice,
}

impl Examiner {
    /// An examiner for the root of `context`.
    ///
    /// # Errors
    /// [`CliError`] for a tolerance policy that cannot be used.
    pub fn new(root: &Root, context: &Context<'_>) -> Result<Self, CliError> {
        let policy = Policy::read(&root.golden().join("policy").join("tolerance.toml")).map_err(|error| {
            CliError::bad_input(error.to_string(), "nothing can be judged without golden/policy/tolerance.toml")
        })?;
        let (apart, workshop) = (Apart::new(root)?, Workshop::take(root)?);
        let program = context.command("");
        Ok(Self { root: root.clone(), apart, workshop, policy, stability_bounds: None, program })
    }

    /// The same, and what gates of `policy` judge by is read off the journals on the way.
    #[must_use]
    pub fn judged_by(mut self, policy: &GatePolicy) -> Self {
        self.stability_bounds = Some(policy.stability_bounds.clone());
        self
    }

    /// The tolerances.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where goldens lie, and where replaced ones are kept.
    #[must_use]
    pub fn places(&self) -> Places {
        Places { golden: self.root.golden(), undo: self.root.join(".prometheus/golden-undo") }
    }

    /// A command on this root, for a person to copy.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        format!("{}{words}", self.program)
    }

    /// Replays a case and holds it against everything that it must agree with.
    #[must_use]
    pub fn examine(&self, case: &str, depth: Depth) -> Examined {
        let mut examined = Examined::of(case);
        match Library::of(&self.root).case(case) {
            Ok(scenario) => self.examine_scenario(&scenario, depth, &mut examined),
            Err(error) => {
                let command = self.command(&format!("scenario describe {case}"));
                examined.add(Problem::of_error(&error, command));
            }
        }
        examined
    }

    /// Replays a case, or a scenario file, once into a folder of the workshop and reads the journal back.
    ///
    /// # Errors
    /// The error that the child ended with.
    pub fn replay(&self, name_or_path: &str, folder: &str) -> Result<Journal, CliError> {
        self.apart.replay(name_or_path, &self.workshop.folder().join(folder).join("repro"), Start::Cold)
    }

    /// Holds the journal of a scenario against its ledger; nothing is replayed or kept.
    #[must_use]
    pub fn balance(&self, scenario: &Scenario, journal: &Journal) -> Examined {
        let mut examined = Examined::of(&scenario.name);
        examined.run = Some(Run::of(journal));
        self.audit(scenario, journal, &mut examined);
        examined
    }

    /// Holds the journal of a scenario against its ledger and its golden; nothing is replayed or kept.
    #[must_use]
    pub fn hold(&self, scenario: &Scenario, journal: &Journal) -> Examined {
        let mut examined = self.balance(scenario, journal);
        self.compare(scenario, journal, &mut examined);
        examined
    }

    fn examine_scenario(&self, scenario: &Scenario, depth: Depth, examined: &mut Examined) {
        let workshop = self.workshop.folder().join(&scenario.name);
        let folder = workshop.join("first");
        let first = match self.apart.replay(&scenario.name, &folder, Start::Cold) {
            Ok(journal) => journal,
            Err(error) => {
                let command = self.command(&format!("replay {} --fresh", scenario.name));
                return examined.add(Problem::of_error(&error, command));
            }
        };
        examined.run = Some(Run::of(&first));
        if depth == Depth::Twice {
            self.repeat(&first, &workshop.join("second"), examined);
        }
        self.audit(scenario, &first, examined);
        self.compare(scenario, &first, examined);
        match self.keep(&folder, &first, examined) {
            Ok(folder) => examined.folder = Some(folder),
            Err(error) => {
                examined.add(Problem::of_error(&error, self.command(&format!("check --case {}", scenario.name))))
            }
        }
    }

    /// The second run, and the first place where it goes another way.
    fn repeat(&self, first: &Journal, folder: &Path, examined: &mut Examined) {
        let reproduce = self.command(&format!("check --case {}", examined.case));
        let second = match self.apart.replay_unread(&examined.case, folder, Start::Warmed) {
            // Equal digests are equal journals, so only another one is looked into.
            Ok(digest) if digest == first.manifest.digest => return,
            Ok(_) => store::open(folder).map_err(CliError::from),
            Err(error) => Err(error),
        };
        let second = match second {
            Ok(second) => second,
            Err(error) => return examined.add(Problem::of_error(&error, reproduce)),
        };
        let Some(difference) = first_difference(first, &second) else { return };
        examined.add(Problem {
            verdict: Exit::NotDeterministic,
            message: "two runs of the same inputs differ; the first difference:".to_owned(),
            details: vec![difference.to_string()],
            hint:
                "look for a clock, a hash map, an unseeded draw, a static that outlives a run, or a sum across threads"
                    .to_owned(),
            reproduce,
        });
    }

    fn audit(&self, scenario: &Scenario, journal: &Journal, examined: &mut Examined) {
        let rules = AccountRules {
            allow_short: Some(scenario.account.allow_short),
            allow_debt: Some(scenario.account.allow_debt),
        };
        let violations = audit_under(journal, rules);
        if !violations.is_empty() {
            examined.add(Problem {
                verdict: Exit::Defect,
                message: format!("the ledger, derived anew, does not agree in {}:", count(violations.len(), "place")),
                details: violations.iter().map(ToString::to_string).collect(),
                hint: "the replay is wrong, or the journal was edited".to_owned(),
                reproduce: self.command(&format!("check --case {}", examined.case)),
            });
        }
    }

    fn compare(&self, scenario: &Scenario, journal: &Journal, examined: &mut Examined) {
        let fresh = Golden::from_journal(journal, &self.policy, TOOLCHAIN);
        match judge::golden::read(&self.root.golden().join(&examined.case)) {
            Ok(stored) => {
                // Gates judge the generation that is to be promoted; reading a journal's days anew is not free.
                if let Some(bounds) = &self.stability_bounds
                    && stored.golden.origin.system == JUDGED_SYSTEM
                {
                    examined.sides = sides(scenario, journal, &stored, bounds);
                }
                let comparison = self.hold_against(&stored, &fresh, journal);
                examined.golden = GoldenState::of(&comparison);
                if !comparison.passes() {
                    examined.add(self.regression(&comparison));
                }
                examined.comparison = Some(comparison);
            }
            Err(error) => {
                examined.golden = if error.is_absent() { GoldenState::Missing } else { GoldenState::Refused };
                examined.add(self.unusable(&examined.case, &self.with_line(error, &examined.case, &fresh)));
            }
        }
        examined.fresh = Some(fresh);
    }

    /// Event by event where the journal of the accepted run is stored, else by the golden's own lines.
    fn hold_against(&self, stored: &StoredGolden, fresh: &Golden, journal: &Journal) -> Comparison {
        let origin = &stored.golden.origin;
        if origin.journal_digest != journal.manifest.digest {
            let accepted = self.root.journals().join(origin.run_id.to_string());
            if let Ok(accepted) = store::open(&accepted) {
                return compare_journals(stored, fresh, &self.policy, &accepted, journal);
            }
        }
        compare(stored, fresh, &self.policy)
    }

    fn regression(&self, comparison: &Comparison) -> Problem {
        let case = &comparison.case;
        let mut details: Vec<String> = comparison.findings.iter().map(ToString::to_string).collect();
        details.extend(comparison.versions.iter().map(|version| format!("version   {version}")));
        Problem {
            verdict: Exit::Regression,
            message: format!("{}; the first differences:", differs(comparison)),
            details,
            hint: format!(
                "`{}` shows all of it; {}",
                self.command(&format!("golden diff {case}")),
                self.how_to_accept(case)
            ),
            reproduce: self.command(&format!("repro {case}")),
        }
    }

    fn how_to_accept(&self, case: &str) -> String {
        let accept = self.command(&format!("golden accept {case} --by NAME --reason TEXT"));
        format!("`{accept}` accepts it, if it is right")
    }

    /// The same findings for a reader who sees all of them, and needs no other command for that.
    #[must_use]
    pub fn in_full(&self, mut examined: Examined) -> Examined {
        let Some(comparison) = &examined.comparison else { return examined };
        for problem in examined.problems.iter_mut().filter(|problem| problem.verdict == Exit::Regression) {
            problem.message = format!("{}:", differs(comparison));
            problem.hint = self.how_to_accept(&examined.case);
        }
        examined
    }

    /// An edited golden with the line that was edited, where the run still does what was accepted and so tells it.
    fn with_line(&self, error: GoldenError, case: &str, fresh: &Golden) -> GoldenError {
        let edited = matches!(error, GoldenError::Edited { .. });
        match edited.then(|| edited_line(&self.root.golden().join(case), fresh)).flatten() {
            Some(EditedLine { path, line, found, accepted }) => {
                let text = |line: &str| if line.is_empty() { "no line".to_owned() } else { format!("`{line}`") };
                let what = format!("{} stands there, and {} was accepted", text(&found), text(&accepted));
                GoldenError::Edited { path, line: Some(line), what }
            }
            None => error,
        }
    }

    fn unusable(&self, case: &str, error: &GoldenError) -> Problem {
        let (verdict, hint) = match error {
            GoldenError::NoGolden { .. } => {
                let accept = self.command(&format!("golden accept {case} --by NAME --reason TEXT"));
                (Exit::EvidenceMissing, format!("review the run, then `{accept}`"))
            }
            error if error.is_environment() => (Exit::Environment, "check that the folder can be read".to_owned()),
            _ => (Exit::BadInput, "a golden changes by `golden accept` and `golden undo` alone".to_owned()),
        };
        let reproduce = self.command(&format!("golden check {case}"));
        Problem { verdict, message: error.to_string(), details: Vec::new(), hint, reproduce }
    }

    /// Moves the journal to the store when it may stand there, and says where it lies.
    fn keep(&self, folder: &Path, journal: &Journal, examined: &Examined) -> Result<PathBuf, CliError> {
        let run_id = journal.manifest.run_id;
        let place = self.root.journals().join(run_id.to_string());
        let stored = store::open(&place).ok().map(|stored| stored.manifest.digest);
        if stored == Some(journal.manifest.digest) {
            return Ok(place);
        }
        let accepted = examined.golden == GoldenState::Equal && examined.verdict == Exit::Pass;
        let first = stored.is_none() && examined.golden == GoldenState::Missing;
        let repeats = examined.verdict != Exit::NotDeterministic;
        if repeats && (accepted || first) { self.store(folder, run_id) } else { Ok(folder.to_owned()) }
    }

    /// Puts a journal into the store, in the place of whatever lay there under its run id.
    ///
    /// # Errors
    /// [`CliError`] when the file system refuses.
    pub fn store(&self, folder: &Path, run_id: Digest) -> Result<PathBuf, CliError> {
        let place = self.root.journals().join(run_id.to_string());
        if folder != place {
            make_folder(&self.root.journals())?;
            remove_folder(&place)?;
            fs::rename(folder, &place).map_err(|error| CliError::file("keep the journal", &place, &error))?;
        }
        Ok(place)
    }
}

/// The run and what was accepted, as a gate sees them: the run should end where the accepted one did.
fn sides(scenario: &Scenario, journal: &Journal, stored: &StoredGolden, bounds: &[f64]) -> Option<CaseSides> {
    let accepted = Side::of_golden(&stored.golden, scenario.initial_cash())?;
    let now = Side::of_journal(journal, accepted.origin.last_day, &Breaches::default(), bounds);
    Some(CaseSides { market: scenario.market.calendar.clone(), now, accepted })
}

fn differs(comparison: &Comparison) -> String {
    let class = comparison.class().map_or_else(String::new, |class| class.to_string());
    format!("the run differs from its golden, at worst in {class}")
}
