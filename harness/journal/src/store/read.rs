//! Reading a folder back, with every value verified.

use std::path::Path;

use domain::digest::Digest;

use super::{EVENTS, MANIFEST, StoreError, files, texts};
use crate::journal::Journal;
use crate::log;
use crate::manifest::Manifest;

/// Reads and verifies the journal in `dir`.
///
/// # Errors
/// [`StoreError`] for a folder that is not exactly what a finished run wrote.
pub fn open(dir: &Path) -> Result<Journal, StoreError> {
    FolderTexts::read(dir)?.verify(dir)
}

/// The content of a journal's two files.
pub(super) struct FolderTexts {
    pub manifest: Vec<u8>,
    pub events: Vec<u8>,
}

impl FolderTexts {
    /// Reads both files.
    pub fn read(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { manifest: files::read(&dir.join(MANIFEST))?, events: files::read(&dir.join(EVENTS))? })
    }

    /// The journal, if all of it agrees. `dir` is for the words of a refusal.
    pub fn verify(&self, dir: &Path) -> Result<Journal, StoreError> {
        let path = dir.join(MANIFEST);
        let manifest = texts::parse::<Manifest>(&self.manifest, &path, &["format_version"])?;
        let refused = |source| StoreError::Log { path: dir.join(EVENTS), source };
        let contents = log::read(&self.events, &manifest.instruments).map_err(refused)?;
        let mut header = manifest.header();
        // The first day is held against the events below, like every other key.
        header.first_day = contents.recording.span.map_or(header.first_day, |(first, _)| first);
        let expected = Manifest::of_run(&header, contents.recording)?;
        let edited = |(key, found, expected)| StoreError::Edited { path: path.clone(), key, found, expected };
        manifest.first_difference(&expected).map_or(Ok(()), |difference| Err(edited(difference)))?;
        let (found, expected) = (Digest::of(&self.manifest), contents.manifest_digest);
        if found != expected {
            let key = "the digest of the whole text".to_owned();
            return Err(edited((key, found.to_string(), expected.to_string())));
        }
        Ok(Journal { manifest, days: contents.days.into(), running: contents.running })
    }
}
