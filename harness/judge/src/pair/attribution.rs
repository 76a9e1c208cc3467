//! A gap between two systems, taken apart stage by stage.
//!
//! A leg is the reference with the stages up to one taken from the successor. What it ends with, less what the leg
//! before it ended with, is that stage's part of the gap. The first leg is the reference, the last is the successor,
//! so the parts sum to the gap exactly: in integers there is nothing to lose.
//!
//! ```
//! # use std::collections::BTreeMap;
//! use domain::{chain::Stage, digest::Digest, quantity::Cash};
//! use judge::pair::attribution::{Attribution, Leg};
//! let leg = |stage, equity| Leg {
//!     stage, final_equity: Cash::from_micros(equity), moved: None, decisions: Digest::ZERO, months: BTreeMap::new(),
//! };
//! let legs = vec![leg(None, 1_000), leg(Some(Stage::Data), 1_300), leg(Some(Stage::Execution), 1_200)];
//! let attribution = Attribution::new(legs)?;
//! assert_eq!(attribution.gap().micros(), 200);
//! let parts: Vec<(String, i64)> = attribution.parts().map(|part| (part.name(), part.money.micros())).collect();
//! assert_eq!(parts, [("data".to_owned(), 300), ("calendar to execution".to_owned(), -100)]);
//! assert_eq!(attribution.leading().map(|part| part.name()).as_deref(), Some("data"));
//! # Ok::<(), judge::pair::attribution::AttributionError>(())
//! ```

use std::collections::BTreeMap;

use domain::chain::Stage;
use domain::digest::{CanonicalBytes, Digest};
use domain::quantity::Cash;
use journal::event::Phase;
use journal::journal::Journal;
use serde::{Deserialize, Serialize};

/// One run between the reference and the successor.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// The last stage that is taken from the successor; `None` for the reference itself.
    pub stage: Option<Stage>,
    /// Equity after the last day.
    pub final_equity: Cash,
    /// Mean active share to the leg before, from 0 to 1, over the days that both have; absent where there is none.
    pub moved: Option<f64>,
    /// What the run decided and did, day by day; the words of its engines are not part of it.
    pub decisions: Digest,
    /// Equity after the last day of each month, as `2008-09`.
    pub months: BTreeMap<String, Cash>,
}

/// A whole difference in its legs, the reference first.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    legs: Vec<Leg>,
}

/// What one stage, or several that cannot be told apart, added to the gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The first of the stages.
    pub first: Stage,
    /// The last of them.
    pub last: Stage,
    /// What the account gained by them.
    pub money: Cash,
    /// Mean active share between the two legs.
    pub moved: Option<f64>,
}

/// Legs that make no attribution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    /// They do not lead from the reference to the successor in the order of the stages.
    #[error("the legs are {0}: expected the reference first, then stages in their order, execution last")]
    Order(String),
}

/// Where a fresh attribution left the recorded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// The first leg that differs, by its stage; `reference` for the first.
    pub stage: String,
    /// The first month at whose end its equity differs; absent when only decisions differ.
    pub month: Option<String>,
    /// The recorded equity there, or at the end.
    pub recorded: String,
    /// The fresh equity there.
    pub fresh: String,
}

impl Leg {
    /// The leg that a journal is.
    #[must_use]
    pub fn of(stage: Option<Stage>, journal: &Journal, moved: Option<f64>) -> Self {
        let mut months = BTreeMap::new();
        let mut final_equity = Cash::from_micros(journal.manifest.initial_cash_micros);
        for (day, mark) in journal.marks() {
            let (year, month) = day.year_month();
            months.insert(format!("{year:04}-{month:02}"), mark.equity);
            final_equity = mark.equity;
        }
        Self { stage, final_equity, moved, decisions: decisions_of(journal), months }
    }

    /// The name in tables: the stage, or `reference`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.stage {
            None => "reference",
            Some(stage) => stage.name(),
        }
    }
}

/// The digest of all that a run decided and did, by the harness's own lanes: whatever its engines said is left out.
#[must_use]
pub fn decisions_of(journal: &Journal) -> Digest {
    let mut bytes = CanonicalBytes::new();
    for lane in Phase::WITH_LANES.map(Phase::lane) {
        let months = journal.manifest.lane_digests.get(lane);
        bytes.put_text(lane);
        for (month, digest) in months.into_iter().flatten() {
            bytes.put_text(month).put_text(&digest.to_string());
        }
    }
    Digest::of(bytes.as_slice())
}

impl Part {
    /// The stage, or `first to last`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.first == self.last { self.last.name().to_owned() } else { format!("{} to {}", self.first, self.last) }
    }

    /// Whether the stage made any difference at all.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.money != Cash::ZERO || self.moved.is_some_and(|moved| moved != 0.0)
    }
}

impl Attribution {
    /// Takes legs in their order.
    ///
    /// # Errors
    /// [`AttributionError`] for legs that do not lead from the reference to the successor.
    pub fn new(legs: Vec<Leg>) -> Result<Self, AttributionError> {
        let rising = legs.windows(2).all(|pair| pair[0].stage < pair[1].stage);
        let ends = legs.first().is_some_and(|leg| leg.stage.is_none())
            && legs.last().is_some_and(|leg| leg.stage == Some(Stage::Execution));
        if rising && ends {
            return Ok(Self { legs });
        }
        let names: Vec<&str> = legs.iter().map(Leg::name).collect();
        Err(AttributionError::Order(names.join(", ")))
    }

    /// The legs, the reference first, the successor last.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The reference.
    #[must_use]
    pub fn reference(&self) -> &Leg {
        &self.legs[0]
    }

    /// The successor.
    #[must_use]
    pub fn successor(&self) -> &Leg {
        &self.legs[self.legs.len() - 1]
    }

    /// What the successor ended with less what the reference did.
    #[must_use]
    pub fn gap(&self) -> Cash {
        less(self.successor().final_equity, self.reference().final_equity)
    }

    /// The part of each leg but the first, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.legs.windows(2).filter_map(|pair| {
            let last = pair[1].stage?;
            let first = Stage::ALL.into_iter().find(|stage| pair[0].stage.is_none_or(|before| *stage > before))?;
            let money = less(pair[1].final_equity, pair[0].final_equity);
            Some(Part { first, last, money, moved: pair[1].moved })
        })
    }

    /// The part that moves the most money; `None` when no stage moves any.
    #[must_use]
    pub fn leading(&self) -> Option<Part> {
        let size = |part: &Part| part.money.micros().unsigned_abs();
        // The first of equal ones: causes come before what follows from them.
        self.parts().filter(|part| size(part) > 0).fold(None, |best: Option<Part>, part| match best {
            Some(best) if size(&best) >= size(&part) => Some(best),
            _ => Some(part),
        })
    }

    /// The first leg in which this attribution goes another way than the recorded one.
    ///
    /// Every leg from the stage that changed on is another run; the legs before it do not use what changed. So the
    /// first leg that differs names the stage.
    #[must_use]
    pub fn departs_from(&self, recorded: &Self) -> Option<Departure> {
        let at =
            (0..self.legs.len().max(recorded.legs.len())).find(|at| self.legs.get(*at) != recorded.legs.get(*at))?;
        let (fresh, recorded) = (self.legs.get(at), recorded.legs.get(at));
        let stage = fresh.or(recorded).map_or("reference", Leg::name).to_owned();
        let month = |leg: Option<&Leg>, month: &String| leg.and_then(|leg| leg.months.get(month).copied());
        let all: std::collections::BTreeSet<&String> =
            [fresh, recorded].into_iter().flatten().flat_map(|leg| leg.months.keys()).collect();
        let differs = all.into_iter().find(|key| month(fresh, key) != month(recorded, key));
        let text = |leg: Option<&Leg>| {
            let equity = differs.map_or_else(|| leg.map(|leg| leg.final_equity), |key| month(leg, key));
            equity.map_or_else(|| "absent".to_owned(), |equity| equity.to_string())
        };
        Some(Departure { stage, month: differs.cloned(), recorded: text(recorded), fresh: text(fresh) })
    }
}

/// Both are sums of one ledger's amounts, far from the ends of the range.
const fn less(left: Cash, right: Cash) -> Cash {
    Cash::from_micros(left.micros() - right.micros())
}

/// A leg as it stands in a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegLine {
    stage: String,
    final_equity_micros: i64,
    part_micros: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<f64>,
    decisions: Digest,
    months: BTreeMap<String, i64>,
}

/// The legs as they stand in a record, each with its part for whoever reads the file.
pub(super) fn lines_of(attribution: &Attribution) -> Vec<LegLine> {
    let parts = std::iter::once(0).chain(attribution.parts().map(|part| part.money.micros()));
    let line = |(leg, part_micros): (&Leg, i64)| LegLine {
        stage: leg.name().to_owned(),
        final_equity_micros: leg.final_equity.micros(),
        part_micros,
        moved: leg.moved,
        decisions: leg.decisions,
        months: leg.months.iter().map(|(month, equity)| (month.clone(), equity.micros())).collect(),
    };
    attribution.legs.iter().zip(parts).map(line).collect()
}

/// The attribution of recorded legs; the parts that stand there must be those that follow from the equities.
pub(super) fn of_lines(lines: Vec<LegLine>) -> Result<Attribution, String> {
    let leg = |line: &LegLine| {
        let stage = match line.stage.as_str() {
            "reference" => None,
            name => Some(name.parse::<Stage>().map_err(|error| error.to_string())?),
        };
        let months = line.months.iter().map(|(month, equity)| (month.clone(), Cash::from_micros(*equity))).collect();
        let (moved, decisions) = (line.moved, line.decisions);
        Ok::<Leg, String>(Leg {
            stage,
            final_equity: Cash::from_micros(line.final_equity_micros),
            moved,
            decisions,
            months,
        })
    };
    let legs = lines.iter().map(leg).collect::<Result<_, _>>()?;
    let attribution = Attribution::new(legs).map_err(|error| error.to_string())?;
    for (part, line) in attribution.parts().zip(lines.iter().skip(1)) {
        if part.money.micros() != line.part_micros {
            let (name, money, written) = (part.name(), part.money.micros(), line.part_micros);
            return Err(format!("the part of {name} is {written}, and the equities make it {money}"));
        }
    }
    Ok(attribution)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::chain::Stage;
    use domain::digest::Digest;
    use domain::quantity::Cash;

    use super::{Attribution, Leg, lines_of, of_lines};

    fn leg(stage: Option<Stage>, equity: i64) -> Leg {
        let months = BTreeMap::from([("2008-09".to_owned(), Cash::from_micros(equity))]);
        let decisions = Digest::of(&equity.to_le_bytes());
        Leg { stage, final_equity: Cash::from_micros(equity), moved: Some(0.25), decisions, months }
    }

    fn whole(equities: [i64; 8]) -> Attribution {
        let stages = std::iter::once(None).chain(Stage::ALL.into_iter().map(Some));
        Attribution::new(stages.zip(equities).map(|(stage, equity)| leg(stage, equity)).collect()).unwrap()
    }

    #[test]
    fn parts_sum_to_the_gap_and_survive_the_file() {
        let attribution = whole([5, 7, 7, 3, 90, 91, 40, 41]);
        let sum: i64 = attribution.parts().map(|part| part.money.micros()).sum();
        assert_eq!((sum, attribution.gap().micros()), (36, 36));
        assert_eq!(attribution.leading().unwrap().name(), "signal");
        assert_eq!(of_lines(lines_of(&attribution)).unwrap(), attribution);
        let mut lines = lines_of(&attribution);
        lines[3].part_micros += 1;
        assert_eq!(of_lines(lines).unwrap_err(), "the part of universe is -3, and the equities make it -4");
    }

    #[test]
    fn the_first_leg_that_differs_names_the_stage_and_the_month() {
        let recorded = whole([5, 7, 7, 3, 90, 91, 40, 41]);
        let fresh = whole([5, 7, 7, 3, 80, 91, 40, 41]);
        let departure = fresh.departs_from(&recorded).unwrap();
        assert_eq!((departure.stage.as_str(), departure.month.as_deref()), ("signal", Some("2008-09")));
        assert_eq!((departure.recorded.as_str(), departure.fresh.as_str()), ("0.000090", "0.000080"));
        assert_eq!(recorded.departs_from(&recorded), None);
    }

    #[test]
    fn legs_out_of_order_are_refused() {
        let refusal = Attribution::new(vec![leg(None, 1), leg(Some(Stage::Sizing), 2), leg(Some(Stage::Data), 3)]);
        assert!(refusal.unwrap_err().to_string().starts_with("the legs are reference, sizing, data:"));
        assert!(Attribution::new(vec![leg(None, 1)]).is_err() && Attribution::new(Vec::new()).is_err());
    }
}
