//! What several commands on pairs show and take.

use domain::chain::Stage;
use domain::date::Date;
use judge::pair::record::Act;
use judge::pair::register::{Finding, Register};
use judge::reference::{Comparison, Measured};

use crate::arguments::one_line;
use crate::clock::today;
use crate::pairs::standing::Standing;
use crate::table::{Align, percent, table, two_decimals};

/// Who acts, and why.
#[derive(Clone, Debug, clap::Args)]
pub struct ActArguments {
    /// Who acts.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: String,
    /// Why it is right, in a sentence.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    pub reason: String,
    /// The day of the act; today in UTC when not given.
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
}

impl ActArguments {
    /// The act as it stands in a record or seal.
    pub fn act(&self) -> Act {
        let Self { by, reason, on } = self.clone();
        Act { by, reason, on: on.unwrap_or_else(today) }
    }
}

/// The columns of the table of pairs.
pub(crate) const COLUMNS: [(&str, Align); 11] = [
    ("pair", Align::Left),
    ("gap", Align::Right),
    ("data", Align::Right),
    ("calendar", Align::Right),
    ("universe", Align::Right),
    ("signal", Align::Right),
    ("sizing", Align::Right),
    ("limits", Align::Right),
    ("execution", Align::Right),
    ("register", Align::Left),
    ("verdict", Align::Left),
];

/// The rows of the table of pairs: the gap and its parts in whole units of the account's currency.
pub(crate) fn rows(standings: &[Standing]) -> Vec<Vec<String>> {
    standings.iter().map(row).collect()
}

fn row(standing: &Standing) -> Vec<String> {
    let mut row = vec![standing.pair.clone()];
    let whole = |amount: f64| format!("{amount:.0}");
    match &standing.judged {
        None => row.extend(vec!["-".to_owned(); COLUMNS.len() - 2]),
        Some(judged) => {
            row.push(whole(judged.gap.to_units()));
            for stage in Stage::ALL {
                // Stages that could not be told apart stand under the last of them.
                let part = judged.findings.iter().find(|finding| finding.last == stage);
                row.push(part.map_or_else(|| "-".to_owned(), |part| whole(part.money.to_units())));
            }
            let wrong = judged.findings.iter().filter(|finding| finding.complaint().is_some()).count();
            row.push(if wrong == 0 { "explained".to_owned() } else { format!("{wrong} not explained") });
        }
    }
    row.push(standing.verdict.to_string());
    row
}

/// The register with the sizes that the pairs have, a line for each expected difference.
pub(crate) fn register_table(register: &Register, standings: &[Standing]) -> String {
    let columns = [
        ("pair", Align::Left),
        ("stage", Align::Left),
        ("code", Align::Left),
        ("money", Align::Right),
        ("bound", Align::Right),
        ("moved", Align::Right),
        ("bound", Align::Right),
        ("expires", Align::Left),
        ("owner", Align::Left),
        ("state", Align::Left),
    ];
    let judged = standings.iter().filter_map(|standing| standing.judged.as_ref());
    let rows = judged.flat_map(|judged| {
        let expected =
            judged.findings.iter().filter(|finding| finding.bound.is_some() || finding.complaint().is_some());
        expected.map(|finding| line(&judged.pair, finding))
    });
    let mut text = table(&columns, rows.collect());
    text.push('\n');
    for entry in register.entries() {
        text += &format!("{} ({}): {}\n", entry.stage, entry.code.name(), entry.reason);
    }
    text
}

fn line(pair: &str, finding: &Finding) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        pair.to_owned(),
        finding.stages.clone(),
        finding.code.map_or_else(dash, |code| code.name().to_owned()),
        percent(Some(finding.money_share)),
        percent(finding.bound.map(|bound| bound.money)),
        percent(finding.moved),
        percent(finding.bound.map(|bound| bound.moved)),
        finding.expires.map_or_else(dash, |day| day.to_string()),
        finding.owner.clone().unwrap_or_else(dash),
        finding.state.to_string(),
    ]
}

/// The columns of the table of measures.
pub(crate) const MEASURES: [(&str, Align); 10] = [
    ("pair", Align::Left),
    ("days", Align::Right),
    ("names in common", Align::Right),
    ("active share", Align::Right),
    ("rank correlation", Align::Right),
    ("direction clash", Align::Right),
    ("regime agreement", Align::Right),
    ("kappa", Align::Right),
    ("v1 on equal terms", Align::Right),
    ("v2 on equal terms", Align::Right),
];

/// The rows of the table of measures: means over the days on which both hold valid prices.
pub(crate) fn measure_rows(standings: &[Standing]) -> Vec<Vec<String>> {
    standings.iter().filter_map(|standing| Some(measures(&standing.pair, standing.comparison.as_ref()?))).collect()
}

fn measures(pair: &str, comparison: &Comparison) -> Vec<String> {
    let Comparison { books, regimes, reference, successor, completeness, .. } = comparison;
    let share = |measured: &Measured| percent(measured.value());
    let number = |measured: &Measured| two_decimals(measured.value());
    vec![
        pair.to_owned(),
        completeness.days.to_string(),
        share(&books.overlap.mean),
        share(&books.active_share.mean),
        number(&books.rank_correlation.mean),
        share(&books.direction_clash.mean),
        share(&regimes.agreement),
        number(&regimes.kappa),
        share(&reference.equal_terms.figures.total_return),
        share(&successor.equal_terms.figures.total_return),
    ]
}
