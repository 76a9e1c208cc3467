//! Gates: pure functions from evidence and a policy to findings, and from findings to a decision.
//!
//! ```text
//!            ┌ policy: numbers with their whys ┐
//! evidence ──┤                                 ├─► one finding a gate ─► ELIGIBLE
//!            └ calibration: what each catches  ┘                         NOT_ELIGIBLE, with every reason
//!                                                                       INSUFFICIENT_EVIDENCE, with what is missing
//! ```
//!
//! Three rules make them hard to fool:
//!
//! * **Absence is never a pass.** A gate that finds nothing to look at is inconclusive, and one inconclusive gate is
//!   enough for insufficient evidence.
//! * **A gate that nobody has tested does not count.** Without figures of its own error rates under this very policy
//!   and battery ([`calibration`]) a gate is advisory: its refusal stands, its pass is worth nothing.
//! * **One refusal decides.** Nothing is weighed against anything.
//!
//! | module | gate |
//! |---|---|
//! | [`minimum`] | `evidence` |
//! | [`terms`] | `same-terms` |
//! | [`checked`] | `determinism`, `look-ahead`, `golden`, `reference`, `data-quality` |
//! | [`plausible`] | `plausible` |
//! | [`mandate`] | `mandate` |
//! | [`sharpe`], [`drawdown`], [`increase`] | `sharpe`, `drawdown`, `turnover` and `costs` |
//! | [`scenario_loss`], [`slices`], [`floor`] | `scenario-loss`, `slices`, `floor` |
//! | [`ablation`], [`stress`], [`trials`] | `ablation`, `cost-stress` and `capacity`, `trials` |
//! | [`controls`] | `controls` |

pub mod ablation;
pub mod calibration;
pub mod checked;
pub mod controls;
pub mod drawdown;
pub mod finding;
pub mod floor;
pub mod increase;
pub mod mandate;
pub mod minimum;
pub mod plausible;
pub mod policy;
pub mod pooled;
pub mod rates;
pub mod rules;
pub mod scenario_loss;
pub mod sharpe;
pub mod slices;
pub mod stress;
pub mod terms;
#[cfg(test)]
pub(crate) mod tests;
pub mod trials;

use domain::seed::Streams;

pub use crate::evidence::checks::CheckKind;
use crate::evidence::{Evidence, Part};
use calibration::Calibration;
use finding::{Finding, Measured};
use policy::{Gate, GatePolicy};
use pooled::Pooled;
use rules::Rule;

/// The version of the gates: it rises whenever a gate could decide otherwise on the same evidence.
pub const GATES_VERSION: u32 = 2;

/// Every gate by its name.
pub const GATES: [&str; 21] = [
    "evidence",
    "same-terms",
    "determinism",
    "look-ahead",
    "golden",
    "reference",
    "data-quality",
    "plausible",
    "mandate",
    "sharpe",
    "drawdown",
    "turnover",
    "costs",
    "scenario-loss",
    "slices",
    "floor",
    "ablation",
    "cost-stress",
    "capacity",
    "trials",
    "controls",
];

/// What every gate of a policy finds in some evidence, in the order of the policy. Without a calibration that is of this
/// policy and this battery, every finding is advisory.
#[must_use]
pub fn findings(evidence: &Evidence, policy: &GatePolicy, calibration: Option<&Calibration>) -> Vec<Finding> {
    let pooled = Pooled::of(evidence, Part::Historical);
    let terms = Terms { resamples: policy.resamples, streams: Streams::new(policy.seed), pooled: &pooled };
    let finding = |gate: &Gate| {
        let measured = measure(evidence, policy, gate, &terms);
        let mut finding = measured.finding(gate.name, "holds");
        finding.advisory = calibration.is_none_or(|calibration| !calibration.covers(gate.name, evidence, policy));
        finding
    };
    policy.gates.iter().map(finding).collect()
}

fn measure(evidence: &Evidence, policy: &GatePolicy, gate: &Gate, terms: &Terms<'_>) -> Measured {
    match &gate.rule {
        Rule::Evidence(rule) => minimum::judge(evidence, rule),
        Rule::SameTerms => terms::judge(evidence),
        Rule::Checked(kind, rule) => checked::judge(evidence, *kind, rule),
        Rule::Plausible(rule) => plausible::judge(evidence, rule),
        Rule::Mandate(rule) => mandate::judge(evidence, rule),
        Rule::Sharpe(rule) => sharpe::judge(evidence, rule, terms),
        Rule::Drawdown(rule) => drawdown::judge(evidence, rule),
        Rule::Turnover(rule) => increase::turnover(evidence, rule),
        Rule::Costs(rule) => increase::costs(evidence, rule),
        Rule::ScenarioLoss(rule) => scenario_loss::judge(evidence, rule),
        Rule::Slices(rule) => slices::judge(rule, terms),
        Rule::Floor(rule) => floor::judge(evidence, rule, terms),
        Rule::Ablation(rule) => ablation::judge(evidence, rule),
        Rule::CostStress(rule) => stress::judge(evidence, Part::Costlier, rule),
        Rule::Capacity(rule) => stress::judge(evidence, Part::Larger, rule),
        Rule::Trials(rule) => trials::judge(evidence, rule, terms),
        Rule::Controls(rule) => controls::judge(evidence, policy.digest, rule),
    }
}

/// What several gates share: how the policy resamples, and the paired returns that they look at.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'e> {
    /// Resamples of every bootstrap.
    pub resamples: u32,
    /// The streams that they are drawn from.
    pub streams: Streams,
    /// The pairs of all historical runs, or what is missing.
    pub pooled: &'e Result<Pooled, String>,
}
