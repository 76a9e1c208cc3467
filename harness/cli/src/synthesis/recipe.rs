//! The recipe of a made-up market: one reviewed text from which the tape follows.
//!
//! ```
//! # let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
//! #     .join("../../scenarios/recipes/synthetic_fundamentals.toml");
//! use prometheus::synthesis::recipe::Recipe;
//! let text = std::fs::read_to_string(path)?;
//! let recipe = Recipe::parse(&text, "recipe.toml")?;
//! assert_eq!(recipe.issuers().len(), 24);
//! let typo = text.replace("seed =", "sead =");
//! assert!(Recipe::parse(&typo, "recipe.toml").unwrap_err().to_string().contains("sead"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use columnar::notes::Note;
use domain::date::Date;
use domain::digest::Digest;
use domain::seed::Seed;
use serde::Deserialize;

use crate::error::CliError;

/// A checked recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The version of the form: 1.
    pub format: u32,
    /// The name of the tape.
    pub name: String,
    /// The seed of all draws.
    pub seed: Seed,
    /// The market whose calendar gives the sessions.
    pub market: String,
    /// The currency of all prices.
    pub currency: String,
    /// The first day, a session or not.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
    /// What the tape's manifest says to mind, a sentence each.
    pub basis: Vec<String>,
    /// What will look wrong to the checks of data and is meant.
    #[serde(default)]
    pub explained: Vec<Note>,
    /// The sectors; the first three letters begin the names of their issuers.
    pub sectors: Vec<String>,
    /// Issuers in each sector, 1 to 99.
    pub issuers_per_sector: u8,
    pub(crate) factor: Factor,
    pub(crate) issuer: IssuerRanges,
    pub(crate) split: Split,
    pub(crate) fragile: Fragile,
    /// The digest of the recipe's text.
    #[serde(skip, default = "no_digest")]
    pub digest: Digest,
}

/// `[factor]`: the market as a whole. Returns and volatilities are of a day, as fractions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Factor {
    pub(crate) calm_drift: f64,
    pub(crate) calm_volatility: f64,
    pub(crate) stressed_drift: f64,
    pub(crate) stressed_volatility: f64,
    pub(crate) sector_volatility: f64,
    /// The probability that a calm day is followed by a stressed one.
    pub(crate) into_stress: f64,
    /// The probability that a stressed day is followed by a calm one.
    pub(crate) out_of_stress: f64,
}

/// `[issuer]`: the ranges from which each issuer is drawn, low and high.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerRanges {
    pub(crate) beta: (f64, f64),
    /// Of a day, a fraction.
    pub(crate) own_volatility: (f64, f64),
    /// Of the first session.
    pub(crate) price: (f64, f64),
    /// Shares a session.
    pub(crate) volume: (f64, f64),
    pub(crate) shares_outstanding: (f64, f64),
    /// Liabilities over assets.
    pub(crate) leverage: (f64, f64),
    /// Days from the end of a quarter to its report.
    pub(crate) report_lag_days: (f64, f64),
    /// The share of issuers that pay dividends.
    pub(crate) payers: f64,
    /// The dividend of a quarter, as a share of the price of the first session.
    pub(crate) dividend: f64,
    /// The probability of a piece of news on a day.
    pub(crate) news: f64,
}

/// `[split]`: the one split.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    pub(crate) issuer: String,
    pub(crate) day: Date,
    pub(crate) numerator: u32,
    pub(crate) denominator: u32,
}

/// `[fragile]`: the planted crash.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fragile {
    /// Its reports get worse from quarter to quarter, its spread and implied volatility fall, its price rises.
    pub(crate) issuer: String,
    /// The sound issuer beside it.
    pub(crate) beside: String,
    pub(crate) crash_day: Date,
    pub(crate) crash_sessions: u32,
    /// The return of each session of the crash; beyond −0.25 the import would refuse it as an error.
    pub(crate) crash_return: f64,
    /// Sessions from the end of the crash to the end of trading.
    pub(crate) sessions_after: u32,
}

/// One issuer as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its name, such as `FIN02`; the instrument is `EQUITY:FIN02`.
    pub name: String,
    /// Its sector.
    pub sector: String,
}

impl Recipe {
    /// Reads and checks a recipe; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`CliError`] for a text that is no recipe, and values that cannot stand.
    pub fn parse(text: &str, path: &str) -> Result<Self, CliError> {
        let hint = "scenarios/recipes/ has a recipe with every key";
        let refused = |what: String| CliError::bad_input(format!("{path}: {what}"), hint);
        let recipe: Self = toml::from_str(text).map_err(|error| refused(error.to_string().trim().to_owned()))?;
        match recipe.fault() {
            Some(fault) => Err(refused(fault)),
            None => Ok(Self { digest: Digest::of(text.as_bytes()), ..recipe }),
        }
    }

    /// The issuers, sector by sector.
    #[must_use]
    pub fn issuers(&self) -> Vec<Plan> {
        let of = |sector: &String| {
            let letters: String = sector.chars().take(3).collect();
            let plan = move |number| Plan { name: format!("{letters}{number:02}"), sector: sector.clone() };
            (1..=self.issuers_per_sector).map(plan).collect::<Vec<_>>()
        };
        self.sectors.iter().flat_map(of).collect()
    }

    fn fault(&self) -> Option<String> {
        let Self { format, factor, issuer, fragile, split, .. } = self;
        let known = self.issuers();
        let stranger = [&split.issuer, &fragile.issuer, &fragile.beside]
            .into_iter()
            .find(|name| known.iter().all(|plan| plan.name != **name));
        let shares = [factor.into_stress, factor.out_of_stress, issuer.payers, issuer.news];
        let sizes = [factor.calm_volatility, factor.stressed_volatility, factor.sector_volatility];
        let ranges = [issuer.beta, issuer.own_volatility, issuer.price, issuer.volume, issuer.shares_outstanding];
        let rising = |(low, high): (f64, f64)| low > 0.0 && low <= high && high < 1e12;
        let bad = |key: &str, expected: &str| Some(format!("{key}: expected {expected}"));
        match () {
            () if *format != 1 => bad("format", "1"),
            () if self.first_day >= self.last_day => bad("first_day", "a day before last_day"),
            () if !(1..=99).contains(&self.issuers_per_sector) => bad("issuers_per_sector", "1 to 99"),
            () if stranger.is_some() => Some(format!("{}: no issuer of that name", stranger.map_or("", |name| name))),
            () if shares.iter().any(|share| !(0.0..=1.0).contains(share)) => bad("a probability", "0 to 1"),
            () if sizes.iter().any(|size| !(0.0..=0.1).contains(size)) => {
                bad("[factor] volatilities", "0 to 0.1 a day")
            }
            () if !ranges.into_iter().chain([issuer.leverage, issuer.report_lag_days]).all(rising) => {
                bad("[issuer] ranges", "[low, high] with 0 < low ≤ high")
            }
            () if !(-0.25..0.0).contains(&fragile.crash_return) => bad("fragile.crash_return", "−0.25 to below 0"),
            () if split.numerator == 0 || split.denominator == 0 => bad("split", "two positive whole numbers"),
            () if !(self.first_day..self.last_day).contains(&fragile.crash_day) => {
                bad("fragile.crash_day", "a day between first_day and last_day")
            }
            () => None,
        }
    }
}

const fn no_digest() -> Digest {
    Digest::ZERO
}
