//! Text and numbers in one space: the weighted mean of both directions.
//!
//! engines-v2 §1 has joint spaces trained by contrast, so that a text and a window of the same entity come to lie near
//! each other. Training needs a corpus and is outside this engine; the joint vector here is the plain weighted mean
//! (½ and ½ by default) of the two vectors, each with length 1, which keeps both distances and promises no alignment
//! between them. Without a text the numbers stand alone, and the vector is flagged.
//!
//! ```
//! use v2::encoders::{DIMENSION, Embedding, joint::join};
//! let (mut east, mut north) = ([0.0; DIMENSION], [0.0; DIMENSION]);
//! (east[0], north[1]) = (5.0, 2.0);
//! let numeric = Embedding::of("num", &east);
//! let joint = join("joint", &numeric, Some(&Embedding::of("text", &north)), 0.5).unwrap();
//! assert_eq!((joint.embedding.vector()[0], joint.embedding.vector()[1]), (0.5, 0.5));
//! assert!(join("joint", &numeric, None, 0.5).unwrap().without_text);
//! ```

use super::embedding::{DIMENSION, Embedding, normalised, widened};

/// A vector in a joint space.
#[derive(Clone, Debug, PartialEq)]
pub struct JointEmbedding {
    /// Length at most 1.
    pub embedding: Embedding,
    /// Whether there was no text, so that the numbers stand alone.
    pub without_text: bool,
}

/// Joins the two vectors, the text with `text_weight` (0 to 1); `None` for a numeric vector without a direction.
#[must_use]
pub fn join(model: &str, numeric: &Embedding, text: Option<&Embedding>, text_weight: f64) -> Option<JointEmbedding> {
    let numeric = normalised(&widened(numeric.vector()))?;
    let text = text.and_then(|text| normalised(&widened(text.vector())));
    let Some(text) = text else {
        return Some(JointEmbedding { embedding: Embedding::of(model, &numeric), without_text: true });
    };
    let mut mean = [0.0; DIMENSION];
    for ((mean, numeric), text) in mean.iter_mut().zip(&numeric).zip(&text) {
        *mean = (1.0 - text_weight) * numeric + text_weight * text;
    }
    Some(JointEmbedding { embedding: Embedding::of(model, &mean), without_text: false })
}
