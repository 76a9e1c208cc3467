//! Makes cargo look again when a case or a plant is added: the proofs name a test after each file.

fn main() {
    for folder in ["../scenarios/cases", "plants/lints", "plants/types"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
