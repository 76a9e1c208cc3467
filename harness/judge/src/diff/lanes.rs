//! Whose events differ, by month: lanes and their digests.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;

/// A digest for each lane and month, as in a journal's manifest.
pub(crate) type LaneDigests = BTreeMap<String, BTreeMap<String, Digest>>;

/// The place of a lane in the chain of causes within a month: what the tape did to the account, what the engines
/// made of it, the targets, the plan, the fills, and the book that shows all of it.
pub(crate) fn rank(lane: &str) -> u8 {
    match lane {
        "actions" => 0,
        "targets" => 2,
        "plan" => 3,
        "execution" => 4,
        "book" => 5,
        _ => 1,
    }
}

/// The first month (`YYYY-MM`) in which any lane differs, and the lanes that do, causes first. A lane that one side
/// lacks in a month differs there.
pub(crate) fn first_month(old: &LaneDigests, new: &LaneDigests) -> Option<(String, Vec<String>)> {
    let mut differing: BTreeMap<String, BTreeSet<(u8, &str)>> = BTreeMap::new();
    for (lane, month) in pairs(old).chain(pairs(new)) {
        if digest(old, lane, month) != digest(new, lane, month) {
            differing.entry(month.to_owned()).or_default().insert((rank(lane), lane));
        }
    }
    let (month, lanes) = differing.pop_first()?;
    Some((month, lanes.into_iter().map(|(_, lane)| lane.to_owned()).collect()))
}

fn pairs(digests: &LaneDigests) -> impl Iterator<Item = (&str, &str)> {
    digests.iter().flat_map(|(lane, months)| months.keys().map(|month| (lane.as_str(), month.as_str())))
}

fn digest<'a>(digests: &'a LaneDigests, lane: &str, month: &str) -> Option<&'a Digest> {
    digests.get(lane)?.get(month)
}

#[cfg(test)]
mod tests {
    use domain::digest::Digest;

    use super::{LaneDigests, first_month};

    fn digests(entries: &[(&str, &str, &str)]) -> LaneDigests {
        let mut all = LaneDigests::new();
        for (lane, month, content) in entries {
            all.entry((*lane).to_owned()).or_default().insert((*month).to_owned(), Digest::of(content.as_bytes()));
        }
        all
    }

    #[test]
    fn the_first_month_names_its_lanes_causes_first() {
        let old = digests(&[("book", "2008-09", "a"), ("momentum", "2008-09", "b"), ("plan", "2008-08", "c")]);
        let new = digests(&[("book", "2008-09", "x"), ("momentum", "2008-09", "y"), ("plan", "2008-08", "c")]);
        let found = first_month(&old, &new).unwrap();
        assert_eq!(found, ("2008-09".to_owned(), vec!["momentum".to_owned(), "book".to_owned()]));
        assert_eq!(first_month(&old, &old), None);
    }

    #[test]
    fn a_lane_that_only_one_side_has_differs() {
        let old = digests(&[("book", "2008-09", "a")]);
        let new = digests(&[("book", "2008-09", "a"), ("regime", "2008-07", "b")]);
        let expected = ("2008-07".to_owned(), vec!["regime".to_owned()]);
        assert_eq!(first_month(&old, &new), Some(expected.clone()));
        assert_eq!(first_month(&new, &old), Some(expected));
    }
}
