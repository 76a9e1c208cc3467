//! What can happen on a trading day.
//!
//! A journal is a list of days, and a day is a list of events in the order of their [`Phase`]. Within a phase,
//! orders come by their number (a plan numbers its sells before its buys, each by instrument), everything else by
//! instrument. The order of the phases is the order of the trading day:
//!
//! ```text
//! opened → corporate actions → fills of orders that waited → decided → planned
//!        → fills at the close of the decision → marked
//! ```

use std::borrow::Cow;

use domain::date::Date;
use domain::decision::{FigureValue, Verdict};
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity};

/// One day of a journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalDay {
    /// The trading day.
    pub on: Date,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// The steps of a trading day. The order of this enum is the order of a journal: what is known overnight comes
/// before what trades, decisions before the orders that they imply, and the mark last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// Splits, dividends, settlements of delisted positions.
    Action = 0,
    /// Orders of earlier decisions meet the session.
    Execution = 1,
    /// Engines decide at the close.
    Decision = 2,
    /// Orders are planned and refused.
    Plan = 3,
    /// Orders that fill at the close of the decision itself.
    CloseExecution = 4,
    /// The book is marked.
    Mark = 5,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Shares changed by a split or a distribution in kind.
    SharesChanged {
        /// The instrument.
        instrument: Instrument,
        /// Shares before.
        before: Quantity,
        /// Shares after.
        after: Quantity,
    },
    /// A working order was restated in new shares by a split or a distribution in kind.
    OrderAdjusted {
        /// The order.
        order: u64,
        /// The instrument.
        instrument: Instrument,
        /// Shares still to fill before.
        before: Quantity,
        /// Shares still to fill after.
        after: Quantity,
    },
    /// A cash dividend reached the account (left it, for a short position).
    DividendPaid {
        /// The instrument.
        instrument: Instrument,
        /// For each share.
        per_share: f64,
        /// Signed amount.
        amount: Cash,
    },
    /// A position in a delisted instrument was settled in cash.
    PositionSettled {
        /// The instrument.
        instrument: Instrument,
        /// Shares settled.
        quantity: Quantity,
        /// Cash for each share.
        price: f64,
        /// Signed amount that reached the account.
        amount: Cash,
        /// Profit that became real by it.
        realised: Cash,
    },
    /// An order filled, wholly or in part.
    OrderFilled {
        /// The order.
        order: u64,
        /// The instrument.
        instrument: Instrument,
        /// Buy or sell.
        side: Side,
        /// Shares, positive.
        quantity: Quantity,
        /// The price, slippage included.
        price: Price,
        /// `price × quantity`, positive.
        value: Cash,
        /// Costs paid from cash, not negative.
        cost: Cash,
        /// What the slippage cost against the price before it, in value.
        slippage: Cash,
        /// Profit that became real by it, before costs.
        realised: Cash,
        /// In [`Phase::CloseExecution`] rather than [`Phase::Execution`].
        at_decision_close: bool,
    },
    /// What was left of a working order was cancelled.
    OrderCancelled {
        /// The order.
        order: u64,
        /// The instrument.
        instrument: Instrument,
        /// Shares that stayed unfilled.
        remaining: Quantity,
        /// Why.
        reason: CancelReason,
        /// In [`Phase::CloseExecution`] rather than [`Phase::Execution`].
        at_decision_close: bool,
    },
    /// An engine's work on the day ended.
    EngineDecided {
        /// The engine.
        engine: Cow<'static, str>,
        /// How.
        verdict: Verdict,
    },
    /// One figure of an engine's output.
    FigureRecorded {
        /// The engine.
        engine: Cow<'static, str>,
        /// The instrument, or the whole day.
        instrument: Option<Instrument>,
        /// The field.
        field: Cow<'static, str>,
        /// The value.
        value: FigureValue,
    },
    /// An engine left an instrument out.
    InstrumentDropped {
        /// The engine.
        engine: Cow<'static, str>,
        /// The instrument.
        instrument: Instrument,
        /// Why.
        reason: Cow<'static, str>,
    },
    /// A target weight of the new wanted portfolio.
    TargetSet {
        /// The instrument.
        instrument: Instrument,
        /// Fraction of equity.
        weight: f64,
    },
    /// An order began to work.
    OrderPlanned {
        /// The order; numbers rise by one through the run.
        order: u64,
        /// The instrument.
        instrument: Instrument,
        /// Buy or sell.
        side: Side,
        /// When and at what price.
        kind: OrderKind,
        /// Shares, positive.
        quantity: Quantity,
        /// For how many sessions it works.
        sessions: u32,
    },
    /// An order was refused before it began to work.
    OrderRefused {
        /// The instrument.
        instrument: Instrument,
        /// Buy or sell.
        side: Side,
        /// Shares asked for; may be zero or less when that is the reason.
        quantity: Quantity,
        /// Why.
        reason: RefusalReason,
    },
    /// A position at the first close of a year.
    PositionMarked {
        /// The instrument.
        instrument: Instrument,
        /// Shares held.
        quantity: Quantity,
        /// The price used: today's close, or the last one before a gap.
        price: f64,
        /// `price × quantity`.
        value: Cash,
    },
    /// The account at the day's end. The last event of every day.
    BookMarked(BookMark),
}

/// The account at the day's end, after the day's trades and costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BookMark {
    /// Free cash.
    pub cash: Cash,
    /// Cash plus market value.
    pub equity: Cash,
    /// Sum of the positive position values.
    pub long_value: Cash,
    /// Sum of the negative position values, as a negative number.
    pub short_value: Cash,
    /// Value bought and sold today, both counted.
    pub traded: Cash,
    /// Costs paid today.
    pub costs: Cash,
    /// Profit made real today, before costs; settlements included.
    pub realised: Cash,
    /// Dividends received less dividends paid today.
    pub dividends: Cash,
    /// Number of open positions.
    pub positions: u32,
    /// Open positions valued at a close from before today.
    pub stale_positions: u32,
}

impl Event {
    /// The phase that the event belongs to.
    #[must_use]
    #[inline]
    pub const fn phase(&self) -> Phase {
        match self {
            Self::SharesChanged { .. }
            | Self::OrderAdjusted { .. }
            | Self::DividendPaid { .. }
            | Self::PositionSettled { .. } => Phase::Action,
            Self::OrderFilled { at_decision_close, .. } | Self::OrderCancelled { at_decision_close, .. } => {
                if *at_decision_close {
                    Phase::CloseExecution
                } else {
                    Phase::Execution
                }
            }
            Self::EngineDecided { .. }
            | Self::FigureRecorded { .. }
            | Self::InstrumentDropped { .. }
            | Self::TargetSet { .. } => Phase::Decision,
            Self::OrderPlanned { .. } | Self::OrderRefused { .. } => Phase::Plan,
            Self::PositionMarked { .. } | Self::BookMarked(_) => Phase::Mark,
        }
    }

    /// Whose digest the event counts to: an engine's own name, or the part of the harness that wrote it.
    #[must_use]
    #[inline]
    pub fn lane(&self) -> &str {
        match self.engine() {
            Some(engine) => engine,
            None => self.phase().lane(),
        }
    }

    /// The engine that speaks; `None` for what the harness itself writes.
    #[must_use]
    #[inline]
    pub const fn engine(&self) -> Option<&Cow<'static, str>> {
        match self {
            Self::EngineDecided { engine, .. }
            | Self::FigureRecorded { engine, .. }
            | Self::InstrumentDropped { engine, .. } => Some(engine),
            _ => None,
        }
    }

    /// The kind of the event, lower case, as tables and differences name it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SharesChanged { .. } => "shares_changed",
            Self::OrderAdjusted { .. } => "order_adjusted",
            Self::DividendPaid { .. } => "dividend_paid",
            Self::PositionSettled { .. } => "position_settled",
            Self::OrderFilled { .. } => "order_filled",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::EngineDecided { .. } => "engine_decided",
            Self::FigureRecorded { .. } => "figure_recorded",
            Self::InstrumentDropped { .. } => "instrument_dropped",
            Self::TargetSet { .. } => "target_set",
            Self::OrderPlanned { .. } => "order_planned",
            Self::OrderRefused { .. } => "order_refused",
            Self::PositionMarked { .. } => "position_marked",
            Self::BookMarked(_) => "book_marked",
        }
    }

    /// The instrument that the event speaks of, if it speaks of one.
    #[must_use]
    #[inline]
    pub const fn instrument(&self) -> Option<Instrument> {
        match self {
            Self::SharesChanged { instrument, .. }
            | Self::OrderAdjusted { instrument, .. }
            | Self::DividendPaid { instrument, .. }
            | Self::PositionSettled { instrument, .. }
            | Self::OrderFilled { instrument, .. }
            | Self::OrderCancelled { instrument, .. }
            | Self::InstrumentDropped { instrument, .. }
            | Self::TargetSet { instrument, .. }
            | Self::OrderPlanned { instrument, .. }
            | Self::OrderRefused { instrument, .. }
            | Self::PositionMarked { instrument, .. } => Some(*instrument),
            Self::FigureRecorded { instrument, .. } => *instrument,
            Self::EngineDecided { .. } | Self::BookMarked(_) => None,
        }
    }
}

impl Phase {
    /// The phases that have a lane each. Their lanes are the harness's own: no engine may have the name of one.
    pub const WITH_LANES: [Self; 5] = [Self::Action, Self::Execution, Self::Decision, Self::Plan, Self::Mark];

    /// The name of the phase's lane in digests.
    #[must_use]
    pub const fn lane(self) -> &'static str {
        match self {
            Self::Action => "actions",
            Self::Execution | Self::CloseExecution => "execution",
            Self::Decision => "targets",
            Self::Plan => "plan",
            Self::Mark => "book",
        }
    }
}
