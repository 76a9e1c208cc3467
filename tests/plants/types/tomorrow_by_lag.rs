//! A view asked for tomorrow: a lag is unsigned, so tomorrow cannot be written down.
//!
//! compiler: error[E0600]

use domain::view::{Row, View};

/// The closes of the day after today.
pub fn tomorrow(view: View<'_>) -> Option<Row<'_>> {
    view.closes(-1_usize)
}
