//! The nearest names to one that does not exist.
//!
//! Nearness is the number of letters to insert, remove, replace or swap with a neighbour. A name is near when that
//! number is at most a third of the longer name, or when one of the two holds the other.
//!
//! ```
//! use prometheus::suggest::nearest;
//! let names = ["us-crisis-2007-2009", "us-boom-1997-1998", "fx-1999-2026"];
//! assert_eq!(nearest("us-crysis-2007-2009", names), ["us-crisis-2007-2009"]);
//! assert_eq!(nearest("fx", names), ["fx-1999-2026"]);
//! assert!(nearest("completely-different", names).is_empty());
//! ```

/// Names that are offered at most.
const OFFERED_MAX: usize = 3;

/// Names that are listed when none of them is near.
const LISTED_MAX: usize = 12;

/// Up to three names near `asked`, the nearest first, equals in the order of the alphabet.
#[must_use]
pub fn nearest<'n>(asked: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut near: Vec<(usize, &str)> =
        names.into_iter().filter_map(|name| Some((nearness(asked, name)?, name))).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(OFFERED_MAX).map(|(_, name)| name).collect()
}

/// A half-sentence that offers the nearest names of a `kind` of things, or lists what there is when nothing is near and
/// the list short.
#[must_use]
pub fn offer<S: AsRef<str>>(kind: &str, asked: &str, names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let near = nearest(asked, names.iter().copied());
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (near.as_slice(), names.as_slice()) {
        ([], []) => format!("there is no {kind} at all"),
        ([], [one]) => format!("there is only `{one}`"),
        ([], all) if all.len() <= LISTED_MAX => format!("there are {}", quoted(all)),
        ([], all) => format!("none of the {} known names is near", all.len()),
        (near, _) => format!("did you mean {}?", quoted(near)),
    }
}

fn nearness(asked: &str, name: &str) -> Option<usize> {
    let steps = distance(asked, name);
    let longer = asked.chars().count().max(name.chars().count());
    let holds = asked.len() >= 2 && (name.contains(asked) || asked.contains(name));
    (steps * 3 <= longer || holds).then_some(steps)
}

/// Insertions, removals, replacements and swaps of neighbours that turn one text into the other.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let width = right.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (at, letter) in left.iter().enumerate() {
        let mut row = vec![at + 1; width];
        for (to, other) in right.iter().enumerate() {
            let replaced = rows[at][to] + usize::from(letter != other);
            row[to + 1] = replaced.min(rows[at][to + 1] + 1).min(row[to] + 1);
            let swapped = at > 0 && to > 0 && *letter == right[to - 1] && left[at - 1] == *other;
            if swapped {
                row[to + 1] = row[to + 1].min(rows[at - 1][to - 1] + 1);
            }
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest, offer};

    #[test]
    fn distances() {
        for (left, right, steps) in
            [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ü", "u", 1)]
        {
            assert_eq!(distance(left, right), steps, "{left} {right}");
            assert_eq!(distance(right, left), steps, "{right} {left}");
        }
    }

    #[test]
    fn the_nearest_stands_first() {
        assert_eq!(nearest("momentun", ["moment", "momentum", "null"]), ["momentum", "moment"]);
    }

    #[test]
    fn an_offer_says_what_there_is() {
        assert_eq!(offer::<&str>("case", "x", &[]), "there is no case at all");
        assert_eq!(offer("suite", "x", &["pr"]), "there is only `pr`");
        assert_eq!(offer("system", "zzzz", &["null", "momentum"]), "there are `null`, `momentum`");
        assert_eq!(offer("system", "nul", &["null", "momentum"]), "did you mean `null`?");
    }
}
