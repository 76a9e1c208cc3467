//! `kronos report`: what configs earned, by regime, market and stability bucket, and how they compare.

use std::path::PathBuf;

use journal::journal::Journal;
use journal::store;
use kronos::performance::comparison::{Comparison, Standing};
use kronos::performance::figures::Figures;
use kronos::performance::report::{Performance, Run, Slices};
use kronos::policy::Policy;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, percent, table, two_decimals};

/// Show what configs earned: days, return, volatility, Sharpe ratio, drawdown, turnover and hit rate, as a whole and by
/// regime, market and stability bucket. Two or more configs over the same days are compared.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus kronos report .prometheus/journals/<run id>
  prometheus kronos report US_EQ=.prometheus/journals/<run id> US_EQ=.prometheus/journals/<other run id>")]
pub struct Arguments {
    /// Journals, each with the market that it traded, as MARKET=DIR, or without.
    #[arg(value_name = "[MARKET=]DIR", required = true, value_parser = run_of)]
    runs: Vec<RunArgument>,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// A journal and its market.
#[derive(Clone, Debug)]
pub struct RunArgument {
    market: Option<String>,
    folder: PathBuf,
}

#[derive(Serialize)]
struct Reports {
    reports: Vec<Performance>,
    /// How the configs compare.
    comparison: Option<Comparison>,
    /// Why they were not compared.
    not_compared: Option<String>,
}

fn run_of(text: &str) -> Result<RunArgument, String> {
    let (market, folder) = match text.split_once('=') {
        Some((market, folder)) => (Some(market.to_owned()), folder),
        None => (None, text),
    };
    if folder.is_empty() || market.as_ref().is_some_and(String::is_empty) {
        return Err("expected DIR or MARKET=DIR".to_owned());
    }
    Ok(RunArgument { market, folder: PathBuf::from(folder) })
}

/// Reports.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let policy = Policy::read(&root.golden().join("policy/kronos.toml"))?;
    let journals = arguments.runs.iter().map(|run| store::open(&run.folder).map_err(CliError::from));
    let journals = journals.collect::<Result<Vec<Journal>, CliError>>()?;
    let runs: Vec<Run<'_>> = arguments
        .runs
        .iter()
        .zip(&journals)
        .map(|(run, journal)| Run { market: run.market.as_deref(), journal })
        .collect();
    let reports = Performance::of_runs(&runs, &policy.stability_bounds)?;
    let (comparison, not_compared) = match Comparison::of(&reports, &policy.comparison) {
        Ok(comparison) => (Some(comparison), None),
        Err(why) => (None, Some(why.to_string())),
    };
    context.output.show(&Reports { reports, comparison, not_compared })
}

impl Report for Reports {
    fn command(&self) -> &'static str {
        "kronos report"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let mut text: String = self.reports.iter().map(|report| text_of(report) + "\n").collect();
        if let Some(comparison) = &self.comparison {
            text += &compared(comparison);
        }
        // Of a single config nobody expects a comparison.
        let asked = self.not_compared.iter().filter(|_| self.reports.len() > 1);
        asked.for_each(|why| text += &format!("not compared: {why}\n"));
        text
    }
}

fn text_of(report: &Performance) -> String {
    let Performance { config_id, period_start, period_end, runs, metrics, .. } = report;
    let heading =
        format!("{config_id}  {period_start} to {period_end}, {} of it\n", crate::table::count(runs.len(), "run"));
    let columns = [
        ("slice", Align::Left),
        ("days", Align::Right),
        ("a year", Align::Right),
        ("volatility", Align::Right),
        ("Sharpe", Align::Right),
        ("drawdown", Align::Right),
        ("turnover a year", Align::Right),
        ("hit rate", Align::Right),
    ];
    let mut rows = vec![row("all", metrics)];
    rows.extend(report.slices().map(|(name, figures)| row(&name, figures)));
    let mut text = heading + &table(&columns, rows);
    for (dimension, slices) in [
        ("regime", &report.by_regime),
        ("market", &report.by_market),
        ("stability bucket", &report.by_stability_bucket),
    ] {
        if let Slices::Absent(why) = slices {
            text += &format!("no {dimension}: {why}\n");
        }
    }
    text
}

fn row(name: &str, figures: &Figures) -> Vec<String> {
    vec![
        name.to_owned(),
        figures.days.to_string(),
        percent(figures.annual_return),
        percent(figures.volatility),
        two_decimals(figures.sharpe_ratio),
        percent(figures.max_drawdown),
        two_decimals(figures.turnover_annual),
        percent(figures.hit_rate),
    ]
}

fn compared(comparison: &Comparison) -> String {
    let words = |standing: &Standing| match standing {
        Standing::Dominated { by } => format!("dominated by {by}"),
        Standing::Robust => "robust".to_owned(),
        Standing::Niche { best_on, bad_on } => {
            format!("niche: best on {}; bad on {}", best_on.join(", "), bad_on.join(", "))
        }
        Standing::Mixed => "mixed".to_owned(),
    };
    let rows = comparison.standings.iter().map(|(config, standing)| vec![config.clone(), words(standing)]);
    let mut text = table(&[("config", Align::Left), ("standing", Align::Left)], rows.collect());
    if !comparison.left_out.is_empty() {
        text += &format!("left out: {}\n", comparison.left_out.join(", "));
    }
    text
}
