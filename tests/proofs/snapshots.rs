//! Snapshots: texts that a person has read and approved, in files beside the proofs.
//!
//! A snapshot that is missing or differs fails the proof. To review a change, run the proofs with `INSTA_UPDATE=new`,
//! compare each `.snap.new` with its `.snap`, and take its place; the project's own checks run with `INSTA_UPDATE=no`
//! and leave nothing behind.

/// Compares a text with the snapshot of this name.
#[track_caller]
pub fn text(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
