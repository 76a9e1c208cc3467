//! A history that did not happen: the days of a tape drawn anew in blocks.
//!
//! Each new day takes the step of one source day, for every instrument at once, so that what moved together still does.
//! A step is a price over the close of the day before; new prices grow from the last close before the resampling begins.
//!
//! ```text
//! source   c0  c1  c2  c3  c4  c5          drawn   3  4  1
//! new      c0  c0·(c3/c2)  ·(c4/c3)  ·(c1/c0)
//! ```
//!
//! Series (rates, spreads, volatility indices) are carried along: on a new day the value known on the source day is
//! known. Volumes are the source day's. Corporate actions, delistings and texts belong to dates, and a tape whose
//! resampled days have any cannot be drawn anew.

use super::{Columns, SeriesPoint, Tape};
use crate::date::Date;

/// Why a tape could not be resampled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResampleError {
    /// A corporate action falls on a day to be resampled.
    #[error("a corporate action on {0} belongs to its date: resample a tape without actions, or on an adjusted basis")]
    Action(Date),
    /// Texts belong to their dates.
    #[error("the tape has texts, which belong to their dates: resample a tape without")]
    Texts,
    /// The source days do not fit the tape.
    #[error("source day {source_day} of new day {new_day}: expected a day number from 1 to {last}")]
    SourceDay {
        /// The new day.
        new_day: usize,
        /// Its source.
        source_day: usize,
        /// The last day of the tape.
        last: usize,
    },
}

impl Tape {
    /// The same tape up to day number `first − 1`; each later day `first + k` takes the step of source day
    /// `sources[k]` (from 1: a step needs the day before). Days beyond the sources are cut off.
    ///
    /// # Errors
    /// [`ResampleError`].
    pub fn resampled(&self, first: usize, sources: &[usize]) -> Result<Self, ResampleError> {
        self.check_sources(first, sources)?;
        let keep = (first + sources.len()).min(self.days.len());
        let mut tape = self.cut_after(keep.saturating_sub(1));
        for (at, source) in sources.iter().enumerate().take(keep.saturating_sub(first)) {
            step(&mut tape.columns, &self.columns, self.instruments.len(), first + at, *source);
        }
        for (name, points) in &mut tape.series {
            let known = self.series.get(name).map_or(&[][..], Vec::as_slice);
            *points = self.series_of(known, first, sources.get(..keep.saturating_sub(first)).unwrap_or_default());
        }
        Ok(tape.sealed())
    }

    fn check_sources(&self, first: usize, sources: &[usize]) -> Result<(), ResampleError> {
        if let Some(action) = self.actions.first() {
            return Err(ResampleError::Action(self.days[action.day as usize]));
        }
        if !self.texts.is_empty() {
            return Err(ResampleError::Texts);
        }
        let last = self.days.len() - 1;
        let wrong = sources.iter().enumerate().find(|(_, source)| !(1..=last).contains(*source));
        match wrong {
            Some((at, source)) => Err(ResampleError::SourceDay { new_day: first + at, source_day: *source, last }),
            None if first == 0 => Err(ResampleError::SourceDay { new_day: 0, source_day: 0, last }),
            None => Ok(()),
        }
    }

    /// What a series shows: up to the first new day what it was, then what was known on each source day.
    fn series_of(&self, known: &[SeriesPoint], first: usize, sources: &[usize]) -> Vec<SeriesPoint> {
        let Some(begins) = self.days.get(first) else { return known.to_vec() };
        let mut points: Vec<SeriesPoint> = known.iter().copied().filter(|point| point.known_on < *begins).collect();
        for (day, source) in self.days.iter().skip(first).zip(sources) {
            let on = self.days[*source];
            // Points are sorted by the day on which they became known.
            let end = known.partition_point(|point| point.known_on <= on);
            let value = end.checked_sub(1).and_then(|last| known.get(last)).map(|point| point.value);
            let standing = points.last().map(|point| point.value.to_bits());
            if let Some(value) = value.filter(|value| standing != Some(value.to_bits())) {
                points.push(SeriesPoint { known_on: *day, happened_on: *day, value });
            }
        }
        points
    }
}

/// Writes day `day` of `new` as one step of day `source` of `old` from the close before.
fn step(new: &mut Columns, old: &Columns, width: usize, day: usize, source: usize) {
    let row = |day: usize| day * width..(day + 1) * width;
    let before: Vec<f64> = (0..width).map(|name| last_close(&new.close, width, day, name)).collect();
    let base: Vec<f64> = (0..width).map(|name| last_close(&old.close, width, source, name)).collect();
    let moved = |column: &[f64]| -> Vec<f64> {
        let prices = column[row(source)].iter().zip(&before).zip(&base);
        prices.map(|((price, before), base)| before * (price / base)).collect()
    };
    let close = moved(&old.close);
    let others = [&old.open, &old.high, &old.low].map(|column| column.as_deref().map(moved));
    let volume = old.volume.as_ref().map(|column| column[row(source)].to_vec());
    new.close[row(day)].copy_from_slice(&close);
    let targets = [&mut new.open, &mut new.high, &mut new.low, &mut new.volume];
    for (target, values) in targets.into_iter().zip(others.into_iter().chain([volume])) {
        if let (Some(target), Some(values)) = (target.as_mut(), values) {
            target[row(day)].copy_from_slice(&values);
        }
    }
}

/// The last close of a name before `day`; NaN before its first.
fn last_close(close: &[f64], width: usize, day: usize, name: usize) -> f64 {
    let column = (0..day).rev().map(|day| close[day * width + name]);
    column.into_iter().find(|close| !close.is_nan()).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::super::TapeBuilder;
    use super::ResampleError;
    use crate::date::Date;
    use crate::facts::{BarFact, InstrumentFact, PriceBasis, SeriesFact};
    use crate::ids::Instrument;
    use crate::tape::Tape;
    use crate::view::View;

    fn tape() -> Tape {
        let days: Vec<Date> = (0..6).map(Date::from_epoch_days).collect();
        let id: crate::ids::InstrumentId = "EQUITY:GE".parse().unwrap();
        let fact = InstrumentFact {
            id: id.clone(),
            market: "US_EQ".into(),
            currency: "USD".into(),
            issuer: None,
            sector: None,
        };
        let mut builder = TapeBuilder::new(PriceBasis::Adjusted, days.clone(), vec![fact]).unwrap();
        for (on, close) in days.iter().zip([100.0, 110.0, 99.0, 99.0, 198.0, 99.0]) {
            let bar = BarFact {
                instrument: id.clone(),
                happened_on: *on,
                open: None,
                high: None,
                low: None,
                close: Some(close),
                adjusted_close: Some(close),
                volume: None,
            };
            builder.push_bar(&bar).unwrap();
        }
        for (on, value) in days.iter().zip([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) {
            let fact = SeriesFact { series: "VIX".into(), happened_on: *on, known_on: *on, value };
            builder.push_series(&fact).unwrap();
        }
        builder.finish()
    }

    #[test]
    fn each_new_day_takes_the_step_of_its_source() {
        let new = tape().resampled(2, &[4, 4, 1]).unwrap();
        let close = |day: usize| View::as_of(&new, day).unwrap().closes(0).unwrap().get(Instrument(0));
        let closes: Vec<Option<f64>> = (0..5).map(close).collect();
        assert_eq!(closes, [Some(100.0), Some(110.0), Some(220.0), Some(440.0), Some(440.0 * (110.0 / 100.0))]);
        assert_eq!(new.days().len(), 5);
        let values: Vec<f64> = new.series["VIX"].iter().map(|point| point.value).collect();
        assert_eq!(values, [1.0, 2.0, 5.0, 2.0]); // known on source days 4, 4 and 1
    }

    #[test]
    fn the_days_themselves_give_the_tape_back() {
        let (old, new) = (tape(), tape().resampled(1, &[1, 2, 3, 4, 5]).unwrap());
        for (left, right) in old.columns.close.iter().zip(&new.columns.close) {
            assert!((left - right).abs() <= 1e-12 * left, "{left} {right}");
        }
    }

    #[test]
    fn a_source_that_has_no_step_is_refused() {
        let wrong = ResampleError::SourceDay { new_day: 3, source_day: 6, last: 5 };
        assert_eq!(tape().resampled(2, &[1, 6]).err(), Some(wrong));
        assert!(tape().resampled(0, &[1]).is_err());
    }
}
