//! The life of an order.
//!
//! An order is planned under the next number, works for its sessions, is restated by splits, fills in one or more
//! parts, and ends when nothing is left of it or its rest is cancelled. The journal may end while orders work.

use std::collections::BTreeMap;

use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::Quantity;
use journal::event::Event;

use super::Rule;
use super::findings::Findings;

/// The orders that are working, and the number that the next one must have.
#[derive(Default)]
pub(super) struct Orders {
    working: BTreeMap<u64, Working>,
    next: u64,
}

struct Working {
    instrument: Instrument,
    side: Side,
    remaining: Quantity,
    /// The number of the last day on which the order may work.
    last_day: usize,
}

impl Orders {
    /// Follows one event of the day with this number.
    pub fn take(&mut self, event: &Event, day: usize, findings: &mut Findings<'_>) {
        match event {
            Event::OrderPlanned { .. } => self.plan(event, day, findings),
            Event::OrderAdjusted { order, instrument, before, after } => {
                let Some(mut working) = self.working(*order, *instrument, findings) else { return };
                findings.equal(Rule::OrderAgrees, "before", working.remaining, *before);
                working.remaining = *after;
                self.put_back(*order, working);
            }
            Event::OrderFilled { order, instrument, side, quantity, .. } => {
                let Some(mut working) = self.working(*order, *instrument, findings) else { return };
                findings.holds(*side == working.side, Rule::OrderAgrees, "side", "the side of the plan", "the other");
                let within = *quantity <= working.remaining;
                let expected = format!("at most {}", working.remaining);
                findings.holds(within, Rule::FillsWithinOrder, "quantity", &expected, quantity);
                working.remaining = working.remaining.minus(*quantity).unwrap_or_default().max(Quantity::ZERO);
                self.put_back(*order, working);
            }
            Event::OrderCancelled { order, instrument, remaining, .. } => {
                if let Some(working) = self.working(*order, *instrument, findings) {
                    findings.equal(Rule::OrderAgrees, "remaining", working.remaining, *remaining);
                }
            }
            _ => {}
        }
    }

    /// Checks that no order works beyond its last session.
    pub fn end_day(&mut self, day: usize, findings: &mut Findings<'_>) {
        let over: Vec<u64> =
            self.working.iter().filter(|(_, order)| order.last_day <= day).map(|(at, _)| *at).collect();
        for number in over {
            let Some(order) = self.working.remove(&number) else { continue };
            let found = format!("still working on {} of {}", order.remaining, findings.name(order.instrument));
            findings.add(Rule::OrderEnds, &format!("order {number}"), &"filled or cancelled", &found);
        }
    }

    fn plan(&mut self, event: &Event, day: usize, findings: &mut Findings<'_>) {
        let Event::OrderPlanned { order, instrument, side, kind, quantity, sessions } = event else { return };
        findings.equal(Rule::OrdersNumbered, "order", self.next, *order);
        findings.holds(quantity.micros() > 0, Rule::SignsHold, "quantity", "more than zero", quantity);
        findings.holds(*sessions > 0, Rule::SignsHold, "sessions", "at least 1", sessions);
        self.next = order.saturating_add(1);
        // A stop-limit order that triggers in its last session works for one more as a limit order.
        let extra = usize::from(matches!(kind, OrderKind::StopLimit { .. }));
        let last_day = day.saturating_add(*sessions as usize).saturating_add(extra);
        self.put_back(*order, Working { instrument: *instrument, side: *side, remaining: *quantity, last_day });
    }

    /// Takes a working order out; notes a violation and gives nothing when there is none of this number.
    fn working(&mut self, order: u64, instrument: Instrument, findings: &mut Findings<'_>) -> Option<Working> {
        let Some(working) = self.working.remove(&order) else {
            let found = if order < self.next { format!("{order}, which is over") } else { format!("{order}, unknown") };
            findings.add(Rule::OrderWorks, "order", &"a working order", &found);
            return None;
        };
        let (expected, found) = (findings.name(working.instrument), findings.name(instrument));
        findings.equal(Rule::OrderAgrees, "instrument", expected, found);
        Some(working)
    }

    fn put_back(&mut self, order: u64, working: Working) {
        if !working.remaining.is_zero() {
            self.working.insert(order, working);
        }
    }
}
