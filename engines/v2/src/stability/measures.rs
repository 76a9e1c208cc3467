//! Fragility over a scenario set: expected shortfall, the worst loss, and the share of the reference loss.

use domain::digest::Digest;
use domain::ids::Instrument;

use super::components::Layout;
use super::config::parts::FragilityConfig;
use super::entities::{Group, portfolio};
use super::output::FragilityMeasures;
use super::shortfall::expected_shortfall;
use crate::column::Column;
use crate::synthetic::ScenarioSet;

/// Instruments whose losses are gathered in one pass over the paths: a few cache lines of them, side by side.
const LINE: usize = 32;

/// The fragility of one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measure {
    pub(super) expected_shortfall: f64,
    pub(super) worst_case_loss: f64,
    pub(super) high_fragility: f64,
}

/// The fragility of everything on one scenario set, and of the portfolio of the day.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    set: Option<Digest>,
    pub(super) instruments: FragilityMeasures,
    /// In the order of the layout's groups.
    pub(super) groups: Vec<Option<Measure>>,
    pub(super) portfolio: Option<Measure>,
}

impl Measured {
    pub(super) fn is_of(&self, set: Option<&ScenarioSet>) -> bool {
        self.set == set.map(ScenarioSet::content)
    }

    /// Everything but the portfolio.
    pub(super) fn take(set: Option<&ScenarioSet>, layout: &Layout, width: usize, config: &FragilityConfig) -> Self {
        let mut measured = Self {
            set: set.map(ScenarioSet::content),
            instruments: FragilityMeasures::absent(width),
            groups: vec![None; layout.groups.len()],
            portfolio: None,
        };
        let Some(set) = set else { return measured };
        measured.instruments.scenario_set_id = Some(set.metadata().scenario_set_id);
        let members: Vec<Instrument> = layout.measured().collect();
        for line in members.chunks(LINE) {
            for (instrument, losses) in line.iter().zip(&mut gather(set, line)) {
                let measure = measure(losses, set.paths(), config, config.reference_loss);
                measured.instruments.set(*instrument, measure);
            }
        }
        for (measure_of, group) in measured.groups.iter_mut().zip(&layout.groups) {
            *measure_of = measure(&mut group.losses(set), set.paths(), config, config.reference_loss);
        }
        measured
    }

    /// The portfolio of today: its weights move with the prices, so it is measured every day.
    pub(super) fn take_portfolio(
        &mut self,
        set: Option<&ScenarioSet>,
        weights: Option<&Column>,
        config: &FragilityConfig,
    ) {
        self.portfolio = portfolio(weights).zip(set).and_then(|(held, set)| {
            measure(&mut held.losses(set), set.paths(), config, config.portfolio_reference_loss)
        });
    }
}

/// The losses of some instruments, each over the paths that it is on, in the order of the paths.
fn gather(set: &ScenarioSet, instruments: &[Instrument]) -> Vec<Vec<f64>> {
    let mut gathered: Vec<Vec<f64>> = instruments.iter().map(|_| Vec::with_capacity(set.paths())).collect();
    for path in 0..set.paths() {
        let row = set.losses(path);
        for (losses, instrument) in gathered.iter_mut().zip(instruments) {
            let loss = row[instrument.index()];
            if loss.is_finite() {
                losses.push(loss);
            }
        }
    }
    gathered
}

fn measure(losses: &mut [f64], paths: usize, config: &FragilityConfig, reference: f64) -> Option<Measure> {
    if (losses.len() as f64) < config.min_path_share * paths as f64 {
        return None;
    }
    let (expected_shortfall, worst_case_loss) = expected_shortfall(losses, config.alpha)?;
    let high_fragility = (expected_shortfall / reference).clamp(0.0, 1.0);
    Some(Measure { expected_shortfall, worst_case_loss, high_fragility })
}

impl Group {
    /// The weighted loss on each path where members with half of the weight are present, scaled up to the whole weight
    /// (to weight 1 for the equal parts of a market, sector or issuer).
    fn losses(&self, set: &ScenarioSet) -> Vec<f64> {
        let gross: f64 = self.members.iter().fold(0.0, |total, (_, weight)| total + weight.abs());
        let whole = if self.entity_type == super::EntityType::Portfolio { gross } else { 1.0 };
        let on_path = |path: usize| {
            let row = set.losses(path);
            let (mut present, mut lost) = (0.0, 0.0);
            for (at, weight) in &self.members {
                let loss = row[*at as usize];
                let here = loss.is_finite();
                present += if here { weight.abs() } else { 0.0 };
                lost += if here { weight * loss } else { 0.0 };
            }
            (present > 0.0 && present >= 0.5 * gross).then(|| lost / present * whole)
        };
        (0..set.paths()).filter_map(on_path).collect()
    }
}
