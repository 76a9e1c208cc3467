//! A system that asks the clock: two runs of one day decide differently.
//!
//! engines: use of a disallowed method `std::time::Instant::now`
//! engines: use of a disallowed type `std::time::SystemTime`
//! harness: use of a disallowed method `std::time::Instant::now`
//! harness: use of a disallowed type `std::time::SystemTime`
//! command line: use of a disallowed method `std::time::Instant::now`
//! command line: use of a disallowed type `std::time::SystemTime`

/// A weight that leans on the time of day.
pub fn weight() -> u128 {
    let began = std::time::Instant::now();
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |age| age.as_nanos());
    since + began.elapsed().as_nanos()
}
