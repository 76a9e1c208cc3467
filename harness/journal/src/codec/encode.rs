//! Events to bytes.

use domain::decision::{Abstention, FigureValue, Verdict};
use domain::digest::{CanonicalBytes, Record};
use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::{Cash, Quantity};

use crate::event::{BookMark, Event};

/// Appends the canonical bytes of `event`.
///
/// # Panics
/// When a weight, a figure or another float of the event is not finite: whoever makes an event refuses such
/// numbers at the door, so one that comes this far is a defect and must not reach a digest.
#[inline(always)]
pub fn encode_event(event: &Event, out: &mut CanonicalBytes) {
    match event {
        Event::SharesChanged { instrument, before, after } => {
            out.put_record(|out| out.named(1, *instrument).quantity(*before).quantity(*after).done());
        }
        Event::OrderAdjusted { order, instrument, before, after } => {
            out.put_record(|out| out.ordered(14, *order, *instrument).quantity(*before).quantity(*after).done());
        }
        Event::DividendPaid { instrument, per_share, amount } => {
            out.put_record(|out| out.named(2, *instrument).finite(*per_share).cash(*amount).done());
        }
        Event::PositionSettled { instrument, quantity, price, amount, realised } => {
            out.put_record(|out| {
                out.named(3, *instrument).quantity(*quantity).finite(*price).cash(*amount).cash(*realised).done();
            });
        }
        Event::OrderFilled { .. } | Event::OrderCancelled { .. } => encode_execution(event, out),
        Event::EngineDecided { engine, verdict } => encode_verdict(verdict, out.put_u8(6).put_short_text(engine)),
        Event::FigureRecorded { engine, instrument, field, value } => {
            let out = optional(out.put_u8(7).put_short_text(engine), *instrument).put_short_text(field);
            match value {
                FigureValue::Number(number) => out.put_u8(0).put_f64(finite(*number)),
                FigureValue::Label(label) => out.put_u8(1).put_short_text(label),
            };
        }
        Event::InstrumentDropped { engine, instrument, reason } => {
            out.put_u8(8).put_short_text(engine).put_short(u64::from(instrument.0)).put_short_text(reason);
        }
        Event::TargetSet { instrument, weight } => {
            out.put_record(|out| out.named(9, *instrument).finite(*weight).done());
        }
        Event::OrderPlanned { .. } | Event::OrderRefused { .. } => encode_plan(event, out),
        Event::PositionMarked { instrument, quantity, price, value } => {
            out.put_record(|out| out.named(12, *instrument).quantity(*quantity).finite(*price).cash(*value).done());
        }
        Event::BookMarked(mark) => encode_mark(mark, out),
    }
}

#[inline]
fn encode_execution(event: &Event, out: &mut CanonicalBytes) {
    if let Event::OrderCancelled { order, instrument, remaining, reason, at_decision_close } = event {
        out.put_record(|out| {
            out.ordered(5, *order, *instrument).quantity(*remaining).u8(reason.code()).u8(u8::from(*at_decision_close));
        });
    }
    if let Event::OrderFilled {
        order,
        instrument,
        side,
        quantity,
        price,
        value,
        cost,
        slippage,
        realised,
        at_decision_close,
    } = event
    {
        out.put_record(|out| {
            out.ordered(4, *order, *instrument).side(*side).quantity(*quantity).f64(price.get());
            out.cash(*value).cash(*cost).cash(*slippage).cash(*realised).u8(u8::from(*at_decision_close));
        });
    }
}

#[inline]
fn encode_plan(event: &Event, out: &mut CanonicalBytes) {
    match event {
        Event::OrderPlanned { order, instrument, side, kind, quantity, sessions } => {
            out.put_record(|out| {
                out.ordered(10, *order, *instrument).side(*side).kind(kind).quantity(*quantity);
                out.short(u64::from(*sessions));
            });
        }
        Event::OrderRefused { instrument, side, quantity, reason } => {
            out.put_record(|out| {
                out.named(11, *instrument).side(*side).quantity(*quantity).u8(reason.code());
            });
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
    out.put_record(|out| {
        out.u8(13).cash(mark.cash).cash(mark.equity).cash(mark.long_value).cash(mark.short_value);
        out.cash(mark.traded).cash(mark.costs).cash(mark.realised).cash(mark.dividends);
        out.short(u64::from(mark.positions)).short(u64::from(mark.stale_positions));
    });
}

#[inline]
fn optional(out: &mut CanonicalBytes, instrument: Option<Instrument>) -> &mut CanonicalBytes {
    match instrument {
        None => out.put_u8(0),
        Some(Instrument(number)) => out.put_u8(1).put_short(u64::from(number)),
    }
}

#[inline]
fn finite(value: f64) -> f64 {
    assert!(value.is_finite(), "a journal holds finite numbers, and an event came with {value}");
    value
}

/// The fields that events are made of.
trait Fields {
    fn named(&mut self, tag: u8, instrument: Instrument) -> &mut Self;
    fn ordered(&mut self, tag: u8, order: u64, instrument: Instrument) -> &mut Self;
    fn quantity(&mut self, value: Quantity) -> &mut Self;
    fn cash(&mut self, value: Cash) -> &mut Self;
    fn finite(&mut self, value: f64) -> &mut Self;
    fn side(&mut self, side: Side) -> &mut Self;
    fn kind(&mut self, kind: &OrderKind) -> &mut Self;
    fn done(&mut self) {}
}

impl Fields for Record<'_> {
    #[inline]
    fn named(&mut self, tag: u8, instrument: Instrument) -> &mut Self {
        self.u8(tag).short(u64::from(instrument.0))
    }

    #[inline]
    fn ordered(&mut self, tag: u8, order: u64, instrument: Instrument) -> &mut Self {
        self.u8(tag).short(order).short(u64::from(instrument.0))
    }

    #[inline]
    fn quantity(&mut self, value: Quantity) -> &mut Self {
        self.short_signed(value.micros())
    }

    #[inline]
    fn cash(&mut self, value: Cash) -> &mut Self {
        self.short_signed(value.micros())
    }

    #[inline]
    fn finite(&mut self, value: f64) -> &mut Self {
        self.f64(finite(value))
    }

    #[inline]
    fn side(&mut self, side: Side) -> &mut Self {
        self.u8(match side {
            Side::Buy => 0,
            Side::Sell => 1,
        })
    }

    #[inline]
    fn kind(&mut self, kind: &OrderKind) -> &mut Self {
        match kind {
            OrderKind::Market => self.u8(0),
            OrderKind::Limit { limit } => self.u8(1).f64(limit.get()),
            OrderKind::Stop { stop } => self.u8(2).f64(stop.get()),
            OrderKind::StopLimit { stop, limit } => self.u8(3).f64(stop.get()).f64(limit.get()),
        }
    }
}
