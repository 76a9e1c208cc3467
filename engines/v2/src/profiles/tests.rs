//! What the profiles promise, on small tapes.
