//! One generation with some stages taken from the other.
//!
//! Data and calendar are facts of the scenario, not of a chain, so they may stand among the stages that are taken and
//! change nothing here. A stage that abstains, or for which nothing is due, ends the day's decision: what is held
//! stays, and no later stage is asked. So with no stage taken the legacy decides as it does alone, and with all of
//! them the modern one does:
//!
//! ```text
//! taken {}                         every day as the legacy's own
//! taken {signal}                   its names and weights, the other's scores
//! taken {universe .. execution}    every day as the modern's own
//! ```
//!
//! **Books of their own.** A generation may keep a paper account in its `orders`. Where the execution is the other's
//! it is not asked for orders, so that account stays at its opening cash and says so in its figures; the account of the
//! run is the ledger's.
//!
//! **The journal** has the reports of both, each under its engines' own names, and a lane `swap`: who decides at each
//! stage (on the run's first day) and the stage at which a day's decision ended, where it did.

use domain::chain::{Chain, Stage};
use domain::decision::{Decision, EngineReport, Figure, FigureValue, TargetWeight, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::OrderRequest;
use domain::report::Abstention;
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};

use super::findings::STAGES;

/// The lane of the swap itself.
pub const ENGINE: &str = "swap";
/// Stands before a saved state.
const STATE: &str = "swapped 1";

/// Two chains of which one is asked at each stage.
pub struct Swapped {
    legacy: Box<dyn Chain>,
    modern: Box<dyn Chain>,
    /// By the stage's place: whether it is the modern chain's.
    taken: [bool; Stage::ALL.len()],
}

/// What a day came to.
enum Ended {
    /// Weights for the harness to plan.
    Targets(Vec<TargetWeight>),
    /// Orders as they are.
    Orders(Vec<OrderRequest>),
    /// At this stage, for which nothing was due, or which could not answer.
    At(Stage, Option<Abstention>),
}

impl Swapped {
    /// `legacy` with the stages of `taken` from `modern`.
    #[must_use]
    pub fn new(legacy: Box<dyn Chain>, modern: Box<dyn Chain>, taken: impl IntoIterator<Item = Stage>) -> Self {
        let mut flags = [false; Stage::ALL.len()];
        taken.into_iter().for_each(|stage| flags[stage as usize] = true);
        Self { legacy, modern, taken: flags }
    }

    fn is_taken(&self, stage: Stage) -> bool {
        self.taken[stage as usize]
    }

    /// Whoever decides at a stage.
    fn of(&mut self, stage: Stage) -> &mut dyn Chain {
        if self.is_taken(stage) { self.modern.as_mut() } else { self.legacy.as_mut() }
    }

    /// The stages in their order, as far as they answer.
    fn walk(&mut self, today: &Today<'_>) -> Ended {
        let abstained = |stage| move |why| Ended::At(stage, Some(why));
        let names: Result<Vec<Instrument>, Ended> =
            self.of(Stage::Universe).universe(today).map_err(abstained(Stage::Universe));
        let walked = names.and_then(|names| {
            let scores = self.of(Stage::Signal).signal(today, &names).map_err(abstained(Stage::Signal))?;
            let wanted = self.of(Stage::Sizing).sizing(today, &names, &scores).map_err(abstained(Stage::Sizing))?;
            let wanted = wanted.ok_or(Ended::At(Stage::Sizing, None))?;
            let targets = self.of(Stage::Limits).limits(today, &wanted).map_err(abstained(Stage::Limits))?;
            targets.ok_or(Ended::At(Stage::Limits, None))
        });
        let targets = match walked {
            Ok(targets) => targets,
            Err(ended) => return ended,
        };
        match self.of(Stage::Execution).orders(today, &targets) {
            Some(orders) => Ended::Orders(orders),
            None => Ended::Targets(targets),
        }
    }

    /// What the lane of the swap says of a day.
    fn report(&self, ended: &Ended, first: bool) -> EngineReport {
        let label = |field: &'static str, text: &'static str| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Label(text.into()),
        };
        let mut figures = Vec::new();
        if first {
            let whose = |stage: Stage| if self.is_taken(stage) { "modern" } else { "legacy" };
            figures.extend(STAGES.map(|stage| label(stage.name(), whose(stage))));
        }
        let verdict = match ended {
            Ended::Targets(_) | Ended::Orders(_) => Verdict::Decided,
            Ended::At(stage, why) => {
                figures.push(label("ended_at", stage.name()));
                why.clone().map_or(Verdict::Unchanged, Verdict::Abstained)
            }
        };
        EngineReport { figures, ..EngineReport::plain(ENGINE, verdict) }
    }
}

impl DecisionSystem for Swapped {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.legacy.watch(today);
        self.modern.watch(today);
        let ended = self.walk(today);
        let mut reports = self.legacy.report();
        reports.extend(self.modern.report());
        reports.push(self.report(&ended, today.day_number == 0));
        match ended {
            Ended::Targets(targets) => Decision { reports, targets: Some(targets), orders: Vec::new() },
            Ended::Orders(orders) => Decision { reports, targets: None, orders },
            Ended::At(..) => Decision { reports, targets: None, orders: Vec::new() },
        }
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text(STATE).put_bytes(&self.taken.map(u8::from));
        for chain in [&self.legacy, &self.modern] {
            bytes.put_bytes(&saved(chain.as_ref()));
        }
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let refuse = |what: &str| StateError::new(ENGINE, what);
        let mut bytes = Saved::new(state);
        let torn = || refuse("its bytes end early or do not add up");
        if bytes.text().ok_or_else(torn)? != STATE {
            return Err(refuse("it is the state of another system"));
        }
        if bytes.bytes().ok_or_else(torn)? != self.taken.map(u8::from) {
            return Err(refuse("other stages were taken when it was saved"));
        }
        let (legacy, modern) = (bytes.bytes().ok_or_else(torn)?, bytes.bytes().ok_or_else(torn)?);
        if !bytes.is_empty() {
            return Err(torn());
        }
        taken_up(self.legacy.as_mut(), legacy).ok_or_else(|| refuse("the legacy chain does not know its state"))?;
        taken_up(self.modern.as_mut(), modern).ok_or_else(|| refuse("the modern chain does not know its state"))
    }
}

/// The state of a chain by itself.
pub(super) fn saved(chain: &dyn Chain) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    chain.save(&mut bytes);
    bytes.into_vec()
}

/// Gives a chain its state back, all of it.
pub(super) fn taken_up(chain: &mut dyn Chain, state: &[u8]) -> Option<()> {
    let mut saved = Saved::new(state);
    chain.restore(&mut saved).filter(|()| saved.is_empty())
}

#[cfg(test)]
mod tests;
