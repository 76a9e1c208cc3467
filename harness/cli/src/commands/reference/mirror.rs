//! shim
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
/// Shim.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  x")]
pub struct Arguments {
    /// The pair.
    pub name: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}
pub fn run(_: &Arguments, _: &mut Context<'_>) -> Result<Exit, CliError> {
    unimplemented!()
}
