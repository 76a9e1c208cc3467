//! Accepting, undoing, and pairing.
//!
//! Accepting is an act: it needs a name, a day, a reason and a scope. The golden that it replaces is kept, byte for
//! byte, in a folder that its seal names; the new one is written, read back and says which seal it replaced. Undoing
//! puts the kept bytes back. What is undone is kept in the same way, so nothing is lost either way.
//!
//! ```text
//! golden/lehman/manifest.toml   replaces = "4c1f…"
//! undo/lehman/4c1f…/            the five files as they were
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use domain::digest::Digest;

use super::compare::compare;
use super::folder::{self, io_at};
use super::manifest::Acceptance;
use super::pairs::RESERVED;
use super::scope::{Class, Scope};
use super::{Golden, GoldenError, StoredGolden};
use crate::folders;
use crate::policy::Policy;

pub use super::pairs::{cases, pairs};

/// Where goldens lie, and where replaced ones are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The folder with a folder for each case, `golden/`.
    pub golden: PathBuf,
    /// The folder with what was replaced, for example `.prometheus/golden-undo/`.
    pub undo: PathBuf,
}

/// What accepting did.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    /// The golden was written.
    Written(Box<StoredGolden>),
    /// The stored golden already says the same of the same run: nothing was written.
    Unchanged,
}

/// What undoing did.
#[derive(Clone, Debug, PartialEq)]
pub enum Undone {
    /// The replaced golden is back.
    Restored(Box<StoredGolden>),
    /// The golden was the first of its case and is gone; its scenario has none now.
    Removed,
}

/// Why an acceptance or an undo was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The golden itself.
    #[error(transparent)]
    Golden(#[from] GoldenError),
    /// A name, a reason or a case that cannot stand.
    #[error("{field} is `{found}`: expected {expected}")]
    Argument {
        /// Which one.
        field: &'static str,
        /// What it is.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The run differs in more than the acceptance covers.
    #[error(
        "{case}: the run differs in {classes}, and the scope is `{scope}`; review the difference, then widen the scope"
    )]
    OutOfScope {
        /// The case.
        case: String,
        /// The classes that are not covered.
        classes: String,
        /// The scope that was given.
        scope: Scope,
    },
    /// What an undo would restore is not kept here.
    #[error(
        "{path}: the replaced golden is not kept here; restore {case} from version control at the commit before it was accepted"
    )]
    NothingKept {
        /// The case.
        case: String,
        /// The folder where it would lie.
        path: String,
    },
    /// What is kept is not what was replaced.
    #[error("{path}: kept under another seal than its own, {found}; restore {case} from version control")]
    KeptEdited {
        /// The case.
        case: String,
        /// The folder.
        path: String,
        /// The seal of what lies there.
        found: Digest,
    },
}

/// Accepts a fresh run as the golden of its case.
///
/// # Errors
/// [`AcceptError`]: an empty reason or name, a difference outside the scope, a stored golden that was edited or is
/// of another version, a file system that does not write. Nothing has changed then.
pub fn accept(
    places: &Places,
    fresh: &Golden,
    acceptance: &Acceptance,
    policy: &Policy,
) -> Result<Accepted, AcceptError> {
    let case = &fresh.origin.scenario;
    check_case(case)?;
    check_line("by", &acceptance.by)?;
    check_line("reason", &acceptance.reason)?;
    let dir = places.golden.join(case);
    let old = match folder::read(&dir) {
        Ok(old) => Some(old),
        Err(GoldenError::NoGolden { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    if old.as_ref().is_some_and(|old| old.golden == *fresh) {
        return Ok(Accepted::Unchanged);
    }
    if let Some(old) = &old {
        check_scope(old, fresh, policy, &acceptance.scope)?;
        keep(places, case, old.seals.golden)?;
    }
    let replaces = old.map(|old| old.seals.golden);
    let (files, stored) = folder::sealed(fresh, acceptance, replaces)?;
    io_at(&places.golden, fs::create_dir_all(&places.golden))?;
    folder::replace(&dir, &files, &stored)?;
    Ok(Accepted::Written(Box::new(stored)))
}

/// Takes the last acceptance of a case back: restores the exact bytes of the golden that it replaced, or removes the
/// golden when it was the first. What is taken back is kept.
///
/// # Errors
/// [`AcceptError`]: no golden, an edited one, or nothing kept to restore. Nothing has changed then.
pub fn undo(places: &Places, case: &str) -> Result<Undone, AcceptError> {
    check_case(case)?;
    let dir = places.golden.join(case);
    let current = folder::read(&dir)?;
    let Some(replaced) = current.replaces else {
        keep(places, case, current.seals.golden)?;
        folders::take_away(&dir).map_err(GoldenError::from)?;
        return Ok(Undone::Removed);
    };
    let kept = kept_at(places, case, replaced);
    let path = kept.display().to_string();
    let restored = match folder::read(&kept) {
        Err(GoldenError::NoGolden { .. }) => return Err(AcceptError::NothingKept { case: case.to_owned(), path }),
        other => other?,
    };
    if restored.seals.golden != replaced {
        return Err(AcceptError::KeptEdited { case: case.to_owned(), path, found: restored.seals.golden });
    }
    keep(places, case, current.seals.golden)?;
    folder::replace(&dir, &folder::read_files(&kept)?, &restored)?;
    Ok(Undone::Restored(Box::new(restored)))
}

fn check_case(case: &str) -> Result<(), AcceptError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let sound = !case.is_empty() && case.bytes().all(good) && !RESERVED.contains(&case);
    let expected = "lower-case letters, digits, dashes and underscores, and not policy, formats or v1";
    if sound { Ok(()) } else { Err(AcceptError::Argument { field: "case", found: case.to_owned(), expected }) }
}

fn check_line(field: &'static str, text: &str) -> Result<(), AcceptError> {
    let sound = !text.trim().is_empty() && !text.chars().any(char::is_control);
    let expected = "one line of text that is not empty";
    if sound { Ok(()) } else { Err(AcceptError::Argument { field, found: text.to_owned(), expected }) }
}

fn check_scope(old: &StoredGolden, fresh: &Golden, policy: &Policy, scope: &Scope) -> Result<(), AcceptError> {
    let comparison = compare(old, fresh, policy);
    let outside: BTreeSet<Class> =
        comparison.findings.iter().map(|finding| finding.class).filter(|class| !scope.covers(*class)).collect();
    if outside.is_empty() {
        return Ok(());
    }
    let classes = outside.iter().map(Class::to_string).collect::<Vec<String>>().join(" ");
    Err(AcceptError::OutOfScope { case: fresh.origin.scenario.clone(), classes, scope: scope.clone() })
}

/// Keeps the golden of a case as it lies, under its seal. Equal seals are equal bytes, so what is there stays.
fn keep(places: &Places, case: &str, seal: Digest) -> Result<(), AcceptError> {
    let kept = kept_at(places, case, seal);
    if folder::read(&kept).is_ok_and(|kept| kept.seals.golden == seal) {
        return Ok(());
    }
    let files = folder::read_files(&places.golden.join(case))?;
    io_at(&kept, fs::create_dir_all(places.undo.join(case)))?;
    folders::write_new(&kept, &files).map_err(GoldenError::from)?;
    Ok(())
}

fn kept_at(places: &Places, case: &str, seal: Digest) -> PathBuf {
    places.undo.join(case).join(seal.to_string())
}
