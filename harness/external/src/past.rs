//! The books of the days behind, and a digest of all answers so far.
//!
//! An engine need not save anything. After a kill, a fresh process is told the whole past again, each day with the book
//! that stood there, and must come to the same answers. So the state is what the tape does not hold: the books, written
//! down as what changed from day to day, and the digest that the answers must lead to.
//!
//! ```
//! use external::{past::Past, told::Book};
//! let mut past = Past::default();
//! past.push(&Book { cash_micros: 5, equity_micros: 9, positions: vec![(0, 4)] });
//! past.hear("{}");
//! let saved = past.save();
//! assert_eq!(Past::restore(&saved), Some(past));
//! ```

use domain::digest::{CanonicalBytes, Digest};
use domain::state::Saved;

use crate::PROTOCOL;
use crate::told::Book;

/// The past of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    books: Vec<u8>,
    last: Vec<(u32, i64)>,
    days: u32,
    answers: Digest,
}

impl Default for Past {
    fn default() -> Self {
        Self { books: Vec::new(), last: Vec::new(), days: 0, answers: Digest::ZERO }
    }
}

impl Past {
    /// The days of the run so far.
    #[must_use]
    pub const fn days(&self) -> u32 {
        self.days
    }

    /// The digest of all answers so far, in their order.
    #[must_use]
    pub const fn answers(&self) -> Digest {
        self.answers
    }

    /// Takes an answer into the digest.
    pub fn hear(&mut self, line: &str) {
        self.answers = self.answers.chained(line.as_bytes());
    }

    /// Takes a day's book.
    pub fn push(&mut self, book: &Book) {
        let mut bytes = CanonicalBytes::new();
        let changed: Vec<(u32, i64)> = changes(&self.last, &book.positions);
        bytes.put_i64(book.cash_micros).put_i64(book.equity_micros).put_u32(changed.len() as u32);
        for (index, micros) in changed {
            bytes.put_u32(index).put_i64(micros);
        }
        self.books.extend_from_slice(bytes.as_slice());
        self.last.clone_from(&book.positions);
        self.days += 1;
    }

    /// The books again, from the first day.
    pub fn books(&self) -> impl Iterator<Item = Book> {
        let (mut saved, mut positions) = (Saved::new(&self.books), Vec::new());
        std::iter::from_fn(move || next_book(&mut saved, &mut positions))
    }

    /// The bytes that [`Self::restore`] reads.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        bytes.put_u32(PROTOCOL).put_u32(self.days).put_bytes(&self.answers.0).put_bytes(&self.books);
        bytes.into_vec()
    }

    /// The past that was saved; `None` for bytes that are none.
    #[must_use]
    pub fn restore(state: &[u8]) -> Option<Self> {
        let mut saved = Saved::new(state);
        saved.u32().filter(|protocol| *protocol == PROTOCOL)?;
        let days = saved.u32()?;
        let answers = Digest(saved.bytes()?.try_into().ok()?);
        let books = saved.bytes()?.to_vec();
        let mut past = Self { books, last: Vec::new(), days, answers };
        let last = past.books().fold((0, Vec::new()), |(count, _), book| (count + 1, book.positions));
        past.last = last.1;
        (saved.is_empty() && last.0 == days).then_some(past)
    }
}

/// The positions of `new` that differ from `old`, those that went with zero; both ascending.
fn changes(old: &[(u32, i64)], new: &[(u32, i64)]) -> Vec<(u32, i64)> {
    let held =
        |list: &[(u32, i64)], index: u32| list.binary_search_by_key(&index, |held| held.0).map_or(0, |at| list[at].1);
    let mut indices: Vec<u32> = old.iter().chain(new).map(|held| held.0).collect();
    indices.sort_unstable();
    indices.dedup();
    let moved = indices.into_iter().filter(|index| held(old, *index) != held(new, *index));
    moved.map(|index| (index, held(new, index))).collect()
}

fn next_book(saved: &mut Saved<'_>, positions: &mut Vec<(u32, i64)>) -> Option<Book> {
    let (cash_micros, equity_micros, count) = (saved.i64()?, saved.i64()?, saved.u32()?);
    for _ in 0..count {
        let (index, micros) = (saved.u32()?, saved.i64()?);
        match positions.binary_search_by_key(&index, |held| held.0) {
            Ok(at) if micros == 0 => drop(positions.remove(at)),
            Ok(at) => positions[at].1 = micros,
            Err(at) => positions.insert(at, (index, micros)),
        }
    }
    Some(Book { cash_micros, equity_micros, positions: positions.clone() })
}

#[cfg(test)]
mod tests {
    use super::Past;
    use crate::told::Book;

    fn book(equity_micros: i64, positions: &[(u32, i64)]) -> Book {
        Book { cash_micros: 7, equity_micros, positions: positions.to_vec() }
    }

    #[test]
    fn books_come_back_as_they_were() {
        let books = [book(1, &[]), book(2, &[(3, 5), (9, -1)]), book(3, &[(0, 2), (9, -1)]), book(4, &[])];
        let mut past = Past::default();
        books.iter().for_each(|book| past.push(book));
        assert_eq!(past.books().collect::<Vec<_>>(), books);
        let restored = Past::restore(&past.save()).unwrap();
        assert_eq!(restored, past);
    }

    #[test]
    fn torn_bytes_are_refused() {
        let mut past = Past::default();
        past.push(&book(1, &[(3, 5)]));
        let saved = past.save();
        for end in 0..saved.len() {
            assert_eq!(Past::restore(&saved[..end]), None, "{end} bytes");
        }
    }
}
