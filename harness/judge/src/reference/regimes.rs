//! What the two sides say of the market's state, in one table: v1's states down, v2's families across.
//!
//! Each common day on which both sides say something counts to one cell. Agreement and Cohen's kappa are taken over the
//! days on which both words have a family ([`super::bridge`]). Over four days told `transition` against NEUTRAL,
//! `transition` against CRISIS, `risk_off_panic` against CRISIS and UNKNOWN against CRISIS:
//!
//! ```text
//!                 CRISIS  NEUTRAL
//! UNKNOWN              1        0   no counterpart
//! risk_off_panic       1        0
//! transition           1        1
//! agreement 2 / 3; p_e = (1·2 + 2·1) / 9, kappa = (2/3 − 4/9) / (1 − 4/9) = 0.4
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::agreement::{agreement_share, cohens_kappa};
use super::bridge::Family;
use super::common::Common;
use super::measured::{Absence, Measured};

/// The contingency table of the two sides' words, and how far they agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeTable {
    /// Share of the days compared on which both words are of one family.
    pub agreement: Measured,
    /// Cohen's kappa over the same days.
    pub kappa: Measured,
    /// Days compared: both sides said something, and both words have a family.
    pub days: u64,
    /// Days on which both sides said something, and one word has no family.
    pub without_counterpart: u64,
    /// Common days on which one side said nothing.
    pub not_told: u64,
    /// Days by the reference's word and the successor's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub table: BTreeMap<String, BTreeMap<String, u64>>,
}

impl RegimeTable {
    /// The table of the common days.
    pub(super) fn of(common: &Common<'_>) -> Self {
        let (mut table, mut by_family) = (BTreeMap::<String, BTreeMap<String, u64>>::new(), vec![vec![0_u64; 4]; 4]);
        let (mut days, mut without_counterpart, mut not_told) = (0, 0, 0);
        for day in &common.days {
            let (Some(left), Some(right)) = (&day.reference.regime, &day.successor.regime) else {
                not_told += 1;
                continue;
            };
            *table.entry(left.label.clone()).or_default().entry(right.label.clone()).or_default() += 1;
            match left.family.zip(right.family) {
                Some((left, right)) => {
                    days += 1;
                    by_family[position(left)][position(right)] += 1;
                }
                None => without_counterpart += 1,
            }
        }
        let why = if days > 0 { Absence::NoChance } else { Absence::NoRegime };
        Self {
            agreement: Measured::or(agreement_share(&by_family), Absence::NoRegime),
            kappa: Measured::or(cohens_kappa(&by_family), why),
            days,
            without_counterpart,
            not_told,
            table,
        }
    }
}

fn position(family: Family) -> usize {
    family as usize
}

#[cfg(test)]
mod tests {
    use super::RegimeTable;
    use crate::reference::common::Common;
    use crate::reference::fixture::{Day, side};
    use crate::reference::measured::{Absence, Measured};

    const DAYS: [&str; 4] = ["2008-07-01", "2008-07-02", "2008-07-03", "2008-07-07"];

    fn of(left: [Option<&'static str>; 4], right: [Option<&'static str>; 4]) -> RegimeTable {
        let days = |labels: [Option<&'static str>; 4]| {
            let day = |(on, regime)| Day { on, equity: 100.0, regime, ..Day::default() };
            side(&DAYS.into_iter().zip(labels).map(day).collect::<Vec<Day>>())
        };
        let (left, right) = (days(left), days(right));
        RegimeTable::of(&Common::of(&left, &right))
    }

    #[test]
    fn the_worked_example() {
        let left = ["transition", "transition", "risk_off_panic", "UNKNOWN"].map(Some);
        let found = of(left, ["NEUTRAL", "CRISIS", "CRISIS", "CRISIS"].map(Some));
        assert_eq!((found.days, found.without_counterpart, found.not_told), (3, 1, 0));
        assert_eq!(found.agreement, Measured::Value(2.0 / 3.0));
        assert!((found.kappa.value().unwrap() - 0.4).abs() < 1e-15);
        assert_eq!((found.table["transition"]["CRISIS"], found.table["UNKNOWN"]["CRISIS"]), (1, 1));
    }

    #[test]
    fn without_words_there_is_no_agreement() {
        let found = of([None; 4], ["NEUTRAL"; 4].map(Some));
        assert_eq!((found.not_told, found.table.len()), (4, 0));
        let none = Measured::Absent(Absence::NoRegime);
        assert_eq!((found.agreement, found.kappa), (none, none));
        let one = of(["transition"; 4].map(Some), ["NEUTRAL"; 4].map(Some));
        assert_eq!((one.agreement, one.kappa), (Measured::Value(1.0), Measured::Absent(Absence::NoChance)));
    }
}
