//! Texts as vectors: signed hashed n-grams.
//!
//! A text is folded to lower-case words. Its words and word pairs, and the runs of 3 to 5 characters of the words
//! joined by one space, are counted; a gram that stands `tf` times weighs 1 + ln tf; its hash names one of 384 slots
//! and a sign (feature hashing, Weinberger et al. 2009), so collisions cancel on average. The vector has length 1.
//! The hash is FNV-1a over the model id, the kind of gram and the gram, finished by the mixer of SplitMix64 because
//! FNV's own upper bits are poor. A text without a word has the zero vector and is flagged empty.
//!
//! ```
//! use v2::encoders::text::TextEncoder;
//! let encoder = TextEncoder::new("text-fin-general-v1");
//! let text = encoder.encode("Net income fell; net income may fall again.");
//! assert!((text.embedding.norm() - 1.0).abs() < 1e-6);
//! assert!(!text.empty);
//! assert_eq!(text, encoder.encode("net INCOME fell net income may fall again")); // signs and case are folded
//! assert!(encoder.encode(" … ").empty);
//! ```

use std::sync::Arc;

use domain::numeric::exact::ln;

use super::embedding::{DIMENSION, Embedding, normalised};

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// The encoder of one text space.
#[derive(Clone, Debug)]
pub struct TextEncoder {
    model: Arc<str>,
    basis: u64,
}

/// A text's vector.
#[derive(Clone, Debug, PartialEq)]
pub struct TextEmbedding {
    /// Length 1, or zero for a text without a word.
    pub embedding: Embedding,
    /// Whether there was no word.
    pub empty: bool,
}

impl TextEncoder {
    /// The encoder of `model_id`. Nothing else decides a vector, so the id is the version.
    #[must_use]
    pub fn new(model_id: &str) -> Self {
        Self { model: model_id.into(), basis: fnv(FNV_OFFSET, model_id.as_bytes()) }
    }

    /// The vector of `text`.
    #[must_use]
    pub fn encode(&self, text: &str) -> TextEmbedding {
        let words = words(text);
        let mut grams = Vec::new();
        self.put_words(&words, &mut grams);
        self.put_characters(&words.join(" "), &mut grams);
        // Sorted by hash: the order of the sum does not depend on the order of the text.
        grams.sort_unstable();
        let mut sums = [0.0; DIMENSION];
        for run in grams.chunk_by(|a, b| a == b) {
            let weight = 1.0 + ln(run.len() as f64);
            let (slot, sign) = ((run[0] >> 1) as usize % DIMENSION, if run[0] & 1 == 0 { 1.0 } else { -1.0 });
            sums[slot] += sign * weight;
        }
        self.finished(&sums)
    }

    /// The mean of texts that are not empty, with length 1 again.
    #[must_use]
    pub fn mean(&self, texts: &[TextEmbedding]) -> TextEmbedding {
        let mut sums = [0.0; DIMENSION];
        for text in texts.iter().filter(|text| !text.empty) {
            for (sum, value) in sums.iter_mut().zip(text.embedding.vector()) {
                *sum += f64::from(*value);
            }
        }
        self.finished(&sums)
    }

    fn finished(&self, sums: &[f64; DIMENSION]) -> TextEmbedding {
        let unit = normalised(sums);
        let embedding = Embedding::shared(&self.model, &unit.unwrap_or([0.0; DIMENSION]));
        TextEmbedding { embedding, empty: unit.is_none() }
    }

    fn put_words(&self, words: &[String], grams: &mut Vec<u64>) {
        let [single, pair] = [b"w1:", b"w2:"].map(|kind| fnv(self.basis, kind));
        grams.extend(words.iter().map(|word| mixed(fnv(single, word.as_bytes()))));
        grams.extend(words.windows(2).map(|two| {
            let hash = fnv(fnv(fnv(pair, two[0].as_bytes()), b" "), two[1].as_bytes());
            mixed(hash)
        }));
    }

    fn put_characters(&self, text: &str, grams: &mut Vec<u64>) {
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.push(text.len());
        for (length, kind) in [(3, b"c3:"), (4, b"c4:"), (5, b"c5:")] {
            let basis = fnv(self.basis, kind);
            let spans = starts.windows(length + 1).map(|ends| &text[ends[0]..ends[length]]);
            grams.extend(spans.map(|gram| mixed(fnv(basis, gram.as_bytes()))));
        }
    }
}

/// The runs of letters and digits, in lower case.
fn words(text: &str) -> Vec<String> {
    let runs = text.split(|sign: char| !sign.is_alphanumeric());
    runs.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// FNV-1a (Fowler, Noll, Vo): xor a byte, multiply.
fn fnv(basis: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(basis, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

/// The finisher of SplitMix64 (Steele, Lea & Flood 2014).
const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
