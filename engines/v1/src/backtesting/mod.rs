//! v1's own book-keeping: cash and long positions, marked at the last close (engines-v1 §8).
//!
//! The account is independent of the harness: it takes v1's orders, fills them at the close with some basis
//! points of slippage against the trader, and keeps cash and shares as integers, so that a ledger of the harness under v1's
//! terms can be compared with it to the last micro-unit. Splits and dividends are not applied.
//!
//! A worked example, at 5 basis points: 10,000 buy 50 shares at a close of 100. The price paid is 100.05, so 4,997.50 stay in cash and
//! the equity is 9,997.50.
//!
//! ```
//! use domain::{ids::Instrument, order::{OrderKind, OrderRequest, Side}, quantity::{Cash, Quantity}};
//! use v1::backtesting::{Account, Slippage};
//! let slippage = Slippage::of_bps(5.0);
//! let mut account = Account::new(Cash::from_micros(10_000_000_000), vec![Quantity::ZERO], slippage);
//! account.mark([(Instrument(0), 100.0)]);
//! let quantity = Quantity::from_micros(50_000_000);
//! account.fill(&OrderRequest { instrument: Instrument(0), side: Side::Buy, kind: OrderKind::Market, quantity, sessions: 1 });
//! assert_eq!(account.cash(), Cash::from_micros(4_997_500_000));
//! assert_eq!(account.equity(), Some(Cash::from_micros(9_997_500_000)));
//! ```

pub mod metrics;
pub mod orders;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::{OrderRequest, Side};
use domain::quantity::{Cash, Price, Quantity};
use domain::report::EngineReport;
use domain::state::Saved;

use crate::tell;
use metrics::Metrics;

/// The name in reports.
pub const ENGINE: &str = "v1.backtesting";

/// What a trade loses to the close, a fraction of it; v1's key `backtest.slippage_bps` (engines-v1 §10).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slippage(f64);

impl Slippage {
    /// So many basis points, at least 0.
    #[must_use]
    pub fn of_bps(bps: f64) -> Self {
        Self(bps / 10_000.0)
    }

    /// The price paid or received at a close.
    #[must_use]
    pub fn price(self, close: f64, side: Side) -> Option<Price> {
        let rate = match side {
            Side::Buy => self.0,
            Side::Sell => -self.0,
        };
        Price::new(close * (1.0 + rate)).ok()
    }
}

/// The paper account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    cash: Cash,
    positions: Vec<Quantity>,
    /// The last close of each instrument; `None` before the first.
    closes: Vec<Option<f64>>,
    trades: u64,
    /// Equity at the end of each day.
    curve: Vec<Cash>,
    slippage: Slippage,
}

impl Account {
    /// An account with cash and positions, before any close.
    #[must_use]
    pub fn new(cash: Cash, positions: Vec<Quantity>, slippage: Slippage) -> Self {
        let closes = vec![None; positions.len()];
        Self { cash, positions, closes, trades: 0, curve: Vec::new(), slippage }
    }

    /// Takes today's closes; an instrument without one keeps its last.
    pub fn mark(&mut self, closes: impl IntoIterator<Item = (Instrument, f64)>) {
        for (instrument, close) in closes {
            if let Some(last) = self.closes.get_mut(instrument.index()) {
                *last = Some(close);
            }
        }
    }

    /// Fills an order at the last close. One that cannot be filled, for want of a price, shares or cash, is skipped.
    pub fn fill(&mut self, order: &OrderRequest) {
        if self.try_fill(order).is_some() {
            self.trades += 1;
        }
    }

    fn try_fill(&mut self, order: &OrderRequest) -> Option<()> {
        let close = (*self.closes.get(order.instrument.index())?)?;
        let value = self.slippage.price(close, order.side)?.value_of(order.quantity).ok()?;
        let held = self.positions[order.instrument.index()];
        let (cash, left) = match order.side {
            Side::Buy => (self.cash.minus(value).ok()?, held.plus(order.quantity).ok()?),
            Side::Sell => (self.cash.plus(value).ok()?, held.minus(order.quantity).ok()?),
        };
        if cash < Cash::ZERO || left < Quantity::ZERO {
            return None;
        }
        (self.cash, self.positions[order.instrument.index()]) = (cash, left);
        Some(())
    }

    /// Free cash.
    #[must_use]
    pub const fn cash(&self) -> Cash {
        self.cash
    }

    /// Cash and positions at their last closes; `None` beyond the range of an amount.
    #[must_use]
    pub fn equity(&self) -> Option<Cash> {
        let mut equity = self.cash;
        for (quantity, close) in self.positions.iter().zip(&self.closes).filter(|(quantity, _)| !quantity.is_zero()) {
            equity = equity.plus(Price::new((*close)?).ok()?.value_of(*quantity).ok()?).ok()?;
        }
        Some(equity)
    }

    /// Ends the day: the equity joins the curve.
    pub fn end_day(&mut self) {
        if let Some(equity) = self.equity() {
            self.curve.push(equity);
        }
    }

    /// Metrics of the curve so far.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        Metrics::of(&self.curve)
    }

    /// Cash, equity and trades; on the first trading day of a month the metrics too.
    pub(crate) fn report(&self, monthly: bool) -> EngineReport {
        let held = self.positions.iter().filter(|quantity| !quantity.is_zero()).count();
        let mut figures = vec![tell::number("cash", self.cash.to_units()), tell::number("positions", held as f64)];
        figures.extend(tell::maybe("equity", self.equity().map(Cash::to_units)));
        figures.push(tell::number("trades", self.trades as f64));
        if monthly {
            let Metrics { total_return, sharpe, max_drawdown } = self.metrics();
            let found = [("total_return", total_return), ("sharpe", sharpe), ("max_drawdown", max_drawdown)];
            figures.extend(found.into_iter().filter_map(|(field, value)| tell::maybe(field, value)));
        }
        tell::decided(ENGINE, figures)
    }

    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_i64(self.cash.micros()).put_u64(self.trades).put_u64(self.positions.len() as u64);
        for (quantity, close) in self.positions.iter().zip(&self.closes) {
            bytes.put_i64(quantity.micros()).put_f64(close.unwrap_or(-1.0));
        }
        bytes.put_u64(self.curve.len() as u64);
        for equity in &self.curve {
            bytes.put_i64(equity.micros());
        }
    }

    pub(crate) fn restore(saved: &mut Saved<'_>, slippage: Slippage) -> Option<Self> {
        let (cash, trades) = (Cash::from_micros(saved.i64()?), saved.u64()?);
        let mut account = Self::new(cash, Vec::new(), slippage);
        account.trades = trades;
        for _ in 0..saved.u64()? {
            account.positions.push(Quantity::from_micros(saved.i64()?));
            account.closes.push(Some(saved.f64()?).filter(|close| *close > 0.0));
        }
        for _ in 0..saved.u64()? {
            account.curve.push(Cash::from_micros(saved.i64()?));
        }
        Some(account)
    }
}
