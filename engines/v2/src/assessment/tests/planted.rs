//! Planted signals: the score finds what was put there, and the inverted one is worse.

use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::tape::Tape;

use super::fixture::{config, equities, prices, stand, tape, text};
use crate::assessment::Assessment;
use crate::column::Column;
use crate::face::Engine;

const WIDTH: usize = 100;
const TODAY: usize = 262;
const LATER: usize = TODAY + 21;

/// A hundred names, each with a drift of its own from −0.3 % to 0.3 % a day and a little noise.
fn drifting() -> Tape {
    let facts = equities(WIDTH);
    let streams = Streams::new(Seed(20_170_103));
    let drift = |at: usize| (((at * 37) % WIDTH) as f64 - 49.5) / 49.5 * 0.003;
    let walk = |at: usize| {
        let mut close = 100.0;
        let step = |day: usize| {
            close *= 1.0 + drift(at) + 0.004 * (streams.uniform(&["noise", facts[at].id.as_str()], day as u64) - 0.5);
            close
        };
        (0..=LATER).map(step).collect::<Vec<f64>>()
    };
    let closes: Vec<Vec<f64>> = (0..WIDTH).map(walk).collect();
    let at = |name: &str| name["EQUITY:N".len()..].parse::<usize>().unwrap();
    tape(&facts, LATER + 1, &|day, name| Some((closes[at(name)][day], None)))
}

fn scores(tape: &Tape, momentum_weight: f64) -> Column {
    let (view, windows) = stand(tape, TODAY);
    let mut config = config(&["momentum"]);
    config.weights.momentum = momentum_weight;
    let output = Assessment::new(config).unwrap().run(&prices(view, &windows)).output.unwrap();
    output.horizon(21).unwrap().score.clone()
}

/// The mean forward return of each tenth of the names, by score ascending.
fn deciles(tape: &Tape, score: &Column) -> Vec<f64> {
    let (view, windows) = stand(tape, LATER);
    let forward = &windows.today().return_21;
    assert_eq!(view.day_count(), LATER + 1);
    let mut ranked: Vec<(Instrument, f64)> = score.present().collect();
    assert_eq!(ranked.len(), WIDTH);
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mean = |tenth: &[(Instrument, f64)]| {
        let returns: Vec<f64> = tenth.iter().map(|(at, _)| forward.get(*at).unwrap()).collect();
        domain::numeric::mean(&returns).unwrap()
    };
    ranked.chunks(WIDTH / 10).map(mean).collect()
}

fn ranks(values: &Column) -> Vec<f64> {
    let below = |value: f64| values.present().filter(|(_, other)| *other < value).count() as f64;
    values.present().map(|(_, value)| below(value)).collect()
}

/// Spearman's rank correlation.
fn rank_correlation(a: &Column, b: &Column) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = |values: &[f64]| domain::numeric::mean(values).unwrap();
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let product =
        |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 { x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum() };
    product(&a, mean_a, &b, mean_b) / (product(&a, mean_a, &a, mean_a) * product(&b, mean_b, &b, mean_b)).sqrt()
}

#[test]
fn deciles_of_score_are_monotone_in_forward_return_and_the_inverted_signal_is_worse() {
    let tape = drifting();
    let found = deciles(&tape, &scores(&tape, 1.0));
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    let inverted = deciles(&tape, &scores(&tape, -1.0));
    let spread = |deciles: &[f64]| deciles[9] - deciles[0];
    assert!(spread(&found) > 0.08, "{found:?}");
    assert!(spread(&inverted) < -0.08, "{inverted:?}");
}

#[test]
fn on_clean_data_the_score_ranks_as_the_plain_baseline_does() {
    let tape = drifting();
    let (view, windows) = stand(&tape, TODAY);
    let mut baseline = Assessment::new(toml::from_str(&text("momentum_baseline", &[])).unwrap()).unwrap();
    let output = baseline.run(&prices(view, &windows)).output.unwrap();
    // The baseline's score is cut at ±1, so its order is read off the expected return.
    let correlation = rank_correlation(&scores(&tape, 1.0), &output.horizon(21).unwrap().expected_return);
    assert!(correlation > 0.9, "{correlation}");
}
