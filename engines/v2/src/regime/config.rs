//! The config of the regime engine: engines-v2 §3, with the choices of §13.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::features::NAMES;
use crate::config::{ConfigError, EngineConfig, Ranges};

/// How the mixture's components may be shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covariance {
    /// A variance for each feature.
    Diagonal,
    /// A whole covariance matrix.
    Full,
}

/// How the daily posterior is smoothed, always causally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Smoothing {
    /// Not at all.
    None,
    /// A forward filter with the estimated transition matrix of the clusters.
    Hmm,
    /// The mean posterior of the last `mode_days` days, so that its largest entry is their mode.
    MovingMode,
}

/// How regimes are found, named and smoothed. Required keys have no default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimeConfig {
    /// The model id, the second half of the key of histories and matrices; required.
    pub joint_model_id: String,
    /// Components of the mixture, 4 to 6; 0 chooses by BIC and stability; required.
    pub num_clusters: u32,
    /// Days that a new label must hold before it counts; required, 5 chosen.
    pub min_regime_duration_days: u32,
    /// The window of the features, in trading days; 63.
    #[serde(default = "defaults::window")]
    pub window_length_days: u32,
    /// The smoothing of the posterior; none.
    #[serde(default = "defaults::smoothing")]
    pub smoothing_method: Smoothing,
    /// The regions that are answered; GLOBAL, US. GLOBAL is composed of all regions that a market belongs to.
    #[serde(default = "defaults::regions")]
    pub regions: Vec<String>,
    /// The region of each market; a market without an entry is a region of its own name.
    #[serde(default = "defaults::market_regions")]
    pub market_regions: BTreeMap<String, String>,
    /// The weight of a region in GLOBAL; 1 where there is no entry.
    #[serde(default)]
    pub region_weights: BTreeMap<String, f64>,
    /// Instruments that are no part of a proxy; by default the volatility index, which is not an asset.
    #[serde(default = "defaults::not_in_proxy")]
    pub not_in_proxy: Vec<String>,
    /// How the mixture is fitted.
    #[serde(default)]
    pub fit: FitConfig,
    /// How days are named.
    #[serde(default)]
    pub naming: NamingConfig,
    /// The market-wide series.
    #[serde(default)]
    pub series: SeriesConfig,
    /// Additive smoothing of each entry of a transition matrix, in days; 1 \[chosen\].
    #[serde(default = "defaults::one")]
    pub transition_smoothing: f64,
    /// The horizon of the forecast, in days; 21 \[chosen\].
    #[serde(default = "defaults::horizon")]
    pub forecast_days: u32,
}

/// How the mixture is fitted; every number is \[chosen\].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FitConfig {
    /// The seed of the named streams.
    pub seed: u64,
    /// The shape of the components; diagonal.
    pub covariance: Covariance,
    /// The features that the mixture sees, of those that are there: `vol_21`, `vol_63`, `drawdown_63`. These three
    /// hardly move when an instrument is left out; the monthly spread in the mixture made labels move on 10 % of days
    /// in that proof, so it acts where clusters are named, as VIX and the high-yield spread do on the day itself.
    pub features: Vec<String>,
    /// Days of features before the first fit; 504.
    pub min_days: u32,
    /// Days between two fits; 63.
    pub refit_days: u32,
    /// A fit sees at most this many trailing days; 5040 (20 years).
    pub trailing_days: u32,
    /// Of the trailing days every n-th enters: windows of 63 days overlap, so neighbours say the same; 5.
    pub stride_days: u32,
    /// Steps of expectation and maximisation, always all of them; 40.
    pub steps: u32,
    /// Starts of the first fit, of which the likeliest is kept; later fits start from the last one; 10.
    pub restarts: u32,
    /// Added to each variance, in squared scaled units; 0.3. It keeps posteriors soft, so that
    /// neighbouring days have neighbouring answers.
    pub ridge: f64,
    /// The log densities of a day are divided by this: the features are one market seen several times; 3.
    pub temperature: f64,
    /// A feature enters a fit when this share of its days has it; 0.9.
    pub min_feature_share: f64,
    /// The share of days in each of the resamples of the choice of `num_clusters`; 0.8.
    pub resample_share: f64,
    /// Resamples of the choice; 5.
    pub resamples: u32,
}

/// How days are named; every number is \[chosen\], ranks are shares of the fit's days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NamingConfig {
    /// Days over which the stress rank is averaged with exponential weights; 21.
    pub stress_smoothing_days: u32,
    /// A cluster whose volatility and spread rank at least here is `RISK_OFF_CRISIS`; 0.8 (the top quintile).
    pub crisis_cluster: f64,
    /// A cluster whose volatility ranks below here may be `CALM_CARRY`; 0.5 (the bottom half).
    pub calm_cluster: f64,
    /// Stress is entered at this rank; 0.8.
    pub stress_enter: f64,
    /// Stress is left below this rank: hysteresis; 0.3.
    pub stress_leave: f64,
    /// Days below `stress_leave` before stress is left; 21.
    pub stress_leave_days: u32,
    /// `RISK_OFF_CRISIS` is entered at this rank; 0.93.
    pub crisis_enter: f64,
    /// `RISK_OFF_CRISIS` is left below this rank; 0.65.
    pub crisis_leave: f64,
    /// `CALM_CARRY` is entered below this rank; 0.4.
    pub calm_enter: f64,
    /// `CALM_CARRY` is left at this rank; 0.7.
    pub calm_leave: f64,
    /// VIX above this is a crisis at once; 30 index points.
    pub vix_crisis: f64,
    /// A high-yield spread above this is at least risk-off; 600 bp.
    pub high_yield_risk_off_bp: f64,
    /// A credit spread that ranks above this in its own trailing points is at least risk-off, so that a tape without a
    /// high-yield spread or with a short past still sees credit stress; 0.95.
    pub spread_risk_off_rank: f64,
    /// The trailing points, months for the default series; 120.
    pub spread_rank_points: u32,
    /// Days of `moving_mode`; 21.
    pub mode_days: u32,
    /// CPI growth over a year above this is inflation, for tags; 0.04.
    pub inflation_high: f64,
}

/// The market-wide series by name; a tape without one lowers the coverage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeriesConfig {
    /// Credit spread, percent.
    pub credit_spread: String,
    /// Long end of the curve, percent.
    pub curve_long: String,
    /// Short end of the curve, percent.
    pub curve_short: String,
    /// Implied volatility of the market, index points.
    pub vix: String,
    /// Consumer prices, an index.
    pub cpi: String,
    /// High-yield option-adjusted spread, basis points.
    pub high_yield_oas: String,
    /// Calendar days after which the last value of a daily series is no longer today's; 10.
    pub max_age_days: u32,
    /// The same for monthly series, counted from the day it became known; 62.
    pub max_age_monthly_days: u32,
}

mod defaults {
    use std::collections::BTreeMap;

    pub(super) const fn window() -> u32 {
        63
    }
    pub(super) const fn smoothing() -> super::Smoothing {
        super::Smoothing::None
    }
    pub(super) fn regions() -> Vec<String> {
        vec!["GLOBAL".to_owned(), "US".to_owned()]
    }
    pub(super) fn market_regions() -> BTreeMap<String, String> {
        BTreeMap::from([("US_EQ".to_owned(), "US".to_owned())])
    }
    pub(super) fn not_in_proxy() -> Vec<String> {
        vec!["INDEX:VIX".to_owned()]
    }
    pub(super) const fn one() -> f64 {
        1.0
    }
    pub(super) const fn horizon() -> u32 {
        21
    }
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            covariance: Covariance::Diagonal,
            features: ["vol_21", "vol_63", "drawdown_63"].map(str::to_owned).to_vec(),
            min_days: 504,
            refit_days: 63,
            trailing_days: 5040,
            stride_days: 5,
            steps: 40,
            restarts: 10,
            ridge: 0.3,
            temperature: 3.0,
            min_feature_share: 0.9,
            resample_share: 0.8,
            resamples: 5,
        }
    }
}

impl Default for NamingConfig {
    fn default() -> Self {
        Self {
            stress_smoothing_days: 21,
            crisis_cluster: 0.8,
            calm_cluster: 0.5,
            stress_enter: 0.8,
            stress_leave: 0.3,
            stress_leave_days: 21,
            crisis_enter: 0.93,
            crisis_leave: 0.65,
            calm_enter: 0.4,
            calm_leave: 0.7,
            vix_crisis: 30.0,
            high_yield_risk_off_bp: 600.0,
            spread_risk_off_rank: 0.95,
            spread_rank_points: 120,
            mode_days: 21,
            inflation_high: 0.04,
        }
    }
}

impl Default for SeriesConfig {
    fn default() -> Self {
        Self {
            credit_spread: "BAA_MINUS_AAA_M".to_owned(),
            curve_long: "UST_10Y".to_owned(),
            curve_short: "UST_2Y".to_owned(),
            vix: "VIX".to_owned(),
            cpi: "US_CPI_M".to_owned(),
            high_yield_oas: "US_HY_OAS".to_owned(),
            max_age_days: 10,
            max_age_monthly_days: 62,
        }
    }
}

impl RegimeConfig {
    /// The config with the required keys at the values that the specification suggests. Of its 4 to 6 clusters it takes
    /// 6: with instruments left out by chance, labels moved on 3.2 % of days, with 4 clusters on 3.5 %.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            joint_model_id: "joint-regime-core-v1".to_owned(),
            num_clusters: 6,
            min_regime_duration_days: 5,
            window_length_days: defaults::window(),
            smoothing_method: defaults::smoothing(),
            regions: defaults::regions(),
            market_regions: defaults::market_regions(),
            region_weights: BTreeMap::new(),
            not_in_proxy: defaults::not_in_proxy(),
            fit: FitConfig::default(),
            naming: NamingConfig::default(),
            series: SeriesConfig::default(),
            transition_smoothing: defaults::one(),
            forecast_days: defaults::horizon(),
        }
    }
}

impl EngineConfig for RegimeConfig {
    const ENGINE: &'static str = "regime";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("regime");
        ranges.name("joint_model_id", &self.joint_model_id)?;
        if self.num_clusters != 0 {
            ranges.count("num_clusters", self.num_clusters, 2, 8)?;
        }
        ranges.count("min_regime_duration_days", self.min_regime_duration_days, 1, 63)?;
        ranges.count("window_length_days", self.window_length_days, 22, 252)?;
        for region in &self.regions {
            ranges.name("regions", region)?;
        }
        for (region, weight) in &self.region_weights {
            ranges.number(&format!("region_weights.{region}"), *weight, 0.0, 1e6)?;
        }
        ranges.number("transition_smoothing", self.transition_smoothing, 0.0, 252.0)?;
        ranges.count("forecast_days", self.forecast_days, 1, 252)?;
        self.fit.check()?;
        let (kept, least) = (self.fit.rows_kept(), self.least_rows());
        if kept < least {
            let stride = self.fit.stride_days;
            let expected = format!("at least {}, {least} rows for a fit at every {stride} days", least * stride);
            return Ranges::of("regime.fit").refuse("trailing_days", self.fit.trailing_days, expected);
        }
        self.naming.check()?;
        let ranges = Ranges::of("regime.series");
        ranges.count("max_age_days", self.series.max_age_days, 1, 366)?;
        ranges.count("max_age_monthly_days", self.series.max_age_monthly_days, 1, 366)
    }
}

impl RegimeConfig {
    /// The fewest days that a fit is made from: ten for each cluster, and for four of them where their number is found.
    pub(super) fn least_rows(&self) -> u32 {
        10 * self.num_clusters.max(4)
    }
}

impl FitConfig {
    /// The most days of features that are kept for a fit.
    pub(super) const fn rows_kept(&self) -> u32 {
        self.trailing_days.div_ceil(self.stride_days)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("regime.fit");
        for feature in &self.features {
            if !NAMES.contains(&feature.as_str()) {
                ranges.refuse("features", feature, format!("one of {}", NAMES.join(", ")))?;
            }
        }
        if self.features.is_empty() {
            ranges.refuse("features", "[]", "at least one feature")?;
        }
        ranges.count("min_days", self.min_days, 63, 5040)?;
        ranges.count("refit_days", self.refit_days, 1, 2520)?;
        ranges.count("trailing_days", self.trailing_days, self.min_days, 25_200)?;
        ranges.count("stride_days", self.stride_days, 1, 21)?;
        ranges.count("steps", self.steps, 1, 1000)?;
        ranges.count("restarts", self.restarts, 1, 100)?;
        ranges.number("ridge", self.ridge, 1e-9, 10.0)?;
        ranges.number("temperature", self.temperature, 1.0, 100.0)?;
        ranges.share("min_feature_share", self.min_feature_share)?;
        ranges.number("resample_share", self.resample_share, 0.5, 1.0)?;
        ranges.count("resamples", self.resamples, 1, 100)
    }
}

impl NamingConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("regime.naming");
        ranges.count("stress_smoothing_days", self.stress_smoothing_days, 1, 252)?;
        ranges.share("crisis_cluster", self.crisis_cluster)?;
        ranges.share("calm_cluster", self.calm_cluster)?;
        ranges.share("stress_enter", self.stress_enter)?;
        ranges.number("stress_leave", self.stress_leave, 0.0, self.stress_enter)?;
        ranges.count("stress_leave_days", self.stress_leave_days, 1, 252)?;
        ranges.number("crisis_enter", self.crisis_enter, self.stress_enter, 1.0)?;
        ranges.number("crisis_leave", self.crisis_leave, self.stress_leave, self.crisis_enter)?;
        ranges.share("calm_leave", self.calm_leave)?;
        ranges.number("calm_enter", self.calm_enter, 0.0, self.calm_leave)?;
        ranges.number("vix_crisis", self.vix_crisis, 10.0, 100.0)?;
        ranges.number("high_yield_risk_off_bp", self.high_yield_risk_off_bp, 100.0, 3000.0)?;
        ranges.share("spread_risk_off_rank", self.spread_risk_off_rank)?;
        ranges.count("spread_rank_points", self.spread_rank_points, 12, 2520)?;
        ranges.count("mode_days", self.mode_days, 1, 252)?;
        ranges.number("inflation_high", self.inflation_high, 0.0, 1.0)
    }
}
