//! Markets and the sectors inside them: the entities above the instruments.
//!
//! A sector is counted within its market, so that no figure mixes the days of two calendars. A group's log return is
//! that of the market proxy for a market, and the mean log return of its members for a sector.

use domain::view::View;

use crate::windows::Windows;

/// Which entities there are. Markets come first, then sectors, then the instruments.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    pub(super) markets: Vec<String>,
    /// Market and name, ascending.
    pub(super) sectors: Vec<(String, String)>,
    /// For each instrument the position of its sector among all groups.
    sector_of: Vec<Option<usize>>,
    /// For each entity the position of its market.
    pub(super) market_of: Vec<usize>,
}

impl Groups {
    pub(super) fn of(view: &View<'_>, windows: &Windows) -> Self {
        let markets: Vec<String> = windows.proxies().iter().map(|proxy| proxy.market.clone()).collect();
        let facts = view.instruments();
        let pair = |at: usize| facts[at].sector.clone().map(|sector| (facts[at].market.clone(), sector));
        let mut sectors: Vec<(String, String)> = (0..facts.len()).filter_map(pair).collect();
        sectors.sort_unstable();
        sectors.dedup();
        let sector_at = |at: usize| sectors.binary_search(&pair(at)?).ok().map(|found| found + markets.len());
        let sector_of = (0..facts.len()).map(sector_at).collect();
        let market_at = |market: &String| markets.binary_search(market).unwrap_or(0);
        let mut market_of: Vec<usize> = (0..markets.len()).collect();
        market_of.extend(sectors.iter().map(|(market, _)| market_at(market)));
        market_of.extend(facts.iter().map(|fact| market_at(&fact.market)));
        Self { markets, sectors, sector_of, market_of }
    }

    /// Markets and sectors together.
    pub(super) fn count(&self) -> usize {
        self.markets.len() + self.sectors.len()
    }

    /// All entities.
    pub(super) fn entities(&self) -> usize {
        self.market_of.len()
    }

    /// The log returns of the groups `lag` days ago.
    pub(super) fn returns(&self, windows: &Windows, lag: usize, row: &mut [f64]) {
        let markets = self.markets.len();
        for (cell, proxy) in row.iter_mut().zip(windows.proxies()) {
            *cell = proxy.simple_return(lag).map_or(f64::NAN, domain::numeric::exact::ln_1p);
        }
        let sectors = &mut row[markets..];
        let mut counts = vec![0.0_f64; sectors.len()];
        sectors.fill(0.0);
        for (value, sector) in windows.log_returns(lag).unwrap_or_default().iter().zip(&self.sector_of) {
            let Some(sector) = sector else { continue };
            if value.is_finite() {
                sectors[sector - markets] += value;
                counts[sector - markets] += 1.0;
            }
        }
        // A sector without a return divides zero by zero, and NaN is how a row says "absent".
        for (sector, count) in sectors.iter_mut().zip(&counts) {
            *sector /= count;
        }
    }
}
