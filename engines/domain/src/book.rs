//! The account as a system sees it: read only, at the close of the day.

use crate::ids::Instrument;
use crate::quantity::{Cash, Quantity};

/// Cash and positions before the day's trading decision.
#[derive(Clone, Copy, Debug)]
pub struct BookView<'a> {
    /// Free cash.
    pub cash: Cash,
    /// Cash plus the market value of all positions at the close.
    pub equity: Cash,
    /// Shares held, one entry an instrument of the tape; zero where nothing is held.
    pub positions: &'a [Quantity],
}

impl BookView<'_> {
    /// Shares held of one instrument; negative when short.
    #[must_use]
    pub fn position(&self, instrument: Instrument) -> Quantity {
        self.positions.get(instrument.index()).copied().unwrap_or(Quantity::ZERO)
    }

    /// The instruments with a position, ascending.
    pub fn held(&self) -> impl Iterator<Item = (Instrument, Quantity)> + '_ {
        let numbered = (0..).map(Instrument).zip(self.positions.iter().copied());
        numbered.filter(|(_, quantity)| !quantity.is_zero())
    }
}
