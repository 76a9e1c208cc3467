//! The report of a check, as text and JSON.

use serde::Serialize;

use super::reference::References;
use super::verdict::Judged;
use crate::commands::reference::shown;
use crate::examination::{Examined, Problem};
use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, count, percent, table, two_decimals};
use crate::tapes::CheckedTape;

/// What a check found.
#[derive(Serialize)]
pub struct Checked {
    /// The suite; `None` for cases chosen by name.
    pub suite: Option<String>,
    /// How many cases were checked.
    pub cases_checked: usize,
    /// How many of them passed.
    pub cases_passed: usize,
    /// The tapes that the cases use.
    pub tapes: Vec<CheckedTape>,
    /// The cases, in the order of the suite.
    pub cases: Vec<Examined>,
    /// Goldens without a scenario.
    pub orphans: Vec<Problem>,
    /// How v2 stands with v1.
    pub reference: References,
    /// What the gates of the suite's policy decide; absent for chosen cases and for a suite without a policy.
    pub judged: Option<Judged>,
}

impl Checked {
    /// Counts and keeps.
    pub fn new(
        suite: Option<String>,
        tapes: Vec<CheckedTape>,
        cases: Vec<Examined>,
        orphans: Vec<Problem>,
        reference: References,
        judged: Option<Judged>,
    ) -> Self {
        let cases_passed = cases.iter().filter(|case| case.verdict.is_pass()).count();
        Self { suite, cases_checked: cases.len(), cases_passed, tapes, cases, orphans, reference, judged }
    }

    /// What was checked, in half a sentence.
    pub fn title(&self) -> String {
        let tapes = count(self.tapes.len(), "tape");
        match &self.suite {
            Some(suite) => format!("suite {suite}: {} on {tapes}", count(self.cases.len(), "case")),
            None => format!("{} on {tapes}", count(self.cases.len(), "chosen case")),
        }
    }

    /// The verdict in a sentence.
    pub fn conclusion(&self) -> String {
        let Self { cases_checked, cases_passed, .. } = self;
        let verdict = self.exit();
        let mut text =
            format!("verdict: {verdict} (exit {}): {cases_passed} of {cases_checked} cases pass", verdict.code());
        let pairs = &self.reference.pairs;
        if !pairs.is_empty() {
            let explained = pairs.iter().filter(|standing| standing.verdict.is_pass()).count();
            text += &format!(", {explained} of {} with v1 explained", count(pairs.len(), "pair"));
        }
        if let Some(judged) = &self.judged {
            text += &format!(", {} under policy {}", judged.decision, judged.policy);
        }
        text
    }

    /// Everything that went wrong, by what it went wrong with; a tape may have the name of a case.
    pub fn problems(&self) -> impl Iterator<Item = (String, &[Problem])> {
        let tapes = self.tapes.iter().map(|tape| (format!("tape {}", tape.tape), tape.problems.as_slice()));
        let cases = self.cases.iter().map(|case| (format!("case {}", case.case), case.problems.as_slice()));
        let goldens = [("goldens".to_owned(), self.orphans.as_slice())];
        let pairs = self.reference.pairs.iter();
        let pairs = pairs.map(|pair| (format!("pair {}", pair.pair), pair.problems.as_slice()));
        let reference = [("reference".to_owned(), self.reference.problems.as_slice())];
        tapes.chain(cases).chain(goldens).chain(pairs).chain(reference).filter(|(_, problems)| !problems.is_empty())
    }

    /// The columns of the table of cases.
    pub const COLUMNS: [(&'static str, Align); 11] = [
        ("case", Align::Left),
        ("days", Align::Right),
        ("final equity", Align::Right),
        ("annual", Align::Right),
        ("volatility", Align::Right),
        ("Sharpe", Align::Right),
        ("drawdown", Align::Right),
        ("turnover a year", Align::Right),
        ("digest", Align::Left),
        ("golden", Align::Left),
        ("verdict", Align::Left),
    ];

    /// The rows of the table of cases.
    pub fn rows(&self) -> Vec<Vec<String>> {
        self.cases.iter().map(row).collect()
    }
}

fn row(examined: &Examined) -> Vec<String> {
    let Examined { case, verdict, run, golden, .. } = examined;
    let figures = match run {
        None => vec!["-".to_owned(); 8],
        Some(run) => vec![
            run.days.to_string(),
            format!("{:.2} {}", run.metrics.final_equity.to_units(), run.currency),
            percent(run.metrics.annual_return),
            percent(run.metrics.volatility),
            two_decimals(run.metrics.sharpe_ratio),
            percent(run.metrics.max_drawdown),
            two_decimals(run.metrics.turnover_annual),
            run.digest.short(),
        ],
    };
    let mut row = vec![case.clone()];
    row.extend(figures);
    row.extend([golden.text().to_owned(), verdict.to_string()]);
    row
}

impl Report for Checked {
    fn command(&self) -> &'static str {
        "check"
    }

    fn exit(&self) -> Exit {
        let tapes = self.tapes.iter().map(|tape| tape.verdict);
        let cases = self.cases.iter().map(|case| case.verdict);
        let orphans = self.orphans.iter().map(|problem| problem.verdict);
        let judged = self.judged.iter().map(Judged::exit);
        Exit::of_all(tapes.chain(cases).chain(orphans).chain(self.reference.verdicts()).chain(judged))
    }

    fn text(&self) -> String {
        let mut text = self.title() + "\n\n";
        text += &CheckedTape::table(&self.tapes);
        text += "\n";
        text += &table(&Self::COLUMNS, self.rows());
        if !self.reference.pairs.is_empty() {
            text += "\n";
            text += &table(&shown::COLUMNS, shown::rows(&self.reference.pairs));
            text += "\n";
            text += &table(&shown::MEASURES, shown::measure_rows(&self.reference.pairs));
            text += &format!("\nexpected differences between v1 and v2\n\n{}", self.reference.register);
        }
        if let Some(judged) = &self.judged {
            text += &judged.text();
        }
        self.problems().for_each(|(name, problems)| text += &Problem::block(&name, problems));
        text + "\n" + &self.conclusion() + "\n"
    }
}
