//! What engines say of a whole day, as days are sliced by it: the regime, and how stable the market is.

use domain::decision::FigureValue;
use journal::event::{Event, JournalDay};

/// The regime of a day: the label of the figure `regime` that speaks of the whole day; the last one, if several do.
#[must_use]
pub fn regime_of(day: &JournalDay) -> Option<&str> {
    day.events.iter().rev().find_map(|event| match event {
        Event::FigureRecorded { instrument: None, field, value: FigureValue::Label(label), .. }
            if field == "regime" =>
        {
            Some(label.as_ref())
        }
        _ => None,
    })
}

/// The mean stability score of the day, from 0 to 1, where the stability engine told it.
#[must_use]
pub fn stability_of(day: &JournalDay) -> Option<f64> {
    day.events.iter().rev().find_map(|event| match event {
        Event::FigureRecorded { engine, instrument: None, field, value: FigureValue::Number(score) }
            if engine == "stability" && field == "mean_stability_score" =>
        {
            Some(*score)
        }
        _ => None,
    })
}

/// Whether these can be the bounds between buckets: at least one, ascending, within 0 and 1.
#[must_use]
pub fn part_buckets(bounds: &[f64]) -> bool {
    let within = bounds.iter().all(|bound| 0.0 < *bound && *bound < 1.0);
    !bounds.is_empty() && within && bounds.windows(2).all(|pair| pair[0] < pair[1])
}

/// The bucket of a stability score between ascending bounds: `0.3-0.5` holds 0.3 and not 0.5.
#[must_use]
pub fn stability_bucket(score: f64, bounds: &[f64]) -> String {
    let low = bounds.iter().rev().find(|bound| **bound <= score).copied().unwrap_or(0.0);
    let high = bounds.iter().find(|bound| **bound > score).copied().unwrap_or(1.0);
    format!("{low}-{high}")
}

#[cfg(test)]
mod tests {
    use super::{regime_of, stability_bucket};
    use crate::fixture;

    #[test]
    fn the_lower_bound_belongs_to_its_bucket() {
        let buckets = [0.0, 0.3, 0.49, 0.5, 0.7, 1.0].map(|score| stability_bucket(score, &[0.3, 0.5, 0.7]));
        assert_eq!(buckets, ["0-0.3", "0.3-0.5", "0.3-0.5", "0.5-0.7", "0.7-1", "0.7-1"]);
    }

    #[test]
    fn the_regime_is_the_label_of_the_day() {
        let days = fixture::days();
        assert_eq!(days.iter().map(regime_of).collect::<Vec<_>>(), [Some("CALM_CARRY"), Some("RISK_OFF_CRISIS"), None]);
    }
}
