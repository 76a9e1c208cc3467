//! Sectors by number.

use domain::facts::InstrumentFact;

/// The sector of each instrument as a number, in the order of names; `None` where it is unknown.
pub(crate) fn numbered(instruments: &[InstrumentFact]) -> Vec<Option<u32>> {
    let mut names: Vec<&str> = instruments.iter().filter_map(|fact| fact.sector.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let number = |fact: &InstrumentFact| {
        let sector = fact.sector.as_deref()?;
        names.binary_search(&sector).ok().map(|at| at as u32)
    };
    instruments.iter().map(number).collect()
}
