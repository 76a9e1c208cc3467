//! `reference explain`: a difference from the figure down to the stage, the day and the instrument.

use domain::chain::Stage;
use domain::quantity::Cash;
use journal::journal::Journal;
use judge::pair::attribution::{Attribution, Departure, Leg};
use judge::pair::parting::{self, Parting};
use judge::pair::record;
use serde::Serialize;

use super::check::as_recorded;
use crate::arguments::{Jobs, JsonFlag};
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::pairs::{self, Ends, Pair, legs, standing};
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::table::{Align, table};

/// Show where a difference between v1 and v2 comes from: stage, day, instrument.
///
/// The legs of the pair are replayed. The table says what each stage adds to the gap; below it stands, for one stage,
/// the first order or fill in which its leg goes another way than the leg before, the days that move the gap most and
/// the instruments that moved it. The stage is the first one that left the record, or else the one with the largest
/// part.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus reference explain us-2007-2009-crisis
  prometheus reference explain us-2007-2009-crisis --stage signal --days 20")]
pub struct Arguments {
    /// The pair.
    #[arg(value_name = "PAIR")]
    pub name: String,
    /// The stage: data, calendar, universe, signal, sizing, limits or execution.
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<Stage>,
    /// How many days and instruments are listed.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub days: usize,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Explained {
    pair: String,
    gap: String,
    parts: Vec<Line>,
    /// Where the walk left the record; absent when it did not, or there is none.
    departure: Option<Departure>,
    /// The stage that is taken apart below.
    stage: String,
    parting: Parting,
}

#[derive(Serialize)]
struct Line {
    stage: String,
    final_equity: String,
    part: String,
}

/// Explains.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let ends = as_recorded(&root, Pair::read(&root, &arguments.name)?.ends(&root)?);
    let stages = legs::stages(context.registry, &ends);
    if let Some(stage) = arguments.stage.filter(|stage| !stages.contains(stage)) {
        let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
        let message = format!("--stage {stage}: {} cannot be taken apart there", ends.pair.name);
        return Err(CliError::bad_input(message, format!("choose one of {}", names.join(", "))));
    }
    let all: Vec<Option<Stage>> = std::iter::once(None).chain(stages.into_iter().map(Some)).collect();
    let progress = Progress::begin(&context.output, "legs", all.len());
    let ran = in_parallel(arguments.jobs.count(), &all, |stage| {
        let ran = legs::run_leg(&root, context.registry, &ends, *stage).map(|ran| ran.journal);
        progress.step(stage.map_or("reference", Stage::name));
        ran
    });
    progress.end();
    let journals = ran.into_iter().collect::<Result<Vec<Journal>, CliError>>()?;
    let walked = all.iter().zip(&journals).map(|(stage, journal)| Leg::of(*stage, journal, None)).collect();
    let attribution = Attribution::new(walked).map_err(|error| CliError::defect(error.to_string()))?;
    let departure = departure(&root, &ends, &attribution)?;
    let at = chosen_leg(arguments, &attribution, departure.as_ref());
    let parting = parting::between(&journals[at - 1], &journals[at], arguments.days);
    let stage = attribution.legs()[at].name().to_owned();
    let parts = lines(&attribution);
    let gap = attribution.gap().to_string();
    context.output.show(&Explained { pair: ends.pair.name, gap, parts, departure, stage, parting })
}

/// Where the walk leaves the record. A record that cannot be used is the check's to tell.
fn departure(root: &crate::root::Root, ends: &Ends, fresh: &Attribution) -> Result<Option<Departure>, CliError> {
    match record::read(&pairs::records(root), &ends.pair.name) {
        Ok(stored) => Ok(fresh.departs_from(&without_moves(&stored.record.walk.attribution)?)),
        Err(_) => Ok(None),
    }
}

/// A walk that only explains does not measure how far weights moved.
fn without_moves(recorded: &Attribution) -> Result<Attribution, CliError> {
    let legs = recorded.legs().iter().map(|leg| Leg { moved: None, ..leg.clone() }).collect();
    Attribution::new(legs).map_err(|error| CliError::defect(error.to_string()))
}

/// The leg to take apart, never the first: what was asked for, else where the record was left, else the largest part.
fn chosen_leg(arguments: &Arguments, attribution: &Attribution, departure: Option<&Departure>) -> usize {
    let named = |name: &str| attribution.legs().iter().position(|leg| leg.name() == name);
    let asked = arguments.stage.and_then(|stage| named(stage.name()));
    let departed = departure.and_then(|departure| named(&departure.stage));
    let leading = attribution.leading().and_then(|part| named(part.last.name()));
    asked.or(departed).or(leading).unwrap_or(1).max(1)
}

fn lines(attribution: &Attribution) -> Vec<Line> {
    let reference = attribution.reference();
    let first = Line { stage: "reference".into(), final_equity: reference.final_equity.to_string(), part: "-".into() };
    let rest = attribution.legs().iter().skip(1).zip(attribution.parts()).map(|(leg, part)| Line {
        stage: part.name(),
        final_equity: leg.final_equity.to_string(),
        part: signed(part.money),
    });
    std::iter::once(first).chain(rest).collect()
}

fn signed(amount: Cash) -> String {
    if amount.micros() > 0 { format!("+{amount}") } else { amount.to_string() }
}

impl Report for Explained {
    fn command(&self) -> &'static str {
        "reference explain"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { pair, gap, parts, departure, stage, parting } = self;
        let columns =
            [("stage taken from the successor", Align::Left), ("ends with", Align::Right), ("part", Align::Right)];
        let row = |line: &Line| vec![line.stage.clone(), line.final_equity.clone(), line.part.clone()];
        let mut text = format!("{pair}: the successor ends {gap} apart from the reference\n\n");
        text += &table(&columns, parts.iter().map(row).collect());
        if let Some(departure) = departure {
            text += &format!("\nnot the recorded difference any more: {}\n", standing::in_words(departure));
        }
        text + &format!("\nstage {stage}, against the leg before it\n{}", shown(parting))
    }
}

fn shown(parting: &Parting) -> String {
    let mut text = match &parting.first {
        None => "  no order, fill or account differs\n".to_owned(),
        Some(first) => format!("  first: {first}\n"),
    };
    for day in &parting.days {
        text += &format!("  {}: the gap of the two legs moves by {}\n", day.on, signed(day.moved));
    }
    for name in &parting.instruments {
        text += &format!("  {}: {} more bought than before, {} more sold\n", name.id, name.bought, name.sold);
    }
    text
}
