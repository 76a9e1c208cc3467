//! The columns of the tables of a journal. Their order is part of the format.

use crate::columns::schema::{Column, Kind, Table, always, maybe};

const DAY: Column = always("day", Kind::Date);
const EVENT: Column = always("event", Kind::Whole);
const ORDER: Column = always("order_id", Kind::Whole);
const INSTRUMENT: Column = always("instrument_id", Kind::Text);
const ENGINE: Column = always("engine", Kind::Text);
const SIDE: Column = always("side", Kind::Text);
const QUANTITY: Column = always("quantity_micros", Kind::Whole);
const REASON: Column = always("reason", Kind::Text);
const AT_CLOSE: Column = always("at_decision_close", Kind::Flag);

/// The account at the day's end.
pub(super) static DAYS: Table = Table {
    name: "days",
    columns: &[
        DAY,
        EVENT,
        always("cash_micros", Kind::Whole),
        always("equity_micros", Kind::Whole),
        always("long_value_micros", Kind::Whole),
        always("short_value_micros", Kind::Whole),
        always("traded_micros", Kind::Whole),
        always("costs_micros", Kind::Whole),
        always("realised_micros", Kind::Whole),
        always("dividends_micros", Kind::Whole),
        always("positions", Kind::Whole),
        always("stale_positions", Kind::Whole),
        always("running_digest", Kind::Text),
    ],
};

/// How an engine's work ended.
pub(super) static DECISIONS: Table = Table {
    name: "decisions",
    columns: &[
        DAY,
        EVENT,
        ENGINE,
        always("verdict", Kind::Text),
        maybe("reason", Kind::Text),
        maybe("have_days", Kind::Whole),
        maybe("need_days", Kind::Whole),
        maybe("input", Kind::Text),
    ],
};

/// Figures of an engine: a number or a label.
pub(super) static FIGURES: Table = Table {
    name: "figures",
    columns: &[
        DAY,
        EVENT,
        ENGINE,
        maybe("instrument_id", Kind::Text),
        always("field", Kind::Text),
        maybe("number", Kind::Number),
        maybe("label", Kind::Text),
    ],
};

/// Instruments that an engine left out.
pub(super) static DROPS: Table = Table { name: "drops", columns: &[DAY, EVENT, ENGINE, INSTRUMENT, REASON] };

/// The wanted portfolio.
pub(super) static TARGETS: Table =
    Table { name: "targets", columns: &[DAY, EVENT, INSTRUMENT, always("weight", Kind::Number)] };

/// Orders that began to work.
pub(super) static ORDERS: Table = Table {
    name: "orders",
    columns: &[
        DAY,
        EVENT,
        ORDER,
        INSTRUMENT,
        SIDE,
        always("kind", Kind::Text),
        QUANTITY,
        maybe("limit_price", Kind::Number),
        maybe("stop_price", Kind::Number),
        always("sessions", Kind::Whole),
    ],
};

/// Orders that never began.
pub(super) static REFUSALS: Table =
    Table { name: "refusals", columns: &[DAY, EVENT, INSTRUMENT, SIDE, QUANTITY, REASON] };

/// Fills.
pub(super) static FILLS: Table = Table {
    name: "fills",
    columns: &[
        DAY,
        EVENT,
        ORDER,
        INSTRUMENT,
        SIDE,
        QUANTITY,
        always("price", Kind::Number),
        always("value_micros", Kind::Whole),
        always("cost_micros", Kind::Whole),
        always("slippage_micros", Kind::Whole),
        always("realised_micros", Kind::Whole),
        AT_CLOSE,
    ],
};

/// Rests of orders that were cancelled.
pub(super) static CANCELS: Table = Table {
    name: "cancels",
    columns: &[DAY, EVENT, ORDER, INSTRUMENT, always("remaining_micros", Kind::Whole), REASON, AT_CLOSE],
};

/// Changes to shares and cash without a trade.
pub(super) static ACTIONS: Table = Table {
    name: "actions",
    columns: &[
        DAY,
        EVENT,
        always("kind", Kind::Text),
        INSTRUMENT,
        maybe("order_id", Kind::Whole),
        maybe("before_micros", Kind::Whole),
        maybe("after_micros", Kind::Whole),
        maybe("price", Kind::Number),
        maybe("amount_micros", Kind::Whole),
        maybe("realised_micros", Kind::Whole),
    ],
};

/// Positions.
pub(super) static POSITIONS: Table = Table {
    name: "positions",
    columns: &[DAY, EVENT, INSTRUMENT, QUANTITY, always("price", Kind::Number), always("value_micros", Kind::Whole)],
};
