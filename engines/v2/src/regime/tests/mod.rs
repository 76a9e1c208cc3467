//! Tests of the regime engine on small seeded markets, and of its parts against written-out values.

mod engine;
mod features;
mod mixture;
mod rules;

use domain::date::Date;
use domain::facts::{BarFact, InstrumentFact, PriceBasis, SeriesFact};
use domain::ids::InstrumentId;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use super::config::RegimeConfig;
use super::{Input, Regime, RegimeOutput};
use crate::face::{Answer, Engine};
use crate::windows::{Windows, WindowsConfig};

/// A config with a short memory, so that a few hundred days hold several fits.
fn small() -> RegimeConfig {
    let mut config = RegimeConfig::reference();
    (config.fit.min_days, config.fit.refit_days, config.fit.stride_days) = (126, 42, 2);
    (config.fit.steps, config.fit.restarts, config.fit.trailing_days) = (12, 2, 504);
    (config.window_length_days, config.num_clusters) = (42, 4);
    config
}

/// Log returns of a market: calm, then a storm, then calm again, with a factor that all instruments share.
fn returns(width: usize, days: usize) -> Vec<Vec<f64>> {
    let streams = Streams::new(Seed(11));
    let draw = |name: &str, at: usize| streams.uniform(&["market", name], at as u64) - 0.5;
    let one_day = |day: usize| {
        let storm = (day % 260) >= 180;
        let (vol, drift) = if storm { (0.08, -0.004) } else { (0.02, 0.001) };
        let factor = drift + vol * draw("factor", day);
        (0..width).map(|at| factor + 0.03 * draw("own", day * 1000 + at)).collect()
    };
    (0..days).map(one_day).collect()
}

/// A tape of the returns; `names` says which id carries which column.
fn tape_of(returns: &[Vec<f64>], names: &[usize], series: &[SeriesFact]) -> Tape {
    let start: Date = "2001-01-01".parse().unwrap();
    let days: Vec<Date> = (0..returns.len() as i32).map(|day| start.plus_days(day)).collect();
    let id = |at: usize| -> InstrumentId { format!("EQUITY:S{at:03}").parse().unwrap() };
    let fact = |at: &usize| InstrumentFact {
        id: id(*at),
        market: if at % 4 == 3 { "JP_EQ".into() } else { "US_EQ".into() },
        currency: "USD".into(),
        issuer: None,
        sector: None,
    };
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), names.iter().map(fact).collect()).unwrap();
    let mut levels = vec![100.0; names.len()];
    for (day, row) in days.iter().zip(returns) {
        for ((level, change), at) in levels.iter_mut().zip(row).zip(names) {
            *level *= libm::exp(*change);
            let bar = BarFact {
                instrument: id(*at),
                happened_on: *day,
                open: None,
                high: None,
                low: None,
                close: Some(*level),
                adjusted_close: None,
                volume: None,
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    series.iter().for_each(|fact| builder.push_series(fact).unwrap());
    builder.finish()
}

fn market(width: usize, days: usize) -> Tape {
    let names: Vec<usize> = (0..width).collect();
    tape_of(&returns(width, days), &names, &[])
}

/// The answers of a walk over days `from..` of a tape, the earlier ones shown first.
fn walk(tape: &Tape, engine: &mut Regime, from: usize) -> Vec<Answer<RegimeOutput>> {
    let mut windows = Windows::new(WindowsConfig::default());
    let mut answers = Vec::new();
    let mut day = from;
    while let Some(view) = View::as_of(tape, day) {
        windows.step_with(&view, &mut |windows, view| engine.observe(view, windows));
        answers.push(engine.run(&Input { view: &view, windows: &windows, embedding: None }));
        day += 1;
    }
    answers
}
