//! `reference mirror`: both systems of a pair over the same days, side by side, and where they first part.

use domain::chain::Stage;
use replay::mirror::beside::{Feed, Mirror, Tolerances};
use replay::mirror::findings::{Divergence, Findings};
use replay::run::{self, SystemIdentity};
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::market;
use crate::output::Report;
use crate::pairs::worlds::world;
use crate::pairs::{Ends, Pair, legs};
use crate::progress::Progress;
use crate::table::{Align, percent, table};

/// Walk v1 and v2 over the same days and show where they first part: day, stage, instrument, both values.
///
/// The reference decides, in the successor's market. At each stage the successor is asked what it makes of what the
/// reference has at hand, so that a difference at one stage is not carried into the next; with --own it walks on its
/// own answers instead.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus reference mirror us-2007-2009-crisis
  prometheus reference mirror us-2007-2009-crisis --own --weight-tolerance 0.001")]
pub struct Arguments {
    /// The pair.
    #[arg(value_name = "PAIR")]
    pub name: String,
    /// Feed the successor with its own answers instead of the reference's.
    #[arg(long)]
    pub own: bool,
    /// How far two scores may be apart.
    #[arg(long, value_name = "NUMBER", default_value_t = 1e-9, value_parser = tolerance)]
    pub score_tolerance: f64,
    /// How far two weights may be apart, as a share of equity.
    #[arg(long, value_name = "NUMBER", default_value_t = 1e-9, value_parser = tolerance)]
    pub weight_tolerance: f64,
    /// How many shares two orders may be apart.
    #[arg(long, value_name = "NUMBER", default_value_t = 1e-6, value_parser = tolerance)]
    pub share_tolerance: f64,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Mirrored {
    pair: String,
    engines: [String; 2],
    first_day: Option<String>,
    last_day: Option<String>,
    /// The very first divergence.
    first: Option<Parted>,
    stages: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    stage: &'static str,
    days: u32,
    days_diverged: u32,
    days_one_sided: u32,
    names: u64,
    names_diverged: u64,
    names_opposed: u64,
    first: Option<Parted>,
    first_one_sided: Option<Parted>,
}

/// A divergence, its values in words.
#[derive(Serialize)]
struct Parted {
    day: String,
    stage: &'static str,
    instrument: Option<String>,
    reference: String,
    successor: String,
    tolerance: f64,
    #[serde(skip)]
    words: String,
}

/// Mirrors.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let ends = Pair::read(&root, &arguments.name)?.ends(&root)?;
    let Ends { reference, successor, .. } = &ends;
    let scenario = world(reference, successor, Some(Stage::Calendar));
    let (old, legacy) = legs::chain(&root, context.registry, reference)?;
    let (new, modern) = legs::chain(&root, context.registry, successor)?;
    let tape = market::load(&root, &scenario)?;
    let feed = if arguments.own { Feed::Own } else { Feed::Legacy };
    let tolerances = Tolerances {
        score: arguments.score_tolerance,
        weight: arguments.weight_tolerance,
        shares: arguments.share_tolerance,
    };
    let identity = SystemIdentity {
        name: format!("{} beside {}", new.name, old.name),
        version: format!("{} beside {}", new.version, old.version),
        config_digest: old.config_digest.chained(new.config_digest.to_string().as_bytes()),
    };
    let (mut mirror, found) = Mirror::new((old.name, legacy), (new.name, modern), feed, tolerances);
    let progress = Progress::begin(&context.output, "mirror", 1);
    run::replay_in_memory(&scenario, &identity, &tape, &mut mirror)?;
    progress.end();
    let report = Mirrored::of(ends.pair.name, &found.borrow());
    context.output.show(&report)
}

/// Reads a distance.
fn tolerance(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    number
        .filter(|number| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| "expected a number of at least 0".to_owned())
}

impl Mirrored {
    fn of(pair: String, found: &Findings) -> Self {
        let line = |stage: Stage| {
            let of = found.stage(stage)?;
            Some(Line {
                stage: stage.name(),
                days: of.days,
                days_diverged: of.days_diverged,
                days_one_sided: of.days_one_sided,
                names: of.names,
                names_diverged: of.names_diverged,
                names_opposed: of.names_opposed,
                first: of.first.as_ref().map(Parted::of),
                first_one_sided: of.first_one_sided.as_ref().map(Parted::of),
            })
        };
        let [old, new] = &found.engines;
        Self {
            pair,
            engines: [old.to_string(), new.to_string()],
            first_day: found.days.map(|(first, _)| first.to_string()),
            last_day: found.days.map(|(_, last)| last.to_string()),
            first: found.first().map(Parted::of),
            stages: Stage::ALL.into_iter().filter_map(line).collect(),
        }
    }
}

impl Parted {
    fn of(divergence: &Divergence) -> Self {
        let Divergence { on, stage, instrument, values: [old, new], tolerance, .. } = divergence;
        Self {
            day: on.to_string(),
            stage: stage.name(),
            instrument: instrument.as_ref().map(ToString::to_string),
            reference: old.to_string(),
            successor: new.to_string(),
            tolerance: *tolerance,
            words: divergence.to_string(),
        }
    }
}

impl Report for Mirrored {
    fn command(&self) -> &'static str {
        "reference mirror"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let [old, new] = &self.engines;
        let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "-".to_owned());
        let days = format!("{} to {}", day(&self.first_day), day(&self.last_day));
        let mut text = format!("{}: {new} beside {old}, {days}; {old} decides\n\n", self.pair);
        let columns = [
            ("stage", Align::Left),
            ("days", Align::Right),
            ("parted", Align::Right),
            ("one alone", Align::Right),
            ("names", Align::Right),
            ("parted", Align::Right),
            ("share", Align::Right),
            ("opposed", Align::Right),
        ];
        let share = |line: &Line| (line.names > 0).then(|| line.names_diverged as f64 / line.names as f64);
        let row = |line: &Line| {
            let mut row = vec![line.stage.to_owned()];
            row.extend([line.days, line.days_diverged, line.days_one_sided].map(|count| count.to_string()));
            row.extend([line.names, line.names_diverged].map(|count| count.to_string()));
            row.extend([percent(share(line)), line.names_opposed.to_string()]);
            row
        };
        text += &table(&columns, self.stages.iter().map(row).collect());
        text += &match &self.first {
            None => "\nthe two say the same everywhere\n".to_owned(),
            Some(first) => format!("\nfirst: {}\n", first.words),
        };
        for line in &self.stages {
            for parted in [&line.first, &line.first_one_sided].into_iter().flatten() {
                text += &format!("{}: {}\n", line.stage, parted.words);
            }
        }
        text
    }
}
