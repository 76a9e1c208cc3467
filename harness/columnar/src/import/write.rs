//! From checked rows to a folder.

use std::path::Path;

use arrow_array::ArrayRef;
use domain::facts::PriceBasis;

use super::bars::Bar;
use super::desk::Loaded;
use super::ledger::{FileCount, Ledger, quarantine_text};
use super::{ImportReport, QUARANTINE_FILE, actions, bars, instruments, membership, series, texts};
use crate::columns::schema::{ACTIONS, BARS, INSTRUMENTS, MEMBERSHIP, SERIES, TEXTS, Table};
use crate::columns::write::write_table;
use crate::error::{CellError, DataError};
use crate::files::{PartialFolder, write_synced};
use crate::manifest::{Inputs, TableNote, TapeManifest};
use crate::tape_folder::MANIFEST_FILE;

/// The recipe with what the rows add to it: the price bases that they allow, and a description of every series.
pub(crate) fn complete(recipe: &TapeManifest, loaded: &Loaded) -> Result<TapeManifest, DataError> {
    let mut manifest = recipe.clone();
    manifest.tables.clear();
    manifest.inputs = without_folders(&manifest.inputs);
    let allowed = |basis: &PriceBasis| {
        let has = |bar: &Bar| match basis {
            PriceBasis::Raw => bar.close.is_some(),
            PriceBasis::Adjusted => bar.adjusted_close.is_some(),
        };
        !loaded.bars.is_empty() && loaded.bars.iter().all(has)
    };
    let stated = &mut manifest.about.price_bases;
    if stated.is_empty() {
        stated.extend([PriceBasis::Raw, PriceBasis::Adjusted].iter().filter(|basis| allowed(basis)));
    }
    if let Some(basis) = stated.iter().find(|basis| !allowed(basis)) {
        let what = format!("price_bases names {basis:?}, but not every bar has that price");
        return Err(DataError::Request(format!("{}: {what}", recipe.about.name)));
    }
    series::describe_rest(&mut manifest, &loaded.series);
    Ok(manifest)
}

/// Writes the tables that have rows, the manifest, and the rows that were set aside.
pub(crate) fn write(
    mut manifest: TapeManifest,
    loaded: &Loaded,
    ledger: Ledger,
    into: &Path,
) -> Result<ImportReport, DataError> {
    let folder = PartialFolder::begin(into, MANIFEST_FILE)?;
    let currency = manifest.about.currency.clone().unwrap_or_default();
    let tables: [(Table, usize, Vec<ArrayRef>); 6] = [
        (BARS, loaded.bars.len(), bars::columns(&loaded.bars, &currency)),
        (SERIES, loaded.series.len(), series::columns(&loaded.series)),
        (ACTIONS, loaded.actions.len(), actions::columns(&loaded.actions)),
        (INSTRUMENTS, loaded.instruments.len(), instruments::columns(&loaded.instruments)),
        (MEMBERSHIP, loaded.members.len(), membership::columns(&loaded.members)),
        (TEXTS, loaded.texts.len(), texts::columns(&loaded.texts)),
    ];
    for (table, rows, columns) in tables {
        if rows > 0 {
            let measured = write_table(folder.path(), &table, columns)?;
            manifest.tables.insert(table.name.to_owned(), TableNote::of(&measured));
        }
    }
    if manifest.tables.is_empty() {
        return Err(DataError::Request(ledger.nothing_loaded(&manifest.about.name)));
    }
    let (files, quarantined) = ledger.close(loaded.origins());
    refuse_mostly_bad(&files, &quarantined)?;
    write_synced(&folder.path().join(MANIFEST_FILE), manifest.to_text()?.as_bytes())?;
    if !quarantined.is_empty() {
        write_synced(&folder.path().join(QUARANTINE_FILE), quarantine_text(&quarantined)?.as_bytes())?;
    }
    folder.commit()?;
    Ok(ImportReport { manifest, files, quarantined })
}

/// A file of which more is set aside than taken is not a file with bad rows but a bad file: a tape of the rest would
/// look like a success.
fn refuse_mostly_bad(files: &[FileCount], quarantined: &[CellError]) -> Result<(), DataError> {
    let Some(bad) = files.iter().find(|file| file.quarantined * 2 > file.rows) else { return Ok(()) };
    let FileCount { file, rows, quarantined: aside, .. } = bad;
    let first = quarantined.iter().find(|error| error.file == *file).map_or_else(String::new, ToString::to_string);
    Err(DataError::Request(format!(
        "{aside} of the {rows} rows of {file} would be set aside, more than are taken; the first: {first}"
    )))
}

/// File names alone: where the files lay on one machine means nothing on another.
fn without_folders(inputs: &Inputs) -> Inputs {
    let name = |path: &String| {
        Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned())
    };
    let names = |paths: &Vec<String>| paths.iter().map(name).collect();
    Inputs {
        bars: names(&inputs.bars),
        series: names(&inputs.series),
        actions: names(&inputs.actions),
        instruments: names(&inputs.instruments),
        membership: names(&inputs.membership),
        texts: names(&inputs.texts),
        ..inputs.clone()
    }
}
