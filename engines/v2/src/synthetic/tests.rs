//! Families against their definitions, paths alone against paths in a set, losses against the returns they stand for.

use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::tape::{Tape, TapeBuilder};
use proptest::prelude::*;
use rand_chacha::rand_core::Rng;
use rstest::rstest;

use super::*;
use crate::config::ConfigError;
use crate::windows::WindowsConfig;
use domain::ids::Instrument;
use domain::numeric::exact;

const DAYS: usize = 420;

/// Closes of `width` walks with a common factor; instrument 1 has no price on days 200 to 202.
fn tape(width: usize, days: usize) -> Tape {
    let dates: Vec<_> = (0..days as i32).map(|day| domain::date::Date::from_epoch_days(10_000 + day)).collect();
    let fact = |at: usize| InstrumentFact {
        id: format!("EQUITY:S{at:03}").parse().unwrap(),
        market: if at == 3 { "EU_EQ" } else { "US_EQ" }.into(),
        currency: "USD".into(),
        issuer: None,
        sector: Some(if at.is_multiple_of(2) { "EVEN" } else { "ODD" }.into()),
    };
    let facts: Vec<InstrumentFact> = (0..width).map(fact).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, dates.clone(), facts.clone()).unwrap();
    let mut stream = Streams::new(Seed(5)).generator(&["test tape"], 0);
    let mut draw = || domain::seed::unit_interval(stream.next_u64()) - 0.5;
    let mut close = vec![100.0; width];
    for (day, date) in dates.iter().enumerate() {
        let common = 0.03 * draw();
        for at in 0..width {
            close[at] *= exact::exp(common + 0.03 * draw());
            if at == 1 && (200..203).contains(&day) {
                continue;
            }
            let bar = BarFact {
                instrument: facts[at].id.clone(),
                happened_on: *date,
                open: None,
                high: None,
                low: None,
                close: Some(close[at]),
                adjusted_close: None,
                volume: Some(1e5),
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    builder.finish()
}

fn config(method: Option<BlockMethod>) -> SyntheticConfig {
    let (category, block) = match method {
        Some(method) => ("BOOTSTRAP", format!(", method = \"{}\", block_days = 10", method.name())),
        None => ("HISTORICAL", String::new()),
    };
    let text = format!(
        "min_history_days = 60\n[request]\nname = \"TEST\"\ndescription = \"\"\ncategory = \"{category}\"\n\
         horizon_days = 15\nnum_paths = 40\nmarkets = [\"US_EQ\"]\n\
         generator_spec = {{ return_kind = \"LOG\"{block} }}\n"
    );
    toml::from_str(&text).unwrap()
}

fn run(engine: &mut Synthetic, tape: &Tape, windows: &mut Windows, day: usize) -> Answer<Scenarios> {
    let view = View::as_of(tape, day).unwrap();
    windows.step(&view);
    engine.run(&Input { view, windows, regime: &["CALM_CARRY"] })
}

fn set_of(config: SyntheticConfig, tape: &Tape, seed: u64) -> (Arc<ScenarioSet>, Windows) {
    let mut windows = Windows::new(WindowsConfig::default());
    let mut engine = Synthetic::new(config, Seed(seed)).unwrap();
    let set = run(&mut engine, tape, &mut windows, tape.days().len() - 1).output.unwrap().0;
    (set, windows)
}

#[rstest]
fn losses_are_the_picked_returns(
    #[values(None, Some(BlockMethod::Fixed), Some(BlockMethod::Circular), Some(BlockMethod::Stationary))]
    method: Option<BlockMethod>,
) {
    let tape = tape(5, DAYS);
    let mut wanted = config(method);
    wanted.request.num_paths = 300;
    let (set, windows) = set_of(wanted, &tape, 1);
    let view = View::as_of(&tape, DAYS - 1).unwrap();
    for path in 0..set.paths() {
        for instrument in (0..5).map(Instrument) {
            let logs = set.lags(path).iter().map(|lag| windows.log_returns(*lag as usize).unwrap()[instrument.index()]);
            let total: f64 = logs.sum();
            let loss = set.loss(instrument, path);
            // Another market, or a day without a return: absent, never carried forward.
            assert_eq!(loss.is_some(), total.is_finite() && instrument != Instrument(3));
            if let Some(loss) = loss {
                assert!((loss - (1.0 - exact::exp(total))).abs() < 1e-12);
                assert!(loss <= 1.0);
                let returns = set.returns(path, instrument, &view, &windows).unwrap();
                assert_eq!((returns.len(), returns[0]), (16, 0.0));
                assert!((returns.iter().sum::<f64>() - total).abs() < 1e-12);
            }
        }
        assert_eq!(set.dates(path, &view).unwrap().len(), 15);
    }
    assert_eq!(set.present(Instrument(3)), 0);
    assert!(set.present(Instrument(1)) < 300 && set.present(Instrument(0)) == 300);
    assert!(set.absent_share() > 0.0);
}

#[test]
fn the_same_request_and_seed_give_the_same_bytes() {
    let tape = tape(3, DAYS);
    let make = |seed| set_of(config(Some(BlockMethod::Stationary)), &tape, seed).0;
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    assert_ne!(make(1).metadata().scenario_set_id, make(2).metadata().scenario_set_id);
}

#[test]
fn metadata_is_enough_to_make_the_set_again() {
    let tape = tape(3, DAYS);
    let config = config(Some(BlockMethod::Circular));
    let (set, _) = set_of(config.clone(), &tape, 9);
    let meta = set.metadata();
    let day = tape.days().iter().position(|day| *day == meta.as_of_date).unwrap();
    let mut engine = Synthetic::new(config, meta.seed).unwrap();
    let again = run(&mut engine, &tape, &mut Windows::new(WindowsConfig::default()), day).output.unwrap().0;
    assert_eq!(again, set);
    assert_eq!((meta.base_days, meta.num_paths, meta.horizon_days), (DAYS as u32 - 1, 40, 15));
}

#[test]
fn windows_are_contiguous_and_do_not_repeat_while_there_are_enough() {
    let lags: Vec<u32> = (0..60).rev().collect();
    let streams = Streams::new(Seed(3));
    let all = Sampler::windows(&lags, 20, 41, &streams, "W").unwrap();
    let mut firsts: Vec<u32> = (0..41).map(|k| all.path(k)[0]).collect();
    assert!((0..41).all(|k| all.path(k).windows(2).all(|pair| pair[0] == pair[1] + 1)));
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), 41);
    let more = Sampler::windows(&lags, 20, 42, &streams, "W").unwrap();
    let mut firsts: Vec<u32> = (0..42).map(|k| more.path(k)[0]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    assert!(firsts.len() < 42);
    assert!(Sampler::windows(&lags, 61, 1, &streams, "W").is_none());
}

#[test]
fn fixed_blocks_start_on_every_whole_block_and_the_last_is_cut() {
    let lags: Vec<u32> = (0..12).rev().collect();
    let sampler = Sampler::blocks(&lags, 13, Block::Fixed { days: 5 }, &Streams::new(Seed(2)), "B").unwrap();
    let mut firsts = [0_u32; 12];
    for k in 0..4000 {
        let path = sampler.path(k);
        for block in path.chunks(5) {
            assert!(block.windows(2).all(|pair| pair[0] == pair[1] + 1));
            firsts[11 - block[0] as usize] += 1;
        }
        assert_eq!(path.chunks(5).last().unwrap().len(), 3);
    }
    // 12,000 draws over the starts 0 to 7: 1,500 each, standard deviation 36.
    assert!(firsts[..8].iter().all(|count| (1_300..1_700).contains(count)), "{firsts:?}");
    assert!(firsts[8..].iter().all(|count| *count == 0));
}

#[test]
fn circular_blocks_go_round() {
    let lags: Vec<u32> = (0..7).rev().collect();
    let sampler = Sampler::blocks(&lags, 5, Block::Circular { days: 5 }, &Streams::new(Seed(2)), "C").unwrap();
    let paths: Vec<Vec<u32>> = (0..200).map(|k| sampler.path(k)).collect();
    assert!(paths.iter().all(|path| path.windows(2).all(|pair| (pair[0] + 6) % 7 == pair[1])));
    assert!(paths.iter().any(|path| path.contains(&0) && path.last() != Some(&0)));
}

#[test]
fn stationary_blocks_have_the_mean_length() {
    let lags: Vec<u32> = (0..500).rev().collect();
    let block = Block::Stationary { mean_days: 10 };
    let sampler = Sampler::blocks(&lags, 60, block, &Streams::new(Seed(2)), "S").unwrap();
    let breaks: usize =
        (0..1000).map(|k| sampler.path(k).windows(2).filter(|pair| (pair[0] + 499) % 500 != pair[1]).count()).sum();
    // 59,000 chances at 1/10, less the 1 in 500 that continue by luck: 5,888, standard deviation 73.
    assert!((5_600..6_180).contains(&breaks), "{breaks}");
}

#[test]
fn mean_deviation_and_correlation_are_those_of_the_past() {
    let tape = tape(3, DAYS);
    let mut config = config(Some(BlockMethod::Stationary));
    (config.request.num_paths, config.request.horizon_days) = (4_000, 10);
    let (set, windows) = set_of(config, &tape, 4);
    let past = |at: usize| -> Vec<f64> {
        (0..DAYS - 1).filter_map(|lag| windows.log_returns(lag).map(|row| row[at])).collect()
    };
    let drawn = |at: usize| -> Vec<f64> {
        let lags = (0..set.paths()).flat_map(|path| set.lags(path).iter());
        lags.map(|lag| windows.log_returns(*lag as usize).unwrap()[at]).collect()
    };
    let ((a, b), (x, y)) = ((past(0), past(2)), (drawn(0), drawn(2)));
    let mean = |v: &[f64]| domain::numeric::mean(v).unwrap();
    let cov = |v: &[f64], w: &[f64]| {
        let (m, n) = (mean(v), mean(w));
        mean(&v.iter().zip(w).map(|(p, q)| (p - m) * (q - n)).collect::<Vec<_>>())
    };
    // 4,000 blocks of independent start or more: about 4 standard errors.
    assert!((mean(&x) - mean(&a)).abs() < 4.0 * cov(&a, &a).sqrt() / 4_000_f64.sqrt());
    assert!((cov(&x, &x) / cov(&a, &a) - 1.0).abs() < 0.05);
    let correlation = |v: &[f64], w: &[f64]| cov(v, w) / (cov(v, v) * cov(w, w)).sqrt();
    assert!((correlation(&x, &y) - correlation(&a, &b)).abs() < 0.03);
}

#[test]
fn filters_are_respected() {
    let tape = tape(4, DAYS);
    let mut wanted = config(Some(BlockMethod::Fixed));
    let days = tape.days();
    (wanted.request.base_date_start, wanted.request.base_date_end) = (Some(days[100]), Some(days[219]));
    wanted.request.universe_filter = Some(UniverseFilter { instruments: vec![], sectors: vec!["EVEN".into()] });
    let (set, _) = set_of(wanted, &tape, 1);
    let view = View::as_of(&tape, DAYS - 1).unwrap();
    let dates = (0..set.paths()).flat_map(|path| set.dates(path, &view).unwrap());
    assert!(dates.into_iter().all(|date| (days[100]..=days[219]).contains(&date)));
    assert_eq!(set.metadata().base_dates, (days[100], days[219]));
    assert_eq!(set.instruments().collect::<Vec<_>>(), [Instrument(0), Instrument(2)]);
}

#[test]
fn a_regime_filter_keeps_windows_within_runs_of_its_days() {
    let tape = tape(2, DAYS);
    let mut wanted = config(None);
    wanted.request.regime_filter = Some(vec!["CRISIS".into(), "RISK_OFF".into()]);
    let mut engine = Synthetic::new(wanted, Seed(1)).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    let mut last = None;
    let stressed = |day: usize| (100..150).contains(&day) || (300..380).contains(&day);
    for day in 0..DAYS {
        let view = View::as_of(&tape, day).unwrap();
        windows.step(&view);
        let regime: &[&str] = if stressed(day) { &["RECESSIONARY", "CRISIS"] } else { &["CARRY"] };
        last = engine.run(&Input { view, windows: &windows, regime }).output.ok();
    }
    let set = last.unwrap().0;
    let made = tape.days().iter().position(|day| *day == set.metadata().as_of_date).unwrap();
    for path in 0..set.paths() {
        assert!(set.lags(path).iter().all(|lag| stressed(made - *lag as usize)));
        assert!(set.lags(path).windows(2).all(|pair| pair[0] == pair[1] + 1));
    }
}

#[rstest]
#[case("FACTOR_BOOTSTRAP")]
#[case("SHOCK_OVERLAY")]
#[case("FRAGILITY_ADVERSARIAL")]
#[case("REGULATORY")]
#[case("CUSTOM")]
#[case("HISTORICAL_TEMPLATE")]
fn families_without_a_generator_are_refused(#[case] category: &str) {
    let mut wanted = config(None);
    wanted.request.category = serde_json::from_str(&format!("\"{category}\"")).unwrap();
    let error = Synthetic::new(wanted, Seed(1)).unwrap_err();
    assert!(matches!(error, RequestError::NotBuiltYet { .. }));
    assert!(error.to_string().contains("not built yet"), "{error}");
}

#[rstest]
#[case("horizon_days", |c: &mut SyntheticConfig| c.request.horizon_days = 61)]
#[case("horizon_days", |c: &mut SyntheticConfig| c.request.horizon_days = 0)]
#[case("num_paths", |c: &mut SyntheticConfig| c.request.num_paths = 0)]
#[case("markets", |c: &mut SyntheticConfig| c.request.markets.clear())]
#[case("name", |c: &mut SyntheticConfig| c.request.name = " ".into())]
#[case("block_days", |c: &mut SyntheticConfig| c.request.generator_spec.block_days = Some(21))]
#[case("block_days", |c: &mut SyntheticConfig| c.request.generator_spec.block_days = None)]
#[case("method", |c: &mut SyntheticConfig| c.request.generator_spec.method = None)]
#[case("method", |c: &mut SyntheticConfig| c.request.category = Category::Historical)]
#[case("return_bound", |c: &mut SyntheticConfig| c.request.generator_spec.return_bound = f64::NAN)]
#[case("min_history_days", |c: &mut SyntheticConfig| c.min_history_days = 3)]
#[case("base_date_end", |c: &mut SyntheticConfig| {
    c.request.base_date_start = "2008-09-15".parse().ok();
    c.request.base_date_end = "2008-09-14".parse().ok();
})]
fn values_out_of_range_are_refused(#[case] key: &str, #[case] spoil: fn(&mut SyntheticConfig)) {
    let mut wanted = config(Some(BlockMethod::Fixed));
    spoil(&mut wanted);
    let error = ConfigError::from(Synthetic::new(wanted, Seed(1)).unwrap_err());
    assert!(error.path.ends_with(key), "{error}");
}

#[test]
fn the_kind_of_return_must_be_declared() {
    let text = serde_json::to_string(&config(None)).unwrap().replace("\"return_kind\":\"LOG\",", "");
    assert!(serde_json::from_str::<SyntheticConfig>(&text).unwrap_err().to_string().contains("return_kind"));
}

#[test]
fn a_day_beyond_the_bound_is_missing() {
    let tape = tape(3, DAYS);
    let mut wanted = config(Some(BlockMethod::Fixed));
    wanted.request.generator_spec.return_bound = 0.015;
    let (set, windows) = set_of(wanted, &tape, 1);
    for path in 0..set.paths() {
        let rises = |lag: &u32| windows.log_returns(*lag as usize).unwrap()[0] > exact::ln_1p(0.015);
        assert_eq!(set.loss(Instrument(0), path).is_none(), set.lags(path).iter().any(rises));
    }
}

#[test]
fn too_short_a_past_is_an_abstention() {
    let tape = tape(2, DAYS);
    let mut engine = Synthetic::new(config(None), Seed(1)).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    let short = run(&mut engine, &tape, &mut windows, 59).output;
    assert_eq!(short, Err(Abstention::ShortHistory { have: 59, need: 60 }));
    assert!(run(&mut engine, &tape, &mut windows, 60).output.is_ok());
}

#[test]
fn a_restored_engine_hands_out_the_same_set() {
    let tape = tape(3, 320);
    let whole: Vec<_> = walk(&tape, 250, None);
    for stop in [251, 263, 271, 300] {
        assert_eq!(walk(&tape, 250, Some(stop)), whole, "stopped at {stop}");
    }
}

/// The sets from day `from` on; at `stop` engine and windows are made anew and the engine's state is taken up.
fn walk(tape: &Tape, from: usize, stop: Option<usize>) -> Vec<domain::digest::Digest> {
    let mut config = config(Some(BlockMethod::Stationary));
    config.history_days = 200;
    let mut engine = Synthetic::new(config.clone(), Seed(1)).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    let mut sets = Vec::new();
    for day in from..tape.days().len() {
        if stop == Some(day) {
            let mut bytes = CanonicalBytes::new();
            engine.save(&mut bytes);
            engine = Synthetic::new(config.clone(), Seed(1)).unwrap();
            engine.restore(&mut Saved::new(bytes.as_slice())).unwrap();
            windows = Windows::new(WindowsConfig::default());
        }
        sets.push(run(&mut engine, tape, &mut windows, day).output.unwrap().0.content());
    }
    sets
}

#[test]
fn a_set_older_than_the_windows_is_read_from_the_tape() {
    let tape = tape(2, 900);
    let mut wanted = config(Some(BlockMethod::Fixed));
    (wanted.request.base_date_start, wanted.request.base_date_end) = (Some(tape.days()[5]), Some(tape.days()[80]));
    let late = set_of(wanted.clone(), &tape, 1).0;
    let mut early_engine = Synthetic::new(wanted, Seed(1)).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    let early = run(&mut early_engine, &tape, &mut windows, 100).output.unwrap().0;
    for path in 0..late.paths() {
        assert_eq!(late.loss(Instrument(0), path), early.loss(Instrument(0), path));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_path_stands_alone(
        seed: u64, days in 20_u32..200, horizon in 1_u32..=60, length in 1_u32..=20, kind in 0_u8..4, k in 0_u32..500,
    ) {
        let lags: Vec<u32> = (0..days).rev().collect();
        let streams = Streams::new(Seed(seed));
        let block = match kind {
            0 => Block::Fixed { days: length },
            1 => Block::Circular { days: length },
            _ => Block::Stationary { mean_days: length },
        };
        let make = || match kind {
            3 => Sampler::windows(&lags, horizon.min(days), 500, &streams, "P"),
            _ => Sampler::blocks(&lags, horizon, block, &streams, "P"),
        };
        let sampler = make().unwrap();
        // In any order, one of them twice, and by another sampler.
        let backwards: Vec<Vec<u32>> = (0..=k).rev().step_by(7).map(|k| sampler.path(k)).collect();
        prop_assert_eq!(&backwards[0], &make().unwrap().path(k));
        prop_assert!(backwards.iter().flatten().all(|lag| *lag < days));
    }
}
