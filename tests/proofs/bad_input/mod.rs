//! Bad input: every broken scenario, tape, import, suite, argument and journal is refused, with a message that a
//! person can act on.
//!
//! Each module has a table of broken inputs. A broken input is run through the real program on a tiny root, and what
//! the program says is a snapshot; a change of a message is reviewed like any other change. None may panic. Goldens
//! are broken in [`crate::tampering`].

mod arguments;
mod engines;
mod imports;
mod journals;
mod recipes;
mod recorded;
mod scenarios;
mod suites;
mod tapes;

use crate::tiny::{Book, Tiny};

/// Compares the chapters with the snapshot of this name.
#[track_caller]
fn settle(name: &str, book: Book) {
    crate::snapshots::text(name, &book.text());
}

/// A broken input: its title, what it does to a fresh root, and the command that meets it.
type Broken = (&'static str, fn(&Tiny), &'static str);

/// Runs each command on a broken copy of its own; all end with the exit code of bad input.
#[track_caller]
fn refuse_all(name: &str, table: &[Broken]) {
    let mut book = Book::default();
    for (number, (title, harm, line)) in table.iter().enumerate() {
        let tiny = Tiny::copy(&format!("{name}-{number}"));
        harm(&tiny);
        book.add_refusal(title, 2, &tiny.say(line));
    }
    settle(name, book);
}
