//! The table of all figures: name, unit and meaning of each, in the order in which every report shows them.

use std::fmt;

use domain::date::Date;
use domain::numeric::{mean, sum};
use domain::quantity::Cash;
use journal::event::{BookMark, JournalDay};
use journal::journal::Journal;
use serde::{Serialize, Serializer};

use super::drawdown::Drawdown;
use super::moments::Moments;
use super::series::{Series, relative_change};
use super::trading::{Counts, TradingDay, gross_exposure, net_exposure};
use super::{returns, tails};

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A civil day.
    Day,
    /// A whole number of days or events.
    Count,
    /// Units of the account's currency.
    Currency,
    /// A fraction: 0.05 is five per cent.
    Fraction,
    /// A fraction a year.
    FractionAYear,
    /// A pure number.
    Ratio,
}

/// The value of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetricValue {
    /// Not defined for this run.
    Absent,
    /// A civil day.
    Day(Date),
    /// A whole number.
    Count(u64),
    /// An amount of money, exact.
    Money(Cash),
    /// A finite number.
    Number(f64),
}

/// One figure with its name and unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// The name, as in [`Metrics`].
    pub name: &'static str,
    /// The unit.
    pub unit: Unit,
    /// The value.
    pub value: MetricValue,
}

macro_rules! metrics_table {
    ($($(#[$meta:meta])* $name:ident: $kind:ty, $unit:ident;)*) => {
        /// All figures of a run. The order of the fields is the order of every report.
        ///
        /// Serialised, an absent figure is `null` and money is a number of currency units.
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        pub struct Metrics {
            $($(#[$meta])* #[doc = concat!(" Unit: ", stringify!($unit), ".")] pub $name: $kind,)*
        }

        impl Metrics {
            /// Every figure with its name and unit, in the fixed order.
            #[must_use]
            pub fn figures(&self) -> Vec<Metric> {
                vec![$(Metric { name: stringify!($name), unit: Unit::$unit, value: self.$name.into() },)*]
            }
        }
    };
}

metrics_table! {
    /// The first trading day.
    first_day: Option<Date>, Day;
    /// The last trading day.
    last_day: Option<Date>, Day;
    /// Trading days in the run.
    trading_days: u64, Count;
    /// Cash before the first day.
    #[serde(serialize_with = "as_units")]
    initial_cash: Cash, Currency;
    /// Equity at the end of the last day.
    #[serde(serialize_with = "as_units")]
    final_equity: Cash, Currency;
    /// Growth of equity from the end of the first day to the end of the last: the product of the daily returns
    /// less one. What trading on the first day itself cost lies before it.
    total_return: Option<f64>, Fraction;
    /// Growth from the starting cash to the last equity; the first day's costs and moves are in.
    total_return_on_cash: Option<f64>, Fraction;
    /// Geometric: `(1 + total_return)^(252 / returns) − 1`.
    annual_return: Option<f64>, FractionAYear;
    /// Sample deviation (ddof 1) of daily returns times √252.
    volatility: Option<f64>, FractionAYear;
    /// Mean over sample deviation (ddof 1), times √252; no risk-free rate.
    sharpe_ratio: Option<f64>, Ratio;
    /// Mean over downside deviation about 0 over all days, times √252.
    sortino_ratio: Option<f64>, Ratio;
    /// The deepest fall of equity from its running maximum; zero or negative.
    max_drawdown: Option<f64>, Fraction;
    /// The day of the maximum that it fell from.
    max_drawdown_peak: Option<Date>, Day;
    /// The day of its lowest point.
    max_drawdown_trough: Option<Date>, Day;
    /// The longest run of trading days below the running maximum; a run still open counts.
    drawdown_days_longest: Option<u64>, Count;
    /// Annual return over the size of the maximum drawdown.
    calmar_ratio: Option<f64>, Ratio;
    /// Historical value at risk at 95 %, as a return: the 5th percentile by linear interpolation, numpy's default.
    var_95_interpolated: Option<f64>, Fraction;
    /// Mean of the returns at or below `var_95_interpolated`.
    cvar_95_interpolated: Option<f64>, Fraction;
    /// Historical value at risk at 95 % as the lower order statistic, numpy's `lower`.
    var_95_lower: Option<f64>, Fraction;
    /// Mean of the returns at or below `var_95_lower`.
    cvar_95_lower: Option<f64>, Fraction;
    /// Value at risk at 95 % of a normal distribution with the sample's mean and deviation (ddof 1).
    var_95_gaussian: Option<f64>, Fraction;
    /// Mean of that distribution below its value at risk.
    cvar_95_gaussian: Option<f64>, Fraction;
    /// Size of the 95th percentile over size of the 5th, both interpolated.
    tail_ratio: Option<f64>, Ratio;
    /// Skew of daily returns, biased: g₁.
    skew_biased: Option<f64>, Ratio;
    /// Skew, sample-adjusted: G₁.
    skew_adjusted: Option<f64>, Ratio;
    /// Excess kurtosis, biased: g₂.
    kurtosis_excess_biased: Option<f64>, Ratio;
    /// Excess kurtosis, sample-adjusted: G₂.
    kurtosis_excess_adjusted: Option<f64>, Ratio;
    /// Sum of gains over sum of losses, about 0.
    omega_ratio: Option<f64>, Ratio;
    /// Share of daily returns above zero.
    hit_rate: Option<f64>, Fraction;
    /// Days on which something was traded.
    rebalances: u64, Count;
    /// Two-way turnover, summed over the rebalances: traded value over the value before trading.
    turnover_total: Option<f64>, Fraction;
    /// Two-way turnover, the mean of a rebalance.
    turnover_per_rebalance: Option<f64>, Fraction;
    /// Two-way turnover a year: the total times 252 over the trading days. Half of it is the one-way figure.
    turnover_annual: Option<f64>, FractionAYear;
    /// Value bought and sold, both counted.
    #[serde(serialize_with = "as_units")]
    traded_value: Cash, Currency;
    /// Costs paid.
    #[serde(serialize_with = "as_units")]
    costs_total: Cash, Currency;
    /// What the fills lost to slippage, in value.
    #[serde(serialize_with = "as_units")]
    slippage_total: Cash, Currency;
    /// Dividends received less dividends paid.
    #[serde(serialize_with = "as_units")]
    dividends_total: Cash, Currency;
    /// Profit made real, before costs.
    #[serde(serialize_with = "as_units")]
    realised_total: Cash, Currency;
    /// Orders that began to work.
    orders: u64, Count;
    /// Fills; each part of a partial fill counts.
    fills: u64, Count;
    /// Orders refused before they worked.
    refusals: u64, Count;
    /// Orders whose rest was cancelled.
    cancels: u64, Count;
    /// Mean over all days of (long − short) / equity, the short value being negative.
    gross_exposure_mean: Option<f64>, Fraction;
    /// Mean over all days of (long + short) / equity, the short value being negative.
    net_exposure_mean: Option<f64>, Fraction;
    /// Mean number of open positions over all days.
    positions_mean: Option<f64>, Count;
}

impl Metrics {
    /// The figures of a journal.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        Self::of_days(Cash::from_micros(journal.manifest.initial_cash_micros), &journal.days)
    }

    /// The figures of some days of a journal, taken as a run of their own that began with `initial_cash`.
    #[must_use]
    pub fn of_days(initial_cash: Cash, days: &[JournalDay]) -> Self {
        let series = Series::of(days);
        let mut metrics = Self { initial_cash, trading_days: days.len() as u64, ..Self::default() };
        metrics.add_growth(&series);
        metrics.add_drawdown(&series);
        // Without returns, for an account that lost everything on the way, what is made of them stays absent.
        metrics.add_returns(&series.returns().unwrap_or_default());
        metrics.add_book(&series.marks);
        metrics.add_trading(days);
        metrics
    }

    fn add_growth(&mut self, series: &Series) {
        let equity = series.equity();
        let (Some(first), Some(last)) = (equity.first(), equity.last()) else { return };
        (self.first_day, self.last_day) = (series.days.first().copied(), series.days.last().copied());
        self.final_equity = *last;
        self.total_return_on_cash = relative_change(self.initial_cash, *last);
        if equity.len() > 1 {
            self.total_return = relative_change(*first, *last);
            self.annual_return = self.total_return.and_then(|growth| returns::annual_return(growth, equity.len() - 1));
        }
    }

    fn add_drawdown(&mut self, series: &Series) {
        let Some(drawdown) = Drawdown::of(&series.equity()) else { return };
        self.max_drawdown = Some(drawdown.deepest);
        self.drawdown_days_longest = Some(drawdown.longest as u64);
        if drawdown.deepest < 0.0 {
            self.max_drawdown_peak = series.days.get(drawdown.peak).copied();
            self.max_drawdown_trough = series.days.get(drawdown.trough).copied();
            self.calmar_ratio = self.annual_return.map(|annual| annual / -drawdown.deepest);
        }
    }

    fn add_returns(&mut self, daily: &[f64]) {
        self.volatility = returns::volatility(daily);
        self.sharpe_ratio = returns::sharpe_ratio(daily);
        self.sortino_ratio = returns::sortino_ratio(daily);
        self.omega_ratio = returns::omega_ratio(daily);
        self.hit_rate = returns::hit_rate(daily);
        self.tail_ratio = tails::tail_ratio(daily);
        (self.var_95_interpolated, self.cvar_95_interpolated) = tails::historical(daily, tails::quantile_interpolated);
        (self.var_95_lower, self.cvar_95_lower) = tails::historical(daily, tails::quantile_lower);
        self.var_95_gaussian = tails::gaussian_value_at_risk(daily, 0.05);
        self.cvar_95_gaussian = tails::gaussian_conditional_value_at_risk(daily, 0.05);
        let Some(moments) = Moments::of(daily) else { return };
        (self.skew_biased, self.skew_adjusted) = (moments.skew_biased(), moments.skew_adjusted());
        self.kurtosis_excess_biased = moments.kurtosis_excess_biased();
        self.kurtosis_excess_adjusted = moments.kurtosis_excess_adjusted();
    }

    fn add_book(&mut self, marks: &[BookMark]) {
        let total = |amount: fn(&BookMark) -> Cash| total_of(marks.iter().map(amount));
        self.traded_value = total(|mark| mark.traded);
        self.costs_total = total(|mark| mark.costs);
        self.dividends_total = total(|mark| mark.dividends);
        self.realised_total = total(|mark| mark.realised);
        let average = |value: fn(&BookMark) -> Option<f64>| {
            marks.iter().map(value).collect::<Option<Vec<f64>>>().and_then(|values| mean(&values))
        };
        self.gross_exposure_mean = average(gross_exposure);
        self.net_exposure_mean = average(net_exposure);
        self.positions_mean = average(|mark| Some(f64::from(mark.positions)));
    }

    fn add_trading(&mut self, days: &[JournalDay]) {
        let Counts { orders, fills, refusals, cancels } = Counts::of(days);
        (self.orders, self.fills, self.refusals, self.cancels) = (orders, fills, refusals, cancels);
        let trading: Vec<TradingDay> = days.iter().filter_map(TradingDay::of).collect();
        self.slippage_total = total_of(trading.iter().map(|day| day.slippage));
        let rebalances: Vec<&TradingDay> = trading.iter().filter(|day| day.is_rebalance()).collect();
        self.rebalances = rebalances.len() as u64;
        let turnovers: Option<Vec<f64>> = rebalances.iter().map(|day| day.turnover()).collect();
        let Some(turnovers) = turnovers.filter(|_| !trading.is_empty()) else { return };
        let total = sum(&turnovers);
        self.turnover_total = Some(total);
        self.turnover_per_rebalance = mean(&turnovers);
        self.turnover_annual = Some(total * returns::DAYS_A_YEAR / trading.len() as f64);
    }
}

/// The exact sum of amounts, held at the ends of the range: a run whose totals leave it has no such ledger.
fn total_of(amounts: impl Iterator<Item = Cash>) -> Cash {
    let sum: i128 = amounts.map(|amount| i128::from(amount.micros())).sum();
    Cash::from_micros(i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX }))
}

fn as_units<S: Serializer>(amount: &Cash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(amount.to_units())
}

impl From<Option<Date>> for MetricValue {
    fn from(value: Option<Date>) -> Self {
        value.map_or(Self::Absent, Self::Day)
    }
}

impl From<Option<f64>> for MetricValue {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Absent, Self::Number)
    }
}

impl From<Option<u64>> for MetricValue {
    fn from(value: Option<u64>) -> Self {
        value.map_or(Self::Absent, Self::Count)
    }
}

impl From<u64> for MetricValue {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}

impl From<Cash> for MetricValue {
    fn from(value: Cash) -> Self {
        Self::Money(value)
    }
}

impl fmt::Display for MetricValue {
    /// Days as `YYYY-MM-DD`, money with six decimals, numbers in their shortest form that reads back to the same
    /// bits, and `-` for what is absent.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => out.pad("-"),
            Self::Day(day) => out.pad(&day.to_string()),
            Self::Count(count) => out.pad(&count.to_string()),
            Self::Money(amount) => out.pad(&amount.to_string()),
            Self::Number(number) => out.pad(&format!("{number:?}")),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Day => "day",
            Self::Count => "count",
            Self::Currency => "currency",
            Self::Fraction => "fraction",
            Self::FractionAYear => "fraction/year",
            Self::Ratio => "ratio",
        })
    }
}
