//! A scenario set: its paths, the loss of every instrument on each, and all that is needed to make it again.

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;
use domain::numeric::exact;
use domain::seed::Seed;
use domain::view::View;

use super::history::{History, Scratch};
use super::{Request, ReturnKind, Sampler};
use crate::windows::Windows;

/// What a set was made from: with the tape, enough to make it again.
#[derive(Clone, Debug, PartialEq)]
pub struct SetMetadata {
    /// The identity: a digest of the request, the seed, the day and the days that could be drawn.
    pub scenario_set_id: Digest,
    /// The request's name.
    pub name: String,
    /// The digest of the request's canonical text.
    pub spec: Digest,
    /// The seed of the run.
    pub seed: Seed,
    /// The day that the set was made on; nothing after it was read.
    pub as_of_date: Date,
    /// The oldest and the newest day that could be drawn.
    pub base_dates: (Date, Date),
    /// How many days could be drawn.
    pub base_days: u32,
    /// Days of a path.
    pub horizon_days: u32,
    /// Paths.
    pub num_paths: u32,
    /// What a daily return is.
    pub return_kind: ReturnKind,
}

/// Paths and losses. A loss is positive, a gain negative: 0.2 is a loss of 20 % over the horizon.
#[derive(Clone, Debug)]
pub struct ScenarioSet {
    metadata: SetMetadata,
    /// Lags from `as_of_date`, path after path.
    lags: Vec<u32>,
    members: Vec<bool>,
    /// NaN where the instrument is absent, path after path.
    losses: Vec<f64>,
    /// Paths on which each instrument is present.
    present: Vec<u32>,
    content: Digest,
}

/// Two sets are equal when their contents are.
impl PartialEq for ScenarioSet {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl ScenarioSet {
    pub(super) fn make(
        request: &Request,
        seed: Seed,
        view: &View<'_>,
        days: &[u32],
        sampler: &Sampler,
        history: &History,
    ) -> Self {
        let width = view.instruments().len();
        let (paths, horizon) = (request.num_paths as usize, request.horizon_days as usize);
        let members = members(request, view);
        let (mut lags, mut losses) = (vec![0; paths * horizon], vec![f64::NAN; paths * width]);
        let (mut present, mut scratch) = (vec![0; width], Scratch::new(width));
        for (k, (path, row)) in lags.chunks_mut(horizon).zip(losses.chunks_mut(width)).enumerate() {
            sampler.fill(k as u32, path);
            history.losses(path, &mut scratch, row);
            for ((loss, present), member) in row.iter_mut().zip(&mut present).zip(&members) {
                *loss = if *member && loss.is_finite() { *loss } else { f64::NAN };
                *present += u32::from(loss.is_finite());
            }
        }
        let metadata = metadata(request, seed, view, days);
        let content = content(&metadata, &lags, &losses);
        Self { metadata, lags, members, losses, present, content }
    }

    /// What the set was made from.
    #[must_use]
    pub const fn metadata(&self) -> &SetMetadata {
        &self.metadata
    }

    /// The digest of the metadata, every pick and every loss.
    #[must_use]
    pub const fn content(&self) -> Digest {
        self.content
    }

    /// The number of paths.
    #[must_use]
    pub const fn paths(&self) -> usize {
        self.metadata.num_paths as usize
    }

    /// The instruments that the request asks for, ascending, with or without paths.
    pub fn instruments(&self) -> impl Iterator<Item = Instrument> + '_ {
        (0..).map(Instrument).zip(&self.members).filter(|(_, member)| **member).map(|(instrument, _)| instrument)
    }

    /// The paths on which an instrument is present.
    #[must_use]
    pub fn present(&self, instrument: Instrument) -> u32 {
        self.present.get(instrument.index()).copied().unwrap_or(0)
    }

    /// The share of absent entries among those of the request, 0 to 1; 1 without instruments.
    #[must_use]
    pub fn absent_share(&self) -> f64 {
        let entries = self.instruments().count() * self.paths();
        let present: u64 = self.present.iter().map(|count| u64::from(*count)).sum();
        if entries == 0 { 1.0 } else { 1.0 - present as f64 / entries as f64 }
    }

    /// The cumulative losses of all instruments on one path, NaN where one is absent: for kernels.
    ///
    /// # Panics
    /// Beyond the last path: a defect of the caller.
    #[must_use]
    pub fn losses(&self, path: usize) -> &[f64] {
        let width = self.members.len();
        &self.losses[path * width..(path + 1) * width]
    }

    /// The losses of all paths, path after path.
    #[must_use]
    pub fn all_losses(&self) -> &[f64] {
        &self.losses
    }

    /// The cumulative loss of one instrument on one path; `None` where it is absent.
    #[must_use]
    pub fn loss(&self, instrument: Instrument, path: usize) -> Option<f64> {
        if path >= self.paths() {
            return None;
        }
        self.losses(path).get(instrument.index()).copied().filter(|loss| loss.is_finite())
    }

    /// The days of one path as lags from `as_of_date`.
    ///
    /// # Panics
    /// Beyond the last path: a defect of the caller.
    #[must_use]
    pub fn lags(&self, path: usize) -> &[u32] {
        let horizon = self.metadata.horizon_days as usize;
        &self.lags[path * horizon..(path + 1) * horizon]
    }

    /// The dates that one path picked; `view` is any view from `as_of_date` on.
    #[must_use]
    pub fn dates(&self, path: usize, view: &View<'_>) -> Option<Vec<Date>> {
        let age = self.age(view)?;
        self.lags(path).iter().map(|lag| view.date(*lag as usize + age)).collect()
    }

    /// The daily returns of one instrument on one path, of the declared kind: entry 0 is the baseline, zero, and entry
    /// h the return of day h. `None` where it is absent or the windows have forgotten one of the days.
    #[must_use]
    pub fn returns(&self, path: usize, instrument: Instrument, view: &View<'_>, windows: &Windows) -> Option<Vec<f64>> {
        self.loss(instrument, path)?;
        let age = self.age(view)?;
        let kind = self.metadata.return_kind;
        let daily = |lag: &u32| {
            let row = windows.log_returns(*lag as usize + age)?;
            let log = row.get(instrument.index()).copied().filter(|value| value.is_finite())?;
            Some(if kind == ReturnKind::Log { log } else { exact::exp_m1(log) })
        };
        std::iter::once(Some(0.0)).chain(self.lags(path).iter().map(daily)).collect()
    }

    /// Trading days from `as_of_date` to today.
    fn age(&self, view: &View<'_>) -> Option<usize> {
        (0..view.day_count()).find(|lag| view.date(*lag).is_some_and(|date| date <= self.metadata.as_of_date))
    }
}

/// Whether each instrument is on a market of the request and passes its filter.
fn members(request: &Request, view: &View<'_>) -> Vec<bool> {
    let filter = request.universe_filter.clone().unwrap_or_default();
    let wanted = |fact: &domain::facts::InstrumentFact| {
        request.markets.contains(&fact.market)
            && (filter.instruments.is_empty() || filter.instruments.iter().any(|id| id == fact.id.as_str()))
            && (filter.sectors.is_empty() || fact.sector.as_ref().is_some_and(|own| filter.sectors.contains(own)))
    };
    view.instruments().iter().map(wanted).collect()
}

fn metadata(request: &Request, seed: Seed, view: &View<'_>, days: &[u32]) -> SetMetadata {
    // Serialising a plain struct cannot fail.
    let spec = Digest::of(serde_json::to_string(request).unwrap_or_default().as_bytes());
    let date = |lag: Option<&u32>| lag.and_then(|lag| view.date(*lag as usize)).unwrap_or(view.today());
    let mut bytes = CanonicalBytes::new();
    bytes.put_text(&spec.to_string()).put_u64(seed.0).put_i32(view.today().epoch_days());
    for lag in days {
        bytes.put_i32(date(Some(lag)).epoch_days());
    }
    SetMetadata {
        scenario_set_id: Digest::of(bytes.as_slice()),
        name: request.name.clone(),
        spec,
        seed,
        as_of_date: view.today(),
        base_dates: (date(days.first()), date(days.last())),
        base_days: days.len() as u32,
        horizon_days: request.horizon_days,
        num_paths: request.num_paths,
        return_kind: request.generator_spec.return_kind,
    }
}

fn content(metadata: &SetMetadata, lags: &[u32], losses: &[f64]) -> Digest {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text(&metadata.scenario_set_id.to_string());
    for lag in lags {
        bytes.put_short(u64::from(*lag));
    }
    // An absent loss is the one NaN, so the bits are content.
    bytes.put_all_f64(losses);
    Digest::of(bytes.as_slice())
}
