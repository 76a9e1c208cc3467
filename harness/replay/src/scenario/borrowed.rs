//! Facts of other tapes: what lies beside the prices of the traded one.
//!
//! Prices come from one tape. Rates, indices of fear and news are on tapes of their own, and a scenario names what its
//! system may read of them, one by one, so that a tape that grows changes no run:
//!
//! ```toml
//! [market]
//! tape = "us_eq_2000_2012"
//! series = [{ tape = "macro", names = ["VIX", "UST_10Y"] }]
//! texts = [{ tape = "filings", subjects = ["MACRO"] }]
//! ```

use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};

use super::{MarketSpec, ScenarioError};

/// Series of another tape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesFrom {
    /// The tape: as `market.tape`.
    pub tape: String,
    /// The series, each once.
    pub names: Vec<String>,
}

/// Texts of another tape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsFrom {
    /// The tape: as `market.tape`.
    pub tape: String,
    /// The subjects, issuers or `MACRO`, each once.
    pub subjects: Vec<String>,
}

/// Refuses a blank tape, an empty list and a name that stands twice.
pub(super) fn check(market: &MarketSpec, path: &str) -> Result<(), ScenarioError> {
    let series = market.series.iter().map(|from| (&from.tape, &from.names));
    check_lists(series, ["market.series.tape", "market.series.names"], path)?;
    let texts = market.texts.iter().map(|from| (&from.tape, &from.subjects));
    check_lists(texts, ["market.texts.tape", "market.texts.subjects"], path)
}

fn check_lists<'a>(
    lists: impl Iterator<Item = (&'a String, &'a Vec<String>)> + Clone,
    [tape_key, names_key]: [&str; 2],
    path: &str,
) -> Result<(), ScenarioError> {
    let refuse = |key: &str, value: String, expected: &str| {
        Err(ScenarioError::Value { path: path.to_owned(), key: key.to_owned(), value, expected: expected.to_owned() })
    };
    if lists.clone().any(|(tape, _)| tape.trim().is_empty()) {
        return refuse(tape_key, "blank".to_owned(), "the name of a tape folder or a path to one");
    }
    if let Some((tape, _)) = lists.clone().find(|(_, names)| names.is_empty()) {
        return refuse(
            names_key,
            format!("empty for the tape {tape}"),
            "at least one name; leave the entry out for none",
        );
    }
    let mut all: Vec<&String> = lists.flat_map(|(_, names)| names).collect();
    all.sort();
    match all.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => refuse(names_key, format!("{:?} twice", pair[0]), "each name once, from one tape"),
        None => Ok(()),
    }
}

/// What is borrowed, where anything is: a scenario without it keeps the digest that it always had. The tapes are not
/// named, as the traded one is not: the digest of the tape in memory speaks of what they hold.
pub(super) fn put(bytes: &mut CanonicalBytes, market: &MarketSpec) {
    let series: Vec<&String> = market.series.iter().flat_map(|from| &from.names).collect();
    let texts: Vec<&String> = market.texts.iter().flat_map(|from| &from.subjects).collect();
    for (what, mut names) in [("series", series), ("texts", texts)] {
        if !names.is_empty() {
            names.sort();
            bytes.put_text(what).put_u64(names.len() as u64);
            names.iter().for_each(|name| {
                bytes.put_text(name);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture;
    use crate::scenario::Scenario;

    fn with(lines: &str) -> Result<Scenario, String> {
        let text =
            toml::to_string(&fixture::scenario(|_| {})).unwrap().replace("[market]\n", &format!("[market]\n{lines}\n"));
        Scenario::parse(&text, "case.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn borrowing_nothing_changes_no_digest_and_borrowing_changes_it() {
        let digest = |lines: &str| with(lines).unwrap().world_digest();
        let plain = fixture::scenario(|_| {}).world_digest();
        assert_eq!(digest("series = []\ntexts = []"), plain);
        let vix = digest("series = [{ tape = \"macro\", names = [\"VIX\"] }]");
        let text = digest("texts = [{ tape = \"macro\", subjects = [\"VIX\"] }]");
        assert!(vix != plain && text != plain && text != vix);
        let apart = "series = [{ tape = \"a\", names = [\"B\"] }, { tape = \"b\", names = [\"A\"] }]";
        assert_eq!(digest(apart), digest("series = [{ tape = \"c\", names = [\"A\", \"B\"] }]"));
    }

    #[test]
    fn what_is_borrowed_stands_in_the_text_of_the_scenario() {
        let one = with("series = [{ tape = \"macro\", names = [\"VIX\"] }]").unwrap();
        let text = toml::to_string_pretty(&one).unwrap();
        assert_eq!(Scenario::parse(&text, "case.toml").unwrap(), one);
    }

    #[test]
    fn blank_tapes_empty_lists_and_repeated_names_are_refused() {
        let refused = |lines: &str| with(lines).unwrap_err();
        assert_eq!(
            refused("series = [{ tape = \" \", names = [\"VIX\"] }]"),
            "case.toml: market.series.tape is blank: expected the name of a tape folder or a path to one"
        );
        assert_eq!(
            refused("texts = [{ tape = \"macro\", subjects = [] }]"),
            "case.toml: market.texts.subjects is empty for the tape macro: expected at least one name; leave the entry \
             out for none"
        );
        let twice = "series = [{ tape = \"a\", names = [\"VIX\"] }, { tape = \"b\", names = [\"VIX\"] }]";
        assert_eq!(
            refused(twice),
            "case.toml: market.series.names is \"VIX\" twice: expected each name once, from one tape"
        );
        assert!(refused("series = [{ tape = \"a\", nams = [\"VIX\"] }]").contains("nams"));
    }
}
