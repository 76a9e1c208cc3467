//! A system that asks for everything: targets, orders of every kind, sensible and senseless, on any day.
//!
//! What it asks for is drawn from the run's own streams and from today's prices, so it is a function of its inputs
//! like any other system. Its memory, a sum over all closes that it was shown, goes into its orders, so that a state
//! lost on the way would be seen.

use std::borrow::Cow;

use domain::decision::{Decision, EngineReport, Figure, FigureValue, TargetWeight, Verdict};
use domain::ids::Instrument;
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::{Price, Quantity};
use domain::system::{DecisionSystem, StateError, Today};

/// The system, with its memory.
#[derive(Default)]
pub struct Restless {
    shown: f64,
}

/// What it draws from on one day.
struct Whim<'t> {
    today: &'t Today<'t>,
}

impl Whim<'_> {
    fn draw(&self, what: &str, number: u32) -> f64 {
        let counter = u64::from(self.today.day_number) * 64 + u64::from(number);
        self.today.streams.uniform(&["restless", what], counter)
    }

    fn instrument(&self, number: u32) -> Instrument {
        let width = self.today.view.instruments().len();
        Instrument((self.draw("instrument", number) * width as f64) as u32)
    }

    fn targets(&self) -> Option<Vec<TargetWeight>> {
        let width = self.today.view.instruments().len() as u32;
        let weight = |at: u32| (1.4 * self.draw("weight", at) - 0.2) / f64::from(width);
        let chosen = (0..width).filter(|at| self.draw("chosen", *at) < 0.7);
        let targets = chosen.map(|at| TargetWeight { instrument: Instrument(at), weight: weight(at) });
        (self.draw("targets", 0) < 0.3).then(|| targets.collect())
    }

    fn order(&self, number: u32, shown: f64) -> Option<OrderRequest> {
        let instrument = self.instrument(number);
        let near = self.today.view.close(instrument).unwrap_or(10.0);
        let price = |what| Price::new(near * (0.96 + 0.08 * self.draw(what, number))).ok();
        let kind = match (self.draw("kind", number) * 4.0) as u32 {
            0 => OrderKind::Market,
            1 => OrderKind::Limit { limit: price("limit")? },
            2 => OrderKind::Stop { stop: price("stop")? },
            _ => OrderKind::StopLimit { stop: price("stop")?, limit: price("limit")? },
        };
        let side = if self.draw("side", number) < 0.5 { Side::Buy } else { Side::Sell };
        let shares = 3000.0 * self.draw("quantity", number) - 100.0 + shown % 1.0;
        let quantity = Quantity::from_micros((shares * 1e6) as i64);
        let sessions = (self.draw("sessions", number) * 4.0) as u32;
        Some(OrderRequest { instrument, side, kind, quantity, sessions })
    }
}

impl DecisionSystem for Restless {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let whim = Whim { today };
        self.shown += today.view.closes(0).map_or(0.0, |row| row.iter().map(|(_, close)| close).sum());
        let count = (whim.draw("orders", 0) * 4.0) as u32;
        let orders = (0..count).filter_map(|number| whim.order(number, self.shown)).collect();
        let value = FigureValue::Number(self.shown);
        let figures = vec![Figure { instrument: None, field: Cow::Borrowed("shown"), value }];
        let report = EngineReport { figures, ..EngineReport::plain("restless", Verdict::Decided) };
        Decision { reports: vec![report], targets: whim.targets(), orders }
    }

    fn save(&self) -> Vec<u8> {
        self.shown.to_bits().to_le_bytes().to_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let bytes = state.try_into().map_err(|_| StateError::new("restless", "expected 8 bytes"))?;
        self.shown = f64::from_bits(u64::from_le_bytes(bytes));
        Ok(())
    }
}
