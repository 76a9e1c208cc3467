//! Config records: the narrower scope wins, the higher version within a scope (engines-v1 §9).
//!
//! ```
//! use v1::meta::records::{ConfigRecord, Scope, resolve};
//! let record = |scope, version, parameters: &str| ConfigRecord { scope, version, parameters: parameters.to_owned() };
//! let records = [
//!     record(Scope::Global, 9, "0.05"),
//!     record(Scope::Strategy("QUALITY_GROWTH_CORE".into()), 1, "0.04"),
//!     record(Scope::Account("A1".into()), 1, "0.02"),
//! ];
//! assert_eq!(resolve(&records, "QUALITY_GROWTH_CORE", "A2").unwrap().parameters, "0.04");
//! assert_eq!(resolve(&records, "QUALITY_GROWTH_CORE", "A1").unwrap().parameters, "0.02");
//! assert_eq!(resolve(&records, "OTHER", "A2").unwrap().parameters, "0.05");
//! ```

/// Whom a record binds; the order is from wide to narrow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everybody.
    Global,
    /// One strategy.
    Strategy(String),
    /// One account.
    Account(String),
}

/// One version of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigRecord {
    /// Whom it binds.
    pub scope: Scope,
    /// Its version; a change is a new one.
    pub version: u32,
    /// The parameters, as text.
    pub parameters: String,
}

/// One version of the rules of a universe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UniverseRule {
    /// The regime that it is for, by id; `None` is ALL.
    pub regime_id: Option<u8>,
    /// Its version.
    pub version: u32,
    /// The parameters, as text.
    pub parameters: String,
}

/// The record that binds a strategy in an account.
#[must_use]
pub fn resolve<'r>(records: &'r [ConfigRecord], strategy: &str, account: &str) -> Option<&'r ConfigRecord> {
    let binds = |record: &&ConfigRecord| match &record.scope {
        Scope::Global => true,
        Scope::Strategy(name) => name == strategy,
        Scope::Account(name) => name == account,
    };
    records.iter().filter(binds).max_by(|a, b| (&a.scope, a.version).cmp(&(&b.scope, b.version)))
}

/// The rule of a regime: its own before ALL, the higher version first.
#[must_use]
pub fn universe_rule(rules: &[UniverseRule], regime_id: u8) -> Option<&UniverseRule> {
    let binds = |rule: &&UniverseRule| rule.regime_id.is_none_or(|id| id == regime_id);
    rules.iter().filter(binds).max_by_key(|rule| (rule.regime_id.is_some(), rule.version))
}
