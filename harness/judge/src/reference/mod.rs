//! A reference beside its successor: two journals over one market, compared.
//!
//! v1 and v2 do not live on the same days: v1 knows weekdays and carried closes, v2 sessions and closes of the day. So
//! each journal is first read beside the tape of its own world ([`Side`]), then both are laid over each other, and only
//! days and names that both hold valid prices for are compared. The rest is counted with its reason. The measures are
//! those of the shadow comparison (gates-and-lifecycle §4), the words those of the vocabulary bridge (engines-v1 §12).
//!
//! | module | holds |
//! |---|---|
//! | `side` | a journal and its tape, as one row a day |
//! | `common` | the days and names of both, and what is left out |
//! | `books` | how far apart two books are on a day |
//! | `rank`, `agreement` | Spearman's correlation; Cohen's kappa |
//! | `bridge`, `regimes` | v1's states in v2's words, and the table of both |
//! | `figures` | return and risk on the common days |
//! | `equal_terms` | what both books earn under one fill model |
//! | `terms`, `comparison` | all of it on stated terms: [`compare`] |
//! | `report` | the comparison as Markdown |
//!
//! What cannot be computed is absent with a reason ([`Measured`]); a comparison never holds NaN. A journal compared
//! with itself is equal in everything:
//!
//! ```text
//! compare(&side, &side, &Terms::default())
//!   completeness.share 1, books.overlap.mean 1, books.active_share.mean 0, regimes.agreement 1
//! ```

mod agreement;
mod books;
mod bridge;
mod common;
mod comparison;
mod equal_terms;
mod figures;
#[cfg(test)]
pub(crate) mod fixture;
mod measured;
mod rank;
mod regimes;
mod report;
mod side;
mod terms;
#[cfg(test)]
mod tests;

pub use agreement::{agreement_share, cohens_kappa};
pub use books::{Pair, active_share, direction_clash, overlap, rank_correlation, top_overlap};
pub use bridge::{Family, Regime};
pub use common::{Completeness, Unpriced};
pub use comparison::{BookReport, Comparison, DayMeasures, SideReport, compare, day_measures};
pub use equal_terms::EqualTerms;
pub use figures::{Figures, Together};
pub use measured::{Absence, Daily, Measured, Worse, WorstDay};
pub use rank::{correlation, ranks, spearman};
pub use regimes::RegimeTable;
pub use report::markdown;
pub use side::{Holding, Quote, Side, SideDay, SideError};
pub use terms::{ComparisonError, Terms};
