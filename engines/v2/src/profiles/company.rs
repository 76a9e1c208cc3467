//! A company's structured fields and flags out of its statement.
//!
//! | flag | formula, 0 to 1, 1 = worst |
//! |---|---|
//! | leverage_flag | min(1, liabilities / equity / 3); equity at or below zero is 1, never 0 |
//! | leverage_score | mean of what is there of: leverage_flag; min(1, debt / EBITDA / 6); 1 − min(1, coverage / 6) |
//! | earnings_quality_score | mean of: min(1, accruals / 0.10) (Sloan 1996); 1 − operating cash flow / net income |
//! | governance_risk_score | 0.4 litigation + 0.4 governance + 0.2 accruals, renormalised |
//!
//! A score is absent when its parts carry less than `min_coverage` of its weight, one half by default: litigation alone
//! (0.4 of 1) makes no governance score. Debt against an EBITDA at or below zero, and interest against an EBIT at or below
//! zero, are the worst. Worked example: liabilities 60, equity 40, debt 30, EBITDA 10, EBIT 8, interest 2 give leverage_flag 0.5, debt to EBITDA
//! 3 / 6 = 0.5, coverage 4 → 1 − 4/6 = 1/3, so a leverage_score of (0.5 + 0.5 + 1/3) / 3 = 0.4444.

use domain::numeric::mean;

use super::config::ProfilesConfig;
use super::fields::series::{
    ACCRUALS, EBIT, EBITDA, EQUITY, FREE_CASH_FLOW, GOVERNANCE, GROSS_PROFIT, INTEREST_EXPENSE, LITIGATION, NET_INCOME,
    OPERATING_CASH_FLOW, REVENUE, TOTAL_ASSETS, TOTAL_DEBT, TOTAL_LIABILITIES,
};
use super::snapshot::Flags;
use super::statements::Statement;

/// The structured values in the order of `fields::COMPANY`.
pub(super) fn structured(statement: &Statement) -> Vec<Option<f64>> {
    let now = |field: usize| statement.now[field];
    let before = |field: usize| statement.year_before[field];
    let growth = |field: usize| Some(positive(now(field)?, before(field)?)? - 1.0);
    let over = |above: usize, below: usize| positive(now(above)?, now(below)?);
    vec![
        now(TOTAL_ASSETS),
        now(TOTAL_LIABILITIES),
        now(EQUITY),
        now(REVENUE),
        now(EBITDA),
        now(NET_INCOME),
        now(OPERATING_CASH_FLOW),
        now(FREE_CASH_FLOW),
        over(TOTAL_DEBT, EBITDA),
        over(TOTAL_DEBT, EQUITY),
        over(EBIT, INTEREST_EXPENSE),
        over(GROSS_PROFIT, REVENUE),
        over(EBIT, REVENUE),
        over(NET_INCOME, REVENUE),
        over(NET_INCOME, EQUITY),
        roic(statement),
        growth(REVENUE),
        growth(EBITDA),
        growth(NET_INCOME),
        growth(TOTAL_ASSETS),
        accruals(statement),
        now(LITIGATION),
        now(GOVERNANCE),
    ]
}

/// The flags of a company's statement.
pub(super) fn flags(statement: &Statement, config: &ProfilesConfig) -> Flags {
    let leverage_flag = leverage_flag(statement, config);
    let parts = [leverage_flag, debt_burden(statement, config), interest_burden(statement, config)];
    Flags {
        leverage_flag,
        leverage_score: mean_of(&parts, config),
        earnings_quality_score: mean_of(&[accruals_risk(statement, config), cash_shortfall(statement)], config),
        governance_risk_score: governance(statement, config),
        ..Flags::default()
    }
}

/// Net income by equity, and so on, need a denominator above zero to mean anything.
fn positive(above: f64, below: f64) -> Option<f64> {
    (below > 0.0).then(|| above / below).filter(|ratio| ratio.is_finite())
}

/// EBIT by invested capital, debt plus equity; before tax, for no statement field holds the tax.
fn roic(statement: &Statement) -> Option<f64> {
    positive(statement.now[EBIT]?, statement.now[TOTAL_DEBT]? + statement.now[EQUITY]?)
}

/// Accruals as a share of total assets: as reported, else (net income − operating cash flow) / total assets.
pub(super) fn accruals(statement: &Statement) -> Option<f64> {
    let derived =
        || positive(statement.now[NET_INCOME]? - statement.now[OPERATING_CASH_FLOW]?, statement.now[TOTAL_ASSETS]?);
    statement.now[ACCRUALS].or_else(derived)
}

fn leverage_flag(statement: &Statement, config: &ProfilesConfig) -> Option<f64> {
    let equity = statement.now[EQUITY]?;
    if equity <= 0.0 {
        return Some(1.0);
    }
    Some(unit(statement.now[TOTAL_LIABILITIES]? / equity / config.leverage_ref))
}

fn debt_burden(statement: &Statement, config: &ProfilesConfig) -> Option<f64> {
    let (debt, ebitda) = (statement.now[TOTAL_DEBT]?, statement.now[EBITDA]?);
    if debt <= 0.0 {
        return Some(0.0);
    }
    Some(if ebitda <= 0.0 { 1.0 } else { unit(debt / ebitda / config.debt_to_ebitda_ref) })
}

fn interest_burden(statement: &Statement, config: &ProfilesConfig) -> Option<f64> {
    let (interest, ebit) = (statement.now[INTEREST_EXPENSE]?, statement.now[EBIT]?);
    if interest <= 0.0 {
        return Some(0.0);
    }
    Some(if ebit <= 0.0 { 1.0 } else { 1.0 - unit(ebit / interest / config.interest_coverage_ref) })
}

fn accruals_risk(statement: &Statement, config: &ProfilesConfig) -> Option<f64> {
    accruals(statement).map(|accruals| unit(accruals / config.accruals_ref))
}

/// The share of net income that is not cash; a loss says nothing here.
fn cash_shortfall(statement: &Statement) -> Option<f64> {
    let cash = positive(statement.now[OPERATING_CASH_FLOW]?, statement.now[NET_INCOME]?)?;
    Some(unit(1.0 - cash))
}

fn governance(statement: &Statement, config: &ProfilesConfig) -> Option<f64> {
    let (litigation, governance) = (statement.now[LITIGATION], statement.now[GOVERNANCE]);
    litigation.or(governance)?;
    let parts = [litigation.map(unit), governance.map(unit), accruals_risk(statement, config)];
    weighted(&config.governance_weights, &parts, config)
}

/// Cut to 0 to 1; what is not a number counts as the worst.
pub(super) fn unit(value: f64) -> f64 {
    if value.is_nan() { 1.0 } else { value.clamp(0.0, 1.0) }
}

/// The mean of the parts that are there; absent when they are less than the least share of all.
pub(super) fn mean_of(parts: &[Option<f64>], config: &ProfilesConfig) -> Option<f64> {
    let there: Vec<f64> = parts.iter().copied().flatten().collect();
    mean(&there).filter(|_| there.len() as f64 >= config.min_coverage * parts.len() as f64)
}

/// The weighted mean of the parts that are there; absent when they carry less than the least share of all weight.
fn weighted(weights: &[f64], parts: &[Option<f64>], config: &ProfilesConfig) -> Option<f64> {
    let (mut total, mut there, mut all) = (0.0, 0.0, 0.0);
    for (weight, part) in weights.iter().zip(parts) {
        all += weight;
        if let Some(part) = part {
            total += weight * part;
            there += weight;
        }
    }
    (there > 0.0 && there >= config.min_coverage * all).then(|| total / there)
}
