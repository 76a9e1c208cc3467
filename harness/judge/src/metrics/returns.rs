//! Figures of a series of simple daily returns.
//!
//! Conventions, as agreed for every comparison with other tools: simple returns from the second day on, 252
//! trading days a year, no risk-free rate, a target of zero. A figure that would divide by nothing is absent.
//!
//! The equity 100, 101, 99, 103, 102, 97, 105 has six returns, with a mean of 0.00906 and a sample deviation of
//! 0.04676 a day:
//!
//! ```
//! use judge::metrics::returns::{sharpe_ratio, volatility};
//! let equity = [100.0, 101.0, 99.0, 103.0, 102.0, 97.0, 105.0];
//! let returns: Vec<f64> = equity.windows(2).map(|pair| (pair[1] - pair[0]) / pair[0]).collect();
//! assert!((volatility(&returns).ok_or("two returns")? - 0.742258).abs() < 5e-7);
//! assert!((sharpe_ratio(&returns).ok_or("spread")? - 3.075227).abs() < 5e-7);
//! assert_eq!(sharpe_ratio(&[0.01; 9]), None); // no spread, no ratio
//! # Ok::<(), &str>(())
//! ```

use domain::numeric::{exact, mean, sum};

use super::moments::Moments;

/// Trading days in a year.
pub const DAYS_A_YEAR: f64 = 252.0;

/// The geometric annual return, `(1 + growth)^(252 / days) − 1`, of a total `growth` over `days` daily returns.
///
/// `None` without a day, or when more than everything was lost. Computed as `exp_m1(252 / days · ln_1p(growth))`,
/// which keeps the digits of a small growth.
#[must_use]
pub fn annual_return(growth: f64, days: usize) -> Option<f64> {
    (days > 0 && growth >= -1.0).then(|| exact::exp_m1(DAYS_A_YEAR / days as f64 * exact::ln_1p(growth)))
}

/// The annualised volatility: the sample deviation (ddof 1) of daily returns times √252. `None` below two returns.
#[must_use]
pub fn volatility(returns: &[f64]) -> Option<f64> {
    Some(Moments::of(returns)?.deviation_sample()? * DAYS_A_YEAR.sqrt())
}

/// The annualised Sharpe ratio: mean over sample deviation (ddof 1), times √252, without a risk-free rate. `None`
/// below two returns or without spread.
#[must_use]
pub fn sharpe_ratio(returns: &[f64]) -> Option<f64> {
    let moments = Moments::of(returns)?;
    over(moments.mean, moments.deviation_sample()?).map(|daily| daily * DAYS_A_YEAR.sqrt())
}

/// The annualised Sortino ratio: mean over downside deviation, times √252. The downside deviation is
/// `√(Σ min(r, 0)² / n)` over all `n` days, not only the losing ones, about a target of zero. `None` without a
/// losing day.
#[must_use]
pub fn sortino_ratio(returns: &[f64]) -> Option<f64> {
    let squares: Vec<f64> = returns.iter().map(|value| value.min(0.0) * value.min(0.0)).collect();
    over(Moments::of(returns)?.mean, mean(&squares)?.sqrt()).map(|daily| daily * DAYS_A_YEAR.sqrt())
}

/// The omega ratio at a threshold of zero: the sum of gains over the sum of losses. `None` without a loss.
#[must_use]
pub fn omega_ratio(returns: &[f64]) -> Option<f64> {
    let part = |sign: f64| sum(&returns.iter().map(|value| (sign * value).max(0.0)).collect::<Vec<f64>>());
    over(part(1.0), part(-1.0))
}

/// The share of returns above zero; a day without change is no hit. `None` without a return.
#[must_use]
pub fn hit_rate(returns: &[f64]) -> Option<f64> {
    let hits = returns.iter().filter(|value| **value > 0.0).count();
    over(hits as f64, returns.len() as f64)
}

/// A quotient, absent rather than infinite.
pub(super) fn over(dividend: f64, divisor: f64) -> Option<f64> {
    (divisor > 0.0).then(|| dividend / divisor)
}

#[cfg(test)]
mod tests {
    use super::{annual_return, hit_rate, omega_ratio, sharpe_ratio, sortino_ratio, volatility};

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found / expected - 1.0).abs() < 1e-14, "{found} is not {expected}");
    }

    #[test]
    fn by_hand() {
        let returns = [0.02, -0.01, 0.0, 0.03];
        // mean 0.01; squared deviations 1e-4, 4e-4, 1e-4, 4e-4 over 3; one loss of 0.01 over four days.
        close(volatility(&returns), (0.001_f64 / 3.0 * 252.0).sqrt());
        close(sharpe_ratio(&returns), 0.01 / (0.001_f64 / 3.0).sqrt() * 252_f64.sqrt());
        close(sortino_ratio(&returns), 0.01 / (0.0001_f64 / 4.0).sqrt() * 252_f64.sqrt());
        close(omega_ratio(&returns), 5.0);
        assert_eq!(hit_rate(&returns), Some(0.5));
    }

    #[test]
    fn annual_return_compounds() {
        close(annual_return(0.21, 504), 0.1);
        close(annual_return(1e-12, 126), 2e-12 + 1e-24);
        assert_eq!(annual_return(-1.0, 10), Some(-1.0));
        assert_eq!((annual_return(-1.5, 10), annual_return(0.1, 0)), (None, None));
    }

    #[test]
    fn what_divides_by_nothing_is_absent() {
        assert_eq!((volatility(&[0.1]), sharpe_ratio(&[0.1])), (None, None));
        assert_eq!((volatility(&[0.1, 0.1]), sharpe_ratio(&[0.1, 0.1])), (Some(0.0), None));
        assert_eq!((sortino_ratio(&[0.1, 0.2]), omega_ratio(&[0.1, 0.2])), (None, None));
        assert_eq!((hit_rate(&[]), omega_ratio(&[]), sortino_ratio(&[])), (None, None, None));
    }
}
