//! `gate list`: the gates of a policy, their numbers with their whys, and how far they can be trusted.

use judge::gates::calibration::Calibration;
use judge::gates::policy::{Gate, GatePolicy, Kind};
use judge::gates::rates::Rate;
use serde::Serialize;

use super::calibrate::suite_battery;
use crate::arguments::JsonFlag;
use crate::battery::session::{calibration, control_terms, controls, controls_file, policy};
use crate::battery::worlds::Battery;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::root::Root;
use crate::table::{Align, table};

/// Show the gates of a policy, why their numbers are what they are, and their error rates.
///
/// A gate without figures under this very policy and battery is advisory: its refusal stands, its pass is worth nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus gate list
  prometheus gate list --policy pull-request --json")]
pub struct Arguments {
    /// The policy: a file of golden/policy/ without its .toml.
    #[arg(long, value_name = "NAME", default_value = "promotion")]
    pub policy: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Gates {
    policy: String,
    gates: Vec<Line>,
    suite: Option<Rate>,
    /// Why the figures do not count, where they do not.
    stale: Option<String>,
    /// How the controls stand: sound, suspect, cleared, stale or never run.
    controls: String,
}

#[derive(Serialize)]
struct Line {
    gate: String,
    numbers: String,
    why: String,
    advisory: bool,
    /// Whether its error rate is taken for granted, not measured.
    assumed: bool,
    same: Option<Rate>,
    mutants: Option<u64>,
}

/// Lists.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let (policy, text) = policy(&root, &arguments.policy)?;
    let calibration = calibration(&root, &arguments.policy)?.map(|(calibration, _)| calibration);
    let battery = match policy.kind {
        Kind::PullRequest => None,
        Kind::Promotion => Some(Battery::load(&root, &arguments.policy)?),
    };
    let digest = match &battery {
        Some(battery) => battery.digest,
        None => suite_battery(&root)?,
    };
    let stale = stale(&policy, calibration.as_ref(), digest);
    let gates = policy.gates.iter().map(|gate| line(gate, &text, calibration.as_ref(), stale.is_some())).collect();
    let controls = standing(&root, &policy, battery.as_ref())?;
    let suite = calibration.map(|calibration| calibration.suite);
    context.output.show(&Gates { policy: policy.name.clone(), gates, suite, stale, controls })
}

/// How the controls stand; what was run before something changed counts as not run.
fn standing(root: &Root, policy: &GatePolicy, battery: Option<&Battery>) -> Result<String, CliError> {
    let (Some(standing), Some(battery)) = (controls(root, &policy.name)?, battery) else {
        let earlier = controls_file(root, &policy.name).exists();
        return Ok(if earlier { "not run since they are bound to battery and files" } else { "never run" }.to_owned());
    };
    let changed = standing.under.changed(&control_terms(root, policy, battery)?);
    Ok(if !changed.is_empty() {
        format!("stale: changed since they were run: {}", changed.join(", "))
    } else if standing.is_suspect() {
        "SUSPECT".to_owned()
    } else if standing.cleared.is_some() {
        "cleared by a person".to_owned()
    } else {
        "sound".to_owned()
    })
}

fn stale(policy: &GatePolicy, calibration: Option<&Calibration>, battery: domain::digest::Digest) -> Option<String> {
    let Some(calibration) = calibration else { return Some("never measured".to_owned()) };
    let reasons = [
        (calibration.policy != policy.digest, "the policy has changed since"),
        (calibration.battery != battery, "the battery has changed since"),
        (calibration.gates_version != judge::gates::GATES_VERSION, "the gates have changed since"),
    ];
    reasons.into_iter().find(|(stale, _)| *stale).map(|(_, why)| why.to_owned())
}

fn line(gate: &Gate, text: &str, calibration: Option<&Calibration>, stale: bool) -> Line {
    let rate = calibration.and_then(|known| known.gates.iter().find(|rate| rate.gate == gate.name));
    Line {
        gate: gate.name.to_owned(),
        numbers: numbers(gate.name, text),
        why: gate.why.clone(),
        advisory: stale || rate.is_none(),
        assumed: rate.is_some_and(|rate| rate.assumed),
        same: rate.and_then(|rate| rate.same.clone()),
        mutants: rate.map(|rate| rate.mutants),
    }
}

/// The numbers of a gate as its file has them.
fn numbers(gate: &str, text: &str) -> String {
    let table: toml::Table = text.parse().unwrap_or_default();
    let gates = table.get("gate").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let own = gates.iter().find(|table| table.get("gate").and_then(toml::Value::as_str) == Some(gate));
    let own = own.and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let pairs = own.iter().filter(|(key, _)| !["gate", "why"].contains(&key.as_str()));
    pairs.map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
}

impl Report for Gates {
    fn command(&self) -> &'static str {
        "gate list"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let columns = [
            ("gate", Align::Left),
            ("numbers", Align::Left),
            ("counts", Align::Left),
            ("false alarms", Align::Right),
            ("at most (95 %)", Align::Right),
            ("mutants killed", Align::Right),
        ];
        let rate = |rate: &Option<Rate>| match rate {
            None => ["-".to_owned(), "-".to_owned()],
            Some(rate) => [format!("{} of {}", rate.refused, rate.runs), format!("{:.2} %", rate.upper * 100.0)],
        };
        let row = |line: &Line| {
            let counts = if line.advisory { "advisory" } else { "yes" };
            let [mut alarms, upper] = rate(&line.same);
            if line.assumed {
                "assumed".clone_into(&mut alarms);
            }
            let mutants = line.mutants.map_or_else(|| "-".to_owned(), |mutants| mutants.to_string());
            vec![line.gate.clone(), line.numbers.clone(), counts.to_owned(), alarms, upper, mutants]
        };
        let mut text = table(&columns, self.gates.iter().map(row).collect());
        text.push('\n');
        for line in &self.gates {
            text += &format!("{}: {}\n", line.gate, line.why);
        }
        let [alarms, upper] = rate(&self.suite);
        text +=
            &format!("\npolicy {}: false alarms {alarms}, at most {upper}; controls: {}", self.policy, self.controls);
        match &self.stale {
            Some(why) => text + &format!("\nevery gate is advisory: {why}; run `prometheus gate calibrate`\n"),
            None => text + "\n",
        }
    }
}
