//! A decoder that meets damage may panic instead of refusing. Here that becomes a refusal too.
//!
//! Only the decoder's own calls are guarded: a panic in this crate's code stays a panic, because it is a defect.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::errors::ParquetError;

use crate::error::DataError;

/// Runs one call of the Parquet decoder on `file`.
pub(crate) fn guarded<T>(file: &str, decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, DataError> {
    // Whatever the decoder was building is dropped with the panic, so nothing half-built is seen afterwards.
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(DataError::unreadable(file, in_words(&error.to_string()))),
        Err(_) => Err(DataError::unreadable(file, format!("{BROKEN} (its decoder gave up inside a page)"))),
    }
}

/// A sound file in a compression that this program is built without is told apart from a broken one.
fn in_words(error: &str) -> String {
    match error.split_once("Disabled feature at compile time: ") {
        Some((_, name)) => format!("it is compressed with {name}, expected snappy, gzip, zstd or no compression"),
        None => format!("{BROKEN} ({error})"),
    }
}

/// What a decoder's own words are told after.
const BROKEN: &str = "expected a whole Parquet file, and this one is damaged, cut short or of another kind";

/// The batches of a reader; ends after the first refusal.
pub(crate) fn batches(
    file: String,
    reader: ParquetRecordBatchReader,
) -> impl Iterator<Item = Result<RecordBatch, DataError>> {
    let mut reader = Some(reader);
    std::iter::from_fn(move || {
        let batch = guarded(&file, || {
            let next = reader.as_mut().and_then(Iterator::next);
            next.transpose().map_err(|error| ParquetError::General(error.to_string()))
        });
        if batch.is_err() {
            reader = None;
        }
        batch.transpose()
    })
}

#[cfg(test)]
mod tests {
    use parquet::errors::ParquetError;

    use super::guarded;

    #[test]
    fn a_decoder_that_panics_refuses() {
        let text = guarded::<()>("bars.parquet", || panic!("too many bytes")).unwrap_err().to_string();
        assert_eq!(
            text,
            "bars.parquet: expected a whole Parquet file, and this one is damaged, cut short or of another kind (its decoder gave up inside a page)"
        );
        assert_eq!(guarded("bars.parquet", || Ok(7)).unwrap(), 7);
        let other = || Err(ParquetError::General("Disabled feature at compile time: brotli".into()));
        let text = guarded::<()>("bars.parquet", other).unwrap_err().to_string();
        assert_eq!(text, "bars.parquet: it is compressed with brotli, expected snappy, gzip, zstd or no compression");
    }
}
