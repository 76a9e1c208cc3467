//! Profiles: what is known of each issuer, and what is worrying about it (engines-v2 §2).
//!
//! A snapshot holds every field of its kind's schema, present or absent, and flags from 0 to 1, 1 = worst. Figures
//! count from their report date on. A snapshot is read through: what was built stands until a statement becomes known
//! or the schedule comes round; flags of prices and news follow every day. Where a tape has only prices, every
//! structured field is absent and two flags remain: a third of all, so the weakness is absent too, and the coverage
//! says why.
//!
//! Worked example: a daily volatility of 1 %, a fall of 24 % and liabilities of 1.5 times equity give flags of
//! 0.01 / 0.02 = 0.5, 0.24 / 0.30 = 0.8 and 1.5 / 3 = 0.5, hence a driver of 0.4 · 0.5 + 0.4 · 0.8 + 0.2 · 0.5 = 0.62,
//! below the 0.7 of a weak profile.
//!
//! ```
//! use v2::profiles::{Profiles, ProfilesConfig};
//! assert!(Profiles::new(ProfilesConfig::default()).is_ok());
//! let wrong = ProfilesConfig { vol_ref: 0.0, ..ProfilesConfig::default() };
//! assert!(Profiles::new(wrong).unwrap_err().to_string().starts_with("profiles.vol_ref is 0"));
//! ```

mod aggregates;
mod columns;
mod company;
mod config;
pub mod fields;
mod issuers;
mod output;
#[cfg(test)]
mod quarters;
mod snapshot;
mod sovereign;
mod statements;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::digest::{CanonicalBytes, Digest};
use domain::state::Saved;
use domain::view::View;

use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::Windows;
use columns::Held;
use issuers::Issuer;
use snapshot::ProfileEncoder;

pub use columns::{FlagColumns, Fundamentals};
pub use config::ProfilesConfig;
pub use output::ProfilesOutput;
pub use snapshot::{Flags, IssuerKind, ProfileSnapshot};

/// What the profiles read.
#[derive(Clone, Copy, Debug)]
pub struct ProfilesInput<'a> {
    /// Today.
    pub view: View<'a>,
    /// The windows, stepped to today.
    pub windows: &'a Windows,
}

/// The profiles of all issuers.
#[derive(Clone, Debug)]
pub struct Profiles {
    config: ProfilesConfig,
    encoder: ProfileEncoder,
    /// Days of the view that have been seen; 0 before the first.
    days: usize,
    width: usize,
    issuers: Vec<Issuer>,
    /// Whether any issuer has a series: without one there is nothing to look at.
    any_series: bool,
    /// Whether any company has one: without one sectors and markets have nothing but their names.
    any_statements: bool,
    aggregates: Vec<Arc<ProfileSnapshot>>,
    held: Held,
    snapshots: Arc<Vec<Arc<ProfileSnapshot>>>,
    complete: u32,
    digest: Digest,
}

impl Profiles {
    /// Profiles before their first day.
    ///
    /// # Errors
    /// [`ConfigError`] for a value out of range.
    pub fn new(config: ProfilesConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            encoder: ProfileEncoder::new(&config),
            config,
            days: 0,
            width: 0,
            issuers: Vec::new(),
            any_series: false,
            any_statements: false,
            aggregates: Vec::new(),
            held: Held::default(),
            snapshots: Arc::default(),
            complete: 0,
            digest: Digest::ZERO,
        })
    }

    /// Brings the snapshots to today. On another day than tomorrow it walks from the last day of the schedule, on
    /// which every issuer is read anew, so that no earlier day matters.
    fn step(&mut self, view: &View<'_>) {
        let follows = self.days + 1 == view.day_count() && self.width == view.instruments().len();
        if follows {
            self.take(view);
        } else {
            self.start_over(view);
            let lag = (view.day_count() - 1) % self.config.refresh_days as usize;
            for earlier in (0..=lag).rev().filter_map(|lag| view.earlier(lag)) {
                self.take(&earlier);
            }
        }
        self.days = view.day_count();
    }

    fn start_over(&mut self, view: &View<'_>) {
        self.issuers = Issuer::all(view);
        let companies = self.issuers.iter().filter(|issuer| issuer.kind == IssuerKind::Company);
        self.any_statements = companies.into_iter().any(|issuer| issuer.has_series);
        self.any_series = self.issuers.iter().any(|issuer| issuer.has_series);
        self.aggregates = Vec::new();
        self.width = view.instruments().len();
    }

    fn take(&mut self, view: &View<'_>) {
        let scheduled = (view.day_count() - 1).is_multiple_of(self.config.refresh_days as usize);
        if !scheduled && !self.any_series {
            return;
        }
        let due = |issuer: &Issuer| scheduled || issuer.moved(view);
        // On a day of the schedule the columns are laid out even for a tape without a single issuer.
        if !scheduled && !self.issuers.iter().any(due) {
            return;
        }
        // Whoever holds yesterday's list keeps it; without it the snapshots are dated in place.
        self.snapshots = Arc::default();
        let mut changed = false;
        for issuer in &mut self.issuers {
            if due(issuer) {
                changed |= issuer.refresh(view, &self.config, &self.encoder);
            }
        }
        if scheduled && (self.any_statements || self.aggregates.is_empty()) {
            self.aggregates = aggregates::build(view, &self.issuers, &self.config, &self.encoder);
        } else if scheduled {
            self.aggregates.iter_mut().for_each(|known| Arc::make_mut(known).as_of_date = view.today());
        }
        if changed || self.held.width() != self.width {
            self.held = Held::of(view, &self.issuers);
        }
        let single = self.issuers.iter().filter_map(|issuer| issuer.snapshot.clone());
        self.snapshots = Arc::new(single.chain(self.aggregates.iter().cloned()).collect());
        self.complete = self.snapshots.iter().filter(|snapshot| !snapshot.incomplete).count() as u32;
        self.digest = snapshot::digest(self.snapshots.iter());
    }
}

impl Engine for Profiles {
    const NAME: &'static str = "profiles";
    type Input<'a> = ProfilesInput<'a>;
    type Output = ProfilesOutput;

    fn run(&mut self, input: &ProfilesInput<'_>) -> Answer<ProfilesOutput> {
        let ProfilesInput { view, windows } = input;
        if windows.day_count() != view.day_count() {
            return Answer::missing("windows");
        }
        self.step(view);
        let news = columns::news(view, &self.issuers, self.config.news_days);
        let (flags, [weakness, weak_driver, coverage]) = self.held.flags(windows.today(), news, &self.config);
        let anything = self.any_statements || !view.actions().is_empty();
        let width = view.instruments().len();
        let priced = || self.held.at_prices(view, &self.config);
        Answer::of(ProfilesOutput {
            snapshots: self.snapshots.clone(),
            snapshots_digest: self.digest,
            complete: self.complete,
            flags,
            weakness,
            weak_driver,
            weak_from: self.config.weak_from,
            coverage,
            fundamentals: if anything { priced() } else { Fundamentals::absent(width) },
        })
    }

    /// Nothing: the snapshots follow from the view of the last day of the schedule.
    fn save(&self, _bytes: &mut CanonicalBytes) {}

    fn restore(&mut self, _saved: &mut Saved<'_>) -> Option<()> {
        // The next day does not follow, so everything is read anew.
        self.days = 0;
        self.width = 0;
        Some(())
    }
}
