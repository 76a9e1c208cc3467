//! Double entry in integers.
//!
//! Every movement of money is a posting over a few accounts whose amounts sum to zero, so the ledger as a whole
//! sums to zero after every posting: exactly, in release builds too. A buy of 100 shares at 10 with a cost of 5:
//!
//! ```text
//! cash −1 005   inventory +1 000   costs +5        sum 0
//! ```
//!
//! and a sale of them at 12 with a cost of 6:
//!
//! ```text
//! cash +1 194   inventory −1 000   costs +6   realised −200      sum 0
//! ```
//!
//! ```
//! use domain::quantity::Cash;
//! use replay::ledger::{Account, Ledger};
//! let units = |units: i64| Cash::from_micros(units * 1_000_000);
//! let mut ledger = Ledger::opened_with(units(2_000))?;
//! ledger.post(&[(Account::Cash, units(-1_005)), (Account::Inventory, units(1_000)), (Account::Costs, units(5))])?;
//! assert_eq!(ledger.balance(Account::Cash), units(995));
//! # Ok::<(), domain::quantity::QuantityError>(())
//! ```

use domain::quantity::{Cash, QuantityError};

/// The accounts. Income and capital carry negative balances, as in any ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Account {
    /// Free cash.
    Cash = 0,
    /// What the open positions cost; negative for what short sales brought.
    Inventory = 1,
    /// What the account was opened with.
    Capital = 2,
    /// Profit made real, before costs.
    Realised = 3,
    /// Dividends.
    Dividends = 4,
    /// Costs paid.
    Costs = 5,
}

const ACCOUNTS: usize = 6;

/// Balances that always sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    balances: [Cash; ACCOUNTS],
}

impl Ledger {
    /// A ledger with starting cash.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn opened_with(cash: Cash) -> Result<Self, QuantityError> {
        let mut ledger = Self { balances: [Cash::ZERO; ACCOUNTS] };
        ledger.post(&[(Account::Cash, cash), (Account::Capital, cash.negated())])?;
        Ok(ledger)
    }

    /// Takes up saved balances; `None` when they do not balance.
    #[must_use]
    pub fn from_balances(balances: [Cash; ACCOUNTS]) -> Option<Self> {
        let sum: i128 = balances.iter().map(|cash| i128::from(cash.micros())).sum();
        (sum == 0).then_some(Self { balances })
    }

    /// All balances, in the order of [`Account`].
    #[must_use]
    pub const fn balances(&self) -> &[Cash; ACCOUNTS] {
        &self.balances
    }

    /// One balance.
    #[must_use]
    pub const fn balance(&self, account: Account) -> Cash {
        self.balances[account as usize]
    }

    /// Books one movement.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`]; nothing is booked then.
    ///
    /// # Panics
    /// When the entries do not sum to zero: that is a defect of the harness, never of its input.
    pub fn post(&mut self, entries: &[(Account, Cash)]) -> Result<(), QuantityError> {
        let sum: i128 = entries.iter().map(|(_, amount)| i128::from(amount.micros())).sum();
        assert!(sum == 0, "a posting does not balance: {entries:?}");
        let mut balances = self.balances;
        for (account, amount) in entries {
            balances[*account as usize] = balances[*account as usize].plus(*amount)?;
        }
        self.balances = balances;
        Ok(())
    }

    /// Asserts that the whole ledger sums to zero.
    ///
    /// # Panics
    /// When it does not: a defect.
    pub fn assert_balanced(&self) {
        let sum: i128 = self.balances.iter().map(|cash| i128::from(cash.micros())).sum();
        assert!(sum == 0, "the ledger is out of balance by {sum} micro-units: {:?}", self.balances);
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Ledger};
    use domain::quantity::Cash;

    #[test]
    #[should_panic(expected = "does not balance")]
    fn an_unbalanced_posting_is_a_defect() {
        let mut ledger = Ledger::opened_with(Cash::from_micros(10)).unwrap();
        let _ = ledger.post(&[(Account::Cash, Cash::from_micros(1))]);
    }

    #[test]
    fn an_overflow_books_nothing() {
        let mut ledger = Ledger::opened_with(Cash::from_micros(i64::MAX)).unwrap();
        let before = ledger.clone();
        let one = Cash::from_micros(1);
        assert!(ledger.post(&[(Account::Cash, one), (Account::Realised, one.negated())]).is_err());
        assert_eq!(ledger, before);
    }
}
