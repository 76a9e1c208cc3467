//! Faults in what the names are worth.
//!
//! The list of scores is ascending by instrument and stays so; scores stay from −1 to 1. v2 sizes what it is given, so
//! a fault here passes through the programme with all its limits.

use domain::chain::Score;
use domain::ids::Instrument;
use domain::numeric::total_order;
use domain::system::Today;

use crate::chance;
use crate::config::Planted;
use crate::kinds::Kind;
use crate::memory::Memory;
use crate::universe::is_due;

/// What a model says that has learnt nothing but its bias.
const BIAS: f64 = 0.5;

/// The scores in the place of v2's `own`, ascending by instrument.
pub(crate) fn scores(planted: &Planted, today: &Today<'_>, own: Vec<Score>, memory: &mut Memory) -> Vec<Score> {
    let (size, count) = (planted.size, planted.count());
    match planted.info.kind {
        Kind::RandomScores => each(own, |score| 2.0 * chance::of_name(planted, today, score.instrument) - 1.0),
        Kind::InvertedScores => each(own, |score| -score.score),
        Kind::AbsoluteScores => each(own, |score| score.score.abs()),
        Kind::ConstantScores => each(own, |_| BIAS),
        Kind::NoisyScores => each(own, |score| score.score + size * chance::normal(planted, today, score.instrument)),
        Kind::CoarseScores => each(own, |score| (score.score / size).round() * size),
        Kind::ScoreUnitSlip => each(own, |score| score.score * size),
        Kind::StaleScores => memory.scores.delayed(own, count),
        Kind::ShortMemory | Kind::StaleCache => memory.scores.refreshed(own, is_due(today, planted)),
        Kind::ShiftedScores => shifted(&own, count),
        Kind::TieOrder => tied(own, size),
        Kind::SignOfOneName => {
            let strongest = first_by(&own, count, |score| score.score.abs());
            each(own, |score| if strongest.contains(&score.instrument) { -score.score } else { score.score })
        }
        Kind::LosesBest => {
            let best = first_by(&own, count, |score| score.score);
            own.into_iter().filter(|score| !best.contains(&score.instrument)).collect()
        }
        Kind::ChasesYesterday => chasing(&own, today, count),
        _ => own,
    }
}

fn each(mut scores: Vec<Score>, change: impl Fn(&Score) -> f64) -> Vec<Score> {
    for score in &mut scores {
        score.score = change(score).clamp(-1.0, 1.0);
    }
    scores
}

/// The first `count` names by `measure`, descending, ties to the lower instrument.
pub(crate) fn first_by(scores: &[Score], count: usize, measure: impl Fn(&Score) -> f64) -> Vec<Instrument> {
    let mut ranked: Vec<(f64, Instrument)> = scores.iter().map(|score| (measure(score), score.instrument)).collect();
    ranked.sort_unstable_by(|a, b| total_order(&b.0, &a.0).then(a.1.cmp(&b.1)));
    ranked.into_iter().take(count).map(|(_, instrument)| instrument).collect()
}

/// Each name with the score of the name `places` after it in the list; after the last comes the first.
fn shifted(own: &[Score], places: usize) -> Vec<Score> {
    let with = |(at, score): (usize, &Score)| Score { instrument: score.instrument, ..own[(at + places) % own.len()] };
    own.iter().enumerate().map(with).collect()
}

/// Scores within `tolerance` of the lowest of their group are ties, and the best score of a group goes to its highest
/// instrument.
fn tied(mut own: Vec<Score>, tolerance: f64) -> Vec<Score> {
    own.sort_unstable_by(|a, b| total_order(&a.score, &b.score).then(a.instrument.cmp(&b.instrument)));
    let mut start = 0;
    while start < own.len() {
        let lowest = own[start].score;
        let end = own.iter().position(|score| score.score > lowest + tolerance).unwrap_or(own.len());
        let mut names: Vec<Instrument> = own[start..end].iter().map(|score| score.instrument).collect();
        names.sort_unstable();
        own[start..end].iter_mut().zip(names).for_each(|(score, name)| score.instrument = name);
        start = end;
    }
    own.sort_unstable_by_key(|score| score.instrument);
    own
}

/// The rank of the return over `days`, from −1 to 1; names without one are left out.
fn chasing(own: &[Score], today: &Today<'_>, days: usize) -> Vec<Score> {
    let growth = |score: &Score| {
        let (now, then) = (today.view.level(score.instrument, 0)?, today.view.level(score.instrument, days)?);
        (then > 0.0).then_some(Score { score: now / then, ..*score })
    };
    let grown: Vec<Score> = own.iter().filter_map(growth).collect();
    let ranked = first_by(&grown, grown.len(), |score| score.score);
    let last = ranked.len().saturating_sub(1).max(1) as f64;
    let rank = |score: Score| {
        let at = ranked.iter().position(|name| *name == score.instrument).unwrap_or_default();
        Score { score: 1.0 - 2.0 * at as f64 / last, ..score }
    };
    grown.into_iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use domain::chain::Score;
    use domain::ids::Instrument;

    use super::{first_by, shifted, tied};

    fn scored(scores: &[f64]) -> Vec<Score> {
        let score = |(at, score): (u32, &f64)| Score { instrument: Instrument(at), score: *score, confidence: 1.0 };
        (0..).zip(scores).map(score).collect()
    }

    fn numbers(scores: &[Score]) -> Vec<f64> {
        assert!(scores.is_sorted_by_key(|score| score.instrument));
        scores.iter().map(|score| score.score).collect()
    }

    #[test]
    fn shifted_scores_are_those_of_the_next_name() {
        assert_eq!(numbers(&shifted(&scored(&[0.1, 0.2, 0.3]), 1)), [0.2, 0.3, 0.1]);
        assert_eq!(numbers(&shifted(&scored(&[0.1, 0.2, 0.3]), 5)), [0.3, 0.1, 0.2]);
        assert!(shifted(&[], 1).is_empty());
    }

    #[test]
    fn near_scores_are_ties_and_the_best_goes_to_the_highest_instrument() {
        assert_eq!(numbers(&tied(scored(&[0.52, 0.50, -0.3, 0.51]), 0.05)), [0.50, 0.51, -0.3, 0.52]);
        assert_eq!(numbers(&tied(scored(&[0.52, 0.50, -0.3]), 0.001)), [0.52, 0.50, -0.3]);
    }

    #[test]
    fn ties_go_to_the_lower_instrument() {
        let first = first_by(&scored(&[0.2, 0.7, 0.7]), 2, |score| score.score);
        assert_eq!(first, [Instrument(1), Instrument(2)]);
    }
}
