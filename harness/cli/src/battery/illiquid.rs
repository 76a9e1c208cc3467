//! Which names could not have been bought on a day, by what was known on the day before.
//!
//! The mandate's floors on price and on value traded are held against the tape itself, not against what an engine says of
//! its universe. Both hold where a tape has volumes; a name of such a tape without a single one is not known to trade, and
//! what a currency costs says nothing. Tapes without volumes are closes alone, adjusted for what came later, or currencies:
//! nobody knows what trades, an adjusted close is no price that anyone paid, and neither floor is held.

use domain::date::Date;
use domain::ids::Instrument;
use domain::tape::Tape;
use domain::view::View;
use judge::gates::rules::MandateRule;

/// Days over which the value traded is taken; the median counts.
const DAYS: usize = 21;

/// The class of currencies in ids.
const CURRENCY: &str = "FX";

/// Whether a purchase of `name` on `on` breaks the floor of the mandate.
#[must_use]
pub fn is_illiquid(tape: &Tape, rule: &MandateRule, on: Date, name: Instrument) -> bool {
    // A decision of yesterday meets today's session: what counts is what yesterday's close told.
    let Some(before) = tape.days().partition_point(|day| *day < on).checked_sub(1) else { return false };
    let Some(view) = View::as_of(tape, before) else { return false };
    let Some(price) = (0..DAYS).find_map(|lag| view.closes(lag)?.get(name)) else { return false };
    let share = tape.instruments().get(name.index()).is_none_or(|fact| fact.id.asset_class() != CURRENCY);
    let thin = || traded(&view, name).is_none_or(|value| value < rule.min_value_traded);
    tape.has_volumes() && ((share && price < rule.min_price) || (rule.min_value_traded > 0.0 && thin()))
}

/// Median value traded a day; `None` where the tape knows none.
fn traded(view: &View<'_>, name: Instrument) -> Option<f64> {
    let value = |lag: usize| Some(view.closes(lag)?.get(name)? * view.volumes(lag)?.get(name)?);
    let mut values: Vec<f64> = (0..DAYS).filter_map(value).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use domain::date::Date;
    use domain::facts::{BarFact, InstrumentFact, PriceBasis};
    use domain::ids::InstrumentId;
    use domain::tape::{Tape, TapeBuilder};
    use judge::gates::rules::MandateRule;

    use super::is_illiquid;

    const NAMES: [&str; 4] = ["EQUITY:DEAR", "EQUITY:PENNY", "EQUITY:UNKNOWN", "FX:JPYEUR"];

    /// Thirty days of a dear name, a penny stock, one whose volumes nobody knows, and a currency.
    fn tape(volume: Option<f64>) -> Tape {
        let days: Vec<Date> = (0..30).map(Date::from_epoch_days).collect();
        let fact = |id: &str| InstrumentFact {
            id: id.parse().unwrap(),
            market: "US_EQ".into(),
            currency: "USD".into(),
            issuer: None,
            sector: None,
        };
        let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), NAMES.map(fact).to_vec()).unwrap();
        for day in days {
            for (name, close) in NAMES.iter().zip([50.0, 0.2, 50.0, 0.006]) {
                let bar = BarFact {
                    instrument: name.parse().unwrap(),
                    happened_on: day,
                    open: None,
                    high: None,
                    low: None,
                    close: Some(close),
                    adjusted_close: None,
                    volume: volume.filter(|_| *name != "EQUITY:UNKNOWN"),
                };
                builder.push_bar(&bar).unwrap();
            }
        }
        builder.finish()
    }

    fn illiquid(tape: &Tape, min_value_traded: f64) -> [bool; 4] {
        let rule = MandateRule {
            max_weight: 0.1,
            max_weight_currency: 0.3,
            max_gross: 1.0,
            gross_drift: 0.0,
            min_price: 0.5,
            min_value_traded,
            max_breaches: 0,
        };
        NAMES.map(|name| {
            let id: InstrumentId = name.parse().unwrap();
            is_illiquid(tape, &rule, Date::from_epoch_days(25), tape.find(&id).unwrap())
        })
    }

    #[test]
    fn an_unknown_volume_is_no_volume() {
        assert_eq!(illiquid(&tape(None), 1000.0), [false; 4]);
        assert_eq!(illiquid(&tape(Some(1e9)), 1000.0), [false, true, true, false]);
        assert_eq!(illiquid(&tape(Some(1e9)), 0.0), [false, true, false, false]);
    }
}
