//! The numbers of each gate: what a policy file must say, and what it may say.
//!
//! Every key is required: a default would be a number that nobody wrote down. Every key has a range outside which it
//! could not mean what it says (a fraction written in per cent, a bound of the wrong sign), and every gate has a `why`.
//!
//! ```
//! use judge::gates::rules::Rule;
//! let table: toml::Table = "why = \"one point of Sharpe in ten\"\nmax_drop = 0.1\nlevel = 0.05".parse()?;
//! assert!(Rule::of("sharpe", &table).is_ok());
//! let per_cent: toml::Table = "why = \"x\"\nmax_drop = 10.0\nlevel = 5".parse()?;
//! let refusal = Rule::of("sharpe", &per_cent).unwrap_err().to_string();
//! assert!(refusal.contains("max_drop is 10.0: expected a number from 0 to 2"), "{refusal}");
//! # Ok::<(), toml::de::Error>(())
//! ```

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One gate of a policy: its kind with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Enough was run: [`super::minimum`].
    Evidence(EvidenceRule),
    /// Both sides on equal terms: [`super::terms`].
    SameTerms,
    /// A kind of check holds everywhere: [`super::checked`].
    Checked(super::CheckKind, CheckedRule),
    /// No figure too good to be true: [`super::plausible`].
    Plausible(PlausibleRule),
    /// The mandate is kept: [`super::mandate`].
    Mandate(MandateRule),
    /// The Sharpe ratio does not fall: [`super::sharpe`].
    Sharpe(SharpeRule),
    /// The drawdown does not deepen: [`super::drawdown`].
    Drawdown(DrawdownRule),
    /// Turnover does not rise: [`super::turnover`].
    Turnover(IncreaseRule),
    /// Costs do not rise: [`super::costs`].
    Costs(IncreaseRule),
    /// Losses over resampled histories do not deepen: [`super::scenario_loss`].
    ScenarioLoss(ScenarioLossRule),
    /// No slice is a catastrophe: [`super::slices`].
    Slices(SlicesRule),
    /// Flags what a firm would want to look at: [`super::floor`].
    Floor(FloorRule),
    /// Not all of it comes from crisis features: [`super::ablation`].
    Ablation(AblationRule),
    /// Bears higher costs: [`super::stress`].
    CostStress(StressRule),
    /// Bears more capital: [`super::stress`].
    Capacity(StressRule),
    /// Not the luckiest of many: [`super::trials`].
    Trials(TrialsRule),
    /// The gates themselves are trusted: [`super::controls`].
    Controls(ControlsRule),
}

macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty = $low:expr, $high:expr;)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($(#[$field_meta])* pub $field: $kind,)* }

            impl Ranged for $name {
                fn out_of_range(&self) -> Option<String> {
                    $(
                        let value = self.$field as f64;
                        if !($low..=$high).contains(&value) {
                            let (low, high) = ($low, $high);
                            let field = stringify!($field);
                            return Some(format!("{field} is {:?}: expected a number from {low} to {high}", self.$field));
                        }
                    )*
                    None
                }
            }
        )*
    };
}

/// A table of numbers that knows their ranges.
trait Ranged {
    /// The first number out of its range, in words.
    fn out_of_range(&self) -> Option<String>;
}

rules! {
    /// How much must have been run.
    EvidenceRule {
        /// Historical runs at least.
        min_runs: u32 = 1.0, 1000.0;
        /// Trading days over the historical runs at least.
        min_days: u32 = 60.0, 1_000_000.0;
        /// Regimes with at least `min_regime_days` days.
        min_regimes: u32 = 1.0, 20.0;
        /// Days that make a regime count.
        min_regime_days: u32 = 20.0, 10_000.0;
        /// Markets at least.
        min_markets: u32 = 1.0, 100.0;
        /// Resampled runs at least.
        min_bootstraps: u32 = 0.0, 100_000.0;
    }
    /// How many checks of a kind must have been made.
    CheckedRule {
        /// Checks at least.
        min_checks: u32 = 1.0, 100_000.0;
    }
    /// What is too good to be true.
    PlausibleRule {
        /// No run has a higher annual Sharpe ratio.
        max_sharpe: f64 = 0.5, 10.0;
    }
    /// The firm's hard limits; see [`crate::evidence::breaches`].
    MandateRule {
        /// Largest target weight of a name, fraction of equity.
        max_weight: f64 = 0.0, 1.0;
        /// The same of a currency, on a market of currencies.
        max_weight_currency: f64 = 0.0, 1.0;
        /// Largest gross exposure wanted, fraction of equity.
        max_gross: f64 = 0.0, 10.0;
        /// What prices may add to that by the close.
        gross_drift: f64 = 0.0, 0.5;
        /// No purchase of a share below this price, in the currency of the tape, where volumes are known.
        min_price: f64 = 0.0, 1000.0;
        /// No purchase of a name of which less is traded a day (median of 21 days, in currency), where volumes are
        /// known.
        min_value_traded: f64 = 0.0, 1e10;
        /// Breaches allowed.
        max_breaches: u32 = 0.0, 0.0;
    }
    /// By how much the annual Sharpe ratio may fall.
    SharpeRule {
        /// The margin.
        max_drop: f64 = 0.0, 2.0;
        /// Error rate of the one-sided test over the whole search; each independent trial has its share of it.
        level: f64 = 0.000_1, 0.25;
    }
    /// By how much the deepest drawdown may deepen.
    DrawdownRule {
        /// The mean over all runs, in points: 0.02 is two points.
        max_increase: f64 = 0.0, 0.5;
        /// The mean over all runs, as a fraction of the baseline's.
        max_relative_increase: f64 = 0.0, 1.0;
        /// A single run may deepen by so many times as much.
        worst_run_multiple: f64 = 1.0, 10.0;
        /// Below this many points an increase is nothing.
        negligible: f64 = 0.0, 0.05;
    }
    /// By how much a figure may rise.
    IncreaseRule {
        /// As a fraction of the baseline's.
        max_increase: f64 = 0.0, 2.0;
        /// Below this much a year an increase is nothing.
        negligible: f64 = 0.0, 0.5;
    }
    /// Expected shortfall over resampled histories.
    ScenarioLossRule {
        /// Days over which a loss is measured.
        horizon_days: u32 = 1.0, 60.0;
        /// The share of worst outcomes that is averaged.
        tail: f64 = 0.001, 0.25;
        /// The candidate's shortfall as a multiple of the baseline's.
        max_ratio: f64 = 1.0, 3.0;
        /// The portfolio's own limit, a loss as a fraction of equity.
        limit: f64 = 0.0, 1.0;
    }
    /// What no slice may do.
    SlicesRule {
        /// Annual Sharpe ratio of the worst slice.
        min_sharpe: f64 = -3.0, 3.0;
        /// Deepest drawdown of a slice, negative.
        min_drawdown: f64 = -1.0, 0.0;
        /// Days that make a slice count.
        min_days: u32 = 20.0, 10_000.0;
        /// Slices at least.
        min_slices: u32 = 1.0, 1000.0;
        /// Fall of a slice's Sharpe ratio that matters.
        max_drop: f64 = 0.0, 5.0;
        /// Points by which a slice's drawdown must be deeper than the baseline's to be the candidate's doing.
        max_deeper: f64 = 0.0, 0.5;
        /// Family-wise error rate over all slices.
        level: f64 = 0.000_1, 0.25;
    }
    /// What is flagged to a person.
    FloorRule {
        /// Annual Sharpe ratio.
        min_sharpe: f64 = -1.0, 5.0;
        /// Deepest drawdown, negative.
        min_drawdown: f64 = -1.0, 0.0;
        /// Annual volatility.
        max_volatility: f64 = 0.0, 2.0;
    }
    /// What must be left without crisis features.
    AblationRule {
        /// Share of the full Sharpe ratio.
        min_share: f64 = 0.0, 1.0;
        /// Ablated runs at least.
        min_runs: u32 = 1.0, 1000.0;
    }
    /// What must be left under stress.
    StressRule {
        /// Fall of the candidate's Sharpe ratio beyond the baseline's own fall under the same stress.
        max_drop: f64 = 0.0, 2.0;
        /// Stressed runs at least.
        min_runs: u32 = 1.0, 1000.0;
        /// By so much some daily return of the baseline must be another one under the stress.
        min_effect: f64 = 0.000_000_1, 0.1;
    }
    /// What a search must survive.
    TrialsRule {
        /// Deflated Sharpe ratio, a probability.
        min_deflated: f64 = 0.5, 1.0;
        /// Probability of overfitting.
        max_overfitting: f64 = 0.0, 0.75;
        /// Hansen's p-value of the best trial against the baseline of cash.
        max_superiority: f64 = 0.0, 0.5;
    }
    /// How many controls the gates must have faced.
    ControlsRule {
        /// Negative controls rejected.
        min_rejected: u32 = 1.0, 100_000.0;
        /// Positive controls accepted.
        min_accepted: u32 = 1.0, 100_000.0;
    }
}

impl MandateRule {
    /// The largest target weight on a market, by the name of its calendar: those of currencies begin with `FX`.
    #[must_use]
    pub fn max_weight_on(&self, market: &str) -> f64 {
        if market.starts_with("FX") { self.max_weight_currency } else { self.max_weight }
    }
}

/// Why a gate's table was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub String);

impl Rule {
    /// The gate `name` with the numbers of `table`, whose key `why` is the caller's.
    ///
    /// # Errors
    /// [`RuleError`] for an unknown gate, an unknown, missing or mistyped key, and a number out of its range.
    pub fn of(name: &str, table: &toml::Table) -> Result<Self, RuleError> {
        use super::CheckKind::{DataQuality, Determinism, Golden, LookAhead, Reference};
        let checked = |kind| Ok(Self::Checked(kind, numbers(table)?));
        match name {
            "evidence" => Ok(Self::Evidence(numbers(table)?)),
            "same-terms" => numbers::<Nothing>(table).map(|_| Self::SameTerms),
            "determinism" => checked(Determinism),
            "look-ahead" => checked(LookAhead),
            "golden" => checked(Golden),
            "reference" => checked(Reference),
            "data-quality" => checked(DataQuality),
            "plausible" => Ok(Self::Plausible(numbers(table)?)),
            "mandate" => Ok(Self::Mandate(numbers(table)?)),
            "sharpe" => Ok(Self::Sharpe(numbers(table)?)),
            "drawdown" => Ok(Self::Drawdown(numbers(table)?)),
            "turnover" => Ok(Self::Turnover(numbers(table)?)),
            "costs" => Ok(Self::Costs(numbers(table)?)),
            "scenario-loss" => Ok(Self::ScenarioLoss(numbers(table)?)),
            "slices" => Ok(Self::Slices(numbers(table)?)),
            "floor" => Ok(Self::Floor(numbers(table)?)),
            "ablation" => Ok(Self::Ablation(numbers(table)?)),
            "cost-stress" => Ok(Self::CostStress(numbers(table)?)),
            "capacity" => Ok(Self::Capacity(numbers(table)?)),
            "trials" => Ok(Self::Trials(numbers(table)?)),
            "controls" => Ok(Self::Controls(numbers(table)?)),
            other => Err(RuleError(format!("no gate is named `{other}`: expected one of {}", super::GATES.join(", ")))),
        }
    }
}

/// A gate without numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Ranged for Nothing {
    fn out_of_range(&self) -> Option<String> {
        None
    }
}

fn numbers<R: DeserializeOwned + Ranged>(table: &toml::Table) -> Result<R, RuleError> {
    let mut table = table.clone();
    for key in ["why", "gate"] {
        table.remove(key);
    }
    let rule: R = table.try_into().map_err(|error: toml::de::Error| RuleError(error.to_string().trim().to_owned()))?;
    rule.out_of_range().map_or(Ok(rule), |what| Err(RuleError(what)))
}

#[cfg(test)]
mod tests {
    use super::{MandateRule, Rule};

    #[test]
    fn currencies_have_a_cap_of_their_own() {
        let table = "max_weight=0.1\nmax_weight_currency=0.3\nmax_gross=1\ngross_drift=0.02\nmin_price=0.5\n\
                     min_value_traded=1\nmax_breaches=0"
            .parse()
            .unwrap();
        let Ok(Rule::Mandate(rule)) = Rule::of("mandate", &table) else { panic!("no mandate") };
        assert_eq!(["US_EQ", "FX_GLOB"].map(|market| MandateRule::max_weight_on(&rule, market)), [0.1, 0.3]);
    }
}
