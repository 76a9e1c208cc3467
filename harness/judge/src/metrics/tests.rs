//! The whole table against references in 60 digits.

use domain::date::Date;
use domain::quantity::Cash;
use journal::event::{BookMark, Event, JournalDay};

use super::{MetricValue, Metrics};
use crate::fixture;

/// Seven days, known from other tools: 0.05, −0.058252, 0.742258, 3.075227 to six digits.
const SEVEN_DAYS: &[(&str, f64)] = &[
    ("total_return", 0.05),
    ("annual_return", 6.761_587_555_117_423),
    ("volatility", 0.742_258_493_461_823_6),
    ("sharpe_ratio", 3.075_227_235_295_267_6),
    ("sortino_ratio", 6.552_566_343_855_419),
    ("max_drawdown", -0.058_252_427_184_466_02),
    ("var_95_interpolated", -0.041_715_200_931_857_89),
    ("var_95_lower", -0.049_019_607_843_137_254),
    ("cvar_95_gaussian", -0.087_390_108_447_165_15),
    ("skew_adjusted", 0.586_833_560_829_455_6),
    ("kurtosis_excess_adjusted", -0.068_225_576_158_614_15),
    ("omega_ratio", 1.692_063_106_531_774),
];

/// A thousand days of [`wandering`].
const THOUSAND_DAYS: &[(&str, f64)] = &[
    ("total_return", -0.328_903_099_825),
    ("annual_return", -0.095_713_213_703_099_45),
    ("volatility", 0.135_269_759_824_927_17),
    ("sharpe_ratio", -0.676_024_929_995_790_3),
    ("sortino_ratio", -0.923_441_999_640_659_9),
    ("max_drawdown", -0.504_473_085_170_353_2),
    ("calmar_ratio", -0.189_729_078_749_123_95),
    ("var_95_interpolated", -0.013_543_900_000_695_14),
    ("cvar_95_interpolated", -0.014_249_240_000_736_964),
    ("var_95_lower", -0.013_552_000_001_073_525),
    ("cvar_95_lower", -0.014_249_240_000_736_964),
    ("var_95_gaussian", -0.014_378_996_596_653_716),
    ("cvar_95_gaussian", -0.017_939_655_703_077_24),
    ("tail_ratio", 0.957_353_494_845_788_7),
    ("skew_biased", 0.012_139_974_483_455_227),
    ("skew_adjusted", 0.012_158_237_715_098_77),
    ("kurtosis_excess_biased", -1.193_724_685_070_507_9),
    ("kurtosis_excess_adjusted", -1.193_690_746_637_872_3),
    ("omega_ratio", 0.906_019_888_964_784_5),
    ("hit_rate", 0.492_492_492_492_492_5),
];

/// Days that carry nothing but their equity.
fn marked(equity: &[i64]) -> Vec<JournalDay> {
    let day = |(at, micros): (i32, &i64)| {
        let mark = BookMark { equity: Cash::from_micros(*micros), ..BookMark::default() };
        JournalDay { on: Date::from_epoch_days(14_000 + at), events: vec![Event::BookMarked(mark)] }
    };
    (0..).zip(equity).map(day).collect()
}

/// A million that moves by −1.495 % to +1.505 % a day, in integers, from a linear congruential generator.
fn wandering(days: usize) -> Vec<i64> {
    let (mut state, mut equity) = (20_080_915_u64, 1_000_000_000_000_i64);
    let next = |_| {
        let before = equity;
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let millionths = ((state >> 33) % 30_001) as i64 - 14_950;
        equity += (i128::from(equity) * i128::from(millionths)).div_euclid(1_000_000) as i64;
        before
    };
    (0..days).map(next).collect()
}

fn agree(equity: &[i64], references: &[(&str, f64)]) {
    let figures = Metrics::of_days(Cash::from_micros(equity[0]), &marked(equity)).figures();
    for (name, expected) in references {
        let figure = figures.iter().find(|figure| figure.name == *name).unwrap();
        let MetricValue::Number(found) = figure.value else { panic!("{name} is {}", figure.value) };
        assert!((found / expected - 1.0).abs() < 1e-12, "{name} is {found:?}, expected {expected:?}");
    }
}

#[test]
fn sixty_digit_references() {
    agree(&[100, 101, 99, 103, 102, 97, 105].map(|units| units * 1_000_000), SEVEN_DAYS);
    agree(&wandering(1000), THOUSAND_DAYS);
}

#[test]
fn figures_of_the_book_and_of_trading() {
    let metrics = Metrics::of(&fixture::journal());
    let figures = metrics.figures();
    let shown: Vec<String> =
        figures.iter().map(|figure| format!("{} {} {}", figure.name, figure.value, figure.unit)).collect();
    for expected in [
        "first_day 2008-09-12 day",
        "trading_days 3 count",
        "initial_cash 1000.000000 currency",
        "final_equity 982.750000 currency",
        "max_drawdown_peak 2008-09-12 day",
        "max_drawdown_trough 2008-09-15 day",
        "drawdown_days_longest 2 count",
        "rebalances 2 count",
        "traded_value 269.500000 currency",
        "costs_total 1.750000 currency",
        "slippage_total 0.500000 currency",
        "dividends_total 5.000000 currency",
        "realised_total -30.500000 currency",
        "orders 3 count",
        "fills 3 count",
        "refusals 0 count",
        "cancels 0 count",
    ] {
        assert!(shown.iter().any(|line| line == expected), "{expected} is not among {shown:#?}");
    }
    // 250 over 998.5 + 1.5, and 19.5 over 947.75 + 0.25 + 0.5.
    let (first, second) = (0.25, 19.5 / 948.5);
    assert_eq!(metrics.turnover_total, Some(first + second));
    assert_eq!(metrics.turnover_per_rebalance, Some((first + second) / 2.0));
    assert_eq!(metrics.turnover_annual, Some((first + second) * 252.0 / 3.0));
    assert_eq!(metrics.total_return_on_cash, Some(-0.017_25));
    assert_eq!(metrics.positions_mean, Some(4.0 / 3.0));
}

#[test]
fn what_is_not_defined_is_absent_and_never_a_nan() {
    let defined = |equity: &[i64]| {
        let figures = Metrics::of_days(Cash::from_micros(1), &marked(equity)).figures();
        let numbers = figures.iter().filter(|figure| matches!(figure.value, MetricValue::Number(_)));
        for figure in numbers.clone() {
            let MetricValue::Number(number) = figure.value else { continue };
            assert!(number.is_finite(), "{} is {number}", figure.name);
        }
        numbers.map(|figure| figure.name).collect::<Vec<&str>>()
    };
    assert_eq!(defined(&[]), [""; 0]);
    // One day has no return; two have one, and no spread; a flat account has no ratio either.
    assert!(!defined(&[5]).contains(&"total_return"));
    assert!(defined(&[5, 6]).contains(&"annual_return") && !defined(&[5, 6]).contains(&"volatility"));
    assert!(defined(&[5, 5, 5]).contains(&"volatility") && !defined(&[5, 5, 5]).contains(&"sharpe_ratio"));
    // An account that lost everything has a drawdown, and no returns from there on.
    let ruined = defined(&[5, 0, 5]);
    assert!(ruined.contains(&"max_drawdown") && !ruined.contains(&"volatility"), "{ruined:?}");
    assert!(!defined(&[5, -1]).contains(&"annual_return") && !defined(&[0, 5]).contains(&"max_drawdown"));
}
