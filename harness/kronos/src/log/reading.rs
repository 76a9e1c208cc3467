//! Reading a log: every line by itself, then all in order, then as a history.

use domain::digest::Digest;
use serde_json::Value;

use super::{DIGEST_KEY, HEAD, Linked, Log, line_after};
use crate::event::Row;
use crate::refusal::Refusal;
use crate::state::State;

/// A log that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The log, ready for more rows.
    pub log: Log,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The digest of each row.
    digests: Vec<Digest>,
}

impl Reading {
    /// The reading of a log that is not there yet.
    #[must_use]
    pub fn empty() -> Self {
        Self { log: Log::default(), rows: Vec::new(), digests: Vec::new() }
    }

    /// Whether some row, or the head line, has this digest: a head that was kept elsewhere is still in the log.
    #[must_use]
    pub fn holds(&self, head: &Digest) -> bool {
        Log::default().head == *head || self.digests.contains(head)
    }
}

/// Why a text is no log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}, line {line}: {fault}")]
pub struct LogError {
    /// The file.
    pub path: String,
    /// The line, from 1; the head is the first.
    pub line: usize,
    /// What is wrong there.
    pub fault: LogFault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The text ends within a line: a writer was stopped.
    #[error("the line has no end: its writer was stopped after {bytes} bytes; expected a whole row")]
    Torn {
        /// Bytes of the torn line.
        bytes: usize,
    },
    /// The first line is no head of a log.
    #[error("the head is `{found}`: expected `{HEAD}`")]
    NoHead {
        /// What stands there.
        found: String,
    },
    /// The log has another format.
    #[error("the log has format {found}, and this program reads format 1: read it with the version that wrote it")]
    OtherFormat {
        /// The format.
        found: i64,
    },
    /// The line is no row.
    #[error("this is no row: {what}")]
    NoRow {
        /// What was expected.
        what: String,
    },
    /// The line was changed.
    #[error("the line was edited: its digest is {found}, and its text gives {expected}")]
    Edited {
        /// The digest on the line.
        found: String,
        /// The digest of its text.
        expected: Digest,
    },
    /// The line says the same as a row would, in another spelling.
    #[error("the row is not in canonical form: expected `{expected}`")]
    NotCanonical {
        /// The canonical line.
        expected: String,
    },
    /// Rows are missing.
    #[error("row {found} stands here: expected row {expected}; {} removed", rows_from(*.expected, *.found))]
    Removed {
        /// The number found.
        found: u64,
        /// The number that comes next.
        expected: u64,
    },
    /// A row stands here that has stood before.
    #[error("row {found} stands here again: expected row {expected}")]
    Repeated {
        /// The number found.
        found: u64,
        /// The number that comes next.
        expected: u64,
    },
    /// The row that comes next stands further down.
    #[error("row {found} stands here, and row {expected} on line {at}: rows were swapped")]
    Swapped {
        /// The number found.
        found: u64,
        /// The number that comes next.
        expected: u64,
        /// The line on which that stands.
        at: usize,
    },
    /// The row follows another row than the one above it.
    #[error("the row follows {found}, and the row above it is {expected}: that row was replaced")]
    Relinked {
        /// The digest that the row names.
        found: Digest,
        /// The digest of the row above.
        expected: Digest,
    },
    /// The row cannot have happened.
    #[error("the row cannot stand here: {why}")]
    Impossible {
        /// Why.
        why: Box<Refusal>,
    },
}

/// A line taken apart.
struct Line {
    row: Row,
    previous: Digest,
    digest: Digest,
}

impl Log {
    /// Reads a whole log; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`LogError`]: the first line that is not what it must be.
    pub fn read(text: &[u8], path: &str) -> Result<Reading, LogError> {
        let refuse = |line: usize, fault: LogFault| LogError { path: path.to_owned(), line, fault };
        let torn = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default().len();
        let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        lines.pop();
        if torn == 0 && lines.is_empty() {
            return Err(refuse(1, LogFault::NoHead { found: String::new() }));
        }
        let (head, rows) = match lines.split_first() {
            Some((head, rows)) => (*head, rows),
            None => return Err(refuse(1, LogFault::Torn { bytes: torn })),
        };
        check_head(head).map_err(|fault| refuse(1, fault))?;
        let mut parts: Vec<Line> = Vec::with_capacity(rows.len());
        for (at, line) in rows.iter().enumerate() {
            parts.push(taken_apart(line).map_err(|fault| refuse(at + 2, fault))?);
        }
        check_order(&parts).map_err(|(at, fault)| refuse(at + 2, fault))?;
        let state = folded(&parts).map_err(|(at, fault)| refuse(at + 2, fault))?;
        if torn > 0 {
            return Err(refuse(parts.len() + 2, LogFault::Torn { bytes: torn }));
        }
        let head = parts.last().map_or_else(|| Log::default().head, |last| last.digest);
        let (digests, rows) = parts.into_iter().map(|part| (part.digest, part.row)).unzip();
        Ok(Reading { log: Self { state, head }, rows, digests })
    }
}

impl LogError {
    /// Whether all rows are sound and only the last line is torn, so that cutting it off mends the log.
    #[must_use]
    pub const fn is_torn_tail(&self) -> bool {
        matches!(self.fault, LogFault::Torn { .. })
    }
}

fn check_head(head: &[u8]) -> Result<(), LogFault> {
    if head == HEAD.as_bytes() {
        return Ok(());
    }
    let format = serde_json::from_slice::<Value>(head).ok().and_then(|head| head.get("kronos_log")?.as_i64());
    match format {
        Some(found) if found != 1 => Err(LogFault::OtherFormat { found }),
        _ => Err(LogFault::NoHead { found: String::from_utf8_lossy(head).into_owned() }),
    }
}

fn taken_apart(line: &[u8]) -> Result<Line, LogFault> {
    let no_row = |what: String| LogFault::NoRow { what };
    let text =
        std::str::from_utf8(line).map_err(|error| no_row(format!("byte {} is not UTF-8", error.valid_up_to())))?;
    let shape = || no_row("expected a line that ends with its digest".to_owned());
    let (body, tail) = text.rsplit_once(DIGEST_KEY).ok_or_else(shape)?;
    let digest = tail.strip_suffix("\"}").ok_or_else(shape)?;
    let expected = Digest::of(body.as_bytes());
    if digest.parse() != Ok(expected) {
        return Err(LogFault::Edited { found: digest.to_owned(), expected });
    }
    let Linked { row, previous } =
        serde_json::from_str(&format!("{body}}}")).map_err(|error| no_row(error.to_string()))?;
    let canonical = line_after(&row, previous).0;
    if canonical.trim_end() != text {
        return Err(LogFault::NotCanonical { expected: canonical.trim_end().to_owned() });
    }
    Ok(Line { row, previous, digest: expected })
}

fn check_order(parts: &[Line]) -> Result<(), (usize, LogFault)> {
    let mut before = Log::default().head;
    for (at, (part, expected)) in parts.iter().zip(1_u64..).enumerate() {
        let found = part.row.number;
        if found < expected {
            return Err((at, LogFault::Repeated { found, expected }));
        }
        if found > expected {
            let further = parts.iter().skip(at).position(|later| later.row.number == expected);
            let fault = match further {
                Some(further) => LogFault::Swapped { found, expected, at: at + further + 2 },
                None => LogFault::Removed { found, expected },
            };
            return Err((at, fault));
        }
        if part.previous != before {
            return Err((at, LogFault::Relinked { found: part.previous, expected: before }));
        }
        before = part.digest;
    }
    Ok(())
}

fn folded(parts: &[Line]) -> Result<State, (usize, LogFault)> {
    let mut state = State::default();
    for (at, part) in parts.iter().enumerate() {
        state.apply(&part.row).map_err(|why| (at, LogFault::Impossible { why: Box::new(why) }))?;
    }
    Ok(state)
}

/// `row 3 was` or `rows 3 to 5 were`.
fn rows_from(first: u64, next: u64) -> String {
    let last = next.saturating_sub(1);
    if first == last { format!("row {first} was") } else { format!("rows {first} to {last} were") }
}
