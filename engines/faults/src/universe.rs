//! Faults in who may be held.
//!
//! v2's own universe has been chosen and reported when these begin; what they change is what the stages after it are
//! given. Names that v2's programme refuses in any case (another market, no price, no score) are refused here too.

use std::collections::BTreeSet;

use domain::ids::Instrument;
use domain::system::Today;

use crate::chance;
use crate::config::Planted;
use crate::kinds::Kind;
use crate::memory::Memory;

/// The names in the place of v2's `own`, ascending.
pub(crate) fn names(
    planted: &Planted,
    today: &Today<'_>,
    own: Vec<Instrument>,
    memory: &mut Memory,
) -> Vec<Instrument> {
    let count = planted.count();
    match planted.info.kind {
        Kind::IgnoresLiquidity => with_price(today).collect(),
        Kind::RejectedInstead => with_price(today).filter(|name| own.binary_search(name).is_err()).collect(),
        Kind::WrongColumn => retained(own, |name| {
            today.view.volumes(0).and_then(|row| row.get(name)).is_some_and(|shares| shares >= planted.size)
        }),
        Kind::DropsNames => retained(own, |name| chance::of_name(planted, today, name) >= planted.size),
        Kind::Truncated => own.into_iter().take(count).collect(),
        Kind::OneOff => one_off(&own, count, today.view.instruments().len()),
        Kind::StaleUniverse => memory.names.delayed(own, count),
        Kind::NeverRemoves => {
            let ever: BTreeSet<Instrument> = memory.names.kept().into_iter().flatten().copied().chain(own).collect();
            let ever: Vec<Instrument> = ever.into_iter().collect();
            memory.names.keep(ever.clone());
            ever
        }
        Kind::StaleCache => memory.names.refreshed(own, is_due(today, planted)),
        _ => own,
    }
}

/// Whether what is done every `size` days is done today.
pub(crate) fn is_due(today: &Today<'_>, planted: &Planted) -> bool {
    (today.day_number as usize).is_multiple_of(planted.count().max(1))
}

fn with_price<'a>(today: &'a Today<'_>) -> impl Iterator<Item = Instrument> + 'a {
    let closes = today.view.closes(0);
    let priced = closes.into_iter().flat_map(|row| row.iter().map(|(instrument, _)| instrument));
    priced.filter(|instrument| !today.view.is_delisted(*instrument))
}

fn retained(mut names: Vec<Instrument>, keep: impl Fn(Instrument) -> bool) -> Vec<Instrument> {
    names.retain(|name| keep(*name));
    names
}

/// Each name moved on by `places` among `width` instruments; after the last comes the first.
fn one_off(own: &[Instrument], places: usize, width: usize) -> Vec<Instrument> {
    let moved = |name: &Instrument| Instrument(((name.index() + places) % width.max(1)) as u32);
    let moved: BTreeSet<Instrument> = own.iter().map(moved).collect();
    moved.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use domain::ids::Instrument;

    use super::one_off;

    #[test]
    fn after_the_last_instrument_comes_the_first() {
        let own = [1, 2, 4].map(Instrument);
        assert_eq!(one_off(&own, 1, 5), [0, 2, 3].map(Instrument));
    }
}
