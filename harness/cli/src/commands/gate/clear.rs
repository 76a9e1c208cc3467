//! `gate clear`: a named person answers for gates that are suspect.

use judge::pair::record::Act;
use serde::Serialize;

use crate::arguments::{JsonFlag, one_line};
use crate::battery::session::{control_terms, controls, controls_file, policy};
use crate::battery::worlds::Battery;
use crate::clock::today;
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::write_whole;
use crate::output::Report;

/// Clear gates that are SUSPECT because a control ended on the wrong side.
///
/// The controls stay on record as they ended, with the name and the reason of who cleared them. Running the controls anew
/// ends the clearance.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus gate clear --by \"A. Reviewer\" --reason \"the control was wrong: its cap is the mandate's\"")]
pub struct Arguments {
    /// The policy: a file of golden/policy/ without its .toml.
    #[arg(long, value_name = "NAME", default_value = "promotion")]
    pub policy: String,
    /// Who clears.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: String,
    /// Why it is right, in a sentence.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    pub reason: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Cleared {
    policy: String,
    controls: Vec<String>,
    by: String,
    reason: String,
}

/// Clears.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    refuse_in_ci("gate clear")?;
    let root = context.root()?;
    let (policy, _) = policy(&root, &arguments.policy)?;
    let standing = controls(&root, &arguments.policy)?;
    let battery = standing.as_ref().map(|_| Battery::load(&root, &arguments.policy)).transpose()?;
    let now = battery.map(|battery| control_terms(&root, &policy, &battery)).transpose()?;
    let Some(mut standing) = standing.filter(|standing| Some(&standing.under) == now.as_ref()) else {
        let message = format!(
            "the controls of policy {} were never run as policy, battery, gates and controls are now",
            policy.name
        );
        return Err(CliError::evidence_missing(message, "run `prometheus gate controls --record --by NAME` first"));
    };
    if !standing.is_suspect() {
        let message = format!("the gates of policy {} are not suspect: there is nothing to clear", policy.name);
        return Err(CliError::bad_input(message, "`prometheus gate list` shows how they stand"));
    }
    let (by, reason) = (arguments.by.clone(), arguments.reason.clone());
    standing.cleared = Some(Act { by: by.clone(), on: today(), reason: reason.clone() });
    let text = toml::to_string(&standing).map_err(|error| CliError::defect(error.to_string()))?;
    write_whole(&controls_file(&root, &arguments.policy), text.as_bytes())?;
    let controls = [standing.passed, standing.refused].concat();
    context.output.show(&Cleared { policy: policy.name, controls, by, reason })
}

impl Report for Cleared {
    fn command(&self) -> &'static str {
        "gate clear"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { policy, controls, by, reason } = self;
        format!("the gates of policy {policy} are cleared by {by}: {reason}\non record: {}\n", controls.join(", "))
    }
}
