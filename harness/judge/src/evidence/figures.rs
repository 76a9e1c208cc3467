//! Figures of a side: what gates compare.
//!
//! Conventions are those of [`crate::metrics`]: simple daily returns from the second day on, 252 days a year, no
//! risk-free rate, drawdown from the running maximum and negative, turnover two-way. A figure that is not defined is
//! absent, and a gate that needs it finds its evidence missing.

use domain::numeric::{mean, sum};
use domain::quantity::Cash;

use super::side::{Side, SideDay};
use crate::metrics::drawdown::Drawdown;
use crate::metrics::returns;
use crate::metrics::series::relative_change;

impl Side {
    /// Whether the run reached the last day of its scenario.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.days.last().is_some_and(|day| day.on == self.origin.last_day)
    }

    /// Daily simple returns from the second day on; `None` for fewer than two days, or an account that lost
    /// everything.
    #[must_use]
    pub fn returns(&self) -> Option<Vec<f64>> {
        returns_of(&self.days)
    }

    /// The same where an account that lost everything stands still from the next day on: what a ledger keeps of a run
    /// whose returns no gate can use.
    #[must_use]
    pub fn returns_through_ruin(&self) -> Vec<f64> {
        self.days.windows(2).map(|pair| relative_change(pair[0].equity, pair[1].equity).unwrap_or(0.0)).collect()
    }

    /// Annual Sharpe ratio of the run.
    #[must_use]
    pub fn sharpe(&self) -> Option<f64> {
        returns::sharpe_ratio(&self.returns()?)
    }

    /// Deepest fall of equity from its running maximum; zero or negative.
    #[must_use]
    pub fn drawdown(&self) -> Option<f64> {
        let equity: Vec<Cash> = self.days.iter().map(|day| day.equity).collect();
        Drawdown::of(&equity).map(|drawdown| drawdown.deepest)
    }

    /// Two-way turnover a year.
    #[must_use]
    pub fn turnover(&self) -> Option<f64> {
        let traded: Vec<f64> = self.days.iter().filter_map(|day| day.turnover).collect();
        (!self.days.is_empty()).then(|| sum(&traded) * returns::DAYS_A_YEAR / self.days.len() as f64)
    }

    /// Costs and slippage a year, as a fraction of mean equity; `None` where the source does not tell costs.
    #[must_use]
    pub fn costs(&self) -> Option<f64> {
        let costs: Option<Vec<f64>> = self.days.iter().map(|day| day.costs.map(|costs| costs.to_units())).collect();
        let equity: Vec<f64> = self.days.iter().map(|day| day.equity.to_units()).collect();
        let mean = mean(&equity).filter(|mean| *mean > 0.0)?;
        Some(sum(&costs?) / mean * returns::DAYS_A_YEAR / self.days.len() as f64)
    }

    /// Breaches of the mandate over all days; `None` where nobody looked on some day.
    #[must_use]
    pub fn breaches(&self) -> Option<u64> {
        self.days.iter().map(|day| day.breaches.map(u64::from)).sum()
    }

    /// Returns over every `horizon` days, overlapping; empty for a run that is shorter.
    #[must_use]
    pub fn horizon_returns(&self, horizon: usize) -> Vec<f64> {
        let pairs = self.days.iter().zip(self.days.iter().skip(horizon));
        pairs.filter_map(|(before, after)| relative_change(before.equity, after.equity)).collect()
    }

    /// Writes the account anew from its first day on: a day whose return was r now returns `other(day, r)`. A side
    /// without returns stays as it is.
    pub fn restate(&mut self, other: impl Fn(&SideDay, f64) -> f64) {
        let (Some(returns), Some(first)) = (self.returns(), self.days.first()) else { return };
        let mut equity = first.equity.to_units();
        for (day, value) in self.days.iter_mut().skip(1).zip(returns) {
            equity *= 1.0 + other(day, value);
            day.equity = Cash::from_units(equity).unwrap_or_default();
        }
    }
}

/// Simple returns between neighbouring days.
pub(crate) fn returns_of(days: &[SideDay]) -> Option<Vec<f64>> {
    let returns: Option<Vec<f64>> =
        days.windows(2).map(|pair| relative_change(pair[0].equity, pair[1].equity)).collect();
    returns.filter(|returns| !returns.is_empty())
}

#[cfg(test)]
mod tests {
    use domain::quantity::Cash;

    use crate::gates::tests::fixture::side;

    #[test]
    fn a_ruined_account_has_a_record_and_no_returns() {
        let mut side = side("ruin", 60);
        assert_eq!(side.returns(), Some(side.returns_through_ruin()));
        side.days.iter_mut().skip(30).for_each(|day| day.equity = Cash::default());
        let told = side.returns_through_ruin();
        assert_eq!((side.returns(), told.len()), (None, 59));
        assert_eq!((told[29], told[30]), (-1.0, 0.0));
    }
}
