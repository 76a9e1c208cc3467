//! What the encoders promise, on small tapes.
