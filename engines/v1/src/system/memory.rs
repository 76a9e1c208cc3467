//! What was last said of each name, so that the journal holds changes and not repetitions.
//!
//! A name is told on the day on which its decision or its risk result changes, and on the first trading day of a
//! month. SKIP after nothing is no change.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::state::Saved;

use crate::assessment::DecisionType;
use crate::risk::RiskResult;

/// Nothing was said yet.
const NOTHING: u8 = u8::MAX;

/// The last word on each name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    decisions: Vec<u8>,
    results: Vec<u8>,
}

impl Memory {
    /// Makes room for the instruments of a tape.
    pub(super) fn fit(&mut self, width: usize) {
        self.decisions.resize(width, DecisionType::Skip as u8);
        self.results.resize(width, NOTHING);
    }

    /// Whether a decision is another than the last one.
    pub(super) fn decides(&mut self, instrument: Instrument, decision: DecisionType) -> bool {
        changed(&mut self.decisions[instrument.index()], decision as u8)
    }

    /// Whether a risk result is another than the last one; `None` when the name has no weight.
    pub(super) fn limits(&mut self, instrument: Instrument, result: Option<RiskResult>) -> bool {
        changed(&mut self.results[instrument.index()], result.map_or(NOTHING, |result| result as u8))
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_bytes(&self.decisions).put_bytes(&self.results);
    }

    pub(super) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let (decisions, results) = (saved.bytes()?.to_vec(), saved.bytes()?.to_vec());
        (decisions.len() == results.len()).then_some(Self { decisions, results })
    }
}

fn changed(last: &mut u8, now: u8) -> bool {
    std::mem::replace(last, now) != now
}
