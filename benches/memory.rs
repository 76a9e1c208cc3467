//! Peak memory of jobs A and B on panel *synthetic*, against the bytes of the panel.
//!
//! `cargo bench -p benches --bench memory` prints the table. Every allocation of the process is counted while a tape
//! is built from facts and while it is replayed, the tape and the journal in memory included.
#![allow(unsafe_code, reason = "a global allocator is an unsafe trait; this one only counts and passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use benches::ours::{Job, in_memory};
use benches::panel::Panel;

/// The system's allocator with a count of the bytes in use and of their peak.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator, whose contract is the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = IN_USE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(used, Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn Error>> {
    println!("| job | instruments x days | panel | building the tape | replay with tape | ratio to panel | limit |");
    println!("|---|---|---|---|---|---|---|");
    for (name, job) in [("A", Job::A), ("B", Job::B)] {
        for (width, days) in [(500, 2520), (2000, 2520)] {
            line(name, job, width, days)?;
        }
    }
    Ok(())
}

fn line(name: &str, job: Job, width: usize, days: usize) -> Result<(), Box<dyn Error>> {
    let panel = Panel::synthetic(width, days);
    let before = IN_USE.load(Relaxed);
    let (tape, building) = peak_above(before, || panel.tape());
    let tape = tape?;
    let (journal, replaying) = peak_above(before, || in_memory(job, &tape));
    black_box(journal?);
    let bytes = tape.panel_bytes();
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    println!(
        "| {name} | {width} x {days} | {:.1} MB | {:.1} MB | {:.1} MB | {:.2} | 3 |",
        megabytes(bytes),
        megabytes(building),
        megabytes(replaying),
        replaying.max(building) as f64 / bytes as f64
    );
    Ok(())
}

/// The outcome of `work` and the peak of memory during it, beyond `before`.
fn peak_above<T>(before: usize, work: impl FnOnce() -> T) -> (T, usize) {
    PEAK.store(IN_USE.load(Relaxed), Relaxed);
    let outcome = work();
    (outcome, PEAK.load(Relaxed) - before)
}
