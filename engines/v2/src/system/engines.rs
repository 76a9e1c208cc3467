//! The engines side by side, and one day's walk through them.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::seed::Seed;
use domain::state::Saved;
use domain::view::View;

use super::V2Config;
use crate::assessment::output::AssessmentOutput;
use crate::assessment::{Assessment, Fundamentals, Input as AssessmentInput};
use crate::column::Column;
use crate::config::ConfigError;
use crate::encoders::{Encoders, EncodersInput, EncodersOutput};
use crate::face::{Answer, Engine};
use crate::fragility::{Fragility, FragilityOutput, Input as FragilityInput, Valuation};
use crate::portfolio::Portfolio;
use crate::profiles::{Profiles, ProfilesInput, ProfilesOutput};
use crate::regime::naming::Family;
use crate::regime::{Input as RegimeInput, Regime, RegimeOutput, RegimeState};
use crate::stability::{Input as StabilityInput, SoftTargetClass, Stability, StabilityOutput, StressFamily};
use crate::synthetic::{Input as SyntheticInput, Scenarios, Synthetic};
use crate::universe::output::UniverseOutput;
use crate::universe::{Input as UniverseInput, Universe};
use crate::windows::Windows;

/// What the engines up to fragility alpha answered: they watch the market every day, earlier days included.
pub(super) struct Watched {
    pub encoders: Answer<EncodersOutput>,
    pub profiles: Answer<ProfilesOutput>,
    pub regime: Answer<RegimeOutput>,
    pub synthetic: Answer<Scenarios>,
    pub stability: Answer<StabilityOutput>,
    pub fragility: Answer<FragilityOutput>,
}

/// Is told the name of each stage when it is done.
pub(super) type After<'a> = &'a mut dyn FnMut(&'static str);

/// The engines that watch.
struct Watchers {
    stress_region: String,
    joint_model_id: String,
    encoders: Encoders,
    profiles: Profiles,
    regime: Regime,
    synthetic: Synthetic,
    stability: Stability,
    fragility: Fragility,
}

/// All engines of a run.
pub(super) struct Engines {
    pub seed: Seed,
    pub windows: Windows,
    /// Whether the first day has been seen: the earlier days of the tape are walked through once.
    started: bool,
    watchers: Watchers,
    pub assessment: Assessment,
    universe: Universe,
    pub portfolio: Portfolio,
    /// The day count since which a decision has been due and has failed.
    failing_since: Option<u32>,
    /// The horizon that the portfolio is optimised over.
    pub horizon_days: u32,
}

impl Engines {
    pub fn new(config: &V2Config, seed: Seed) -> Result<Self, ConfigError> {
        let watchers = Watchers {
            stress_region: config.stress_region.clone(),
            joint_model_id: config.regime.joint_model_id.clone(),
            encoders: Encoders::new(config.encoders.clone())?,
            profiles: Profiles::new(config.profiles.clone())?,
            regime: Regime::new(config.regime.clone())?,
            synthetic: Synthetic::new(config.synthetic.clone(), seed)?,
            stability: Stability::new(config.stability.clone())?,
            fragility: Fragility::new(config.fragility)?,
        };
        Ok(Self {
            seed,
            windows: Windows::new(config.windows),
            started: false,
            watchers,
            assessment: Assessment::new(config.assessment.clone())?,
            universe: Universe::new(config.universe.clone())?,
            portfolio: Portfolio::new(config.portfolio.clone())?,
            failing_since: None,
            horizon_days: config.portfolio.shape.horizon_days,
        })
    }

    /// Watches today; on the first day of a run also every earlier day of the tape, in order.
    /// `held` are the weights held today; of the account on earlier days nothing is known.
    pub fn watch(&mut self, view: &View<'_>, held: Option<&Column>, after: After<'_>) -> Option<Watched> {
        let Self { windows, watchers, started, .. } = self;
        let mut today = None;
        if *started {
            windows.step(view);
            today = Some(watchers.watch(view, windows, held, after));
        } else {
            windows.step_with(view, &mut |windows, earlier| {
                let held = held.filter(|_| earlier.day_count() == view.day_count());
                today = Some(watchers.watch(earlier, windows, held, after));
            });
            *started = true;
        }
        today
    }

    /// Scores the instruments.
    pub fn assess(&mut self, view: &View<'_>, watched: &Watched, after: After<'_>) -> Answer<AssessmentOutput> {
        let profiles = watched.profiles.output.as_ref().ok();
        let stability = watched.stability.output.as_ref().ok();
        let fragility = watched.fragility.output.as_ref().ok();
        let soft_target = stability.map(|stability| class_column(&stability.class));
        let assessment = self.assessment.run(&AssessmentInput {
            view: *view,
            windows: &self.windows,
            fundamentals: profiles.map(fundamentals),
            growth: None,
            sentiment: None,
            high_fragility: stability.map(|stability| &stability.fragility.high_fragility),
            fragility_alpha: fragility.map(|fragility| &fragility.fragility_alpha),
            soft_target: soft_target.as_ref(),
            soft_target_index: stability.map(|stability| &stability.soft_target_index),
            weak_driver: profiles.map(|profiles| &profiles.weak_driver),
        });
        after(Assessment::NAME);
        assessment
    }

    /// Chooses among the instruments by their scores.
    pub fn choose(
        &mut self,
        view: &View<'_>,
        watched: &Watched,
        assessment: &Answer<AssessmentOutput>,
        after: After<'_>,
    ) -> Answer<UniverseOutput> {
        let profiles = watched.profiles.output.as_ref().ok();
        let stability = watched.stability.output.as_ref().ok();
        let fragility = watched.fragility.output.as_ref().ok();
        let soft_target = stability.map(|stability| class_column(&stability.class));
        let scores = assessment.output.as_ref().ok();
        let quality = scores.and_then(AssessmentOutput::quality01);
        let universe = self.universe.run(&UniverseInput {
            view: *view,
            windows: &self.windows,
            score: scores.and_then(|scores| scores.horizon(self.horizon_days)).map(|horizon| &horizon.score),
            liquidity: stability.map(|stability| &stability.liquidity),
            quality: quality.as_ref(),
            stability: stability.map(|stability| &stability.stability_score),
            soft_target: soft_target.as_ref(),
            soft_target_score: fragility.map(|fragility| &fragility.soft_target_score),
            soft_target_index: stability.map(|stability| &stability.soft_target_index),
            weak_driver: profiles.map(|profiles| &profiles.weak_driver),
        });
        after(Universe::NAME);
        universe
    }

    /// Whether today's reports tell of single instruments, on a day on which a decision was due. One that fails is tried
    /// again every day, and a journal that told of everybody every day would be read by nobody: so the first day does,
    /// and one in `every_days` after it.
    pub fn tells_of_instruments(&mut self, today: u32, is_decided: bool) -> bool {
        if is_decided {
            self.failing_since = None;
            return true;
        }
        let since = *self.failing_since.get_or_insert(today);
        today.saturating_sub(since).is_multiple_of(self.portfolio.config().shape.every_days)
    }

    pub fn save(&self, bytes: &mut CanonicalBytes) {
        let Watchers { encoders, profiles, regime, synthetic, stability, fragility, .. } = &self.watchers;
        // A day count is at least 1, so 0 stands for none.
        bytes.put_u8(u8::from(self.started)).put_u32(self.failing_since.unwrap_or(0));
        encoders.save(bytes);
        profiles.save(bytes);
        regime.save(bytes);
        synthetic.save(bytes);
        stability.save(bytes);
        fragility.save(bytes);
        self.assessment.save(bytes);
        self.universe.save(bytes);
        self.portfolio.save(bytes);
    }

    pub fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        let Watchers { encoders, profiles, regime, synthetic, stability, fragility, .. } = &mut self.watchers;
        self.started = saved.u8().filter(|flag| *flag <= 1)? == 1;
        self.failing_since = Some(saved.u32()?).filter(|day| *day > 0);
        encoders.restore(saved)?;
        profiles.restore(saved)?;
        regime.restore(saved)?;
        synthetic.restore(saved)?;
        stability.restore(saved)?;
        fragility.restore(saved)?;
        self.assessment.restore(saved)?;
        self.universe.restore(saved)?;
        self.portfolio.restore(saved)
    }
}

impl Watchers {
    /// The joint embedding of the first market that has one under the regime's model.
    fn market_window<'e>(&self, vectors: &'e EncodersOutput) -> Option<&'e [f32]> {
        let joint = |market: &'e crate::encoders::MarketVectors| {
            market.joint.iter().find(|(model, _)| *model == self.joint_model_id)
        };
        vectors.markets.iter().find_map(joint).map(|(_, joint)| joint.embedding.vector())
    }

    fn watch(&mut self, view: &View<'_>, windows: &Windows, held: Option<&Column>, after: After<'_>) -> Watched {
        after("windows");
        let encoders = self.encoders.run(&EncodersInput { view: *view, windows });
        after(Encoders::NAME);
        let profiles = self.profiles.run(&ProfilesInput { view: *view, windows });
        after(Profiles::NAME);
        let embedding = encoders.output.as_ref().ok().and_then(|vectors| self.market_window(vectors));
        let regime = self.regime.run(&RegimeInput { view, windows, embedding });
        after(Regime::NAME);
        let state = regime.output.as_ref().ok().and_then(|regime| regime.region(&self.stress_region));
        let stress = state.and_then(|state| stress_of(state.family));
        let names: Vec<&str> = state.map(names_of).unwrap_or_default();
        let synthetic = self.synthetic.run(&SyntheticInput { view: *view, windows, regime: &names });
        after(Synthetic::NAME);
        let known = profiles.output.as_ref().ok();
        let weakness = known.map(|profiles| &profiles.weakness);
        let set = synthetic.output.as_ref().ok().map(|scenarios| scenarios.0.as_ref());
        let stability = self.stability.run(&StabilityInput {
            view: *view,
            windows,
            weakness,
            stress,
            scenarios: set,
            weights: held,
        });
        after(Stability::NAME);
        let fragility = match &stability.output {
            Err(why) => Answer::abstained(why.clone()),
            Ok(stability) => self.fragility.run(&FragilityInput {
                view: *view,
                windows,
                stability,
                weakness,
                valuation: Valuation {
                    earnings_yield: known.map(|known| &known.fundamentals.earnings_yield),
                    book_to_price: known.map(|known| &known.fundamentals.book_to_price),
                    fcf_yield: known.map(|known| &known.fundamentals.fcf_yield),
                },
                dividend_yield: known.map(|known| &known.fundamentals.dividend_yield),
                stress,
                horizon_days: set.map_or(0, |set| set.metadata().horizon_days),
            }),
        };
        after(Fragility::NAME);
        Watched { encoders, profiles, regime, synthetic, stability, fragility }
    }
}

/// What a regime filter may name: the label, the family and the tags.
fn names_of(state: &RegimeState) -> Vec<&'static str> {
    let mut names = vec![state.label.name(), state.family.name()];
    names.extend(state.tags.iter().map(|tag| tag.name()));
    names
}

const fn stress_of(family: Family) -> Option<StressFamily> {
    match family {
        Family::Crisis => Some(StressFamily::Crisis),
        Family::RiskOff => Some(StressFamily::RiskOff),
        Family::Carry | Family::Neutral => None,
    }
}

const fn fundamentals(profiles: &ProfilesOutput) -> Fundamentals<'_> {
    let known = &profiles.fundamentals;
    Fundamentals {
        earnings_yield: &known.earnings_yield,
        book_to_price: &known.book_to_price,
        fcf_yield: &known.fcf_yield,
        roe: &known.roe,
        gross_margin: &known.gross_margin,
        leverage: &known.leverage,
        accruals: &known.accruals,
        dividend_yield: &known.dividend_yield,
    }
}

/// The soft-target classes as numbers: 0 NONE, 1 WATCHLIST, 2 SOFT_TARGET.
fn class_column(classes: &[Option<SoftTargetClass>]) -> Column {
    let mut column = Column::absent(classes.len());
    for (instrument, class) in (0..).map(Instrument).zip(classes) {
        column.set(instrument, class.map(|class| class as u8 as f64));
    }
    column
}
