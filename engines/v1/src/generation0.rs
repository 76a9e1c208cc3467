//! Generation 0, the screener before v1: the numbers that some of v1's tables still hold (engines-v1 §11).
//!
//! Regimes are bands of a fear-and-greed index from 0 to 100. A band holds its lower edge and not its upper one, so
//! 100 itself is in none and falls through to neutral: a flaw that is kept. Nothing of v1's daily run uses this module;
//! an import of old rows does.
//!
//! ```
//! use v1::generation0::FearGreed;
//! assert_eq!(FearGreed::of_index(44.9), FearGreed::Fear);
//! assert_eq!(FearGreed::of_index(100.0), FearGreed::Neutral);
//! assert_eq!(FearGreed::of_index(FearGreed::index_of_vix(Some(25.0))), FearGreed::Fear);
//! ```

pub mod portfolio;

/// A band of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FearGreed {
    /// 0 to 25.
    ExtremeFear,
    /// 25 to 45.
    Fear,
    /// 45 to 55, and 100.
    Neutral,
    /// 55 to 75.
    Greed,
    /// 75 to 100.
    ExtremeGreed,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The index from which the band holds, and up to which.
    pub band: (f64, f64),
    /// What sizes are multiplied by.
    pub size_multiplier: f64,
    /// The percentile above which a candidate is kept.
    pub filter_percentile: f64,
    /// The share of trades expected to win.
    pub expected_win_rate: f64,
    /// What is traded.
    pub strategy: &'static str,
}

/// What a candidate is scored by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The relative strength index over 2 days, 0 to 100.
    pub rsi2: f64,
    /// Volume over its mean.
    pub volume_ratio: f64,
    /// Whether the price is above its 20-day mean.
    pub above_sma20: bool,
}

const TABLE: [Row; 5] = [
    row((0.0, 25.0), 1.5, 90.0, 0.80, "mean_reversion"),
    row((25.0, 45.0), 1.2, 93.0, 0.70, "mean_reversion"),
    row((45.0, 55.0), 1.0, 95.0, 0.60, "mixed"),
    row((55.0, 75.0), 0.8, 97.0, 0.62, "momentum"),
    row((75.0, 100.0), 0.5, 99.0, 0.55, "momentum"),
];
/// The index that stands in for a VIX below each value, and beyond the last.
const VIX_INDEX: [(f64, f64); 3] = [(15.0, 65.0), (20.0, 50.0), (30.0, 35.0)];
const VIX_INDEX_BEYOND: f64 = 15.0;
const VIX_DEFAULT: f64 = 20.0;
/// Above this VIX the win rate is lifted and the strategy is mean reversion.
const VIX_FEAR: f64 = 30.0;
const WIN_RATE_LIFTED: f64 = 0.80;

const fn row(band: (f64, f64), size: f64, percentile: f64, win_rate: f64, strategy: &'static str) -> Row {
    Row { band, size_multiplier: size, filter_percentile: percentile, expected_win_rate: win_rate, strategy }
}

impl FearGreed {
    /// All bands, the most fearful first.
    pub const ALL: [Self; 5] = [Self::ExtremeFear, Self::Fear, Self::Neutral, Self::Greed, Self::ExtremeGreed];

    /// The band of an index.
    #[must_use]
    pub fn of_index(index: f64) -> Self {
        let holds = |band: &Self| (TABLE[*band as usize].band.0..TABLE[*band as usize].band.1).contains(&index);
        Self::ALL.into_iter().find(holds).unwrap_or(Self::Neutral)
    }

    /// The index where only the VIX is known; where it is not, a VIX of 20.
    #[must_use]
    pub fn index_of_vix(vix: Option<f64>) -> f64 {
        let vix = vix.unwrap_or(VIX_DEFAULT);
        VIX_INDEX.iter().find(|(below, _)| vix < *below).map_or(VIX_INDEX_BEYOND, |(_, index)| *index)
    }

    /// The band's line of the table.
    #[must_use]
    pub const fn row(self) -> Row {
        TABLE[self as usize]
    }

    /// The band's line under a VIX: above 30 at least 0.80 of trades are expected to win, by mean reversion.
    #[must_use]
    pub fn row_under(self, vix: f64) -> Row {
        let row = self.row();
        if vix <= VIX_FEAR {
            return row;
        }
        let expected_win_rate = row.expected_win_rate.max(WIN_RATE_LIFTED);
        Row { expected_win_rate, strategy: "mean_reversion", ..row }
    }

    /// The name in the old rows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExtremeFear => "extreme_fear",
            Self::Fear => "fear",
            Self::Neutral => "neutral",
            Self::Greed => "greed",
            Self::ExtremeGreed => "extreme_greed",
        }
    }

    /// A candidate's score in the band.
    #[must_use]
    pub fn score(self, candidate: &Candidate) -> f64 {
        let Candidate { rsi2, volume_ratio, above_sma20 } = *candidate;
        let quality = candidate.quality();
        match self {
            Self::ExtremeFear | Self::Fear => {
                0.5 * (30.0 - rsi2.clamp(0.0, 30.0)) / 30.0 + 0.3 * quality + 0.2 * volume_ratio.clamp(0.0, 3.0) / 3.0
            }
            Self::Greed | Self::ExtremeGreed => {
                let strength = 0.4 * (rsi2.clamp(50.0, 100.0) - 50.0) / 50.0;
                let score = strength + 0.3 * volume_ratio.clamp(0.0, 2.0) / 2.0 + 0.3 * quality;
                0.8 * score + 0.2 * f64::from(u8::from(above_sma20))
            }
            Self::Neutral => {
                let middle = (50.0 - (rsi2 - 50.0).abs()) / 50.0;
                0.33 * quality + 0.33 * volume_ratio.clamp(0.0, 2.0) / 2.0 + 0.34 * middle
            }
        }
    }
}

impl Candidate {
    /// The quality score, 0 to 1.
    #[must_use]
    pub fn quality(&self) -> f64 {
        let points = [
            (self.volume_ratio > 0.5 && self.volume_ratio < 2.0, 0.33),
            (self.rsi2 > 30.0, 0.33),
            (self.above_sma20, 0.34),
        ];
        points.into_iter().filter(|(met, _)| *met).map(|(_, point)| point).fold(0.0, |sum, point| sum + point)
    }
}
