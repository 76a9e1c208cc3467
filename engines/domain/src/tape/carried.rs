//! Prices that stand still where there is no bar.
//!
//! Data kept by weekday has a row on every day: on a holiday, in a gap and after a delisting it repeats the last close
//! with a volume of zero. A system that grew up on such data is replayed on it, flaws included:
//!
//! ```text
//! day      1    2    3    4          day      1    2    3    4
//! close    .   10    .   12    ⇒     close    .   10   10   12
//! volume   .    7    .    9          volume   .    7    0    9
//! ```

use super::Columns;

/// Carries each instrument's last close forward into the days without one; `width` instruments make a day.
pub(super) fn carry(columns: &mut Columns, width: usize) {
    for at in width..columns.close.len() {
        let last = columns.close[at - width];
        if columns.close[at].is_nan() && !last.is_nan() {
            columns.close[at] = last;
            for column in [&mut columns.open, &mut columns.high, &mut columns.low].into_iter().flatten() {
                column[at] = last;
            }
            if let Some(volume) = &mut columns.volume {
                volume[at] = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, carry};

    #[test]
    fn a_gap_repeats_the_last_close_and_nothing_stands_before_the_first() {
        let gap = f64::NAN;
        let mut columns = Columns {
            close: vec![gap, 5.0, 10.0, gap, gap, gap, 12.0, 6.0],
            open: Some(vec![gap, 4.0, 9.0, gap, gap, gap, 11.0, 5.5]),
            high: None,
            low: None,
            volume: Some(vec![gap, 1.0, 7.0, gap, gap, gap, 9.0, 2.0]),
        };
        carry(&mut columns, 2);
        assert!(columns.close[0].is_nan());
        assert_eq!(columns.close[1..], [5.0, 10.0, 5.0, 10.0, 5.0, 12.0, 6.0]);
        assert_eq!(columns.open.unwrap()[1..], [4.0, 9.0, 5.0, 10.0, 5.0, 11.0, 5.5]);
        assert_eq!(columns.volume.unwrap()[1..], [1.0, 7.0, 0.0, 0.0, 0.0, 9.0, 2.0]);
    }
}
