//! Files of reports: whole or absent, and read as text or refused by name.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use crate::error::CliError;

/// A text file, refused by name when it is not UTF-8.
///
/// # Errors
/// [`CliError`] when it cannot be read or is no text.
pub fn read_text(path: &Path) -> Result<String, CliError> {
    let bytes = fs::read(path).map_err(|error| CliError::file("read", path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("{}: byte {at} is not UTF-8", path.display());
        CliError::bad_input(message, "save the file as UTF-8 text")
    })
}

/// Writes a file under another name first, and gives it its own when the disk has all of it.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let fail = |error| CliError::file("write", path, &error);
    let unfinished = path.with_added_extension("partial");
    let mut file = File::create(&unfinished).map_err(fail)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fail)?;
    fs::rename(&unfinished, path).map_err(fail)
}

/// Proves that a file can be written, before the work that it is to tell of. What lies there stays as it is, and what
/// does not lie there is not there afterwards.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub(crate) fn try_writing(path: &Path) -> Result<(), CliError> {
    let fail = |error| CliError::file("write", path, &error);
    let is_there = path.exists();
    File::options().create(true).append(true).open(path).map_err(fail)?;
    if is_there { Ok(()) } else { fs::remove_file(path).map_err(fail) }
}

/// Appends to a file, creating it when it is not there.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub fn append(path: &Path, text: &str) -> Result<(), CliError> {
    let file = File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| CliError::file("append to", path, &error))
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub fn make_folder(path: &Path) -> Result<(), CliError> {
    fs::create_dir_all(path).map_err(|error| CliError::file("create", path, &error))
}

/// Removes a folder with all it holds; one that is not there is gone already.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub fn remove_folder(path: &Path) -> Result<(), CliError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CliError::file("remove", path, &error)),
        _ => Ok(()),
    }
}

/// The names of the folders directly below a folder, ascending; none when it is not there.
///
/// # Errors
/// [`CliError`] when it cannot be read.
pub fn folder_names(folder: &Path) -> Result<Vec<String>, CliError> {
    names(folder, |path| path.is_dir().then(|| path.file_name()?.to_str().map(str::to_owned)).flatten())
}

/// The names of the files directly below a folder that end with `.ending`, without it, ascending; none when the
/// folder is not there.
///
/// # Errors
/// [`CliError`] when it cannot be read.
pub fn file_stems(folder: &Path, ending: &str) -> Result<Vec<String>, CliError> {
    let is_one = |path: &Path| path.extension().is_some_and(|end| end == ending) && path.is_file();
    names(folder, |path| is_one(path).then(|| path.file_stem()?.to_str().map(str::to_owned)).flatten())
}

fn names(folder: &Path, name: impl Fn(&Path) -> Option<String>) -> Result<Vec<String>, CliError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let fail = |error: &std::io::Error| CliError::file("list", folder, error);
    let entries = fs::read_dir(folder).map_err(|error| fail(&error))?;
    let mut names = Vec::new();
    for entry in entries {
        names.extend(name(&entry.map_err(|error| fail(&error))?.path()));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{append, make_folder, read_text, remove_folder, try_writing, write_whole};

    #[test]
    fn files_are_whole_and_text_is_text() {
        let folder = std::env::temp_dir().join(format!("prometheus-files-{}", std::process::id()));
        make_folder(&folder).unwrap();
        let path = folder.join("a.txt");
        try_writing(&path).unwrap();
        assert!(!path.exists(), "a try leaves nothing behind");
        write_whole(&path, b"one\n").unwrap();
        append(&path, "two\n").unwrap();
        try_writing(&path).unwrap();
        assert!(try_writing(&folder).is_err() && try_writing(&folder.join("no/where")).is_err());
        assert_eq!(read_text(&path).unwrap(), "one\ntwo\n");
        write_whole(&path, b"a\xff").unwrap();
        assert!(read_text(&path).unwrap_err().message.ends_with("a.txt: byte 1 is not UTF-8"));
        remove_folder(&folder).unwrap();
        remove_folder(&folder).unwrap();
        assert!(read_text(&path).is_err());
    }
}
