//! An answer from elsewhere. Engines know no socket and no other process.
//!
//! engines: use of a disallowed type `std::net::TcpStream`
//! engines: use of a disallowed type `std::process::Command`

/// Whether anybody listens.
pub fn asks() -> bool {
    std::net::TcpStream::connect("localhost:1").is_ok() || std::process::Command::new("true").status().is_ok()
}
