//! How a pair stands: its record, the two runs as they are now, and the register of expected differences.
//!
//! ```text
//! record there and whole ─ both runs still the recorded ones ─ legs still the recorded ones ─ register explains them
//! ```
//!
//! `check` has the two runs and believes the record's legs as long as both ends are the recorded runs;
//! `reference check` walks every leg anew.

use domain::date::Date;
use domain::quantity::Cash;
use judge::pair::attribution::{Attribution, Departure};
use judge::pair::outputs;
use judge::pair::record::{self, RecordError, StoredRecord};
use judge::pair::register::{Judged, Register};
use judge::pair::run_of::RunOf;
use judge::pair::walk::Walk;
use judge::reference::Comparison;
use serde::Serialize;

use super::{Ends, Pair, records};
use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;
use crate::files::read_text;
use crate::root::Root;

/// How a pair stands.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// The pair.
    pub pair: String,
    /// The gravest of its problems; a pass when there is none.
    pub verdict: Exit,
    /// The case of the reference.
    pub reference: String,
    /// The case of its successor.
    pub successor: String,
    /// The parts of the gap beside what the register expects; absent when there is no attribution.
    pub judged: Option<Judged>,
    /// The comparison of the two runs; absent when there is none.
    pub comparison: Option<Comparison>,
    /// Where a fresh walk left the record; absent when it did not, or nothing was walked.
    pub departure: Option<Departure>,
    /// What went wrong, in the order of the work.
    pub problems: Vec<Problem>,
}

/// What stands over all pairs: the register, the day, and how commands begin.
pub struct Terms<'t> {
    /// The expected differences.
    pub register: &'t Register,
    /// The day on which entries are in force or expired.
    pub today: Date,
    /// Completes a command for a person to copy.
    pub command: &'t dyn Fn(&str) -> String,
}

/// Reads `golden/policy/differences.toml`.
///
/// # Errors
/// [`CliError`] when it is not there or not a register, and for an entry about a pair that does not exist.
pub fn register(root: &Root) -> Result<Register, CliError> {
    let path = root.golden().join("policy").join("differences.toml");
    let label = path.display().to_string();
    let hint = "every difference between v1 and v2 is written down there, with a bound, a reason, an owner and an end";
    if !path.is_file() {
        return Err(CliError::bad_input(format!("{label}: there is no register of expected differences"), hint));
    }
    let register =
        Register::parse(&read_text(&path)?, &label).map_err(|error| CliError::bad_input(error.to_string(), hint))?;
    let known = super::names(root)?;
    if let Some(stranger) = register.pairs().into_iter().find(|pair| !known.iter().any(|name| name == pair)) {
        let offer = crate::suggest::offer("pair", stranger, &known);
        let message = format!("{label}: bounds name the pair `{stranger}`, which does not exist: {offer}");
        return Err(CliError::bad_input(message, "remove the line, or restore scenarios/pairs/"));
    }
    Ok(register)
}

impl Standing {
    /// A pair of which nothing is known yet.
    #[must_use]
    pub fn of(pair: &Pair) -> Self {
        Self {
            pair: pair.name.clone(),
            verdict: Exit::Pass,
            reference: pair.reference.clone(),
            successor: pair.successor.clone(),
            judged: None,
            comparison: None,
            departure: None,
            problems: Vec::new(),
        }
    }

    /// Notes a problem.
    pub fn add(&mut self, problem: Problem) {
        self.verdict = self.verdict.max(problem.verdict);
        self.problems.push(problem);
    }

    /// Holds the two runs of a check against the record; the legs between them are the record's.
    #[must_use]
    pub fn by_record(root: &Root, ends: &Ends, runs: &[RunOf; 2], terms: &Terms<'_>) -> Self {
        let mut standing = Self::of(&ends.pair);
        if let Some(stored) = standing.stored(root, &ends.pair, terms)
            && standing.runs_are_recorded(&stored.record.walk, runs, terms)
        {
            standing.judge(&stored.record.walk.attribution, ends, terms);
            standing.comparison = Some(stored.record.walk.comparison);
        }
        standing
    }

    /// Holds a fresh walk against the record, leg by leg.
    #[must_use]
    pub fn by_walk(root: &Root, ends: &Ends, fresh: &Walk, terms: &Terms<'_>) -> Self {
        let mut standing = Self::of(&ends.pair);
        let stored = standing.stored(root, &ends.pair, terms);
        standing.comparison = Some(fresh.comparison.clone());
        if let Some(stored) = stored {
            standing.hold(&stored.record.walk, fresh, terms);
        }
        standing.judge(&fresh.attribution, ends, terms);
        standing
    }

    fn stored(&mut self, root: &Root, pair: &Pair, terms: &Terms<'_>) -> Option<StoredRecord> {
        match record::read(&records(root), &pair.name) {
            Ok(stored) => Some(stored),
            Err(error) => {
                let check = (terms.command)(&format!("reference check {}", pair.name));
                self.add(Problem::of_error(&error.into(), check));
                None
            }
        }
    }

    fn runs_are_recorded(&mut self, record: &Walk, runs: &[RunOf; 2], terms: &Terms<'_>) -> bool {
        let [reference, successor] = runs;
        // Where another system stood in, the reference's case is not what was recorded: its walk is.
        let own = record.stand_in.is_none().then_some(("reference", &record.reference, reference));
        let moved = own.into_iter().chain([("successor", &record.successor, successor)]);
        let details: Vec<String> = moved
            .filter_map(|(side, recorded, fresh)| Some(format!("{side}: {}", recorded.difference(fresh)?)))
            .collect();
        let same = details.is_empty();
        if !same {
            self.add(Problem {
                verdict: Exit::Regression,
                message: "the difference to the reference is not the recorded one any more".to_owned(),
                details,
                hint: self.how_to_explain(terms),
                reproduce: (terms.command)(&format!("reference check {}", self.pair)),
            });
        }
        same
    }

    fn hold(&mut self, recorded: &Walk, fresh: &Walk, terms: &Terms<'_>) {
        let mut details = Vec::new();
        if let Some((line, was, is)) = outputs::first_difference(&recorded.outputs, &fresh.outputs) {
            details.push(format!("outputs of the reference, line {line}: was `{was}`, is `{is}`"));
        }
        self.departure = fresh.attribution.departs_from(&recorded.attribution);
        details.extend(self.departure.as_ref().map(in_words));
        if recorded.comparison != fresh.comparison && details.is_empty() {
            details.push("the comparison: its figures moved while the legs stayed".to_owned());
        }
        if details.is_empty() {
            return;
        }
        self.add(Problem {
            verdict: Exit::Regression,
            message: "the difference to the reference is not the recorded one any more".to_owned(),
            details,
            hint: self.how_to_explain(terms),
            reproduce: (terms.command)(&format!("reference check {}", self.pair)),
        });
    }

    fn judge(&mut self, attribution: &Attribution, ends: &Ends, terms: &Terms<'_>) {
        let cash: Cash = ends.reference.initial_cash();
        let judged = terms.register.judge(&self.pair, attribution, cash, terms.today);
        let details: Vec<String> = judged.complaints().collect();
        self.judged = Some(judged);
        if !details.is_empty() {
            self.add(Problem {
                verdict: Exit::Regression,
                message: "the register of expected differences does not hold:".to_owned(),
                details,
                hint: "mend what moved, or write it down in golden/policy/differences.toml with a reason".to_owned(),
                reproduce: (terms.command)(&format!("reference explain {}", self.pair)),
            });
        }
    }

    fn how_to_explain(&self, terms: &Terms<'_>) -> String {
        let (explain, record) = (
            (terms.command)(&format!("reference explain {}", self.pair)),
            (terms.command)(&format!("reference record {} --by NAME --reason TEXT", self.pair)),
        );
        format!("`{explain}` names the stage; `{record}` records it, if it is right")
    }
}

/// A departure in a line.
#[must_use]
pub fn in_words(departure: &Departure) -> String {
    let Departure { stage, month, recorded, fresh } = departure;
    let place = month.as_ref().map_or_else(
        || "its decisions moved and its money did not".to_owned(),
        |month| format!("equity at the end of {month} was {recorded}, is {fresh}"),
    );
    match stage.as_str() {
        "reference" => format!("the reference itself went another way: {place}"),
        stage => format!("stage {stage} is the first to go another way: {place}"),
    }
}

impl From<RecordError> for CliError {
    fn from(error: RecordError) -> Self {
        let message = error.to_string();
        match error {
            RecordError::Absent { .. } => {
                Self::evidence_missing(message, "`prometheus reference record PAIR --by NAME --reason TEXT` makes it")
            }
            RecordError::FileSystem { .. } => {
                Self::new(Exit::Environment, message, "check that the folder can be read and written")
            }
            RecordError::Edited { .. } | RecordError::Format { .. } => {
                let hint = "a record changes by `prometheus reference record PAIR --by NAME --reason TEXT` alone; \
                            restore the file from version control";
                Self::bad_input(message, hint)
            }
        }
    }
}
