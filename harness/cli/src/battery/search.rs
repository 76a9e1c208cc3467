//! A search without skill, for a control: so many coin-tossers on the baseline's own days, and the luckiest of them shown.
//!
//! Each is long or short what the baseline earned on a day by the toss of a coin. All of them stand in a ledger with their
//! returns, as if each had been judged, and what led to the candidate is counted there as for every candidate.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::Digest;
use domain::seed::{Seed, Streams};
use judge::evidence::{Evidence, Part};
use judge::gates::pooled::Pooled;
use judge::metrics::returns::sharpe_ratio;
use judge::trials::count::count;
use judge::trials::ledger::{Ledger, Trial};
use rand_chacha::rand_core::Rng;

/// Makes the candidate the luckiest of `tried` coin-tossers; without paired returns there is no search, and no ledger.
pub fn luckiest(evidence: &mut Evidence, tried: u64) {
    evidence.trials = None;
    let Ok(Pooled { baseline, .. }) = Pooled::of(evidence, Part::Historical) else { return };
    let streams = Streams::new(Seed(tried));
    let (mut ledger, mut returns) = (Ledger::default(), BTreeMap::new());
    let mut best: Option<(f64, Digest)> = None;
    for number in 1..=tried {
        let tosses = tossed(&baseline, streams, number);
        let sharpe = sharpe_ratio(&tosses).unwrap_or(0.0);
        let behaviour = Digest::of(format!("coin-tosser {number} of {tried}").as_bytes());
        if ledger.append(trial(number, behaviour, tosses.len(), sharpe)).is_err() {
            return;
        }
        if best.is_none_or(|(most, _)| sharpe > most) {
            best = Some((sharpe, behaviour));
        }
        returns.insert(behaviour, tosses);
    }
    let Some((_, luckiest)) = best else { return };
    show(evidence, returns.get(&luckiest).map_or(&[], Vec::as_slice));
    evidence.trials = count(&ledger, luckiest, &returns, &baseline, streams).ok();
}

fn tossed(market: &[f64], streams: Streams, number: u64) -> Vec<f64> {
    let mut coins = vec![0_u8; market.len()];
    streams.generator(&["a search", &number.to_string()], 0).fill_bytes(&mut coins);
    market.iter().zip(coins).map(|(value, coin)| if coin % 2 == 1 { *value } else { -value }).collect()
}

fn trial(number: u64, behaviour: Digest, days: usize, sharpe: f64) -> Trial {
    Trial {
        behaviour,
        config: behaviour,
        battery: behaviour,
        returns: behaviour,
        days: days as u64,
        sharpe: sharpe / judge::metrics::returns::DAYS_A_YEAR.sqrt(),
        on: "1970-01-01".to_owned(),
        by: "the harness".to_owned(),
        name: format!("coin-tosser {number}"),
        windows: "all windows".to_owned(),
    }
}

/// The candidate's historical accounts earn these returns, run after run.
fn show(evidence: &mut Evidence, returns: &[f64]) {
    let mut rest = returns;
    for run in evidence.runs.iter_mut().filter(|run| run.part == Part::Historical) {
        let days: Vec<Date> = run.candidate.days.iter().skip(1).map(|day| day.on).collect();
        let (own, others) = rest.split_at(days.len().min(rest.len()));
        let on: BTreeMap<Date, f64> = days.into_iter().zip(own.iter().copied()).collect();
        run.candidate.restate(|day, value| on.get(&day.on).copied().unwrap_or(value));
        rest = others;
    }
}

#[cfg(test)]
mod tests {
    use domain::quantity::Cash;
    use judge::evidence::side::{Side, SideDay, SideOrigin};
    use judge::evidence::{Run, Subject};

    use super::*;

    fn side() -> Side {
        let digest = Digest::of(b"a side");
        let streams = Streams::new(Seed(3));
        let mut equity = 1_000_000.0;
        let day = |at: i32| {
            equity *= 1.0 + streams.uniform(&["day"], at as u64) * 0.02 - 0.0095;
            SideDay {
                on: Date::from_epoch_days(at),
                equity: Cash::from_units(equity).unwrap(),
                turnover: None,
                gross: Some(1.0),
                costs: None,
                breaches: None,
                regime: None,
                stability: None,
            }
        };
        let days = (0..800).map(day).collect();
        let last_day = Date::from_epoch_days(799);
        let origin = SideOrigin {
            run_id: digest,
            journal: digest,
            world: digest,
            tape: digest,
            seed: Seed(1),
            last_day,
            initial_cash_micros: 1,
        };
        Side { origin, days }
    }

    #[test]
    fn the_luckiest_of_a_hundred_is_shown_and_all_of_them_are_counted() {
        let subject = Subject {
            name: "s".to_owned(),
            system: "v2".to_owned(),
            version: "1".to_owned(),
            config: Digest::of(b"config"),
        };
        let run = |at: u8| Run {
            part: Part::Historical,
            case: format!("h{at}"),
            market: "US_EQ".to_owned(),
            candidate: side(),
            baseline: side(),
        };
        let mut evidence = Evidence {
            candidate: subject.clone(),
            baseline: subject,
            on: Date::from_epoch_days(20_000),
            battery: Digest::of(b"battery"),
            runs: (0..2).map(run).collect(),
            checks: Vec::new(),
            trials: None,
            controls: None,
        };
        luckiest(&mut evidence, 100);
        let trials = evidence.trials.clone().unwrap();
        assert_eq!((trials.tried, trials.effective, trials.holds_candidate), (100, 100, true));
        let pooled = Pooled::of(&evidence, Part::Historical).unwrap();
        let shown = sharpe_ratio(&pooled.candidate).unwrap() / 252_f64.sqrt();
        // The best of a hundred without skill is two and a half deviations above zero.
        assert!(shown > 2.0 * trials.sharpe_variance.sqrt(), "{shown} {trials:?}");
    }
}
