//! Files that are never half written.
//!
//! A folder is built beside its place under the name `<folder>.partial`, every file synced, and then renamed. A
//! process that dies on the way leaves the old folder, or none, and a leftover that the next attempt clears away. Only
//! a folder that holds the file it is known by is ever replaced, and only one process at a time builds in a place: the
//! lock is on the folder above, so that it leaves no file behind.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::DataError;

/// The whole text of a file.
pub(crate) fn read_text(path: &Path) -> Result<String, DataError> {
    fs::read_to_string(path).map_err(DataError::io(path, "read"))
}

/// Writes a file and waits until the disk has it.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), DataError> {
    let mut file = File::create(path).map_err(DataError::io(path, "create"))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(DataError::io(path, "write"))
}

/// A folder in the making; dropped before [`PartialFolder::commit`], it disappears.
#[derive(Debug)]
pub(crate) struct PartialFolder {
    target: PathBuf,
    building: PathBuf,
    /// Held until the folder is in its place; `None` where folders cannot be locked.
    _lock: Option<File>,
}

impl PartialFolder {
    /// Begins to build `target`, once no other process builds beside it. `known_by` is the file without which a folder
    /// that lies there already is somebody else's, and stays.
    pub(crate) fn begin(target: &Path, known_by: &str) -> Result<Self, DataError> {
        let building = beside(target, "partial")?;
        let above = building.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(above).map_err(DataError::io(above, "create"))?;
        let was_there = target.exists();
        let lock = File::open(above).ok().filter(|folder| folder.lock().is_ok());
        refuse_what_stands(target, was_there, known_by)?;
        remove_if_there(&building)?;
        fs::create_dir(&building).map_err(DataError::io(&building, "create"))?;
        Ok(Self { target: target.to_owned(), building, _lock: lock })
    }

    /// Where the files go meanwhile.
    pub(crate) fn path(&self) -> &Path {
        &self.building
    }

    /// Puts the folder in its place. What stood there before is gone afterwards.
    pub(crate) fn commit(self) -> Result<(), DataError> {
        let old = beside(&self.target, "old.partial")?;
        remove_if_there(&old)?;
        if self.target.exists() {
            fs::rename(&self.target, &old).map_err(DataError::io(&self.target, "move away"))?;
        }
        if let Err(source) = fs::rename(&self.building, &self.target) {
            // Put the old folder back; the error that matters is the first one.
            let _ = fs::rename(&old, &self.target);
            return Err(DataError::io(&self.target, "put in place")(source));
        }
        remove_if_there(&old)?;
        sync_parent(&self.target);
        Ok(())
    }
}

impl Drop for PartialFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.building);
    }
}

fn beside(target: &Path, suffix: &str) -> Result<PathBuf, DataError> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| DataError::Request(format!("{} is not a folder name", target.display())))?;
    Ok(target.with_file_name(format!("{name}.{suffix}")))
}

fn remove_if_there(folder: &Path) -> Result<(), DataError> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(DataError::io(folder, "remove")) } else { Ok(()) }
}

/// Refuses to replace what another process has put there during the wait, and what is not known.
fn refuse_what_stands(target: &Path, was_there: bool, known_by: &str) -> Result<(), DataError> {
    let path = target.display().to_string();
    match target.exists() {
        true if !was_there => Err(DataError::Taken { path }),
        true if !target.join(known_by).is_file() && !is_empty(target) => {
            Err(DataError::Foreign { path, known_by: known_by.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Whether a folder holds nothing, so that nothing is lost with it.
fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// A rename lasts once its folder is synced. Not every system can sync a folder, so this is an attempt.
fn sync_parent(path: &Path) {
    if let Some(parent) = path.parent()
        && let Ok(folder) = File::open(parent)
    {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{PartialFolder, refuse_what_stands, write_synced};
    use std::path::PathBuf;

    /// A fresh folder for one test.
    pub(crate) fn scratch(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("columnar-{}-{test}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_not_known_is_never_replaced() {
        let room = scratch("foreign");
        let target = room.join("thesis");
        std::fs::create_dir_all(&target).unwrap();
        std::fs::write(target.join("chapter.txt"), "precious").unwrap();
        let refused = PartialFolder::begin(&target, "a").unwrap_err();
        assert!(refused.to_string().contains("holds no `a`"), "{refused}");
        assert!(PartialFolder::begin(&target.join("chapter.txt"), "a").is_err());
        assert_eq!(std::fs::read_to_string(target.join("chapter.txt")).unwrap(), "precious");
        std::fs::remove_dir_all(&room).unwrap();
    }

    #[test]
    fn one_builds_at_a_time_and_what_came_meanwhile_is_not_taken() {
        let room = scratch("two");
        let target = room.join("tape");
        let first = PartialFolder::begin(&target, "a").unwrap();
        let second = std::fs::File::open(&room).unwrap();
        assert!(second.try_lock().is_err(), "whoever comes second waits");
        write_synced(&first.path().join("a"), b"1").unwrap();
        first.commit().unwrap();
        second.try_lock().unwrap();
        // The second came when nothing was there, and its wait is over now.
        let refused = refuse_what_stands(&target, false, "a").unwrap_err();
        assert!(refused.is_environment() && refused.to_string().contains("another process"), "{refused}");
        refuse_what_stands(&target, true, "a").unwrap();
        drop(second);
        std::fs::remove_dir_all(&room).unwrap();
    }

    #[test]
    fn an_abandoned_folder_leaves_nothing_and_a_finished_one_replaces_the_old() {
        let room = scratch("partial");
        let target = room.join("tape");
        let first = PartialFolder::begin(&target, "a").unwrap();
        write_synced(&first.path().join("a"), b"1").unwrap();
        drop(first);
        assert_eq!(std::fs::read_dir(&room).unwrap().count(), 0);
        for content in [b"1", b"2"] {
            let folder = PartialFolder::begin(&target, "a").unwrap();
            write_synced(&folder.path().join("a"), content).unwrap();
            folder.commit().unwrap();
            assert_eq!(std::fs::read(target.join("a")).unwrap(), content);
            assert_eq!(std::fs::read_dir(&room).unwrap().count(), 1);
        }
        std::fs::remove_dir_all(&room).unwrap();
    }
}
