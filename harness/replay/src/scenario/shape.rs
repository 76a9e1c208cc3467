//! How a tape is laid out for systems that grew up on other data.
//!
//! A legacy system that knows weekdays, repeated closes and no corporate actions is replayed on a world of that shape:
//! `calendar = "weekdays"`, `gaps = "carried"`, `actions = "ignored"`. Each key is switched by itself, so that what a
//! difference between two systems owes to the data can be told from what it owes to the calendar.

use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};

use super::MarketSpec;

/// `market.gaps`: what stands where an instrument has no bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gaps {
    /// Nothing: no price, no trade.
    #[default]
    Left,
    /// The last close, with a volume of zero, as in data kept by weekday.
    Carried,
}

/// `market.actions`: whether the tape's corporate actions are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actions {
    /// They apply to positions and to returns.
    #[default]
    Applied,
    /// Nobody hears of them: a split looks like a crash. Halts that the scenario lays over the tape remain.
    Ignored,
}

impl Gaps {
    pub(super) fn is_left(&self) -> bool {
        *self == Self::Left
    }
}

impl Actions {
    pub(super) fn is_applied(&self) -> bool {
        *self == Self::Applied
    }
}

/// Only where it is not the usual, so that a scenario without these keys keeps the digest that it always had.
pub(super) fn put(bytes: &mut CanonicalBytes, market: &MarketSpec) {
    if market.gaps == Gaps::Carried {
        bytes.put_text("gaps carried");
    }
    if market.actions == Actions::Ignored {
        bytes.put_text("actions ignored");
    }
}

#[cfg(test)]
mod tests {
    use super::{Actions, Gaps};
    use crate::fixture;
    use crate::scenario::Scenario;

    #[test]
    fn each_shape_has_a_world_of_its_own_and_the_usual_one_keeps_its_digest() {
        let with = |lines: &str| {
            let text = toml::to_string(&fixture::scenario(|_| {})).unwrap();
            Scenario::parse(&text.replace("[market]\n", &format!("[market]\n{lines}\n")), "case.toml").unwrap()
        };
        let usual = fixture::scenario(|_| {});
        let written = with("gaps = \"left\"\nactions = \"applied\"");
        assert_eq!(written.world_digest(), usual.world_digest());
        assert_eq!((written.market.gaps, written.market.actions), (Gaps::Left, Actions::Applied));
        let worlds = ["gaps = \"carried\"", "actions = \"ignored\"", "gaps = \"carried\"\nactions = \"ignored\""];
        let mut digests: Vec<_> = worlds.iter().map(|lines| with(lines).world_digest()).collect();
        digests.push(usual.world_digest());
        digests.sort();
        assert!(digests.windows(2).all(|pair| pair[0] != pair[1]));
        let text = toml::to_string_pretty(&with(worlds[2])).unwrap();
        assert_eq!(Scenario::parse(&text, "case.toml").unwrap(), with(worlds[2]));
    }
}
