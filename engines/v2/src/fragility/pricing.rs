//! Complacent pricing: dear, calm and tightly spread, measured against its own past and its sector.
//!
//! Each of three parts is 0 to 1 with 1 the most complacent, and their mean is taken over those that are there:
//!
//! | part | from |
//! |---|---|
//! | valuation | `1 − pct` of each yield on price (earnings, book, free cash flow), in the own five years and in the sector |
//! | volatility | `1 − pct_own` of `IMPLIED_VOL:{issuer}` where there is one, else of the realised volatility |
//! | credit | `1 − pct_own` of `SPREAD:{issuer}` |
//!
//! Valuations are kept every 21 days, not daily: they move with the price, and sixty of them rank a price as well as
//! 1,260 do. They are the engine's only state.

use std::collections::VecDeque;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::state::Saved;
use domain::tape::SeriesPoint;
use domain::view::View;

use super::Input;
use super::config::PricingConfig;
use super::template::Traded;
use crate::column::Column;

/// Yields on today's price; higher is cheaper. `None` where profiles have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Valuation<'a> {
    /// Earnings by market value.
    pub earnings_yield: Option<&'a Column>,
    /// Book value by market value.
    pub book_to_price: Option<&'a Column>,
    /// Free cash flow by market value.
    pub fcf_yield: Option<&'a Column>,
}

impl<'a> Valuation<'a> {
    const fn yields(&self) -> [Option<&'a Column>; 3] {
        [self.earnings_yield, self.book_to_price, self.fcf_yield]
    }
}

/// What complacency is measured against.
#[derive(Clone, Debug)]
pub(super) struct Pricing {
    config: PricingConfig,
    /// Past yields, an entry for each day that was kept, the newest last.
    kept: VecDeque<[Column; 3]>,
    /// Days since the newest of them.
    since: u32,
    /// What the tape has of each instrument; a function of the tape.
    names: Option<Names>,
}

/// The series of each instrument, and the sectors.
#[derive(Clone, Debug)]
struct Names {
    implied_vol: Vec<Option<String>>,
    spread: Vec<Option<String>>,
    /// What kind of thing each instrument is.
    traded: Vec<Traded>,
    /// The members of each sector, ascending.
    sectors: Vec<Vec<u32>>,
}

impl Pricing {
    pub(super) const fn new(config: PricingConfig) -> Self {
        Self { config, kept: VecDeque::new(), since: 0, names: None }
    }

    /// Whether options on the instrument's issuer are listed: its implied volatility is on the tape.
    fn has_options(&self, instrument: Instrument) -> bool {
        self.names.as_ref().is_some_and(|names| names.implied_vol[instrument.index()].is_some())
    }

    /// Whether being short of the instrument is proposed as a put: a share whose options are listed.
    pub(super) fn is_put(&self, view: &View<'_>, instrument: Instrument) -> bool {
        self.traded(view, instrument) == Traded::Share && self.has_options(instrument)
    }

    /// The latest implied volatility of the issuer, a share of value a year; `None` when it is unknown today or old.
    pub(super) fn implied_vol(&self, view: &View<'_>, instrument: Instrument) -> Option<f64> {
        let name = self.names.as_ref()?.implied_vol[instrument.index()].as_deref()?;
        self.latest(view, name).map(|point| point.value).filter(|vol| *vol > 0.0)
    }

    /// The latest point of a series, unless it is too old to speak of today.
    fn latest<'v>(&self, view: &View<'v>, name: &str) -> Option<&'v SeriesPoint> {
        let latest = view.series(name).last()?;
        (latest.known_on.plus_days(self.config.series_max_age_days as i32) >= view.today()).then_some(latest)
    }

    /// What kind of thing an instrument is.
    pub(super) fn traded(&self, view: &View<'_>, instrument: Instrument) -> Traded {
        let at = instrument.index();
        let unknown = || Traded::of(view.instruments()[at].id.asset_class());
        self.names.as_ref().map_or_else(unknown, |names| names.traded[at])
    }

    pub(super) fn complacency(&mut self, input: &Input<'_>, min_coverage: f64) -> Column {
        let width = input.view.instruments().len();
        if self.names.as_ref().is_none_or(|names| names.spread.len() != width) {
            self.names = Some(Names::of(&input.view));
        }
        let valuation = self.valuation(&input.valuation, width);
        self.keep(&input.valuation, width);
        let Some(names) = &self.names else { return Column::absent(width) };
        let realised = &input.windows.today().vol_percentile;
        let mut column = Column::absent(width);
        for instrument in (0..width as u32).map(Instrument) {
            let at = instrument.index();
            let series = |name: &Option<String>| self.own_percentile(&input.view, name.as_deref()?);
            let vol = series(&names.implied_vol[at]).or_else(|| realised.get(instrument));
            let spread = series(&names.spread[at]);
            let parts = [valuation.get(instrument), vol.map(|vol| 1.0 - vol), spread.map(|spread| 1.0 - spread)];
            column.set(instrument, mean(&parts).filter(|(_, coverage)| *coverage >= min_coverage).map(|found| found.0));
        }
        column
    }

    /// How dear each instrument is: the mean over the yields of one less its percentiles.
    fn valuation(&self, valuation: &Valuation<'_>, width: usize) -> Column {
        let mut dearness = Column::absent(width);
        let yields = valuation.yields();
        let Some(names) = &self.names else { return dearness };
        if yields.iter().all(Option::is_none) {
            return dearness;
        }
        let sector: [Option<Column>; 3] = yields.map(|column| Some(self.within_sectors(column?, &names.sectors)));
        for instrument in (0..width as u32).map(Instrument) {
            let own = [0, 1, 2].map(|which| self.own_dearness(which, yields[which]?.get(instrument)?, instrument));
            let peers = [0, 1, 2].map(|which| sector[which].as_ref()?.get(instrument));
            let sides = [mean(&own).map(|found| found.0), mean(&peers).map(|found| found.0)];
            dearness.set(instrument, mean(&sides).map(|found| found.0));
        }
        dearness
    }

    /// One less the percentile of a yield among the instrument's kept ones.
    fn own_dearness(&self, which: usize, value: f64, instrument: Instrument) -> Option<f64> {
        let past = self.kept.iter().filter_map(|row| row[which].get(instrument));
        let (percentile, count) = percentile(value, past)?;
        (count >= self.config.valuation_min_samples).then_some(1.0 - percentile)
    }

    /// One less the percentile of each yield in its sector today.
    fn within_sectors(&self, column: &Column, sectors: &[Vec<u32>]) -> Column {
        let mut dearness = Column::absent(column.width());
        for members in sectors {
            let present = || members.iter().filter_map(|at| column.get(Instrument(*at)));
            if present().count() < self.config.sector_min_names as usize {
                continue;
            }
            for at in members {
                let found = column.get(Instrument(*at)).and_then(|value| percentile(value, present()));
                dearness.set(Instrument(*at), found.map(|(percentile, _)| 1.0 - percentile));
            }
        }
        dearness
    }

    /// Keeps today's yields when one is due. A tape without fundamentals keeps nothing.
    fn keep(&mut self, valuation: &Valuation<'_>, width: usize) {
        self.since = self.since.saturating_add(1);
        let yields = valuation.yields();
        let due = self.kept.is_empty() || self.since >= self.config.valuation_sample_days;
        if !due || yields.iter().flatten().all(|column| column.present().next().is_none()) {
            return;
        }
        while self.kept.len() >= self.config.samples_kept() as usize {
            self.kept.pop_front();
        }
        self.kept.push_back(yields.map(|column| column.cloned().unwrap_or_else(|| Column::absent(width))));
        self.since = 0;
    }

    /// The percentile of the latest known value of a series in its own trailing points.
    fn own_percentile(&self, view: &View<'_>, name: &str) -> Option<f64> {
        let points = view.series(name);
        let latest = self.latest(view, name)?;
        let past = &points[points.len().saturating_sub(self.config.percentile_points as usize)..];
        let (percentile, count) = percentile(latest.value, past.iter().map(|point| point.value))?;
        (count >= self.config.percentile_min_points).then_some(percentile)
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.since).put_u32(self.kept.len() as u32);
        for column in self.kept.iter().flatten() {
            bytes.put_u32(column.width() as u32);
            for value in column.raw() {
                bytes.put_u64(if value.is_finite() { value.to_bits() } else { u64::MAX });
            }
        }
    }

    pub(super) fn restored(config: PricingConfig, saved: &mut Saved<'_>) -> Option<Self> {
        let since = saved.u32()?;
        let count = saved.u32()?;
        let mut column = || {
            let width = saved.u32()?;
            (0..width).map(|_| saved.f64()).collect::<Option<Vec<f64>>>().map(Column::with_gaps)
        };
        let kept = (0..count).map(|_| Some([column()?, column()?, column()?])).collect::<Option<VecDeque<_>>>()?;
        Some(Self { config, kept, since, names: None })
    }
}

impl Names {
    fn of(view: &View<'_>) -> Self {
        let known: Vec<&str> = view.series_names().collect();
        let issued = |prefix: &str| {
            let name = |issuer: &Option<String>| issuer.as_ref().map(|issuer| format!("{prefix}:{issuer}"));
            let names = view.instruments().iter().map(|fact| name(&fact.issuer));
            names.map(|name| name.filter(|name| known.binary_search(&name.as_str()).is_ok())).collect()
        };
        let mut sectors: Vec<&str> = view.instruments().iter().filter_map(|fact| fact.sector.as_deref()).collect();
        sectors.sort_unstable();
        sectors.dedup();
        let members = |sector: &str| {
            let found =
                view.instruments().iter().enumerate().filter(|(_, fact)| fact.sector.as_deref() == Some(sector));
            found.map(|(at, _)| at as u32).collect()
        };
        Self {
            implied_vol: issued("IMPLIED_VOL"),
            spread: issued("SPREAD"),
            traded: view.instruments().iter().map(|fact| Traded::of(fact.id.asset_class())).collect(),
            sectors: sectors.into_iter().map(members).collect(),
        }
    }
}

/// The mean of what is present, and the share that is.
fn mean(parts: &[Option<f64>]) -> Option<(f64, f64)> {
    let (total, count) = parts.iter().flatten().fold((0.0, 0.0), |(total, count), part| (total + part, count + 1.0));
    (count > 0.0).then(|| (total / count, count / parts.len() as f64))
}

/// The share of the values below `value`, an equal one counted as half, and their number; `None` without any.
fn percentile(value: f64, values: impl Iterator<Item = f64>) -> Option<(f64, u32)> {
    let (mut below, mut up_to, mut count) = (0_u32, 0_u32, 0_u32);
    for other in values {
        below += u32::from(other < value);
        up_to += u32::from(other <= value);
        count += 1;
    }
    (count > 0).then(|| (f64::from(below + up_to) / 2.0 / f64::from(count), count))
}
