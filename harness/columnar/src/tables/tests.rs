//! Every event on one row, every row read back.

use super::{read_back, write};
use crate::columns::source::Source;
use crate::error::DataError;
use crate::files::tests::scratch;
use domain::decision::{Abstention, FigureValue, Verdict};
use domain::digest::Digest;
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity};
use domain::seed::Seed;
use journal::event::{BookMark, Event, JournalDay};
use journal::header::RunHeader;
use journal::journal::Journal;
use journal::manifest::{FORMAT_VERSION, RunInputs};

const GE: Instrument = Instrument(0);
const LEH: Instrument = Instrument(1);

fn header() -> RunHeader {
    RunHeader {
        first_day: "2008-09-26".parse().unwrap(),
        currency: "USD".into(),
        initial_cash_micros: 1_000_000_000_000,
        instruments: vec!["EQUITY:GE".parse().unwrap(), "EQUITY:LEH".parse().unwrap()],
        inputs: RunInputs {
            scenario: "small".into(),
            scenario_digest: Digest::ZERO,
            system: "momentum".into(),
            system_version: "1".into(),
            config_digest: Digest::ZERO,
            tape_digest: Digest::ZERO,
            seed: Seed(7),
            replay_version: 1,
            format_version: FORMAT_VERSION,
        },
    }
}

fn mark(cash: i64) -> Event {
    Event::BookMarked(BookMark { cash: Cash::from_micros(cash), stale_positions: u32::MAX, ..BookMark::default() })
}

fn fill(price: f64) -> Event {
    Event::OrderFilled {
        order: 0,
        instrument: GE,
        side: Side::Buy,
        quantity: Quantity::from_micros(100),
        price: Price::new(price).unwrap(),
        value: Cash::from_micros(2_500),
        cost: Cash::from_micros(1),
        slippage: Cash::from_micros(-2),
        realised: Cash::ZERO,
        at_decision_close: false,
    }
}

/// One event of every kind, in the order of a day.
fn every_event() -> Vec<Event> {
    let (before, after) = (Quantity::from_micros(10), Quantity::from_micros(20));
    let (price, amount) = (25.5, Cash::from_micros(-7));
    let decided = |verdict| Event::EngineDecided { engine: "momentum".into(), verdict };
    let planned = |order, kind| Event::OrderPlanned {
        order,
        instrument: LEH,
        side: Side::Sell,
        kind,
        quantity: Quantity::from_micros(5),
        sessions: 1,
    };
    let level = Price::new(12.25).unwrap();
    vec![
        Event::SharesChanged { instrument: GE, before, after },
        Event::OrderAdjusted { order: 3, instrument: GE, before, after },
        Event::DividendPaid { instrument: GE, per_share: 0.31, amount },
        Event::PositionSettled { instrument: LEH, quantity: after, price, amount, realised: amount },
        fill(25.0),
        Event::OrderCancelled {
            order: 0,
            instrument: GE,
            remaining: before,
            reason: CancelReason::ParticipationCap,
            at_decision_close: false,
        },
        decided(Verdict::Decided),
        decided(Verdict::Abstained(Abstention::ShortHistory { have: 3, need: 147 })),
        decided(Verdict::Abstained(Abstention::MissingInput { input: "VIX".into() })),
        Event::FigureRecorded {
            engine: "momentum".into(),
            instrument: Some(GE),
            field: "signal".into(),
            value: FigureValue::Number(-0.0),
        },
        Event::FigureRecorded {
            engine: "momentum".into(),
            instrument: None,
            field: "regime".into(),
            value: FigureValue::Label("CRISIS".into()),
        },
        Event::InstrumentDropped { engine: "momentum".into(), instrument: LEH, reason: "no_price".into() },
        Event::TargetSet { instrument: GE, weight: 0.5 },
        planned(1, OrderKind::Market),
        planned(2, OrderKind::StopLimit { stop: level, limit: level }),
        Event::OrderRefused { instrument: LEH, side: Side::Buy, quantity: before, reason: RefusalReason::Halted },
        Event::PositionMarked { instrument: GE, quantity: after, price, value: amount },
        mark(-1),
    ]
}

fn journal(events: Vec<Event>) -> Journal {
    let day = |on: &str, events| JournalDay { on: on.parse().unwrap(), events };
    Journal::of_days(&header(), vec![day("2008-09-26", events), day("2008-09-29", vec![mark(i64::MIN)])]).unwrap()
}

#[test]
fn every_event_is_one_row_of_one_table() {
    let folder = scratch("tables");
    let journal = journal(every_event());
    let written = write(&journal, &folder.join("t")).unwrap();
    let counts: Vec<(&str, u64)> = written.iter().map(|table| (table.name.as_str(), table.rows)).collect();
    let expected = [
        ("actions", 4),
        ("cancels", 1),
        ("days", 2),
        ("decisions", 3),
        ("drops", 1),
        ("figures", 2),
        ("fills", 1),
        ("orders", 2),
        ("positions", 1),
        ("refusals", 1),
        ("targets", 1),
    ];
    assert_eq!(counts, expected);
    assert_eq!(written.iter().map(|table| table.rows).sum::<u64>(), journal.manifest.events);
    read_back(&journal, &folder.join("t")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_foreign_reader_finds_names_days_and_digests() {
    let folder = scratch("tables-read");
    let journal = journal(every_event());
    write(&journal, &folder).unwrap();
    let days = Source::open(&folder.join("days.parquet")).unwrap();
    let batch = &days.batches[0];
    assert_eq!(days.dates(batch, "day").unwrap().get(1).unwrap(), Some("2008-09-29".parse().unwrap()));
    assert_eq!(days.numbers(batch, "cash_micros").unwrap().get(0).unwrap(), Some(-1.0));
    let digest = journal.manifest.digest.to_string();
    assert_eq!(days.texts(batch, "running_digest").unwrap().get(1), Some(digest.as_str()));
    let orders = Source::open(&folder.join("orders.parquet")).unwrap();
    let batch = &orders.batches[0];
    assert_eq!(orders.texts(batch, "instrument_id").unwrap().get(1), Some("EQUITY:LEH"));
    assert_eq!(orders.texts(batch, "kind").unwrap().get(1), Some("stop_limit"));
    assert_eq!(orders.numbers(batch, "limit_price").unwrap().get(0).unwrap(), None);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn tables_of_another_journal_are_told_by_name() {
    let folder = scratch("tables-other");
    let (one, mut other) = (every_event(), every_event());
    other[4] = fill(25.000_000_1);
    write(&journal(one), &folder).unwrap();
    let error = read_back(&journal(other), &folder).unwrap_err();
    // The running digest in `days` differs too, and that table comes first.
    assert!(matches!(&error, DataError::Edited { file, subject: "digest", .. } if file.ends_with("days.parquet")));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_same_journal_gives_the_same_files() {
    let folder = scratch("tables-same");
    let journal = journal(every_event());
    let written = [folder.join("a"), folder.join("b")].map(|folder| write(&journal, &folder).unwrap());
    assert_eq!(written[0], written[1]);
    for table in &written[0] {
        let file = format!("{}.parquet", table.name);
        let [a, b] = ["a", "b"].map(|side| std::fs::read(folder.join(side).join(&file)).unwrap());
        assert!(a == b, "{file} differs");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
