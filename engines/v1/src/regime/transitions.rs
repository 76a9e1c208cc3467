//! Where the market goes next: what it did before, tilted by whether warnings rise (engines-v1 §1.4).
//!
//! The base is counted: of all days spent in a state, the share that led to each other one, staying included. The
//! columns of the risk-off states 4 and 5 are multiplied by `1 + 0.05 × (warnings − warnings 5 days ago)`, at least 0,
//! and the row is brought back to a sum of 1. Example: a row of ½ Transition and ½ Grinding with 4 new warnings
//! becomes 0.5 : 0.6, so Grinding has 6/11. A state never left before stays [chosen].

use super::State;

/// Added to the factor of the risk-off columns for each new warning.
const TILT: f64 = 0.05;
/// States with an id.
pub const STATES: usize = 6;

/// How often each state followed each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transitions(pub(super) [[u32; STATES]; STATES]);

impl Transitions {
    /// Counts a day that led from `from` to `to`; UNKNOWN is not counted.
    pub fn count(&mut self, from: State, to: State) {
        if let (Some(from), Some(to)) = (from.id(), to.id()) {
            self.0[usize::from(from) - 1][usize::from(to) - 1] += 1;
        }
    }

    /// The probabilities of the next state from `from`, after `momentum` new warnings; `None` from UNKNOWN.
    #[must_use]
    pub fn probabilities(&self, from: State, momentum: f64) -> Option<[f64; STATES]> {
        let from = usize::from(from.id()?) - 1;
        let total: u32 = self.0[from].iter().sum();
        let mut row = [0.0; STATES];
        if total == 0 {
            row[from] = 1.0;
            return Some(row);
        }
        for (share, count) in row.iter_mut().zip(self.0[from]) {
            *share = f64::from(count) / f64::from(total);
        }
        let base = row;
        for state in [State::RiskOffGrinding, State::RiskOffPanic] {
            row[state as usize] *= (1.0 + TILT * momentum).max(0.0);
        }
        let sum = domain::numeric::sum(&row);
        if sum <= 0.0 {
            return Some(base);
        }
        row.iter_mut().for_each(|share| *share /= sum);
        Some(row)
    }
}
