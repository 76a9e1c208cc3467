//! Events to bytes.

use domain::decision::{Abstention, FigureValue, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::{Cash, Quantity};

use crate::event::{BookMark, Event};

/// Appends the canonical bytes of `event`.
///
/// # Panics
/// When a weight, a figure or another float of the event is not finite: whoever makes an event refuses such
/// numbers at the door, so one that comes this far is a defect and must not reach a digest.
pub fn encode_event(event: &Event, out: &mut CanonicalBytes) {
    match event {
        Event::SharesChanged { instrument, before, after } => {
            quantity(quantity(named(out, 1, *instrument), *before), *after);
        }
        Event::OrderAdjusted { order, instrument, before, after } => {
            let out = out.put_u8(14).put_short(*order).put_short(u64::from(instrument.0));
            quantity(quantity(out, *before), *after);
        }
        Event::DividendPaid { instrument, per_share, amount } => {
            cash(finite(named(out, 2, *instrument), *per_share), *amount);
        }
        Event::PositionSettled { instrument, quantity: shares, price, amount, realised } => {
            let out = finite(quantity(named(out, 3, *instrument), *shares), *price);
            cash(cash(out, *amount), *realised);
        }
        Event::OrderFilled { .. } | Event::OrderCancelled { .. } => encode_execution(event, out),
        Event::EngineDecided { engine, verdict } => encode_verdict(verdict, out.put_u8(6).put_short_text(engine)),
        Event::FigureRecorded { engine, instrument, field, value } => {
            let out = optional(out.put_u8(7).put_short_text(engine), *instrument).put_short_text(field);
            match value {
                FigureValue::Number(number) => finite(out.put_u8(0), *number),
                FigureValue::Label(label) => out.put_u8(1).put_short_text(label),
            };
        }
        Event::InstrumentDropped { engine, instrument, reason } => {
            out.put_u8(8).put_short_text(engine).put_short(u64::from(instrument.0)).put_short_text(reason);
        }
        Event::TargetSet { instrument, weight } => {
            finite(named(out, 9, *instrument), *weight);
        }
        Event::OrderPlanned { .. } | Event::OrderRefused { .. } => encode_plan(event, out),
        Event::PositionMarked { instrument, quantity: shares, price, value } => {
            cash(finite(quantity(named(out, 12, *instrument), *shares), *price), *value);
        }
        Event::BookMarked(mark) => encode_mark(mark, out.put_u8(13)),
    }
}

fn encode_execution(event: &Event, out: &mut CanonicalBytes) {
    if let Event::OrderCancelled { order, instrument, remaining, reason, at_decision_close } = event {
        let out = quantity(out.put_u8(5).put_short(*order).put_short(u64::from(instrument.0)), *remaining);
        out.put_u8(reason.code()).put_u8(u8::from(*at_decision_close));
    }
    if let Event::OrderFilled {
        order,
        instrument,
        side,
        quantity: shares,
        price,
        value,
        cost,
        slippage,
        realised,
        at_decision_close,
    } = event
    {
        let out = with_side(out.put_u8(4).put_short(*order).put_short(u64::from(instrument.0)), *side);
        let out = quantity(out, *shares).put_f64(price.get());
        let out = cash(cash(cash(cash(out, *value), *cost), *slippage), *realised);
        out.put_u8(u8::from(*at_decision_close));
    }
}

fn encode_plan(event: &Event, out: &mut CanonicalBytes) {
    match event {
        Event::OrderPlanned { order, instrument, side, kind, quantity: shares, sessions } => {
            let out = with_side(out.put_u8(10).put_short(*order).put_short(u64::from(instrument.0)), *side);
            quantity(with_kind(out, kind), *shares).put_short(u64::from(*sessions));
        }
        Event::OrderRefused { instrument, side, quantity: shares, reason } => {
            quantity(with_side(named(out, 11, *instrument), *side), *shares).put_u8(reason.code());
        }
        _ => {}
    }
}

fn encode_verdict(verdict: &Verdict, out: &mut CanonicalBytes) {
    match verdict {
        Verdict::Decided => out.put_u8(0),
        Verdict::Unchanged => out.put_u8(1),
        Verdict::Abstained(Abstention::ShortHistory { have, need }) => {
            out.put_u8(2).put_short(u64::from(*have)).put_short(u64::from(*need))
        }
        Verdict::Abstained(Abstention::MissingInput { input }) => out.put_u8(3).put_short_text(input),
        Verdict::Abstained(Abstention::NothingEligible) => out.put_u8(4),
        Verdict::Abstained(Abstention::Infeasible { binding }) => out.put_u8(5).put_short_text(binding),
    };
}

fn encode_mark(mark: &BookMark, out: &mut CanonicalBytes) {
    let amounts = [
        mark.cash,
        mark.equity,
        mark.long_value,
        mark.short_value,
        mark.traded,
        mark.costs,
        mark.realised,
        mark.dividends,
    ];
    for amount in amounts {
        cash(out, amount);
    }
    out.put_short(u64::from(mark.positions)).put_short(u64::from(mark.stale_positions));
}

#[inline]
fn named(out: &mut CanonicalBytes, tag: u8, instrument: Instrument) -> &mut CanonicalBytes {
    out.put_u8(tag).put_short(u64::from(instrument.0))
}

#[inline]
fn optional(out: &mut CanonicalBytes, instrument: Option<Instrument>) -> &mut CanonicalBytes {
    match instrument {
        None => out.put_u8(0),
        Some(Instrument(number)) => out.put_u8(1).put_short(u64::from(number)),
    }
}

#[inline]
fn quantity(out: &mut CanonicalBytes, value: Quantity) -> &mut CanonicalBytes {
    out.put_short_signed(value.micros())
}

#[inline]
fn cash(out: &mut CanonicalBytes, value: Cash) -> &mut CanonicalBytes {
    out.put_short_signed(value.micros())
}

#[inline]
fn finite(out: &mut CanonicalBytes, value: f64) -> &mut CanonicalBytes {
    assert!(value.is_finite(), "a journal holds finite numbers, and an event came with {value}");
    out.put_f64(value)
}

#[inline]
fn with_side(out: &mut CanonicalBytes, side: Side) -> &mut CanonicalBytes {
    out.put_u8(match side {
        Side::Buy => 0,
        Side::Sell => 1,
    })
}

fn with_kind<'a>(out: &'a mut CanonicalBytes, kind: &OrderKind) -> &'a mut CanonicalBytes {
    match kind {
        OrderKind::Market => out.put_u8(0),
        OrderKind::Limit { limit } => out.put_u8(1).put_f64(limit.get()),
        OrderKind::Stop { stop } => out.put_u8(2).put_f64(stop.get()),
        OrderKind::StopLimit { stop, limit } => out.put_u8(3).put_f64(stop.get()).put_f64(limit.get()),
    }
}
