//! What an engine says of its work, as an answer writes it.
//!
//! ```text
//! {"engine":"momentum","verdict":"decided","figures":[["EQUITY:GE","signal",0.25],[null,"mood","calm"]],
//!  "dropped":[["EQUITY:LEH","delisted"]]}
//! {"engine":"momentum","verdict":"abstained","why":{"reason":"short_history","have":20,"need":148}}
//! ```

use std::borrow::Cow;

use domain::decision::{Abstention, Dropped, EngineReport, Figure, FigureValue, Verdict};
use domain::view::View;
use serde::Deserialize;

use super::known;
use crate::fault::Fault;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    engine: String,
    verdict: Ended,
    #[serde(default)]
    why: Option<Why>,
    #[serde(default)]
    figures: Vec<(Option<String>, String, Value)>,
    #[serde(default)]
    dropped: Vec<(String, String)>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ended {
    Decided,
    Unchanged,
    Abstained,
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case", deny_unknown_fields)]
enum Why {
    ShortHistory { have: u32, need: u32 },
    MissingInput { input: String },
    NothingEligible {},
    Infeasible { binding: String },
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a figure that is neither a number nor a text")]
enum Value {
    Number(f64),
    Label(String),
}

impl Report {
    pub(super) fn checked(self, view: &View<'_>) -> Result<EngineReport, Fault> {
        let Self { engine, verdict, why, figures, dropped } = self;
        let refuse = |what: &'static str| Fault::Report { engine: engine.clone(), what };
        let place = format!("the report of engine `{engine}`");
        let verdict = match (verdict, why) {
            (Ended::Decided, None) => Verdict::Decided,
            (Ended::Unchanged, None) => Verdict::Unchanged,
            (Ended::Abstained, Some(why)) => Verdict::Abstained(why.into()),
            _ => return Err(refuse("`why` stands with the verdict `abstained`, and with no other")),
        };
        let named = figures.iter().map(|(_, field, _)| field).chain(dropped.iter().map(|(_, reason)| reason));
        if named.chain([&engine]).any(|name| name.trim().is_empty()) {
            return Err(refuse("its name, a field or a reason is blank"));
        }
        let figure = |(id, field, value): (Option<String>, String, Value)| {
            let instrument = id.map(|id| known(&id, view, &place)).transpose()?;
            Ok(Figure { instrument, field: Cow::Owned(field), value: value.into() })
        };
        let left_out = |(id, reason): (String, String)| {
            Ok(Dropped { instrument: known(&id, view, &place)?, reason: Cow::Owned(reason) })
        };
        let figures = figures.into_iter().map(figure).collect::<Result<_, _>>()?;
        let dropped = dropped.into_iter().map(left_out).collect::<Result<_, _>>()?;
        Ok(EngineReport { engine: Cow::Owned(engine), verdict, figures, dropped })
    }
}

impl From<Why> for Abstention {
    fn from(why: Why) -> Self {
        match why {
            Why::ShortHistory { have, need } => Self::ShortHistory { have, need },
            Why::MissingInput { input } => Self::MissingInput { input },
            Why::NothingEligible {} => Self::NothingEligible,
            Why::Infeasible { binding } => Self::Infeasible { binding },
        }
    }
}

impl From<Value> for FigureValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(number),
            Value::Label(label) => Self::Label(Cow::Owned(label)),
        }
    }
}
