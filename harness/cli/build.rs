//! Tells the program which compiler built it; goldens record it.

use std::process::Command;

fn main() {
    // Cargo says which compiler it uses.
    #[allow(clippy::disallowed_methods, reason = "a build script is told everything through its environment")]
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = Command::new(compiler).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let told = String::from_utf8_lossy(&told).into_owned();
    // `rustc 1.95.0 (hash date)`: the hash says no more than the version.
    let toolchain: Vec<&str> = told.split_whitespace().take(2).collect();
    let toolchain = if toolchain.len() == 2 { toolchain.join(" ") } else { "unknown".to_owned() };
    #[allow(clippy::disallowed_macros, reason = "the way in which a build script speaks")]
    {
        println!("cargo::rustc-env=PROMETHEUS_TOOLCHAIN={toolchain}");
        println!("cargo::rerun-if-changed=build.rs");
    }
}
