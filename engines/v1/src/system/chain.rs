//! The stages of v1, as a chain that another generation can be swapped into.

use domain::chain::{Chain, Score, Wanted};
use domain::decision::TargetWeight;
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::OrderRequest;
use domain::quantity::Quantity;
use domain::report::{Abstention, EngineReport, Figure, Verdict};
use domain::state::Saved;
use domain::system::Today;

use super::{Told, V1System};
use crate::assessment::{self, Bars, PipelineDecision, decide, weight_hint};
use crate::backtesting::orders::{Line, plan};
use crate::backtesting::{self, Account, Slippage};
use crate::config::StrategyId;
use crate::regime::tree::TREE_VERSION;
use crate::risk::{self, Limited, limit, only_less};
use crate::system::Memory;
use crate::universe::{self, FRAGILE_FACTOR, Gates, Universe};
use crate::{macro_, meta, tell};

/// Stands before a saved state.
const STATE: &str = "v1 state 1";

impl Chain for V1System {
    fn watch(&mut self, today: &Today<'_>) {
        let view = &today.view;
        self.monthly =
            today.day_number == 0 || view.date(1).is_none_or(|before| before.year_month() != view.today().year_month());
        self.memory.fit(view.instruments().len());
        self.fundamentals.watch(view);
        let regime = self.regime.step(view, self.stability.weakness());
        self.stability.step(view);
        self.black_swan.step(view);
        let older = macro_::step(view, &self.config.inputs);
        self.mood = (regime.state, regime.alert);
        let slippage = Slippage::of_bps(self.config.slippage_bps);
        let account =
            self.account.get_or_insert_with(|| Account::new(today.book.cash, today.book.positions.to_vec(), slippage));
        account.mark(view.closes(0).into_iter().flat_map(|row| row.iter()));
        let mut told = regime.report();
        if self.monthly {
            told.figures.push(tell::label("tree_version", TREE_VERSION));
        }
        let watched = vec![told, self.stability.report(), self.black_swan.report(), macro_::report(older.as_ref())];
        self.told = Told { watched, ..Told::default() };
    }

    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention> {
        let view = &today.view;
        let gates = Gates { alert: self.mood.1, emergency: self.black_swan.state(), stability: &self.stability };
        let universe = match self.config.strategy {
            StrategyId::QualityGrowthCore => universe::choose(view, &self.config, &self.fundamentals, &gates),
            StrategyId::EqualWeightBuyAndHold => Universe::everything(view),
        };
        self.told.universe = Some(universe.report(self.monthly));
        // Nobody to hold is an answer too: what is held is sold. Only a day without any price is none.
        if universe.pool == 0 {
            self.told.assessment = Some(tell::missing(assessment::ENGINE, universe::ENGINE));
            self.told.risk = Some(tell::missing(risk::ENGINE, universe::ENGINE));
            return Err(Abstention::NothingEligible);
        }
        Ok(universe.members.iter().map(|member| member.instrument).collect())
    }

    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention> {
        let sure = |instrument: &Instrument| Score { instrument: *instrument, score: 1.0, confidence: 1.0 };
        let scores = match self.config.strategy {
            StrategyId::EqualWeightBuyAndHold => names.iter().map(sure).collect(),
            StrategyId::QualityGrowthCore => {
                let mut all: Vec<Instrument> =
                    names.iter().copied().chain(today.book.held().map(|held| held.0)).collect();
                all.sort_unstable();
                all.dedup();
                let bank = |instrument| {
                    universe::main_bank(&today.view, &self.config, &self.stability, instrument).map(|bank| bank.1)
                };
                assessment::score(&today.view, &all, |instrument| self.fundamentals.of(instrument), bank)
            }
        };
        let scored = tell::number("scored", scores.len() as f64);
        self.told.assessment = Some(tell::decided(assessment::ENGINE, vec![scored]));
        Ok(scores)
    }

    fn sizing(&mut self, today: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Wanted {
        match self.config.strategy {
            StrategyId::QualityGrowthCore => Ok(Some(self.assess(today, names, scores))),
            StrategyId::EqualWeightBuyAndHold => Ok(self.buy_once(names)),
        }
    }

    fn limits(&mut self, today: &Today<'_>, wanted: &[TargetWeight]) -> Wanted {
        // The control was never sent through risk: its backtest bought equal cash and held.
        if self.config.strategy == StrategyId::EqualWeightBuyAndHold {
            self.told.risk = Some(EngineReport::plain(risk::ENGINE, Verdict::Unchanged));
            return Ok(Some(wanted.to_vec()));
        }
        let failed = wanted.iter().any(|target| !target.weight.is_finite());
        let less;
        let wanted = if failed {
            less = only_less(wanted, &held_weights(today, wanted));
            &less
        } else {
            wanted
        };
        let limited = limit(wanted, self.config.max_abs_weight_per_name, self.mood.1, self.black_swan.state());
        self.told.risk = Some(self.risk_report(today, &limited, failed));
        let left = limited.iter().filter(|line| line.weight != 0.0);
        Ok(Some(left.map(|line| TargetWeight { instrument: line.instrument, weight: line.weight }).collect()))
    }

    fn orders(&mut self, today: &Today<'_>, targets: &[TargetWeight]) -> Option<Vec<OrderRequest>> {
        let mut lines = Vec::new();
        for (instrument, close) in today.view.closes(0).into_iter().flat_map(|row| row.iter()) {
            let held = today.book.position(instrument);
            let at = targets.binary_search_by_key(&instrument, |target| target.instrument).ok();
            let weight = at.map_or(0.0, |at| targets[at].weight);
            if weight != 0.0 || held > Quantity::ZERO {
                lines.push(Line { instrument, close, held, weight });
            }
        }
        let orders = plan(&lines, today.book.cash, today.book.equity, Slippage::of_bps(self.config.slippage_bps));
        if let Some(account) = &mut self.account {
            orders.iter().for_each(|order| account.fill(order));
        }
        Some(orders)
    }

    fn report(&mut self) -> Vec<EngineReport> {
        let Told { watched, universe, assessment, risk } = std::mem::take(&mut self.told);
        let account = self.account.as_mut().map_or_else(
            || tell::missing(backtesting::ENGINE, "account"),
            |account| {
                account.end_day();
                account.report(self.monthly)
            },
        );
        let stages = [universe, assessment, risk].into_iter().flatten();
        watched.into_iter().chain(stages).chain([account, meta::report()]).collect()
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(STATE).put_text(self.config.strategy.name());
        self.regime.save(bytes);
        self.stability.save(bytes);
        self.black_swan.save(bytes);
        self.memory.save(bytes);
        bytes.put_u8(u8::from(self.bought)).put_u8(u8::from(self.account.is_some()));
        if let Some(account) = &self.account {
            account.save(bytes);
        }
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        if saved.text()? != STATE || saved.text()? != self.config.strategy.name() {
            return None;
        }
        self.regime.restore(saved)?;
        self.stability.restore(saved)?;
        self.black_swan.restore(saved)?;
        self.memory = Memory::restore(saved)?;
        self.bought = saved.u8()? == 1;
        self.account = if saved.u8()? == 1 {
            Some(Account::restore(saved, Slippage::of_bps(self.config.slippage_bps))?)
        } else {
            None
        };
        Some(())
    }
}

impl V1System {
    /// Assesses each name of the universe and each one held, and answers the weights wanted.
    fn assess(&mut self, today: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Vec<TargetWeight> {
        let (state, alert) = self.mood;
        let bars = Bars::of(state, alert, self.black_swan.state());
        let mut all: Vec<Instrument> = names.iter().copied().chain(today.book.held().map(|held| held.0)).collect();
        all.sort_unstable();
        all.dedup();
        let mut decisions = Vec::with_capacity(all.len());
        for instrument in all {
            let score = scores.binary_search_by_key(&instrument, |score| score.instrument).ok().map(|at| scores[at]);
            let held = !today.book.position(instrument).is_zero();
            let member = names.binary_search(&instrument).is_ok();
            let decision = decide(score.map(|score| score.score), held, member, bars);
            let conviction = score.map_or(0.0, |score| score.confidence);
            let wanted = matches!(decision, assessment::DecisionType::LongEntry | assessment::DecisionType::LongHold);
            let bank = universe::main_bank(&today.view, &self.config, &self.stability, instrument);
            let fragile = bank.is_some_and(|(state, _)| state == crate::stability::EntityState::Fragile);
            let factor = if fragile { FRAGILE_FACTOR } else { 1.0 };
            let weight_hint = if wanted { weight_hint(state, conviction) * factor } else { 0.0 };
            let synthesis = score.map_or(0.0, |score| score.score);
            decisions.push(PipelineDecision { instrument, decision, synthesis, conviction, weight_hint });
        }
        self.told.assessment = Some(self.assessment_report(today, &decisions));
        let wanted = decisions.iter().filter(|line| line.weight_hint != 0.0);
        wanted.map(|line| TargetWeight { instrument: line.instrument, weight: line.weight_hint }).collect()
    }

    /// Equal weights for every name, once.
    fn buy_once(&mut self, names: &[Instrument]) -> Option<Vec<TargetWeight>> {
        self.told.risk = Some(EngineReport::plain(risk::ENGINE, Verdict::Unchanged));
        if self.bought || names.is_empty() {
            self.told.assessment = Some(EngineReport::plain(assessment::ENGINE, Verdict::Unchanged));
            return None;
        }
        self.bought = true;
        let weight = 1.0 / names.len() as f64;
        Some(names.iter().map(|instrument| TargetWeight { instrument: *instrument, weight }).collect())
    }

    fn assessment_report(&mut self, today: &Today<'_>, decisions: &[PipelineDecision]) -> EngineReport {
        use crate::assessment::DecisionType::{LongEntry, LongExit, LongHold, Skip};
        let mut figures: Vec<Figure> = Vec::new();
        for (field, kind) in [("entries", LongEntry), ("holds", LongHold), ("exits", LongExit), ("skips", Skip)] {
            let count = decisions.iter().filter(|line| line.decision == kind).count();
            figures.push(tell::number(field, count as f64));
        }
        let stop = self.mood.0.posture().stop;
        for line in decisions {
            if !self.memory.decides(line.instrument, line.decision) && !self.monthly {
                continue;
            }
            let mut tell = |figure: Figure| figures.push(tell::of(line.instrument, figure));
            tell(tell::label("decision", line.decision.name()));
            tell(tell::number("synthesis", line.synthesis));
            tell(tell::number("conviction", line.conviction));
            tell(tell::number("weight_hint", line.weight_hint));
            if let Some(close) = today.view.close(line.instrument).filter(|_| line.decision == LongEntry) {
                tell(tell::number("stop_hint", close * (1.0 - stop)));
            }
        }
        tell::decided(assessment::ENGINE, figures)
    }

    fn risk_report(&mut self, today: &Today<'_>, limited: &[Limited], failed: bool) -> EngineReport {
        let mut figures: Vec<Figure> = Vec::new();
        use crate::risk::RiskResult::{Capped, Ok, Rejected, ScaledDown};
        for (field, kind) in [("ok", Ok), ("capped", Capped), ("scaled_down", ScaledDown), ("rejected", Rejected)] {
            figures.push(tell::number(field, limited.iter().filter(|line| line.result == kind).count() as f64));
        }
        let gross: Vec<f64> = limited.iter().map(|line| line.weight.abs()).collect();
        figures.push(tell::number("gross", domain::numeric::sum(&gross)));
        figures.push(tell::label("failure", if failed { "only_less" } else { "none" }));
        for instrument in (0..today.view.instruments().len() as u32).map(Instrument) {
            let at = limited.binary_search_by_key(&instrument, |line| line.instrument).ok();
            let line = at.map(|at| limited[at]);
            let changed = self.memory.limits(instrument, line.map(|line| line.result));
            if let Some(line) = line.filter(|_| changed || self.monthly) {
                figures.push(tell::of(instrument, tell::label("result", line.result.name())));
                figures.push(tell::of(instrument, tell::number("target_weight", line.weight)));
            }
        }
        tell::decided(risk::ENGINE, figures)
    }
}

/// The share of equity held of each name of `wanted`, at today's close.
fn held_weights(today: &Today<'_>, wanted: &[TargetWeight]) -> Vec<f64> {
    let equity = today.book.equity.to_units();
    let weight = |target: &TargetWeight| {
        let close = today.view.close(target.instrument).unwrap_or(0.0);
        if equity > 0.0 { close * today.book.position(target.instrument).to_units() / equity } else { 0.0 }
    };
    wanted.iter().map(weight).collect()
}
