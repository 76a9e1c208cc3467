//! The file of a battery: which stretches of history, which resampled ones, which stresses, which audits.
//!
//! ```
//! use prometheus::battery::file::BatteryFile;
//! let text = "format = 1\nname = \"b\"\npurpose = \"p\"\n[[historical]]\nname = \"crisis\"\ncase = \"c\"\n";
//! let battery = BatteryFile::parse(text, "b.toml")?;
//! assert_eq!(battery.historical[0].name, "crisis");
//! let typo = BatteryFile::parse(&text.replace("case", "cse"), "b.toml").unwrap_err().to_string();
//! assert!(typo.contains("unknown field `cse`"), "{typo}");
//! # Ok::<(), prometheus::error::CliError>(())
//! ```

use std::collections::BTreeSet;

use domain::date::Date;
use serde::Deserialize;
use toml::Table;

use crate::error::CliError;
use crate::files::read_text;
use crate::reference_config::laid_over;
use crate::root::Root;

/// The version of the format.
const FORMAT: u32 = 1;

/// A file of `scenarios/batteries/`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatteryFile {
    format: u32,
    /// The file's own name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Keys laid over every reference config, below those of a subject: the firm's own rules.
    #[serde(default)]
    pub config: Table,
    /// Ids of names that may never be bought; an engine is told by `config`, the mandate holds it to that.
    #[serde(default)]
    pub barred: Vec<String>,
    /// Stretches of history.
    pub historical: Vec<Window>,
    /// Stretches drawn anew.
    #[serde(default)]
    pub bootstrap: Vec<Resampling>,
    /// The features that were derived from crises, switched off.
    pub ablation: Option<Ablation>,
    /// A multiple of costs and slippage.
    pub cost_stress: Option<Stress>,
    /// A multiple of the starting cash.
    pub capacity: Option<Stress>,
    /// What is audited.
    #[serde(default)]
    pub audits: Audits,
}

/// A stretch of a case's history.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Its name in evidence.
    pub name: String,
    /// The case whose world and reference config it uses.
    pub case: String,
    /// Another first trading day than the case's.
    pub first_day: Option<Date>,
    /// Another last trading day.
    pub last_day: Option<Date>,
    /// Another beginning of the history that is seen before.
    pub history_from: Option<Date>,
    /// Keys laid over those of the battery here: rules of the firm that are other ones on this market.
    #[serde(default)]
    pub config: Table,
}

/// A stretch of history drawn anew in blocks, once for each seed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resampling {
    /// The case whose tape is drawn from.
    pub case: String,
    /// Days of the tape that stay as they were, before the first that is drawn.
    pub history_days: u32,
    /// Trading days drawn.
    pub days: u32,
    /// Mean length of a block, in days (stationary bootstrap).
    pub block_days: f64,
    /// One world for each.
    pub seeds: Vec<u64>,
}

/// Keys laid over the candidate's config, in some of the windows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ablation {
    /// Names of windows.
    pub windows: Vec<String>,
    /// The keys.
    pub config: Table,
}

/// A multiple, in some of the windows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stress {
    /// Names of windows.
    pub windows: Vec<String>,
    /// The multiple.
    pub multiple: f64,
}

/// What is audited beside the runs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audits {
    /// Windows that are replayed twice.
    #[serde(default)]
    pub determinism: Vec<String>,
    /// Days of windows after which the future is cut off, and replaced.
    #[serde(default)]
    pub look_ahead: Vec<Cut>,
    /// Cases whose goldens must hold.
    #[serde(default)]
    pub goldens: Vec<String>,
    /// Pairs that must be explained.
    #[serde(default)]
    pub pairs: Vec<String>,
}

/// Days of a window by their numbers, from 0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The window.
    pub window: String,
    /// Trading days of the window after which the future changes.
    pub days: Vec<u32>,
}

impl BatteryFile {
    /// The firm's own rules on a window: those of the battery with the window's laid over.
    #[must_use]
    pub fn rules_of(&self, window: &Window) -> Table {
        laid_over(&self.config, &window.config)
    }

    /// The firm's own rules on a world that is drawn from a case: those of the first window of that case.
    #[must_use]
    pub fn rules_of_case(&self, case: &str) -> Table {
        let window = self.historical.iter().find(|window| window.case == case);
        window.map_or_else(|| self.config.clone(), |window| self.rules_of(window))
    }

    /// Reads a battery by its name.
    ///
    /// # Errors
    /// [`CliError`] for a file that is no battery of that name.
    pub fn read(root: &Root, name: &str) -> Result<(Self, String), CliError> {
        let path = root.scenarios().join("batteries").join(format!("{name}.toml"));
        let text = read_text(&path)?;
        let battery = Self::parse(&text, &path.display().to_string())?;
        if battery.name != name {
            let message = format!("{}: name is \"{}\": expected \"{name}\"", path.display(), battery.name);
            return Err(CliError::bad_input(message, "rename the file, or the name in it"));
        }
        Ok((battery, text))
    }

    /// Checks a text; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`CliError`] for unknown, missing or mistyped keys, names that repeat or do not exist, and numbers that make no
    /// world.
    pub fn parse(text: &str, path: &str) -> Result<Self, CliError> {
        let refuse = |what: String| CliError::bad_input(format!("{path}: {what}"), "mend the battery's file");
        let battery: Self = toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
        battery.problem().map_or(Ok(battery), |what| Err(refuse(what)))
    }

    fn problem(&self) -> Option<String> {
        if self.format != FORMAT {
            return Some(format!("format is {}, and this program reads format {FORMAT}", self.format));
        }
        let names: BTreeSet<&str> = self.historical.iter().map(|window| window.name.as_str()).collect();
        if names.len() < self.historical.len() || names.is_empty() {
            return Some("historical: expected windows, each with a name of its own".to_owned());
        }
        let cuts = self.audits.look_ahead.iter().map(|cut| &cut.window);
        let ablated = self.ablation.iter().flat_map(|ablation| &ablation.windows);
        let stressed = self.cost_stress.iter().chain(&self.capacity).flat_map(|stress| &stress.windows);
        let named = self.audits.determinism.iter().chain(cuts).chain(ablated).chain(stressed);
        if let Some(unknown) = named.into_iter().find(|name| !names.contains(name.as_str())) {
            return Some(format!("no window is named `{unknown}`"));
        }
        let multiples = self.cost_stress.iter().chain(&self.capacity).map(|stress| stress.multiple);
        if let Some(multiple) = multiples.into_iter().find(|multiple| !(1.0..=1000.0).contains(multiple)) {
            return Some(format!("multiple is {multiple}: expected a number from 1 to 1000"));
        }
        self.bootstrap.iter().find_map(Resampling::problem)
    }
}

impl Resampling {
    fn problem(&self) -> Option<String> {
        let in_bootstrap = |what: &str| Some(format!("bootstrap of {}: {what}", self.case));
        if self.history_days == 0 || self.days < 2 {
            return in_bootstrap("expected at least one day of history and two drawn days");
        }
        if !(1.0..=252.0).contains(&self.block_days) {
            return in_bootstrap("block_days: expected a number from 1 to 252");
        }
        let distinct: BTreeSet<u64> = self.seeds.iter().copied().collect();
        (distinct.is_empty() || distinct.len() < self.seeds.len())
            .then(|| format!("bootstrap of {}: seeds: expected at least one, each once", self.case))
    }
}

#[cfg(test)]
mod tests {
    use super::BatteryFile;

    const PROMOTION: &str = include_str!("../../../../scenarios/batteries/promotion.toml");

    fn cap(rules: &toml::Table) -> Option<f64> {
        rules.get("portfolio")?.get("per_instrument_max_weight")?.as_float()
    }

    #[test]
    fn a_window_lays_its_own_rules_over_those_of_the_battery() {
        let battery = BatteryFile::parse(PROMOTION, "promotion.toml").unwrap();
        for window in &battery.historical {
            let expected = if window.name.starts_with("fx") { 0.3 } else { 0.1 };
            assert_eq!(cap(&battery.rules_of(window)), Some(expected), "{}", window.name);
        }
        assert_eq!(cap(&battery.rules_of_case("v2-fx-1999-2026")), Some(0.3));
        assert_eq!(cap(&battery.rules_of_case("a case of no window")), Some(0.1));
        let rules = battery.rules_of_case("v2-fx-1999-2026");
        assert!(rules.contains_key("universe"), "the battery's other rules hold there too");
    }
}
