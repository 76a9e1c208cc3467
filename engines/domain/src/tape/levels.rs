//! The growth of one share by splits and dividends, such that `close × growth` is a total-return level.
//!
//! The usual adjusted close runs backwards: a dividend of tomorrow changes all of yesterday's prices. Here growth
//! runs forwards from 1 on the first day, so a level on day t depends on nothing after t. On an ex-date with close
//! `P`, ratio `r` (new shares for one old) and dividend `D` for each new share,
//!
//! ```text
//! growth(t) = growth(t−1) × r × (1 + D / P)
//! ```
//!
//! and the return over any span is the ratio of two levels. Example: close 100, then a 2-for-1 split with a
//! dividend of 1 and close 49.5: growth 2 × (1 + 1/49.5), level 49.5 × growth = 101, a return of 1 %.

use crate::facts::ActionKind;

use super::TapeAction;

/// Growth for each day and instrument, or `None` when no share ever grows. Actions are sorted by day.
pub(super) fn growth(close: &[f64], width: usize, actions: &[TapeAction]) -> Option<Vec<f64>> {
    let grows = |action: &&TapeAction| !matches!(action.kind, ActionKind::Delisting | ActionKind::Halt { .. });
    let mut pending = actions.iter().filter(grows).peekable();
    pending.peek()?;
    let mut growth = vec![1.0; close.len()];
    // What is due but has not met a price yet: shares for one share, and cash for each of them.
    let mut due = vec![(1.0, 0.0); width];
    for day in 0..close.len() / width {
        while let Some(action) = pending.next_if(|action| action.day as usize == day) {
            let (ratio, cash) = &mut due[action.instrument.index()];
            let (numerator, denominator) = action.kind.share_ratio();
            *ratio *= numerator as f64 / denominator as f64;
            if let ActionKind::CashDividend { amount } = action.kind {
                *cash += amount;
            }
        }
        for (at, due) in due.iter_mut().enumerate() {
            let here = day * width + at;
            let before = if day == 0 { 1.0 } else { growth[here - width] };
            growth[here] = before;
            if close[here].is_finite() {
                let (ratio, cash) = std::mem::replace(due, (1.0, 0.0));
                growth[here] = before * ratio * (1.0 + cash / close[here]);
            }
        }
    }
    Some(growth)
}

#[cfg(test)]
mod tests {
    use super::growth;
    use crate::facts::ActionKind;
    use crate::ids::Instrument;
    use crate::tape::TapeAction;

    fn action(day: u32, kind: ActionKind) -> TapeAction {
        TapeAction { day, instrument: Instrument(0), kind }
    }

    #[test]
    fn the_worked_example() {
        let split = action(1, ActionKind::Split { numerator: 2, denominator: 1 });
        let dividend = action(1, ActionKind::CashDividend { amount: 1.0 });
        let levels = growth(&[100.0, 49.5], 1, &[split, dividend]).unwrap();
        assert!((49.5 * levels[1] - 101.0).abs() < 1e-12);
    }

    #[test]
    fn an_action_on_a_day_without_a_price_waits_for_one() {
        let split = action(1, ActionKind::Split { numerator: 2, denominator: 1 });
        let levels = growth(&[100.0, f64::NAN, 50.0], 1, &[split]).unwrap();
        assert_eq!(levels, vec![1.0, 1.0, 2.0]);
    }

    #[test]
    fn nothing_grows_without_actions() {
        assert!(growth(&[1.0], 1, &[action(0, ActionKind::Delisting)]).is_none());
    }
}
