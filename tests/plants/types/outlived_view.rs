//! A view that outlives its tape.
//!
//! compiler: error[E0515]

use domain::tape::Tape;
use domain::view::View;

/// Looks into a tape that is gone by then.
pub fn dangling(tape: Tape) -> Option<View<'static>> {
    View::as_of(&tape, 0)
}
