//! A day's way through the engines: what one stage leaves for the next, and the reports at the end.
//!
//! The day is the same whether the system decides it as a whole or is asked stage by stage; the two faces share the
//! functions of this module, so that they cannot say different things.

use domain::book::BookView;
use domain::chain::Score;
use domain::decision::TargetWeight;
use domain::digest::CanonicalBytes;
use domain::facts::ActionKind;
use domain::ids::Instrument;
use domain::report::{EngineReport, Verdict};
use domain::view::View;

use super::engines::{Engines, Watched};
use super::tell::report;
use crate::assessment::Assessment;
use crate::assessment::output::{AssessmentOutput, HorizonScores};
use crate::column::Column;
use crate::encoders::Encoders;
use crate::face::{Answer, Engine};
use crate::fragility::Fragility;
use crate::portfolio::output::PortfolioOutput;
use crate::portfolio::risk::ScenarioLosses;
use crate::portfolio::{Portfolio, PortfolioInput};
use crate::profiles::Profiles;
use crate::regime::Regime;
use crate::stability::{SoftTargetClass, Stability};
use crate::synthetic::{ScenarioSet, Synthetic};
use crate::universe::Universe;
use crate::universe::output::UniverseOutput;
use crate::windows::Windows;

/// What the engines have answered today.
pub(super) struct Day {
    pub watched: Watched,
    pub assessment: Answer<AssessmentOutput>,
    /// `None` while nobody has asked for it.
    pub universe: Option<Answer<UniverseOutput>>,
    /// The weights held, shares of equity.
    pub held: Vec<(Instrument, f64)>,
    /// Whether the portfolio's decision is due.
    pub due: bool,
}

/// What the portfolio is to be made of.
pub(super) struct Wish {
    /// The names that may be held.
    pub names: Vec<Instrument>,
    /// What they are expected to return over the portfolio's horizon.
    pub expected_return: Column,
}

impl Day {
    /// Today's scores over a horizon.
    pub fn scores(&self, horizon_days: u32) -> Option<&HorizonScores> {
        self.assessment.output.as_ref().ok()?.horizon(horizon_days)
    }

    /// What today's portfolio is to be made of, by the engines' own answers.
    ///
    /// # Errors
    /// The name of the engine whose answer is missing.
    pub fn wish(&self, horizon_days: u32) -> Result<Wish, &'static str> {
        let scores = self.scores(horizon_days).ok_or(Assessment::NAME)?;
        let universe = self.universe.as_ref().and_then(|answer| answer.output.as_ref().ok()).ok_or(Universe::NAME)?;
        Ok(Wish { names: universe.members().collect(), expected_return: scores.expected_return.clone() })
    }

    /// What it is to be made of where names and scores are given.
    pub fn wish_of(&self, engines: &Engines, names: &[Instrument], scores: &[Score]) -> Wish {
        let horizon = engines.horizon_days;
        let volatility = &engines.windows.today().vol_63;
        let config = engines.assessment.config();
        let expected_return = config.expected_returns(scores, self.scores(horizon), volatility, horizon);
        Wish { names: names.to_vec(), expected_return }
    }

    /// Lends the portfolio's input to `act`.
    pub fn lend<T>(
        &self,
        windows: &Windows,
        view: View<'_>,
        wish: &Wish,
        act: impl FnOnce(&PortfolioInput<'_>) -> T,
    ) -> T {
        let stability = self.watched.stability.output.as_ref().ok();
        let soft: Option<Vec<bool>> = stability
            .map(|stability| stability.class.iter().map(|class| *class == Some(SoftTargetClass::SoftTarget)).collect());
        let losses = self.watched.synthetic.output.as_ref().ok().and_then(|scenarios| losses(&scenarios.0));
        let columns: Vec<(&'static str, &Column)> = stability
            .map(|stability| vec![("stability_score", &stability.stability_score), ("liquidity", &stability.liquidity)])
            .unwrap_or_default();
        act(&PortfolioInput {
            view,
            windows,
            members: &wish.names,
            expected_return: &wish.expected_return,
            current: &self.held,
            soft_targets: soft.as_deref(),
            countries: None,
            scenarios: losses.as_ref(),
            stability: &columns,
        })
    }

    /// The reports of the engines before the portfolio, of those that have run.
    pub fn reports(&self, detailed: bool, room: &mut CanonicalBytes) -> Vec<EngineReport> {
        let Watched { encoders, profiles, regime, synthetic, stability, fragility } = &self.watched;
        let mut reports = vec![
            report(Encoders::NAME, encoders, detailed, room),
            report(Profiles::NAME, profiles, detailed, room),
            report(Regime::NAME, regime, detailed, room),
            report(Synthetic::NAME, synthetic, detailed, room),
            report(Stability::NAME, stability, detailed, room),
            report(Fragility::NAME, fragility, detailed, room),
            report(Assessment::NAME, &self.assessment, detailed, room),
        ];
        reports.extend(self.universe.as_ref().map(|universe| report(Universe::NAME, universe, detailed, room)));
        reports
    }
}

/// The shares of equity that are held, at the last close of each: as the account is valued.
pub(super) fn weights_held(view: &View<'_>, book: &BookView<'_>) -> Vec<(Instrument, f64)> {
    let equity = book.equity.to_units();
    if equity <= 0.0 {
        return Vec::new();
    }
    let weight = |(instrument, quantity): (Instrument, domain::quantity::Quantity)| {
        Some((instrument, last_close(view, instrument)? * quantity.to_units() / equity))
    };
    book.held().filter_map(weight).collect()
}

/// The last close of an instrument, for shares of today: a split since then has made it smaller.
fn last_close(view: &View<'_>, at: Instrument) -> Option<f64> {
    let (lag, close) = (0..view.day_count()).find_map(|lag| Some((lag, view.closes(lag)?.get(at)?)))?;
    let day = (view.day_count() - 1 - lag) as u32;
    let since = view.actions().iter().rev().take_while(|action| action.day > day);
    let splits = since.filter(|action| action.instrument == at).map(|action| match action.kind {
        ActionKind::Split { numerator, denominator } => f64::from(denominator) / f64::from(numerator),
        _ => 1.0,
    });
    Some(splits.fold(close, |close, ratio| close * ratio))
}

/// Weights as a column of so many instruments; `None` when nothing is held.
pub(super) fn column_of(weights: &[(Instrument, f64)], width: usize) -> Option<Column> {
    let mut column = Column::absent(width);
    weights.iter().for_each(|(instrument, weight)| column.set(*instrument, Some(*weight)));
    (!weights.is_empty()).then_some(column)
}

fn losses(set: &ScenarioSet) -> Option<ScenarioLosses> {
    ScenarioLosses::new(set.losses(0).len(), set.all_losses().to_vec())
}

/// Whether the answer is a decision: one whose limits contradict each other is none.
pub(super) fn has_target(answer: &Answer<PortfolioOutput>) -> bool {
    answer.output.as_ref().is_ok_and(|output| output.target.is_ok())
}

/// The wanted portfolio, complete: what it does not name is sold. `None` leaves everything as it is.
pub(super) fn targets(answer: &Answer<PortfolioOutput>) -> Option<Vec<TargetWeight>> {
    let target = answer.output.as_ref().ok()?.target.as_ref().ok()?;
    let held = target.weights.iter().filter(|(_, weight)| *weight != 0.0);
    Some(held.map(|(instrument, weight)| TargetWeight { instrument: *instrument, weight: *weight }).collect())
}

/// As any report; contradicting limits are an abstention.
pub(super) fn portfolio_report(
    answer: &Answer<PortfolioOutput>,
    detailed: bool,
    room: &mut CanonicalBytes,
) -> EngineReport {
    let mut told = report(Portfolio::NAME, answer, detailed, room);
    if let Ok(PortfolioOutput { target: Err(why), .. }) = &answer.output {
        told.verdict = Verdict::Abstained(why.abstention());
    }
    told
}
