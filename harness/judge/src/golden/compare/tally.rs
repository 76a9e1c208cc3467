//! Differences, gathered by field and class as they are met.

use std::collections::BTreeMap;

use domain::date::Date;

use super::Finding;
use crate::diff::lanes;
use crate::golden::scope::Class;
use crate::policy::Policy;

/// Where a difference is.
#[derive(Clone, Debug, Default)]
pub(super) struct Spot<'a> {
    pub place: &'a str,
    pub lane: &'a str,
    pub field: &'a str,
    pub day: Option<Date>,
    pub event: Option<usize>,
    pub instrument: Option<&'a str>,
}

/// What was found so far. The first place of a finding is the first that was told, so days are told in order.
pub(super) struct Tally<'p> {
    policy: &'p Policy,
    /// Each with its number in the order in which they were met.
    findings: BTreeMap<Name, (usize, Finding)>,
}

/// Place, lane, field and class: what makes two differences the same finding.
type Name = (String, String, String, Class);

impl<'p> Tally<'p> {
    pub const fn new(policy: &'p Policy) -> Self {
        Self { policy, findings: BTreeMap::new() }
    }

    /// Notes a difference.
    pub fn add(&mut self, class: Class, spot: &Spot<'_>, old: impl ToString, new: impl ToString) {
        self.note(class, spot, old.to_string(), new.to_string(), None);
    }

    /// Notes two numbers unless they are the same: noise within the policy's tolerance, `beyond` otherwise.
    pub fn numbers(
        &mut self,
        policy_name: &str,
        beyond: Class,
        spot: &Spot<'_>,
        (old, old_text): (f64, String),
        (new, new_text): (f64, String),
    ) {
        if old_text == new_text {
            return;
        }
        let class = if self.policy.allows(policy_name, old, new) { Class::Noise } else { beyond };
        let apart = as_written((new - old).abs(), decimals(&old_text).max(decimals(&new_text)));
        self.note(class, spot, old_text, new_text, Some(apart));
    }

    /// Whether something of this lane was found, of any class.
    pub fn has_lane(&self, lane: &str) -> bool {
        self.findings.keys().any(|(_, known, ..)| known == lane)
    }

    /// Whether all that was found of this lane is noise.
    pub fn only_noise(&self, lane: &str) -> bool {
        self.findings.keys().filter(|(_, known, ..)| known == lane).all(|(.., class)| *class == Class::Noise)
    }

    /// Inputs first, then what has a day, by day and by place within it, then the summary; within one place in the
    /// order in which the fields stand there.
    pub fn into_findings(self) -> Vec<Finding> {
        let group = |finding: &Finding| match (finding.day, finding.lane.as_str()) {
            (_, "inputs") => 0,
            (Some(_), _) => 1,
            (None, "summary") => 3,
            (None, _) => 2,
        };
        let mut findings: Vec<(usize, Finding)> = self.findings.into_values().collect();
        findings.sort_by_key(|(met, finding)| {
            (group(finding), finding.day, finding.event, lanes::rank(&finding.lane), *met)
        });
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    fn note(&mut self, class: Class, spot: &Spot<'_>, old: String, new: String, apart: Option<f64>) {
        let name = (spot.place.to_owned(), spot.lane.to_owned(), spot.field.to_owned(), class);
        let fresh = |(place, lane, field, class): Name| Finding {
            class,
            place,
            lane,
            field,
            day: spot.day,
            event: spot.event,
            instrument: spot.instrument.map(ToOwned::to_owned),
            old,
            new,
            count: 0,
            largest: None,
        };
        let met = self.findings.len();
        let (_, finding) = self.findings.entry(name.clone()).or_insert_with(|| (met, fresh(name)));
        finding.count += 1;
        finding.largest = match (finding.largest, apart) {
            (Some(largest), Some(apart)) => Some(largest.max(apart)),
            (known, apart) => known.or(apart),
        };
    }
}

/// How many decimals a number is written with; one in the notation of powers of ten has those of its plain form.
fn decimals(text: &str) -> usize {
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let written = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len()) as i64;
    usize::try_from(written - power.parse::<i64>().unwrap_or(0)).unwrap_or(0)
}

/// The difference of two written numbers as a person would subtract them: with their decimals, without the noise that
/// a difference of binary fractions has beyond those.
fn as_written(apart: f64, decimals: usize) -> f64 {
    let rounded = format!("{apart:.decimals$}").parse().unwrap_or(apart);
    if rounded == 0.0 { apart } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::{as_written, decimals};

    #[test]
    fn a_difference_has_the_decimals_of_its_numbers() {
        for (old, new, apart) in [
            ("9235.175851", "9226.103905", "9.071946"),
            ("0.3", "0.1", "0.2"),
            ("7", "8", "1.0"),
            ("1e-7", "3.5e-7", "2.5e-7"),
            ("1.5e4", "16000", "1000.0"),
        ] {
            let (left, right): (f64, f64) = (old.parse().unwrap(), new.parse().unwrap());
            let found = as_written((right - left).abs(), decimals(old).max(decimals(new)));
            assert_eq!(format!("{found:?}"), apart, "{old} and {new}");
        }
    }
}
