//! A figure, or the reason why there is none.
//!
//! What cannot be computed is neither NaN nor zero: it is absent, and says why. A measure that is taken every day is
//! told as its mean, its worst day, and how many days had none:
//!
//! ```
//! use judge::reference::{Absence, Daily, Measured, Worse};
//! let days = [
//!     ("2008-09-12".parse()?, Measured::Value(0.25)),
//!     ("2008-09-15".parse()?, Measured::Value(0.75)),
//!     ("2008-09-16".parse()?, Measured::Absent(Absence::NothingHeld)),
//! ];
//! let overlap = Daily::of(&days, Worse::Low);
//! assert_eq!((overlap.mean, overlap.days), (Measured::Value(0.5), 2));
//! assert_eq!(overlap.worst.map(|worst| worst.value), Some(0.25));
//! assert_eq!(overlap.absent[&Absence::NothingHeld], 1);
//! # Ok::<(), domain::date::DateError>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use domain::date::Date;
use domain::numeric;
use serde::{Deserialize, Serialize};

/// Why a measure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// No day is in both journals.
    NoCommonDays,
    /// Neither side holds anything.
    NothingHeld,
    /// No name is held by both sides.
    NoCommonNames,
    /// Fewer than two names are held by the two sides together.
    TooFewNames,
    /// Every value of one side is equal, so there is nothing to correlate with.
    NoSpread,
    /// Too few returns: two are needed.
    TooFewReturns,
    /// Equity was zero or less, so a fraction of it has no meaning.
    NoEquity,
    /// One side never says what state the market is in, or only states that have no counterpart.
    NoRegime,
    /// Chance alone would make the two sides agree always.
    NoChance,
    /// No name has a sector.
    NoSectors,
}

/// A finite value, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// The value, finite.
    Value(f64),
    /// There is none.
    Absent(Absence),
}

/// Which end of a daily measure is the worse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// The lowest value: the measure is one of likeness.
    Low,
    /// The highest value: the measure is one of distance.
    High,
}

/// The worst day of a daily measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorstDay {
    /// The first day with this value.
    pub day: Date,
    /// The value.
    pub value: f64,
}

/// A measure that is taken every day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Daily {
    /// The mean over the days that have a value.
    pub mean: Measured,
    /// How many days have one.
    pub days: u64,
    /// The worst of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<WorstDay>,
    /// How many days have none, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<Absence, u64>,
}

impl Measured {
    /// The value, or `why` there is none. A value that is not finite counts as none.
    #[must_use]
    pub fn or(value: Option<f64>, why: Absence) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Absent(why), Self::Value)
    }

    /// The value, if there is one.
    #[must_use]
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent(_) => None,
        }
    }
}

impl fmt::Display for Measured {
    /// The shortest form that reads back to the same bits, or `- (why)`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => out.pad(&format!("{value:?}")),
            Self::Absent(why) => out.pad(&format!("- ({why})")),
        }
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::NoCommonDays => "no common days",
            Self::NothingHeld => "nothing held",
            Self::NoCommonNames => "no common names",
            Self::TooFewNames => "too few names",
            Self::NoSpread => "no spread",
            Self::TooFewReturns => "too few returns",
            Self::NoEquity => "no equity",
            Self::NoRegime => "no regime",
            Self::NoChance => "no disagreement by chance",
            Self::NoSectors => "no sectors",
        })
    }
}

impl Daily {
    /// The mean, the worst and the absences of `days`, which come in order.
    #[must_use]
    pub fn of(days: &[(Date, Measured)], worse: Worse) -> Self {
        let (mut values, mut worst, mut absent) = (Vec::new(), None::<WorstDay>, BTreeMap::new());
        for (day, measured) in days {
            match *measured {
                Measured::Value(value) => {
                    let beats = worst.is_none_or(|worst| match worse {
                        Worse::Low => value < worst.value,
                        Worse::High => value > worst.value,
                    });
                    if beats {
                        worst = Some(WorstDay { day: *day, value });
                    }
                    values.push(value);
                }
                Measured::Absent(why) => *absent.entry(why).or_default() += 1,
            }
        }
        // Days that all lack a value lack it for some reason: the most frequent one, the first of equals.
        let why = absent.iter().max_by_key(|(why, count)| (**count, std::cmp::Reverse(**why))).map(|(why, _)| *why);
        let mean = Measured::or(numeric::mean(&values), why.unwrap_or(Absence::NoCommonDays));
        Self { mean, days: values.len() as u64, worst, absent }
    }
}

#[cfg(test)]
mod tests {
    use super::{Absence, Daily, Measured, Worse};
    use domain::date::Date;

    fn day(number: i32) -> Date {
        "2008-09-12".parse::<Date>().unwrap().plus_days(number)
    }

    #[test]
    fn the_worked_example() {
        let days = [(day(0), Measured::Value(0.25)), (day(3), Measured::Value(0.75))];
        let days = [days[0], days[1], (day(4), Measured::Absent(Absence::NothingHeld))];
        let low = Daily::of(&days, Worse::Low);
        assert_eq!((low.mean, low.days, low.absent[&Absence::NothingHeld]), (Measured::Value(0.5), 2, 1));
        assert_eq!(low.worst.map(|worst| (worst.day, worst.value)), Some((day(0), 0.25)));
        assert_eq!(Daily::of(&days, Worse::High).worst.map(|worst| worst.day), Some(day(3)));
    }

    #[test]
    fn days_without_a_value_pass_their_reason_on() {
        let absent = |why| Measured::Absent(why);
        let days = [Absence::NothingHeld, Absence::NoCommonNames, Absence::NoCommonNames];
        let days: Vec<_> = (0..).map(day).zip(days.map(absent)).collect();
        let daily = Daily::of(&days, Worse::Low);
        assert_eq!((daily.mean, daily.worst), (absent(Absence::NoCommonNames), None));
        assert_eq!(Daily::of(&[], Worse::Low).mean, absent(Absence::NoCommonDays));
    }

    #[test]
    fn what_is_not_finite_is_absent() {
        assert_eq!(Measured::or(Some(f64::NAN), Absence::NoSpread), Measured::Absent(Absence::NoSpread));
        assert_eq!(Measured::or(Some(1.0), Absence::NoSpread).value(), Some(1.0));
        assert_eq!(Measured::Absent(Absence::NoRegime).to_string(), "- (no regime)");
    }
}
