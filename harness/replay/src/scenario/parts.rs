//! The tables of a scenario file.

use domain::digest::CanonicalBytes;
use domain::seed::Seed;
use serde::{Deserialize, Serialize};

use super::borrowed::{self, SeriesFrom, TextsFrom};
use super::shape::{Actions, Gaps};
use super::{Basis, Day, Ids};

/// `[market]`: which facts, which days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketSpec {
    /// The tape: the name of a folder below `scenarios/tapes/`, or a path to one.
    pub tape: String,
    /// The calendar whose sessions are the trading days, for example `US_EQ`; `tape` for the days on which the tape
    /// itself has a bar; or `weekdays` for every Monday to Friday, holidays included.
    pub calendar: String,
    /// Which price is traded: `raw` or `adjusted`.
    pub price_basis: Basis,
    /// The first trading day.
    pub first_day: Day,
    /// The last trading day.
    pub last_day: Day,
    /// From which day on the system sees history before the first trading day; the first trading day when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_from: Option<Day>,
    /// The instruments; all of the tape when empty.
    #[serde(default)]
    pub instruments: Ids,
    /// What stands where an instrument has no bar; nothing by default.
    #[serde(default, skip_serializing_if = "Gaps::is_left")]
    pub gaps: Gaps,
    /// Whether splits, dividends and delistings are known; they apply by default.
    #[serde(default, skip_serializing_if = "Actions::is_applied")]
    pub actions: Actions,
    /// Series of other tapes that the system may read; none when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesFrom>,
    /// Texts of other tapes that the system may read; none when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextsFrom>,
}

/// `[account]`: what the run starts with and what it may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// The currency of the account and of every price, three capitals.
    pub currency: String,
    /// Starting cash in units of the currency.
    #[serde(deserialize_with = "number")]
    pub cash: f64,
    /// Whether positions may be negative; false by default.
    #[serde(default)]
    pub allow_short: bool,
    /// Whether cash may be negative; false by default.
    #[serde(default)]
    pub allow_debt: bool,
}

/// `[system]`: who decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemSpec {
    /// The name by which the registry knows the system.
    pub name: String,
    /// The reference config that the config below starts from, a file of `scenarios/configs/`; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its config; what it may hold is the system's own affair. With a reference, the keys that differ from it.
    #[serde(default)]
    pub config: toml::Table,
}

/// `[execution]`: how orders meet prices (gates-and-lifecycle §7.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecutionSpec {
    /// When a market order fills.
    pub fill: FillMode,
    /// Slippage of market and stop orders against the trader, in basis points of the price.
    #[serde(default, deserialize_with = "number")]
    pub slippage_bps: f64,
    /// Costs on every fill, in basis points of the traded value, paid from cash.
    #[serde(default, deserialize_with = "number")]
    pub cost_bps: f64,
    /// The largest share of a session's volume that the run may trade in one instrument; no cap when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "maybe_number")]
    pub max_participation_rate: Option<f64>,
    /// The probability that a limit order at a touched price fills, drawn from a named stream; 1 by default.
    #[serde(default = "one", deserialize_with = "number")]
    pub limit_fill_probability: f64,
    /// What a position in a delisted instrument is settled at, as a share of its last close; 1 by default.
    #[serde(default = "one", deserialize_with = "number")]
    pub delisting_recovery: f64,
}

/// When a market order fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FillMode {
    /// At the close of the next session: decided on what was known, traded on what was not.
    NextClose,
    /// At the open of the next session.
    NextOpen,
    /// At the close of the decision itself; only where a scenario says so.
    SameClose,
}

/// `[plan]`: from wishes to orders.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSpec {
    /// Orders worth less than this, in units of the account's currency, are refused; 0 by default.
    #[serde(default, deserialize_with = "number")]
    pub minimum_value: f64,
}

/// `[[halts]]`: no fills in one instrument for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HaltSpec {
    /// The instrument.
    pub instrument: domain::ids::InstrumentId,
    /// The first day without trading.
    pub first_day: Day,
    /// The first day with trading again.
    pub until: Day,
}

const fn one() -> f64 {
    1.0
}

/// Accepts `5` for `5.0`: a number is a number to whoever writes a scenario.
fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a number")]
    enum Either {
        Whole(i64),
        Fraction(f64),
    }
    Ok(match Either::deserialize(from)? {
        Either::Whole(whole) => whole as f64,
        Either::Fraction(fraction) => fraction,
    })
}

/// A whole number that TOML can hold.
pub(super) fn seed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Seed, D::Error> {
    let refused = |_| serde::de::Error::custom(format!("expected a whole number from 0 to {}", i64::MAX));
    u64::try_from(i64::deserialize(from)?).map(Seed).map_err(refused)
}

fn maybe_number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    number(from).map(Some)
}

pub(super) fn put_market(bytes: &mut CanonicalBytes, market: &MarketSpec) {
    bytes.put_text(&market.calendar).put_u8(u8::from(market.price_basis == Basis::Adjusted));
    bytes.put_i32(market.first_day.epoch_days()).put_i32(market.last_day.epoch_days());
    bytes.put_i32(market.history_from.unwrap_or(market.first_day).epoch_days());
    bytes.put_u64(market.instruments.len() as u64);
    for id in &market.instruments {
        bytes.put_text(id.as_str());
    }
    borrowed::put(bytes, market);
    super::shape::put(bytes, market);
}

pub(super) fn put_account(bytes: &mut CanonicalBytes, account: &AccountSpec) {
    bytes.put_text(&account.currency).put_f64(account.cash);
    bytes.put_u8(u8::from(account.allow_short)).put_u8(u8::from(account.allow_debt));
}

pub(super) fn put_execution(bytes: &mut CanonicalBytes, execution: &ExecutionSpec) {
    bytes.put_u8(match execution.fill {
        FillMode::NextClose => 0,
        FillMode::NextOpen => 1,
        FillMode::SameClose => 2,
    });
    bytes.put_f64(execution.slippage_bps).put_f64(execution.cost_bps);
    bytes.put_f64(execution.max_participation_rate.unwrap_or(-1.0));
    bytes.put_f64(execution.limit_fill_probability).put_f64(execution.delisting_recovery);
}
