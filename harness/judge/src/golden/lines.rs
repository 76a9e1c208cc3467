//! Lines as text and back.

use std::fmt::Write as _;
use std::str::FromStr;

use domain::quantity::Cash;

use super::body::{DailyLine, DigestLine, SummaryLine, WeightLine};

/// A kind of line: how it is written, and how it is read.
pub(crate) trait Line: Sized {
    /// The first line of the file, above the columns.
    const HEAD: &'static str;

    /// Writes the line, without its end.
    fn render(&self, out: &mut String);

    /// Reads the columns of a line.
    fn parse(columns: &[&str]) -> Result<Self, String>;

    /// Whether the line may stand after `before`.
    fn follows(&self, before: &Self) -> bool;
}

/// A line that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    /// Its number in the file, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// The text of a file.
pub(crate) fn render<L: Line>(lines: &[L]) -> String {
    let mut out = String::from(L::HEAD);
    out.push('\n');
    for line in lines {
        line.render(&mut out);
        out.push('\n');
    }
    out
}

/// The lines of a file; refuses every text that [`render`] would not have written.
pub(crate) fn parse<L: Line>(text: &str) -> Result<Vec<L>, BadLine> {
    let bad = |line: usize, what: String| BadLine { line: line + 1, what };
    let mut lines: Vec<L> = Vec::new();
    let mut rest = text.split('\n').enumerate().peekable();
    match rest.next() {
        Some((_, head)) if head == L::HEAD => {}
        _ => return Err(bad(0, format!("the head is not `{}`", L::HEAD))),
    }
    let mut canonical = String::new();
    while let Some((at, found)) = rest.next() {
        if found.is_empty() && rest.peek().is_none() {
            return Ok(lines);
        }
        let columns: Vec<&str> = found.split_ascii_whitespace().collect();
        let line = L::parse(&columns).map_err(|what| bad(at, what))?;
        canonical.clear();
        line.render(&mut canonical);
        if canonical != found {
            return Err(bad(at, format!("not in canonical form: expected `{canonical}`")));
        }
        if lines.last().is_some_and(|before| !line.follows(before)) {
            return Err(bad(at, "out of order: lines ascend, each once".to_owned()));
        }
        lines.push(line);
    }
    Err(bad(lines.len(), "the last line has no end".to_owned()))
}

impl Line for SummaryLine {
    const HEAD: &'static str = "# figure                unit          value";

    fn render(&self, out: &mut String) {
        let Self { name, unit, value } = self;
        put(out, format_args!("{name:<23} {unit:<13} {value}"));
    }

    fn parse(columns: &[&str]) -> Result<Self, String> {
        let [name, unit, value] = columns else { return Err(expected("figure, unit and value", columns)) };
        Ok(Self { name: (*name).to_owned(), unit: (*unit).to_owned(), value: (*value).to_owned() })
    }

    fn follows(&self, before: &Self) -> bool {
        // The order is that of the table of figures; here it is enough that none stands twice in a row.
        self.name != before.name
    }
}

impl Line for DailyLine {
    const HEAD: &'static str =
        "# day                  equity turnover               gross                  regime       running digest";

    fn render(&self, out: &mut String) {
        let Self { day, equity, turnover, gross, regime, running } = self;
        let (equity, regime) = (equity.to_string(), regime.as_deref().unwrap_or("-"));
        let (turnover, gross) = (optional(*turnover), optional(*gross));
        put(out, format_args!("{day} {equity:>18} {turnover:<22} {gross:<22} {regime:<12} {running}"));
    }

    fn parse(columns: &[&str]) -> Result<Self, String> {
        let [day, equity, turnover, gross, regime, running] = columns else {
            return Err(expected("day, equity, turnover, gross, regime and running digest", columns));
        };
        let is_digest = running.len() == 16 && running.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest {
            return Err(format!("running digest is `{running}`: expected 16 hexadecimal digits"));
        }
        Ok(Self {
            day: parsed("day", day)?,
            equity: cash(equity)?,
            turnover: number_or_dash("turnover", turnover)?,
            gross: number_or_dash("gross", gross)?,
            regime: (*regime != "-").then(|| (*regime).to_owned()),
            running: (*running).to_owned(),
        })
    }

    fn follows(&self, before: &Self) -> bool {
        self.day > before.day
    }
}

impl Line for WeightLine {
    const HEAD: &'static str = "# day      instrument               weight";

    fn render(&self, out: &mut String) {
        let Self { day, instrument, weight } = self;
        put(out, format_args!("{day} {instrument:<24} {weight:?}"));
    }

    fn parse(columns: &[&str]) -> Result<Self, String> {
        let [day, instrument, weight] = columns else { return Err(expected("day, instrument and weight", columns)) };
        let (day, instrument) = (parsed("day", day)?, (*instrument).to_owned());
        Ok(Self { day, instrument, weight: number("weight", weight)? })
    }

    fn follows(&self, before: &Self) -> bool {
        (self.day, &self.instrument) > (before.day, &before.instrument)
    }
}

impl Line for DigestLine {
    const HEAD: &'static str = "# lane                   month   digest";

    fn render(&self, out: &mut String) {
        let Self { lane, month, digest } = self;
        put(out, format_args!("{lane:<24} {month} {digest}"));
    }

    fn parse(columns: &[&str]) -> Result<Self, String> {
        let [lane, month, digest] = columns else { return Err(expected("lane, month and digest", columns)) };
        Ok(Self { lane: (*lane).to_owned(), month: (*month).to_owned(), digest: parsed("digest", digest)? })
    }

    fn follows(&self, before: &Self) -> bool {
        (&self.lane, &self.month) > (&before.lane, &before.month)
    }
}

/// Writing into a text cannot fail.
pub(crate) fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:?}"))
}

pub(crate) fn expected(what: &str, columns: &[&str]) -> String {
    format!("{} columns: expected {what}", columns.len())
}

pub(crate) fn parsed<T: FromStr<Err: ToString>>(field: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| format!("{field}: {}", error.to_string()))
}

fn number(field: &str, text: &str) -> Result<f64, String> {
    let finite = text.parse().ok().filter(|value: &f64| value.is_finite());
    finite.ok_or_else(|| format!("{field} is `{text}`: expected a finite number"))
}

pub(crate) fn number_or_dash(field: &str, text: &str) -> Result<Option<f64>, String> {
    if text == "-" { Ok(None) } else { number(field, text).map(Some) }
}

/// Money with its six decimals, read without a float.
pub(crate) fn cash(text: &str) -> Result<Cash, String> {
    let digits: String = text.chars().filter(|letter| *letter != '.').collect();
    let micros = digits.parse().ok().map(Cash::from_micros);
    micros.filter(|cash| cash.to_string() == text).ok_or_else(|| format!("equity is `{text}`: expected six decimals"))
}

#[cfg(test)]
mod tests {
    use super::{Line, parse, render};
    use crate::golden::body::{DailyLine, DigestLine, SummaryLine, WeightLine};
    use domain::digest::Digest;
    use domain::quantity::Cash;

    fn day(on: &str, equity: i64, turnover: Option<f64>, regime: Option<&str>) -> DailyLine {
        DailyLine {
            day: on.parse().unwrap(),
            equity: Cash::from_micros(equity),
            turnover,
            gross: Some(0.1 + 0.2),
            regime: regime.map(ToOwned::to_owned),
            running: "0123456789abcdef".into(),
        }
    }

    fn round_trip<L: Line + PartialEq + std::fmt::Debug>(lines: &[L]) {
        assert_eq!(parse::<L>(&render(lines)).unwrap(), lines);
    }

    #[test]
    fn every_kind_reads_back_to_the_same_bits() {
        let crisis = day("2008-09-16", -1, Some(5e-324), Some("RISK_OFF"));
        round_trip(&[day("2008-09-15", 1_234_567_890_123, None, None), crisis]);
        let weight = |instrument: &str, weight| WeightLine {
            day: "2008-09-15".parse().unwrap(),
            instrument: instrument.into(),
            weight,
        };
        round_trip(&[weight("EQUITY:GE", 0.1), weight("EQUITY:LEH", -1.0 / 3.0)]);
        round_trip(&[DigestLine { lane: "book".into(), month: "2008-09".into(), digest: Digest::of(b"x") }]);
        round_trip(&[SummaryLine { name: "fills".into(), unit: "count".into(), value: "3".into() }]);
        round_trip::<WeightLine>(&[]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = render(&[day("2008-09-15", 1_000_000, None, None), day("2008-09-16", 1_000_000, None, None)]);
        let table = [
            (good.replace("# day ", "# dag "), 1, "the head is not"),
            (good.replacen("1.000000", "1.00000", 1), 2, "expected six decimals"),
            (good.replacen("0.30000000000000004", "NaN", 1), 2, "expected a finite number"),
            (good.replacen("0.30000000000000004", "3.0000000000000004e-1", 1), 2, "not in canonical form"),
            (good.replace("2008-09-16", "2008-09-15"), 3, "out of order"),
            (good.replacen("abcdef", "abcdeg", 1), 2, "16 hexadecimal digits"),
            (good.replacen(" -  ", "  -  - ", 1), 2, "7 columns"),
            (good.replacen("2008-09-15", "2008-09-31", 1), 2, "not a date"),
            (good.trim_end().to_owned(), 3, "no end"),
            (format!("{good}\n"), 4, "0 columns"),
        ];
        for (text, line, expected) in table {
            let found = parse::<DailyLine>(&text).unwrap_err();
            assert!(found.what.contains(expected), "{} does not say {expected}", found.what);
            assert_eq!(found.line, line, "{}", found.what);
        }
    }
}
