//! Files that are whole or absent.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::StoreError;

/// Turns a failure of the file system into a refusal that names what was tried, and on what.
pub(super) fn failed<'a>(doing: &'static str, path: &'a Path) -> impl Fn(io::Error) -> StoreError + use<'a> {
    move |source| StoreError::Io { doing, path: path.to_path_buf(), source }
}

/// Writes a small file: to a temporary name first, synced, then renamed, so that it is never seen half-written.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), StoreError> {
    let temporary = path.with_added_extension("tmp");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&temporary, path)).map_err(failed("write", path))?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    fs::read(path).map_err(failed("read", path))
}

/// Makes the names in a folder survive a loss of power. Only Unix lets a folder be synced.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    // A relative name of one part has the empty path as its parent.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(failed("sync", path))
    } else {
        Ok(())
    }
}

/// Removes a file that may be absent.
pub(super) fn remove_if_present(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Takes the exclusive lock that marks a run as being written. It ends with the process, however that ends.
pub(super) fn lock(file: &File, folder: &Path) -> Result<(), StoreError> {
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::Busy { path: folder.to_path_buf() }),
        // A file system without locks cannot tell; runs there are kept apart by their names alone.
        Err(fs::TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
            Err(failed("lock", folder)(error))
        }
        _ => Ok(()),
    }
}
