//! The canonical bytes of a tape, hashed column by column so that no second copy is ever in memory.

use std::collections::BTreeMap;

use crate::digest::{CanonicalBytes, Digest};
use crate::facts::{ActionKind, PriceBasis};

use super::{Tape, TapeAction, TextPoint};

/// Values that are turned into bytes at a time.
const CHUNK: usize = 4096;

/// The digest of everything that the tape holds.
pub(super) fn digest(tape: &Tape) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head(tape));
    let columns = &tape.columns;
    let optional = [&columns.open, &columns.high, &columns.low, &columns.volume];
    hash_column(&mut hasher, Some(&columns.close));
    for column in optional {
        hash_column(&mut hasher, column.as_ref());
    }
    hasher.update(&tail(tape));
    Digest(*hasher.finalize().as_bytes())
}

fn head(tape: &Tape) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus tape v1");
    bytes.put_u8(match tape.basis {
        PriceBasis::Raw => 0,
        PriceBasis::Adjusted => 1,
    });
    bytes.put_u64(tape.days.len() as u64);
    for day in &tape.days {
        bytes.put_i32(day.epoch_days());
    }
    bytes.put_u64(tape.instruments.len() as u64);
    for fact in &tape.instruments {
        bytes.put_text(fact.id.as_str()).put_text(&fact.market).put_text(&fact.currency);
        bytes.put_text(fact.issuer.as_deref().unwrap_or_default());
        bytes.put_text(fact.sector.as_deref().unwrap_or_default());
    }
    bytes.into_vec()
}

fn hash_column(hasher: &mut blake3::Hasher, column: Option<&Vec<f64>>) {
    let Some(column) = column else {
        hasher.update(&[0]);
        return;
    };
    hasher.update(&[1]);
    let mut bytes = Vec::with_capacity(CHUNK * size_of::<f64>());
    for chunk in column.chunks(CHUNK) {
        bytes.clear();
        // One bit pattern for "no price", whatever NaN the processor made.
        bytes.extend(chunk.iter().flat_map(|value| if value.is_nan() { [0xff; 8] } else { value.to_le_bytes() }));
        hasher.update(&bytes);
    }
}

fn tail(tape: &Tape) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    bytes.put_u64(tape.actions.len() as u64);
    for action in &tape.actions {
        put_action(&mut bytes, action);
    }
    bytes.put_u64(tape.series.len() as u64);
    for (name, points) in &tape.series {
        bytes.put_text(name).put_u64(points.len() as u64);
        for point in points {
            bytes.put_i32(point.known_on.epoch_days()).put_i32(point.happened_on.epoch_days()).put_f64(point.value);
        }
    }
    // A tape without texts keeps the digest that it had before there were texts.
    if !tape.texts.is_empty() {
        put_texts(&mut bytes, &tape.texts);
    }
    bytes.into_vec()
}

fn put_texts(bytes: &mut CanonicalBytes, texts: &BTreeMap<String, Vec<TextPoint>>) {
    bytes.put_u64(texts.len() as u64);
    for (subject, points) in texts {
        bytes.put_text(subject).put_u64(points.len() as u64);
        for point in points {
            bytes.put_i32(point.known_on.epoch_days()).put_i32(point.happened_on.epoch_days());
            bytes.put_u8(point.kind.code()).put_text(&point.text);
        }
    }
}

fn put_action(bytes: &mut CanonicalBytes, action: &TapeAction) {
    bytes.put_u32(action.day).put_u32(action.instrument.0).put_u8(action.kind.rank());
    match action.kind {
        ActionKind::Split { numerator, denominator } => bytes.put_u32(numerator).put_u32(denominator),
        ActionKind::CashDividend { amount } => bytes.put_f64(amount),
        ActionKind::Spinoff { ratio_millionths } => bytes.put_u32(ratio_millionths),
        ActionKind::Halt { until } => bytes.put_i32(until.epoch_days()),
        ActionKind::Delisting => bytes,
    };
}
