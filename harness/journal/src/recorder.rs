//! Appending events, with the digests kept as they come.
//!
//! Three kinds of digest let a difference be found without reading two journals side by side:
//!
//! * the **running digest** of a day covers everything up to its end: the first day on which two runs differ is
//!   the first with different running digests;
//! * the **lane digest** of an engine and month says whose events differ, and when;
//! * the digest of the **whole journal** is the running digest of the last day.
//!
//! A running digest starts from the list of instruments, not from the run's identity, so two runs over tapes that
//! agree up to day t have equal running digests up to t.


use domain::digest::Digest;

use crate::event::JournalDay;

/// Receives the days of a replay.
pub trait DaySink {
    /// Takes one finished day: its events, their canonical bytes and the running digest after it.
    ///
    /// # Errors
    /// Whatever hindered the sink; the replay stops.
    fn take(&mut self, day: &JournalDay, bytes: &[u8], running: &Digest) -> std::io::Result<()>;

    /// Takes a checkpoint after the last taken day: an opaque state from which a replay can go on.
    ///
    /// # Errors
    /// Whatever hindered the sink; the replay stops.
    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()>;
}
