//! The equal-weighted proxy of each market: what "the market" did, filtered by market.

use domain::facts::InstrumentFact;

use super::ring::Ring;

/// The mean simple return of a market's instruments, day by day.
#[derive(Clone, Debug)]
pub struct MarketProxy {
    /// The market, for example `US_EQ`.
    pub market: String,
    /// The positions of its instruments, ascending.
    pub members: Vec<usize>,
    returns: Ring,
}

/// One proxy for each market among the instruments, ascending by name.
pub(super) fn by_market(instruments: &[InstrumentFact], depth: usize) -> Vec<MarketProxy> {
    let mut markets: Vec<&str> = instruments.iter().map(|fact| fact.market.as_str()).collect();
    markets.sort_unstable();
    markets.dedup();
    let proxy = |market: &str| MarketProxy {
        market: market.to_owned(),
        members: (0..instruments.len()).filter(|at| instruments[*at].market == market).collect(),
        returns: Ring::new(1, depth),
    };
    markets.into_iter().map(proxy).collect()
}

impl MarketProxy {
    /// The mean simple return of `lag` days ago; `None` when no member had one.
    #[must_use]
    pub fn simple_return(&self, lag: usize) -> Option<f64> {
        self.returns.row(lag).map(|row| row[0]).filter(|value| value.is_finite())
    }

    /// Takes today's simple returns of all instruments.
    pub(super) fn take(&mut self, simple: &[f64]) {
        let mut present: Vec<f64> = Vec::with_capacity(self.members.len());
        present.extend(self.members.iter().map(|at| simple[*at]).filter(|value| value.is_finite()));
        self.returns.next_row()[0] = domain::numeric::mean(&present).unwrap_or(f64::NAN);
    }
}
