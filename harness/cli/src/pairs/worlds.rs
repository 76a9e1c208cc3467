//! The world of each leg: the reference's scenario with the keys of some stages taken from the successor's.
//!
//! | stage | keys |
//! |---|---|
//! | data | `market.tape`, `price_basis`, `history_from`, `instruments`, `gaps`, `actions`, `series`, `texts`, `halts` |
//! | calendar | `market.calendar` |
//! | universe, signal, sizing, limits | none: they are the systems' own |
//! | execution | `execution`, `plan`, `account` |
//!
//! Both systems watch every leg, so between the two ends the world has the series of both.

use domain::chain::Stage;
use replay::scenario::{MarketSpec, Scenario, SeriesFrom};

/// The world in which the stages up to `stage` are the successor's; `None` is the reference's own.
#[must_use]
pub fn world(reference: &Scenario, successor: &Scenario, stage: Option<Stage>) -> Scenario {
    let Some(stage) = stage else { return reference.clone() };
    let mut world = reference.clone();
    take_data(&mut world, successor);
    if stage >= Stage::Calendar {
        world.market.calendar.clone_from(&successor.market.calendar);
    }
    if stage == Stage::Execution {
        world.execution = successor.execution.clone();
        world.plan = successor.plan.clone();
        world.account = successor.account.clone();
        world.market.series.clone_from(&successor.market.series);
    }
    world
}

fn take_data(world: &mut Scenario, successor: &Scenario) {
    let (own, calendar) = (std::mem::take(&mut world.market.series), world.market.calendar.clone());
    let series = both(own, &successor.market.series);
    world.market = MarketSpec { calendar, series, ..successor.market.clone() };
    world.halts.clone_from(&successor.halts);
}

/// The series of both, each tape and each name once, those of the reference first.
fn both(mut own: Vec<SeriesFrom>, others: &[SeriesFrom]) -> Vec<SeriesFrom> {
    for other in others {
        match own.iter_mut().find(|from| from.tape == other.tape) {
            None => own.push(other.clone()),
            Some(from) => {
                let new: Vec<String> = other.names.iter().filter(|name| !from.names.contains(name)).cloned().collect();
                from.names.extend(new);
            }
        }
    }
    own
}
