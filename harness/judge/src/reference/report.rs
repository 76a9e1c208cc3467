//! A comparison as lines of Markdown.
//!
//! Every measure is a row; what is absent is told with its reason, as in `- (no regime)`, and never left out:
//!
//! ```text
//! | measure | mean | worst day | days |
//! |---|---|---|---|
//! | names in common (Jaccard) | 0.5 | 0 on 2008-07-03 | 2 |
//! | direction clash | 0 | 0 on 2008-07-07 | 1 |
//! ```

use super::comparison::{Comparison, SideReport};
use super::measured::{Daily, Measured};

/// The comparison for a report: headings of the third level, tables, and no trailing empty line.
#[must_use]
pub fn markdown(comparison: &Comparison) -> Vec<String> {
    let mut lines = days(comparison);
    lines.extend(books(comparison));
    lines.extend(accounts(comparison));
    lines.extend(regimes(comparison));
    lines
}

fn days(comparison: &Comparison) -> Vec<String> {
    let found = &comparison.completeness;
    let (reference, successor) = (&comparison.reference, &comparison.successor);
    let mut lines = vec![
        format!("### {} beside {}", successor.scenario, reference.scenario),
        String::new(),
        "| days | count |".to_owned(),
        "|---|---|".to_owned(),
    ];
    let counts = [
        ("compared", found.days),
        ("only in the reference: a weekday without a session", found.only_in_reference),
        ("only in the successor", found.only_in_successor),
        ("outside the other's run", found.outside),
        ("without equity", found.without_equity),
    ];
    lines.extend(counts.iter().map(|(what, count)| format!("| {what} | {count} |")));
    let unpriced: u64 = found.unpriced.values().flat_map(|reasons| reasons.values()).sum();
    lines.push(String::new());
    let share = short(found.share);
    lines.push(format!(
        "Completeness {share}; {} names times days compared, {unpriced} without a price.",
        found.name_days
    ));
    lines.push(String::new());
    lines
}

fn books(comparison: &Comparison) -> Vec<String> {
    let books = &comparison.books;
    let top = format!("top {} in common", comparison.terms.top_k);
    let rows = [
        ("names in common (Jaccard)", &books.overlap),
        (top.as_str(), &books.top_overlap),
        ("rank correlation (Spearman)", &books.rank_correlation),
        ("active share", &books.active_share),
        ("direction clash", &books.direction_clash),
        ("sector distance", &books.sector_distance),
        ("turnover of the reference", &comparison.reference.turnover),
        ("turnover of the successor", &comparison.successor.turnover),
    ];
    let mut lines = vec!["| measure | mean | worst day | days |".to_owned(), "|---|---|---|---|".to_owned()];
    lines.extend(rows.iter().map(|(name, daily)| daily_row(name, daily)));
    lines.push(String::new());
    lines
}

fn accounts(comparison: &Comparison) -> Vec<String> {
    type Pick = fn(&SideReport) -> Measured;
    let rows: [(&str, Pick); 11] = [
        ("total return", |side| side.figures.total_return),
        ("annual return", |side| side.figures.annual_return),
        ("volatility", |side| side.figures.volatility),
        ("Sharpe ratio", |side| side.figures.sharpe_ratio),
        ("max drawdown", |side| side.figures.max_drawdown),
        ("value at risk 95 %", |side| side.figures.var_95),
        ("expected shortfall 95 %", |side| side.figures.es_95),
        ("costs and slippage", |side| Measured::Value(side.costs)),
        ("total return on equal terms", |side| side.equal_terms.figures.total_return),
        ("Sharpe ratio on equal terms", |side| side.equal_terms.figures.sharpe_ratio),
        ("max drawdown on equal terms", |side| side.equal_terms.figures.max_drawdown),
    ];
    let (reference, successor) = (&comparison.reference, &comparison.successor);
    let mut lines = vec!["| account | reference | successor |".to_owned(), "|---|---|---|".to_owned()];
    let row =
        |(name, pick): &(&str, Pick)| format!("| {name} | {} | {} |", short(pick(reference)), short(pick(successor)));
    lines.extend(rows.iter().map(row));
    lines.push(String::new());
    let together = &comparison.together;
    let (correlation, error) = (short(together.return_correlation), short(together.tracking_error));
    lines.push(format!("Return correlation {correlation}, tracking error {error} a year."));
    lines.push(String::new());
    lines
}

fn regimes(comparison: &Comparison) -> Vec<String> {
    let regimes = &comparison.regimes;
    let mut columns: Vec<&str> = regimes.table.values().flat_map(|row| row.keys().map(String::as_str)).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut lines = Vec::new();
    if !columns.is_empty() {
        lines.push(format!("| reference \\ successor | {} |", columns.join(" | ")));
        lines.push(format!("|{}", "---|".repeat(columns.len() + 1)));
        for (label, row) in &regimes.table {
            let cells: Vec<String> =
                columns.iter().map(|column| row.get(*column).copied().unwrap_or(0).to_string()).collect();
            lines.push(format!("| {label} | {} |", cells.join(" | ")));
        }
        lines.push(String::new());
    }
    let (agreement, kappa) = (short(regimes.agreement), short(regimes.kappa));
    let (days, without, silent) = (regimes.days, regimes.without_counterpart, regimes.not_told);
    lines.push(format!(
        "Agreement {agreement}, kappa {kappa} over {days} days; {without} without a counterpart, {silent} not told."
    ));
    lines
}

fn daily_row(name: &str, daily: &Daily) -> String {
    let worst = daily.worst.map_or_else(|| "-".to_owned(), |worst| format!("{} on {}", four(worst.value), worst.day));
    format!("| {name} | {} | {worst} | {} |", short(daily.mean), daily.days)
}

/// Four decimals at most: a report is for reading, and the file has every bit.
fn four(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn short(measured: Measured) -> String {
    measured.value().map_or_else(|| measured.to_string(), four)
}
