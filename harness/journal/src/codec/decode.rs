//! Bytes to events, refusing whatever [`super::encode_event`] would not write.

use std::borrow::Cow;

use domain::decision::{Abstention, FigureValue, Verdict};
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity};

use super::CodecError;
use crate::event::{BookMark, Event};

/// Takes one event off the front of `bytes`. On an error `bytes` stands at the field that was refused.
///
/// # Errors
/// [`CodecError`] for bytes that are not the canonical bytes of an event.
pub fn decode_event(bytes: &mut &[u8]) -> Result<Event, CodecError> {
    Fields(bytes).event()
}

/// Reads field by field off the front of a slice.
struct Fields<'b, 'a>(&'b mut &'a [u8]);

impl<'a> Fields<'_, 'a> {
    fn event(&mut self) -> Result<Event, CodecError> {
        let tag = self.peek("event")?;
        match tag {
            1..=14 => self.skip(1),
            code => return Err(CodecError::UnknownCode { what: "event", code }),
        }
        match tag {
            1..=3 => self.action(tag),
            4 => self.filled(),
            5 => self.cancelled(),
            6..=9 => self.decision(tag),
            10..=11 => self.plan(tag),
            12 => Ok(Event::PositionMarked {
                instrument: self.instrument()?,
                quantity: self.quantity("quantity")?,
                price: self.finite("price")?,
                value: self.cash("value")?,
            }),
            13 => self.mark().map(Event::BookMarked),
            _ => Ok(Event::OrderAdjusted {
                order: self.short("order")?,
                instrument: self.instrument()?,
                before: self.quantity("before")?,
                after: self.quantity("after")?,
            }),
        }
    }

    fn action(&mut self, tag: u8) -> Result<Event, CodecError> {
        let instrument = self.instrument()?;
        Ok(match tag {
            1 => Event::SharesChanged { instrument, before: self.quantity("before")?, after: self.quantity("after")? },
            2 => Event::DividendPaid { instrument, per_share: self.finite("per_share")?, amount: self.cash("amount")? },
            _ => Event::PositionSettled {
                instrument,
                quantity: self.quantity("quantity")?,
                price: self.finite("price")?,
                amount: self.cash("amount")?,
                realised: self.cash("realised")?,
            },
        })
    }

    fn filled(&mut self) -> Result<Event, CodecError> {
        Ok(Event::OrderFilled {
            order: self.short("order")?,
            instrument: self.instrument()?,
            side: self.side()?,
            quantity: self.quantity("quantity")?,
            price: self.price("price")?,
            value: self.cash("value")?,
            cost: self.cash("cost")?,
            slippage: self.cash("slippage")?,
            realised: self.cash("realised")?,
            at_decision_close: self.flag("at_decision_close")?,
        })
    }

    fn cancelled(&mut self) -> Result<Event, CodecError> {
        Ok(Event::OrderCancelled {
            order: self.short("order")?,
            instrument: self.instrument()?,
            remaining: self.quantity("remaining")?,
            reason: self.code("reason", CancelReason::from_code)?,
            at_decision_close: self.flag("at_decision_close")?,
        })
    }

    fn decision(&mut self, tag: u8) -> Result<Event, CodecError> {
        if tag == 9 {
            return Ok(Event::TargetSet { instrument: self.instrument()?, weight: self.finite("weight")? });
        }
        let engine = self.name("engine")?;
        Ok(match tag {
            6 => Event::EngineDecided { engine, verdict: self.verdict()? },
            7 => Event::FigureRecorded {
                engine,
                instrument: if self.flag("instrument")? { Some(self.instrument()?) } else { None },
                field: self.name("field")?,
                value: if self.flag("value")? {
                    FigureValue::Label(self.name("value")?)
                } else {
                    FigureValue::Number(self.finite("value")?)
                },
            },
            _ => Event::InstrumentDropped { engine, instrument: self.instrument()?, reason: self.name("reason")? },
        })
    }

    fn verdict(&mut self) -> Result<Verdict, CodecError> {
        let why = match self.code("verdict", |code| (code <= 5).then_some(code))? {
            0 => return Ok(Verdict::Decided),
            1 => return Ok(Verdict::Unchanged),
            2 => Abstention::ShortHistory { have: self.small("have")?, need: self.small("need")? },
            3 => Abstention::MissingInput { input: self.text("input")?.to_owned() },
            4 => Abstention::NothingEligible,
            _ => Abstention::Infeasible { binding: self.text("binding")?.to_owned() },
        };
        Ok(Verdict::Abstained(why))
    }

    fn plan(&mut self, tag: u8) -> Result<Event, CodecError> {
        if tag == 11 {
            return Ok(Event::OrderRefused {
                instrument: self.instrument()?,
                side: self.side()?,
                quantity: self.quantity("quantity")?,
                reason: self.code("reason", RefusalReason::from_code)?,
            });
        }
        Ok(Event::OrderPlanned {
            order: self.short("order")?,
            instrument: self.instrument()?,
            side: self.side()?,
            kind: self.order_kind()?,
            quantity: self.quantity("quantity")?,
            sessions: self.small("sessions")?,
        })
    }

    fn order_kind(&mut self) -> Result<OrderKind, CodecError> {
        Ok(match self.code("kind", |code| (code <= 3).then_some(code))? {
            0 => OrderKind::Market,
            1 => OrderKind::Limit { limit: self.price("limit")? },
            2 => OrderKind::Stop { stop: self.price("stop")? },
            _ => OrderKind::StopLimit { stop: self.price("stop")?, limit: self.price("limit")? },
        })
    }

    fn mark(&mut self) -> Result<BookMark, CodecError> {
        Ok(BookMark {
            cash: self.cash("cash")?,
            equity: self.cash("equity")?,
            long_value: self.cash("long_value")?,
            short_value: self.cash("short_value")?,
            traded: self.cash("traded")?,
            costs: self.cash("costs")?,
            realised: self.cash("realised")?,
            dividends: self.cash("dividends")?,
            positions: self.small("positions")?,
            stale_positions: self.small("stale_positions")?,
        })
    }

    fn instrument(&mut self) -> Result<Instrument, CodecError> {
        self.small("instrument").map(Instrument)
    }

    fn side(&mut self) -> Result<Side, CodecError> {
        self.flag("side").map(|sell| if sell { Side::Sell } else { Side::Buy })
    }

    fn quantity(&mut self, what: &'static str) -> Result<Quantity, CodecError> {
        self.signed(what).map(Quantity::from_micros)
    }

    fn cash(&mut self, what: &'static str) -> Result<Cash, CodecError> {
        self.signed(what).map(Cash::from_micros)
    }

    fn price(&mut self, what: &'static str) -> Result<Price, CodecError> {
        let expected = "a price, finite from 1e-9 to 1e12";
        self.number(what, expected, |value| Price::new(value).ok())
    }

    fn finite(&mut self, what: &'static str) -> Result<f64, CodecError> {
        self.number(what, "a finite number", |value| value.is_finite().then_some(value))
    }

    /// Reads a float through `accept`, and leaves the slice at the float when it is refused.
    fn number<T>(
        &mut self,
        what: &'static str,
        expected: &'static str,
        accept: impl Fn(f64) -> Option<T>,
    ) -> Result<T, CodecError> {
        let before = *self.0;
        let value = f64::from_le_bytes(self.array(what)?);
        accept(value).ok_or_else(|| {
            *self.0 = before;
            CodecError::BadNumber { what, value, expected }
        })
    }

    fn flag(&mut self, what: &'static str) -> Result<bool, CodecError> {
        self.code(what, |code| (code <= 1).then_some(code == 1))
    }

    /// Reads a byte through `known`, and leaves the slice at the byte when it is refused.
    fn code<T>(&mut self, what: &'static str, known: impl Fn(u8) -> Option<T>) -> Result<T, CodecError> {
        let code = self.peek(what)?;
        let value = known(code).ok_or(CodecError::UnknownCode { what, code })?;
        self.skip(1);
        Ok(value)
    }

    fn name(&mut self, what: &'static str) -> Result<Cow<'static, str>, CodecError> {
        self.text(what).map(|text| Cow::Owned(text.to_owned()))
    }

    fn text(&mut self, what: &'static str) -> Result<&'a str, CodecError> {
        let before = *self.0;
        let needed = self.short(what)?;
        let left = self.0.len() as u64;
        let length = usize::try_from(needed).ok().filter(|length| *length <= self.0.len());
        let found = length.ok_or(CodecError::Torn { what, needed, left }).and_then(|length| {
            let text = std::str::from_utf8(&self.0[..length]).map_err(|_| CodecError::BadText { what })?;
            self.skip(length);
            Ok(text)
        });
        if found.is_err() {
            *self.0 = before;
        }
        found
    }

    /// A number that fits in 32 bits; the slice is left at a larger one.
    fn small(&mut self, what: &'static str) -> Result<u32, CodecError> {
        let before = *self.0;
        let value = self.short(what)?;
        u32::try_from(value).map_err(|_| {
            *self.0 = before;
            CodecError::BadNumber { what, value: value as f64, expected: "a number below 4294967296" }
        })
    }

    fn signed(&mut self, what: &'static str) -> Result<i64, CodecError> {
        self.short(what).map(|value| (value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number as [`domain::digest::CanonicalBytes::put_short`] writes it; a longer form of it is refused.
    fn short(&mut self, what: &'static str) -> Result<u64, CodecError> {
        let first = self.peek(what)?;
        let count = (first.trailing_zeros() as usize + 1).min(9);
        let torn = CodecError::Torn { what, needed: count as u64, left: self.0.len() as u64 };
        let (field, rest) = self.0.split_at_checked(count).ok_or(torn)?;
        let mut word = [0; 8];
        let value = if count == 9 {
            word.copy_from_slice(&field[1..]);
            u64::from_le_bytes(word)
        } else {
            word[..count].copy_from_slice(field);
            u64::from_le_bytes(word) >> count
        };
        let significant = 64 - value.leading_zeros() as usize;
        if count > 1 && significant <= 7 * (count - 1) {
            return Err(CodecError::LongForm { what, value });
        }
        *self.0 = rest;
        Ok(value)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], CodecError> {
        let torn = CodecError::Torn { what, needed: N as u64, left: self.0.len() as u64 };
        let (field, rest) = self.0.split_first_chunk::<N>().ok_or(torn)?;
        *self.0 = rest;
        Ok(*field)
    }

    fn peek(&self, what: &'static str) -> Result<u8, CodecError> {
        self.0.first().copied().ok_or(CodecError::Torn { what, needed: 1, left: 0 })
    }

    fn skip(&mut self, count: usize) {
        *self.0 = &self.0[count..];
    }
}
