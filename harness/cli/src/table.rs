//! Tables for people: columns side by side, numbers to the right, no lines.
//!
//! ```
//! use prometheus::table::{Align, table};
//! let rows = vec![vec!["a".to_owned(), "1.00".to_owned()], vec!["bcd".to_owned(), "10.00".to_owned()]];
//! let text = table(&[("case", Align::Left), ("equity", Align::Right)], rows);
//! assert_eq!(text, "case  equity\na       1.00\nbcd    10.00\n");
//! ```

/// On which side of its column a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Names.
    Left,
    /// Numbers.
    Right,
}

/// The rows under the named columns, a line each. The width is that of the content, never that of a terminal.
#[must_use]
pub fn table(columns: &[(&str, Align)], rows: Vec<Vec<String>>) -> String {
    let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(names).chain(rows).collect();
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|text| text.chars().count()).max();
    let widths: Vec<usize> = (0..columns.len()).map(|at| width(at).unwrap_or(0)).collect();
    let cell = |((text, (_, align)), width): ((&String, &(&str, Align)), &usize)| match align {
        Align::Left => format!("{text:<width$}"),
        Align::Right => format!("{text:>width$}"),
    };
    let line = |texts: &Vec<String>| texts.iter().zip(columns).zip(&widths).map(cell).collect::<Vec<_>>().join("  ");
    lines.iter().map(|texts| line(texts).trim_end().to_owned() + "\n").collect()
}

/// A fraction as per cent with two decimals, and `-` for what is absent.
#[must_use]
pub fn percent(fraction: Option<f64>) -> String {
    fraction.map_or_else(|| "-".to_owned(), |fraction| format!("{:.2} %", fraction * 100.0))
}

/// A number with two decimals, and `-` for what is absent.
#[must_use]
pub fn two_decimals(number: Option<f64>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| format!("{number:.2}"))
}

/// A number with its noun: `1 case`, `2 cases`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
