//! Orders as an answer writes them.
//!
//! ```text
//! {"instrument":"EQUITY:GE","side":"buy","kind":"stop-limit","stop":26.0,"limit":26.5,
//!  "quantity_micros":100000000,"sessions":5}
//! ```

use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::{Price, Quantity};
use domain::view::View;
use serde::Deserialize;

use super::known;
use crate::fault::Fault;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    instrument: String,
    side: Wanted,
    kind: Kind,
    #[serde(default)]
    limit: Option<f64>,
    #[serde(default)]
    stop: Option<f64>,
    quantity_micros: i64,
    #[serde(default = "one_session")]
    sessions: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Buy,
    Sell,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Market,
    Limit,
    Stop,
    StopLimit,
}

const fn one_session() -> u32 {
    1
}

impl Order {
    pub(super) fn checked(self, view: &View<'_>) -> Result<OrderRequest, Fault> {
        let Self { instrument: id, side, kind, limit, stop, quantity_micros, sessions } = self;
        let instrument = known(&id, view, "orders")?;
        let refuse = |key: &'static str, value: String, expected: &'static str| {
            Err(Fault::Value { key, id: id.clone(), value, expected })
        };
        if quantity_micros <= 0 {
            let expected = "at least 1, in millionths of a share; the side carries the sign";
            return refuse("quantity_micros", quantity_micros.to_string(), expected);
        }
        if sessions == 0 {
            return refuse("sessions", "0".to_owned(), "at least 1");
        }
        let price = |price: f64| Price::new(price).ok();
        let kind = match (kind, stop.map(price), limit.map(price)) {
            (Kind::Market, None, None) => OrderKind::Market,
            (Kind::Limit, None, Some(Some(limit))) => OrderKind::Limit { limit },
            (Kind::Stop, Some(Some(stop)), None) => OrderKind::Stop { stop },
            (Kind::StopLimit, Some(Some(stop)), Some(Some(limit))) => OrderKind::StopLimit { stop, limit },
            _ => {
                let expected = "a stop, a limit, both or none, as its kind says, each from 1e-9 to 1e12";
                return refuse("the order", format!("stop {}, limit {}", told(stop), told(limit)), expected);
            }
        };
        let side = match side {
            Wanted::Buy => Side::Buy,
            Wanted::Sell => Side::Sell,
        };
        Ok(OrderRequest { instrument, side, kind, quantity: Quantity::from_micros(quantity_micros), sessions })
    }
}

fn told(price: Option<f64>) -> String {
    price.map_or_else(|| "absent".to_owned(), |price| price.to_string())
}
