//! Small dense linear algebra in a fixed order: Cholesky, written out.
//!
//! The matrices here have one row for each factor and each active constraint, a few dozen at most. Every sum runs from
//! the lowest index to the highest, so the bits are the same on every machine.
//!
//! Worked example: [[4, 2], [2, 5]] = L·Lᵀ with L = [[2, 0], [1, 2]].
//!
//! ```
//! use v2::portfolio::linalg::Cholesky;
//! let factor = Cholesky::of(vec![4.0, 2.0, 2.0, 5.0], 2).unwrap();
//! assert_eq!(factor.lower(), [2.0, 0.0, 1.0, 2.0]);
//! assert_eq!(factor.solve(&[8.0, 12.0]), [1.0, 2.0]);
//! ```

/// The lower triangle L of A = L·Lᵀ for a symmetric positive definite A (Golub and Van Loan 2013, §4.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky {
    lower: Vec<f64>,
    size: usize,
}

impl Cholesky {
    /// Factors the row-major `matrix` of `size` rows, of which the lower triangle is read; `None` when a pivot is not
    /// above zero, that is when the matrix is not positive definite.
    #[must_use]
    pub fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        for row in 0..size {
            for column in 0..=row {
                let (head, tail) = matrix.split_at(row * size);
                let this = &tail[..size];
                let other = if column == row { this } else { &head[column * size..(column + 1) * size] };
                let inner = this[..column].iter().zip(&other[..column]).fold(0.0, |total, (a, b)| total + a * b);
                let left = this[column] - inner;
                matrix[row * size + column] = if column < row {
                    left / matrix[column * size + column]
                } else if left > 0.0 {
                    left.sqrt()
                } else {
                    return None;
                };
            }
            matrix[row * size + row + 1..(row + 1) * size].fill(0.0);
        }
        Some(Self { lower: matrix, size })
    }

    /// L, row by row, zeros above the diagonal.
    #[must_use]
    pub fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// The x with A·x = `right`.
    #[must_use]
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut x = right.to_vec();
        for row in 0..size {
            let line = &self.lower[row * size..row * size + row];
            let inner = line.iter().zip(&x).fold(0.0, |total, (a, b)| total + a * b);
            x[row] = (x[row] - inner) / self.lower[row * size + row];
        }
        for row in (0..size).rev() {
            x[row] /= self.lower[row * size + row];
            let value = x[row];
            for (below, entry) in x[..row].iter_mut().zip(&self.lower[row * size..row * size + row]) {
                *below -= entry * value;
            }
        }
        x
    }
}
