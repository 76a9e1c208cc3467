//! The program `prometheus`, with the systems that come with it.

use std::process::ExitCode;

use prometheus::main_with;
use prometheus::registry::Registry;

fn main() -> ExitCode {
    main_with(&Registry::builtin())
}
