//! The days, the regime, the returns that all issuers share, and the series of the economy.

use domain::calendar::Calendar;
use domain::date::Date;

use super::recipe::Recipe;
use super::{Draws, rounded};
use crate::error::CliError;

/// Days from a quote to its use.
pub(super) const QUOTE_LAG: u16 = 1;
/// Days from the first of a month to the average of the month.
pub(super) const AVERAGE_LAG: u16 = 32;
/// Days from the first of a month to its index of prices.
pub(super) const PRICES_LAG: u16 = 55;

/// What all issuers share, an entry for each session.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) days: Vec<Date>,
    pub(super) market: Vec<f64>,
    /// By sector, then session.
    pub(super) sectors: Vec<Vec<f64>>,
    /// A slow average of the regime, 0 calm to 1 stressed: what fear, spreads and margins follow.
    pub(super) strain: Vec<f64>,
    /// UST_2Y, UST_10Y and VIX.
    rates: [Vec<f64>; 3],
}

impl World {
    pub(super) fn draw(recipe: &Recipe, calendar: &Calendar) -> Result<Self, CliError> {
        let sessions = calendar.sessions_between(recipe.first_day, recipe.last_day);
        let sessions = sessions.map_err(|error| CliError::bad_input(error.to_string(), "choose other days"))?;
        let days: Vec<Date> = sessions.iter().map(|session| session.on).collect();
        let (draws, factor) = (Draws::of(recipe), &recipe.factor);
        let (mut strain, mut market) = (Vec::new(), Vec::new());
        let (mut now, mut slow) = (false, 0.2);
        for at in 0..days.len() {
            let turn = draws.between(&["regime"], at, (0.0, 1.0));
            now = if now { turn >= factor.out_of_stress } else { turn < factor.into_stress };
            slow += (f64::from(u8::from(now)) - slow) / 15.0;
            let (drift, volatility) = match now {
                true => (factor.stressed_drift, factor.stressed_volatility),
                false => (factor.calm_drift, factor.calm_volatility),
            };
            strain.push(slow);
            market.push(drift + volatility * draws.normal(&["market"], at));
        }
        let own = |sector: &String| {
            let of = |at| factor.sector_volatility * draws.normal(&["sector", sector], at);
            (0..days.len()).map(of).collect()
        };
        let sectors = recipe.sectors.iter().map(own).collect();
        let rates = rates(&draws, &strain);
        Ok(Self { days, market, sectors, strain, rates })
    }
}

/// Two-year and ten-year yields that walk within bounds, and an index of fear that follows the strain.
fn rates(draws: &Draws, strain: &[f64]) -> [Vec<f64>; 3] {
    let (mut short, mut long) = (1.0_f64, 3.5_f64);
    let mut rates = [Vec::new(), Vec::new(), Vec::new()];
    for (at, strain) in strain.iter().enumerate() {
        short = (short + 0.02 * draws.normal(&["UST_2Y"], at)).clamp(0.2, 4.0);
        // In stress the long end falls towards the short one.
        let pull = 0.01 * (short + 1.6 - 1.8 * strain - long);
        long = (long + pull + 0.03 * draws.normal(&["UST_10Y"], at)).clamp(0.5, 6.0);
        let fear = 13.0 + 24.0 * strain + 1.2 * draws.normal(&["VIX"], at);
        let shown = [rounded(short, 100.0), rounded(long, 100.0), rounded(fear.max(9.0), 100.0)];
        rates.iter_mut().zip(shown).for_each(|(rate, value)| rate.push(value));
    }
    rates
}

/// The series of the economy as CSV, head included.
pub(super) fn series(world: &World) -> String {
    let mut text = "series_id,happened_on,known_on,value\n".to_owned();
    for (name, values) in ["UST_2Y", "UST_10Y", "VIX"].iter().zip(&world.rates) {
        world.days.iter().zip(values).for_each(|(on, value)| line(&mut text, name, *on, QUOTE_LAG, *value));
    }
    let mut price_level = 217.0;
    for (first, at) in months(world) {
        let strain = world.strain[at];
        line(&mut text, "BAA_MINUS_AAA_M", first, AVERAGE_LAG, rounded(0.85 + 1.4 * strain, 100.0));
        price_level *= 1.0 + 0.0018 - 0.0012 * strain;
        line(&mut text, "US_CPI_M", first, PRICES_LAG, rounded(price_level, 1000.0));
    }
    text
}

/// The first day of each month that has a session, with the position of the month's last one.
pub(super) fn months(world: &World) -> Vec<(Date, usize)> {
    let mut months: Vec<(Date, usize)> = Vec::new();
    for (at, on) in world.days.iter().enumerate() {
        let (year, month) = on.year_month();
        let Ok(first) = Date::from_ymd(year, month, 1) else { continue };
        match months.last_mut().filter(|(known, _)| *known == first) {
            Some(last) => last.1 = at,
            None => months.push((first, at)),
        }
    }
    months
}

/// Adds a row of a series.
pub(super) fn line(text: &mut String, name: &str, on: Date, lag: u16, value: f64) {
    *text += &format!("{name},{on},{},{value}\n", on.plus_days(i32::from(lag)));
}
