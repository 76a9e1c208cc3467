//! All bars of a tape, by instrument.

use domain::date::Date;
use domain::facts::{ActionKind, PriceBasis};

use crate::columns::schema::{ACTIONS, BARS};
use crate::error::DataError;
use crate::rows::{StoredBar, each_action, each_bar};
use crate::tape_folder::StoredTape;

/// One bar without its instrument.
#[derive(Clone, Debug)]
pub(super) struct PanelBar {
    pub(super) row: u64,
    pub(super) on: Date,
    pub(super) known_on: Date,
    /// Open, high, low, close, adjusted close, volume.
    pub(super) cells: [Option<f64>; 6],
    /// The currency, where it is not that of the tape.
    pub(super) other_currency: Option<String>,
}

/// The bars of one instrument, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) id: String,
    /// The market that the instruments table names; empty when it names none.
    pub(super) market: String,
    pub(super) bars: Vec<PanelBar>,
    /// Corporate actions with their days, ascending.
    pub(super) actions: Vec<(Date, ActionKind)>,
}

/// All bars.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) instruments: Vec<Own>,
    /// Whether the tape has a table of actions.
    pub(super) has_actions: bool,
    /// Whether a scenario may trade on raw closes.
    pub(super) trades_raw: bool,
    pub(super) currency: String,
}

impl Panel {
    /// Reads the bars and actions of a tape; a tape of series has none.
    pub(super) fn read(tape: &StoredTape) -> Result<Self, DataError> {
        let about = &tape.manifest().about;
        let mut panel = Self {
            instruments: Vec::new(),
            has_actions: tape.file_of(&ACTIONS).is_some(),
            trades_raw: about.price_bases.contains(&PriceBasis::Raw),
            currency: about.currency.clone().unwrap_or_default(),
        };
        let Some(path) = tape.file_of(&BARS) else { return Ok(panel) };
        let columns = ["open", "high", "low", "close", "adjusted_close", "volume"];
        each_bar(&path, &columns, &|_, _| true, &mut |bar| {
            panel.push(bar);
            Ok(())
        })?;
        for own in &mut panel.instruments {
            let listed = tape.instruments().iter().find(|stored| stored.fact.id.as_str() == own.id);
            own.market = listed.map(|stored| stored.fact.market.clone()).unwrap_or_default();
        }
        if let Some(path) = tape.file_of(&ACTIONS) {
            each_action(&path, &mut |_, action| {
                let own = panel.instruments.iter_mut().find(|own| own.id == action.instrument.as_str());
                if let Some(own) = own {
                    own.actions.push((action.happened_on, action.kind));
                }
                Ok(())
            })?;
        }
        Ok(panel)
    }

    fn push(&mut self, bar: &StoredBar<'_>) {
        if self.instruments.last().is_none_or(|own| own.id != bar.instrument) {
            let id = bar.instrument.to_owned();
            self.instruments.push(Own { id, market: String::new(), bars: Vec::new(), actions: Vec::new() });
        }
        let other_currency = (bar.currency != self.currency).then(|| bar.currency.to_owned());
        let StoredBar { row, happened_on: on, known_on, open, high, low, close, adjusted_close, volume, .. } = *bar;
        let cells = [open, high, low, close, adjusted_close, volume];
        if let Some(own) = self.instruments.last_mut() {
            own.bars.push(PanelBar { row, on, known_on, cells, other_currency });
        }
    }
}

impl PanelBar {
    pub(super) const fn close(&self) -> Option<f64> {
        self.cells[3]
    }

    pub(super) const fn adjusted_close(&self) -> Option<f64> {
        self.cells[4]
    }

    pub(super) const fn volume(&self) -> Option<f64> {
        self.cells[5]
    }
}
