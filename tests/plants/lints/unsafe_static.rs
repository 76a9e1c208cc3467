//! State that outlives a run, by way of `unsafe`.
//!
//! engines: usage of an `unsafe` block
//! harness: usage of an `unsafe` block
//! command line: usage of an `unsafe` block

static mut DAYS: u64 = 0;

/// Counts days across runs.
pub fn day() -> u64 {
    unsafe {
        DAYS += 1;
        DAYS
    }
}
