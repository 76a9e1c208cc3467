//! Files of texts: what loads, and what is refused with file, row, column and value.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use domain::facts::{PriceBasis, TextKind};
use domain::view::View;
use parquet::arrow::ArrowWriter;

use super::{GOOD, Room};
use crate::describe::describe;
use crate::quality::check;
use crate::selection::Selection;
use crate::tape_folder::StoredTape;

const HEAD: &str = "subject,kind,happened_on,known_on,text";

fn texts(rows: &str) -> String {
    format!("{HEAD}\n{rows}\n")
}

#[test]
fn texts_lie_beside_bars_and_are_read_with_them() {
    let rows = "MACRO,macro,2024-01-01,2024-01-02,rates stay\n\
                A,news,2024-01-03,2024-01-03,\"a deal, at last\"\n\
                A,filing,2023-12-31,2024-01-03,a good year";
    let room = Room::new("texts").bars(GOOD).texts(&texts(rows));
    let report = room.import().unwrap();
    assert_eq!(report.files[1].loaded, 3);
    let stored = StoredTape::open(&room.target()).unwrap();
    assert!(check(&stored, None).unwrap().is_empty());
    let lines = describe(&stored, None).unwrap().texts;
    let shown: Vec<_> = lines.iter().map(|line| (line.subject.as_str(), line.kind, line.texts)).collect();
    assert_eq!(shown, [("A", TextKind::Filing, 1), ("A", TextKind::News, 1), ("MACRO", TextKind::Macro, 1)]);

    let day = |text: &str| text.parse().unwrap();
    let window = Selection::new(PriceBasis::Raw, day("2024-01-02"), day("2024-01-03"), "USD");
    let tape = stored.select(&window, None).unwrap();
    let read = |at, subject| View::as_of(&tape, at).unwrap().texts(subject).len();
    assert_eq!((read(0, "MACRO"), read(0, "A"), read(1, "A")), (1, 0, 2));
    assert_eq!(View::as_of(&tape, 1).unwrap().texts("A")[1].text, "a deal, at last");
    assert_eq!(stored.text_facts().unwrap().len(), 3);
}

#[test]
fn csv_and_parquet_give_the_same_rows() {
    let digest = |room: Room| room.import().unwrap().manifest.tables["texts"].digest;
    let mut parquet = Room::new("texts-parquet");
    let words = |word: &str| Arc::new(StringArray::from_iter_values([word])) as ArrayRef;
    let days = |day: i32| Arc::new(Date32Array::from(vec![day])) as ArrayRef;
    let columns = vec![
        ("subject", words("A")),
        ("kind", words("call")),
        ("happened_on", days(19_724)),
        ("known_on", days(19_725)),
        ("text", words("we are confident")),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(parquet.folder.join("texts.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    parquet.request.texts = vec!["texts.parquet".into()];
    let csv = Room::new("texts-csv").texts(&texts("A,call,2024-01-02,2024-01-03,we are confident"));
    assert_eq!(digest(parquet), digest(csv));
}

/// Rows, and how they are refused.
const BAD: [(&str, &str); 6] = [
    ("A,rumour,2024-01-02,2024-01-02,x", "row 1, column `kind`: `rumour`, expected one of filing, news, call, macro"),
    ("A,,2024-01-02,2024-01-02,x", "row 1, column `kind`: nothing, expected one of filing, news, call, macro"),
    (",news,2024-01-02,2024-01-02,x", "row 1, column `subject`: nothing, expected an issuer, or MACRO"),
    ("A,news,2024-01-02,2024-01-02,\" \"", "row 1, column `text`: nothing, expected a text that is not blank"),
    (
        "A,news,2024-01-03,2024-01-02,x",
        "row 1, column `known_on`: 2024-01-02, expected a day not before 2024-01-03, when it happened",
    ),
    (
        "A,news,2024-01-02,2024-01-02,x\nA,news,2024-01-02,2024-01-02,x",
        "row 2, column `text`: A news 2024-01-02, expected each text once",
    ),
];

#[test]
fn bad_texts_are_refused() {
    for (rows, expected) in BAD {
        assert_eq!(Room::new("texts-bad").texts(&texts(rows)).refusal(), format!("texts.csv, {expected}"));
    }
}

#[test]
fn a_text_without_its_day_of_knowledge_is_refused() {
    let room = Room::new("texts-columns").texts("subject,kind,happened_on,text\nA,news,2024-01-02,x\n");
    assert!(room.refusal().starts_with("texts.csv, column `known_on`"), "{}", room.refusal());
}
