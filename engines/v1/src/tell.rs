//! Figures in a few letters.

use std::borrow::Cow;

use domain::ids::Instrument;
use domain::report::{Abstention, EngineReport, Figure, FigureValue, Verdict};

/// A number of the whole day.
pub(crate) fn number(field: &'static str, value: f64) -> Figure {
    Figure { instrument: None, field: Cow::Borrowed(field), value: FigureValue::Number(value) }
}

/// A number of the whole day, where there is one.
pub(crate) fn maybe(field: &'static str, value: Option<f64>) -> Option<Figure> {
    value.map(|value| number(field, value))
}

/// A label of the whole day.
pub(crate) fn label(field: &'static str, text: impl Into<Cow<'static, str>>) -> Figure {
    Figure { instrument: None, field: Cow::Borrowed(field), value: FigureValue::Label(text.into()) }
}

/// The same figure of one instrument.
pub(crate) fn of(instrument: Instrument, figure: Figure) -> Figure {
    Figure { instrument: Some(instrument), ..figure }
}

/// A report that decided.
pub(crate) fn decided(engine: &'static str, figures: Vec<Figure>) -> EngineReport {
    EngineReport { figures, ..EngineReport::plain(engine, Verdict::Decided) }
}

/// A report of an engine that lacked `input`.
pub(crate) fn missing(engine: &'static str, input: &str) -> EngineReport {
    EngineReport::plain(engine, Verdict::Abstained(Abstention::MissingInput { input: input.to_owned() }))
}
