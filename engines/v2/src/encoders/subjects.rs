//! The texts that speak of a subject today, as one vector.
//!
//! A text speaks of its subject for `text_days` calendar days after it became known; the subject's vector is the mean
//! of theirs, with length 1. It changes only when a text joins or leaves, so the last one is kept.

use domain::view::View;

use super::text::{TextEmbedding, TextEncoder};

/// The subject of texts about the economy.
pub(super) const MACRO: &str = "MACRO";

/// A subject's vector.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectText {
    /// The issuer, or `MACRO`.
    pub subject: String,
    /// Texts that it is the mean of; at least one.
    pub count: u32,
    /// The vector, in `text-fin-general-v1`, or in `text-macro-v1` for `MACRO`.
    pub text: TextEmbedding,
}

/// The subjects of a tape, each with the span of texts that its last vector was made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Subjects {
    known: Vec<(String, (usize, usize), Option<SubjectText>)>,
}

impl Subjects {
    /// No subject has been asked for yet.
    pub(super) fn start(view: &View<'_>) -> Self {
        let known = view.text_subjects().map(|subject| (subject.to_owned(), (0, 0), None)).collect();
        Self { known }
    }

    /// Today's vectors, ascending by subject; a subject without a text today has none.
    pub(super) fn step(&mut self, view: &View<'_>, days: u32, encoders: [&TextEncoder; 2]) -> Vec<SubjectText> {
        let oldest = view.today().plus_days(-i32::try_from(days).unwrap_or(i32::MAX));
        for (subject, span, kept) in &mut self.known {
            let texts = view.texts(subject);
            let now = (texts.partition_point(|text| text.known_on <= oldest), texts.len());
            if *span == now {
                continue;
            }
            *span = now;
            let encoder = if subject == MACRO { encoders[1] } else { encoders[0] };
            let vectors: Vec<TextEmbedding> = texts[now.0..].iter().map(|text| encoder.encode(&text.text)).collect();
            *kept = (!vectors.is_empty()).then(|| SubjectText {
                subject: subject.clone(),
                count: vectors.len() as u32,
                text: encoder.mean(&vectors),
            });
        }
        self.known.iter().filter_map(|(_, _, kept)| kept.clone()).collect()
    }
}
