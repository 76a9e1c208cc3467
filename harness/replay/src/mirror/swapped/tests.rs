//! No stage taken is the legacy, all of them is the modern one; each stage is asked of whoever owns it.

use domain::chain::Stage::{self, Execution, Limits, Signal, Sizing, Universe};
use domain::decision::Decision;
use domain::decision::FigureValue;
use domain::system::{DecisionSystem, StateError, Today};
use journal::event::Event;
use journal::journal::Journal;
use proptest::prelude::*;
use rstest::rstest;

use super::super::findings::STAGES;
use super::super::fixture::{DAYS, LEGACY, Likes, MODERN, Small, Whole, events, journal, likes};
use super::Swapped;

fn swapped(legacy: Likes, modern: Likes, taken: &[Stage]) -> Swapped {
    Swapped::new(Small::boxed(legacy), Small::boxed(modern), taken.iter().copied())
}

#[track_caller]
fn assert_same(found: &Journal, wanted: &Journal, engine: &str) {
    assert_eq!(found.days.len(), wanted.days.len());
    for (found, wanted) in found.days.iter().zip(&wanted.days) {
        assert_eq!(events(found, engine), events(wanted, engine), "{}", wanted.on);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_taken_is_the_legacy_and_all_is_the_modern_one(legacy in likes("old"), modern in likes("new")) {
        let whole = |likes| journal(&mut Whole(Small::of(likes)));
        assert_same(&journal(&mut swapped(legacy, modern, &[])), &whole(legacy), "old");
        assert_same(&journal(&mut swapped(legacy, modern, &[Stage::Data, Stage::Calendar])), &whole(legacy), "old");
        assert_same(&journal(&mut swapped(legacy, modern, &STAGES)), &whole(modern), "new");
    }

    #[test]
    fn stopped_and_taken_up_every_day_it_goes_on_with_the_same_bytes(
        legacy in likes("old"), modern in likes("new"), taken in prop::sample::subsequence(STAGES.to_vec(), 0..=5)
    ) {
        let fresh = || swapped(legacy, modern, &taken);
        let mut restless = Restless { system: fresh(), fresh: &fresh };
        prop_assert_eq!(journal(&mut restless).days, journal(&mut fresh()).days);
    }
}

/// Saves its system before every day and goes on with a fresh one.
struct Restless<'a> {
    system: Swapped,
    fresh: &'a dyn Fn() -> Swapped,
}

impl DecisionSystem for Restless<'_> {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let state = self.system.save();
        self.system = (self.fresh)();
        self.system.restore(&state).unwrap();
        assert_eq!(self.system.save(), state);
        self.system.decide(today)
    }

    fn save(&self) -> Vec<u8> {
        self.system.save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.system.restore(state)
    }
}

/// The labels of a field of an engine, day by day.
fn labels(journal: &Journal, engine: &str, field: &str) -> Vec<String> {
    let events = journal.days.iter().flat_map(|day| &day.events);
    let label = |event: &Event| match event {
        Event::FigureRecorded { engine: by, field: of, value: FigureValue::Label(text), .. }
            if by == engine && of == field =>
        {
            Some(text.to_string())
        }
        _ => None,
    };
    events.filter_map(label).collect()
}

#[rstest]
#[case::nothing(&[], "universe,signal,sizing,limits,execution", "")]
#[case::universe(&[Universe], "signal,sizing,limits,execution", "universe")]
#[case::signal(&[Signal], "universe,sizing,limits,execution", "signal")]
#[case::execution(&[Execution], "universe,signal,sizing,limits", "execution")]
#[case::ends(&[Universe, Limits], "signal,sizing,execution", "universe,limits")]
fn each_stage_is_asked_of_its_owner_alone(#[case] taken: &[Stage], #[case] old: &str, #[case] new: &str) {
    let journal = journal(&mut swapped(LEGACY, MODERN, taken));
    assert_eq!(labels(&journal, "old", "ran"), vec![old; DAYS]);
    assert_eq!(labels(&journal, "new", "ran"), vec![new; DAYS]);
}

#[test]
fn a_stage_for_which_nothing_is_due_ends_the_day_and_says_so() {
    let journal = journal(&mut swapped(LEGACY, MODERN, &[Sizing]));
    let ran = labels(&journal, "old", "ran");
    assert_eq!(
        ran[..4],
        ["universe,signal,limits,execution", "universe,signal", "universe,signal", "universe,signal,limits,execution"]
    );
    assert_eq!(labels(&journal, "swap", "ended_at").len(), DAYS - DAYS.div_ceil(3));
    let whose: Vec<String> = STAGES.iter().flat_map(|stage| labels(&journal, "swap", stage.name())).collect();
    assert_eq!(whose, ["legacy", "legacy", "modern", "legacy", "legacy"], "once, on the first day");
}

#[test]
fn a_state_of_other_stages_or_other_chains_is_refused() {
    let state = swapped(LEGACY, MODERN, &[Signal]).save();
    let refusal = |legacy, modern, taken: &[Stage], state: &[u8]| {
        swapped(legacy, modern, taken).restore(state).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(refusal(LEGACY, MODERN, &[Signal], &state), "");
    let ends = |text: String, end: &str| assert!(text.ends_with(end), "{text}");
    ends(refusal(LEGACY, MODERN, &[], &state), "other stages were taken when it was saved");
    ends(refusal(MODERN, MODERN, &[Signal], &state), "the legacy chain does not know its state");
    ends(refusal(LEGACY, LEGACY, &[Signal], &state), "the modern chain does not know its state");
    for length in 0..state.len() {
        assert!(!refusal(LEGACY, MODERN, &[Signal], &state[..length]).is_empty(), "{length} bytes");
    }
    assert!(!refusal(LEGACY, MODERN, &[Signal], &[state.as_slice(), &[0]].concat()).is_empty());
}
