//! One number for each instrument, where some may be absent.
//!
//! Inside, absence is a NaN, so that kernels run over plain slices; outside there is only `Option`, so that no NaN
//! gets further than the crate's own arithmetic.
//!
//! ```
//! use domain::ids::Instrument;
//! use v2::column::Column;
//! let mut vol = Column::absent(3);
//! vol.set(Instrument(1), Some(0.02));
//! assert_eq!((vol.get(Instrument(0)), vol.get(Instrument(1))), (None, Some(0.02)));
//! assert_eq!(vol.present().collect::<Vec<_>>(), [(Instrument(1), 0.02)]);
//! ```

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;

/// A number for each instrument of the tape, by position; absent where there is none.
#[derive(Clone, Debug, Default)]
pub struct Column(Vec<f64>);

/// Two columns are equal when the same entries are present and have the same bits.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| (a.is_nan() && b.is_nan()) || a.to_bits() == b.to_bits();
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl Column {
    /// A column without a single value.
    #[must_use]
    pub fn absent(width: usize) -> Self {
        Self(vec![f64::NAN; width])
    }

    /// A column over values as they are; what is not finite is absent.
    #[must_use]
    pub fn with_gaps(values: Vec<f64>) -> Self {
        Self(values)
    }

    /// The number of instruments.
    #[must_use]
    pub fn width(&self) -> usize {
        self.0.len()
    }

    /// The value of one instrument.
    #[must_use]
    #[inline]
    pub fn get(&self, instrument: Instrument) -> Option<f64> {
        self.0.get(instrument.index()).copied().filter(|value| value.is_finite())
    }

    /// Sets or removes the value of one instrument. A number that is not finite removes it.
    ///
    /// # Panics
    /// For an instrument beyond the width: a defect of the caller.
    #[inline]
    pub fn set(&mut self, instrument: Instrument, value: Option<f64>) {
        self.0[instrument.index()] = value.filter(|value| value.is_finite()).unwrap_or(f64::NAN);
    }

    /// The values that are present, ascending by instrument.
    pub fn present(&self) -> impl Iterator<Item = (Instrument, f64)> {
        (0..).map(Instrument).zip(self.0.iter().copied()).filter(|(_, value)| value.is_finite())
    }

    /// The slice itself, with gaps that are not finite: for kernels.
    #[must_use]
    pub fn raw(&self) -> &[f64] {
        &self.0
    }

    /// The slice itself, for kernels that fill it.
    pub fn raw_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }

    /// Appends every entry: the width, how many are present, then none, all, or each with one pattern for absence.
    pub fn put(&self, bytes: &mut CanonicalBytes) {
        let present = self.0.iter().filter(|value| value.is_finite()).count();
        bytes.put_short(self.0.len() as u64).put_short(present as u64);
        if present == self.0.len() {
            bytes.put_all_f64(&self.0);
        } else if present > 0 {
            for value in &self.0 {
                bytes.put_u64(if value.is_finite() { value.to_bits() } else { u64::MAX });
            }
        }
    }
}
