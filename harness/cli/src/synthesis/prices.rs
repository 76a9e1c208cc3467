//! Each issuer's sessions, its dividends, the split and the crash; its credit spread and implied volatility.

use domain::date::Date;

use super::recipe::{Plan, Recipe};
use super::world::{QUOTE_LAG, World, line};
use super::{Draws, rounded};

/// No return of a day leaves these bounds, the crash aside: within what an import takes for a price.
const RETURN_BOUND: f64 = 0.2;

/// What becomes of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// One of many.
    Usual,
    /// Weak and complacently priced, until it crashes.
    Fragile,
    /// Strong, beside the fragile one.
    Sound,
}

/// An issuer with its sessions.
#[derive(Clone, Debug)]
pub(super) struct Issuer {
    pub(super) plan: Plan,
    pub(super) fate: Fate,
    /// The first session of the crash, where there is one.
    pub(super) crash: Option<usize>,
    /// Shares outstanding at the start.
    pub(super) shares: f64,
    /// The dividend of a quarter for each share of the start; 0 for none.
    pub(super) dividend: f64,
    pub(super) sessions: Vec<Session>,
    actions: Vec<String>,
    volatility: f64,
    /// The day of the split and the new shares for each old one.
    split: Option<(Date, f64)>,
}

/// One session, in cents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    open: f64,
    high: f64,
    low: f64,
    pub(super) close: f64,
    volume: f64,
}

impl Issuer {
    pub(super) fn draw(recipe: &Recipe, world: &World, plan: &Plan) -> Self {
        let (draws, ranges, name) = (Draws::of(recipe), &recipe.issuer, plan.name.as_str());
        let once = |what: &str, range| draws.between(&["issuer", name, what], 0, range);
        let fate = match name {
            _ if name == recipe.fragile.issuer => Fate::Fragile,
            _ if name == recipe.fragile.beside => Fate::Sound,
            _ => Fate::Usual,
        };
        let volatility = match fate {
            Fate::Fragile => ranges.own_volatility.1 * 1.25,
            Fate::Sound => ranges.own_volatility.0,
            Fate::Usual => once("own volatility", ranges.own_volatility),
        };
        let beta = match fate {
            Fate::Fragile => ranges.beta.1,
            Fate::Sound => ranges.beta.0,
            Fate::Usual => once("beta", ranges.beta),
        };
        let first = once("price", ranges.price);
        let pays = fate != Fate::Fragile && once("payer", (0.0, 1.0)) < ranges.payers;
        let dividend = if pays { rounded(ranges.dividend * first, 100.0) } else { 0.0 };
        let is_fragile = fate == Fate::Fragile;
        let crash = is_fragile.then(|| world.days.partition_point(|day| *day < recipe.fragile.crash_day));
        let shares = rounded(once("shares", ranges.shares_outstanding), 1e-4);
        let mut issuer = Self {
            plan: plan.clone(),
            fate,
            crash,
            shares,
            dividend,
            sessions: Vec::new(),
            actions: Vec::new(),
            volatility,
            split: None,
        };
        issuer.trade(recipe, world, beta, first, once("volume", ranges.volume));
        issuer
    }

    /// Draws the sessions one after the other.
    fn trade(&mut self, recipe: &Recipe, world: &World, beta: f64, first: f64, usual_volume: f64) {
        let (draws, name) = (Draws::of(recipe), self.plan.name.clone());
        let sector = recipe.sectors.iter().position(|sector| *sector == self.plan.sector).unwrap_or_default();
        let fragile = &recipe.fragile;
        let crash = self.crash.map(|from| from..from + fragile.crash_sessions as usize);
        let end = crash.as_ref().map_or(world.days.len(), |crash| crash.end + fragile.sessions_after as usize);
        let end = end.min(world.days.len());
        let mut before = first;
        let mut split = 1.0;
        for at in 0..end {
            let on = world.days[at];
            let own = self.volatility * draws.normal(&["own", &name], at);
            let drift = if self.fate == Fate::Fragile { 0.0006 } else { 0.0001 };
            let usual = drift + beta * world.market[at] + world.sectors[sector][at] + own;
            let crashing = crash.as_ref().is_some_and(|crash| crash.contains(&at));
            let change = if crashing { fragile.crash_return } else { usual.clamp(-RETURN_BOUND, RETURN_BOUND) };
            if at > 0
                && self.plan.name == recipe.split.issuer
                && world.days[at - 1] < recipe.split.day
                && on >= recipe.split.day
            {
                let (numerator, denominator) = (recipe.split.numerator, recipe.split.denominator);
                split = f64::from(numerator) / f64::from(denominator);
                before /= split;
                self.split = Some((on, split));
                self.actions.push(format!("EQUITY:{name},{on},split,{numerator},{denominator},\n"));
            }
            if at > 0 && self.dividend > 0.0 && is_ex_day(world.days[at - 1], on, &name) {
                let amount = rounded(self.dividend / split, 100.0);
                before -= amount;
                self.actions.push(format!("EQUITY:{name},{on},cash_dividend,,,{amount}\n"));
            }
            // Volumes rise with the size of the move, and dry up for the fragile one while it is admired.
            let thirst =
                1.0 - 0.5 * f64::from(u8::from(self.fate == Fate::Fragile && !crashing)) * at as f64 / end as f64;
            let busy = draws.between(&["volume", &name], at, (0.6, 1.4)) * (1.0 + 15.0 * change.abs()) * thirst;
            let session = session(&draws, &name, at, before, change, usual_volume * split * busy);
            before = session.close;
            self.sessions.push(session);
        }
        if end < world.days.len() {
            self.actions.push(format!("EQUITY:{name},{},delisting,,,\n", world.days[end]));
        }
    }

    /// Shares on a day for each share of the start.
    pub(super) fn split_by(&self, on: Date) -> f64 {
        self.split.filter(|(day, _)| *day <= on).map_or(1.0, |(_, ratio)| ratio)
    }

    /// How far the session is on the way to the crash, 0 to 1; 1 from the crash on.
    pub(super) fn decay(&self, at: usize) -> f64 {
        self.crash.map_or(0.0, |crash| (at as f64 / crash as f64).min(1.0))
    }
}

/// Open, high, low and close in whole cents around one move.
fn session(draws: &Draws, name: &str, at: usize, before: f64, change: f64, volume: f64) -> Session {
    let cents = |value: f64| rounded(value.max(0.05), 100.0);
    let part = |what: &str, range| draws.between(&[what, name], at, range);
    let close = cents(before * (1.0 + change));
    let open = cents(before * (1.0 + change * part("open", (0.0, 0.6))));
    let reach = 0.5 * change.abs() + 0.004;
    let high = cents(open.max(close) * (1.0 + reach * part("high", (0.0, 1.0)))).max(open).max(close);
    let low = cents(open.min(close) * (1.0 - reach * part("low", (0.0, 1.0)))).min(open).min(close);
    Session { open, high, low, close, volume: rounded(volume, 0.01).max(100.0) }
}

/// Whether a quarter's ex-date lies after `before` and up to `on`: a day of the second month of the quarter that is the
/// issuer's own.
fn is_ex_day(before: Date, on: Date, name: &str) -> bool {
    let own = 5 + name.bytes().fold(0, |sum, byte| (sum + u32::from(byte)) % 17) as i8;
    let (year, month) = on.year_month();
    let due = Date::from_ymd(year, month, own);
    month % 3 == 2 && due.is_ok_and(|due| before < due && due <= on)
}

/// The instruments as CSV.
pub(super) fn instruments(issuers: &[Issuer]) -> String {
    let mut text = "instrument_id,issuer_id,sector,name,status\n".to_owned();
    for Issuer { plan, fate, crash, .. } in issuers {
        let name = match fate {
            Fate::Usual => "made up",
            Fate::Fragile => "made up: the fragile one",
            Fate::Sound => "made up: the sound one beside it",
        };
        let status = if crash.is_some() { "delisted" } else { "active" };
        text += &format!("EQUITY:{0},{0},{1},{name},{status}\n", plan.name, plan.sector);
    }
    text
}

/// The bars as CSV.
pub(super) fn bars(world: &World, issuers: &[Issuer]) -> String {
    let mut text = "instrument_id,date,open,high,low,close,volume\n".to_owned();
    for issuer in issuers {
        for (on, Session { open, high, low, close, volume }) in world.days.iter().zip(&issuer.sessions) {
            text += &format!("EQUITY:{},{on},{open},{high},{low},{close},{volume}\n", issuer.plan.name);
        }
    }
    text
}

/// The corporate actions as CSV.
pub(super) fn actions(issuers: &[Issuer]) -> String {
    let rows = issuers.iter().flat_map(|issuer| &issuer.actions).map(String::as_str);
    "instrument_id,ex_date,kind,numerator,denominator,amount\n".to_owned() + &rows.collect::<String>()
}

/// Spreads and implied volatilities as rows of CSV. Those of the fragile one fall while its reports get worse, and leap
/// with the crash.
pub(super) fn series(recipe: &Recipe, world: &World, issuers: &[Issuer]) -> String {
    let (draws, mut text) = (Draws::of(recipe), String::new());
    for issuer in issuers {
        let name = &issuer.plan.name;
        let base = 400.0 * issuer.volatility / 0.02;
        for (kind, steps) in [("SPREAD", 1.0), ("IMPLIED_VOL", 1000.0)] {
            for (at, on) in world.days.iter().enumerate().take(issuer.sessions.len()) {
                let strain = world.strain[at];
                let crashed = issuer.crash.is_some_and(|crash| at >= crash);
                let charm = if crashed { 4.0 } else { 1.0 - 0.55 * issuer.decay(at) };
                let wobble = draws.between(&["quote", kind, name], at, (0.95, 1.05));
                let value = match kind {
                    "SPREAD" => base * 0.35 * (1.0 + 1.5 * strain) * charm * wobble,
                    _ => issuer.volatility * 15.9 * (1.0 + 0.8 * strain) * charm * wobble,
                };
                line(&mut text, &format!("{kind}:{name}"), *on, QUOTE_LAG, rounded(value, steps));
            }
        }
    }
    text
}
