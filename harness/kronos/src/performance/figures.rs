//! The figures of some days of some runs.
//!
//! The conventions are those of [`judge::metrics`]: simple daily returns from a run's second day on, 252 days a year,
//! a sample deviation, no risk-free rate. The days of a slice need not follow each other; their returns are
//! compounded as if they did. A drawdown never reaches from one run into another.
//!
//! ```
//! use kronos::performance::figures::{Day, Figures};
//! let equity = [100.0, 101.0, 99.0, 103.0, 102.0, 97.0, 105.0];
//! let day = |pair: &[f64]| Day { run: 0, growth: (pair[1] - pair[0]) / pair[0], turnover: Some(0.01) };
//! let figures = Figures::of(&equity.windows(2).map(day).collect::<Vec<Day>>());
//! assert_eq!((figures.days, figures.hit_rate), (6, Some(0.5)));
//! assert!((figures.max_drawdown.ok_or("days")? + 0.058252).abs() < 5e-7); // from 103 to 97
//! assert!((figures.sharpe_ratio.ok_or("spread")? - 3.075227).abs() < 5e-7);
//! assert!((figures.turnover_annual.ok_or("told")? - 2.52).abs() < 1e-12);
//! assert_eq!(Figures::of(&[]).annual_return, None); // of nothing, nothing
//! # Ok::<(), &str>(())
//! ```

use domain::numeric::sum;
use judge::metrics::drawdown::deepest_compounded;
use judge::metrics::returns::{DAYS_A_YEAR, annual_return, hit_rate, sharpe_ratio, volatility};
use serde::Serialize;

/// A day of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// The run, by its place among those of the config.
    pub run: usize,
    /// The simple return of the day.
    pub growth: f64,
    /// Two-way turnover of the day, as a fraction of the account; `None` where it is not defined.
    pub turnover: Option<f64>,
}

/// The figures of some days. What is not defined is absent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// How many days.
    pub days: u64,
    /// The compounded return, as a fraction.
    pub total_return: f64,
    /// Geometric, as a fraction a year.
    pub annual_return: Option<f64>,
    /// Sample deviation of the daily returns times √252.
    pub volatility: Option<f64>,
    /// Mean over sample deviation times √252.
    pub sharpe_ratio: Option<f64>,
    /// The deepest fall from a maximum within a run; zero or negative.
    pub max_drawdown: Option<f64>,
    /// Mean daily two-way turnover times 252; absent where a day of the slice has none.
    pub turnover_annual: Option<f64>,
    /// The share of days with a gain.
    pub hit_rate: Option<f64>,
}

impl Figures {
    /// The figures of days in the order of their runs.
    #[must_use]
    pub fn of(days: &[Day]) -> Self {
        let returns: Vec<f64> = days.iter().map(|day| day.growth).collect();
        let total_return = returns.iter().fold(1.0, |level, growth| level * (1.0 + growth)) - 1.0;
        let turnovers: Option<Vec<f64>> = days.iter().map(|day| day.turnover).collect();
        let daily = turnovers.filter(|turnovers| !turnovers.is_empty());
        Self {
            days: days.len() as u64,
            total_return,
            annual_return: annual_return(total_return, days.len()),
            volatility: volatility(&returns),
            sharpe_ratio: sharpe_ratio(&returns),
            max_drawdown: deepest(days),
            turnover_annual: daily.map(|daily| sum(&daily) / daily.len() as f64 * DAYS_A_YEAR),
            hit_rate: hit_rate(&returns),
        }
    }
}

/// The deepest drawdown of any of the runs; each begins at a level of its own.
fn deepest(days: &[Day]) -> Option<f64> {
    let runs = days.chunk_by(|before, after| before.run == after.run);
    runs.map(|run| deepest_compounded(run.iter().map(|day| day.growth))).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::{Day, Figures};

    fn days(runs: &[&[f64]]) -> Vec<Day> {
        let day = |run: usize, growth: &f64| Day { run, growth: *growth, turnover: Some(0.0) };
        runs.iter().enumerate().flat_map(|(run, growths)| growths.iter().map(move |growth| day(run, growth))).collect()
    }

    #[test]
    fn a_drawdown_stays_within_its_run() {
        let joined = Figures::of(&days(&[&[0.1, -0.2, -0.1]])).max_drawdown.unwrap();
        let apart = Figures::of(&days(&[&[0.1, -0.2], &[-0.1]])).max_drawdown.unwrap();
        assert!((joined + 0.28).abs() < 1e-12 && (apart + 0.2).abs() < 1e-12, "{joined} {apart}");
    }

    #[test]
    fn one_unknown_turnover_makes_the_figure_unknown() {
        let mut some = days(&[&[0.1, 0.2]]);
        assert_eq!(Figures::of(&some).turnover_annual, Some(0.0));
        some[1].turnover = None;
        assert_eq!(Figures::of(&some).turnover_annual, None);
    }
}
