//! The alert level: how many indicators warn, and in how many places (engines-v1 §1.4).
//!
//! | level | rule |
//! |---|---|
//! | GREEN | fewer than 3 warnings, or 3 to 5 in one category |
//! | YELLOW | 3 to 5 in at least 2 categories; 6 and more without credit, curve and internals all stressed |
//! | ORANGE | 6 and more with credit, curve and internals all stressed |
//! | RED | 10 and more, several of them severe |
//!
//! All three internals are stubs, so ORANGE is out of reach, and so is RED but for a Breaker among the entities.
//!
//! ```
//! use v1::regime::alert::{AlertLevel, alert_level};
//! use v1::regime::indicators::Category::{Credit, Rates};
//! assert_eq!(alert_level(&[Credit, Credit, Rates], 0), AlertLevel::Yellow);
//! assert_eq!(alert_level(&[Credit, Credit, Credit], 0), AlertLevel::Green);
//! ```

use super::indicators::Category;

/// How alarmed v1 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertLevel {
    /// Nothing to do.
    Green,
    /// A slightly smaller maximum, a stricter entry.
    Yellow,
    /// Less leverage, a defensive tilt.
    Orange,
    /// At least half in cash.
    Red,
}

/// How many make "several" severe warnings or weak entities [chosen].
pub const SEVERAL: usize = 3;

/// The level of `warnings`, one category each, of which `severe` are severe.
#[must_use]
pub fn alert_level(warnings: &[Category], severe: usize) -> AlertLevel {
    let warns = |category: Category| warnings.contains(&category);
    let categories = [Category::Credit, Category::Rates, Category::Internals, Category::Flows, Category::Macro];
    let spread_over = categories.into_iter().filter(|category| warns(*category)).count();
    let domains = [Category::Credit, Category::Rates, Category::Internals].into_iter().all(warns);
    match warnings.len() {
        0..=2 => AlertLevel::Green,
        3..=5 if spread_over >= 2 => AlertLevel::Yellow,
        3..=5 => AlertLevel::Green,
        10.. if severe >= SEVERAL => AlertLevel::Red,
        _ if domains => AlertLevel::Orange,
        _ => AlertLevel::Yellow,
    }
}

impl AlertLevel {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Yellow => "YELLOW",
            Self::Orange => "ORANGE",
            Self::Red => "RED",
        }
    }

    /// What is left of the universe's length: ORANGE × 0.75, RED × 0.5 (§5).
    #[must_use]
    pub const fn universe_factor(self) -> f64 {
        match self {
            Self::Green | Self::Yellow => 1.0,
            Self::Orange => 0.75,
            Self::Red => 0.5,
        }
    }

    /// What is left of the caps on weights [chosen]: "slightly smaller" is a tenth, "−25 to −50 %" a quarter.
    #[must_use]
    pub const fn cap_factor(self) -> f64 {
        match self {
            Self::Green => 1.0,
            Self::Yellow => 0.9,
            Self::Orange => 0.75,
            Self::Red => 0.5,
        }
    }

    /// What is added to the entry bar [chosen]: "stricter entry" from YELLOW on.
    #[must_use]
    pub const fn bar_added(self) -> f64 {
        match self {
            Self::Green => 0.0,
            Self::Yellow | Self::Orange | Self::Red => 0.05,
        }
    }
}
