//! The daily figures by instrument: flags, weakness, and the fundamentals that assessment reads.

use domain::facts::{ActionKind, TextKind};
use domain::ids::Instrument;
use domain::view::View;

use super::company;
use super::config::ProfilesConfig;
use super::fields::series::{DIVIDENDS, EQUITY, FREE_CASH_FLOW, NET_INCOME, SHARES, TOTAL_ASSETS, TOTAL_LIABILITIES};
use super::issuers::Issuer;
use crate::column::Column;
use crate::windows::Features;

/// What assessment reads of statements, by instrument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fundamentals {
    /// Net income / market value.
    pub earnings_yield: Column,
    /// Equity / market value.
    pub book_to_price: Column,
    /// Free cash flow / market value.
    pub fcf_yield: Column,
    /// Net income / equity; absent for equity at or below zero.
    pub roe: Column,
    /// Gross profit / revenue.
    pub gross_margin: Column,
    /// Liabilities / total assets: unlike a ratio to equity it stays in order when equity is negative.
    pub leverage: Column,
    /// Accruals / total assets.
    pub accruals: Column,
    /// Cash dividends of 365 days per share of today / close, else dividends per share / close.
    pub dividend_yield: Column,
}

impl Fundamentals {
    /// What is known where there are neither statements nor dividends.
    pub(super) fn absent(width: usize) -> Self {
        let absent = || Column::absent(width);
        Self {
            earnings_yield: absent(),
            book_to_price: absent(),
            fcf_yield: absent(),
            roe: absent(),
            gross_margin: absent(),
            leverage: absent(),
            accruals: absent(),
            dividend_yield: absent(),
        }
    }
}

/// The flags by instrument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlagColumns {
    /// min(1, volatility / 0.02).
    pub vol_flag: Column,
    /// min(1, drawdown / 0.30).
    pub dd_flag: Column,
    /// See [`super::Flags`].
    pub leverage_flag: Column,
    /// 1 − min(days since the last news, 30) / 30.
    pub news_recency_flag: Column,
    /// See [`super::Flags`].
    pub leverage_score: Column,
    /// See [`super::Flags`].
    pub earnings_quality_score: Column,
    /// See [`super::Flags`].
    pub governance_risk_score: Column,
}

/// Flags that count for the coverage: all but the news.
const COVERED: f64 = 6.0;

/// What changes only when a statement does.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    pub(super) flags: FlagColumns,
    pub(super) fundamentals: Fundamentals,
    net_income: Vec<f64>,
    equity: Vec<f64>,
    free_cash_flow: Vec<f64>,
    /// Shares as reported, and the day from which later splits change them.
    shares: Vec<f64>,
    shares_known: Vec<i32>,
    dividends: Vec<f64>,
    /// Sum and count of the flags out of statements.
    flag_sum: Vec<f64>,
    flag_count: Vec<f64>,
}

impl Held {
    pub(super) fn of(view: &View<'_>, issuers: &[Issuer]) -> Self {
        let width = view.instruments().len();
        let gaps = || vec![f64::NAN; width];
        let mut held = Self {
            net_income: gaps(),
            equity: gaps(),
            free_cash_flow: gaps(),
            shares: gaps(),
            shares_known: vec![i32::MAX; width],
            dividends: gaps(),
            flag_sum: vec![0.0; width],
            flag_count: vec![0.0; width],
            ..Self::default()
        };
        let absent = || Column::absent(width);
        let (flags, fundamentals) = (&mut held.flags, &mut held.fundamentals);
        (flags.leverage_flag, flags.leverage_score) = (absent(), absent());
        (flags.earnings_quality_score, flags.governance_risk_score) = (absent(), absent());
        (fundamentals.roe, fundamentals.gross_margin) = (absent(), absent());
        (fundamentals.leverage, fundamentals.accruals) = (absent(), absent());
        for issuer in issuers {
            for at in &issuer.members {
                held.take(issuer, *at);
            }
        }
        held
    }

    /// The instruments that it holds figures for.
    pub(super) const fn width(&self) -> usize {
        self.net_income.len()
    }

    fn take(&mut self, issuer: &Issuer, at: usize) {
        let Some(snapshot) = &issuer.snapshot else { return };
        let now = |field: usize| issuer.statement.now[field];
        let raw = |field: usize| now(field).unwrap_or(f64::NAN);
        self.net_income[at] = raw(NET_INCOME);
        self.equity[at] = raw(EQUITY);
        self.free_cash_flow[at] = raw(FREE_CASH_FLOW);
        self.shares[at] = raw(SHARES);
        self.shares_known[at] = issuer.statement.shares_known.map_or(i32::MAX, |day| day.epoch_days());
        self.dividends[at] = raw(DIVIDENDS);
        let (flags, instrument) = (snapshot.risk_flags, Instrument(at as u32));
        self.flags.leverage_flag.set(instrument, flags.leverage_flag);
        self.flags.leverage_score.set(instrument, flags.leverage_score);
        self.flags.earnings_quality_score.set(instrument, flags.earnings_quality_score);
        self.flags.governance_risk_score.set(instrument, flags.governance_risk_score);
        for flag in flags.named().into_iter().filter_map(|(_, flag)| flag) {
            self.flag_sum[at] += flag;
            self.flag_count[at] += 1.0;
        }
        self.fundamentals.roe.set(instrument, snapshot.get("roe"));
        self.fundamentals.gross_margin.set(instrument, snapshot.get("gross_margin"));
        self.fundamentals.accruals.set(instrument, company::accruals(&issuer.statement));
        let leverage = now(TOTAL_LIABILITIES).zip(now(TOTAL_ASSETS)).filter(|(_, assets)| *assets > 0.0);
        self.fundamentals.leverage.set(instrument, leverage.map(|(liabilities, assets)| liabilities / assets));
    }

    /// Weakness (mean of the available flags, absent below the least coverage), the weak-profile driver, and coverage;
    /// with the flags of today.
    pub(super) fn flags(
        &self,
        features: &Features,
        news: Option<Column>,
        config: &ProfilesConfig,
    ) -> (FlagColumns, [Column; 3]) {
        let width = features.vol_63.width();
        let cut = |column: &Column, reference: f64| {
            Column::with_gaps(column.raw().iter().map(|value| (value / reference).clamp(0.0, 1.0)).collect())
        };
        let flags = FlagColumns {
            vol_flag: cut(&features.vol_63, config.vol_ref),
            dd_flag: cut(&features.drawdown_63, config.drawdown_ref),
            news_recency_flag: news.unwrap_or_else(|| Column::absent(width)),
            ..self.flags.clone()
        };
        let mut columns = [Column::absent(width), Column::absent(width), Column::absent(width)];
        let [weakness, driver, coverage] = &mut columns;
        let weights = config.driver_weights;
        let all = weights[0] + weights[1] + weights[2];
        for at in 0..width {
            let parts = [flags.vol_flag.raw()[at], flags.dd_flag.raw()[at], flags.leverage_flag.raw()[at]];
            let news = flags.news_recency_flag.raw()[at];
            let (mut total, mut count) = (self.flag_sum[at], self.flag_count[at]);
            for flag in &parts[..2] {
                (total, count) = if flag.is_finite() { (total + flag, count + 1.0) } else { (total, count) };
            }
            let covered = count / COVERED;
            coverage.raw_mut()[at] = covered;
            (total, count) = if news.is_finite() { (total + news, count + 1.0) } else { (total, count) };
            weakness.raw_mut()[at] = if covered >= config.min_coverage { total / count } else { f64::NAN };
            let (mut score, mut there) = (0.0, 0.0);
            for (part, weight) in parts.iter().zip(weights) {
                (score, there) =
                    if part.is_finite() { (score + weight * part, there + weight) } else { (score, there) };
            }
            driver.raw_mut()[at] =
                if there > 0.0 && there >= config.min_coverage * all { score / there } else { f64::NAN };
        }
        (flags, columns)
    }

    /// The fundamentals at today's prices.
    pub(super) fn at_prices(&self, view: &View<'_>, config: &ProfilesConfig) -> Fundamentals {
        let width = view.instruments().len();
        let closes = view.closes(0).map_or(&[][..], |row| row.with_gaps());
        let paid = Paid::of(view, &self.shares_known, config);
        let worth: Vec<f64> = (0..width).map(|at| closes[at] * self.shares[at] * paid.share_factor(at)).collect();
        let by_worth = |values: &[f64]| {
            let ratio = |(value, worth): (&f64, &f64)| if *worth > 0.0 { value / worth } else { f64::NAN };
            Column::with_gaps(values.iter().zip(&worth).map(ratio).collect())
        };
        let dividend = |at: usize| paid.dividend(at).unwrap_or(self.dividends[at] / paid.share_factor(at)) / closes[at];
        Fundamentals {
            earnings_yield: by_worth(&self.net_income),
            book_to_price: by_worth(&self.equity),
            fcf_yield: by_worth(&self.free_cash_flow),
            dividend_yield: Column::with_gaps((0..width).map(dividend).collect()),
            ..self.fundamentals.clone()
        }
    }
}

/// Dividends and splits of the trailing days.
struct Paid {
    /// Whether the view shows any cash dividend: then an instrument without one paid none.
    any: bool,
    dividends: Vec<f64>,
    factors: Vec<f64>,
}

impl Paid {
    fn of(view: &View<'_>, shares_known: &[i32], config: &ProfilesConfig) -> Self {
        let actions = view.actions();
        if actions.is_empty() {
            return Self { any: false, dividends: Vec::new(), factors: Vec::new() };
        }
        let width = view.instruments().len();
        let (mut dividends, mut factors, mut since) = (vec![0.0; width], vec![1.0; width], vec![1.0; width]);
        let date = |day: u32| view.date(view.day_count() - 1 - day as usize).map_or(0, |date| date.epoch_days());
        let today = view.today().epoch_days();
        let from = |days: u32| today - i32::try_from(days).unwrap_or(today);
        let (paid_from, oldest) = (from(config.dividend_days), from(config.dividend_days.max(config.max_age_days)));
        let start = actions.partition_point(|action| date(action.day) <= oldest);
        let mut any = false;
        // From the newest back: a split after a dividend makes it smaller in shares of today.
        for action in actions[start..].iter().rev() {
            let (at, on) = (action.instrument.index(), date(action.day));
            match action.kind {
                ActionKind::CashDividend { amount } if on > paid_from => {
                    dividends[at] += amount / since[at];
                    any = true;
                }
                ActionKind::Split { numerator, denominator } => {
                    let ratio = f64::from(numerator) / f64::from(denominator);
                    since[at] *= ratio;
                    // A report restates its shares for splits up to its own day.
                    factors[at] *= if on > shares_known[at] { ratio } else { 1.0 };
                }
                _ => {}
            }
        }
        Self { any, dividends, factors }
    }

    fn share_factor(&self, at: usize) -> f64 {
        self.factors.get(at).copied().unwrap_or(1.0)
    }

    fn dividend(&self, at: usize) -> Option<f64> {
        self.any.then(|| self.dividends[at])
    }
}

/// The recency of news by instrument; `None` when no issuer has texts.
pub(super) fn news(view: &View<'_>, issuers: &[Issuer], days: u32) -> Option<Column> {
    view.text_subjects().next()?;
    let mut column = Column::absent(view.instruments().len());
    for issuer in issuers {
        let last = view.texts(&issuer.id).iter().rev().find(|text| text.kind == TextKind::News);
        let Some(last) = last else { continue };
        let age = (view.today().epoch_days() - last.known_on.epoch_days()).clamp(0, days as i32);
        let flag = 1.0 - f64::from(age) / f64::from(days);
        issuer.members.iter().for_each(|at| column.set(Instrument(*at as u32), Some(flag)));
    }
    Some(column)
}
