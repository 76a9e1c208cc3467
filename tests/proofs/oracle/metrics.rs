//! The metrics of a series of equity, in 60 digits, with the conventions of the benchmark jobs: simple daily returns
//! from the second day on, 252 days a year, no risk-free rate, ddof 1, a target of zero.

use bigdecimal::{One, Zero};

use super::decimal::{Decimal, constant, count, quotient, root, rounded, total};
use super::elementary::{NORMAL_TAIL, power};
use super::jobs::growth;

/// Each metric by its name in reports, ascending.
pub fn metrics(equity: &[Decimal]) -> Vec<(&'static str, Decimal)> {
    let returns: Vec<Decimal> = equity.windows(2).map(|pair| quotient(&(&pair[1] - &pair[0]), &pair[0])).collect();
    let mut table = of_growth(equity, returns.len());
    table.extend(of_returns(&returns));
    table.extend(of_tails(&returns));
    table.sort_by_key(|(name, _)| *name);
    table
}

fn of_growth(equity: &[Decimal], days: usize) -> Vec<(&'static str, Decimal)> {
    let growth = growth(equity);
    let years = quotient(&Decimal::from(252), &count(days));
    let annual = power(&(&growth + Decimal::one()), &years) - Decimal::one();
    let mut peak = equity[0].clone();
    let mut deepest = Decimal::zero();
    for value in equity {
        peak = peak.max(value.clone());
        deepest = deepest.min(quotient(value, &peak) - Decimal::one());
    }
    let calmar = quotient(&annual, &-&deepest);
    vec![("total_return", growth), ("annual_return", annual), ("max_drawdown", deepest), ("calmar_ratio", calmar)]
}

fn of_returns(returns: &[Decimal]) -> Vec<(&'static str, Decimal)> {
    let n = count(returns.len());
    let one = Decimal::one();
    let (mean, deviation) = mean_and_deviation(returns);
    let moment = |order: usize| average(&returns.iter().map(|r| multiplied(&(r - &mean), order)).collect::<Vec<_>>());
    let (second, third, fourth) = (moment(2), moment(3), moment(4));
    let skew = quotient(&third, &(&second * root(&second)));
    let kurtosis = quotient(&fourth, &(&second * &second)) - Decimal::from(3);
    let skew_factor = quotient(&root(&(&n * (&n - &one))), &(&n - Decimal::from(2)));
    let kurtosis_factor = quotient(&(&n - &one), &((&n - Decimal::from(2)) * (&n - Decimal::from(3))));
    let losses: Vec<Decimal> = returns.iter().map(|r| r.clone().min(Decimal::zero())).collect();
    let gains: Vec<Decimal> = returns.iter().map(|r| r.clone().max(Decimal::zero())).collect();
    let downside = root(&average(&losses.iter().map(|loss| multiplied(loss, 2)).collect::<Vec<_>>()));
    let year = root(&Decimal::from(252));
    let hits = returns.iter().filter(|r| **r > Decimal::zero()).count();
    vec![
        ("volatility", rounded(&(&deviation * &year))),
        ("sharpe_ratio", rounded(&(quotient(&mean, &deviation) * &year))),
        ("sortino_ratio", rounded(&(quotient(&mean, &downside) * &year))),
        ("omega_ratio", quotient(&total(&gains), &-total(&losses))),
        ("hit_rate", quotient(&count(hits), &n)),
        ("skew_adjusted", rounded(&(&skew * skew_factor))),
        ("skew_biased", skew),
        ("kurtosis_excess_adjusted", rounded(&(kurtosis_factor * ((&n + &one) * &kurtosis + Decimal::from(6))))),
        ("kurtosis_excess_biased", kurtosis),
    ]
}

fn of_tails(returns: &[Decimal]) -> Vec<(&'static str, Decimal)> {
    let mut ascending = returns.to_vec();
    ascending.sort();
    let at = |percent: usize| {
        let scaled = (ascending.len() - 1) * percent;
        let (low, part) = (scaled / 100, quotient(&count(scaled % 100), &Decimal::from(100)));
        let high = ascending.get(low + 1).unwrap_or(&ascending[low]);
        (ascending[low].clone(), rounded(&(&ascending[low] + (high - &ascending[low]) * part)))
    };
    let beyond = |limit: &Decimal| average(&ascending.iter().filter(|r| *r <= limit).cloned().collect::<Vec<_>>());
    let ((lower, interpolated), (_, upper)) = (at(5), at(95));
    let (mean, deviation) = mean_and_deviation(returns);
    let tail = constant("0.05");
    vec![
        ("cvar_95_gaussian", rounded(&(&mean - quotient(&(&deviation * &NORMAL_TAIL.density), &tail)))),
        ("cvar_95_interpolated", beyond(&interpolated)),
        ("cvar_95_lower", beyond(&lower)),
        ("tail_ratio", quotient(&upper.abs(), &interpolated.abs())),
        ("var_95_gaussian", rounded(&(&mean + &deviation * &NORMAL_TAIL.quantile))),
        ("var_95_interpolated", interpolated),
        ("var_95_lower", lower),
    ]
}

fn average(values: &[Decimal]) -> Decimal {
    quotient(&total(values), &count(values.len()))
}

/// The mean, and the deviation with ddof 1.
fn mean_and_deviation(values: &[Decimal]) -> (Decimal, Decimal) {
    let mean = average(values);
    let squares: Vec<Decimal> = values.iter().map(|value| multiplied(&(value - &mean), 2)).collect();
    let variance = quotient(&total(&squares), &count(values.len() - 1));
    (mean, root(&variance))
}

fn multiplied(base: &Decimal, times: usize) -> Decimal {
    (0..times).fold(Decimal::one(), |product, _| rounded(&(product * base)))
}

#[cfg(test)]
mod tests {
    use super::{constant, metrics};

    #[test]
    fn by_hand() {
        // Returns 0.1, −0.5, 1, −0.2: mean 0.1; squared deviations 0, 0.36, 0.81, 0.09, so the variance is 0.42.
        let equity = ["100", "110", "55", "110", "88"].map(constant);
        let table = metrics(&equity);
        let of = |name: &str| table.iter().find(|(known, _)| *known == name).map(|(_, value)| value.round(20)).unwrap();
        assert_eq!(of("total_return"), constant("-0.12").round(20));
        assert_eq!(of("max_drawdown"), constant("-0.5").round(20));
        assert_eq!(of("hit_rate"), constant("0.5").round(20));
        assert_eq!(of("omega_ratio"), (constant("1.1") / constant("0.7")).round(20));
        assert_eq!(of("var_95_lower"), constant("-0.5").round(20));
        // Position 3 · 5/100 = 0.15 between −0.5 and −0.2.
        assert_eq!(of("var_95_interpolated"), constant("-0.455").round(20));
        // 0.88 to the power 63, less one, and √(0.42 · 252).
        assert_eq!(of("annual_return").round(12), constant("-0.9996820137468233").round(12));
        assert_eq!(of("volatility").round(12), constant("10.287856919689348").round(12));
    }
}
