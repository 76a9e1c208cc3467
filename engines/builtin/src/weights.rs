//! A target portfolio as people write it down: weights by the ids of instruments.
//!
//! `{ EQUITY:GE: 0.6 }` is 60 % of equity in GE and nothing else: whoever is not named is sold. On a tape without GE it
//! is no portfolio, and the name of what is missing is told.

use std::collections::BTreeMap;

use domain::decision::TargetWeight;
use domain::digest::CanonicalBytes;
use domain::ids::InstrumentId;
use domain::view::View;

use crate::config::ConfigError;

/// Weights by id.
pub(crate) type Weights = BTreeMap<InstrumentId, f64>;

/// Refuses a weight that is not finite; `key` is where the weights stand.
pub(crate) fn check(weights: &Weights, key: &str) -> Result<(), ConfigError> {
    let Some((id, weight)) = weights.iter().find(|(_, weight)| !weight.is_finite()) else { return Ok(()) };
    let (key, expected) = (format!("{key}.{id}"), "a finite number".to_owned());
    Err(ConfigError { key, value: weight.to_string(), expected })
}

/// Appends the weights, their count first.
pub(crate) fn put(weights: &Weights, bytes: &mut CanonicalBytes) {
    bytes.put_u64(weights.len() as u64);
    for (id, weight) in weights {
        bytes.put_text(id.as_str()).put_f64(*weight);
    }
}

/// The weights as targets, or the name of what the tape lacks.
pub(crate) fn targets(weights: &Weights, view: &View<'_>) -> Result<Vec<TargetWeight>, String> {
    let target = |(id, weight): (&InstrumentId, &f64)| {
        let instrument = view.find(id).ok_or_else(|| id.to_string())?;
        Ok(TargetWeight { instrument, weight: *weight })
    };
    // Ids ascend in the map, so instruments ascend in the list.
    weights.iter().map(target).collect()
}
