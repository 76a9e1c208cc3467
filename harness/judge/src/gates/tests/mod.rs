//! What the gates must never let through: absences, loosened policies, edited bundles.

mod absence;
mod bundles;
pub(crate) mod fixture;
mod mutated_policy;
mod worse;
