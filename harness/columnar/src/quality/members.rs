//! Index members without a bar: a stricter bound than that of a whole market.
//!
//! Which names an index held is a fact of another tape, a folder beside this one that `tape.toml` names under
//! `about.index_members`. A list holds from its day to that of the next list.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::Calendar;
use domain::date::Date;

use super::panel::Panel;
use super::policy::Missing;
use super::{Check, Finding};
use crate::columns::schema::MEMBERSHIP;
use crate::error::DataError;
use crate::rows::each_member;
use crate::tape_folder::StoredTape;

/// The lists of one index by their days.
type Lists = BTreeMap<Date, BTreeSet<String>>;

/// Runs the check on a tape that names lists of members.
pub(super) fn check(
    tape: &StoredTape,
    panel: &Panel,
    calendar: &Calendar,
    policy: Missing,
) -> Result<Vec<Finding>, DataError> {
    let Some(name) = &tape.manifest().about.index_members else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (index, lists) in lists(&tape.beside(name)?)? {
        // The market's active members on each session, and those without a bar.
        let mut sessions: BTreeMap<Date, (u32, u32)> = BTreeMap::new();
        for own in &panel.instruments {
            let (Some(first), Some(last)) = (own.bars.first(), own.bars.last()) else { continue };
            let Ok(days) = calendar.sessions_between(first.on, last.on) else { continue };
            for on in days.iter().map(|session| session.on) {
                let list = lists.range(..=on).next_back();
                if list.is_some_and(|(_, members)| members.contains(&own.id)) {
                    let seen = sessions.entry(on).or_default();
                    seen.0 += 1;
                    seen.1 += u32::from(own.bars.binary_search_by_key(&on, |bar| bar.on).is_err());
                }
            }
        }
        for (on, (active, missing)) in sessions {
            if f64::from(missing) / f64::from(active) > policy.member_share_max {
                let what = format!("{missing} of {active} active members of {index} have no bar");
                found.push(Finding::new(Check::MissingMembers, calendar.market(), (on, on), what));
            }
        }
    }
    Ok(found)
}

fn lists(tape: &StoredTape) -> Result<BTreeMap<String, Lists>, DataError> {
    let mut indices: BTreeMap<String, Lists> = BTreeMap::new();
    let path = tape.file_of(&MEMBERSHIP).ok_or_else(|| tape.unavailable("it has no lists of members".to_owned()))?;
    each_member(&path, &mut |member| {
        let lists = indices.entry(member.index.to_owned()).or_default();
        lists.entry(member.happened_on).or_default().insert(member.instrument.to_owned());
        Ok(())
    })?;
    Ok(indices)
}
