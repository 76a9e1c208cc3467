//! A market of twelve shares over 700 weekdays, with everything that real data do to an engine.
//!
//! | what | where |
//! |---|---|
//! | a stressed stretch | days 430 to 520 |
//! | gaps | share 3 on days 440 to 447; share 5 on one day in thirty |
//! | a two-for-one split | share 1, day 470 |
//! | dividends | share 2, every 63 days |
//! | a delisting | share 7, day 600 |
//! | a late listing | share 9, from day 150 |
//! | reports, known 30 days late | issuers of shares 0 to 6 |
//! | credit spreads and implied volatilities | issuers of shares 0 to 4 |
//! | filings and news; macro texts | issuers of shares 0 to 2; `MACRO` |
//! | VIX, curve, credit spread, consumer prices | the market |

use domain::date::Date;
use domain::facts::{ActionFact, ActionKind, BarFact, InstrumentFact, PriceBasis, SeriesFact, TextFact, TextKind};
use domain::ids::InstrumentId;
use domain::numeric::exact;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder};

/// Trading days.
pub(super) const DAYS: usize = 700;
const WIDTH: usize = 12;
const SECTORS: [&str; 3] = ["BANKS", "ENERGY", "MAKERS"];

/// The panel with its shares under ids in their own order.
pub(super) fn panel() -> Tape {
    named(&|share| share)
}

/// The panel with the order of the ids turned round: share 0 comes last.
pub(super) fn panel_turned_round() -> Tape {
    named(&|share| WIDTH - 1 - share)
}

/// The share behind a position of the panel that is turned round.
pub(super) const fn turned_round(position: usize) -> usize {
    WIDTH - 1 - position
}

/// Weekdays from the first Monday of 2015.
pub(super) fn weekdays(count: usize) -> Vec<Date> {
    let first = Date::from_ymd(2015, 1, 5).unwrap();
    (0..).map(|day| first.plus_days(day)).filter(|day| day.weekday() < 5).take(count).collect()
}

/// A number from −1 to 1, by what it is for.
fn draw(name: &[&str], at: usize) -> f64 {
    2.0 * Streams::new(Seed(20_150_105)).uniform(name, at as u64) - 1.0
}

fn named(position: &dyn Fn(usize) -> usize) -> Tape {
    let days = weekdays(DAYS);
    let id = |share: usize| format!("EQUITY:P{:02}", position(share)).parse::<InstrumentId>().unwrap();
    let fact = |share: usize| InstrumentFact {
        id: id(share),
        market: "US_EQ".into(),
        currency: "USD".into(),
        issuer: Some(issuer(share)),
        sector: Some(SECTORS[share % 3].into()),
    };
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), (0..WIDTH).map(fact).collect()).unwrap();
    for share in 0..WIDTH {
        push_bars(&mut builder, share, &id(share), &days);
    }
    for (share, day, kind) in actions() {
        let on = days[day];
        builder.push_action(ActionFact { instrument: id(share), happened_on: on, known_on: on, kind }).unwrap();
    }
    push_economy(&mut builder, &days);
    (0..7).for_each(|share| push_reports(&mut builder, share, &days));
    (0..5).for_each(|share| push_credit(&mut builder, share, &days));
    push_texts(&mut builder, &days);
    builder.finish()
}

fn issuer(share: usize) -> String {
    format!("ISS{share:02}")
}

const fn stressed(day: usize) -> bool {
    430 <= day && day < 520
}

fn push_bars(builder: &mut TapeBuilder, share: usize, id: &InstrumentId, days: &[Date]) {
    let name = share.to_string();
    let (mut close, beta) = (30.0 + 7.0 * share as f64, 0.6 + 0.08 * share as f64);
    for (day, on) in days.iter().enumerate() {
        let (drift, width) = if stressed(day) { (-0.004, 0.045) } else { (0.0008, 0.011) };
        close *= exact::exp(drift + beta * width * draw(&["market"], day) + 0.02 * draw(&["own", &name], day));
        let missing = match share {
            3 => (440..448).contains(&day),
            5 => draw(&["gap"], day) > 0.93,
            7 => day >= 600,
            9 => day < 150,
            _ => false,
        };
        if missing {
            continue;
        }
        let quoted = if share == 1 && day >= 470 { close / 2.0 } else { close };
        let bar = BarFact {
            instrument: id.clone(),
            happened_on: *on,
            open: Some(quoted * (1.0 + 0.004 * draw(&["open", &name], day))),
            high: Some(quoted * 1.01),
            low: Some(quoted * 0.99),
            close: Some(quoted),
            adjusted_close: None,
            volume: Some((1e5 * (1.5 + share as f64) * (1.2 + draw(&["volume", &name], day))).floor()),
        };
        builder.push_bar(&bar).unwrap();
    }
}

fn actions() -> Vec<(usize, usize, ActionKind)> {
    let mut actions =
        vec![(1, 470, ActionKind::Split { numerator: 2, denominator: 1 }), (7, 600, ActionKind::Delisting)];
    actions.extend((40..DAYS).step_by(63).map(|day| (2, day, ActionKind::CashDividend { amount: 0.4 })));
    actions
}

fn push(builder: &mut TapeBuilder, series: &str, happened_on: Date, lag: i32, value: f64) {
    let known_on = happened_on.plus_days(lag);
    builder.push_series(&SeriesFact { series: series.into(), happened_on, known_on, value }).unwrap();
}

fn push_economy(builder: &mut TapeBuilder, days: &[Date]) {
    for (day, on) in days.iter().enumerate() {
        let fear = if stressed(day) { 34.0 } else { 15.0 };
        push(builder, "VIX", *on, 1, fear + 4.0 * draw(&["VIX"], day));
        push(builder, "UST_2Y", *on, 1, 1.0 + 0.1 * draw(&["UST_2Y"], day));
        push(builder, "UST_10Y", *on, 1, 2.5 + 0.1 * draw(&["UST_10Y"], day));
        if day % 21 == 0 {
            push(builder, "BAA_MINUS_AAA_M", *on, 32, if stressed(day) { 2.2 } else { 0.8 });
            push(builder, "US_CPI_M", *on, 45, 230.0 * (1.0 + 0.0001 * day as f64));
        }
    }
}

/// Quarterly statements; the higher the number of the share, the more debt.
fn push_reports(builder: &mut TapeBuilder, share: usize, days: &[Date]) {
    let name = share.to_string();
    for (quarter, on) in days.iter().step_by(63).enumerate() {
        let assets = 4e9 * (1.0 + 0.02 * quarter as f64 + 0.05 * draw(&["assets", &name], quarter));
        let liabilities = assets * (0.3 + 0.07 * share as f64);
        let ebit = assets * (0.05 - 0.004 * share as f64) * (1.0 + 0.2 * draw(&["ebit", &name], quarter));
        let fields = [
            ("total_assets", assets),
            ("total_liabilities", liabilities),
            ("equity", assets - liabilities),
            ("revenue", 0.7 * assets),
            ("ebitda", 1.4 * ebit),
            ("ebit", ebit),
            ("gross_profit", 0.25 * assets),
            ("net_income", 0.6 * ebit),
            ("operating_cash_flow", 0.5 * ebit),
            ("free_cash_flow", 0.3 * ebit),
            ("total_debt", 0.6 * liabilities),
            ("interest_expense", 0.01 * liabilities),
            ("shares_outstanding", 1e8),
            ("accruals", 0.01 * share as f64),
            ("litigation_flag", f64::from(share == 4 && quarter > 6)),
            ("governance_flag", 0.0),
        ];
        for (field, value) in fields {
            push(builder, &format!("FUNDAMENTAL:{}:{field}", issuer(share)), *on, 30, value);
        }
    }
}

fn push_credit(builder: &mut TapeBuilder, share: usize, days: &[Date]) {
    let name = share.to_string();
    for (day, on) in days.iter().enumerate() {
        let factor = if stressed(day) { 3.0 } else { 1.0 };
        let spread = factor * (90.0 + 20.0 * share as f64) * (1.0 + 0.1 * draw(&["spread", &name], day));
        push(builder, &format!("SPREAD:{}", issuer(share)), *on, 1, spread);
        let implied = factor * 0.2 * (1.0 + 0.2 * draw(&["implied", &name], day));
        push(builder, &format!("IMPLIED_VOL:{}", issuer(share)), *on, 1, implied);
    }
}

fn push_texts(builder: &mut TapeBuilder, days: &[Date]) {
    let mut tell = |subject: String, kind: TextKind, on: Date, lag: i32, text: &str| {
        let (happened_on, known_on, text) = (on, on.plus_days(lag), text.to_owned());
        builder.push_text(TextFact { subject, kind, happened_on, known_on, text }).unwrap();
    };
    for (day, on) in days.iter().enumerate() {
        let mood = if stressed(day) { "losses and covenants under strain" } else { "steady orders, debt paid down" };
        for share in 0..3 {
            if day % 63 == 0 {
                tell(issuer(share), TextKind::Filing, *on, 30, &format!("Report {share}: {mood}."));
            }
            if (day + 7 * share) % 29 == 0 {
                tell(issuer(share), TextKind::News, *on, 0, &format!("Share {share} in the news: {mood}."));
            }
        }
        if day % 21 == 3 {
            tell("MACRO".into(), TextKind::Macro, *on, 1, &format!("The month: {mood}."));
        }
    }
}
