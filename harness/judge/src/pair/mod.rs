//! Two generations on one stretch of history: what the reference did, what the successor does, and where they part.
//!
//! A *pair* is a case of the reference (v1, or a system in another language) and a case of its successor (v2). Their
//! difference is taken apart by running the reference with one stage after the other taken from the successor:
//!
//! ```text
//! reference ─ data ─ calendar ─ universe ─ signal ─ sizing ─ limits ─ execution = successor
//!        part      part      …       each part is what a leg gained or lost to the leg before it
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`attribution`] | the legs, their parts, and where a leg went another way than it was recorded |
//! | [`outputs`] | what the reference did, a line a day |
//! | [`parting`] | where two legs part: the first order or fill, the days, the instruments |
//! | [`record`] | all of it frozen under `golden/v1/`, sealed, by whom and why |
//! | [`run_of`] | a run by name and digests |
//! | [`walk`] | what a pair did on one walk through its legs |
//! | [`register`] | the differences that are expected, each with a bound, a reason, an owner and an end |
//!
//! Money is integer from end to end, so the parts sum to the gap to the last micro-unit.

use domain::quantity::Cash;

pub mod attribution;
pub mod outputs;
pub mod parting;
pub mod record;
pub mod register;
pub mod run_of;
pub mod walk;

/// Money as text with all of its decimals, for a report from which none may be lost.
///
/// # Errors
/// Those of the serializer.
pub fn exact<S: serde::Serializer>(amount: &Cash, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(amount)
}
