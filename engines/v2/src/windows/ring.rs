//! The last rows of a table that grows by a row a day.

/// A ring of rows of equal width; the newest has lag 0.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    width: usize,
    depth: usize,
    cells: Vec<f64>,
    pushed: usize,
}

impl Ring {
    pub(crate) fn new(width: usize, depth: usize) -> Self {
        Self { width, depth, cells: vec![f64::NAN; width * depth], pushed: 0 }
    }

    /// Moves on by a day and hands out its row, full of gaps.
    pub(crate) fn next_row(&mut self) -> &mut [f64] {
        let at = (self.pushed % self.depth) * self.width;
        self.pushed += 1;
        let row = &mut self.cells[at..at + self.width];
        row.fill(f64::NAN);
        row
    }

    /// The rows that are there.
    pub(crate) fn len(&self) -> usize {
        self.pushed.min(self.depth)
    }

    /// Where the newest row lies among the places of the ring; `None` before the first.
    pub(crate) fn newest_place(&self) -> Option<usize> {
        self.place(0)
    }

    /// Where the row of `lag` days ago lies; `None` when it was never there or has left.
    pub(crate) fn place(&self, lag: usize) -> Option<usize> {
        (lag < self.depth && lag < self.pushed).then(|| (self.pushed - 1 - lag) % self.depth)
    }

    /// What stands in one column of the row at a place.
    pub(crate) fn cell(&self, place: usize, column: usize) -> f64 {
        self.cells[place * self.width + column]
    }

    /// The row of `lag` days ago; `None` when it was never there or has left.
    pub(crate) fn row(&self, lag: usize) -> Option<&[f64]> {
        let at = self.place(lag)? * self.width;
        Some(&self.cells[at..at + self.width])
    }
}
