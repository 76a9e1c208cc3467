//! Returns beyond the bound, before they reach a tape.

use domain::ids::InstrumentId;

use super::actions::Action;
use super::bars::Bar;
use super::desk::Desk;
use super::ledger::Fault;
use crate::error::{DataError, Reason};
use crate::quality::returns::{Close, Outlier, Rule, outliers as find};

/// Refuses the bars whose return is beyond the bound, unless a note speaks of them or they are to be kept.
pub(crate) fn outliers(desk: &mut Desk<'_>, bars: &mut Vec<Bar>, actions: &[Action]) -> Result<(), DataError> {
    if desk.options.keep_outliers {
        return Ok(());
    }
    let rule = if desk.recipe.inputs.actions.is_empty() { Rule::VendorAdjusted } else { Rule::ByActions };
    let mut refused = Vec::new();
    let mut from = 0;
    for own in bars.chunk_by(|a, b| a.instrument == b.instrument) {
        for outlier in find(&closes(own), &actions_of(actions, &own[0].instrument), rule) {
            let bar = &own[outlier.at];
            if desk.notes.find("outlier", bar.instrument.as_str(), bar.on).is_none() {
                desk.refuse_bar(bar, fault(bar, &outlier))?;
                refused.push(from + outlier.at);
            }
        }
        from += own.len();
    }
    let mut at = 0;
    bars.retain(|_| {
        at += 1;
        refused.binary_search(&(at - 1)).is_err()
    });
    Ok(())
}

fn closes(bars: &[Bar]) -> Vec<Close> {
    bars.iter().map(|bar| Close { on: bar.on, raw: bar.close, adjusted: bar.adjusted_close }).collect()
}

fn actions_of(actions: &[Action], instrument: &InstrumentId) -> Vec<(domain::date::Date, domain::facts::ActionKind)> {
    let own = actions.iter().filter(|action| action.instrument == *instrument);
    own.map(|action| (action.happened_on, action.kind)).collect()
}

fn fault(bar: &Bar, outlier: &Outlier) -> Fault {
    let column = if bar.close.is_some() { "close" } else { "adjusted_close" };
    let value = format!(
        "{} with a return of {:+.1} % on {}",
        bar.close.or(bar.adjusted_close).unwrap_or_default(),
        outlier.change * 100.0,
        bar.on
    );
    let expected = format!(
        "within ±{:.1} %, or a corporate action, or a note in the recipe that explains the day",
        outlier.bound * 100.0
    );
    Fault::new(Reason::Outlier, column, value, expected)
}
