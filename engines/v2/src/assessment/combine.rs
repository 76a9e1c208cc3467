//! From the families' standings to one signal, and from the signal to a score.
//!
//! ```text
//! s               = Σ w z / √Σ w²                       over the families that the name has
//! expected return = IC · σ_H · s − λ · HighFragility · σ_H
//! score           = tanh((s − λ/IC · HighFragility) / 2)
//! coverage        = Σ |w| · share / Σ |w|               over the required families
//! confidence      = coverage · (1 − disagreement)
//! disagreement    = min(1, 2 · the share of |w| whose families point against s)
//! ```
//!
//! The form "volatility × IC × score" is Grinold's (1994, *Alpha is volatility times IC times score*, Journal of
//! Portfolio Management 20:4); IC = 0.04 and λ = 0.04 are chosen. σ_H is the daily volatility times √H. The penalty
//! is in units of return, and the score is that of the signal after the penalty, so expected return and score have
//! the same sign and more fragility never raises either. The score is the same for every horizon; only the expected
//! return grows, with √H.
//!
//! ```
//! use v2::assessment::combine::{Part, Signal};
//! let families = [Part { weight: 1.0, z: 2.0 }, Part { weight: 1.0, z: -0.5 }];
//! let signal = Signal::of(&families).unwrap();
//! assert!((signal.strength - 1.5 / 2.0_f64.sqrt()).abs() < 1e-12);
//! assert_eq!(signal.disagreement, 1.0); // half of the weight points the other way
//! ```

/// One family's say on one name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its weight.
    pub weight: f64,
    /// Its standard score.
    pub z: f64,
}

/// The combined signal of one name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// s: of unit variance when the families are independent.
    pub strength: f64,
    /// 0 when all families agree, 1 when half of the weight or more points the other way.
    pub disagreement: f64,
}

impl Signal {
    /// The signal of the families that a name has, in the order of families; `None` without any weight.
    #[must_use]
    pub fn of(parts: &[Part]) -> Option<Self> {
        let (mut total, mut squares, mut weight) = (0.0, 0.0, 0.0);
        for part in parts {
            total += part.weight * part.z;
            squares += part.weight * part.weight;
            weight += part.weight.abs();
        }
        if squares <= 0.0 {
            return None;
        }
        let against = parts.iter().filter(|part| part.weight * part.z * total < 0.0);
        let opposite = against.fold(0.0, |opposite, part| opposite + part.weight.abs());
        Some(Self { strength: total / squares.sqrt(), disagreement: (2.0 * opposite / weight).min(1.0) })
    }
}

/// tanh(s / 2): −1 to 1, the same bits on every machine.
#[must_use]
pub fn squash(strength: f64) -> f64 {
    libm::tanh(strength / 2.0)
}
