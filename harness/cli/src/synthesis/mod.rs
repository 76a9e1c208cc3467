//! Made-up markets: tapes with everything that bundled data lack, drawn from a seed.
//!
//! Free data have prices and little else. Whoever reads balance sheets, credit spreads or news needs a tape that has
//! them, and a planted story whose end is known. A recipe says how large the market is, how it moves and what is
//! planted; the same recipe gives the same tape, byte for byte, on every machine.
//!
//! | module | draws |
//! |---|---|
//! | [`recipe`] | nothing: it reads and checks |
//! | `world` | the days, the regime, the market's and the sectors' returns, rates and the index of fear |
//! | `prices` | each issuer's sessions, dividends, the split, the crash; its spread and implied volatility |
//! | `accounts` | quarterly reports that become known weeks after the quarter |
//! | `words` | filings, calls, news and releases that say in words what the numbers say |
//!
//! ```text
//! market return of a day = drift + volatility of the regime × draw          two regimes, a Markov chain
//! issuer's return        = beta × market + sector + own volatility × draw    within ±20 %
//! draw                   = twelve uniforms − 6                               mean 0, variance 1, within ±6
//! ```
//!
//! Every draw is named (`domain::seed::Streams`), so an issuer more moves no other issuer.

mod accounts;
mod prices;
pub mod recipe;
#[cfg(test)]
mod tests;
mod words;
mod world;

use std::fs;
use std::path::Path;

use columnar::import::{ImportOptions, ImportReport, Request, import};
use columnar::manifest::TapeManifest;
use columnar::notes::{Frequency, SeriesNote};
use domain::calendar::Calendar;
use domain::seed::Streams;

use crate::error::CliError;
use recipe::Recipe;

/// Makes the tape of `recipe` in the folder `into`, by way of an import that checks every row.
///
/// # Errors
/// [`CliError`] when the calendar does not cover the days, a row cannot stand, or the disk refuses.
pub fn make(recipe: &Recipe, calendar: &Calendar, into: &Path) -> Result<ImportReport, CliError> {
    let inputs = into.with_extension("inputs.partial");
    let _ = fs::remove_dir_all(&inputs);
    fs::create_dir_all(&inputs).map_err(|error| CliError::file("create", &inputs, &error))?;
    let made = write_inputs(recipe, calendar, &inputs).and_then(|()| {
        import(&manifest(recipe)?, &inputs, into, Some(calendar), ImportOptions::default()).map_err(CliError::from)
    });
    let _ = fs::remove_dir_all(&inputs);
    made
}

fn write_inputs(recipe: &Recipe, calendar: &Calendar, inputs: &Path) -> Result<(), CliError> {
    let drawn = world::World::draw(recipe, calendar)?;
    let issuers: Vec<prices::Issuer> =
        recipe.issuers().iter().map(|plan| prices::Issuer::draw(recipe, &drawn, plan)).collect();
    let reports: Vec<Vec<accounts::Report>> = issuers.iter().map(|one| accounts::draw(recipe, &drawn, one)).collect();
    let files = [
        ("instruments.csv", prices::instruments(&issuers)),
        ("bars.csv", prices::bars(&drawn, &issuers)),
        ("actions.csv", prices::actions(&issuers)),
        (
            "series.csv",
            world::series(&drawn) + &prices::series(recipe, &drawn, &issuers) + &accounts::series(&issuers, &reports),
        ),
        ("texts.csv", words::texts(recipe, &drawn, &issuers, &reports)),
    ];
    for (name, text) in files {
        let path = inputs.join(name);
        fs::write(&path, text).map_err(|error| CliError::file("write", &path, &error))?;
    }
    Ok(())
}

/// What the tape says of itself.
fn manifest(recipe: &Recipe) -> Result<TapeManifest, CliError> {
    let one = |name: &str| vec![name.to_owned()];
    let request = Request {
        name: recipe.name.clone(),
        source: format!(
            "synthetic: made by `prometheus scenario generate` from the seed {} and the recipe with the digest {}",
            recipe.seed.0, recipe.digest
        ),
        licence: "made up, so free of any; no price, issuer or event is real".to_owned(),
        market: Some(recipe.market.clone()),
        currency: Some(recipe.currency.clone()),
        bars: one("bars.csv"),
        series: one("series.csv"),
        actions: one("actions.csv"),
        instruments: one("instruments.csv"),
        texts: one("texts.csv"),
        ..Request::default()
    };
    let mut manifest = request.recipe()?;
    manifest.about.basis = recipe.basis.clone();
    manifest.series = notes(recipe);
    manifest.explained = recipe.explained.clone();
    Ok(manifest)
}

fn notes(recipe: &Recipe) -> Vec<SeriesNote> {
    let note = |ids: String, unit: &str, frequency, dated: &str, release_lag_days| SeriesNote {
        ids,
        unit: unit.to_owned(),
        frequency,
        dated: dated.to_owned(),
        release_lag_days,
        why: "as the series of the same name in the tape macro; quotes a day after the close".to_owned(),
        cumulative: false,
    };
    let each = |kind: &str| {
        let names = recipe.issuers().into_iter().map(|plan| format!("{kind}:{}", plan.name));
        names.collect::<Vec<_>>().join(" ")
    };
    let (daily, monthly) = (Frequency::Daily, Frequency::Monthly);
    let (day, month) = ("the observation day", "the first day of the month");
    vec![
        note("VIX".to_owned(), "index points", daily, day, world::QUOTE_LAG),
        note("UST_2Y UST_10Y".to_owned(), "percent a year", daily, day, world::QUOTE_LAG),
        note("BAA_MINUS_AAA_M".to_owned(), "percent a year, average of the month", monthly, month, world::AVERAGE_LAG),
        note("US_CPI_M".to_owned(), "index", monthly, month, world::PRICES_LAG),
        note(each("SPREAD"), "basis points", daily, day, world::QUOTE_LAG),
        note(each("IMPLIED_VOL"), "standard deviation a year, a fraction", daily, day, world::QUOTE_LAG),
    ]
}

/// The streams of a recipe, with the draws that everything here is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws(Streams);

impl Draws {
    pub(crate) const fn of(recipe: &Recipe) -> Self {
        Self(Streams::new(recipe.seed))
    }

    /// A number between two bounds, number `at` of a stream.
    pub(crate) fn between(&self, name: &[&str], at: usize, (low, high): (f64, f64)) -> f64 {
        low + (high - low) * self.0.uniform(name, at as u64)
    }

    /// A number with mean 0 and variance 1: twelve uniforms less six.
    pub(crate) fn normal(&self, name: &[&str], at: usize) -> f64 {
        (0..12).fold(-6.0, |sum, part| sum + self.0.uniform(name, at as u64 * 12 + part))
    }
}

/// Rounds to a number of steps in one: `rounded(1.239, 100.0)` is 1.24.
pub(crate) fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
