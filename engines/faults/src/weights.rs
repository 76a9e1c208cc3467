//! What the account holds as weights, and the union of it with what is wanted.

use domain::decision::TargetWeight;
use domain::ids::Instrument;
use domain::numeric::sum;
use domain::system::Today;

/// A name that is held or wanted: the weight it has and the weight it is to have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub instrument: Instrument,
    pub held: f64,
    pub wanted: f64,
}

/// The shares of equity that are held, at today's closes, ascending; without a close today there is no weight.
fn held(today: &Today<'_>) -> Vec<TargetWeight> {
    let equity = today.book.equity.to_units();
    if equity <= 0.0 {
        return Vec::new();
    }
    let weight = |(instrument, quantity): (Instrument, domain::quantity::Quantity)| {
        let weight = today.view.close(instrument)? * quantity.to_units() / equity;
        Some(TargetWeight { instrument, weight })
    };
    today.book.held().filter_map(weight).collect()
}

/// Every name that is held or wanted, ascending.
pub(crate) fn changes(today: &Today<'_>, wanted: &[TargetWeight]) -> Vec<Change> {
    let held = held(today);
    let weight_in = |list: &[TargetWeight], instrument: Instrument| {
        let found = list.binary_search_by_key(&instrument, |target| target.instrument);
        found.map_or(0.0, |at| list[at].weight)
    };
    let mut names: Vec<Instrument> = held.iter().chain(wanted).map(|target| target.instrument).collect();
    names.sort_unstable();
    names.dedup();
    let change =
        |instrument| Change { instrument, held: weight_in(&held, instrument), wanted: weight_in(wanted, instrument) };
    names.into_iter().map(change).collect()
}

/// The weights that `choose` makes of what is held and wanted.
pub(crate) fn chosen(today: &Today<'_>, wanted: &[TargetWeight], choose: impl Fn(Change) -> f64) -> Vec<TargetWeight> {
    let target = |change: Change| TargetWeight { instrument: change.instrument, weight: choose(change) };
    changes(today, wanted).into_iter().map(target).collect()
}

/// `total` in proportion to `measures`, which are ascending by instrument; nothing where they sum to nothing.
pub(crate) fn in_proportion(measures: &[(Instrument, f64)], total: f64) -> Vec<TargetWeight> {
    let whole = sum(&measures.iter().map(|(_, measure)| *measure).collect::<Vec<_>>());
    let target = |(instrument, measure): &(Instrument, f64)| TargetWeight {
        instrument: *instrument,
        weight: total * measure / whole,
    };
    if whole > 0.0 { measures.iter().map(target).collect() } else { Vec::new() }
}

/// Σw.
pub(crate) fn total(weights: &[TargetWeight]) -> f64 {
    sum(&weights.iter().map(|target| target.weight).collect::<Vec<_>>())
}

/// What may leave the system: finite weights that are not zero, ascending.
pub(crate) fn clean(mut weights: Vec<TargetWeight>) -> Vec<TargetWeight> {
    weights.retain(|target| target.weight.is_finite() && target.weight != 0.0);
    weights.sort_by_key(|target| target.instrument);
    weights.dedup_by_key(|target| target.instrument);
    weights
}
