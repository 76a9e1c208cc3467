//! v1 with stages of v2, in the world of v1.

use domain::chain::Stage::{self, Execution, Limits, Signal, Sizing, Universe};
use domain::decision::Decision;
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, StateError, Today};
use judge::audit::audit;
use replay::mirror::swapped::{ENGINE, Swapped};
use rstest::rstest;

use super::worlds::{Named, events, journal};

const CORE: &str = "QUALITY_GROWTH_CORE";
const CONTROL: &str = "EQUAL_WEIGHT_BUY_AND_HOLD";

fn swapped(strategy: &str, taken: &[Stage]) -> Swapped {
    Swapped::new(Named::v1(strategy).chain(), Named::v2().chain(), taken.iter().copied())
}

#[rstest]
#[case::core(CORE)]
#[case::control(CONTROL)]
fn with_no_stage_taken_the_legacy_decides(#[case] strategy: &str) {
    let (found, wanted) = (journal(&mut swapped(strategy, &[])), Named::v1(strategy).journal());
    let kept = |engine: &str| engine.starts_with("v1.");
    assert!(events(&found, kept) == events(&wanted, kept));
}

#[rstest]
#[case::core(CORE)]
#[case::control(CONTROL)]
fn with_every_stage_taken_the_modern_one_decides(#[case] strategy: &str) {
    let found = journal(&mut swapped(strategy, &[Universe, Signal, Sizing, Limits, Execution]));
    let wanted = Named::v2().journal();
    let kept = |engine: &str| !engine.starts_with("v1.") && engine != ENGINE;
    assert!(events(&found, kept) == events(&wanted, kept));
    // The paper account of the legacy is not traded in, and its figures say so.
    let figure = |field: &str| {
        let text = |event: &&journal::event::Event| match event {
            journal::event::Event::FigureRecorded { engine, field: of, value, .. }
                if engine == "v1.backtesting" && of == field =>
            {
                Some(format!("{value:?}"))
            }
            _ => None,
        };
        found.days.iter().flat_map(|day| &day.events).filter_map(|event| text(&event)).collect::<Vec<_>>()
    };
    assert!(figure("trades").iter().all(|trades| trades == "Number(0.0)"));
    assert!(figure("equity").iter().all(|equity| equity == "Number(1000000.0)"));
}

/// Each stage by itself and the stages in the order in which they are swapped: a sound journal, and decisions.
#[rstest]
#[case::universe(CORE, &[Universe])]
#[case::signal(CORE, &[Signal])]
#[case::sizing(CORE, &[Sizing])]
#[case::limits(CORE, &[Limits])]
#[case::execution(CORE, &[Execution])]
#[case::names_and_scores(CORE, &[Universe, Signal])]
#[case::up_to_sizing(CORE, &[Universe, Signal, Sizing])]
#[case::up_to_limits(CORE, &[Universe, Signal, Sizing, Limits])]
#[case::control_universe(CONTROL, &[Universe])]
#[case::control_sized(CONTROL, &[Sizing, Limits])]
fn a_swap_is_a_system_like_any_other(#[case] strategy: &str, #[case] taken: &[Stage]) {
    let found = journal(&mut swapped(strategy, taken));
    assert_eq!(audit(&found), []);
    let filled = |event: &journal::event::Event| matches!(event, journal::event::Event::OrderFilled { .. });
    let fills = found.days.iter().flat_map(|day| &day.events).filter(|event| filled(event)).count();
    assert!(fills > 0, "{taken:?} trades nothing");
}

/// Stopped on three days at random, and taken up by fresh chains.
struct Stopped {
    system: Swapped,
    stops: [u32; 3],
    taken: &'static [Stage],
}

impl DecisionSystem for Stopped {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        if self.stops.contains(&today.day_number) {
            let state = self.system.save();
            self.system = swapped(CORE, self.taken);
            self.system.restore(&state).unwrap();
            assert!(self.system.save() == state);
        }
        self.system.decide(today)
    }

    fn save(&self) -> Vec<u8> {
        self.system.save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.system.restore(state)
    }
}

#[rstest]
#[case::scores(&[Signal])]
#[case::sized(&[Universe, Signal, Sizing])]
fn stopped_on_any_day_it_goes_on_with_the_same_bytes(#[case] taken: &'static [Stage]) {
    let streams = Streams::new(Seed(2007));
    let stops = [0, 1, 2].map(|counter| (streams.uniform(&["stop"], counter) * 130.0) as u32);
    let found = journal(&mut Stopped { system: swapped(CORE, taken), stops, taken });
    let wanted = journal(&mut swapped(CORE, taken));
    assert!(found.days == wanted.days, "stopped on {stops:?}");
}
