//! Where children leave their journals: a folder for each examination that is under way.
//!
//! Two checks in one root would write over each other's journals. So an examination takes the first folder that no other
//! holds, by a lock that the system gives back when the process ends, however it ends:
//!
//! ```text
//! .prometheus/check/      the only one, or the first      .prometheus/check.lock
//! .prometheus/check-2/    beside it                       .prometheus/check-2.lock
//! ```

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::exit::Exit;
use crate::files::make_folder;
use crate::root::Root;

/// Examinations that may be under way at once.
const PLACES: u32 = 64;

/// A folder that is this examination's alone for as long as the value lives.
#[derive(Debug)]
pub(super) struct Workshop {
    folder: PathBuf,
    _held: File,
}

impl Workshop {
    /// Takes the first free folder of `root`.
    pub(super) fn take(root: &Root) -> Result<Self, CliError> {
        let first = root.workshop();
        make_folder(first.parent().unwrap_or(&first))?;
        for number in 1..=PLACES {
            let folder = match number {
                1 => first.clone(),
                _ => PathBuf::from(format!("{}-{number}", first.display())),
            };
            let lock = folder.with_added_extension("lock");
            let fail = |error| CliError::file("lock", &lock, &error);
            let held = File::options().create(true).truncate(false).write(true).open(&lock).map_err(fail)?;
            match held.try_lock() {
                Ok(()) => return Ok(Self { folder, _held: held }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(CliError::file("lock", &lock, &error)),
            }
        }
        let message = format!("{PLACES} examinations are under way below {}", first.display());
        Err(CliError::new(Exit::Environment, message, "wait until one of them ends"))
    }

    /// The folder; it may hold what an earlier examination left there.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Workshop;
    use crate::root::Root;

    #[test]
    fn examinations_at_once_have_folders_of_their_own() {
        let room = std::env::temp_dir().join(format!("prometheus-workshop-{}", std::process::id()));
        for below in ["scenarios", "golden"] {
            fs::create_dir_all(room.join(below)).unwrap();
        }
        let root = Root::discover(Some(&room)).unwrap();
        let name = |workshop: &Workshop| workshop.folder().file_name().unwrap().to_str().unwrap().to_owned();
        let first = Workshop::take(&root).unwrap();
        let second = Workshop::take(&root).unwrap();
        assert_eq!((name(&first).as_str(), name(&second).as_str()), ("check", "check-2"));
        drop(first);
        assert_eq!(name(&Workshop::take(&root).unwrap()), "check");
        fs::remove_dir_all(&room).unwrap();
    }
}
