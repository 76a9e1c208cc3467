//! A view moved one day on: its day is private, and no method moves it.
//!
//! compiler: error[E0616]

use domain::view::View;

/// The same view, a day later.
pub fn advanced(mut view: View<'_>) -> View<'_> {
    view.today += 1;
    view
}
