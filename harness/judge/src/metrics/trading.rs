//! What was traded: turnover, exposure and counts.
//!
//! **Turnover** of a day is two-way, purchases and sales both counted, over the account's value before trading.
//! The mark holds the value after trading, and trading lowers it by exactly the costs and by what slippage took
//! from the price, so the value before is `equity + costs + slippage`, in integers. This is exact for fills at the
//! close; for fills at the open or at a limit, what the price moved from the fill to the close is the day's profit,
//! not a cost, and stays in.
//!
//! ```
//! use domain::quantity::Cash;
//! use judge::metrics::trading::TradingDay;
//! let units = |units: i64| Cash::from_micros(units * 1_000_000);
//! // 999 000 of 1 000 000 bought at 5 bps, without slippage: 499.50 in costs.
//! let mut day = TradingDay { equity: Cash::from_micros(999_500_500_000), traded: units(999_000), ..TradingDay::default() };
//! day.costs = Cash::from_micros(499_500_000);
//! assert_eq!(day.value_before(), 1_000_000_000_000);
//! assert_eq!(day.turnover(), Some(0.999));
//! ```

use domain::quantity::Cash;
use journal::event::{BookMark, Event, JournalDay};

/// The trading of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TradingDay {
    /// Equity at the day's end.
    pub equity: Cash,
    /// Value bought and sold, both counted.
    pub traded: Cash,
    /// Costs paid.
    pub costs: Cash,
    /// What the fills lost to slippage, in value.
    pub slippage: Cash,
    /// Fills.
    pub fills: u64,
}

impl TradingDay {
    /// The trading of a day with a mark; `None` for a day that lacks one.
    #[must_use]
    pub fn of(day: &JournalDay) -> Option<Self> {
        let Some(Event::BookMarked(mark)) = day.events.last() else { return None };
        let (mut fills, mut slippage) = (0, 0_i64);
        for event in &day.events {
            if let Event::OrderFilled { slippage: lost, .. } = event {
                fills += 1;
                slippage = slippage.saturating_add(lost.micros());
            }
        }
        let BookMark { equity, traded, costs, .. } = *mark;
        Some(Self { equity, traded, costs, slippage: Cash::from_micros(slippage), fills })
    }

    /// The account's value before the day's trading, in micro-units.
    #[must_use]
    pub fn value_before(&self) -> i128 {
        [self.equity, self.costs, self.slippage].iter().map(|amount| i128::from(amount.micros())).sum()
    }

    /// Two-way turnover: traded value over the value before trading. Zero on a day without trade; `None` when
    /// something was traded on an account worth nothing.
    #[must_use]
    pub fn turnover(&self) -> Option<f64> {
        if self.traded.is_zero() {
            return Some(0.0);
        }
        let before = self.value_before();
        (before > 0).then(|| self.traded.micros() as f64 / before as f64)
    }

    /// Whether the day counts as a rebalance: something was traded.
    #[must_use]
    pub const fn is_rebalance(&self) -> bool {
        !self.traded.is_zero()
    }
}

/// How often each thing happened in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orders that began to work.
    pub orders: u64,
    /// Fills, partial ones counted each.
    pub fills: u64,
    /// Orders refused before they worked.
    pub refusals: u64,
    /// Orders whose rest was cancelled.
    pub cancels: u64,
}

impl Counts {
    /// Counts over all days.
    #[must_use]
    pub fn of(days: &[JournalDay]) -> Self {
        let mut counts = Self::default();
        for event in days.iter().flat_map(|day| &day.events) {
            match event {
                Event::OrderPlanned { .. } => counts.orders += 1,
                Event::OrderFilled { .. } => counts.fills += 1,
                Event::OrderRefused { .. } => counts.refusals += 1,
                Event::OrderCancelled { .. } => counts.cancels += 1,
                _ => {}
            }
        }
        counts
    }
}

/// Gross exposure, `(long − short) / equity` with the short value negative; `None` unless equity is positive.
#[must_use]
pub fn gross_exposure(mark: &BookMark) -> Option<f64> {
    exposure(mark, i128::from(mark.long_value.micros()) - i128::from(mark.short_value.micros()))
}

/// Net exposure, `(long + short) / equity` with the short value negative; `None` unless equity is positive.
#[must_use]
pub fn net_exposure(mark: &BookMark) -> Option<f64> {
    exposure(mark, i128::from(mark.long_value.micros()) + i128::from(mark.short_value.micros()))
}

fn exposure(mark: &BookMark, value: i128) -> Option<f64> {
    (mark.equity.micros() > 0).then(|| value as f64 / mark.equity.micros() as f64)
}

#[cfg(test)]
mod tests {
    use super::{TradingDay, gross_exposure, net_exposure};
    use domain::quantity::Cash;
    use journal::event::BookMark;

    #[test]
    fn slippage_and_costs_are_added_back() {
        let amount = Cash::from_micros;
        let day =
            TradingDay { equity: amount(900), traded: amount(500), costs: amount(60), slippage: amount(40), fills: 1 };
        assert_eq!(day.turnover(), Some(0.5));
        assert!(day.is_rebalance());
    }

    #[test]
    fn a_quiet_day_turns_nothing_over_even_without_equity() {
        assert_eq!(TradingDay::default().turnover(), Some(0.0));
        let ruined = TradingDay { traded: Cash::from_micros(1), ..TradingDay::default() };
        assert_eq!(ruined.turnover(), None);
    }

    #[test]
    fn exposure_of_a_long_and_short_book() {
        let amount = Cash::from_micros;
        let mut mark =
            BookMark { equity: amount(100), long_value: amount(80), short_value: amount(-30), ..BookMark::default() };
        assert_eq!((gross_exposure(&mark), net_exposure(&mark)), (Some(1.1), Some(0.5)));
        mark.equity = Cash::ZERO;
        assert_eq!((gross_exposure(&mark), net_exposure(&mark)), (None, None));
    }
}
