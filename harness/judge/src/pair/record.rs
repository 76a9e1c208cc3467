//! What a pair did, frozen: one folder of `golden/v1/` a pair, written by a person's act and never by a check.
//!
//! ```text
//! golden/v1/<pair>/record.toml   who recorded it, why, both runs by digest, the legs, the comparison; sealed
//! golden/v1/<pair>/outputs.csv   what the reference did, a line a day; its seal stands in record.toml
//! ```
//!
//! The last line of `record.toml` is a remark with the digest of every byte before it. A changed byte in either file
//! is found, and the record is named by that digest.

use std::fs;
use std::io;
use std::path::Path;

use domain::date::Date;
use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::attribution::{self, LegLine};
use super::run_of::RunOf;
use super::walk::{StandIn, Walk};
use crate::folders::{self, FolderError};
use crate::reference::Comparison;

/// The version of the format that this crate reads and writes.
const FORMAT_VERSION: u32 = 1;
/// The file with everything but the outputs.
const RECORD_FILE: &str = "record.toml";
/// The file with the outputs of the reference.
const OUTPUTS_FILE: &str = "outputs.csv";
/// What the last line starts with.
const SEAL: &str = "# seal ";

/// A pair, recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Who recorded it, when and why.
    pub act: Act,
    /// What it did.
    pub walk: Walk,
}

/// Who did something that stands on record, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Who.
    pub by: String,
    /// When; the caller names the day, there is no clock here.
    pub on: Date,
    /// Why, in a sentence.
    pub reason: String,
}

/// A record on disk, with the digest that names it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// The record.
    pub record: Record,
    /// The digest of `record.toml` before its last line.
    pub seal: Digest,
}

/// Why a record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It was never made, or is gone.
    #[error("{path}: there is no record of this pair")]
    Absent {
        /// The file.
        path: String,
    },
    /// A byte of it was changed after it was recorded, or it was never whole.
    #[error("{path}: {what}")]
    Edited {
        /// The file.
        path: String,
        /// What does not fit.
        what: String,
    },
    /// Another version of the format.
    #[error("{path}: record_format is {found}, and this program reads {FORMAT_VERSION}; use a matching version")]
    Format {
        /// The file.
        path: String,
        /// The version found, or what stands in its place.
        found: String,
    },
    /// The file system refused.
    #[error("{path}: {what}")]
    FileSystem {
        /// The file.
        path: String,
        /// The system's words.
        what: String,
    },
}

/// The keys of the file, in their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    record_format: u32,
    pair: String,
    outputs_seal: Digest,
    act: Act,
    reference: RunOf,
    successor: RunOf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stand_in: Option<StandIn>,
    #[serde(rename = "leg")]
    legs: Vec<LegLine>,
    comparison: Comparison,
}

impl Record {
    /// Writes the record into `golden_v1/<pair>` and reads it back: whole, or what was there stays.
    ///
    /// # Errors
    /// [`RecordError`] when the file system refuses or what was written does not read as it was.
    pub fn write(&self, golden_v1: &Path) -> Result<StoredRecord, RecordError> {
        let folder = golden_v1.join(&self.walk.pair);
        let files = [(OUTPUTS_FILE, self.walk.outputs.clone()), (RECORD_FILE, self.text(&folder.join(RECORD_FILE))?)];
        folders::make(golden_v1)?;
        folders::replace(&folder, &files, |stage| {
            if read_folder(stage, &self.walk.pair)?.record == *self {
                return Ok(());
            }
            let what = "what was written does not read back as it was".to_owned();
            Err(RecordError::Edited { path: stage.display().to_string(), what })
        })?;
        read(golden_v1, &self.walk.pair)
    }

    fn text(&self, path: &Path) -> Result<String, RecordError> {
        let Self { act, walk } = self.clone();
        let keys = Keys {
            record_format: FORMAT_VERSION,
            pair: walk.pair,
            outputs_seal: Digest::of(walk.outputs.as_bytes()),
            act,
            reference: walk.reference,
            successor: walk.successor,
            stand_in: walk.stand_in,
            legs: attribution::lines_of(&walk.attribution),
            comparison: walk.comparison,
        };
        let sealed = toml::to_string(&keys)
            .map_err(|error| RecordError::Edited { path: path.display().to_string(), what: error.to_string() })?;
        let seal = Digest::of(sealed.as_bytes());
        Ok(format!("{sealed}{SEAL}{seal}\n"))
    }
}

/// Reads the record of a pair and checks it against its seals.
///
/// # Errors
/// [`RecordError`]: none there, another version of the format, an edited file, or a file system that does not read.
pub fn read(golden_v1: &Path, pair: &str) -> Result<StoredRecord, RecordError> {
    read_folder(&golden_v1.join(pair), pair)
}

fn read_folder(folder: &Path, pair: &str) -> Result<StoredRecord, RecordError> {
    let path = folder.join(RECORD_FILE);
    let edited = |path: &Path, what: String| RecordError::Edited { path: path.display().to_string(), what };
    let text = read_text(&path)?;
    check_format(&path, &text)?;
    let (sealed, seal) = unsealed(&text).map_err(|what| edited(&path, what))?;
    let keys: Keys = toml::from_str(sealed).map_err(|error| edited(&path, error.to_string().trim().to_owned()))?;
    let outputs_path = folder.join(OUTPUTS_FILE);
    let outputs = read_text(&outputs_path)?;
    if Digest::of(outputs.as_bytes()) != keys.outputs_seal {
        return Err(edited(&outputs_path, "it does not match the seal in record.toml".to_owned()));
    }
    if keys.pair != pair {
        return Err(edited(&path, format!("pair is \"{}\": expected \"{pair}\", the folder's name", keys.pair)));
    }
    let attribution = attribution::of_lines(keys.legs).map_err(|what| edited(&path, what))?;
    let Keys { pair, act, stand_in, reference, successor, comparison, .. } = keys;
    let walk = Walk { pair, stand_in, reference, successor, attribution, comparison, outputs };
    Ok(StoredRecord { record: Record { act, walk }, seal })
}

/// The names of all records, ascending; none when the folder is not there.
///
/// # Errors
/// [`RecordError::FileSystem`].
pub fn records(golden_v1: &Path) -> Result<Vec<String>, RecordError> {
    let mut names = Vec::new();
    if !golden_v1.is_dir() {
        return Ok(names);
    }
    for entry in folders::at(golden_v1, fs::read_dir(golden_v1))? {
        let entry = folders::at(golden_v1, entry)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The text before the seal, and the seal, which fits it.
fn unsealed(text: &str) -> Result<(&str, Digest), String> {
    let no_seal = || format!("the last line is not `{SEAL}…`");
    let at = text.rfind(&format!("\n{SEAL}")).ok_or_else(no_seal)? + 1;
    let (sealed, last) = text.split_at(at);
    let seal = Digest::of(sealed.as_bytes());
    if last == format!("{SEAL}{seal}\n") { Ok((sealed, seal)) } else { Err("it does not match its seal".to_owned()) }
}

/// Another format is told before anything else.
fn check_format(path: &Path, text: &str) -> Result<(), RecordError> {
    let found = text.lines().next().and_then(|line| line.strip_prefix("record_format = ")).unwrap_or("absent");
    if found == FORMAT_VERSION.to_string() {
        return Ok(());
    }
    Err(RecordError::Format { path: path.display().to_string(), found: found.to_owned() })
}

fn read_text(path: &Path) -> Result<String, RecordError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(RecordError::Absent { path: path.display().to_string() })
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(RecordError::Edited { path: path.display().to_string(), what: "not UTF-8 text".to_owned() })
        }
        other => Ok(folders::at(path, other)?),
    }
}

impl From<FolderError> for RecordError {
    fn from(FolderError { path, what }: FolderError) -> Self {
        Self::FileSystem { path, what }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use domain::chain::Stage;

    use super::{Act, Record, RecordError, RunOf, StandIn, Walk, read, records};
    use crate::fixture;
    use crate::pair::attribution::{Attribution, Leg};
    use crate::pair::outputs;

    fn record() -> Record {
        let journal = fixture::journal();
        let legs = vec![Leg::of(None, &journal, None), Leg::of(Some(Stage::Execution), &journal, Some(0.0))];
        let act = Act { by: "A. Reviewer".into(), on: "2026-11-25".parse().unwrap(), reason: "first".into() };
        let walk = Walk {
            pair: "lehman".into(),
            stand_in: Some(StandIn { name: "external".into(), config: "command = [\"a\"]".parse().unwrap() }),
            reference: RunOf::of(&journal),
            successor: RunOf::of(&journal),
            attribution: Attribution::new(legs).unwrap(),
            comparison: comparison(),
            outputs: outputs::text_of(&journal),
        };
        Record { act, walk }
    }

    fn comparison() -> crate::reference::Comparison {
        let side = crate::reference::fixture::side(&[]);
        crate::reference::compare(&side, &side, &crate::reference::Terms::default()).unwrap()
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("prometheus-record-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_written_reads_back_and_is_listed() {
        let folder = folder("round");
        let stored = record().write(&folder).unwrap();
        assert_eq!(stored.record, record());
        assert_eq!(record().write(&folder).unwrap().seal, stored.seal);
        assert_eq!(records(&folder).unwrap(), ["lehman"]);
        assert_eq!(records(&folder.join("none")).unwrap(), [""; 0]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_changed_byte_is_found() {
        let folder = folder("bytes");
        record().write(&folder).unwrap();
        for file in ["record.toml", "outputs.csv"] {
            let path = folder.join("lehman").join(file);
            let bytes = fs::read(&path).unwrap();
            for at in (0..bytes.len()).step_by(7) {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                fs::write(&path, changed).unwrap();
                assert!(read(&folder, "lehman").is_err(), "byte {at} of {file}");
            }
            fs::write(&path, bytes).unwrap();
        }
        assert!(read(&folder, "lehman").is_ok());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn absence_and_another_format_have_words_of_their_own() {
        let folder = folder("words");
        assert!(matches!(read(&folder, "lehman"), Err(RecordError::Absent { .. })));
        record().write(&folder).unwrap();
        let path = folder.join("lehman/record.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("record_format = 1", "record_format = 2")).unwrap();
        let refusal = read(&folder, "lehman").unwrap_err().to_string();
        assert!(refusal.ends_with("record_format is 2, and this program reads 1; use a matching version"), "{refusal}");
        fs::remove_dir_all(folder).unwrap();
    }
}
