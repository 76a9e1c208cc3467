//! What a pair did, frozen: one folder of `golden/v1/` a pair, written by a person's act and never by a check.
//!
//! ```text
//! golden/v1/<pair>/record.toml   who recorded it, why, both runs by digest, the legs, the comparison; sealed
//! golden/v1/<pair>/outputs.csv   what the reference did, a line a day; its seal stands in record.toml
//! ```
//!
//! The last line of `record.toml` is a remark with the digest of every byte before it. A changed byte in either file
//! is found, and the record is named by that digest.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::attribution::{self, Attribution, LegLine};
use super::run_of::RunOf;
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
    /// The pair; also the name of the folder.
    pub pair: String,
    /// Who recorded it, when and why.
    pub act: Act,
    /// The system that stood in for that of the reference's case; absent when its own ran.
    pub stand_in: Option<StandIn>,
    /// The run of the reference.
    pub reference: RunOf,
    /// The run of the successor.
    pub successor: RunOf,
    /// The legs between them.
    pub attribution: Attribution,
    /// The comparison of the two runs.
    pub comparison: Comparison,
    /// What the reference did, a line a day.
    pub outputs: String,
}

/// Who recorded a pair, when and why.
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

/// A system that was made the reference in place of its case's own: one in another language, or recorded decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// The name by which the registry knows it.
    pub name: String,
    /// Its config.
    pub config: toml::Table,
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
    /// Writes the record into `golden_v1/<pair>`, whole or not at all, and reads it back.
    ///
    /// # Errors
    /// [`RecordError`] when the file system refuses or what was written does not read as it was.
    pub fn write(&self, golden_v1: &Path) -> Result<StoredRecord, RecordError> {
        let folder = golden_v1.join(&self.pair);
        let text = self.text(&folder.join(RECORD_FILE))?;
        let fresh = golden_v1.join(format!(".{}.new", self.pair));
        remove(&fresh)?;
        at(&fresh, fs::create_dir_all(&fresh))?;
        for (file, text) in [(OUTPUTS_FILE, self.outputs.as_str()), (RECORD_FILE, text.as_str())] {
            let path = fresh.join(file);
            let mut file = at(&path, File::create(&path))?;
            at(&path, file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))?;
        }
        remove(&folder)?;
        at(&folder, fs::rename(&fresh, &folder))?;
        let stored = read(golden_v1, &self.pair)?;
        if stored.record == *self {
            return Ok(stored);
        }
        let path = folder.display().to_string();
        Err(RecordError::Edited { path, what: "what was written does not read back as it was".to_owned() })
    }

    fn text(&self, path: &Path) -> Result<String, RecordError> {
        let keys = Keys {
            record_format: FORMAT_VERSION,
            pair: self.pair.clone(),
            outputs_seal: Digest::of(self.outputs.as_bytes()),
            act: self.act.clone(),
            reference: self.reference.clone(),
            successor: self.successor.clone(),
            stand_in: self.stand_in.clone(),
            legs: attribution::lines_of(&self.attribution),
            comparison: self.comparison.clone(),
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
    let folder = golden_v1.join(pair);
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
    let record = Record { pair, act, stand_in, reference, successor, attribution, comparison, outputs };
    Ok(StoredRecord { record, seal })
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
    for entry in at(golden_v1, fs::read_dir(golden_v1))? {
        let entry = at(golden_v1, entry)?;
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
        other => at(path, other),
    }
}

fn remove(folder: &PathBuf) -> Result<(), RecordError> {
    if folder.exists() { at(folder, fs::remove_dir_all(folder)) } else { Ok(()) }
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, RecordError> {
    result.map_err(|error| RecordError::FileSystem { path: path.display().to_string(), what: error.to_string() })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use domain::chain::Stage;

    use super::{Act, Record, RecordError, RunOf, StandIn, read, records};
    use crate::fixture;
    use crate::pair::attribution::{Attribution, Leg};
    use crate::pair::outputs;

    fn record() -> Record {
        let journal = fixture::journal();
        let legs = vec![Leg::of(None, &journal, None), Leg::of(Some(Stage::Execution), &journal, Some(0.0))];
        Record {
            pair: "lehman".into(),
            act: Act { by: "A. Reviewer".into(), on: "2026-11-25".parse().unwrap(), reason: "first".into() },
            stand_in: Some(StandIn { name: "external".into(), config: "command = [\"a\"]".parse().unwrap() }),
            reference: RunOf::of(&journal),
            successor: RunOf::of(&journal),
            attribution: Attribution::new(legs).unwrap(),
            comparison: comparison(),
            outputs: outputs::text_of(&journal),
        }
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
