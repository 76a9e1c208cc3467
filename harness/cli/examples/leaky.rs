//! Scratch.
#![allow(clippy::all)]
use std::process::ExitCode;
use builtin::null::NullConfig;
use domain::{decision::*, system::*, ids::Instrument};
use prometheus::{main_with, registry::{Entry, Registry}};
use std::sync::atomic::{AtomicU32, Ordering};
static RUNS: AtomicU32 = AtomicU32::new(0);
struct Static(f64);
impl DecisionSystem for Static {
    fn decide(&mut self, t: &Today<'_>) -> Decision {
        if t.day_number == 0 { return Decision::unchanged("static"); }
        if t.day_number == 50 { self.0 = RUNS.fetch_add(1, Ordering::SeqCst) as f64 / 10.0;
          return Decision { reports: vec![EngineReport::plain("static", Verdict::Decided)], targets: Some(vec![TargetWeight{instrument: Instrument(0), weight: self.0}]), orders: vec![] }; }
        Decision::unchanged("static")
    }
    fn save(&self) -> Vec<u8> { vec![] }
    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> { Ok(()) }
}
struct Hash;
impl DecisionSystem for Hash {
    fn decide(&mut self, t: &Today<'_>) -> Decision {
        if t.day_number != 5 { return Decision::unchanged("hash"); }
        let m: std::collections::HashSet<u32> = (0..20).collect();
        let w = m.iter().next().copied().unwrap_or(0);
        Decision { reports: vec![EngineReport::plain("hash", Verdict::Decided)], targets: Some(vec![TargetWeight{instrument: Instrument(w), weight: 0.5}]), orders: vec![] }
    }
    fn save(&self) -> Vec<u8> { vec![] }
    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> { Ok(()) }
}
struct Boom;
impl DecisionSystem for Boom {
    fn decide(&mut self, t: &Today<'_>) -> Decision { if t.day_number == 7 { panic!("engine broke"); } if t.day_number==3 { return Decision { reports: vec![EngineReport::plain("b", Verdict::Decided)], targets: Some(vec![TargetWeight{instrument: Instrument(0), weight: f64::NAN}]), orders: vec![] }; } Decision::unchanged("b") }
    fn save(&self) -> Vec<u8> { vec![] }
    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> { Ok(()) }
}
struct Boom2;
impl DecisionSystem for Boom2 {
    fn decide(&mut self, t: &Today<'_>) -> Decision { if t.day_number == 7 { panic!("engine broke"); } Decision::unchanged("b") }
    fn save(&self) -> Vec<u8> { vec![] }
    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> { Ok(()) }
}
fn main() -> ExitCode {
    main_with(&Registry::builtin()
        .with(Entry::new::<NullConfig, _>("static", "1", "x", |_| Ok(Static(0.0))))
        .with(Entry::new::<NullConfig, _>("hash", "1", "x", |_| Ok(Hash)))
        .with(Entry::new::<NullConfig, _>("nan", "1", "x", |_| Ok(Boom)))
        .with(Entry::new::<NullConfig, _>("boom", "1", "x", |_| Ok(Boom2))))
}
