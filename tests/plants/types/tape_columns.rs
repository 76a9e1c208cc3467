//! The tape read without a view: its columns are private to the vocabulary.
//!
//! compiler: error[E0616]

use domain::tape::Tape;

/// The first close of the tape.
pub fn first_close(tape: &Tape) -> f64 {
    tape.columns.close[0]
}
