//! Small tapes and the inputs that stand on them.

use domain::date::Date;
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::ids::InstrumentId;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use crate::assessment::config::AssessmentConfig;
use crate::assessment::{Fundamentals, Input};
use crate::column::Column;
use crate::windows::{Windows, WindowsConfig};

/// The eight published figures, all absent.
#[derive(Clone)]
pub(crate) struct Books(pub(crate) [Column; 8]);

impl Books {
    pub(crate) fn absent(width: usize) -> Self {
        Self(std::array::from_fn(|_| Column::absent(width)))
    }

    pub(crate) fn lend(&self) -> Fundamentals<'_> {
        let [earnings_yield, book_to_price, fcf_yield, roe, gross_margin, leverage, accruals, dividend_yield] = &self.0;
        Fundamentals { earnings_yield, book_to_price, fcf_yield, roe, gross_margin, leverage, accruals, dividend_yield }
    }
}

pub(crate) fn id(name: &str) -> InstrumentId {
    name.parse().unwrap()
}

/// An instrument of `US_EQ`, its own issuer.
pub(crate) fn fact(name: &str, sector: Option<&str>) -> InstrumentFact {
    InstrumentFact {
        id: id(name),
        market: "US_EQ".into(),
        currency: "USD".into(),
        issuer: Some(format!("{name}-INC")),
        sector: sector.map(Into::into),
    }
}

/// `EQUITY:N000`, `EQUITY:N001` …
pub(crate) fn equities(width: usize) -> Vec<InstrumentFact> {
    (0..width).map(|at| fact(&format!("EQUITY:N{at:03}"), None)).collect()
}

/// Close and volume.
pub(crate) type Session = (f64, Option<f64>);

/// A tape over consecutive days; `bar` says close and volume by day and by the instrument's name.
pub(crate) fn tape(facts: &[InstrumentFact], days: usize, bar: &dyn Fn(usize, &str) -> Option<Session>) -> Tape {
    let first = Date::from_ymd(2015, 1, 1).unwrap();
    let dates: Vec<Date> = (0..days).map(|day| first.plus_days(day as i32)).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, dates.clone(), facts.to_vec()).unwrap();
    for (day, date) in dates.iter().enumerate() {
        for fact in facts {
            let Some((close, volume)) = bar(day, fact.id.as_str()) else { continue };
            let (instrument, happened_on, close) = (fact.id.clone(), *date, Some(close));
            let none = BarFact {
                instrument,
                happened_on,
                open: None,
                high: None,
                low: None,
                close,
                volume,
                adjusted_close: None,
            };
            builder.push_bar(&none).unwrap();
        }
    }
    builder.finish()
}

/// 70 days of prices that wiggle, each name in its own way, and a million shares a day.
pub(crate) fn wiggling(facts: &[InstrumentFact]) -> Tape {
    tape(facts, 70, &|day, name| Some((wiggle(day, name), Some(1e6))))
}

pub(crate) fn wiggle(day: usize, name: &str) -> f64 {
    let own = name.bytes().fold(7_usize, |own, byte| (own * 31 + byte as usize) % 1009);
    100.0 + ((day * (own % 7 + 3)) % 11) as f64 + (own % 13) as f64
}

/// The view of day number `day`, and the windows stepped to it.
pub(crate) fn stand(tape: &Tape, day: usize) -> (View<'_>, Windows) {
    let view = View::as_of(tape, day).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    windows.step(&view);
    (view, windows)
}

/// An input of prices alone.
pub(crate) fn prices<'a>(view: View<'a>, windows: &'a Windows) -> Input<'a> {
    Input {
        view,
        windows,
        fundamentals: None,
        growth: None,
        sentiment: None,
        high_fragility: None,
        fragility_alpha: None,
        soft_target: None,
        soft_target_index: None,
        weak_driver: None,
    }
}

/// A config of these families, all of them required.
pub(crate) fn config(families: &[&str]) -> AssessmentConfig {
    toml::from_str(&text("alpha_families", families)).unwrap()
}

pub(crate) fn text(model: &str, families: &[&str]) -> String {
    let models: Vec<String> = families.iter().map(|family| format!("{family} = \"{family}-v1\"")).collect();
    format!(
        "strategy_id = \"us_core\"\nmarkets = [\"US_EQ\"]\nhorizons_days = [5, 21]\nbase_model_id = \"{model}\"\n\
         alpha_family_models = {{ {} }}\nfeature_spec_id = \"features-v1\"\n",
        models.join(", ")
    )
}

/// A column of draws between −1 and 1.
pub(crate) fn draws(name: &str, width: usize, seed: u64) -> Column {
    let streams = Streams::new(Seed(seed));
    Column::with_gaps((0..width).map(|at| 2.0 * streams.uniform(&[name], at as u64) - 1.0).collect())
}

pub(crate) fn column(values: &[f64]) -> Column {
    Column::with_gaps(values.to_vec())
}
