//! Canonical bytes, and the digest of them.
//!
//! Whatever is compared by digest is first written as canonical bytes: little-endian integers, floats by their
//! bits, texts and lists with their length before them. Two values have equal canonical bytes if and only if they
//! are equal, so a digest speaks of content, never of a file's layout.
//!
//! ```
//! use domain::digest::{CanonicalBytes, Digest};
//! let mut bytes = CanonicalBytes::new();
//! bytes.put_text("EQUITY:AAPL").put_f64(100.25);
//! let digest = Digest::of(bytes.as_slice());
//! assert_eq!(digest.to_string().parse::<Digest>()?, digest);
//! # Ok::<(), domain::digest::DigestError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A 256-bit BLAKE3 digest. Files write it as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

/// The text is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a digest: expected 64 hexadecimal digits")]
pub struct DigestError {
    text: String,
}

/// A few numbers on their way into a buffer, in room of fixed size: writing there asks for no memory, and the buffer
/// grows once for all of them.
#[derive(Debug)]
pub struct Record<'a> {
    room: &'a mut [u8; RECORD],
    at: usize,
}

/// The bytes of the longest record: a byte, then twelve numbers of nine bytes each, and what the last one's word writes
/// beyond its end.
const RECORD: usize = 120;

/// A growing buffer of canonical bytes.
#[derive(Clone, Debug, Default)]
pub struct CanonicalBytes(Vec<u8>);

impl Digest {
    /// The digest of no information: what a chain starts from.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The next link of a chain: the digest of `self` followed by `bytes`.
    #[must_use]
    pub fn chained(&self, bytes: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(bytes);
        Self(*hasher.finalize().as_bytes())
    }

    /// The next link of a chain of short pieces: the digest of `bytes` keyed with `self`. A key takes no room among the
    /// bytes, so a piece of up to 64 is hashed in one step.
    #[must_use]
    pub fn keyed(&self, bytes: &[u8]) -> Self {
        Self(*blake3::keyed_hash(&self.0, bytes).as_bytes())
    }

    /// The first 16 hexadecimal digits: enough to tell runs apart for a reader.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        out.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let error = || DigestError { text: text.to_owned() };
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(lower_hex) {
            return Err(error());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| error())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl CanonicalBytes {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes so far.
    #[must_use]
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Hands the bytes over.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }

    /// Forgets the bytes and keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// One byte.
    #[inline]
    pub fn put_u8(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    /// Up to [`RECORD`] bytes of numbers at once, the same as one by one.
    ///
    /// # Panics
    /// When they do not fit.
    #[inline]
    pub fn put_record(&mut self, write: impl FnOnce(&mut Record<'_>)) -> &mut Self {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; RECORD]);
        let Some(room) = self.0[start..].first_chunk_mut() else { return self };
        let mut record = Record { room, at: 0 };
        write(&mut record);
        let end = start + record.at;
        self.0.truncate(end);
        self
    }

    /// Four bytes, little-endian.
    #[inline]
    pub fn put_u32(&mut self, value: u32) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Writes four bytes, little-endian, over those from `at` on: for a count that is known when all is counted.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn set_u32(&mut self, at: usize, value: u32) {
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Four bytes, little-endian, two's complement.
    #[inline]
    pub fn put_i32(&mut self, value: i32) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Eight bytes, little-endian.
    #[inline]
    pub fn put_u64(&mut self, value: u64) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Eight bytes, little-endian, two's complement.
    #[inline]
    pub fn put_i64(&mut self, value: i64) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// One to nine bytes, for numbers that are mostly small. The count of trailing zero bits in the first byte, plus
    /// one, is the count of bytes; the number stands above the lowest one-bit, little-endian. A first byte of zero
    /// stands before all eight bytes of a number beyond 56 bits. Only the shortest form is canonical.
    #[inline]
    pub fn put_short(&mut self, value: u64) -> &mut Self {
        let Some((word, length)) = short_word(value) else { return self.put_u8(0).put_u64(value) };
        let end = self.0.len() + length;
        self.0.extend_from_slice(&word.to_le_bytes());
        self.0.truncate(end);
        self
    }

    /// As [`Self::put_short`], for numbers of either sign that are mostly near zero: 0, −1, 1, −2 … are written as
    /// 0, 1, 2, 3 …
    #[inline]
    pub fn put_short_signed(&mut self, value: i64) -> &mut Self {
        self.put_short(natural(value))
    }

    /// Short length, then UTF-8.
    #[inline]
    pub fn put_short_text(&mut self, text: &str) -> &mut Self {
        self.put_short(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// The bits of a float, as eight bytes: `0.0` and `-0.0` differ, as they do in a journal.
    #[inline]
    pub fn put_f64(&mut self, value: f64) -> &mut Self {
        self.put_u64(value.to_bits())
    }

    /// The bits of each float, without a length.
    pub fn put_all_f64(&mut self, values: &[f64]) -> &mut Self {
        self.put_all(values, |value| value.to_bits().to_le_bytes())
    }

    /// The bits of each float of four bytes, without a length.
    pub fn put_all_f32(&mut self, values: &[f32]) -> &mut Self {
        self.put_all(values, |value| value.to_bits().to_le_bytes())
    }

    /// Block by block, so that the buffer is written once and by long copies.
    #[inline(always)]
    fn put_all<T: Copy, const SIZE: usize>(&mut self, values: &[T], bytes_of: impl Fn(T) -> [u8; SIZE]) -> &mut Self {
        self.0.reserve(SIZE * values.len());
        let (blocks, rest) = values.as_chunks::<64>();
        for block in blocks {
            let mut bytes = [[0; SIZE]; 64];
            bytes.iter_mut().zip(block).for_each(|(bytes, value)| *bytes = bytes_of(*value));
            self.0.extend_from_slice(bytes.as_flattened());
        }
        rest.iter().for_each(|value| self.0.extend_from_slice(&bytes_of(*value)));
        self
    }

    /// Bytes without a length, for what always has the same.
    #[inline]
    pub fn put_raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Length, then bytes.
    #[inline]
    pub fn put_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.put_u64(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// Length, then UTF-8.
    #[inline]
    pub fn put_text(&mut self, text: &str) -> &mut Self {
        self.put_bytes(text.as_bytes())
    }
}

impl Record<'_> {
    /// As [`CanonicalBytes::put_u8`].
    #[inline]
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.room[self.at] = value;
        self.at += 1;
        self
    }

    /// As [`CanonicalBytes::put_f64`].
    #[inline]
    pub fn f64(&mut self, value: f64) -> &mut Self {
        self.word(value.to_bits(), 8)
    }

    /// As [`CanonicalBytes::put_short`].
    #[inline]
    pub fn short(&mut self, value: u64) -> &mut Self {
        match short_word(value) {
            Some((word, length)) => self.word(word, length),
            None => self.u8(0).word(value, 8),
        }
    }

    /// As [`CanonicalBytes::put_short_signed`].
    #[inline]
    pub fn short_signed(&mut self, value: i64) -> &mut Self {
        self.short(natural(value))
    }

    /// The first `length` bytes of a word; those after them are written over by what follows, or cut off.
    #[inline]
    fn word(&mut self, word: u64, length: usize) -> &mut Self {
        self.room[self.at..self.at + 8].copy_from_slice(&word.to_le_bytes());
        self.at += length;
        self
    }
}

/// The short form of a number as the low bytes of a word, and how many they are; `None` beyond 56 bits.
#[inline]
const fn short_word(value: u64) -> Option<(u64, usize)> {
    let length = (63 - (value | 1).leading_zeros()) / 7 + 1;
    if length > 8 { None } else { Some(((value << length) | (1 << (length - 1)), length as usize)) }
}

/// 0, −1, 1, −2 … as 0, 1, 2, 3 …
#[inline]
const fn natural(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[cfg(test)]
mod tests {
    use super::{CanonicalBytes, Digest};

    #[test]
    fn golden_vector_of_the_empty_input() {
        // Published test vector of BLAKE3 for zero bytes.
        let expected = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Digest::of(&[]).to_string(), expected);
    }

    #[test]
    fn lengths_keep_neighbours_apart() {
        let bytes = |left: &str, right: &str| {
            let mut out = CanonicalBytes::new();
            out.put_text(left).put_text(right);
            out.into_vec()
        };
        assert_ne!(bytes("ab", "c"), bytes("a", "bc"));
    }

    #[test]
    fn short_numbers_take_a_byte_for_seven_bits() {
        let bytes = |value: u64| {
            let mut out = CanonicalBytes::new();
            out.put_short(value);
            out.into_vec()
        };
        assert_eq!(bytes(0), [1]);
        assert_eq!(bytes(127), [0xff]);
        assert_eq!(bytes(128), [0x02, 0x02]);
        assert_eq!(bytes((1 << 56) - 1), [0x80, 255, 255, 255, 255, 255, 255, 255]);
        assert_eq!(bytes(1 << 56), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(bytes(u64::MAX), [0, 255, 255, 255, 255, 255, 255, 255, 255]);
        for (value, natural) in [(0, 0), (-1, 1), (1, 2), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)] {
            let mut out = CanonicalBytes::new();
            assert_eq!(out.put_short_signed(value).as_slice(), bytes(natural));
        }
    }

    #[test]
    fn a_record_is_its_numbers_one_by_one() {
        let numbers = [0, 1, -1, 63, -64, 64, 8_191, 1 << 54, 1 << 55, 1 << 56, i64::MAX, i64::MIN];
        for number in numbers {
            let (mut together, mut apart) = (CanonicalBytes::new(), CanonicalBytes::new());
            together.put_u8(7).put_record(|record| {
                record.u8(3).f64(-0.5).short(number as u64);
                for _ in 0..9 {
                    record.short_signed(number);
                }
            });
            apart.put_u8(7).put_u8(3).put_f64(-0.5).put_short(number as u64);
            for _ in 0..9 {
                apart.put_short_signed(number);
            }
            assert_eq!(together.as_slice(), apart.as_slice());
        }
    }

    #[test]
    fn refuses_other_texts() {
        for text in ["", "00", &"g".repeat(64), &"A".repeat(64)] {
            assert!(text.parse::<Digest>().is_err());
        }
    }
}
