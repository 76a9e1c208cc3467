//! Cash and positions, added up from events.
//!
//! A position is a signed number of shares and a basis, the signed cost of what is open. A fill that reduces it
//! takes out the same share of the basis, `basis × closed / held`; what the closing part of the fill brought beyond
//! that is realised. Both are rounded once, half to even, to a micro-unit. After a violation the audit goes on from
//! what the journal says, so one error is told once.

use std::collections::BTreeMap;

use domain::ids::Instrument;
use domain::order::Side;
use domain::quantity::{Cash, Price, Quantity, QuantityError};
use journal::event::{BookMark, Event};

use super::findings::Findings;
use super::{AccountRules, Rule};

/// The account as it follows from the events so far.
pub(super) struct Account {
    rules: AccountRules,
    cash: i128,
    positions: BTreeMap<Instrument, Position>,
    today: Totals,
    first_of_year: bool,
}

#[derive(Clone, Copy, Default)]
struct Position {
    quantity: Quantity,
    basis: Cash,
}

/// What the events of the day add up to.
#[derive(Default)]
struct Totals {
    traded: i128,
    costs: i128,
    realised: i128,
    dividends: i128,
    /// Positions written down, and their values by sign.
    marked: u32,
    long_value: i128,
    short_value: i128,
}

/// A fill, as far as the account cares.
struct Fill {
    instrument: Instrument,
    side: Side,
    quantity: Quantity,
    value: Cash,
    cost: Cash,
    realised: Cash,
}

impl Account {
    pub fn opened_with(cash_micros: i64, rules: AccountRules) -> Self {
        let (positions, today) = (BTreeMap::new(), Totals::default());
        Self { rules, cash: i128::from(cash_micros), positions, today, first_of_year: false }
    }

    pub fn begin_day(&mut self, first_of_year: bool) {
        self.today = Totals::default();
        self.first_of_year = first_of_year;
    }

    pub fn take(&mut self, event: &Event, findings: &mut Findings<'_>) {
        match *event {
            Event::SharesChanged { instrument, before, after } => {
                self.expect_position(instrument, "before", before, findings);
                if after.is_zero() {
                    // Less than half a micro-share is left: what it cost is written off.
                    self.today.realised -= i128::from(self.position(instrument).basis.micros());
                }
                self.set_quantity(instrument, after);
            }
            Event::DividendPaid { instrument, per_share, amount } => {
                let held = self.position(instrument).quantity;
                expect_value("amount", per_share, held, amount, findings);
                self.cash += i128::from(amount.micros());
                self.today.dividends += i128::from(amount.micros());
            }
            Event::PositionSettled { instrument, quantity, price, amount, realised } => {
                self.expect_position(instrument, "quantity", quantity, findings);
                expect_value("amount", price, quantity, amount, findings);
                let expected = amount.minus(self.position(instrument).basis).unwrap_or_default();
                findings.equal(Rule::RealisedExact, "realised", expected, realised);
                self.positions.remove(&instrument);
                self.cash += i128::from(amount.micros());
                self.today.realised += i128::from(realised.micros());
            }
            Event::OrderFilled { instrument, side, quantity, price, value, cost, slippage, realised, .. } => {
                findings.holds(quantity.micros() > 0, Rule::SignsHold, "quantity", "more than zero", quantity);
                findings.holds(cost.micros() >= 0, Rule::SignsHold, "cost", "zero or more", cost);
                findings.holds(slippage.micros() >= 0, Rule::SignsHold, "slippage", "zero or more", slippage);
                expect_value("value", price.get(), quantity, value, findings);
                self.fill(&Fill { instrument, side, quantity, value, cost, realised }, findings);
            }
            Event::PositionMarked { instrument, quantity, price, value } => {
                self.expect_position(instrument, "quantity", quantity, findings);
                expect_value("value", price, quantity, value, findings);
                let micros = i128::from(value.micros());
                self.today.marked += 1;
                *(if micros < 0 { &mut self.today.short_value } else { &mut self.today.long_value }) += micros;
            }
            Event::BookMarked(mark) => self.mark(&mark, findings),
            _ => {}
        }
    }

    fn fill(&mut self, fill: &Fill, findings: &mut Findings<'_>) {
        let position = self.position(fill.instrument);
        match position.after(fill) {
            Ok((after, realised)) => {
                findings.equal(Rule::RealisedExact, "realised", realised, fill.realised);
                if after.quantity.is_zero() {
                    self.positions.remove(&fill.instrument);
                } else {
                    self.positions.insert(fill.instrument, after);
                }
                // Only a fill that makes a position shorter goes short; buying some back does not.
                let sold_short = after.quantity < Quantity::ZERO && fill.side == Side::Sell;
                let forbidden = self.rules.allow_short == Some(false) && sold_short;
                findings.holds(!forbidden, Rule::NoShort, "position", "zero or more shares", after.quantity);
            }
            Err(error) => findings.add(Rule::PositionConserved, "position", &"within the range of shares", &error),
        }
        let signed = i128::from(fill.side.sign()) * i128::from(fill.value.micros());
        self.cash -= signed + i128::from(fill.cost.micros());
        // Only a purchase borrows: what a short position owes at a dividend or a settlement nobody chose to pay.
        let forbidden = self.rules.allow_debt == Some(false) && fill.side == Side::Buy && self.cash < 0;
        findings.holds(!forbidden, Rule::NoDebt, "cash after the purchase", "zero or more", Amount(self.cash));
        self.today.traded += i128::from(fill.value.micros());
        self.today.costs += i128::from(fill.cost.micros());
        self.today.realised += i128::from(fill.realised.micros());
    }

    /// Holds the day's mark against everything that was added up.
    fn mark(&mut self, mark: &BookMark, findings: &mut Findings<'_>) {
        let micros = |amount: Cash| i128::from(amount.micros());
        findings.equal(Rule::CashConserved, "cash", Amount(self.cash), Amount(micros(mark.cash)));
        self.cash = micros(mark.cash);
        let equity = micros(mark.cash) + micros(mark.long_value) + micros(mark.short_value);
        findings.equal(Rule::EquityAdds, "equity", Amount(equity), Amount(micros(mark.equity)));
        findings.holds(mark.long_value >= Cash::ZERO, Rule::EquityAdds, "long_value", "zero or more", mark.long_value);
        findings.holds(
            mark.short_value <= Cash::ZERO,
            Rule::EquityAdds,
            "short_value",
            "zero or less",
            mark.short_value,
        );
        let today = &self.today;
        for (field, expected, found) in [
            ("traded", today.traded, mark.traded),
            ("costs", today.costs, mark.costs),
            ("realised", today.realised, mark.realised),
            ("dividends", today.dividends, mark.dividends),
        ] {
            findings.equal(Rule::TotalsAdd, field, Amount(expected), Amount(micros(found)));
        }
        self.mark_positions(mark, findings);
    }

    /// Counts of positions every day; on a day that writes the positions down, all of them and their value.
    fn mark_positions(&self, mark: &BookMark, findings: &mut Findings<'_>) {
        let held = u32::try_from(self.positions.len()).unwrap_or(u32::MAX);
        findings.equal(Rule::PositionConserved, "positions", held, mark.positions);
        let stale = mark.stale_positions;
        findings.holds(stale <= mark.positions, Rule::PositionConserved, "stale_positions", "at most positions", stale);
        let side_is_empty = |long: bool| self.positions.values().all(|held| (held.quantity > Quantity::ZERO) != long);
        let no_long = side_is_empty(true) && !mark.long_value.is_zero();
        findings.holds(!no_long, Rule::EquityAdds, "long_value", "zero without a long position", mark.long_value);
        let no_short = side_is_empty(false) && !mark.short_value.is_zero();
        findings.holds(!no_short, Rule::EquityAdds, "short_value", "zero without a short position", mark.short_value);
        if self.today.marked == 0 && !self.first_of_year {
            return;
        }
        findings.equal(Rule::PositionConserved, "position_marked events", held, self.today.marked);
        let (long, short) = (i128::from(mark.long_value.micros()), i128::from(mark.short_value.micros()));
        findings.equal(Rule::EquityAdds, "long_value", Amount(self.today.long_value), Amount(long));
        findings.equal(Rule::EquityAdds, "short_value", Amount(self.today.short_value), Amount(short));
    }

    fn position(&self, instrument: Instrument) -> Position {
        self.positions.get(&instrument).copied().unwrap_or_default()
    }

    /// Holds a stated quantity against the derived one, and goes on from the stated one.
    fn expect_position(&mut self, instrument: Instrument, field: &str, stated: Quantity, findings: &mut Findings<'_>) {
        let held = self.position(instrument).quantity;
        if !findings.equal(Rule::PositionConserved, field, held, stated) {
            self.set_quantity(instrument, stated);
        }
    }

    fn set_quantity(&mut self, instrument: Instrument, quantity: Quantity) {
        if quantity.is_zero() {
            self.positions.remove(&instrument);
        } else {
            self.positions.entry(instrument).or_default().quantity = quantity;
        }
    }
}

impl Position {
    /// The position after a fill, and the profit that became real by it.
    fn after(self, fill: &Fill) -> Result<(Self, Cash), QuantityError> {
        let sign = fill.side.sign();
        let (shares, paid) = (sign * fill.quantity.micros(), sign * fill.value.micros());
        let held = self.quantity.micros();
        let closes = held.signum() * shares.signum() < 0;
        let closed = if closes { shares.abs().min(held.abs()) } else { 0 };
        // The closing part of what was paid, and the part of the basis that leaves with it.
        let paid_closing = Cash::from_micros(paid).scaled(closed, shares.abs().max(1))?;
        let basis_closing = self.basis.scaled(closed, held.abs().max(1))?;
        let realised = paid_closing.plus(basis_closing)?.negated();
        let basis = self.basis.minus(basis_closing)?.plus(Cash::from_micros(paid).minus(paid_closing)?)?;
        Ok((Self { quantity: self.quantity.plus(Quantity::from_micros(shares))?, basis }, realised))
    }
}

/// Holds an amount against `price × quantity`. A price of zero is worth nothing: a position may be settled so.
fn expect_value(field: &str, price: f64, quantity: Quantity, stated: Cash, findings: &mut Findings<'_>) {
    let value =
        if price == 0.0 { Ok(Cash::ZERO) } else { Price::new(price).and_then(|price| price.value_of(quantity)) };
    match value {
        Ok(value) => {
            findings.equal(Rule::ValueExact, field, value, stated);
        }
        Err(error) => findings.add(Rule::ValueExact, field, &error, &stated),
    }
}

/// An amount in micro-units beyond the range of [`Cash`], shown as it shows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Amount(i128);

impl std::fmt::Display for Amount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(out, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}
