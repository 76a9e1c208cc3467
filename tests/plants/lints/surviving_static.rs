//! State that outlives a run: the second run of a process starts where the first one ended.
//!
//! engines: use of a disallowed type `std::sync::atomic::AtomicU64`
//! engines: use of a disallowed type `std::sync::OnceLock`
//! engines: use of a disallowed type `std::sync::LazyLock`
//! engines: use of a disallowed type `std::sync::Mutex`
//! engines: use of a disallowed macro `std::thread_local`
//! harness: use of a disallowed type `std::sync::atomic::AtomicU64`
//! harness: use of a disallowed type `std::sync::OnceLock`
//! harness: use of a disallowed type `std::sync::LazyLock`
//! harness: use of a disallowed type `std::sync::Mutex`
//! harness: use of a disallowed macro `std::thread_local`
//! command line: use of a disallowed macro `std::thread_local`

use std::sync::atomic::Ordering;

static DAYS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
static FIRST: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
static TABLE: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| 1);
static BOOK: std::sync::Mutex<u64> = std::sync::Mutex::new(0);

std::thread_local! {
    static CACHE: u64 = const { 7 };
}

/// Counts days across runs.
pub fn day() -> u64 {
    let book = BOOK.lock().map_or(0, |book| *book);
    CACHE.with(|cache| *cache) + *TABLE + *FIRST.get_or_init(|| 1) + book + DAYS.fetch_add(1, Ordering::SeqCst)
}
