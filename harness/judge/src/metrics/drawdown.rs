//! Losses from the running maximum.
//!
//! A drawdown is equity over its running maximum, less one: zero at a maximum and negative below it. The maximum
//! runs from the first day's equity on.
//!
//! ```
//! use domain::quantity::Cash;
//! use judge::metrics::drawdown::Drawdown;
//! let equity = [100, 101, 99, 103, 102, 97, 105].map(Cash::from_micros);
//! let drawdown = Drawdown::of(&equity).ok_or("not empty")?;
//! assert_eq!(drawdown.deepest, -6.0 / 103.0); // −0.058252, from day 3 to day 5
//! assert_eq!((drawdown.peak, drawdown.trough, drawdown.longest), (3, 5, 2));
//! # Ok::<(), &str>(())
//! ```

use domain::quantity::Cash;

use super::series::relative_change;

/// The worst losses of a series of equity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawdown {
    /// The deepest drawdown: zero or negative, below −1 for an account in debt.
    pub deepest: f64,
    /// The position of the maximum that the deepest drawdown fell from.
    pub peak: usize,
    /// The position of its lowest point, the first of equals. Equals `peak` when there was no loss.
    pub trough: usize,
    /// The longest run of days below the running maximum, in trading days; a run that is still open counts.
    pub longest: usize,
}

impl Drawdown {
    /// The drawdown of a series; `None` when it is empty or its running maximum is ever zero or less.
    #[must_use]
    pub fn of(equity: &[Cash]) -> Option<Self> {
        let first = *equity.first()?;
        let (mut worst, mut maximum, mut maximum_at) = (Self::default(), first, 0);
        for (at, value) in equity.iter().copied().enumerate() {
            if value >= maximum {
                (maximum, maximum_at) = (value, at);
            }
            let depth = relative_change(maximum, value)?;
            if depth < worst.deepest {
                (worst.deepest, worst.peak, worst.trough) = (depth, maximum_at, at);
            }
            worst.longest = worst.longest.max(at - maximum_at);
        }
        Some(worst)
    }
}

/// The deepest drawdown of a level that begins at 1 and grows by `returns`; zero or negative.
#[must_use]
pub fn deepest_compounded(returns: impl IntoIterator<Item = f64>) -> f64 {
    let (mut level, mut maximum, mut deepest) = (1.0_f64, 1.0_f64, 0.0_f64);
    for growth in returns {
        level *= 1.0 + growth;
        maximum = maximum.max(level);
        deepest = deepest.min(level / maximum - 1.0);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::Drawdown;
    use domain::quantity::Cash;

    fn of(equity: &[i64]) -> Option<Drawdown> {
        Drawdown::of(&equity.iter().copied().map(Cash::from_micros).collect::<Vec<Cash>>())
    }

    #[test]
    fn no_loss_no_drawdown() {
        assert_eq!(of(&[5, 5, 6, 7]), Some(Drawdown::default()));
        assert_eq!(of(&[5]), Some(Drawdown::default()));
    }

    #[test]
    fn a_return_to_the_maximum_ends_a_run() {
        let found = of(&[10, 9, 10, 8, 9, 9, 10, 9]).unwrap();
        assert_eq!(found, Drawdown { deepest: -0.2, peak: 2, trough: 3, longest: 3 });
    }

    #[test]
    fn an_open_run_counts_and_debt_goes_below_minus_one() {
        assert_eq!(of(&[10, 5, -5]), Some(Drawdown { deepest: -1.5, peak: 0, trough: 2, longest: 2 }));
    }

    #[test]
    fn nothing_to_lose_from() {
        assert_eq!((of(&[]), of(&[0, 1])), (None, None));
    }
}
