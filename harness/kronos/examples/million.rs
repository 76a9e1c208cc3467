//! A million steps at random through the lives of configs, with a second bookkeeping beside:
//! `cargo run --release -p kronos --example million`.
//!
//! Twenty walks of 50,000 steps; each log is read back whole, and each scope is rolled back to nothing at the end. The
//! summary is the same on every machine.

use std::io::{self, Write as _};
use std::process::ExitCode;

use walk::{Summary, walk};

#[path = "../tests/kronos/walk/mod.rs"]
mod walk;

const WALKS: u64 = 20;
const STEPS: u64 = 50_000;

fn main() -> ExitCode {
    let mut all = Summary::default();
    for seed in 1..=WALKS {
        match walk(seed, STEPS) {
            Ok(summary) => all.add(summary),
            Err(sentence) => {
                let _ = writeln!(io::stderr(), "walk {seed}: {sentence}");
                return ExitCode::FAILURE;
            }
        }
    }
    let _ = write!(io::stdout(), "{all}");
    ExitCode::SUCCESS
}
