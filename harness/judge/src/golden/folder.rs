//! A golden on disk: read with every seal checked, written whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

use domain::digest::Digest;

use super::body::Body;
use super::lines::{self, BadLine};
use super::manifest::{self, Acceptance, BODY_FILES, MANIFEST_FILE, ManifestText};
use super::{Golden, GoldenError, StoredGolden};
use crate::folders::{self, FolderError};

/// The files of a golden with their bytes, the manifest last.
pub(super) type Files = Vec<(&'static str, String)>;

/// Reads a golden and checks it against its seals.
///
/// # Errors
/// [`GoldenError`]: another version of the format, a missing, added or edited file with its first bad line where
/// the text itself tells, or a file system that does not read.
pub fn read(dir: &Path) -> Result<StoredGolden, GoldenError> {
    let texts = read_files(dir)?;
    let path = |file: &str| dir.join(file).display().to_string();
    let (_, manifest) = &texts[BODY_FILES.len()];
    let manifest = ManifestText::read(&path(MANIFEST_FILE), manifest)?;
    for ((file, text), seal) in texts.iter().zip(manifest.seals.body) {
        if Digest::of(text.as_bytes()) != seal {
            let (line, what) = match parse_file(file, text, &mut Body::default()) {
                Err(BadLine { line, what }) => (Some(line), format!("{what}; it does not match its seal")),
                Ok(()) => (None, "it does not match its seal, though every line of it reads".to_owned()),
            };
            return Err(GoldenError::Edited { path: path(file), line, what });
        }
    }
    let mut body = Body::default();
    for (file, text) in texts.iter().filter(|(file, _)| *file != MANIFEST_FILE) {
        let edited = |bad: BadLine| GoldenError::Edited { path: path(file), line: Some(bad.line), what: bad.what };
        parse_file(file, text, &mut body).map_err(edited)?;
    }
    let ManifestText { origin, acceptance, replaces, seals, .. } = manifest;
    check_agreement(&origin, &body, &path(MANIFEST_FILE))?;
    Ok(StoredGolden { golden: Golden { origin, body }, acceptance, replaces, seals })
}

/// A line of an edited golden, and what stood there when it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedLine {
    /// The file.
    pub path: String,
    /// The number of the line, from 1.
    pub line: usize,
    /// What stands there; empty when the line is gone.
    pub found: String,
    /// What was accepted; empty when the line was added.
    pub accepted: String,
}

/// The first line of a golden that was edited, when the run still does what was accepted: then the fresh run writes
/// the very file that the seal names. `None` when it does not, or nothing in the body was edited.
#[must_use]
pub fn edited_line(dir: &Path, fresh: &Golden) -> Option<EditedLine> {
    let files = read_files(dir).ok()?;
    let (_, manifest) = files.last()?;
    let seals = ManifestText::read(MANIFEST_FILE, manifest).ok()?.seals.body;
    let accepted = body_texts(&fresh.body);
    for (((file, found), accepted), seal) in files.iter().zip(&accepted).zip(seals) {
        if Digest::of(found.as_bytes()) == seal || Digest::of(accepted.as_bytes()) != seal {
            continue;
        }
        let (mut ours, mut theirs) = (found.split('\n'), accepted.split('\n'));
        for line in 1.. {
            let (found, accepted) = (ours.next(), theirs.next());
            if found != accepted {
                let text = |line: Option<&str>| line.unwrap_or_default().to_owned();
                let path = dir.join(file).display().to_string();
                return Some(EditedLine { path, line, found: text(found), accepted: text(accepted) });
            }
            if found.is_none() {
                break;
            }
        }
    }
    None
}

/// The files that a golden has on disk, and what it reads back as.
pub(super) fn sealed(
    golden: &Golden,
    acceptance: &Acceptance,
    replaces: Option<Digest>,
) -> Result<(Files, StoredGolden), GoldenError> {
    let texts = body_texts(&golden.body);
    let seals = [0, 1, 2, 3].map(|at: usize| Digest::of(texts[at].as_bytes()));
    let manifest = ManifestText::seal(&golden.origin, acceptance, replaces, seals)?;
    let mut files: Files = BODY_FILES.into_iter().zip(texts).collect();
    files.push((MANIFEST_FILE, manifest.text));
    let (golden, acceptance, seals) = (golden.clone(), acceptance.clone(), manifest.seals);
    Ok((files, StoredGolden { golden, acceptance, replaces, seals }))
}

/// Puts a golden in the place of whatever lies at `dir`, read back before it gets there.
pub(super) fn replace(dir: &Path, files: &Files, expected: &StoredGolden) -> Result<(), GoldenError> {
    folders::replace(dir, files, |stage| {
        if read(stage)? == *expected {
            return Ok(());
        }
        let what = "what was written does not read back as what was accepted".to_owned();
        Err(GoldenError::Unwritable { file: stage.display().to_string(), what })
    })
}

/// The files of a golden folder, none missing and none added, the manifest last.
pub(super) fn read_files(dir: &Path) -> Result<Files, GoldenError> {
    if !dir.is_dir() {
        let (path, old) = (dir.display().to_string(), folders::set_aside(dir)?);
        return Err(match old.filter(|old| old.is_dir()) {
            Some(old) => GoldenError::Interrupted { path, old: old.display().to_string() },
            None => GoldenError::NoGolden { path },
        });
    }
    // The version comes first: a newer golden may have other files, and is to be called newer.
    let manifest = read_text(dir, MANIFEST_FILE)?;
    manifest::check_format(&dir.join(MANIFEST_FILE).display().to_string(), &manifest)?;
    for entry in io_at(dir, fs::read_dir(dir))? {
        let name = io_at(dir, entry)?.file_name();
        let known = BODY_FILES.iter().chain([&MANIFEST_FILE]).any(|file| name == **file);
        if !known {
            return Err(GoldenError::StrangeFile { path: dir.join(name).display().to_string() });
        }
    }
    let mut files = Files::new();
    for file in BODY_FILES {
        files.push((file, read_text(dir, file)?));
    }
    files.push((MANIFEST_FILE, manifest));
    Ok(files)
}

fn read_text(dir: &Path, file: &'static str) -> Result<String, GoldenError> {
    let path = dir.join(file);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(GoldenError::MissingFile { path: path.display().to_string() });
        }
        other => io_at(&path, other)?,
    };
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        GoldenError::Edited { path: path.display().to_string(), line: Some(line), what: "not UTF-8 text".to_owned() }
    })
}

fn body_texts(body: &Body) -> [String; 4] {
    let Body { summary, daily, weights, digests } = body;
    [lines::render(summary), lines::render(daily), lines::render(weights), lines::render(digests)]
}

fn parse_file(file: &str, text: &str, body: &mut Body) -> Result<(), BadLine> {
    match file {
        "summary.txt" => body.summary = lines::parse(text)?,
        "daily.txt" => body.daily = lines::parse(text)?,
        "weights.txt" => body.weights = lines::parse(text)?,
        _ => body.digests = lines::parse(text)?,
    }
    Ok(())
}

/// The last running digest is the beginning of the journal's digest: head and body are of one run.
fn check_agreement(origin: &super::Origin, body: &Body, path: &str) -> Result<(), GoldenError> {
    let last = body.daily.last().map_or("nothing", |line| line.running.as_str());
    if last == origin.journal_digest.short() {
        return Ok(());
    }
    let what = format!("journal_digest begins with {}, and daily.txt ends with {last}", origin.journal_digest.short());
    Err(GoldenError::Edited { path: path.to_owned(), line: None, what })
}

pub(super) fn io_at<T>(path: &Path, result: io::Result<T>) -> Result<T, GoldenError> {
    Ok(folders::at(path, result)?)
}

impl From<FolderError> for GoldenError {
    fn from(FolderError { path, what }: FolderError) -> Self {
        Self::FileSystem { path, what }
    }
}
