//! The rank of a value in its own trailing history.
//!
//! The values are kept sorted, to count by bisection; whoever keeps the days says what leaves. The answer depends on
//! the values in the window alone, never on how they came there, so a slow recount from scratch gives the same bits.
//!
//! ```
//! use v2::windows::rank::TrailingRank;
//! let mut window = TrailingRank::default();
//! for value in [5.0, 1.0, 3.0] {
//!     window.push(None, Some(value));
//! }
//! window.push(Some(5.0), Some(2.0)); // the 5 leaves
//! assert_eq!(window.len(), 3);
//! assert_eq!(window.percentile(2.0), Some(0.5)); // one below, one equal, one above
//! ```

/// The values of a trailing window of days, some of them without one, that answers percentiles.
#[derive(Clone, Debug, Default)]
pub struct TrailingRank {
    sorted: Vec<f64>,
    /// Where the last value left and where the last one came in: the next ones are near. No answer depends on it.
    near: [usize; 2],
}

impl TrailingRank {
    /// Takes today's value and answers its percentile in the window that it has joined; `leaving` is what the day that
    /// leaves the window had. What is not finite is no value.
    pub fn push(&mut self, leaving: Option<f64>, coming: Option<f64>) -> Option<f64> {
        let leaving = leaving.filter(|value| value.is_finite());
        let Some(value) = coming.filter(|value| value.is_finite()) else {
            if let Some(leaving) = leaving {
                let at = self.below(leaving, 0);
                self.sorted.remove(at);
            }
            return None;
        };
        let below = match leaving {
            Some(leaving) => self.replace(leaving, value),
            None => {
                let below = self.below(value, 1);
                self.sorted.insert(below, value);
                below
            }
        };
        let equal = self.sorted[below..].iter().take_while(|other| **other == value).count();
        Some((2 * below + equal) as f64 / 2.0 / self.sorted.len() as f64)
    }

    /// The number of values below `value`, looked for around the place of the last one of its kind.
    fn below(&mut self, value: f64, kind: usize) -> usize {
        let (sorted, mut step) = (&self.sorted, 8);
        let start = self.near[kind].min(sorted.len());
        let (mut low, mut high) = (start.saturating_sub(step), (start + step).min(sorted.len()));
        while low > 0 && sorted[low - 1] >= value {
            (low, step) = (low.saturating_sub(step), 2 * step);
        }
        while high < sorted.len() && sorted[high] < value {
            (high, step) = ((high + step).min(sorted.len()), 2 * step);
        }
        self.near[kind] = low + sorted[low..high].partition_point(|other| *other < value);
        self.near[kind]
    }

    /// Puts one value in the place of another, moving only what lies between the two; answers where it stands.
    fn replace(&mut self, leaving: f64, coming: f64) -> usize {
        let (from, to) = (self.below(leaving, 0), self.below(coming, 1));
        let at = if to > from { to - 1 } else { to };
        if at > from {
            self.sorted.copy_within(from + 1..=at, from);
        } else {
            self.sorted.copy_within(at..from, at + 1);
        }
        self.sorted[at] = coming;
        at
    }

    /// The number of values in the window.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there is no value in the window.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The share of the window's values below `value`, an equal one counted as half: 0 to 1. `None` for an empty
    /// window.
    #[must_use]
    pub fn percentile(&self, value: f64) -> Option<f64> {
        if self.sorted.is_empty() {
            return None;
        }
        let below = self.sorted.partition_point(|other| *other < value);
        let up_to = self.sorted.partition_point(|other| *other <= value);
        Some((below + up_to) as f64 / 2.0 / self.sorted.len() as f64)
    }

    /// The values of the window, ascending.
    #[must_use]
    pub fn sorted(&self) -> &[f64] {
        &self.sorted
    }
}
