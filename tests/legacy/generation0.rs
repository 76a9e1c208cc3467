//! Section 11: the numbers of generation 0.

use v1::generation0::portfolio::{may_join, passes_hard_filter, pick, rank, weights};
use v1::generation0::{Candidate, FearGreed};

#[test]
fn bands_and_their_rows() {
    use FearGreed::{ExtremeFear, ExtremeGreed, Fear, Greed, Neutral};
    let edges = [
        (0.0, ExtremeFear),
        (25.0, Fear),
        (45.0, Neutral),
        (55.0, Greed),
        (75.0, ExtremeGreed),
        (99.9, ExtremeGreed),
        (100.0, Neutral),
    ];
    for (index, band) in edges {
        assert_eq!(FearGreed::of_index(index), band, "{index}");
    }
    let rows = FearGreed::ALL.map(FearGreed::row);
    assert_eq!(rows.map(|row| row.size_multiplier), [1.5, 1.2, 1.0, 0.8, 0.5]);
    assert_eq!(rows.map(|row| row.filter_percentile), [90.0, 93.0, 95.0, 97.0, 99.0]);
    assert_eq!(rows.map(|row| row.expected_win_rate), [0.80, 0.70, 0.60, 0.62, 0.55]);
    assert_eq!(rows.map(|row| row.strategy), ["mean_reversion", "mean_reversion", "mixed", "momentum", "momentum"]);
    let lifted = Greed.row_under(30.1);
    assert_eq!((lifted.expected_win_rate, lifted.strategy), (0.80, "mean_reversion"));
    assert_eq!(Greed.row_under(30.0), Greed.row());
}

#[test]
fn the_index_of_a_vix() {
    for (vix, index) in [(Some(14.9), 65.0), (Some(15.0), 50.0), (Some(20.0), 35.0), (Some(30.0), 15.0), (None, 35.0)] {
        assert_eq!(FearGreed::index_of_vix(vix), index, "{vix:?}");
    }
}

#[test]
fn scores_by_band() {
    let candidate = Candidate { rsi2: 60.0, volume_ratio: 1.0, above_sma20: true };
    assert!((candidate.quality() - 1.0).abs() < 1e-12);
    let close = |band: FearGreed, expected: f64| assert!((band.score(&candidate) - expected).abs() < 1e-12, "{band:?}");
    close(FearGreed::Fear, 0.3 + 0.2 / 3.0);
    close(FearGreed::Greed, 0.8 * (0.08 + 0.15 + 0.3) + 0.2);
    close(FearGreed::Neutral, 0.33 + 0.165 + 0.34 * 0.8);
    let weak = Candidate { rsi2: 30.0, volume_ratio: 2.0, above_sma20: false };
    assert_eq!(weak.quality(), 0.0);
}

#[test]
fn filter_and_portfolio() {
    assert!(passes_hard_filter(5_000_001.0, 5.01) && !passes_hard_filter(5_000_000.0, 6.0));
    assert!(!passes_hard_filter(6e6, 5.0));
    assert!(may_join(10, 1.0, 1.0) && !may_join(11, 64.9, 1.0) && may_join(11, 65.0, 1.0) && !may_join(1, 99.0, 0.99));
    assert_eq!(rank(80.0, 2.0, 3.0), 40.0);
    assert_eq!(pick(&["A", "A", "A", "B", "C", "D", "E"]), [0, 1, 3, 4, 5]);
    assert_eq!(weights(&[0.1, 0.9]), [0.3, 0.7]);
}
