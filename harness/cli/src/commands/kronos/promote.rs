//! `kronos promote` and `kronos rollback`: what is active where.

use domain::digest::Digest;
use kronos::act::Request;
use kronos::actor::ActorKind;
use kronos::object::{Scope, Stage};

use super::acts::{ActArguments, experiment, perform};
use crate::arguments::{JsonFlag, one_line};
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Make the config of an approved experiment the active one at a stage of its scope.
///
/// The verdict must be ELIGIBLE, of this config against what is active there now (the base config where nothing is),
/// not SUSPECT, not too old, and not have carried another activation. A config climbs BACKTESTED, SHADOW, LIMITED,
/// FULL.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos promote experiment-2 --stage SHADOW --verdict ID \\
      --by \"C. Manager\" --reason \"sixty days of shadow\"")]
pub struct Arguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    /// BACKTESTED, SHADOW, LIMITED or FULL.
    #[arg(long, value_name = "STAGE")]
    stage: Stage,
    /// The verdict of this stage.
    #[arg(long, value_name = "ID")]
    verdict: Option<Digest>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Make what was active before in a scope active again; the first activation rolls back to none.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus kronos rollback v2/US_CORE/LIMITED --by \"D. Operator\" --reason \"drawdown trigger\"
  prometheus kronos rollback v2/US_CORE/FULL --to v2_1f0c9d2e7a41 --by \"D. Operator\" --reason \"last known good\"")]
pub struct RollBackArguments {
    /// Where, as ENGINE/SCOPE/STAGE.
    #[arg(value_name = "SCOPE")]
    scope: Scope,
    /// A config that was active below what is active now; the one directly below when not given.
    #[arg(long, value_name = "CONFIG", value_parser = one_line)]
    to: Option<String>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Promotes.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let Arguments { experiment, stage, verdict, act, .. } = arguments;
    perform("kronos promote", ActorKind::Promotion, act, Request::Activate(*experiment, *stage, *verdict), context)
}

/// Rolls back.
pub fn run_back(arguments: &RollBackArguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let RollBackArguments { scope, to, act, .. } = arguments;
    perform("kronos rollback", ActorKind::Operator, act, Request::RollBack(scope.clone(), to.clone()), context)
}
