//! A parameter from the environment: the same scenario, another answer on another machine.
//!
//! engines: use of a disallowed method `std::env::var`
//! engines: use of a disallowed method `std::process::id`
//! harness: use of a disallowed method `std::env::var`
//! command line: use of a disallowed method `std::env::var`

/// The look-back, unless somebody set another.
pub fn lookback() -> usize {
    let seed = std::process::id() as usize;
    std::env::var("LOOKBACK").ok().and_then(|text| text.parse().ok()).unwrap_or(126 + seed)
}
