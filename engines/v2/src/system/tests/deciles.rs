//! A signal planted in a market is found by the scores that the system reports: tenth by tenth of the score, the mean
//! forward return rises. With the signal inverted the order of the tenths is worse.
//!
//! Sixty shares drift, each at its own pace from −0.25 % to 0.25 % a day, under a market that moves them all; the
//! scores are read from the reports of the days on which the portfolio is decided, as a journal would hold them.

use domain::date::Date;
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::ids::Instrument;
use domain::report::FigureValue;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use super::drive::{Run, Step, config};
use super::panel::weekdays;

const WIDTH: usize = 60;
const DAYS: usize = 460;
const FIRST: usize = 300;
const AHEAD: usize = 21;

fn drifting() -> Tape {
    let days = weekdays(DAYS);
    let fact = |share: usize| InstrumentFact {
        id: format!("EQUITY:D{share:02}").parse().unwrap(),
        market: "US_EQ".into(),
        currency: "USD".into(),
        issuer: None,
        sector: Some(["BANKS", "ENERGY", "MAKERS"][share % 3].into()),
    };
    let facts: Vec<InstrumentFact> = (0..WIDTH).map(fact).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), facts.clone()).unwrap();
    for (share, fact) in facts.iter().enumerate() {
        for bar in bars(share, fact, &days) {
            builder.push_bar(&bar).unwrap();
        }
    }
    builder.finish()
}

fn bars(share: usize, fact: &InstrumentFact, days: &[Date]) -> Vec<BarFact> {
    let streams = Streams::new(Seed(60));
    let pace = (((share * 37) % WIDTH) as f64 / (WIDTH - 1) as f64 - 0.5) * 0.005;
    let (mut close, name) = (100.0, share.to_string());
    let bar = |(day, on): (usize, &Date)| {
        let market = 0.012 * (streams.uniform(&["market"], day as u64) - 0.5);
        close *= 1.0 + pace + market + 0.01 * (streams.uniform(&["own", &name], day as u64) - 0.5);
        BarFact {
            instrument: fact.id.clone(),
            happened_on: *on,
            open: None,
            high: None,
            low: None,
            close: Some(close),
            adjusted_close: None,
            volume: Some(1e6),
        }
    };
    days.iter().enumerate().map(bar).collect()
}

/// The score of each share in the report of a day; empty on days without single figures.
fn scores(step: &Step) -> Vec<(Instrument, f64)> {
    let report = step.decision.reports.iter().find(|report| report.engine == "assessment").unwrap();
    let scores = report.figures.iter().filter(|figure| figure.field == "score");
    let number = |value: &FigureValue| if let FigureValue::Number(value) = value { Some(*value) } else { None };
    scores.filter_map(|figure| Some((figure.instrument?, number(&figure.value)?))).collect()
}

/// The mean return over the next 21 days of each tenth by score, ascending, over all days of decision.
fn tenths(tape: &Tape, momentum: f64) -> Vec<f64> {
    let config = config(&[
        ("assessment.weights.momentum", momentum.into()),
        ("synthetic.request.num_paths", 20.into()),
        ("portfolio.per_instrument_max_weight", 0.2.into()),
    ]);
    let steps = Run::new(tape, &config, FIRST).days(FIRST, DAYS - AHEAD);
    let mut tenths = vec![Vec::new(); 10];
    for (day, step) in (FIRST..).zip(&steps) {
        let mut ranked = scores(step);
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let later = View::as_of(tape, day + AHEAD).unwrap();
        for (at, (instrument, _)) in ranked.iter().enumerate() {
            let forward = later.level(*instrument, 0).unwrap() / later.level(*instrument, AHEAD).unwrap() - 1.0;
            tenths[at * 10 / ranked.len()].push(forward);
        }
    }
    assert!(tenths[0].len() >= 6 * WIDTH / 10, "{} returns in a tenth", tenths[0].len());
    tenths.iter().map(|tenth| domain::numeric::mean(tenth).unwrap()).collect()
}

#[test]
fn the_tenths_of_the_score_rise_in_forward_return_and_those_of_the_inverted_signal_fall() {
    let tape = drifting();
    let found = tenths(&tape, 1.0);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    let inverted = tenths(&tape, -1.0);
    assert!(inverted[9] - inverted[0] < -0.05 && found[9] - found[0] > 0.05, "{found:?} {inverted:?}");
}
