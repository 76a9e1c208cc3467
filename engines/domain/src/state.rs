//! Reading a saved state back: the inverse of [`crate::digest::CanonicalBytes`].
//!
//! Every reader answers `None` where the bytes end early, so a torn state is refused rather than guessed at.
//!
//! ```
//! use domain::{digest::CanonicalBytes, state::Saved};
//! let mut bytes = CanonicalBytes::new();
//! bytes.put_u32(63).put_f64(0.5).put_text("CALM_CARRY");
//! let mut saved = Saved::new(bytes.as_slice());
//! assert_eq!((saved.u32(), saved.f64(), saved.text()), (Some(63), Some(0.5), Some("CALM_CARRY")));
//! assert!(saved.is_empty());
//! assert_eq!(saved.u8(), None);
//! ```

/// A cursor over saved bytes.
#[derive(Clone, Debug)]
pub struct Saved<'a>(&'a [u8]);

impl<'a> Saved<'a> {
    /// A cursor at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    /// One byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// Four bytes, little-endian.
    pub fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Eight bytes, little-endian.
    pub fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    /// Eight bytes, little-endian, two's complement.
    pub fn i64(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_le_bytes)
    }

    /// The bits of a float.
    pub fn f64(&mut self) -> Option<f64> {
        self.u64().map(f64::from_bits)
    }

    /// A length of eight bytes, then that many bytes.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        self.take(length)
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A length of eight bytes, then UTF-8.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Four bytes, little-endian, two's complement.
    pub fn i32(&mut self) -> Option<i32> {
        self.take(4)?.try_into().ok().map(i32::from_le_bytes)
    }
}
