//! The ledger, derived anew from events alone.
//!
//! The audit shares nothing with the replay but the vocabulary: it adds up fills, dividends, settlements and share
//! changes by itself and holds the result against what the journal says of cash, positions and equity. Amounts are
//! integers, so nothing is compared within an epsilon.
//!
//! | module | holds the journal to |
//! |---|---|
//! | `shape` | counts and digests of the manifest, rising dates, order of phases, finite numbers |
//! | `account` | cash, positions, realised profit, equity, the day's totals |
//! | `orders` | the life of an order: planned once, filled within its quantity, over when it is over |
//!
//! A day that starts with 1 000, buys 10 at 20 for a cost of 1 and says that 800 of cash are left is caught:
//!
//! ```
//! # use domain::{digest::Digest, ids::Instrument, order::{OrderKind, Side}, quantity::{Cash, Price, Quantity}, seed::Seed};
//! # use journal::{event::{BookMark, Event, JournalDay}, header::RunHeader, journal::Journal};
//! # use journal::manifest::{FORMAT_VERSION, RunInputs};
//! # let units = |units: i64| Cash::from_micros(units * 1_000_000);
//! # let header = RunHeader {
//! #     first_day: "2008-09-12".parse()?, currency: "USD".into(), initial_cash_micros: 1_000_000_000,
//! #     instruments: vec!["EQUITY:GE".parse()?],
//! #     inputs: RunInputs {
//! #         scenario: "doc".into(), scenario_digest: Digest::ZERO, system: "null".into(),
//! #         system_version: "1".into(), config_digest: Digest::ZERO, tape_digest: Digest::ZERO,
//! #         seed: Seed(7), replay_version: 1, format_version: FORMAT_VERSION,
//! #     },
//! # };
//! # let (instrument, side, quantity) = (Instrument(0), Side::Buy, Quantity::from_micros(10_000_000));
//! # let events = vec![
//! #     Event::OrderPlanned { order: 0, instrument, side, kind: OrderKind::Market, quantity, sessions: 1 },
//! #     Event::OrderFilled {
//! #         order: 0, instrument, side, quantity, price: Price::new(20.0)?, value: units(200), cost: units(1),
//! #         slippage: Cash::ZERO, realised: Cash::ZERO, at_decision_close: true,
//! #     },
//! #     Event::PositionMarked { instrument, quantity, price: 20.0, value: units(200) },
//! #     Event::BookMarked(BookMark {
//! #         cash: units(800), equity: units(1_000), long_value: units(200), traded: units(200), costs: units(1),
//! #         positions: 1, ..BookMark::default()
//! #     }),
//! # ];
//! # let journal = Journal::of_days(&header, vec![JournalDay { on: "2008-09-12".parse()?, events }])?;
//! use judge::audit::{Rule, audit};
//! let violations = audit(&journal);
//! assert_eq!(violations.len(), 1);
//! assert_eq!(violations[0].rule, Rule::CashConserved);
//! assert_eq!(
//!     violations[0].to_string(),
//!     "2008-09-12 event 3 book_marked: cash is 800.000000, expected 799.000000 (cash is conserved)"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use domain::date::Date;
use journal::journal::Journal;
use serde::Serialize;

mod account;
mod findings;
mod orders;
mod shape;
#[cfg(test)]
mod tests;

use findings::Findings;

/// What the account of a scenario may do; `None` where it is not known, and then not held against the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountRules {
    /// Whether positions may be negative.
    pub allow_short: Option<bool>,
    /// Whether a purchase may leave cash negative. What a short position owes at a dividend may do so in any case.
    pub allow_debt: Option<bool>,
}

/// One statement of a journal that does not follow from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// The trading day; `None` for the manifest.
    pub day: Option<Date>,
    /// The position of the event in its day, from 0.
    pub event: Option<usize>,
    /// The kind of the event, or `manifest`.
    pub kind: String,
    /// The instrument, where the event speaks of one.
    pub instrument: Option<String>,
    /// The field.
    pub field: String,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub found: String,
}

/// Checks a journal without knowing its scenario. An empty list is a clean journal.
#[must_use]
pub fn audit(journal: &Journal) -> Vec<Violation> {
    audit_under(journal, AccountRules::default())
}

/// Checks a journal, also against what its scenario forbids the account.
#[must_use]
pub fn audit_under(journal: &Journal, rules: AccountRules) -> Vec<Violation> {
    let mut findings = Findings::new(journal);
    shape::check_manifest(journal, &mut findings);
    let mut account = account::Account::opened_with(journal.manifest.initial_cash_micros, rules);
    let mut orders = orders::Orders::default();
    let mut day_before = None;
    for (number, day) in journal.days.iter().enumerate() {
        shape::check_day(day, day_before, &mut findings);
        let first_of_year = day_before.is_none_or(|before: Date| before.year() != day.on.year());
        account.begin_day(first_of_year);
        for (at, event) in day.events.iter().enumerate() {
            findings.stand_at(day.on, at, event);
            orders.take(event, number, &mut findings);
            account.take(event, &mut findings);
        }
        orders.end_day(number, &mut findings);
        day_before = Some(day.on);
    }
    findings.into_list()
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The rules that a journal is held to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl fmt::Display for Rule {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

rules! {
    /// Counts, days and digests of the manifest are those of the events.
    ManifestAgrees = "the manifest agrees with the events";
    /// A day comes after the day before.
    DatesRise = "dates rise";
    /// Phases of a day never go back.
    PhasesInOrder = "phases keep their order";
    /// A day ends with its one mark.
    MarkIsLast = "a day ends with its one mark";
    /// Events name instruments of the manifest.
    InstrumentKnown = "events name known instruments";
    /// Weights, figures and prices are finite.
    NumberIsFinite = "numbers are finite";
    /// Targets of a day rise by instrument, each once.
    TargetsAscend = "targets ascend by instrument";
    /// Cash is what came in less what went out.
    CashConserved = "cash is conserved";
    /// Shares held are what was bought less what was sold, restated by splits.
    PositionConserved = "positions follow from fills and share changes";
    /// A value is price times quantity, rounded once.
    ValueExact = "a value is price times quantity";
    /// Realised profit follows from the fills.
    RealisedExact = "realised profit follows from the fills";
    /// Equity is cash plus long value plus short value.
    EquityAdds = "equity is cash plus the value of positions";
    /// The day's totals are the sums of its events.
    TotalsAdd = "the day's totals are sums of its events";
    /// Quantities of fills are positive; costs and slippage are not negative.
    SignsHold = "quantities are positive, costs not negative";
    /// No sale leaves a position short where that is forbidden.
    NoShort = "the scenario forbids short positions";
    /// No purchase leaves the account in debt where that is forbidden.
    NoDebt = "the scenario forbids buying on debt";
    /// Order numbers start at 0 and rise by one.
    OrdersNumbered = "order numbers rise by one from 0";
    /// An order is filled, adjusted or cancelled only while it works.
    OrderWorks = "only a working order changes";
    /// An order's events agree with its plan.
    OrderAgrees = "an order's events agree with its plan";
    /// Fills add up to no more than the order.
    FillsWithinOrder = "fills stay within their order";
    /// An order ends with its last session.
    OrderEnds = "an order ends with its last session";
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(day) = self.day {
            write!(out, "{day} ")?;
        }
        if let Some(event) = self.event {
            write!(out, "event {event} ")?;
        }
        write!(out, "{}", self.kind)?;
        if let Some(instrument) = &self.instrument {
            write!(out, " {instrument}")?;
        }
        write!(out, ": {} is {}, expected {} ({})", self.field, self.found, self.expected, self.rule)
    }
}
