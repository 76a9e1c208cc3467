//! Sides made by hand: two names, and a day in a line.

use domain::facts::InstrumentFact;
use domain::ids::Instrument;
use domain::quantity::Cash;

use super::bridge::Regime;
use super::side::{Holding, Quote, Side, SideDay};

/// A day of a side over the names A and B.
#[derive(Clone, Copy)]
pub(crate) struct Day {
    pub on: &'static str,
    pub equity: f64,
    pub closes: [Option<f64>; 2],
    pub weights: [f64; 2],
    pub regime: Option<&'static str>,
    pub turnover: f64,
    /// Whether an order is given; the weights are then what is wanted.
    pub decided: bool,
}

impl Default for Day {
    fn default() -> Self {
        let (closes, weights) = ([Some(1.0), Some(1.0)], [0.0, 0.0]);
        Self { on: "2008-07-03", equity: 0.0, closes, weights, regime: None, turnover: 0.0, decided: true }
    }
}

fn fact(id: &str, sector: &str) -> InstrumentFact {
    let (market, currency) = ("US_EQ".into(), "USD".into());
    InstrumentFact { id: id.parse().unwrap(), market, currency, issuer: None, sector: Some(sector.into()) }
}

/// A side of these days; a regime is v1's where it is lower case, and v2's otherwise.
pub(crate) fn side(days: &[Day]) -> Side {
    let told = |label: &'static str| {
        let v2 = label.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_') && label != "UNKNOWN";
        let (engine, field) = if v2 { ("regime", "family") } else { ("v1.regime", "state") };
        Regime::told(engine, field, label).unwrap()
    };
    let held = |weights: [f64; 2]| -> Vec<Holding> {
        let all = (0..).zip(weights).filter(|(_, weight)| *weight != 0.0);
        all.map(|(at, weight)| Holding { instrument: Instrument(at), weight }).collect()
    };
    let day = |day: &Day| SideDay {
        on: day.on.parse().unwrap(),
        equity: Cash::from_units(day.equity).unwrap(),
        holdings: held(day.weights),
        wanted: held(day.weights),
        decided: day.decided,
        quotes: day.closes.iter().map(|close| close.map(|close| Quote { close, level: close })).collect(),
        regime: day.regime.map(told),
        turnover: Some(day.turnover),
        costs: Cash::ZERO,
    };
    Side {
        scenario: "by-hand".into(),
        system: "script 1".into(),
        run_id: "0".into(),
        currency: "USD".into(),
        instruments: vec![fact("EQUITY:A", "ENERGY"), fact("EQUITY:B", "HEALTH")],
        days: days.iter().map(day).collect(),
    }
}
