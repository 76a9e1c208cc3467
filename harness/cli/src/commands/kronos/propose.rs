//! `kronos propose`: a config for a scope, for a reviewer to look at.

use std::path::PathBuf;

use kronos::act::{Request, Wish};
use kronos::actor::ActorKind;
use kronos::event::Expectation;
use kronos::store;
use toml::Table;

use super::acts::{ActArguments, perform, ten_thousandths};
use super::configs::Shelf;
use crate::arguments::{JsonFlag, one_line};
use crate::commands::Context;
use crate::commands::replay::read_config;
use crate::error::CliError;
use crate::exit::Exit;
use crate::reference_config::laid_over;

/// Propose a config for a portfolio or strategy: the keys that differ from a base config.
///
/// The engine must read the config, and the base must exist. Without an expectation only a person proposes; with one it
/// must reach the policy's confidence and gain.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos propose --engine v2 --scope US_CORE --base us-equity --config slower.toml \\
      --confidence 0.54 --sharpe-gain 0.25 --by \"A. Analyst\" --reason \"half the turnover\"")]
pub struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// The config that is wanted.
#[derive(Clone, Debug, clap::Args)]
pub struct Wanted {
    /// The engine: a system of the registry.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    engine: String,
    /// The portfolio or strategy.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    scope: String,
    /// The config to start from: a reference config, a case, or the id of a config.
    #[arg(long, value_name = "CONFIG", value_parser = one_line)]
    base: String,
    /// A TOML file with the keys that differ from the base.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Capital of the scope in whole units of its currency; 0 for one without.
    #[arg(long, value_name = "UNITS", default_value_t = 0)]
    capital: u64,
    /// How sure somebody is who computed it, from 0 to 1.
    #[arg(long, value_name = "SHARE", value_parser = ten_thousandths, requires = "sharpe_gain")]
    confidence: Option<i32>,
    /// By how much the Sharpe ratio is expected to rise.
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = ten_thousandths,
        requires = "confidence",
        allow_negative_numbers = true
    )]
    sharpe_gain: Option<i32>,
}

/// Proposes.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let wish = arguments.wanted.wish(&arguments.act, context)?;
    perform("kronos propose", ActorKind::Reviewer, &arguments.act, Request::Propose(wish), context)
}

impl Wanted {
    /// The whole config: the keys of the file laid over the base.
    pub(super) fn wish(&self, act: &ActArguments, context: &Context<'_>) -> Result<Wish, CliError> {
        let root = context.root()?;
        let own = read_config(&self.config)?;
        let registered = store::read(&act.store().folder(&root))?.log.state().config(&self.base).cloned();
        let registered = registered.filter(|registered| registered.engine_name == self.engine);
        let (base_config_id, base) = match registered {
            Some(registered) => {
                let unread = |error: toml::de::Error| CliError::defect(format!("{}: {error}", self.base));
                (self.base.clone(), registered.config_body.parse::<Table>().map_err(unread)?)
            }
            None => Shelf::of(&root, context.registry).find(&self.engine, &self.base)?.ok_or_else(|| self.no_base())?,
        };
        let body = toml::to_string(&laid_over(&base, &own));
        let body = body.map_err(|error| CliError::defect(format!("the config cannot be written: {error}")))?;
        let expectation = match (self.confidence, self.sharpe_gain) {
            (Some(confidence), Some(sharpe_gain_bp)) => {
                let confidence_bp = u32::try_from(confidence).map_err(|_| {
                    CliError::bad_input("--confidence is below 0", "state a share from 0 to 1, for example 0.54")
                })?;
                Some(Expectation { confidence_bp, sharpe_gain_bp })
            }
            _ => None,
        };
        Ok(Wish {
            engine_name: self.engine.clone(),
            scope: self.scope.clone(),
            base_config_id,
            proposed_config_body: body,
            capital: self.capital,
            expectation,
        })
    }

    fn no_base(&self) -> CliError {
        let message = format!("--base {}: no config of {} is named so, and none has this id", self.base, self.engine);
        CliError::bad_input(message, "name a file of scenarios/configs/, a case, or an id of `prometheus kronos list`")
    }
}
