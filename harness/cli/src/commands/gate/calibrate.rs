//! `gate calibrate`: what the gates of a policy let through and what they catch, measured.

use domain::digest::{CanonicalBytes, Digest};
use domain::seed::Streams;
use judge::evidence::{Part, Run};
use judge::gates::GATES_VERSION;
use judge::gates::calibration::Calibration;
use judge::gates::policy::{GatePolicy, Kind};
use judge::gates::rates::{GateRate, Mutants, Power, Rate, ZeroSkill};
use judge::gates::rules::{Rule, TrialsRule};
use judge::pair::record::Act;
use serde::Serialize;

use crate::arguments::{Jobs, JsonFlag, one_line};
use crate::battery::evidence::{Arena, Beside};
use crate::battery::measure::{Same, judged, summed};
use crate::battery::mutants::{self, Judged, Mutant};
use crate::battery::pool::Pool;
use crate::battery::session::{calibration_file, policy};
use crate::battery::subject::SubjectFile;
use crate::battery::worlds::Battery;
use crate::battery::zero_skill::{self, TRIED};
use crate::clock::today;
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::{make_folder, write_whole};
use crate::library::Library;
use crate::output::Report;
use crate::progress::Progress;
use crate::root::Root;
use crate::table::{Align, table};

/// Measure what the gates of the policies let through and what they catch.
///
/// False alarms: the reference config twice, on other seeds and histories drawn anew; every refusal is one. Power: the same
/// made worse by known sizes. Mutants: engines and configs with one planted fault each; survivors are listed by name.
/// With --record the figures are written beside each policy, and its gates count from then on; a change of the policy, the
/// battery or the gates makes them stale. --quick measures a tenth of everything and cannot be recorded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus gate calibrate --quick
  prometheus gate calibrate --record --by \"A. Reviewer\" --reason \"the margin of turnover is tighter\"")]
pub struct Arguments {
    /// A policy: a file of golden/policy/ without its .toml; may be given several times, both when not given.
    #[arg(long, value_name = "NAME", default_values = ["promotion", "pull-request"])]
    pub policy: Vec<String>,
    /// A tenth of everything.
    #[arg(long, conflicts_with = "record")]
    pub quick: bool,
    /// Write the figures beside each policy.
    #[arg(long, requires = "by", requires = "reason")]
    pub record: bool,
    /// Who records.
    #[arg(long, value_name = "NAME", value_parser = one_line, requires = "record")]
    pub by: Option<String>,
    /// Why they are measured anew.
    #[arg(long, value_name = "TEXT", value_parser = one_line, requires = "record")]
    pub reason: Option<String>,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// How much is measured.
struct Size {
    worlds: usize,
    same: u64,
    power: u64,
    stride: usize,
    searches: u64,
}

const FULL: Size = Size { worlds: 400, same: 1000, power: 60, stride: 1, searches: 400 };
const QUICK: Size = Size { worlds: 24, same: 100, power: 6, stride: 10, searches: 40 };

/// The window whose market the searches without skill toss their coins on: ten years.
const MARKET: &str = "us-2013-2022";

#[derive(Serialize)]
struct Calibrated {
    quick: bool,
    recorded: bool,
    policies: Vec<OfPolicy>,
}

#[derive(Serialize)]
struct OfPolicy {
    policy: String,
    suite: Rate,
    gates: Vec<GateRate>,
    power: Vec<Power>,
    mutants: Mutants,
    zero_skill: Vec<ZeroSkill>,
}

/// The battery of a pull request: the suites that it is judged on, with the scenario of every case.
pub fn suite_battery(root: &Root) -> Result<Digest, CliError> {
    let library = Library::of(root);
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus battery of a pull request v2");
    for name in library.suites()? {
        let suite = library.suite(&name)?;
        if suite.policy.as_deref() != Some("pull-request") {
            continue;
        }
        bytes.put_text(&name);
        for case in &suite.cases {
            bytes.put_text(case);
            // A case that cannot be read is told where it is examined.
            if let Ok(scenario) = library.case(case) {
                bytes.put_bytes(&scenario.world_digest().0).put_text(&scenario.system.name);
                bytes.put_text(&scenario.system.config.to_string());
            }
        }
    }
    Ok(Digest::of(bytes.as_slice()))
}

/// Measures.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    if arguments.record {
        refuse_in_ci("gate calibrate --record")?;
    }
    let root = context.root()?;
    let policies = arguments.policy.iter().map(|name| Ok(policy(&root, name)?.0));
    let policies = policies.collect::<Result<Vec<GatePolicy>, CliError>>()?;
    let first = policies.first().ok_or_else(|| CliError::defect("no policy is named"))?;
    let battery = Battery::load(&root, "promotion")?;
    let arena = Arena {
        root: &root,
        registry: context.registry,
        battery: &battery,
        policy: first,
        jobs: arguments.jobs.count(),
    };
    let size = if arguments.quick { QUICK } else { FULL };
    let steps = |count: usize| Progress::begin(&context.output, "calibrate", count);
    let progress = steps(size.worlds);
    let pool = Pool::fill(&root, &arena, size.worlds, &|world| progress.step(world))?;
    progress.end();
    let whole = reference_runs(&arena)?;
    let market = market_of(&whole)?;
    let chosen: Vec<Mutant> = mutants::all(&arena).into_iter().step_by(size.stride).collect();
    let progress = steps(chosen.len());
    let judged = judged(&arena, &chosen, &whole, &policies, &|mutant| progress.step(mutant))?;
    progress.end();
    let mut calibrated = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        let arena = Arena { policy, ..arena };
        let same = Same { arena: &arena, pool: &pool };
        let progress = steps(size.same as usize);
        let tally = same.tally(size.same, &|evidence| evidence, &|run| progress.step(run))?;
        let power = same.powers(size.power, &|_| {})?;
        progress.end();
        let judged: Vec<Judged> = judged.iter().filter_map(|of_mutant| of_mutant.get(at).cloned()).collect();
        calibrated.push(OfPolicy {
            policy: policy.name.clone(),
            suite: tally.suite(),
            gates: tally.gates(policy, &judged),
            power,
            mutants: summed(&judged),
            zero_skill: zero_skill(policy, &market, size.searches),
        });
    }
    if arguments.record {
        for (policy, figures) in policies.iter().zip(&calibrated) {
            record(arguments, &root, &battery, policy, figures)?;
        }
    }
    context.output.show(&Calibrated { quick: arguments.quick, recorded: arguments.record, policies: calibrated })
}

/// The reference beside itself, over the whole battery.
fn reference_runs(arena: &Arena<'_>) -> Result<Vec<Run>, CliError> {
    let reference = SubjectFile::reference();
    let sides = arena.sides(&reference, &|_| {})?;
    let both = [(&reference, &sides), (&reference, &sides)];
    Ok(arena.evidence(both, Vec::new(), &Beside::default())?.runs)
}

/// The daily returns on which coins are tossed.
fn market_of(runs: &[Run]) -> Result<Vec<f64>, CliError> {
    let run = runs.iter().find(|run| run.case == MARKET && run.part == Part::Historical);
    run.and_then(|run| run.baseline.returns()).ok_or_else(|| {
        let message = format!("the battery promotion has no window {MARKET} with returns, and searches need a market");
        CliError::evidence_missing(message, "restore the window in scenarios/batteries/promotion.toml")
    })
}

/// Searches without skill, for a policy that asks how many were tried.
fn zero_skill(policy: &GatePolicy, market: &[f64], searches: u64) -> Vec<ZeroSkill> {
    let rule = policy.gates.iter().find_map(|gate| match &gate.rule {
        Rule::Trials(rule) => Some(rule),
        _ => None,
    });
    let streams = Streams::new(policy.seed);
    let of =
        |rule: &TrialsRule| TRIED.map(|tried| zero_skill::searches(market, tried, searches, rule, streams)).to_vec();
    rule.map_or_else(Vec::new, of)
}

fn record(
    arguments: &Arguments,
    root: &Root,
    battery: &Battery,
    policy: &GatePolicy,
    figures: &OfPolicy,
) -> Result<(), CliError> {
    let act = Act {
        by: arguments.by.clone().unwrap_or_default(),
        on: today(),
        reason: arguments.reason.clone().unwrap_or_default(),
    };
    let calibration = Calibration {
        format: 1,
        gates_version: GATES_VERSION,
        policy: policy.digest,
        battery: if policy.kind == Kind::PullRequest { suite_battery(root)? } else { battery.digest },
        act,
        suite: figures.suite.clone(),
        gates: figures.gates.clone(),
        power: figures.power.clone(),
        mutants: figures.mutants.clone(),
        zero_skill: figures.zero_skill.clone(),
    };
    let file = calibration_file(root, &policy.name);
    make_folder(file.parent().unwrap_or(&file))?;
    let text = calibration.render().map_err(|error| CliError::defect(error.to_string()))?;
    write_whole(&file, text.as_bytes())
}

impl Report for Calibrated {
    fn command(&self) -> &'static str {
        "gate calibrate"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let mut text: String = self.policies.iter().map(OfPolicy::text).collect();
        match (self.quick, self.recorded) {
            (true, _) => text += "a tenth of everything: not recorded\n",
            (_, true) => text += "recorded beside the policies\n",
            _ => {}
        }
        text
    }
}

impl OfPolicy {
    fn text(&self) -> String {
        let Self { policy, suite, gates, power, mutants, zero_skill } = self;
        let mut text = format!("policy {policy}\n\n{}\n{}", rates(suite, gates), powers(power));
        text += &format!("\n{} of {} mutants killed", mutants.killed, mutants.planted);
        if !mutants.survivors.is_empty() {
            text += &format!("; survivors: {}", mutants.survivors.join(", "));
        }
        text += "\n\n";
        if zero_skill.is_empty() { text } else { text + &searches(zero_skill) + "\n" }
    }
}

/// The table of false alarms, the policy as a whole first.
pub fn rates(suite: &Rate, gates: &[GateRate]) -> String {
    let columns = [
        ("gate", Align::Left),
        ("same config", Align::Right),
        ("refused", Align::Right),
        ("inconclusive", Align::Right),
        ("rate at most (95 %)", Align::Right),
        ("mutants killed", Align::Right),
        ("by it alone", Align::Right),
    ];
    let row = |name: &str, rate: Option<&Rate>, mutants: String, alone: String| {
        let upper = rate.map_or_else(String::new, |rate| format!("{:.2} %", rate.upper * 100.0));
        // What is taken for granted has no rate.
        let assumed = || ["assumed", "", ""].map(str::to_owned);
        let [runs, refused, inconclusive] = rate
            .map_or_else(assumed, |rate| [rate.runs, rate.refused, rate.inconclusive].map(|count| count.to_string()));
        vec![name.to_owned(), runs, refused, inconclusive, upper, mutants, alone]
    };
    let whole = row("the policy", Some(suite), String::new(), String::new());
    let each = gates
        .iter()
        .map(|gate| row(&gate.gate, gate.same.as_ref(), gate.mutants.to_string(), gate.mutants_alone.to_string()));
    table(&columns, std::iter::once(whole).chain(each).collect())
}

/// The table of power: one row a size.
pub fn powers(power: &[Power]) -> String {
    let columns = [
        ("made worse", Align::Left),
        ("unit", Align::Left),
        ("size", Align::Right),
        ("caught", Align::Right),
        ("80 % at", Align::Right),
    ];
    let mut rows = Vec::new();
    for one in power {
        let mut first = [one.what.clone(), one.unit.clone()];
        let mut at = one.at_80.map_or_else(|| "not reached".to_owned(), |size| format!("{size:.3}"));
        for (size, caught) in one.sizes.iter().zip(&one.caught) {
            let [what, unit] = std::mem::take(&mut first);
            rows.push(vec![what, unit, size.to_string(), format!("{:.0} %", caught * 100.0), std::mem::take(&mut at)]);
        }
    }
    table(&columns, rows)
}

/// The table of searches without skill.
pub fn searches(found: &[ZeroSkill]) -> String {
    let columns = [
        ("configs without skill", Align::Right),
        ("searches", Align::Right),
        ("naive gate promotes", Align::Right),
        ("this gate promotes", Align::Right),
        ("rate at most (95 %)", Align::Right),
    ];
    let row = |one: &ZeroSkill| {
        let counts = [one.tried, one.runs, one.naive, one.promoted].map(|count| count.to_string());
        counts.into_iter().chain([format!("{:.2} %", one.upper * 100.0)]).collect()
    };
    table(&columns, found.iter().map(row).collect())
}
