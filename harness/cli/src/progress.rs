//! What people see while they wait: bars on a terminal, plain lines elsewhere, nothing beside JSON.
//!
//! All of it goes to standard error, so that standard output is the same in every run.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock::Stopwatch;
use crate::output::{Output, note};

/// Tells how far a piece of work has come. May be told from several threads.
pub struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
    watch: Stopwatch,
    what: &'static str,
}

impl Progress {
    /// Begins to tell of `steps` steps of `what`, for example `cases`, with a line a step where there is no bar.
    #[must_use]
    pub fn begin(output: &Output<'_>, what: &'static str, steps: usize) -> Self {
        let plain = output.is_for_people() && !io::stderr().is_terminal();
        Self { bar: bar(output, what, steps as u64), plain, watch: Stopwatch::start(), what }
    }

    /// Begins to tell of steps that are too many for a line each: a bar or nothing.
    #[must_use]
    pub fn quiet_begin(output: &Output<'_>, what: &'static str) -> Self {
        Self { bar: bar(output, what, 0), plain: false, watch: Stopwatch::start(), what }
    }

    /// Tells how many steps of how many are done.
    pub fn at(&self, done: u32, all: u32) {
        // Drawing is slow beside a trading day, so most of them are not drawn.
        if let Some(bar) = self.bar.as_ref().filter(|_| done.is_multiple_of(64) || done == all) {
            bar.set_length(u64::from(all));
            bar.set_position(u64::from(done));
        }
    }

    /// Tells that one more step is done, and which.
    pub fn step(&self, done: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(done.to_owned());
                bar.inc(1);
            }
            None if self.plain => note(&format!("{}: {done}", self.what)),
            None => {}
        }
    }

    /// Tells of something that is no step.
    pub fn tell(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(line.to_owned()),
            None if self.plain => note(&format!("{}: {line}", self.what)),
            None => {}
        }
    }

    /// Takes the bar away; tells people how long it took.
    pub fn end(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.bar.is_some() || self.plain {
            note(&format!("{} done in {:.1} s", self.what, self.watch.elapsed().as_secs_f64()));
        }
    }
}

/// A bar, where a terminal shows one to people.
fn bar(output: &Output<'_>, what: &'static str, steps: u64) -> Option<ProgressBar> {
    let terminal = output.is_for_people() && io::stderr().is_terminal();
    terminal.then(|| {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
        // The template is a constant; should it ever be wrong, the default bar does as well.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {prefix}  {msg}  {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.with_prefix(what)
    })
}
