//! `scenario generate RECIPE`: a made-up market from a recipe.

use std::path::PathBuf;

use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::read_text;
use crate::market;
use crate::output::Report;
use crate::synthesis::make;
use crate::synthesis::recipe::Recipe;
use crate::table::{Align, table};
use crate::tapes::day;

/// Make the tape of a recipe: a market that is made up, with reports, texts and credit, from a seed.
///
/// The same recipe gives the same tape. Every row passes the checks of an import, and the tape says that it is
/// synthetic, with the seed and the digest of the recipe.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus scenario generate scenarios/recipes/synthetic_fundamentals.toml --replace
  prometheus scenario generate my-recipe.toml --into drafts/mine")]
pub struct Arguments {
    /// The recipe; scenarios/recipes/ has one with every key.
    recipe: PathBuf,
    /// The folder that the tape gets; scenarios/tapes/NAME when not given.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Take the place of a tape that is there already.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Generated {
    folder: String,
    recipe_digest: String,
    seed: u64,
    tables: std::collections::BTreeMap<String, columnar::manifest::TableNote>,
}

/// Generates.
///
/// # Errors
/// [`CliError`] for a recipe that cannot stand, a name that is taken, or a row that an import refuses.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let recipe = Recipe::parse(&read_text(&arguments.recipe)?, &arguments.recipe.display().to_string())?;
    let folder = arguments.into.clone().unwrap_or_else(|| root.tape(&recipe.name));
    if folder.exists() && !arguments.replace {
        let message = format!("{}: something of that name is there already", folder.display());
        return Err(CliError::bad_input(message, "add --replace, or choose another --into"));
    }
    let calendar = market::calendar(&root, &recipe.market)?.ok_or_else(|| {
        CliError::bad_input(
            "market is `tape`: a recipe needs the sessions of a calendar",
            "name a market such as US_EQ",
        )
    })?;
    let report = make(&recipe, &calendar, &folder)?;
    context.output.show(&Generated {
        folder: folder.display().to_string(),
        recipe_digest: recipe.digest.to_string(),
        seed: recipe.seed.0,
        tables: report.manifest.tables,
    })
}

impl Report for Generated {
    fn command(&self) -> &'static str {
        "scenario generate"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let columns = [
            ("table", Align::Left),
            ("rows", Align::Right),
            ("first day", Align::Left),
            ("last day", Align::Left),
            ("digest", Align::Left),
        ];
        let rows = self.tables.iter().map(|(name, note)| {
            vec![name.clone(), note.rows.to_string(), day(note.first), day(note.last), note.digest.short()]
        });
        let tables = table(&columns, rows.collect());
        format!("{tables}\n{}: made from seed {} and recipe {}\n", self.folder, self.seed, &self.recipe_digest[..16])
    }
}
