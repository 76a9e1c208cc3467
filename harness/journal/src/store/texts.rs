//! The text files of a folder: read with their version first, written in one form.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use crate::manifest::FORMAT_VERSION;

/// Reads a text file. The version of the format stands under the keys `version`, one within the other, and is read
/// before anything else: another version may have other keys, and must not be refused for those.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], path: &Path, version: &[&str]) -> Result<T, StoreError> {
    let refused = |problem| StoreError::Text { path: path.to_path_buf(), problem };
    let text =
        std::str::from_utf8(bytes).map_err(|error| refused(format!("byte {}: expected UTF-8", error.valid_up_to())))?;
    let table = text.parse::<toml::Table>().map_err(|error| refused(explain(text, &error)))?;
    let found = match version {
        [inner] => table.get(*inner),
        [outer, inner] => table.get(*outer).and_then(|outer| outer.get(inner)),
        _ => None,
    };
    match found.and_then(toml::Value::as_integer) {
        Some(found) if found != i64::from(FORMAT_VERSION) => {
            Err(StoreError::OtherFormat { path: path.to_path_buf(), found })
        }
        _ => toml::from_str(text).map_err(|error| refused(explain(text, &error))),
    }
}

/// The text of a manifest or a header.
pub(super) fn write<T: Serialize>(value: &T, path: &Path) -> Result<String, StoreError> {
    let refused = |error: toml::ser::Error| StoreError::Text { path: path.to_path_buf(), problem: error.to_string() };
    toml::to_string_pretty(value).map_err(refused)
}

/// A refusal of the parser on one line, with line and column.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let what = error.message().replace('\n', ", ");
    let Some(start) = error.span().map(|span| span.start) else { return what };
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
    format!("line {line}, column {column}: {what}")
}
