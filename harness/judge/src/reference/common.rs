//! What two journals have in common: the days of both, and the names that both worlds price on them.
//!
//! v1 lives on weekdays and v2 on sessions, and a carried close is no price of the day. So only what both sides know
//! is compared, and the rest is counted with its reason. A reference with the days 3, 4 and 5 of July 2008 beside a
//! successor with the 3rd and the 7th:
//!
//! ```text
//! 3 July   both: compared
//! 4 July   only in the reference, between days of the successor: a weekday without a session
//! 5 July   as the 4th
//! 7 July   only in the successor, after the reference's last day: outside
//! completeness 1 / 4
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::Instrument;
use serde::{Deserialize, Serialize};

use super::measured::{Absence, Daily, Measured, Worse};
use super::side::{Holding, Side, SideDay};

/// What was compared, and what was not, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completeness {
    /// Days compared, over all days of either side.
    pub share: Measured,
    /// Days compared.
    pub days: u64,
    /// Days of the reference on which the successor's market had no session, within the successor's run.
    pub only_in_reference: u64,
    /// Days of the successor that the reference lacks, within the reference's run.
    pub only_in_successor: u64,
    /// Days of one side before the first or after the last day of the other.
    pub outside: u64,
    /// Common days on which one side's equity was zero or less.
    pub without_equity: u64,
    /// Names times days that were compared.
    pub name_days: u64,
    /// Weight that the reference held in names that were not compared, as the sum of sizes.
    pub left_out_by_reference: Daily,
    /// Weight that the successor held in names that were not compared, as the sum of sizes.
    pub left_out_by_successor: Daily,
    /// Names times days that were not compared, by name and reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unpriced: BTreeMap<String, BTreeMap<Unpriced, u64>>,
}

/// Why a name was not compared on a common day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpriced {
    /// No close in the reference's world.
    NoPriceInReference,
    /// No close in the successor's world.
    NoPriceInSuccessor,
    /// No close in either.
    NoPriceInEither,
}

/// A name in both worlds.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub id: String,
    pub sector: Option<String>,
    pub reference: Option<Instrument>,
    pub successor: Option<Instrument>,
}

/// A day of both sides; the positions are those in [`Side::days`].
#[derive(Clone, Debug)]
pub(super) struct CommonDay<'s> {
    pub on: Date,
    pub at: (usize, usize),
    pub reference: &'s SideDay,
    pub successor: &'s SideDay,
    /// Whether each side gave an order on a day since the common day before.
    pub decided: (bool, bool),
}

/// The names and days of both sides.
pub(super) struct Common<'s> {
    pub names: Vec<Name>,
    pub days: Vec<CommonDay<'s>>,
    only: [u64; 3],
    without_equity: u64,
}

impl<'s> Common<'s> {
    pub fn of(reference: &'s Side, successor: &'s Side) -> Self {
        let mut common = Self { names: names(reference, successor), days: Vec::new(), only: [0; 3], without_equity: 0 };
        let (mut left, mut right) = (0, 0);
        while left < reference.days.len() || right < successor.days.len() {
            let (a, b) = (reference.days.get(left), successor.days.get(right));
            let (takes_left, takes_right) = match (a, b) {
                (Some(a), Some(b)) => (a.on <= b.on, b.on <= a.on),
                (a, b) => (a.is_some(), b.is_some()),
            };
            match (a, b) {
                (Some(_), Some(_)) if takes_left && takes_right => common.pair((left, right), (reference, successor)),
                (Some(a), _) if takes_left => common.only[if within(successor, a.on) { 0 } else { 2 }] += 1,
                (_, Some(b)) => common.only[if within(reference, b.on) { 1 } else { 2 }] += 1,
                _ => {}
            }
            left += usize::from(takes_left);
            right += usize::from(takes_right);
        }
        common
    }

    fn pair(&mut self, at: (usize, usize), sides: (&'s Side, &'s Side)) {
        let (reference, successor) = (&sides.0.days[at.0], &sides.1.days[at.1]);
        if reference.equity.micros() <= 0 || successor.equity.micros() <= 0 {
            self.without_equity += 1;
            return;
        }
        let since = self.days.last().map_or((0, 0), |day| (day.at.0 + 1, day.at.1 + 1));
        let any = |days: &[SideDay]| days.iter().any(|day| day.decided);
        let decided = (any(&sides.0.days[since.0..=at.0]), any(&sides.1.days[since.1..=at.1]));
        self.days.push(CommonDay { on: reference.on, at, reference, successor, decided });
    }

    /// What was compared, and what was not.
    pub fn completeness(&self) -> Completeness {
        let (mut name_days, mut unpriced) = (0, BTreeMap::<String, BTreeMap<Unpriced, u64>>::new());
        let (mut by_reference, mut by_successor) = (Vec::new(), Vec::new());
        for day in &self.days {
            let (mut left, mut right) = (0.0, 0.0);
            for name in &self.names {
                let Err(why) = day.priced(name) else {
                    name_days += 1;
                    continue;
                };
                *unpriced.entry(name.id.clone()).or_default().entry(why).or_default() += 1;
                left += day.reference.weight(name.reference).abs();
                right += day.successor.weight(name.successor).abs();
            }
            by_reference.push((day.on, Measured::Value(left)));
            by_successor.push((day.on, Measured::Value(right)));
        }
        let days = self.days.len() as u64;
        let all = days + self.without_equity + self.only.iter().sum::<u64>();
        Completeness {
            share: Measured::or((all > 0).then(|| days as f64 / all as f64), Absence::NoCommonDays),
            days,
            only_in_reference: self.only[0],
            only_in_successor: self.only[1],
            outside: self.only[2],
            without_equity: self.without_equity,
            name_days,
            left_out_by_reference: Daily::of(&by_reference, Worse::High),
            left_out_by_successor: Daily::of(&by_successor, Worse::High),
            unpriced,
        }
    }
}

impl CommonDay<'_> {
    /// Whether both worlds have a close of the name today.
    pub fn priced(&self, name: &Name) -> Result<(), Unpriced> {
        match (self.reference.has_close(name.reference), self.successor.has_close(name.successor)) {
            (true, true) => Ok(()),
            (false, true) => Err(Unpriced::NoPriceInReference),
            (true, false) => Err(Unpriced::NoPriceInSuccessor),
            (false, false) => Err(Unpriced::NoPriceInEither),
        }
    }
}

impl SideDay {
    /// The weight held; 0 for what is not held.
    pub(super) fn weight(&self, instrument: Option<Instrument>) -> f64 {
        weight_in(&self.holdings, instrument)
    }

    /// The weight decided; 0 for what is not wanted.
    pub(super) fn wants(&self, instrument: Option<Instrument>) -> f64 {
        weight_in(&self.wanted, instrument)
    }

    pub(super) fn has_close(&self, instrument: Option<Instrument>) -> bool {
        instrument.is_some_and(|instrument| self.quotes.get(instrument.index()).is_some_and(Option::is_some))
    }
}

fn weight_in(book: &[Holding], instrument: Option<Instrument>) -> f64 {
    let find = |instrument| book.binary_search_by_key(&instrument, |held| held.instrument).ok();
    instrument.and_then(find).map_or(0.0, |at| book[at].weight)
}

fn within(side: &Side, day: Date) -> bool {
    side.days.first().is_some_and(|first| first.on <= day) && side.days.last().is_some_and(|last| day <= last.on)
}

/// The names of both worlds, ascending by id.
fn names(reference: &Side, successor: &Side) -> Vec<Name> {
    let mut names = BTreeMap::<&str, Name>::new();
    for (at, fact) in reference.instruments.iter().enumerate() {
        let (id, sector) = (fact.id.to_string(), fact.sector.clone());
        let instrument = u32::try_from(at).ok().map(Instrument);
        names.insert(fact.id.as_str(), Name { id, sector, reference: instrument, successor: None });
    }
    for (at, fact) in successor.instruments.iter().enumerate() {
        let instrument = u32::try_from(at).ok().map(Instrument);
        let fresh = || Name { id: fact.id.to_string(), sector: None, reference: None, successor: None };
        let name = names.entry(fact.id.as_str()).or_insert_with(fresh);
        // The successor's word counts: its table of instruments is the later one.
        name.sector = fact.sector.clone().or_else(|| name.sector.take());
        name.successor = instrument;
    }
    names.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::{Common, Unpriced};
    use crate::reference::fixture::{Day, side};
    use crate::reference::measured::Measured;

    #[test]
    fn the_worked_example() {
        let day = |on| Day { on, equity: 100.0, ..Day::default() };
        let reference = side(&[day("2008-07-03"), day("2008-07-04"), day("2008-07-05")]);
        let successor = side(&[day("2008-07-03"), day("2008-07-07")]);
        // The 4th and 5th lie within the successor's run, the 7th lies after the reference's.
        let common = Common::of(&reference, &successor);
        let found = common.completeness();
        assert_eq!((found.days, found.only_in_reference, found.only_in_successor, found.outside), (1, 2, 0, 1));
        assert_eq!(found.share, Measured::Value(0.25));
        let turned = Common::of(&successor, &reference).completeness();
        assert_eq!((turned.days, turned.only_in_reference, turned.only_in_successor, turned.outside), (1, 0, 2, 1));
    }

    #[test]
    fn a_name_without_a_close_is_left_out_and_told() {
        let both = Day {
            on: "2008-07-03",
            equity: 100.0,
            closes: [Some(1.0), Some(2.0)],
            weights: [0.5, 0.25],
            ..Day::default()
        };
        let one = Day { closes: [Some(1.0), None], ..both };
        let (reference, successor) = (side(&[both]), side(&[one]));
        let found = Common::of(&reference, &successor).completeness();
        assert_eq!((found.name_days, found.unpriced.len()), (1, 1));
        assert_eq!(found.unpriced["EQUITY:B"][&Unpriced::NoPriceInSuccessor], 1);
        assert_eq!(found.left_out_by_reference.mean, Measured::Value(0.25));
    }

    #[test]
    fn a_ruined_side_cannot_be_compared() {
        let (well, ruined) =
            (Day { on: "2008-07-03", equity: 1.0, ..Day::default() }, Day { equity: 0.0, ..Day::default() });
        let found = Common::of(&side(&[well]), &side(&[Day { on: "2008-07-03", ..ruined }])).completeness();
        assert_eq!((found.days, found.without_equity, found.share), (0, 1, Measured::Value(0.0)));
    }
}
