//! The one way from a programme to weights: interior point, polish, check.
//!
//! ```text
//! normalise → dual (Newton, few steps) → polish (active set) → kkt (certificate) → the weights
//!    refused → conic (Clarabel, factor form) → polish → kkt → the weights
//!    refused → conflict (phase 1) → the constraints that contradict
//!    none    → dual (many steps) → polish → kkt → the weights, or the conflict
//! ```
//!
//! The dual comes first because it has as many variables as there are factors and rows, whatever the number of
//! instruments: an everyday programme of 500 is at its top after five or six steps, a fifth of what an interior point
//! costs. The interior point does not mind flat pieces and comes where the dual is slow.
//!
//! Nothing leaves that the certificate does not accept: every bound and row holds within 1e-9 and the residual of
//! optimality is at most 1e-9 of the objective's scale. If both fail, phase 1 says whether the constraints contradict
//! each other; if they do not, the dual is climbed to the end, which takes longer and knows no degenerate case.
//!
//! A limit on expected shortfall over scenarios is the programme of Rockafellar and Uryasev (2000), solved by cutting
//! planes (Künzi-Bay and Mayer 2006): expected shortfall is the largest of finitely many linear functions, one for each
//! way to spread the tail's probability, so the broken one is added as a row until none is broken.

use super::conflict::{self, Conflict};
use super::conic::{Guess, guess};
use super::dual::{ASCENTS_MAX, ascend};
use super::kkt::Certificate;
use super::output::Infeasible;
use super::polish::polish;
use super::problem::{Measure, Problem, Row};
use super::risk::tail;

/// The residual that a portfolio may have, in a problem of scale 1.
pub const RESIDUAL_MAX: f64 = 1e-9;
/// Steps up the dual before the interior point is asked; an everyday programme takes five or six.
const ASCENTS_FEW: u32 = 40;
/// The cuts that a scenario limit may take.
const CUTS_MAX: u32 = 60;
/// The breach of the scenario limit that is left alone.
const CUT_TOLERANCE: f64 = 1e-10;
/// The name of the scenario limit in rows and messages.
pub const SCENARIO_ES: &str = "scenario_es_limit";

/// A limit on the expected shortfall of scenario losses.
#[derive(Clone, Debug, PartialEq)]
pub struct TailLimit {
    /// Losses, path by path, an entry for each instrument of the problem; positive is a loss, of the weight.
    pub losses: Vec<f64>,
    /// The level, for example 0.95.
    pub alpha: f64,
    /// The limit, as a share of the account.
    pub limit: f64,
}

/// Optimal weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// The weights.
    pub weights: Vec<f64>,
    /// The price of each row, in units of the objective for a unit of the limit; the cuts stand last.
    pub prices: Vec<f64>,
    /// The check, in a problem of scale 1.
    pub certificate: Certificate,
    /// What one unit of the normalised objective is.
    pub scale: f64,
    /// Interior-point steps of the last solve; 0 where the dual was enough, as it nearly always is.
    pub iterations: u32,
    /// Active-set steps of the last polish.
    pub polish_steps: u32,
    /// Steps up the dual of the last solve.
    pub ascents: u32,
    /// Rows that the scenario limit added.
    pub cuts: u32,
}

/// Solves `problem`.
///
/// # Errors
/// [`Infeasible`]: with the constraints in conflict, or because the check does not accept what the solver reached.
pub fn solve(problem: &Problem, tail_limit: Option<&TailLimit>) -> Result<Solution, Infeasible> {
    let Some(limit) = tail_limit else { return solve_rows(problem) };
    let mut problem = problem.clone();
    for cuts in 0..CUTS_MAX {
        let solution = solve_rows(&problem)?;
        let losses = limit.path_losses(&solution.weights);
        let (shortfall, shares) = tail(&losses, limit.alpha);
        if shortfall <= limit.limit + CUT_TOLERANCE {
            return Ok(Solution { cuts, ..solution });
        }
        problem.rows.push(limit.cut(&shares, problem.size()));
    }
    Err(Infeasible::NotSolved { residual: f64::INFINITY })
}

fn solve_rows(problem: &Problem) -> Result<Solution, Infeasible> {
    let (normalised, scale) = problem.normalised();
    let (reached, iterations, ascents) = reach(&normalised)?;
    Ok(Solution {
        prices: reached.prices.iter().map(|price| price * scale).collect(),
        weights: reached.weights,
        certificate: reached.certificate,
        scale,
        iterations,
        polish_steps: reached.steps,
        ascents,
        cuts: 0,
    })
}

/// An accepted point, with the interior-point steps and the steps up the dual.
fn reach(problem: &Problem) -> Result<(Reached, u32, u32), Infeasible> {
    let top = ascend(problem, &vec![0.0; problem.rows.len()], ASCENTS_FEW);
    let ascents = top.steps;
    let at_once = (ascents < ASCENTS_FEW).then(|| Reached::polished(problem, top)).filter(Reached::accepted);
    if let Some(reached) = at_once {
        return Ok((reached, 0, ascents));
    }
    let guess = guess(problem);
    let iterations = guess.as_ref().map_or(0, |guess| guess.steps);
    let prices = guess.as_ref().map(|guess| guess.prices.clone());
    if let Some(reached) = guess.map(|guess| Reached::polished(problem, guess)).filter(Reached::accepted) {
        return Ok((reached, iterations, ascents));
    }
    let (reached, more) = climbed(problem, prices)?;
    Ok((reached, iterations, ascents + more))
}

/// Why there is no portfolio, or the one at the top of the dual, with the steps up to it.
fn climbed(problem: &Problem, prices: Option<Vec<f64>>) -> Result<(Reached, u32), Infeasible> {
    let contradicted = |conflict: Conflict| Infeasible::Conflict { binding: conflict.binding, breach: conflict.breach };
    let least = match conflict::find(problem) {
        Some(conflict) if !conflict.binding.is_empty() => return Err(contradicted(conflict)),
        least => least.map(|least| least.prices),
    };
    let guess = ascend(problem, &prices.unwrap_or_else(|| vec![0.0; problem.rows.len()]), ASCENTS_MAX);
    let (top, steps) = (guess.prices.clone(), guess.steps);
    let plain = Reached::of(problem, guess.weights.clone(), top.clone(), 0);
    let polished = Reached::polished(problem, guess);
    let best = if plain.certificate.residual() < polished.certificate.residual() { plain } else { polished };
    if best.accepted() {
        return Ok((best, steps));
    }
    let residual = best.certificate.residual();
    let bare = ascend(&problem.bare(), &vec![0.0; problem.rows.len()], ASCENTS_MAX).prices;
    let proved = [Some(bare), Some(top), least].iter().flatten().find_map(|prices| conflict::proved(problem, prices));
    Err(proved.map_or(Infeasible::NotSolved { residual }, contradicted))
}

/// Weights and prices with their certificate.
struct Reached {
    weights: Vec<f64>,
    prices: Vec<f64>,
    certificate: Certificate,
    steps: u32,
}

impl Reached {
    fn of(problem: &Problem, weights: Vec<f64>, prices: Vec<f64>, steps: u32) -> Self {
        let certificate = Certificate::of(problem, &weights, &prices);
        Self { weights, prices, certificate, steps }
    }

    fn polished(problem: &Problem, guess: Guess) -> Self {
        let polished = polish(problem, guess);
        Self::of(problem, polished.weights, polished.prices, polished.steps)
    }

    fn accepted(&self) -> bool {
        self.certificate.residual() <= RESIDUAL_MAX
    }
}

impl TailLimit {
    /// The loss of `weights` on each path.
    #[must_use]
    pub fn path_losses(&self, weights: &[f64]) -> Vec<f64> {
        let loss = |path: &[f64]| path.iter().zip(weights).fold(0.0, |total, (loss, weight)| total + loss * weight);
        self.losses.chunks_exact(weights.len().max(1)).map(loss).collect()
    }

    /// The linear function that the tail's probabilities `shares` define.
    fn cut(&self, shares: &[f64], size: usize) -> Row {
        let mut slope = vec![0.0; size];
        for (path, share) in self.losses.chunks_exact(size).zip(shares).filter(|(_, share)| **share > 0.0) {
            slope.iter_mut().zip(path).for_each(|(slope, loss)| *slope += share * loss);
        }
        Row {
            name: SCENARIO_ES.to_owned(),
            measure: Measure::Net,
            terms: slope.into_iter().enumerate().collect(),
            constant: 0.0,
            limit: self.limit,
            equal: false,
        }
    }
}
