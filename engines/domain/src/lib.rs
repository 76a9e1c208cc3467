//! The vocabulary that every other room of the house speaks.
//!
//! | module | holds |
//! |---|---|
//! | [`date`] | a civil day, and nothing smaller |
//! | [`calendar`] | the sessions of one market, from facts |
//! | [`ids`] | instrument ids and their dense index on a tape |
//! | [`quantity`] | integer cash and shares, and the price between them |
//! | [`numeric`], [`ordered`] | sums of a fixed shape, bit-exact elementary functions, floats as integers of their order |
//! | [`digest`] | canonical bytes and the digest of them |
//! | [`seed`] | named random streams |
//! | [`state`] | saved states read back |
//! | [`facts`], [`tape`] | what became known, sorted by when it became known |
//! | [`view`] | the prefix of a tape that a day may read |
//! | [`valuation`] | the market value of a whole book |
//! | [`order`], [`decision`], [`report`], [`book`] | what a system sees of its account and answers |
//! | [`system`] | the one face of a decision system |
//! | [`chain`] | the same system opened at its seams |
//!
//! Never here: a clock, a file, the environment, a socket, a thread, a log, a hash map. `engines/clippy.toml`
//! refuses them by name, and `tests/plants` shows that it does.

pub mod book;
pub mod calendar;
pub mod chain;
pub mod date;
pub mod decision;
pub mod digest;
pub mod facts;
pub mod ids;
pub mod numeric;
pub mod order;
pub mod ordered;
pub mod quantity;
pub mod report;
pub mod seed;
pub mod state;
pub mod system;
pub mod tape;
pub mod valuation;
pub mod view;
