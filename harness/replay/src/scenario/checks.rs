//! What the types of a scenario cannot say.

use domain::quantity::Cash;

use super::{Scenario, ScenarioError};

/// Refuses values out of range, naming the key.
pub(super) fn check(scenario: &Scenario, path: &str) -> Result<(), ScenarioError> {
    let refuse = |key: &str, value: String, expected: &str| {
        Err(ScenarioError::Value { path: path.to_owned(), key: key.to_owned(), value, expected: expected.to_owned() })
    };
    if !is_case_name(&scenario.name) {
        return refuse("name", format!("{:?}", scenario.name), "lower-case letters, digits and single dashes");
    }
    if scenario.purpose.trim().is_empty() {
        return refuse("purpose", "blank".to_owned(), "a sentence that says what the scenario is for");
    }
    if scenario.market.tape.trim().is_empty() {
        return refuse("market.tape", "blank".to_owned(), "the name of a tape folder or a path to one");
    }
    if !is_currency(&scenario.account.currency) {
        return refuse("account.currency", format!("{:?}", scenario.account.currency), "three capitals, such as USD");
    }
    let cash = scenario.account.cash;
    if !(cash > 0.0 && Cash::from_units(cash).is_ok()) {
        return refuse("account.cash", cash.to_string(), "more than 0 and within 9.2e12");
    }
    super::borrowed::check(&scenario.market, path)?;
    check_days(scenario, path)?;
    check_numbers(scenario, path)
}

fn check_days(scenario: &Scenario, path: &str) -> Result<(), ScenarioError> {
    let refuse = |key: &str, value: String, expected: String| {
        Err(ScenarioError::Value { path: path.to_owned(), key: key.to_owned(), value, expected })
    };
    let market = &scenario.market;
    if market.first_day > market.last_day {
        return refuse(
            "market.first_day",
            market.first_day.to_string(),
            format!("a day up to last_day {}", market.last_day),
        );
    }
    if let Some(from) = market.history_from
        && from > market.first_day
    {
        return refuse("market.history_from", from.to_string(), format!("a day up to first_day {}", market.first_day));
    }
    let mut sorted = market.instruments.clone();
    sorted.sort();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return refuse("market.instruments", format!("{} twice", pair[0]), "each instrument once".to_owned());
    }
    if let Some(halt) = scenario.halts.iter().find(|halt| halt.first_day >= halt.until) {
        let expected = format!("a day after first_day {}", halt.first_day);
        return refuse("halts.until", halt.until.to_string(), expected);
    }
    Ok(())
}

fn check_numbers(scenario: &Scenario, path: &str) -> Result<(), ScenarioError> {
    let execution = &scenario.execution;
    let rate = execution.max_participation_rate.unwrap_or(1.0);
    let checks = [
        ("execution.slippage_bps", execution.slippage_bps, 0.0, 5_000.0),
        ("execution.cost_bps", execution.cost_bps, 0.0, 5_000.0),
        ("execution.max_participation_rate", rate, f64::MIN_POSITIVE, 1.0),
        ("execution.limit_fill_probability", execution.limit_fill_probability, 0.0, 1.0),
        ("execution.delisting_recovery", execution.delisting_recovery, 0.0, 1.0),
        ("plan.minimum_value", scenario.plan.minimum_value, 0.0, 1e12),
    ];
    for (key, value, low, high) in checks {
        // A NaN is inside no range.
        if !(low..=high).contains(&value) {
            return Err(ScenarioError::Value {
                path: path.to_owned(),
                key: key.to_owned(),
                value: value.to_string(),
                expected: format!("a number from {} to {high}", if low > 0.0 { "above 0" } else { "0" }),
            });
        }
    }
    Ok(())
}

/// Names become folders: nothing but lower-case letters, digits and single dashes.
pub(crate) fn is_case_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let edges = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    !name.is_empty() && name.len() <= 64 && name.bytes().all(good) && !edges
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}
