//! Quarterly reports: what the balance sheet said, and the day on which it was out.
//!
//! Assets grow slowly and liabilities are a share of them. For most issuers that share wanders about its start; for the
//! fragile one it rises until the last report before the crash shows negative equity, with losses, suits and profits
//! that cash does not confirm; for the sound one it stays low.

use domain::date::Date;

use super::prices::{Fate, Issuer};
use super::recipe::Recipe;
use super::world::World;
use super::{Draws, rounded};

/// What the assets of the fragile one are exceeded by in the end.
const LEVERAGE_AT_THE_END: f64 = 1.06;

/// One report.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) period_end: Date,
    pub(super) known_on: Date,
    /// Liabilities over assets.
    pub(super) leverage: f64,
    pub(super) net_income: f64,
    pub(super) litigation: bool,
    /// The fields by the names of the series, in US dollars, shares or as flags.
    fields: Vec<(&'static str, f64)>,
}

/// All reports of an issuer that became known while it traded, and those of the year before.
pub(super) fn draw(recipe: &Recipe, world: &World, issuer: &Issuer) -> Vec<Report> {
    let name = issuer.plan.name.as_str();
    let draws = Draws::of(recipe);
    let lag = draws.between(&["issuer", name, "report lag"], 0, recipe.issuer.report_lag_days).round() as i32;
    let last = world.days[issuer.sessions.len().saturating_sub(1)];
    let years = recipe.first_day.year() - 1..=recipe.last_day.year();
    let ends = years.flat_map(|year| [(3, 31), (6, 30), (9, 30), (12, 31)].map(|(month, day)| (year, month, day)));
    let ends = ends.filter_map(|(year, month, day)| Date::from_ymd(year, month, day).ok());
    let due = ends.map(|end| (end, end.plus_days(lag))).filter(|(_, known_on)| *known_on <= last);
    due.enumerate()
        .map(|(quarter, (end, known_on))| report(&draws, recipe, world, issuer, quarter, end, known_on))
        .collect()
}

fn report(
    draws: &Draws,
    recipe: &Recipe,
    world: &World,
    issuer: &Issuer,
    quarter: usize,
    period_end: Date,
    known_on: Date,
) -> Report {
    let name = issuer.plan.name.as_str();
    let wander = |what: &str, size: f64| size * draws.normal(&["report", name, what], quarter);
    let at = world.days.partition_point(|day| *day <= period_end).saturating_sub(1);
    let decay = issuer.decay(world.days.partition_point(|day| *day <= known_on));
    let start = draws.between(&["issuer", name, "leverage"], 0, recipe.issuer.leverage);
    let leverage = match issuer.fate {
        Fate::Fragile => 0.62 + (LEVERAGE_AT_THE_END - 0.62) * decay,
        Fate::Sound => recipe.issuer.leverage.0 * (0.9 + wander("leverage", 0.005)),
        Fate::Usual => start + wander("leverage", 0.012),
    };
    let first_price = issuer.sessions.first().map_or(1.0, |session| session.close);
    let assets = issuer.shares * first_price * 1.1 * (1.0 + 0.008 * quarter as f64 + wander("assets", 0.01));
    let liabilities = assets * leverage;
    let margin = match issuer.fate {
        Fate::Fragile => 0.10 - 0.16 * decay,
        Fate::Sound => 0.24,
        Fate::Usual => draws.between(&["issuer", name, "margin"], 0, (0.10, 0.20)),
    };
    let revenue = assets * (0.20 - 0.02 * world.strain[at] + wander("revenue", 0.006));
    let gross_profit = revenue * (margin + 0.18);
    let ebitda = revenue * (margin + wander("margin", 0.006));
    let ebit = ebitda - 0.006 * assets;
    let total_debt = liabilities * 0.6;
    let interest_expense = total_debt * 0.011;
    let net_income = (ebit - interest_expense) * 0.75;
    // Of a sound profit more than all arrives as cash; of a dressed one less and less.
    let operating_cash_flow = net_income + assets * (0.008 - 0.035 * decay + wander("cash", 0.001));
    let litigation =
        decay > 0.75 || (issuer.fate == Fate::Usual && draws.between(&["suit", name], quarter, (0.0, 1.0)) < 0.03);
    let flag = |flag: bool| f64::from(u8::from(flag));
    let dollars = |value: f64| rounded(value, 1e-3);
    let fields = vec![
        ("total_assets", dollars(assets)),
        ("total_liabilities", dollars(liabilities)),
        ("equity", dollars(assets) - dollars(liabilities)),
        ("revenue", dollars(revenue)),
        ("ebitda", dollars(ebitda)),
        ("ebit", dollars(ebit)),
        ("gross_profit", dollars(gross_profit)),
        ("net_income", dollars(net_income)),
        ("operating_cash_flow", dollars(operating_cash_flow)),
        ("free_cash_flow", dollars(operating_cash_flow - 0.007 * assets)),
        ("total_debt", dollars(total_debt)),
        ("interest_expense", dollars(interest_expense)),
        ("shares_outstanding", issuer.shares * issuer.split_by(period_end)),
        ("dividends_per_share", rounded(issuer.dividend / issuer.split_by(period_end), 100.0)),
        ("accruals", rounded((net_income - operating_cash_flow) / assets, 1e5)),
        ("litigation_flag", flag(litigation)),
        ("governance_flag", flag(decay > 0.6)),
    ];
    Report { period_end, known_on, leverage, net_income, litigation, fields }
}

/// The reports as rows of CSV.
pub(super) fn series(issuers: &[Issuer], reports: &[Vec<Report>]) -> String {
    let mut text = String::new();
    for (issuer, reports) in issuers.iter().zip(reports) {
        for Report { period_end, known_on, fields, .. } in reports {
            for (field, value) in fields {
                text += &format!("FUNDAMENTAL:{}:{field},{period_end},{known_on},{value}\n", issuer.plan.name);
            }
        }
    }
    text
}
