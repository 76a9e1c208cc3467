//! The system that does what the scenario writes down.
//!
//! Some rules of execution need exact orders to show themselves: a stop that gaps, a limit that is touched, an
//! order on a halted day. A script lists them by date. It reads nothing of the tape, so it cannot be wrong about it.
//!
//! ```toml
//! [[system.config.orders]]
//! on = "2008-09-12"
//! instrument = "EQUITY:GE"
//! side = "buy"
//! quantity = 100
//! limit = 26.5
//! stop = 26.0     # with a limit: a stop-limit order
//! sessions = 5    # works for five sessions; 1 when absent
//!
//! [[system.config.targets]]
//! on = "2008-09-15"
//! weights = { "EQUITY:GE" = 0.5, "EQUITY:JPM" = 0.4 }
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::decision::{Abstention, Decision, EngineReport, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::InstrumentId;
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::{Price, Quantity, QuantityError};
use domain::system::{DecisionSystem, StateError, Today};
use domain::view::View;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, SystemConfig};
use crate::null::no_state;
use crate::weights;

const ENGINE: &str = "script";

/// The config of [`Script`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptConfig {
    /// Orders, in the order in which a day gives them.
    pub orders: Vec<ScriptedOrder>,
    /// Complete target portfolios, at most one a day.
    pub targets: Vec<ScriptedTargets>,
}

/// One order of a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedOrder {
    /// The day at whose close it is given, a trading day of the run.
    pub on: Date,
    /// The instrument.
    pub instrument: InstrumentId,
    /// `buy` or `sell`.
    pub side: ScriptedSide,
    /// Shares, positive.
    pub quantity: f64,
    /// The worst acceptable price; a market or stop order when absent.
    #[serde(default)]
    pub limit: Option<f64>,
    /// The trigger; no stop when absent.
    #[serde(default)]
    pub stop: Option<f64>,
    /// For how many sessions it works; 1 when absent.
    #[serde(default = "one_session")]
    pub sessions: u32,
}

/// A side, as a script writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptedSide {
    /// Buy.
    Buy,
    /// Sell.
    Sell,
}

/// A target portfolio of a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedTargets {
    /// The day at whose close it is wanted.
    pub on: Date,
    /// Fractions of equity; what is not named is sold.
    pub weights: BTreeMap<InstrumentId, f64>,
}

/// Does what it was told.
#[derive(Clone, Debug)]
pub struct Script {
    config: ScriptConfig,
}

const fn one_session() -> u32 {
    1
}

impl SystemConfig for ScriptConfig {
    fn check(&self) -> Result<(), ConfigError> {
        for (at, order) in self.orders.iter().enumerate() {
            order.check(at)?;
        }
        for (at, targets) in self.targets.iter().enumerate() {
            weights::check(&targets.weights, &format!("targets[{at}].weights"))?;
            if self.targets[..at].iter().any(|earlier| earlier.on == targets.on) {
                let (key, expected) = (format!("targets[{at}].on"), "one target portfolio a day".to_owned());
                return Err(ConfigError { key, value: targets.on.to_string(), expected });
            }
        }
        Ok(())
    }

    fn days(&self) -> Vec<(String, Date)> {
        let orders = self.orders.iter().enumerate().map(|(at, order)| (format!("orders[{at}].on"), order.on));
        let targets = self.targets.iter().enumerate().map(|(at, targets)| (format!("targets[{at}].on"), targets.on));
        orders.chain(targets).collect()
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(ENGINE).put_u64(self.orders.len() as u64);
        for order in &self.orders {
            bytes.put_i32(order.on.epoch_days()).put_text(order.instrument.as_str());
            bytes.put_u8(u8::from(order.side == ScriptedSide::Buy)).put_f64(order.quantity);
            bytes.put_f64(order.limit.unwrap_or(0.0)).put_f64(order.stop.unwrap_or(0.0)).put_u32(order.sessions);
        }
        bytes.put_u64(self.targets.len() as u64);
        for targets in &self.targets {
            bytes.put_i32(targets.on.epoch_days());
            weights::put(&targets.weights, bytes);
        }
    }
}

impl ScriptedOrder {
    /// Refuses a price or a quantity that cannot stand, by its key. One that a plan refuses with a reason may be given.
    fn check(&self, at: usize) -> Result<(), ConfigError> {
        let refused = |field: &str, value: f64, expected: &str| ConfigError {
            key: format!("orders[{at}].{field}"),
            value: value.to_string(),
            expected: expected.to_owned(),
        };
        for (field, price) in [("limit", self.limit), ("stop", self.stop)] {
            if let Some(price) = price.filter(|price| Price::new(*price).is_err()) {
                return Err(refused(field, price, "a price from 1e-9 to 1e12"));
            }
        }
        let quantity = Quantity::from_units(self.quantity).map(|_| ());
        quantity.map_err(|_| refused("quantity", self.quantity, "a number of shares, at most 9.2e12"))
    }

    fn parts(&self) -> Result<(OrderKind, Quantity), QuantityError> {
        let price = |price: Option<f64>| price.map(Price::new).transpose();
        let kind = match (price(self.stop)?, price(self.limit)?) {
            (None, None) => OrderKind::Market,
            (None, Some(limit)) => OrderKind::Limit { limit },
            (Some(stop), None) => OrderKind::Stop { stop },
            (Some(stop), Some(limit)) => OrderKind::StopLimit { stop, limit },
        };
        Ok((kind, Quantity::from_units(self.quantity)?))
    }

    /// The request, or the name of what the tape lacks.
    fn request(&self, view: &View<'_>) -> Result<OrderRequest, String> {
        let instrument = view.find(&self.instrument).ok_or_else(|| self.instrument.to_string())?;
        let side = match self.side {
            ScriptedSide::Buy => Side::Buy,
            ScriptedSide::Sell => Side::Sell,
        };
        let (kind, quantity) = self.parts().map_err(|error| error.to_string())?;
        Ok(OrderRequest { instrument, side, kind, quantity, sessions: self.sessions })
    }
}

impl Script {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for values out of range or two target portfolios on one day.
    pub fn new(config: ScriptConfig) -> Result<Self, ConfigError> {
        config.check().map(|()| Self { config })
    }

    fn decision(&self, view: &View<'_>) -> Result<Decision, String> {
        let today = view.today();
        let orders = self.config.orders.iter().filter(|order| order.on == today).map(|order| order.request(view));
        let orders: Vec<OrderRequest> = orders.collect::<Result<_, _>>()?;
        let targets = self.config.targets.iter().find(|targets| targets.on == today);
        let targets = targets.map(|targets| weights::targets(&targets.weights, view)).transpose()?;
        let idle = orders.is_empty() && targets.is_none();
        let verdict = if idle { Verdict::Unchanged } else { Verdict::Decided };
        Ok(Decision { reports: vec![EngineReport::plain(ENGINE, verdict)], targets, orders })
    }
}

impl DecisionSystem for Script {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let decision = self.decision(&today.view);
        decision.unwrap_or_else(|input| Decision::abstained(ENGINE, Abstention::MissingInput { input }))
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state(ENGINE, state)
    }
}

#[cfg(test)]
mod tests {
    use domain::date::Date;

    use super::{Script, ScriptConfig, ScriptedOrder, ScriptedSide, ScriptedTargets};
    use crate::config::SystemConfig as _;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn order(quantity: f64, limit: Option<f64>) -> ScriptedOrder {
        let (on, instrument) = (day("2008-09-12"), "EQUITY:GE".parse().unwrap());
        ScriptedOrder { on, instrument, side: ScriptedSide::Buy, quantity, limit, stop: None, sessions: 1 }
    }

    #[test]
    fn a_number_that_cannot_stand_is_named_by_its_key_once() {
        let refusal = |quantity, limit| {
            let orders = vec![order(1.0, None), order(quantity, limit)];
            Script::new(ScriptConfig { orders, targets: Vec::new() }).unwrap_err().to_string()
        };
        let shares = "orders[1].quantity is NaN: expected a number of shares, at most 9.2e12";
        assert_eq!(refusal(f64::NAN, None), shares);
        assert_eq!(refusal(1.0, Some(0.0)), "orders[1].limit is 0: expected a price from 1e-9 to 1e12");
    }

    #[test]
    fn every_day_of_a_script_has_its_key() {
        let targets = ScriptedTargets { on: day("2008-09-15"), weights: [].into() };
        let config = ScriptConfig { orders: vec![order(1.0, None)], targets: vec![targets] };
        let days = [("orders[0].on", "2008-09-12"), ("targets[0].on", "2008-09-15")];
        assert_eq!(config.days(), days.map(|(key, on)| (key.to_owned(), day(on))));
    }
}
