//! The log as text: a head, then one row a line, each with the digest of the row before it and its own.
//!
//! ```text
//! {"kronos_log":1}
//! {"number":1,"at":"2026-01-05T09:00:00Z","actor":{…},"object":"proposal-1",…,"previous":"9f…","digest":"4c…"}
//! {"number":2,…,"previous":"4c…","digest":"e1…"}
//! ```
//!
//! A row's digest is BLAKE3 of its line up to it, and so covers the digest of the row before. The text is canonical:
//! a line that a writer would not have written so is refused. Whoever changes a byte anywhere is found by the line;
//! whoever takes whole rows from the end is found by the head, the digest of the last row, once it is kept elsewhere
//! (in a commit, in a report).
//!
//! ```
//! use kronos::log::{HEAD, Log};
//! let empty = Log::read(format!("{HEAD}\n").as_bytes(), "actions.jsonl")?;
//! assert_eq!((empty.rows.len(), empty.log.state().next_number()), (0, 1));
//! let newer = Log::read(b"{\"kronos_log\":2}\n", "actions.jsonl").unwrap_err();
//! assert!(newer.to_string().starts_with("actions.jsonl, line 1: the log has format 2"));
//! # Ok::<(), kronos::log::LogError>(())
//! ```

mod reading;

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

pub use reading::{LogError, LogFault, Reading};

use crate::act::{Act, Refused, World, decide};
use crate::event::Row;
use crate::refusal::Refusal;
use crate::state::State;

/// The first line of every log: its format.
pub const HEAD: &str = "{\"kronos_log\":1}";

/// What a row is followed by on its line: its own digest.
const DIGEST_KEY: &str = ",\"digest\":\"";

/// A log without its text: the state after its rows, and the digest of the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    state: State,
    head: Digest,
}

/// A row with the digest of the one before it, as a line holds it.
#[derive(Serialize, Deserialize)]
struct Linked<R> {
    #[serde(flatten)]
    row: R,
    previous: Digest,
}

impl Default for Log {
    fn default() -> Self {
        Self { state: State::default(), head: Digest::of(HEAD.as_bytes()) }
    }
}

impl Log {
    /// What is true after the rows.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The digest of the last row, which stands for the whole log; of the head line where there is no row.
    #[must_use]
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// The row that an act becomes, judged by [`decide`]; nothing has changed yet.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn decide(&self, act: &Act, world: &World<'_>) -> Result<Row, Refused> {
        decide(act, &self.state, world)
    }

    /// The line of a row that comes next, with its end.
    #[must_use]
    pub fn line(&self, row: &Row) -> String {
        line_after(row, self.head).0
    }

    /// Takes the next row in.
    ///
    /// # Errors
    /// [`Refusal`] for a row that cannot stand here; nothing has changed then.
    pub fn push(&mut self, row: &Row) -> Result<(), Refusal> {
        self.state.apply(row)?;
        self.head = line_after(row, self.head).1;
        Ok(())
    }
}

/// The line of a row after the digest `previous`, with its end; and the row's own digest.
fn line_after(row: &Row, previous: Digest) -> (String, Digest) {
    // Serialising plain structs of numbers, texts and lists cannot fail.
    let mut line = serde_json::to_string(&Linked { row, previous }).unwrap_or_default();
    line.pop();
    let digest = Digest::of(line.as_bytes());
    line.push_str(DIGEST_KEY);
    line.push_str(&digest.to_string());
    line.push_str("\"}\n");
    (line, digest)
}
