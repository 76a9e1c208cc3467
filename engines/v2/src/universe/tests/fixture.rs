//! A market of candidates.

use domain::facts::InstrumentFact;
use domain::tape::Tape;
use domain::view::View;

use crate::assessment::tests::fixture::{column, fact, tape, wiggle};
use crate::column::Column;
use crate::face::{Answer, Engine};
use crate::universe::config::UniverseConfig;
use crate::universe::output::UniverseOutput;
use crate::universe::{Input, Universe};
use crate::windows::Windows;

pub(super) const TEXT: &str = "strategy_id = \"us_core\"\nmarkets = [\"US_EQ\"]\nmax_universe_size = 6\n\
     min_liquidity_adv = 1e6\nmin_price = 5.0\nsector_max_names = 3\nuniverse_model_id = \"universe-v1\"\n";

/// The least config, and more lines.
pub(super) fn config(more: &str) -> UniverseConfig {
    toml::from_str(&(TEXT.to_owned() + more)).unwrap()
}

/// `EQUITY:U00` … by turns in the sectors Banks, Energy and none.
pub(super) fn candidates(width: usize) -> Vec<InstrumentFact> {
    let sector = |at: usize| [Some("Banks"), Some("Energy"), None][at % 3];
    (0..width).map(|at| fact(&format!("EQUITY:U{at:02}"), sector(at))).collect()
}

/// 70 days, a million shares a day.
pub(super) fn market(facts: &[InstrumentFact]) -> Tape {
    tape(facts, 70, &|day, name| Some((wiggle(day, name), Some(1e6))))
}

/// The columns of a day, by the names of the input.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) score: Column,
    pub(super) liquidity: Column,
    pub(super) quality: Column,
    pub(super) stability: Column,
    pub(super) soft_target: Column,
    pub(super) soft_target_score: Column,
    pub(super) soft_target_index: Column,
    pub(super) weak_driver: Column,
}

impl Columns {
    /// Sound names; the later, the worse by score.
    pub(super) fn sound(width: usize) -> Self {
        let all = |value: f64| column(&vec![value; width]);
        Self {
            score: Column::with_gaps((0..width).map(|at| 0.9 - 0.05 * at as f64).collect()),
            liquidity: all(0.5),
            quality: all(0.5),
            stability: all(0.5),
            soft_target: all(0.0),
            soft_target_score: all(0.1),
            soft_target_index: all(20.0),
            weak_driver: all(0.1),
        }
    }

    pub(super) fn input<'a>(&'a self, view: View<'a>, windows: &'a Windows) -> Input<'a> {
        Input {
            view,
            windows,
            score: Some(&self.score),
            liquidity: Some(&self.liquidity),
            quality: Some(&self.quality),
            stability: Some(&self.stability),
            soft_target: Some(&self.soft_target),
            soft_target_score: Some(&self.soft_target_score),
            soft_target_index: Some(&self.soft_target_index),
            weak_driver: Some(&self.weak_driver),
        }
    }
}

/// The universe of the tape's day `day`.
pub(super) fn run(config: UniverseConfig, tape: &Tape, day: usize, columns: &Columns) -> Answer<UniverseOutput> {
    let (view, windows) = crate::assessment::tests::fixture::stand(tape, day);
    Universe::new(config).unwrap().run(&columns.input(view, &windows))
}

/// Tier and named reason of each candidate.
pub(super) fn told(output: &UniverseOutput) -> Vec<(&'static str, &'static str)> {
    output.entries.iter().map(|entry| (entry.tier.name(), entry.reason())).collect()
}
