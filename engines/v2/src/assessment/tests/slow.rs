//! The formulas once more, name by name and without haste: the answers agree to the last bit.

use domain::ids::Instrument;
use domain::numeric::sum;
use proptest::prelude::*;

use super::fixture::{Books, config, fact, prices, stand, wiggling};
use crate::assessment::family::Family;
use crate::assessment::{Assessment, Input};
use crate::column::Column;
use crate::face::Engine;

const WIDTH: usize = 11;
const FAMILIES: [&str; 6] = ["value", "quality", "carry", "fragility", "growth", "sentiment"];

fn sector(at: usize) -> Option<&'static str> {
    [Some("Energy"), Some("Banks"), None][at % 3].filter(|_| at != 10)
}

/// The z-score of one name among all that have a value.
fn z(values: &[f64], at: usize) -> Option<f64> {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if known.len() < 5 || !values[at].is_finite() {
        return None;
    }
    let mean = sum(&known) / known.len() as f64;
    let squares: Vec<f64> = known.iter().map(|value| (value - mean) * (value - mean)).collect();
    let deviation = (sum(&squares) / (known.len() - 1) as f64).sqrt();
    Some(((values[at] - mean) / deviation).clamp(-3.0, 3.0))
}

fn less_sector_mean(values: &[f64]) -> Vec<f64> {
    let mean_of = |keep: &dyn Fn(usize) -> bool| {
        let known: Vec<f64> =
            (0..WIDTH).filter(|at| keep(*at)).map(|at| values[at]).filter(|value| value.is_finite()).collect();
        (known.len() as u32, sum(&known) / known.len() as f64)
    };
    let own = |at: usize| {
        let (count, mean) = mean_of(&|other| sector(at).is_some() && sector(other) == sector(at));
        if count >= 3 { mean } else { mean_of(&|_| true).1 }
    };
    (0..WIDTH).map(|at| values[at] - own(at)).collect()
}

fn parts(family: Family, books: &Books, more: &[Column; 4]) -> Vec<(f64, Vec<f64>)> {
    let book = |at: usize| books.0[at].raw().to_vec();
    match family {
        Family::Value => (0..3).map(|at| (1.0, less_sector_mean(&book(at)))).collect(),
        Family::Quality => vec![(1.0, book(3)), (1.0, book(4)), (-1.0, book(5)), (-1.0, book(6))],
        Family::Carry => vec![(1.0, book(7))],
        Family::Fragility => vec![(-1.0, more[0].raw().to_vec()), (-1.0, more[1].raw().to_vec())],
        Family::Growth => vec![(1.0, more[2].raw().to_vec())],
        Family::Sentiment => vec![(1.0, more[3].raw().to_vec())],
        Family::Momentum => Vec::new(),
    }
}

/// Expected return over 21 days, score and confidence of one name.
fn slow(input: &Input<'_>, books: &Books, more: &[Column; 4], at: usize) -> Option<[f64; 3]> {
    let (mut total, mut squares, mut covered, mut known) = (0.0, 0.0, 0.0, Vec::new());
    for family in FAMILIES.map(|name| Family::ALL.into_iter().find(|family| family.name() == name).unwrap()) {
        let parts = parts(family, books, more);
        let found: Vec<f64> = parts.iter().filter_map(|(sign, values)| Some(sign * z(values, at)?)).collect();
        let share = found.len() as f64 / parts.len() as f64;
        if share < 0.5 {
            continue;
        }
        let weight = if matches!(family, Family::Growth | Family::Sentiment) { 0.5 } else { 1.0 };
        let z = sum(&found) / found.len() as f64;
        total += weight * z;
        squares += weight * weight;
        covered += weight * share;
        known.push((weight, z));
    }
    let coverage = covered / 5.0;
    if coverage < 0.5 {
        return None;
    }
    let s = total / squares.sqrt();
    let against: f64 = known.iter().filter(|(_, z)| z * s < 0.0).map(|(weight, _)| weight).sum();
    let weight: f64 = known.iter().map(|(weight, _)| weight).sum();
    let fragility = more[1].get(Instrument(at as u32)).unwrap_or(0.0);
    let net = s - 0.04 * fragility / 0.04;
    let sigma = input.windows.today().vol_63.get(Instrument(at as u32))? * 21.0_f64.sqrt();
    Some([0.04 * sigma * net, libm::tanh(net / 2.0), coverage * (1.0 - (2.0 * against / weight).min(1.0))])
}

/// A column in which one value of five is absent.
fn gappy(low: f64, high: f64) -> impl Strategy<Value = Column> {
    let value = prop_oneof![4 => low..high, 1 => Just(f64::NAN)];
    prop::collection::vec(value, WIDTH).prop_map(Column::with_gaps)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_scores_are_the_slow_ones(
        books in prop::collection::vec(gappy(-1.0, 1.0), 8),
        alpha in gappy(-0.2, 0.4), fragility in gappy(0.0, 1.0), growth in gappy(-1.0, 1.0), sentiment in gappy(-1.0, 1.0),
    ) {
        let facts: Vec<_> = (0..WIDTH).map(|at| fact(&format!("EQUITY:N{at:03}"), sector(at))).collect();
        let tape = wiggling(&facts);
        let (view, windows) = stand(&tape, 69);
        let (books, more) = (Books(books.try_into().unwrap()), [alpha, fragility, growth, sentiment]);
        let mut input = prices(view, &windows);
        input.fundamentals = Some(books.lend());
        let [alpha, fragility, growth, sentiment] = &more;
        (input.fragility_alpha, input.high_fragility) = (Some(alpha), Some(fragility));
        (input.growth, input.sentiment) = (Some(growth), Some(sentiment));
        let answer = Assessment::new(config(&FAMILIES)).unwrap().run(&input);
        for at in 0..WIDTH {
            let fast = answer.output.as_ref().ok().and_then(|output| output.get(Instrument(at as u32), 21));
            let fast = fast.map(|fast| [fast.expected_return, fast.score, fast.confidence].map(f64::to_bits));
            prop_assert_eq!(fast, slow(&input, &books, &more, at).map(|slow| slow.map(f64::to_bits)));
        }
    }
}
