//! Single engines on the bundled tapes, outside any replay.

mod crisis_labels;
