//! `gate controls`: every config that must be rejected, and every one that must be accepted, through the pipeline.

use std::collections::BTreeMap;

use judge::evidence::checks::{CONTROLS_FORMAT, ControlStanding, ControlTerms};
use serde::Serialize;

use crate::arguments::{Jobs, JsonFlag, one_line};
use crate::battery::control::{Control, Expectation};
use crate::battery::evidence::Arena;
use crate::battery::session::{Session, control_terms, controls_file};
use crate::battery::trial_run::{Ended, Runner, exit_of};
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::examination::Examiner;
use crate::exit::Exit;
use crate::files::{make_folder, write_whole};
use crate::output::Report;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::table::{Align, count, table};

/// Run the negative and positive controls through the gates.
///
/// Every control of scenarios/controls/ goes through the pipeline of a candidate: registration, replays, audits, gates. It
/// must end as its file says, by the gate that its file names. One on the wrong side makes the gates SUSPECT: with
/// --record that is written beside the policy, and nothing is eligible until a named person has cleared it
/// (`prometheus gate clear`). Exit 0: all ended as they must. Exit 3: one did not.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus gate controls
  prometheus gate controls leverage peeks-one-day
  prometheus gate controls --record --by \"A. Reviewer\"")]
pub struct Arguments {
    /// Controls by their names; all when none is given.
    #[arg(value_name = "CONTROL")]
    pub names: Vec<String>,
    /// The policy: a file of golden/policy/ without its .toml.
    #[arg(long, value_name = "NAME", default_value = "promotion")]
    pub policy: String,
    /// Write how the controls ended beside the policy.
    #[arg(long, requires = "by", conflicts_with = "names")]
    pub record: bool,
    /// Who records.
    #[arg(long, value_name = "NAME", value_parser = one_line, requires = "record")]
    pub by: Option<String>,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Controls {
    policy: String,
    controls: Vec<Ended>,
    families: BTreeMap<String, usize>,
    /// For each gate of the policy, the controls that it alone keeps out.
    alone: BTreeMap<String, Vec<String>>,
    recorded: bool,
    suspect: bool,
}

/// Runs the controls.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    if arguments.record {
        refuse_in_ci("gate controls --record")?;
    }
    let root = context.root()?;
    let chosen = chosen(Control::all(&root)?, &arguments.names)?;
    let session = Session::open(&root, &arguments.policy)?;
    let examiner = Examiner::new(&root, context)?;
    let jobs = arguments.jobs.count();
    let checks = session.engine_checks(&root, &examiner, jobs)?;
    // Controls run beside each other, each on one processor.
    let arena =
        Arena { root: &root, registry: context.registry, battery: &session.battery, policy: &session.policy, jobs: 1 };
    let runner = Runner::new(&arena, &checks);
    let progress = Progress::begin(&context.output, "controls", chosen.len());
    let ended = in_parallel(jobs, &chosen, |control| {
        let ended = runner.run(control);
        progress.step(&control.name);
        ended
    });
    progress.end();
    let ended = ended.into_iter().collect::<Result<Vec<Ended>, CliError>>()?;
    let standing = standing(control_terms(&root, &session.policy, &session.battery)?, &ended);
    if arguments.record {
        let file = controls_file(&root, &arguments.policy);
        let text = toml::to_string(&standing).map_err(|error| CliError::defect(error.to_string()))?;
        make_folder(file.parent().unwrap_or(&file))?;
        write_whole(&file, text.as_bytes())?;
    }
    let mut families: BTreeMap<String, usize> = BTreeMap::new();
    for one in &ended {
        *families.entry(named(one.family)).or_default() += 1;
    }
    let (policy, suspect) = (session.policy.name.clone(), standing.is_suspect());
    let alone = alone(&session, &ended);
    context.output.show(&Controls { policy, controls: ended, families, alone, recorded: arguments.record, suspect })
}

fn chosen(all: Vec<Control>, names: &[String]) -> Result<Vec<Control>, CliError> {
    if names.is_empty() {
        return Ok(all);
    }
    let known: Vec<String> = all.iter().map(|control| control.name.clone()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let offer = crate::suggest::offer("control", unknown, &known);
        let message = format!("no control is named `{unknown}`: {offer}");
        return Err(CliError::bad_input(message, "name a file of scenarios/controls/ without its .toml"));
    }
    Ok(all.into_iter().filter(|control| names.contains(&control.name)).collect())
}

fn standing(under: ControlTerms, ended: &[Ended]) -> ControlStanding {
    let (positive, negative): (Vec<&Ended>, Vec<&Ended>) =
        ended.iter().partition(|one| one.expect == Expectation::Eligible);
    let names = |wrong: &[&Ended]| wrong.iter().filter(|one| !one.right).map(|one| one.control.clone()).collect();
    let right = |those: &[&Ended]| those.iter().filter(|one| one.right).count() as u64;
    ControlStanding {
        format: CONTROLS_FORMAT,
        rejected: right(&negative),
        passed: names(&negative),
        accepted: right(&positive),
        refused: names(&positive),
        under,
        cleared: None,
    }
}

/// What each gate alone keeps out: without it these controls would pass.
fn alone(session: &Session, ended: &[Ended]) -> BTreeMap<String, Vec<String>> {
    let of = |gate: &str| {
        let only = ended.iter().filter(|one| one.ended != Expectation::Refused && one.by == [gate.to_owned()]);
        only.map(|one| one.control.clone()).collect()
    };
    session.policy.gates.iter().map(|gate| (gate.name.to_owned(), of(gate.name))).collect()
}

fn named<T: Serialize>(value: T) -> String {
    toml::Value::try_from(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Report for Controls {
    fn command(&self) -> &'static str {
        "gate controls"
    }

    fn exit(&self) -> Exit {
        exit_of(&self.controls)
    }

    fn text(&self) -> String {
        let columns = [
            ("control", Align::Left),
            ("family", Align::Left),
            ("must end", Align::Left),
            ("ended", Align::Left),
            ("", Align::Left),
            ("gates that spoke", Align::Left),
        ];
        let row = |one: &Ended| {
            let by = if one.ended == Expectation::Refused { "registration".to_owned() } else { one.by.join(", ") };
            let right = if one.right { "right" } else { "WRONG" };
            vec![one.control.clone(), named(one.family), named(one.expect), named(one.ended), right.to_owned(), by]
        };
        let mut text = table(&columns, self.controls.iter().map(row).collect());
        for one in self.controls.iter().filter(|one| !one.right) {
            text += &format!("\n{}: {}", one.control, one.reason);
        }
        let (earning, idle): (Vec<_>, Vec<_>) = self.alone.iter().partition(|(_, controls)| !controls.is_empty());
        text += &format!("\n{} alone keep out at least one control", count(earning.len(), "gate"));
        if !idle.is_empty() {
            let idle: Vec<&str> = idle.iter().map(|(gate, _)| gate.as_str()).collect();
            text += &format!("; none alone: {}", idle.join(", "));
        }
        let right = self.controls.iter().filter(|one| one.right).count();
        text += &format!("\n{right} of {} ended as they must", count(self.controls.len(), "control"));
        let standing = if self.suspect { ": the gates are SUSPECT" } else { "" };
        let recorded = if self.recorded { ", recorded" } else { "" };
        text + &format!("{standing}{recorded}\n")
    }
}
