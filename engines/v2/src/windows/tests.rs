//! The windows against a slow calculation from the view alone, and what must not matter.

use domain::date::Date;
use domain::facts::{ActionFact, ActionKind, BarFact, InstrumentFact, PriceBasis};
use domain::ids::{Instrument, InstrumentId};
use domain::numeric::exact::ln;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use super::{Windows, WindowsConfig};

const CONFIG: WindowsConfig =
    WindowsConfig { max_gap_days: 5, min_rows_share: 0.87, percentile_days: 120, percentile_min_days: 40 };

fn id(at: usize) -> InstrumentId {
    format!("EQUITY:S{at}").parse().unwrap()
}

/// Random walks with gaps; `split_on` halves the price of the first instrument and says so.
fn tape(width: usize, days: usize, split_on: Option<usize>) -> Tape {
    let dates: Vec<Date> = (0..days).map(|day| Date::from_epoch_days(10_000 + day as i32)).collect();
    let fact = |at| InstrumentFact {
        id: id(at),
        market: if at % 2 == 0 { "US_EQ".into() } else { "EU_EQ".into() },
        currency: "USD".into(),
        issuer: None,
        sector: None,
    };
    let mut builder = TapeBuilder::new(PriceBasis::Raw, dates.clone(), (0..width).map(fact).collect()).unwrap();
    let streams = Streams::new(Seed(5));
    for at in 0..width {
        let (mut price, name) = (50.0 + at as f64, at.to_string());
        for (day, date) in dates.iter().enumerate() {
            price *= 1.0 + 0.04 * (streams.uniform(&["move", &name], day as u64) - 0.49);
            let gap = streams.uniform(&["gap", &name], day as u64) < 0.02 * (at % 4) as f64;
            let quoted = if at == 0 && split_on.is_some_and(|split| day >= split) { price / 2.0 } else { price };
            let volume = 1000.0 + 500.0 * streams.uniform(&["volume", &name], day as u64);
            let bar = BarFact {
                instrument: id(at),
                happened_on: *date,
                open: None,
                high: None,
                low: None,
                close: Some(quoted),
                adjusted_close: None,
                volume: Some(volume),
            };
            if !gap {
                builder.push_bar(&bar).unwrap();
            }
        }
    }
    if let Some(split) = split_on {
        let (on, kind) = (dates[split], ActionKind::Split { numerator: 2, denominator: 1 });
        builder.push_action(ActionFact { instrument: id(0), happened_on: on, known_on: on, kind }).unwrap();
    }
    builder.finish()
}

/// The definition, from the view alone.
fn slow_log_return(view: &View<'_>, at: Instrument, lag: usize) -> Option<f64> {
    let now = view.level(at, lag)?;
    let before = (lag + 1..=lag + 1 + CONFIG.max_gap_days as usize).find_map(|lag| view.level(at, lag))?;
    Some(ln(now / before))
}

fn slow_vol(view: &View<'_>, at: Instrument, prices: usize) -> Option<f64> {
    let returns: Vec<f64> = (0..prices - 1).filter_map(|lag| slow_log_return(view, at, lag)).collect();
    let least = (0.87 * prices as f64).ceil() as usize - 1;
    let mean = returns.iter().fold(0.0, |total, value| total + value) / returns.len() as f64;
    let squares = returns.iter().fold(0.0, |total, value| total + (value - mean) * (value - mean));
    (returns.len() >= least).then(|| (squares / (returns.len() as f64 - 1.0)).sqrt())
}

fn slow_drawdown(view: &View<'_>, at: Instrument) -> Option<f64> {
    view.level(at, 0)?;
    let levels: Vec<f64> = (0..63).rev().filter_map(|lag| view.level(at, lag)).collect();
    if levels.len() < (0.87 * 63.0_f64).ceil() as usize {
        return None;
    }
    let falls = (0..levels.len()).flat_map(|now| (0..=now).map(move |peak| (peak, now)));
    Some(falls.map(|(peak, now)| 1.0 - levels[now] / levels[peak]).fold(0.0, f64::max))
}

#[test]
fn every_figure_equals_the_slow_definition_to_the_last_bit() {
    // More than two blocks of lanes, every fourth instrument without a gap.
    let tape = tape(19, 330, Some(200));
    let mut windows = Windows::new(CONFIG);
    for day in 0..330 {
        let view = View::as_of(&tape, day).unwrap();
        windows.step(&view);
        for at in (0..19).map(Instrument) {
            let today = windows.today();
            assert_eq!(today.log_return.get(at), slow_log_return(&view, at, 0));
            assert_eq!(today.drawdown_63.get(at), slow_drawdown(&view, at), "day {day}");
            if day >= 80 {
                assert_eq!(today.vol_63.get(at), slow_vol(&view, at, 63), "day {day}");
                assert_eq!(today.vol_21.get(at), slow_vol(&view, at, 21), "day {day}");
                let money = |lag| Some(view.closes(lag)?.get(at)? * view.volumes(lag)?.get(at)?);
                let adv: Vec<f64> = (0..63).filter_map(money).collect();
                let mean = adv.iter().fold(0.0, |total, value| total + value) / adv.len() as f64;
                assert_eq!(today.adv_63.get(at), (adv.len() >= 55).then_some(mean), "day {day}");
                let impact = |lag| Some(slow_log_return(&view, at, lag)?.abs() / money(lag)?);
                let impacts: Vec<f64> = (0..63).filter_map(impact).collect();
                let mean = impacts.iter().fold(0.0, |total, value| total + value) / impacts.len() as f64;
                assert_eq!(today.amihud_63.get(at), (impacts.len() >= 54).then_some(mean), "day {day}");
                assert_eq!(windows.is_unbroken(at), (0..63).all(|lag| view.level(at, lag).is_some()), "day {day}");
            }
        }
    }
}

#[test]
fn windows_that_start_late_stand_where_the_others_stand() {
    let tape = tape(4, 420, Some(200));
    let mut walked = Windows::new(CONFIG);
    for day in 0..420 {
        let view = View::as_of(&tape, day).unwrap();
        walked.step(&view);
        if day % 37 == 0 || day > 415 {
            let mut fresh = Windows::new(CONFIG);
            fresh.step(&view);
            assert_eq!(fresh.today(), walked.today(), "day {day}");
            for at in (0..4).map(Instrument) {
                assert_eq!(fresh.history(at), walked.history(at), "day {day}");
            }
            assert_eq!(fresh.proxies()[1].simple_return(30), walked.proxies()[1].simple_return(30));
        }
    }
}

/// A return over a gap at the far end has its earlier price only in windows that walked further.
#[test]
fn returns_are_whole_as_far_back_as_they_are_said_to_be() {
    let tape = tape(8, 420, Some(200));
    let mut walked = Windows::new(CONFIG);
    let mut torn = false;
    for day in 0..420 {
        let view = View::as_of(&tape, day).unwrap();
        walked.step(&view);
        if day < 300 {
            continue;
        }
        let mut fresh = Windows::new(CONFIG);
        fresh.step(&view);
        let bits = |windows: &Windows, lag| -> Option<Vec<u64>> {
            windows.log_returns(lag).map(|row| row.iter().map(|value| value.to_bits()).collect())
        };
        for lag in 0..walked.whole_returns() {
            assert_eq!(bits(&fresh, lag), bits(&walked, lag), "day {day}, lag {lag}");
            let proxies = [&fresh, &walked].map(|windows| windows.proxies()[1].simple_return(lag));
            assert_eq!(proxies[0], proxies[1], "day {day}, lag {lag}");
        }
        let beyond = walked.whole_returns()..walked.depth() - 1;
        torn |= beyond.into_iter().any(|lag| bits(&fresh, lag) != bits(&walked, lag));
    }
    assert!(torn, "no gap of the tape reaches the edge");
}

#[test]
fn a_split_is_no_crash() {
    let (plain, split) = (tape(2, 300, None), tape(2, 300, Some(200)));
    let (mut left, mut right) = (Windows::new(CONFIG), Windows::new(CONFIG));
    left.step(&View::as_of(&plain, 230).unwrap());
    right.step(&View::as_of(&split, 230).unwrap());
    let close = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
    let at = Instrument(0);
    assert!(close(left.today().vol_63.get(at), right.today().vol_63.get(at)));
    assert!(close(left.today().drawdown_63.get(at), right.today().drawdown_63.get(at)));
}

#[test]
fn the_proxy_of_a_market_knows_its_own_instruments_only() {
    let tape = tape(4, 100, None);
    let mut windows = Windows::new(CONFIG);
    let view = View::as_of(&tape, 99).unwrap();
    windows.step(&view);
    let markets: Vec<&str> = windows.proxies().iter().map(|proxy| proxy.market.as_str()).collect();
    assert_eq!(markets, ["EU_EQ", "US_EQ"]);
    let simple = |at| view.level(Instrument(at), 0).unwrap() / view.level(Instrument(at), 1).unwrap() - 1.0;
    let expected = (simple(0) + simple(2)) / 2.0;
    assert_eq!(windows.proxies()[1].simple_return(0), Some(expected));
}
