//! The seal of the reference: v1 cannot change without somebody saying so.
//!
//! `golden/v1/seal.toml` holds two digests: of the sources of `engines/v1`, file by file in the order of their paths,
//! and of the seals of all records. A touched file breaks one of them. A deliberate change is made by
//! `prometheus reference seal`, with a name and a reason; `reference record` seals its own record anew.

use std::fs;
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use judge::pair::record::{self, Act, RecordError};
use serde::{Deserialize, Serialize};

use super::records;
use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;
use crate::files::{read_text, write_whole};
use crate::root::Root;

/// The version of the format of the seal.
const FORMAT: u32 = 1;

/// How a deliberate change is made.
const DELIBERATE: &str = "v1 is frozen: restore the file from version control; a deliberate change is made with \
                          `prometheus reference seal --by NAME --reason TEXT` and reviewed like any other";

/// The seal as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    format: u32,
    /// The digest of the sources of `engines/v1`; absent where they were not beside the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Digest>,
    /// The digest of the seals of all records.
    pub records: Digest,
    /// Who sealed, when.
    pub by: String,
    /// On which day.
    pub on: Date,
    /// Why.
    pub reason: String,
}

/// The file of the seal.
#[must_use]
pub fn path(root: &Root) -> PathBuf {
    records(root).join("seal.toml")
}

/// Reads the seal.
///
/// # Errors
/// [`CliError`] when there is none, or the file is not one.
pub fn read(root: &Root) -> Result<Seal, CliError> {
    let path = path(root);
    if !path.is_file() {
        let message = format!("{}: there is no seal over v1", path.display());
        return Err(CliError::evidence_missing(message, DELIBERATE));
    }
    let refuse = |what: String| CliError::bad_input(format!("{}: {what}", path.display()), DELIBERATE);
    let seal: Seal = toml::from_str(&read_text(&path)?).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
    if seal.format == FORMAT { Ok(seal) } else { Err(refuse(format!("format is {}: expected {FORMAT}", seal.format))) }
}

/// What breaks the seal, a problem each; none when it holds.
///
/// # Errors
/// [`CliError`] when files cannot be read.
pub fn broken(root: &Root, reproduce: &str) -> Result<Vec<Problem>, CliError> {
    let seal = match read(root) {
        Ok(seal) => seal,
        Err(error) => return Ok(vec![Problem::of_error(&error, reproduce.to_owned())]),
    };
    let problem = |what: &str, sealed: Digest, found: Digest| Problem {
        verdict: Exit::Regression,
        message: format!("{what} changed after {} sealed it on {}", seal.by, seal.on),
        details: vec![format!("sealed {}, found {}", sealed.short(), found.short())],
        hint: DELIBERATE.to_owned(),
        reproduce: reproduce.to_owned(),
    };
    let mut problems = Vec::new();
    // A program that was shipped without the sources cannot ask for them.
    let sources = digest_of_sources(root)?.filter(|sources| Some(*sources) != seal.sources);
    if let Some(sources) = sources {
        problems.push(problem("a file of engines/v1", seal.sources.unwrap_or(Digest::ZERO), sources));
    }
    let found = digest_of_records(root)?;
    if found != seal.records {
        problems.push(problem("a record of golden/v1", seal.records, found));
    }
    Ok(problems)
}

/// Seals sources and records as they are now.
///
/// # Errors
/// [`CliError`] when files cannot be read or written.
pub fn write(root: &Root, act: &Act) -> Result<Seal, CliError> {
    put(root, digest_of_sources(root)?, act)
}

/// Seals the records anew and leaves the sources as they were sealed; the first seal takes them as they are.
///
/// # Errors
/// [`CliError`] as for [`write`].
pub fn write_records(root: &Root, act: &Act) -> Result<Seal, CliError> {
    if path(root).is_file() { put(root, read(root)?.sources, act) } else { write(root, act) }
}

/// Refuses to record anything of sources that are not the sealed ones.
///
/// # Errors
/// [`CliError`] when they changed.
pub fn demand_sources(root: &Root) -> Result<(), CliError> {
    if !path(root).is_file() {
        return Ok(());
    }
    let sealed = read(root)?.sources;
    match digest_of_sources(root)? {
        Some(found) if Some(found) != sealed => {
            Err(CliError::new(Exit::Regression, "a file of engines/v1 changed after it was sealed", DELIBERATE))
        }
        _ => Ok(()),
    }
}

fn put(root: &Root, sources: Option<Digest>, act: &Act) -> Result<Seal, CliError> {
    let Act { by, on, reason } = act.clone();
    let seal = Seal { format: FORMAT, sources, records: digest_of_records(root)?, by, on, reason };
    let text = toml::to_string(&seal).map_err(|error| CliError::defect(format!("the seal has no text: {error}")))?;
    crate::files::make_folder(&records(root))?;
    write_whole(&path(root), text.as_bytes())?;
    Ok(seal)
}

/// The digest of the sources of v1; `None` where they are not.
fn digest_of_sources(root: &Root) -> Result<Option<Digest>, CliError> {
    let folder = root.join("engines/v1");
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut files = Vec::new();
    collect(&folder, &mut files)?;
    files.sort();
    let mut bytes = CanonicalBytes::new();
    for file in files {
        let below = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let content = fs::read(&file).map_err(|error| CliError::file("read", &file, &error))?;
        bytes.put_text(&below).put_bytes(&content);
    }
    Ok(Some(Digest::of(bytes.as_slice())))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let entries = fs::read_dir(folder).map_err(|error| CliError::file("list", folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| CliError::file("list", folder, &error))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The digest of the seals of all records. One that cannot be read counts as it is, so that the seal breaks.
fn digest_of_records(root: &Root) -> Result<Digest, CliError> {
    let folder = records(root);
    let mut bytes = CanonicalBytes::new();
    for name in record::records(&folder)? {
        let seal = match record::read(&folder, &name) {
            Ok(stored) => stored.seal.to_string(),
            Err(error @ RecordError::FileSystem { .. }) => return Err(error.into()),
            Err(error) => error.to_string(),
        };
        bytes.put_text(&name).put_text(&seal);
    }
    Ok(Digest::of(bytes.as_slice()))
}
