//! What the register says of the parts of a gap.

use std::fmt;

use domain::chain::Stage;
use domain::date::Date;
use domain::quantity::Cash;
use serde::Serialize;

use super::{Bound, Code, Expected};
use crate::pair::attribution::Part;

/// A pair under the register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The pair.
    pub pair: String,
    /// What the successor ended with less what the reference did, in units of the account's currency.
    #[serde(serialize_with = "crate::pair::exact")]
    pub gap: Cash,
    /// A finding for each part of the gap, in the order of the stages.
    pub findings: Vec<Finding>,
}

/// A part of a gap beside what the register expects of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The stage, or the last of those that cannot be told apart.
    #[serde(skip)]
    pub last: Stage,
    /// The stage, or the stages that cannot be told apart.
    pub stages: String,
    /// The part, in units of the account's currency.
    #[serde(serialize_with = "crate::pair::exact")]
    pub money: Cash,
    /// |part| as a share of the starting cash.
    pub money_share: f64,
    /// Mean active share between the two legs; absent where it could not be measured.
    pub moved: Option<f64>,
    /// What the register allows; absent where no entry speaks of it.
    pub bound: Option<Bound>,
    /// The kind of reason that the register gives.
    pub code: Option<Code>,
    /// The reason.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Until when it may stand.
    pub expires: Option<Date>,
    /// How the two stand together.
    pub state: State,
}

/// How a difference stands with the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No difference, and none expected.
    None,
    /// Expected, and within its bound.
    Expected,
    /// A difference that no entry speaks of.
    Unexplained,
    /// Larger than its bound.
    Larger,
    /// Within its bound, and past its day.
    Expired,
    /// Expected, and not there any more.
    NotObserved,
}

impl Finding {
    pub(super) fn of(part: &Part, cash: Cash, expected: Option<(&Expected, Bound)>, today: Date) -> Self {
        let state = if part.is_seen() { State::Unexplained } else { State::None };
        let mut finding = Self { moved: part.moved, ..Self::bare(part.last, part.name(), part.money, state) };
        finding.money_share = part.money.to_units().abs() / cash.to_units();
        if let Some((entry, bound)) = expected {
            // Against a bound the unmeasurable counts as all there can be: absence is never a pass.
            let moved = part.moved.unwrap_or(1.0);
            finding.state = if !part.is_seen() {
                State::NotObserved
            } else if finding.money_share > bound.money || moved > bound.moved {
                State::Larger
            } else if today > entry.expires {
                State::Expired
            } else {
                State::Expected
            };
            finding.explained_by(entry, bound);
        }
        finding
    }

    /// An entry for a stage that the attribution of the pair does not have.
    pub(super) fn without_part(entry: &Expected, bound: Bound) -> Self {
        let mut finding = Self::bare(entry.stage, entry.stage.name().to_owned(), Cash::ZERO, State::NotObserved);
        finding.explained_by(entry, bound);
        finding
    }

    /// A part of which the register says nothing.
    const fn bare(last: Stage, stages: String, money: Cash, state: State) -> Self {
        let (bound, code, reason, owner, expires) = (None, None, None, None, None);
        Self { last, stages, money, money_share: 0.0, moved: None, bound, code, reason, owner, expires, state }
    }

    fn explained_by(&mut self, entry: &Expected, bound: Bound) {
        self.bound = Some(bound);
        self.code = Some(entry.code);
        self.reason = Some(entry.reason.clone());
        self.owner = Some(entry.owner.clone());
        self.expires = Some(entry.expires);
    }

    /// What is wrong, in a sentence; `None` when nothing is.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let Self { stages, money, money_share, .. } = self;
        let moved = self.moved.map_or_else(|| "not measured".to_owned(), |moved| format!("{moved:.6}"));
        let seen = format!("{stages}: {money} ({:.4} % of the starting cash), moved {moved}", money_share * 100.0);
        let bound = self.bound.map_or_else(String::new, |bound| {
            format!("at most {} of the starting cash and {} moved", bound.money, bound.moved)
        });
        match self.state {
            State::None | State::Expected => None,
            State::Unexplained => Some(format!("{seen}: no entry of the register explains it")),
            State::Larger => Some(format!("{seen}: larger than its bound, {bound}")),
            State::Expired => {
                let day = self.expires.map_or_else(String::new, |day| day.to_string());
                Some(format!("{seen}: its entry expired on {day}"))
            }
            State::NotObserved => Some(format!("{stages}: expected ({bound}) and no longer observed")),
        }
    }
}

impl Judged {
    /// All that is wrong, in the order of the stages.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        self.findings.iter().filter_map(Finding::complaint)
    }
}

impl State {
    /// The state in a word or two.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Expected => "expected",
            Self::Unexplained => "unexplained",
            Self::Larger => "larger",
            Self::Expired => "expired",
            Self::NotObserved => "not observed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text())
    }
}
