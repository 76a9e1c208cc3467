//! Small tapes made by formulas, and the engines run over them.

use std::sync::Arc;

use domain::date::Date;
use domain::facts::{ActionFact, BarFact, InstrumentFact, PriceBasis, SeriesFact};
use domain::seed::{Seed, Streams, unit_interval};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use crate::column::Column;
use crate::face::Engine;
use crate::stability::{Input, Stability, StabilityConfig, StabilityOutput, StressFamily};
use crate::synthetic::{Input as SyntheticInput, ScenarioSet, Synthetic};
use crate::windows::{Windows, WindowsConfig};

/// Day number `day` of every tape here.
pub(crate) fn date(day: usize) -> Date {
    Date::from_epoch_days(12_000 + day as i32)
}

/// A tape of `width` instruments `EQUITY:S00` on, issuers `I00` on, sectors in threes, closes and volumes by formula.
pub(crate) fn builder(
    width: usize,
    days: usize,
    mut bar: impl FnMut(usize, usize) -> Option<(f64, f64)>,
) -> TapeBuilder {
    let fact = |at: usize| InstrumentFact {
        id: format!("EQUITY:S{at:02}").parse().unwrap(),
        market: "US_EQ".into(),
        currency: "USD".into(),
        issuer: Some(format!("I{at:02}")),
        sector: Some(format!("SECTOR{}", at / 6)),
    };
    let facts: Vec<InstrumentFact> = (0..width).map(fact).collect();
    let dates = (0..days).map(date).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, dates, facts.clone()).unwrap();
    for day in 0..days {
        for (at, fact) in facts.iter().enumerate() {
            let Some((close, volume)) = bar(day, at) else { continue };
            let bar = BarFact {
                instrument: fact.id.clone(),
                happened_on: date(day),
                open: None,
                high: None,
                low: None,
                close: Some(close),
                adjusted_close: None,
                volume: Some(volume),
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    builder
}

pub(crate) fn split(builder: &mut TapeBuilder, at: usize, day: usize, numerator: u32) {
    let kind = domain::facts::ActionKind::Split { numerator, denominator: 1 };
    let instrument = format!("EQUITY:S{at:02}").parse().unwrap();
    builder.push_action(ActionFact { instrument, happened_on: date(day), known_on: date(day), kind }).unwrap();
}

pub(crate) fn series(builder: &mut TapeBuilder, name: &str, day: usize, value: f64) {
    let (series, happened_on, known_on) = (name.to_owned(), date(day), date(day));
    builder.push_series(&SeriesFact { series, happened_on, known_on, value }).unwrap();
}

/// Uniform draws around zero, a stream for each name.
pub(crate) struct Draws(ChaCha12Rng);

impl Draws {
    pub(crate) fn new(name: &str) -> Self {
        Self(Streams::new(Seed(77)).generator(&["stability test", name], 0))
    }

    /// From −half to half.
    pub(crate) fn next(&mut self, half: f64) -> f64 {
        (2.0 * unit_interval(self.0.next_u64()) - 1.0) * half
    }
}

/// Random walks with a common factor; instrument `at` moves by `scale(day, at)` a day, and trades `volume(at)`.
pub(crate) fn walks(
    width: usize,
    days: usize,
    scale: impl Fn(usize, usize) -> f64,
    volume: impl Fn(usize) -> f64,
) -> TapeBuilder {
    let mut draws = Draws::new("walks");
    let (mut close, mut common) = (vec![100.0; width], 0.0);
    builder(width, days, |day, at| {
        if at == 0 {
            common = draws.next(0.01);
        }
        close[at] *= 1.0 + common + draws.next(scale(day, at));
        Some((close[at], volume(at)))
    })
}

pub(crate) fn config() -> StabilityConfig {
    let text = "stability_model_id = \"s\"\nfragility_model_id = \"f\"\nscenario_set_id = \"SET\"";
    toml::from_str(text).unwrap()
}

/// Every engine before fragility alpha, day by day.
pub(crate) struct Chain {
    pub(crate) windows: Windows,
    pub(crate) synthetic: Synthetic,
    pub(crate) stability: Stability,
    pub(crate) set: Option<Arc<ScenarioSet>>,
}

impl Chain {
    pub(crate) fn new(config: StabilityConfig) -> Self {
        let text = "min_history_days = 120\n[request]\nname = \"SET\"\ndescription = \"\"\ncategory = \"BOOTSTRAP\"\n\
            horizon_days = 21\nnum_paths = 200\nmarkets = [\"US_EQ\"]\n\
            generator_spec = { return_kind = \"SIMPLE\", method = \"STATIONARY\", block_days = 10 }";
        Self {
            windows: Windows::new(WindowsConfig::default()),
            synthetic: Synthetic::new(toml::from_str(text).unwrap(), Seed(3)).unwrap(),
            stability: Stability::new(config).unwrap(),
            set: None,
        }
    }

    pub(crate) fn step(
        &mut self,
        view: View<'_>,
        weakness: Option<&Column>,
        stress: Option<StressFamily>,
    ) -> StabilityOutput {
        self.windows.step(&view);
        let input = SyntheticInput { view, windows: &self.windows, regime: &[] };
        self.set = self.synthetic.run(&input).output.ok().map(|set| set.0);
        let scenarios = self.set.as_deref();
        let input = Input { view, windows: &self.windows, weakness, stress, scenarios, weights: None };
        self.stability.run(&input).output.unwrap()
    }
}

/// The last day's output of a whole walk without profiles.
pub(crate) fn last_day(tape: &Tape, config: StabilityConfig) -> StabilityOutput {
    let mut chain = Chain::new(config);
    let days = tape.days().len();
    let outputs = (0..days).map(|day| chain.step(View::as_of(tape, day).unwrap(), None, None));
    outputs.last().unwrap()
}
