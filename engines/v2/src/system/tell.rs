//! From an engine's answer to its report: a digest of everything every day, single figures where people look.
//!
//! A journal that held every figure of every instrument on every day would be read by nobody. So each day has a
//! digest of the whole answer (field `output`), the count of what was left out and the figures of the day; the
//! figures and reasons of single instruments stand on the days on which the portfolio is decided anew. A decision that
//! fails is tried again every day: there they stand on the first of these days and on one in `every_days` after it.

use domain::digest::{CanonicalBytes, Digest};
use domain::report::{EngineReport, Figure, FigureValue, Verdict};

use crate::face::{Answer, Told};

/// Hexadecimal digits of the digest of an answer.
const DIGITS: usize = 32;

/// The report of an engine on one day, with the figures of single instruments where `detailed`. `room` is for the
/// answer's bytes: the same for all, so that it grows once.
pub(super) fn report<O: Told>(
    engine: &'static str,
    answer: &Answer<O>,
    detailed: bool,
    room: &mut CanonicalBytes,
) -> EngineReport {
    let verdict = match &answer.output {
        Ok(_) => Verdict::Decided,
        Err(why) => Verdict::Abstained(why.clone()),
    };
    let mut report = EngineReport::plain(engine, verdict);
    report.figures.push(digest(answer, room));
    let left_out = FigureValue::Number(answer.dropped.len() as f64);
    report.figures.push(Figure { instrument: None, field: "dropped".into(), value: left_out });
    if let Ok(output) = &answer.output {
        report.figures.extend(output.day_figures());
        if detailed {
            report.figures.extend(output.instrument_figures());
        }
    }
    if detailed {
        report.dropped = answer.dropped.clone();
    }
    report
}

fn digest<O: Told>(answer: &Answer<O>, bytes: &mut CanonicalBytes) -> Figure {
    bytes.clear();
    if let Ok(output) = &answer.output {
        output.put(bytes);
    }
    bytes.put_short(answer.dropped.len() as u64);
    for dropped in &answer.dropped {
        bytes.put_u32(dropped.instrument.0).put_short_text(&dropped.reason);
    }
    let mut text = Digest::of(bytes.as_slice()).to_string();
    text.truncate(DIGITS);
    Figure { instrument: None, field: "output".into(), value: FigureValue::Label(text.into()) }
}
