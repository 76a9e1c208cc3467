//! A replay that goes on from any of its checkpoints gives the same bytes.

use domain::date::Date;
use domain::decision::Decision;
use domain::digest::Digest;
use domain::order::{OrderKind, Side};
use domain::quantity::Price;
use journal::recorder::{DaySink, Recorder};

use crate::fixture::{Scripted, order, scenario, tape};
use crate::run::{ReplayError, SystemIdentity, header, replay};

/// Keeps every day's bytes and every checkpoint.
#[derive(Default)]
struct Keeper {
    days: Vec<Vec<u8>>,
    checkpoints: Vec<(usize, Vec<u8>)>,
}

impl DaySink for Keeper {
    fn take(&mut self, _: Date, bytes: &[u8], _: &Digest) -> std::io::Result<()> {
        self.days.push(bytes.to_vec());
        Ok(())
    }

    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        // The recorder's own position stands before the replay's state, whose length is the last of its words.
        let state = &state[8 + 8 + 8 + 32 + 8..];
        self.checkpoints.push((self.days.len(), state.to_vec()));
        Ok(())
    }
}

fn decide(number: u32) -> Decision {
    let side = if number.is_multiple_of(3) { Side::Sell } else { Side::Buy };
    let limit = Price::new(90.0 + f64::from(number % 20)).unwrap();
    order(side, OrderKind::Limit { limit }, 1 + i64::from(number % 7), 1 + number % 90)
}

#[test]
fn every_checkpoint_leads_to_the_same_end() {
    let bars: Vec<_> = (0..400_u32)
        .map(|k| {
            let base = 100.0 + f64::from(k * 37 % 23) - 11.0;
            Some([base, base + 4.0, base - 4.0, base + 1.0, 1e4])
        })
        .collect();
    let tape = tape(&[("EQUITY:A", &bars)], &[]);
    let scenario = scenario(|s| {
        s.market.last_day = crate::fixture::day(399);
        s.execution.limit_fill_probability = 0.7;
        s.execution.slippage_bps = 3.0;
    });
    let identity = SystemIdentity { name: "x".into(), version: "1".into(), config_digest: Digest::ZERO };
    let header = header(&scenario, &identity, &tape).unwrap();
    let mut whole = Keeper::default();
    let mut recorder = Recorder::new(&header.instruments, &mut whole);
    replay(&scenario, &tape, &mut Scripted(decide), &mut recorder, None, &mut |_, _| {}).unwrap();
    drop(recorder);
    assert!(whole.checkpoints.len() >= 6);
    for (days, state) in &whole.checkpoints {
        let mut resumed = Keeper::default();
        let mut recorder = Recorder::new(&header.instruments, &mut resumed);
        replay(&scenario, &tape, &mut Scripted(decide), &mut recorder, Some(state), &mut |_, _| {}).unwrap();
        drop(recorder);
        assert_eq!(resumed.days, whole.days[*days..], "from day {days} on");
    }
}

#[test]
fn a_checkpoint_with_any_byte_cut_off_is_refused() {
    let bars = [crate::fixture::flat(100.0); 70];
    let tape = tape(&[("EQUITY:A", &bars)], &[]);
    let scenario = scenario(|_| {});
    let identity = SystemIdentity { name: "x".into(), version: "1".into(), config_digest: Digest::ZERO };
    let header = header(&scenario, &identity, &tape).unwrap();
    let mut keeper = Keeper::default();
    let mut recorder = Recorder::new(&header.instruments, &mut keeper);
    replay(&scenario, &tape, &mut Scripted(decide), &mut recorder, None, &mut |_, _| {}).unwrap();
    drop(recorder);
    let (_, state) = &keeper.checkpoints[0];
    for length in 0..state.len() {
        let mut sink = Keeper::default();
        let mut recorder = Recorder::new(&header.instruments, &mut sink);
        let cut = Some(&state[..length]);
        let outcome = replay(&scenario, &tape, &mut Scripted(decide), &mut recorder, cut, &mut |_, _| {});
        assert!(matches!(outcome, Err(ReplayError::Checkpoint(_))), "{length} bytes: {outcome:?}");
    }
}
