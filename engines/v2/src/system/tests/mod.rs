//! The whole system on a made-up panel: what has to hold across all engines at once.
//!
//! | module | proves |
//! |---|---|
//! | [`restore`] | stopping and going on changes no byte of any decision, report or state |
//! | [`future`] | nothing after a day reaches back to it |
//! | [`held`] | what is held reaches the engines: at its last price, and as an entity of stability |
//! | [`order`] | the order of the instruments does not matter |
//! | [`deciles`] | a planted signal is found by the system's own scores, and its inverse is worse |
//! | [`stages`] | asked stage by stage, the system says what it says as a whole; and what it makes of others' answers |
//! | [`configs`] | the identity of a config is its content, down to the last number |

mod configs;
mod deciles;
mod drive;
mod future;
mod held;
mod order;
mod panel;
mod restore;
mod stages;
