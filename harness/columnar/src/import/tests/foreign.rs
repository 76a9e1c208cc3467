//! Files as other programs write them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, Date32Array, Date64Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray, TimestampNanosecondArray,
    UInt16Array,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;

use super::{GOOD, Room};

/// 2024-01-02 and 2024-01-03, as days since 1970-01-01.
const DAYS: [i64; 2] = [19_724, 19_725];

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, compression: Compression) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn imported(test: &str, ids: ArrayRef, days: ArrayRef, closes: ArrayRef, volumes: ArrayRef) -> Result<String, String> {
    let mut room = Room::new(test);
    let columns = vec![("instrument_id", ids), ("date", days), ("close", closes), ("volume", volumes)];
    write(&room.folder.join("bars.parquet"), columns, Compression::SNAPPY);
    room.request.bars = vec!["bars.parquet".into()];
    match room.import() {
        Ok(report) => Ok(report.manifest.tables["bars"].digest.to_string()),
        Err(error) => Err(error.to_string().replace(&format!("{}/", room.folder.display()), "")),
    }
}

#[test]
fn every_physical_type_gives_the_same_rows() {
    let ids = ["EQUITY:A", "EQUITY:A"];
    let texts: [ArrayRef; 4] = [
        Arc::new(StringArray::from_iter_values(ids)),
        Arc::new(LargeStringArray::from_iter_values(ids)),
        Arc::new(StringViewArray::from_iter_values(ids)),
        Arc::new(ids.into_iter().collect::<DictionaryArray<Int8Type>>()),
    ];
    let ticks = |a_day: i64| DAYS.map(|day| day * a_day).to_vec();
    let days: [ArrayRef; 5] = [
        Arc::new(Date32Array::from(DAYS.map(|day| day as i32).to_vec())),
        Arc::new(Date64Array::from(ticks(86_400_000))),
        Arc::new(TimestampMicrosecondArray::from(ticks(86_400_000_000))),
        Arc::new(TimestampNanosecondArray::from(ticks(86_400_000_000_000)).with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(["2024-01-02", "2024-01-03"])),
    ];
    let closes: [ArrayRef; 4] = [
        Arc::new(Float64Array::from(vec![10.0, 11.0])),
        Arc::new(Float32Array::from(vec![10.0, 11.0])),
        Arc::new(Int32Array::from(vec![10, 11])),
        Arc::new(StringArray::from_iter_values(["10", "11.0"])),
    ];
    let volumes: [ArrayRef; 3] = [
        Arc::new(Int64Array::from(vec![Some(1_000), None])),
        Arc::new(UInt16Array::from(vec![Some(1_000), None])),
        Arc::new(Float64Array::from(vec![Some(1_000.0), None])),
    ];
    let digest = |at: usize| {
        let (ids, days) = (texts[at % texts.len()].clone(), days[at % days.len()].clone());
        let (closes, volumes) = (closes[at % closes.len()].clone(), volumes[at % volumes.len()].clone());
        imported(&format!("types-{at}"), ids, days, closes, volumes).unwrap()
    };
    let first = digest(0);
    assert!((1..10).all(|at| digest(at) == first));
}

#[test]
fn absent_texts_of_a_dictionary_are_absent() {
    let ids: DictionaryArray<Int8Type> = [Some("EQUITY:A"), None].into_iter().collect();
    let days = Date32Array::from(DAYS.map(|day| day as i32).to_vec());
    let closes = Float64Array::from(vec![10.0, 11.0]);
    let error = imported("absent", Arc::new(ids), Arc::new(days), Arc::new(closes.clone()), Arc::new(closes));
    assert!(error.unwrap_err().starts_with("bars.parquet, row 2, column `instrument_id`: nothing, expected"));
}

#[test]
fn times_of_day_nan_and_wrong_types_are_refused() {
    let ids = || -> ArrayRef { Arc::new(StringArray::from_iter_values(["EQUITY:A", "EQUITY:A"])) };
    let days = || -> ArrayRef { Arc::new(Date32Array::from(DAYS.map(|day| day as i32).to_vec())) };
    let numbers = |last: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![10.0, last])) };
    let noon: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(DAYS.map(|day| (day * 86_400 + 43_200) * 1_000_000).to_vec()));
    let refusal = |test: &str, days, closes| imported(test, ids(), days, closes, numbers(1.0)).unwrap_err();
    let expected = "bars.parquet, row 1, column `date`: a time of day (1704196800000000 ticks after 1970-01-01), expected a day without a time";
    assert_eq!(refusal("noon", noon, numbers(11.0)), expected);
    let ticks = DAYS.map(|day| day * 86_400_000_000).to_vec();
    let abroad: ArrayRef = Arc::new(TimestampMicrosecondArray::from(ticks).with_timezone("America/New_York"));
    let told = refusal("abroad", abroad, numbers(11.0));
    assert!(told.contains("America/New_York") && told.contains("expected days"), "{told}");
    let expected = "bars.parquet, row 2, column `close`: NaN, expected a finite number, or an empty cell for none";
    assert_eq!(refusal("nan", days(), numbers(f64::NAN)), expected);
    let expected = "bars.parquet, column `close`: its type is Date32, expected numbers; the file has instrument_id, date, close, volume";
    assert_eq!(refusal("date-as-number", days(), days()), expected);
    let expected = "bars.parquet, column `date`: its type is Float64, expected days; the file has instrument_id, date, close, volume";
    assert_eq!(refusal("number-as-date", numbers(11.0), numbers(11.0)), expected);
}

#[test]
fn usual_compressions_are_read() {
    let room = Room::new("compressions");
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(["EQUITY:A"; 500]));
    for (name, compression) in [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
        ("gzip", Compression::GZIP(GzipLevel::default())),
    ] {
        let path = room.folder.join(format!("{name}.parquet"));
        write(&path, vec![("instrument_id", ids.clone())], compression);
        assert_eq!(crate::columns::source::Source::open(&path).unwrap().rows(), 500, "{name}");
    }
}

#[test]
fn spreadsheets_leave_marks_and_line_ends_of_their_own() {
    let plain = Room::new("csv-plain").bars(GOOD).import().unwrap();
    let marked = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    let marked = Room::new("csv-marked").bars(&marked).import().unwrap();
    assert_eq!(marked.manifest.tables, plain.manifest.tables);
}

/// Cut and flipped files end in a refusal, never in a panic.
#[test]
fn damaged_parquet_is_refused() {
    let mut room = Room::new("damaged").bars(GOOD);
    room.import().unwrap();
    let whole = std::fs::read(room.target().join("bars.parquet")).unwrap();
    std::fs::remove_dir_all(room.target()).unwrap();
    room.request.bars = vec!["damaged.parquet".into()];
    for at in (0..whole.len()).step_by(13) {
        std::fs::write(room.folder.join("damaged.parquet"), &whole[..at]).unwrap();
        assert!(room.import().is_err(), "cut at {at}");
        let mut flipped = whole.clone();
        flipped[at] ^= 0xff;
        std::fs::write(room.folder.join("damaged.parquet"), &flipped).unwrap();
        // A flipped byte may hide in a statistic or a name; what matters is that nothing panics.
        let _ = room.import();
    }
}
