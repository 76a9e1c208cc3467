//! The tables of the v1 description (engines-v1), case by case, through what the frozen reference shows.

mod engines;
mod generation0;
mod orders;
mod regime;
mod stability;
