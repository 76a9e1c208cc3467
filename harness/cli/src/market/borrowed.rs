//! Series and texts of other tapes, as a scenario names them.

use std::collections::BTreeSet;

use columnar::selection::Selection;
use columnar::tape_folder::StoredTape;
use replay::scenario::Scenario;

use super::open_tape;
use crate::error::CliError;
use crate::root::Root;
use crate::suggest;

/// Adds to the selection what the scenario borrows. A name that a tape lacks is refused with the nearest ones, and so
/// is one that the traded tape has already: two sources of one series would be mixed without a word.
pub(super) fn add(
    selection: &mut Selection,
    root: &Root,
    traded: &StoredTape,
    scenario: &Scenario,
) -> Result<(), CliError> {
    let market = &scenario.market;
    if !market.series.is_empty() {
        let own: BTreeSet<String> = traded.series_facts()?.into_iter().map(|fact| fact.series).collect();
        for from in &market.series {
            let other = open_tape(root, &from.tape)?;
            let mut facts = other.series_facts()?;
            let names: BTreeSet<&str> = facts.iter().map(|fact| fact.series.as_str()).collect();
            Wanted { what: "series", asked: &from.names, own: &own }.check(traded, &other, &names)?;
            facts.retain(|fact| from.names.contains(&fact.series));
            selection.extra_series.append(&mut facts);
        }
    }
    if !market.texts.is_empty() {
        let own: BTreeSet<String> = traded.text_facts()?.into_iter().map(|fact| fact.subject).collect();
        for from in &market.texts {
            let other = open_tape(root, &from.tape)?;
            let mut facts = other.text_facts()?;
            let subjects: BTreeSet<&str> = facts.iter().map(|fact| fact.subject.as_str()).collect();
            Wanted { what: "text about", asked: &from.subjects, own: &own }.check(traded, &other, &subjects)?;
            facts.retain(|fact| from.subjects.contains(&fact.subject));
            selection.extra_texts.append(&mut facts);
        }
    }
    Ok(())
}

/// Names that are asked of another tape.
struct Wanted<'a> {
    what: &'static str,
    asked: &'a [String],
    /// Those of the traded tape.
    own: &'a BTreeSet<String>,
}

impl Wanted<'_> {
    fn check(&self, traded: &StoredTape, other: &StoredTape, there: &BTreeSet<&str>) -> Result<(), CliError> {
        let Self { what, asked, own } = self;
        for name in *asked {
            if !there.contains(name.as_str()) {
                let offer =
                    suggest::offer(what.trim_end_matches(" about"), name, &there.iter().copied().collect::<Vec<_>>());
                let message = format!("tape {}: no {what} `{name}`: {offer}", other.name());
                let hint = format!("`prometheus data describe {}` shows all that it has", other.name());
                return Err(CliError::bad_input(message, hint));
            }
            if own.contains(name) {
                let (traded, other) = (traded.name(), other.name());
                let message =
                    format!("the scenario takes the {what} `{name}` from tape {other}, and tape {traded} has it");
                return Err(CliError::bad_input(message, "leave the name out of [market], or name another tape"));
            }
        }
        Ok(())
    }
}
