//! Orders, and the typed reasons for which one is refused or cancelled.

use crate::ids::Instrument;
use crate::quantity::{Price, Quantity};

/// Buy or sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Take shares, pay cash.
    Buy,
    /// Give shares, receive cash.
    Sell,
}

/// When and at what price an order may fill (gates-and-lifecycle §7.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OrderKind {
    /// At the fill price of the scenario's mode, with slippage.
    Market,
    /// At the limit or better.
    Limit {
        /// The worst acceptable price.
        limit: Price,
    },
    /// At the market once the price has crossed the stop.
    Stop {
        /// The trigger.
        stop: Price,
    },
    /// As a limit order once the price has crossed the stop.
    StopLimit {
        /// The trigger.
        stop: Price,
        /// The worst acceptable price after the trigger.
        limit: Price,
    },
}

/// An order that a system asks for. Quantities are positive; the side carries the sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderRequest {
    /// The instrument.
    pub instrument: Instrument,
    /// Buy or sell.
    pub side: Side,
    /// When and at what price.
    pub kind: OrderKind,
    /// How much, positive.
    pub quantity: Quantity,
    /// For how many sessions the order works, at least 1; a day order has 1.
    pub sessions: u32,
}

macro_rules! coded_reasons {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $text:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every reason, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The number in canonical bytes; never reused.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name in tables and reports.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The reason of a code; `None` for a code that this version does not know.
            #[must_use]
            pub fn from_code(code: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
    };
}

coded_reasons! {
    /// Why an order never began to work.
    RefusalReason {
        /// Its quantity is zero or negative.
        NotPositive = 0, "not_positive";
        /// Its value is below the scenario's minimum.
        BelowMinimum = 1, "below_minimum";
        /// The account may not go short.
        ShortNotAllowed = 2, "short_not_allowed";
        /// The instrument has no price to size or fill at.
        NoPrice = 3, "no_price";
        /// The instrument no longer trades.
        Delisted = 4, "delisted";
        /// Limit and stop orders need open, high and low, which the tape lacks.
        NoIntradayRange = 5, "no_intraday_range";
        /// At the close of the decision itself only a market order can fill: the day's range is already past.
        PastRange = 6, "past_range";
        /// The account lacks the cash, and the scenario allows no debt.
        InsufficientCash = 7, "insufficient_cash";
        /// Trading in the instrument is halted.
        Halted = 8, "halted";
        /// A target weight or a price is not a finite number.
        NotANumber = 9, "not_a_number";
        /// The order would work for no session.
        NoSession = 10, "no_session";
    }
}

coded_reasons! {
    /// Why the rest of a working order was cancelled.
    CancelReason {
        /// The session had no price.
        NoPrice = 0, "no_price";
        /// The session's volume allowed no more.
        ParticipationCap = 1, "participation_cap";
        /// The price never came to the limit.
        LimitNotReached = 2, "limit_not_reached";
        /// The price never crossed the stop.
        StopNotReached = 3, "stop_not_reached";
        /// The seeded draw said that the limit order stood too far back in the queue.
        QueueNotReached = 4, "queue_not_reached";
        /// The account lacked the cash at the fill.
        InsufficientCash = 5, "insufficient_cash";
        /// The instrument no longer trades.
        Delisted = 6, "delisted";
        /// Trading in the instrument is halted.
        Halted = 7, "halted";
        /// A fill would have turned the position short, which the account may not be.
        ShortNotAllowed = 8, "short_not_allowed";
        /// The run ended while the order was working.
        RunEnded = 9, "run_ended";
        /// A newer decision replaced the plan that the order belonged to.
        Superseded = 10, "superseded";
    }
}

impl Side {
    /// +1 for a buy, −1 for a sell.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CancelReason, RefusalReason};

    #[test]
    fn codes_are_unique_and_invertible() {
        for reason in RefusalReason::ALL {
            assert_eq!(RefusalReason::from_code(reason.code()), Some(*reason));
        }
        for reason in CancelReason::ALL {
            assert_eq!(CancelReason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(CancelReason::from_code(200), None);
    }
}
