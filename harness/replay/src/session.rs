//! The price rules of each kind of order against one session (gates-and-lifecycle §7.2).
//!
//! A daily bar tells four prices and not their order, so every rule is on the careful side:
//!
//! | order (buy; a sell mirrors it) | fills | at |
//! |---|---|---|
//! | market | always | the session's open or close, with slippage |
//! | limit, open < limit | always: the price gapped through | the open |
//! | limit, low ≤ limit ≤ high | with the scenario's probability | the limit |
//! | stop, high ≥ stop | always | the worse of stop and open, with slippage |
//! | stop-limit, open ≥ stop | as a limit order from the open on | as there |
//! | stop-limit, open < stop ≤ high, limit ≥ stop | with the probability | the stop, where it triggered |
//! | stop-limit, open < stop ≤ high, close ≤ limit < stop | with the probability | the limit: the close came after |
//! | stop-limit, open < stop ≤ high, low ≤ limit < close | not today: low may have come before the trigger | next session, as a limit order |
//!
//! ```
//! use domain::order::{OrderKind, Side};
//! use domain::quantity::Price;
//! use replay::session::{Meeting, Session, meet};
//! let session = Session { open: Some(98.0), high: Some(101.0), low: Some(97.0), close: 100.0, at_open: false };
//! let limit = Price::new(99.0)?;
//! // The session opened below the limit: the buyer gets the open.
//! assert_eq!(meet(OrderKind::Limit { limit }, Side::Buy, &session), Meeting::Fills { price: 98.0, slips: false });
//! # Ok::<(), domain::quantity::QuantityError>(())
//! ```

use domain::order::{CancelReason, OrderKind, Side};

/// One session of one instrument, as far as fills need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// The first price, where known.
    pub open: Option<f64>,
    /// The highest price, where known.
    pub high: Option<f64>,
    /// The lowest price, where known.
    pub low: Option<f64>,
    /// The last price.
    pub close: f64,
    /// Whether market orders fill at the open rather than the close.
    pub at_open: bool,
}

/// How an order and a session met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meeting {
    /// It fills.
    Fills {
        /// The price before slippage.
        price: f64,
        /// Whether slippage applies.
        slips: bool,
    },
    /// It fills if the draw puts it near enough to the front of the queue.
    Queues {
        /// The price.
        price: f64,
    },
    /// A stop-limit order triggered, but the bar does not tell whether its limit came after: it works on as a limit
    /// order in the next session.
    Triggers,
    /// It does not fill today.
    Misses(CancelReason),
}

/// Meets one order with one session. Limit and stop orders need open, high and low; without them they miss for lack
/// of a price.
#[must_use]
pub fn meet(kind: OrderKind, side: Side, session: &Session) -> Meeting {
    if let OrderKind::Market = kind {
        return match (session.at_open, session.open) {
            (false, _) => Meeting::Fills { price: session.close, slips: true },
            (true, Some(open)) => Meeting::Fills { price: open, slips: true },
            (true, None) => Meeting::Misses(CancelReason::NoPrice),
        };
    }
    let (Some(open), Some(high), Some(low)) = (session.open, session.high, session.low) else {
        return Meeting::Misses(CancelReason::NoPrice);
    };
    let bar = Bar::seen_by(side, open, high, low, session.close);
    let sign = bar.sign;
    match kind {
        OrderKind::Market => Meeting::Misses(CancelReason::NoPrice),
        OrderKind::Limit { limit } => meet_limit(sign * limit.get(), &bar),
        OrderKind::Stop { stop } => meet_stop(sign * stop.get(), &bar),
        OrderKind::StopLimit { stop, limit } => meet_stop_limit(sign * stop.get(), sign * limit.get(), &bar),
    }
}

/// A bar as a buyer sees it: for a sell all prices change sign, so that one set of rules serves both sides.
struct Bar {
    sign: f64,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
}

impl Bar {
    fn seen_by(side: Side, open: f64, high: f64, low: f64, close: f64) -> Self {
        match side {
            Side::Buy => Self { sign: 1.0, open, high, low, close },
            Side::Sell => Self { sign: -1.0, open: -open, high: -low, low: -high, close: -close },
        }
    }

    fn fills(&self, price: f64, slips: bool) -> Meeting {
        Meeting::Fills { price: self.sign * price, slips }
    }

    fn queues(&self, price: f64) -> Meeting {
        Meeting::Queues { price: self.sign * price }
    }
}

fn meet_limit(limit: f64, bar: &Bar) -> Meeting {
    if bar.open < limit {
        bar.fills(bar.open, false)
    } else if bar.low <= limit && limit <= bar.high {
        bar.queues(limit)
    } else {
        Meeting::Misses(CancelReason::LimitNotReached)
    }
}

fn meet_stop(stop: f64, bar: &Bar) -> Meeting {
    if bar.high >= stop { bar.fills(stop.max(bar.open), true) } else { Meeting::Misses(CancelReason::StopNotReached) }
}

fn meet_stop_limit(stop: f64, limit: f64, bar: &Bar) -> Meeting {
    if bar.high < stop {
        Meeting::Misses(CancelReason::StopNotReached)
    } else if bar.open >= stop {
        meet_limit(limit, bar)
    } else if limit >= stop {
        bar.queues(stop)
    } else if bar.close <= limit {
        bar.queues(limit)
    } else if bar.low <= limit {
        Meeting::Triggers
    } else {
        Meeting::Misses(CancelReason::LimitNotReached)
    }
}

#[cfg(test)]
mod tests {
    use super::{Meeting, Session, meet};
    use domain::order::{CancelReason, OrderKind, Side};
    use domain::quantity::Price;

    const BAR: Session =
        Session { open: Some(100.0), high: Some(105.0), low: Some(95.0), close: 101.0, at_open: false };

    fn at(price: f64) -> Price {
        Price::new(price).unwrap()
    }

    fn stop_limit(stop: f64, limit: f64) -> OrderKind {
        OrderKind::StopLimit { stop: at(stop), limit: at(limit) }
    }

    #[test]
    fn market_orders_take_the_close_or_the_open() {
        assert_eq!(meet(OrderKind::Market, Side::Buy, &BAR), Meeting::Fills { price: 101.0, slips: true });
        let open = Session { at_open: true, ..BAR };
        assert_eq!(meet(OrderKind::Market, Side::Sell, &open), Meeting::Fills { price: 100.0, slips: true });
        let no_open = Session { open: None, ..open };
        assert_eq!(meet(OrderKind::Market, Side::Buy, &no_open), Meeting::Misses(CancelReason::NoPrice));
    }

    #[test]
    fn limits() {
        let limit = |price| OrderKind::Limit { limit: at(price) };
        assert_eq!(meet(limit(99.0), Side::Buy, &BAR), Meeting::Queues { price: 99.0 });
        assert_eq!(meet(limit(100.0), Side::Buy, &BAR), Meeting::Queues { price: 100.0 });
        assert_eq!(meet(limit(102.0), Side::Buy, &BAR), Meeting::Fills { price: 100.0, slips: false });
        assert_eq!(meet(limit(94.0), Side::Buy, &BAR), Meeting::Misses(CancelReason::LimitNotReached));
        assert_eq!(meet(limit(103.0), Side::Sell, &BAR), Meeting::Queues { price: 103.0 });
        assert_eq!(meet(limit(98.0), Side::Sell, &BAR), Meeting::Fills { price: 100.0, slips: false });
        assert_eq!(meet(limit(106.0), Side::Sell, &BAR), Meeting::Misses(CancelReason::LimitNotReached));
    }

    #[test]
    fn stops_take_the_worse_of_stop_and_open() {
        let stop = |price| OrderKind::Stop { stop: at(price) };
        assert_eq!(meet(stop(103.0), Side::Buy, &BAR), Meeting::Fills { price: 103.0, slips: true });
        assert_eq!(meet(stop(99.0), Side::Buy, &BAR), Meeting::Fills { price: 100.0, slips: true });
        assert_eq!(meet(stop(106.0), Side::Buy, &BAR), Meeting::Misses(CancelReason::StopNotReached));
        assert_eq!(meet(stop(97.0), Side::Sell, &BAR), Meeting::Fills { price: 97.0, slips: true });
        assert_eq!(meet(stop(101.0), Side::Sell, &BAR), Meeting::Fills { price: 100.0, slips: true });
    }

    #[test]
    fn stop_limits_fill_the_same_day_only_when_the_bar_tells_the_order() {
        // Triggered at the open: a limit order from there on.
        assert_eq!(meet(stop_limit(99.0, 98.0), Side::Buy, &BAR), Meeting::Queues { price: 98.0 });
        assert_eq!(meet(stop_limit(99.0, 101.0), Side::Buy, &BAR), Meeting::Fills { price: 100.0, slips: false });
        // Triggered on the way up, limit above the stop: it fills where it triggered.
        assert_eq!(meet(stop_limit(103.0, 104.0), Side::Buy, &BAR), Meeting::Queues { price: 103.0 });
        // The close is at or below the limit and came after the trigger.
        assert_eq!(meet(stop_limit(103.0, 101.5), Side::Buy, &BAR), Meeting::Queues { price: 101.5 });
        // The low may have come first.
        assert_eq!(meet(stop_limit(103.0, 97.0), Side::Buy, &BAR), Meeting::Triggers);
        assert_eq!(meet(stop_limit(103.0, 94.0), Side::Buy, &BAR), Meeting::Misses(CancelReason::LimitNotReached));
        assert_eq!(meet(stop_limit(106.0, 107.0), Side::Buy, &BAR), Meeting::Misses(CancelReason::StopNotReached));
        // Mirrored.
        assert_eq!(meet(stop_limit(97.0, 96.0), Side::Sell, &BAR), Meeting::Queues { price: 97.0 });
        assert_eq!(meet(stop_limit(97.0, 104.0), Side::Sell, &BAR), Meeting::Triggers);
    }

    #[test]
    fn without_a_range_only_market_orders_fill() {
        let close_only = Session { open: None, high: None, low: None, close: 10.0, at_open: false };
        let limit = OrderKind::Limit { limit: at(10.0) };
        assert_eq!(meet(limit, Side::Buy, &close_only), Meeting::Misses(CancelReason::NoPrice));
    }
}
