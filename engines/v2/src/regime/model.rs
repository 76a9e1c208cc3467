//! One fit: which features it sees, how they are scaled, its mixture, and how stressed each of its clusters is.
//!
//! A feature is scaled by the median and the median absolute deviation of the days that were known at the fit, and
//! clipped at ±8. Which features are in is fixed at the fit too; a day that lacks one later is judged by the others.
//! Worked example: with median 1 and deviation 0.5, a value of 2 is (2 − 1) / (1.4826 · 0.5) = 1.35.

use domain::digest::CanonicalBytes;
use domain::seed::{Seed, Streams};
use domain::state::Saved;

use super::config::{FitConfig, NamingConfig, RegimeConfig};
use super::features::{COUNT, NAMES, Row, at};
use super::mixture::{Mixture, Table, choose_clusters, spread_start};
use super::naming::{ClusterRanks, Label, name_cluster};

/// Scaled features end here.
const CLIP: f64 = 8.0;
/// Makes the median absolute deviation of a normal variable its standard deviation.
const MAD_TO_SD: f64 = 1.4826;
/// The features in which a cluster can be stressed.
const STRESS: [usize; 5] = [at::VOL_21, at::VOL_63, at::DRAWDOWN, at::CREDIT_SPREAD, at::VIX];

/// A fitted model of one region.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    /// Number of this fit, from 0.
    pub(super) number: u32,
    features: Vec<usize>,
    median: Vec<f64>,
    scale: Vec<f64>,
    pub(super) mixture: Mixture,
    /// The stress of each cluster, 0 to 1.
    stress: Vec<f64>,
    /// The name of each cluster by the written rules.
    pub(super) names: Vec<Label>,
    /// The stress of every day of the fit, ascending.
    ranks: Vec<f64>,
}

impl Model {
    /// Fits the days; starts from the model before where it saw the same features. `None` when too few days have
    /// the features.
    pub(super) fn fit(days: &[Row], config: &RegimeConfig, region: &str, before: Option<&Self>) -> Option<Self> {
        let fit = &config.fit;
        let (features, median, scale) = scaling(days, fit)?;
        let complete: Vec<&Row> = days.iter().filter(|row| features.iter().all(|at| row[*at].is_finite())).collect();
        let mut model = Self {
            number: before.map_or(0, |before| before.number + 1),
            features,
            median,
            scale,
            mixture: Mixture::around(fit.covariance, vec![vec![]], 1.0),
            stress: Vec::new(),
            names: Vec::new(),
            ranks: Vec::new(),
        };
        let rows: Vec<Vec<f64>> = complete.iter().map(|row| model.scaled(row)).collect();
        if rows.len() < config.least_rows() as usize {
            return None;
        }
        let table = Table::of_rows(&rows);
        model.mixture = match before {
            None => likeliest(&table, config, region),
            Some(before) if before.features == model.features => {
                model.taken_over(before).fitted(&table, fit.steps, fit.ridge).0
            }
            Some(before) => {
                let means = before.carried(&complete, &rows, fit.temperature);
                Mixture::around(fit.covariance, means, 1.0).fitted(&table, fit.steps, fit.ridge).0
            }
        };
        model.judge_clusters(&complete, &rows, config);
        Some(model)
    }

    /// The mixture of the fit before, in this fit's scale.
    fn taken_over(&self, before: &Self) -> Mixture {
        let parts = || self.median.iter().zip(&self.scale).zip(before.median.iter().zip(&before.scale));
        let offset: Vec<f64> = parts().map(|((median, _), (old, old_scale))| (median - old) / old_scale).collect();
        let stretch: Vec<f64> = parts().map(|((_, scale), (_, old_scale))| scale / old_scale).collect();
        before.mixture.clone().rescaled(&offset, &stretch)
    }

    /// The means of this fit's clusters in the scaled features of another fit of the same days: where the features
    /// change, the clusters stay the same clusters.
    fn carried(&self, days: &[&Row], rows: &[Vec<f64>], temperature: f64) -> Vec<Vec<f64>> {
        let width = rows.first().map_or(0, Vec::len);
        let mut totals = vec![vec![0.0; width]; self.mixture.clusters()];
        let mut weights = vec![0.0; self.mixture.clusters()];
        for (day, row) in days.iter().zip(rows) {
            let posterior = self.mixture.posterior(&self.scaled(day), temperature);
            for ((total, weight), share) in totals.iter_mut().zip(&mut weights).zip(posterior) {
                *weight += share;
                total.iter_mut().zip(row).for_each(|(total, value)| *total += share * value);
            }
        }
        for (total, weight) in totals.iter_mut().zip(&weights) {
            total.iter_mut().for_each(|total| *total /= weight.max(f64::MIN_POSITIVE));
        }
        totals
    }

    /// Ranks the clusters' means among the days, names them, and ranks the days' stress.
    fn judge_clusters(&mut self, days: &[&Row], rows: &[Vec<f64>], config: &RegimeConfig) {
        let posteriors: Vec<Vec<f64>> =
            rows.iter().map(|row| self.mixture.posterior(row, config.fit.temperature)).collect();
        let clusters = self.mixture.clusters();
        let sorted = sorted_columns(days);
        let known_spreads = sorted[at::CREDIT_SPREAD].len() as f64;
        let has_spread = known_spreads >= config.fit.min_feature_share * days.len() as f64;
        (self.stress, self.names) = (Vec::new(), Vec::new());
        for cluster in 0..clusters {
            let means = weighted_means(days, &posteriors, cluster);
            let rank = |at: usize| means[at].map(|mean| rank_in(&sorted[at], mean));
            let seen = STRESS.iter().filter(|at| self.features.contains(at));
            let ranks: Vec<f64> = seen.filter_map(|at| rank(*at)).collect();
            self.stress.push(domain::numeric::mean(&ranks).unwrap_or(0.5));
            self.names.push(name_of(&means, &rank, has_spread, &config.naming));
        }
        self.ranks = posteriors.iter().map(|posterior| self.stress_of(posterior)).collect();
        self.ranks.sort_by(f64::total_cmp);
    }

    /// The posterior of a day; `None` when it lacks every feature of the fit.
    pub(super) fn posterior(&self, day: &Row, temperature: f64) -> Option<Vec<f64>> {
        let scaled = self.scaled(day);
        scaled.iter().any(|value| value.is_finite()).then(|| self.mixture.posterior(&scaled, temperature))
    }

    /// The rank of a posterior's stress among the days of the fit, 0 to 1.
    pub(super) fn rank(&self, posterior: &[f64]) -> f64 {
        rank_in(&self.ranks, self.stress_of(posterior))
    }

    fn stress_of(&self, posterior: &[f64]) -> f64 {
        posterior.iter().zip(&self.stress).fold(0.0, |total, (share, stress)| total + share * stress)
    }

    /// The share of the fit's configured features that are in it.
    pub(super) fn coverage(&self, fit: &FitConfig) -> f64 {
        self.features.len() as f64 / fit.features.len() as f64
    }

    fn scaled(&self, day: &Row) -> Vec<f64> {
        let scales = self.features.iter().zip(&self.median).zip(&self.scale);
        // `clamp` keeps a NaN.
        scales.map(|((at, median), scale)| ((day[*at] - median) / scale).clamp(-CLIP, CLIP)).collect()
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.number).put_u32(self.features.len() as u32);
        for ((at, median), scale) in self.features.iter().zip(&self.median).zip(&self.scale) {
            bytes.put_u8(*at as u8).put_f64(*median).put_f64(*scale);
        }
        self.mixture.save(bytes);
        for (stress, name) in self.stress.iter().zip(&self.names) {
            bytes.put_f64(*stress).put_u8(*name as u8);
        }
        bytes.put_u32(self.ranks.len() as u32);
        self.ranks.iter().for_each(|rank| {
            bytes.put_f64(*rank);
        });
    }

    pub(super) fn restore(fit: &FitConfig, saved: &mut Saved<'_>) -> Option<Self> {
        let (number, width) = (saved.u32()?, saved.u32()?);
        let (mut features, mut median, mut scale) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..width {
            features.push(Some(usize::from(saved.u8()?)).filter(|at| *at < COUNT)?);
            median.push(saved.f64()?);
            scale.push(saved.f64()?);
        }
        let mixture = Mixture::restore(fit.covariance, saved)?;
        let (mut stress, mut names) = (Vec::new(), Vec::new());
        for _ in 0..mixture.clusters() {
            stress.push(saved.f64()?);
            names.push(Label::of_code(saved.u8()?)?);
        }
        let ranks = (0..saved.u32()?).map(|_| saved.f64()).collect::<Option<_>>()?;
        Some(Self { number, features, median, scale, mixture, stress, names, ranks })
    }
}

/// The features that enough days have and that vary, with their medians and scales.
fn scaling(days: &[Row], fit: &FitConfig) -> Option<(Vec<usize>, Vec<f64>, Vec<f64>)> {
    let (mut features, mut medians, mut scales) = (Vec::new(), Vec::new(), Vec::new());
    for at in (0..COUNT).filter(|at| fit.features.iter().any(|name| name == NAMES[*at])) {
        let mut values: Vec<f64> = days.iter().map(|row| row[at]).filter(|value| value.is_finite()).collect();
        if values.is_empty() || (values.len() as f64) < fit.min_feature_share * days.len() as f64 {
            continue;
        }
        let middle = median(&mut values);
        values.iter_mut().for_each(|value| *value = (*value - middle).abs());
        let scale = MAD_TO_SD * median(&mut values);
        if scale > 0.0 {
            features.push(at);
            medians.push(middle);
            scales.push(scale);
        }
    }
    (!features.is_empty()).then_some((features, medians, scales))
}

/// The likeliest of the fits from `restarts` starts; the first of equals.
fn likeliest(table: &Table, config: &RegimeConfig, region: &str) -> Mixture {
    let (fit, streams) = (&config.fit, Streams::new(Seed(config.fit.seed)));
    let clusters = match config.num_clusters {
        0 => choose_clusters(table, fit, &streams, region),
        fixed => fixed,
    };
    let start = |restart: u32| {
        // A start draws at most a few words; 64 positions keep the restarts apart.
        let name = ["regime", region, "start"];
        let means = spread_start(table, clusters as usize, &streams, &name, u64::from(restart) * 64);
        let mixture = Mixture::around(fit.covariance, means, 1.0).fitted(table, fit.steps, fit.ridge).0;
        (mixture.log_likelihood(table), mixture)
    };
    let first = start(0);
    let others = (1..fit.restarts).map(start);
    others.fold(first, |best, other| if other.0 > best.0 { other } else { best }).1
}

fn name_of(
    means: &[Option<f64>],
    rank: &dyn Fn(usize) -> Option<f64>,
    has_spread: bool,
    rules: &NamingConfig,
) -> Label {
    let spread = if has_spread { rank(at::CREDIT_SPREAD) } else { rank(at::DRAWDOWN) };
    let ranks = ClusterRanks {
        vol: rank(at::VOL_63).unwrap_or(0.5),
        spread: spread.unwrap_or(0.5),
        vol_ratio: means[at::RATIO].unwrap_or(1.0),
        return_63: means[at::RETURN_63].unwrap_or(0.0),
    };
    name_cluster(&ranks, rules)
}

/// The values of each feature over the days, ascending.
fn sorted_columns(days: &[&Row]) -> Vec<Vec<f64>> {
    let column = |at: usize| {
        let mut values: Vec<f64> = days.iter().map(|row| row[at]).filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    (0..COUNT).map(column).collect()
}

/// The mean of each feature over the days, weighted by their share in a cluster.
fn weighted_means(days: &[&Row], posteriors: &[Vec<f64>], cluster: usize) -> Vec<Option<f64>> {
    let mean = |at: usize| {
        let (mut total, mut weight) = (0.0, 0.0);
        for (row, posterior) in days.iter().zip(posteriors) {
            if row[at].is_finite() {
                total += posterior[cluster] * row[at];
                weight += posterior[cluster];
            }
        }
        (weight > 0.0).then(|| total / weight)
    };
    (0..COUNT).map(mean).collect()
}

/// The share of `sorted` below `value`, an equal one counted as half; 0.5 for none.
fn rank_in(sorted: &[f64], value: f64) -> f64 {
    if sorted.is_empty() {
        return 0.5;
    }
    let below = sorted.partition_point(|other| *other < value);
    let up_to = sorted.partition_point(|other| *other <= value);
    (below + up_to) as f64 / 2.0 / sorted.len() as f64
}

/// The median; the mean of the two in the middle of an even count.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}
