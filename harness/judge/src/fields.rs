//! An event taken apart: what it is about, and its fields by name.
//!
//! Differences and tolerances speak of fields, so every event is turned into the same shape: a [`Key`] that says
//! what the event is about (two events with one key can be compared field by field), and a list of named values.

use std::borrow::Cow;
use std::fmt;

use domain::decision::{Abstention, FigureValue, Verdict};
use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::{Cash, Quantity};
use journal::event::{BookMark, Event};

/// What an event is about. Two events of one day with equal keys state the same thing, with equal or other values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    pub kind: &'static str,
    pub lane: &'a str,
    pub instrument: Option<&'a str>,
    /// The field of a recorded figure.
    pub figure: Option<&'a str>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Number(f64),
    Money(Cash),
    Shares(Quantity),
    Count(u64),
    Text(Cow<'a, str>),
}

pub(crate) type Field<'a> = (&'static str, Value<'a>);

impl<'a> Key<'a> {
    /// The key of an event; instruments are named by `name`, so that journals over different tapes compare.
    pub fn of(event: &'a Event, name: impl Fn(Instrument) -> &'a str) -> Self {
        let figure = match event {
            Event::FigureRecorded { field, .. } => Some(field.as_ref()),
            _ => None,
        };
        Self { kind: event.kind(), lane: event.lane(), instrument: event.instrument().map(name), figure }
    }

    /// The name under which a policy speaks of a field of such an event: `order_filled.price`, and
    /// `figure.momentum.signal` for a recorded figure.
    pub fn policy_name(&self, field: &str) -> String {
        match self.figure {
            Some(figure) => format!("figure.{}.{figure}", self.lane),
            None => format!("{}.{field}", self.kind),
        }
    }

    /// The name of a field to a reader: a recorded figure is called by its own name.
    pub fn field_name(&self, field: &str) -> String {
        self.figure.unwrap_or(field).to_owned()
    }
}

impl Value<'_> {
    /// The value as a number, in units; `None` for a text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Money(amount) => Some(amount.to_units()),
            Self::Shares(quantity) => Some(quantity.to_units()),
            Self::Count(count) => Some(*count as f64),
            Self::Text(_) => None,
        }
    }

    /// Equal to the last bit: `0.0` and `-0.0` differ here, as they do in a journal's digest.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.to_bits() == right.to_bits(),
            _ => self == other,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number:?}"),
            Self::Money(amount) => write!(out, "{amount}"),
            Self::Shares(quantity) => write!(out, "{quantity}"),
            Self::Count(count) => write!(out, "{count}"),
            Self::Text(text) => out.write_str(text),
        }
    }
}

/// The fields of an event, without what its key already says, in the order in which the event states them.
pub(crate) fn fields_of(event: &Event) -> Vec<Field<'_>> {
    match event {
        Event::SharesChanged { before, after, .. } => {
            vec![("before", Value::Shares(*before)), ("after", Value::Shares(*after))]
        }
        Event::OrderAdjusted { order, before, after, .. } => {
            vec![("order", Value::Count(*order)), ("before", Value::Shares(*before)), ("after", Value::Shares(*after))]
        }
        Event::DividendPaid { per_share, amount, .. } => {
            vec![("per_share", Value::Number(*per_share)), ("amount", Value::Money(*amount))]
        }
        Event::PositionSettled { quantity, price, amount, realised, .. } => vec![
            ("quantity", Value::Shares(*quantity)),
            ("price", Value::Number(*price)),
            ("amount", Value::Money(*amount)),
            ("realised", Value::Money(*realised)),
        ],
        Event::OrderFilled { .. } | Event::OrderCancelled { .. } => execution_fields(event),
        Event::OrderPlanned { .. } | Event::OrderRefused { .. } => plan_fields(event),
        Event::EngineDecided { verdict, .. } => vec![("verdict", Value::Text(verdict_text(verdict)))],
        Event::FigureRecorded { value: FigureValue::Number(number), .. } => vec![("value", Value::Number(*number))],
        Event::FigureRecorded { value: FigureValue::Label(label), .. } => vec![("value", text(label))],
        Event::InstrumentDropped { reason, .. } => vec![("reason", text(reason))],
        Event::TargetSet { weight, .. } => vec![("weight", Value::Number(*weight))],
        Event::PositionMarked { quantity, price, value, .. } => vec![
            ("quantity", Value::Shares(*quantity)),
            ("price", Value::Number(*price)),
            ("value", Value::Money(*value)),
        ],
        Event::BookMarked(mark) => mark_fields(mark),
    }
}

fn execution_fields(event: &Event) -> Vec<Field<'_>> {
    match event {
        Event::OrderFilled {
            order, side, quantity, price, value, cost, slippage, realised, at_decision_close, ..
        } => vec![
            ("order", Value::Count(*order)),
            ("side", side_text(*side)),
            ("quantity", Value::Shares(*quantity)),
            ("price", Value::Number(price.get())),
            ("value", Value::Money(*value)),
            ("cost", Value::Money(*cost)),
            ("slippage", Value::Money(*slippage)),
            ("realised", Value::Money(*realised)),
            ("at_decision_close", text(if *at_decision_close { "yes" } else { "no" })),
        ],
        Event::OrderCancelled { order, remaining, reason, at_decision_close, .. } => vec![
            ("order", Value::Count(*order)),
            ("remaining", Value::Shares(*remaining)),
            ("reason", text(reason.text())),
            ("at_decision_close", text(if *at_decision_close { "yes" } else { "no" })),
        ],
        _ => Vec::new(),
    }
}

fn plan_fields(event: &Event) -> Vec<Field<'_>> {
    match event {
        Event::OrderPlanned { order, side, kind, quantity, sessions, .. } => {
            let (name, stop, limit) = match kind {
                OrderKind::Market => ("market", None, None),
                OrderKind::Limit { limit } => ("limit", None, Some(limit)),
                OrderKind::Stop { stop } => ("stop", Some(stop), None),
                OrderKind::StopLimit { stop, limit } => ("stop_limit", Some(stop), Some(limit)),
            };
            let mut fields = vec![
                ("order", Value::Count(*order)),
                ("side", side_text(*side)),
                ("type", text(name)),
                ("quantity", Value::Shares(*quantity)),
                ("sessions", Value::Count(u64::from(*sessions))),
            ];
            fields.extend(stop.map(|price| ("stop", Value::Number(price.get()))));
            fields.extend(limit.map(|price| ("limit", Value::Number(price.get()))));
            fields
        }
        Event::OrderRefused { side, quantity, reason, .. } => {
            vec![("side", side_text(*side)), ("quantity", Value::Shares(*quantity)), ("reason", text(reason.text()))]
        }
        _ => Vec::new(),
    }
}

fn mark_fields(mark: &BookMark) -> Vec<Field<'static>> {
    vec![
        ("cash", Value::Money(mark.cash)),
        ("equity", Value::Money(mark.equity)),
        ("long_value", Value::Money(mark.long_value)),
        ("short_value", Value::Money(mark.short_value)),
        ("traded", Value::Money(mark.traded)),
        ("costs", Value::Money(mark.costs)),
        ("realised", Value::Money(mark.realised)),
        ("dividends", Value::Money(mark.dividends)),
        ("positions", Value::Count(u64::from(mark.positions))),
        ("stale_positions", Value::Count(u64::from(mark.stale_positions))),
    ]
}

/// The names of all numeric fields of the events that have fixed ones, as a policy may name them.
pub(crate) const POLICY_FIELDS: &[&str] = &[
    "shares_changed.before",
    "shares_changed.after",
    "order_adjusted.before",
    "order_adjusted.after",
    "dividend_paid.per_share",
    "dividend_paid.amount",
    "position_settled.quantity",
    "position_settled.price",
    "position_settled.amount",
    "position_settled.realised",
    "order_filled.quantity",
    "order_filled.price",
    "order_filled.value",
    "order_filled.cost",
    "order_filled.slippage",
    "order_filled.realised",
    "order_cancelled.remaining",
    "target_set.weight",
    "order_planned.quantity",
    "order_planned.stop",
    "order_planned.limit",
    "order_refused.quantity",
    "position_marked.quantity",
    "position_marked.price",
    "position_marked.value",
    "book_marked.cash",
    "book_marked.equity",
    "book_marked.long_value",
    "book_marked.short_value",
    "book_marked.traded",
    "book_marked.costs",
    "book_marked.realised",
    "book_marked.dividends",
];

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn side_text(side: Side) -> Value<'static> {
    text(match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    })
}

fn verdict_text(verdict: &Verdict) -> Cow<'_, str> {
    match verdict {
        Verdict::Decided => Cow::Borrowed("decided"),
        Verdict::Unchanged => Cow::Borrowed("unchanged"),
        Verdict::Abstained(Abstention::ShortHistory { have, need }) => {
            Cow::Owned(format!("abstained: {have} days of history, {need} needed"))
        }
        Verdict::Abstained(Abstention::MissingInput { input }) => Cow::Owned(format!("abstained: no {input}")),
        Verdict::Abstained(Abstention::NothingEligible) => Cow::Borrowed("abstained: nothing eligible"),
        Verdict::Abstained(Abstention::Infeasible { binding }) => {
            Cow::Owned(format!("abstained: infeasible, {binding}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, POLICY_FIELDS, Value, fields_of};
    use crate::fixture;

    #[test]
    fn a_policy_can_name_every_number_of_an_event() {
        let journal = fixture::journal();
        for (_, event) in journal.events() {
            let key = Key::of(event, |_| "EQUITY:GE");
            for (field, value) in fields_of(event) {
                let name = key.policy_name(field);
                // Counts and texts are equal or not; there is nothing to tolerate.
                let tolerable = !matches!(value, Value::Count(_) | Value::Text(_));
                assert_eq!(
                    tolerable,
                    POLICY_FIELDS.contains(&name.as_str()) || name.starts_with("figure.momentum."),
                    "{name}"
                );
            }
        }
    }
}
