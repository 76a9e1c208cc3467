//! Talk from inside a run. Only the command line prints.
//!
//! engines: use of a disallowed macro `std::println`
//! engines: use of a disallowed macro `std::eprintln`
//! harness: use of a disallowed macro `std::println`
//! harness: use of a disallowed macro `std::eprintln`
//! command line: use of a disallowed macro `std::println`
//! command line: use of a disallowed macro `std::eprintln`

/// Says what it thinks.
pub fn say() {
    println!("bought");
    eprintln!("sold");
}
