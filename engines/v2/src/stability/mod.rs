//! Stability, soft targets and fragility: how steady each entity is, what it could lose, and whether it is a target.
//!
//! Four components, each 0 to 1 with 1 the steadiest (engines-v2 §4, §13):
//!
//! | component | formula |
//! |---|---|
//! | liquidity | `0.5 · pct_xs(ADV63) + 0.5 · (1 − pct_xs(Amihud63))`, percentiles within the market |
//! | vol | `1 − pct_own(vol63)`; in a stress family among past days of that family, once there are 120 |
//! | contagion | `1 − clip(−mean simple return on the worst 5 % days of the home market / 0.04, 0, 1)` over 252 to 756 days |
//! | fundamental | `1 −` profile weakness |
//!
//! The score is their weighted mean over what is present, absent below half of the weights. Beside it stand the expected
//! shortfall over a scenario set, `HighFragility = clip(ES / 0.40, 0, 1)`, and the soft-target index of the earlier
//! public implementation, 0 to 100 with 100 the worst, here on total-return levels, so that a split is no crash.
//!
//! Every figure is a function of today's windows and inputs; there is no stored row to look up, so none of a later date
//! can be found. The one thing kept is the stress family of each past day.
//!
//! Worked example: 20 days at 100 and 43 days at 90. The volatility is 1.338 % and scores 33.45, the drawdown of 10 %
//! scores 25, the trend of −10 % scores 25: index `0.4 · 33.45 + 0.4 · 25 + 0.2 · 25 = 28.38`, STABLE.
//!
//! ```
//! use v2::stability::{parts::IndexConfig, soft_target_index};
//! let vol = { let r = (0.9_f64).ln(); (r * r * (1.0 - 1.0 / 62.0) / 61.0).sqrt() };
//! let index = soft_target_index(vol, 0.1, -0.1, &IndexConfig::default());
//! assert!((index - 28.38).abs() < 0.005);
//! ```

mod class;
mod components;
mod config;
mod entities;
mod measures;
mod output;
mod shortfall;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::VecDeque;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::Dropped;
use domain::state::Saved;
use domain::view::View;

use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::synthetic::ScenarioSet;
use crate::windows::Windows;
use components::{Layout, soft_target_indices};
use measures::Measured;

pub use class::{IndexClass, SoftTargetClass, score, soft_target_index};
pub use config::{Aggregation, ComponentWeights, StabilityConfig, Thresholds, parts};
pub use entities::{Aggregate, EntityType};
pub use output::{FragilityMeasures, StabilityOutput};
pub use shortfall::expected_shortfall;

/// The families of regimes that count as stress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StressFamily {
    /// CRISIS.
    Crisis,
    /// RISK_OFF.
    RiskOff,
}

/// What the engine is given each day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: View<'a>,
    /// The trailing windows, at today.
    pub windows: &'a Windows,
    /// The mean of the available profile flags, 0 to 1 with 1 the weakest.
    pub weakness: Option<&'a Column>,
    /// Today's family when it is one of stress.
    pub stress: Option<StressFamily>,
    /// The scenario set in force.
    pub scenarios: Option<&'a ScenarioSet>,
    /// The weights held, signed shares of the account; `None` where nothing is held, and then there is no portfolio.
    pub weights: Option<&'a Column>,
}

/// The engine.
#[derive(Clone, Debug)]
pub struct Stability {
    config: StabilityConfig,
    /// The stress family of each of the last days, 0 for none, the newest last; as long as the volatility's own window.
    families: VecDeque<u8>,
    /// Which instruments are measured together; a function of the tape's instruments.
    layout: Layout,
    /// A function of the scenario set, taken anew when it changes, and of today's weights.
    measured: Option<Measured>,
}

impl Stability {
    /// The engine before its first day.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(config: StabilityConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, families: VecDeque::new(), layout: Layout::default(), measured: None })
    }

    fn note_family(&mut self, windows: &Windows, stress: Option<StressFamily>) {
        self.families.push_back(code(stress));
        let days = windows.vol_days().max(1);
        while self.families.len() > days {
            self.families.pop_front();
        }
    }

    /// The measures of the set in force; a set of another name than the config's is none.
    fn measures(&mut self, input: &Input<'_>) -> Measured {
        let set = input.scenarios.filter(|set| set.metadata().name == self.config.scenario_set_id);
        let kept = self.measured.take().filter(|kept| kept.is_of(set));
        let mut measured = kept.unwrap_or_else(|| {
            let width = input.view.instruments().len();
            Measured::take(set, &self.layout, width, &self.config.fragility)
        });
        measured.take_portfolio(set, input.weights, &self.config.fragility);
        self.measured = Some(measured.clone());
        measured
    }

    /// The component columns, in the order liquidity, vol, contagion, fundamental.
    fn components(&mut self, input: &Input<'_>) -> [Column; 4] {
        let width = input.view.instruments().len();
        let liquidity = self.layout.liquidity(input.windows, width);
        let vol = self.layout.vol(input, &self.families, code(input.stress), self.config.stress_family_min_days);
        let contagion = self.layout.contagion(input, &self.config.contagion);
        let mut fundamental = Column::absent(width);
        for instrument in self.layout.measured() {
            let weakness = input.weakness.and_then(|weakness| weakness.get(instrument));
            fundamental.set(instrument, weakness.map(|weakness| 1.0 - weakness));
        }
        [liquidity, vol, contagion, fundamental]
    }
}

const fn code(stress: Option<StressFamily>) -> u8 {
    match stress {
        None => 0,
        Some(StressFamily::Crisis) => 1,
        Some(StressFamily::RiskOff) => 2,
    }
}

impl Engine for Stability {
    const NAME: &'static str = "stability";
    type Input<'a> = Input<'a>;
    type Output = StabilityOutput;

    fn run(&mut self, input: &Input<'_>) -> Answer<StabilityOutput> {
        let width = input.view.instruments().len();
        if self.layout.width() != width {
            self.layout = Layout::of(input.view.instruments(), &self.config.markets);
        }
        self.note_family(input.windows, input.stress);
        let components = self.components(input);
        let measured = self.measures(input);
        let soft_target_index = soft_target_indices(input.windows, &self.layout, &self.config.index);
        let (mut score_column, mut coverage_column) = (Column::absent(width), Column::absent(width));
        let (mut classes, mut dropped) = (vec![None; width], Vec::new());
        for instrument in self.layout.measured() {
            let parts = components.each_ref().map(|column| column.get(instrument));
            let (value, coverage) =
                score(&parts, &self.config.weights, self.config.aggregation, self.config.min_coverage);
            score_column.set(instrument, value);
            coverage_column.set(instrument, Some(coverage));
            if value.is_none() {
                dropped.push(Dropped { instrument, reason: "coverage_below_least".into() });
            }
            let weakness = input.weakness.and_then(|weakness| weakness.get(instrument));
            let fragility = measured.instruments.high_fragility.get(instrument);
            classes[instrument.index()] = SoftTargetClass::of(value, fragility, weakness, &self.config.thresholds);
        }
        let aggregates = self.layout.aggregates(input, &components, &score_column, &measured, &self.config);
        let cuts = &self.config.index.cuts;
        let index_class = (0..width as u32).map(|at| soft_target_index.get(Instrument(at)));
        let index_class = index_class.map(|index| index.map(|index| IndexClass::of(index, cuts))).collect();
        let [liquidity, vol, contagion, fundamental] = components;
        let output = StabilityOutput {
            liquidity,
            vol,
            contagion,
            fundamental,
            stability_score: score_column,
            coverage: coverage_column,
            soft_target_index,
            index_class,
            fragility: measured.instruments,
            class: classes,
            aggregates,
        };
        Answer { output: Ok(output), dropped }
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.families.len() as u32);
        for family in &self.families {
            bytes.put_u8(*family);
        }
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        let count = saved.u32()?;
        self.families = (0..count).map(|_| saved.u8().filter(|code| *code <= 2)).collect::<Option<_>>()?;
        (self.layout, self.measured) = (Layout::default(), None);
        Some(())
    }
}
