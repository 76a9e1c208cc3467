//! Texts that people and programs read: help, reports and summaries, as snapshots.
//!
//! | module | holds |
//! |---|---|
//! | [`help`] | the help of every command |
//! | [`reports`] | what each command reports on the tiny root, as text and as JSON |
//! | [`summaries`] | the Markdown, JSON and JUnit files of a check |
//!
//! Equal inputs give equal texts: run ids and digests stand in the snapshots as they are, and no text but the progress
//! on standard error knows how long something took.

mod help;
mod reports;
mod summaries;

/// Takes the compiler out of a report: it is recorded in goldens and differs between machines.
fn without_toolchain(text: &str) -> String {
    let line = |line: &str| match line.split_once("\"toolchain\": ") {
        Some((before, value)) => {
            let end = if value.ends_with(',') { "," } else { "" };
            format!("{before}\"toolchain\": \"[toolchain]\"{end}\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
