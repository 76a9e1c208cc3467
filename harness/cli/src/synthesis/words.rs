//! Filings, calls, news and releases: in words what the numbers say.

use domain::date::Date;

use super::Draws;
use super::accounts::Report;
use super::prices::{Fate, Issuer};
use super::recipe::Recipe;
use super::world::{World, months};

/// What is told of a good day, a bad day and a day like any other.
const NEWS: [[&str; 4]; 3] = [
    [
        "wins a large order and raises its outlook",
        "opens a new plant ahead of plan",
        "is upgraded by two brokers on strong demand",
        "reports record bookings",
    ],
    [
        "loses a customer and cuts its outlook",
        "recalls a product after complaints",
        "is downgraded on weak demand",
        "warns of higher costs",
    ],
    [
        "appoints a new head of sales",
        "will present at an industry conference",
        "renews a supply contract on the same terms",
        "confirms its outlook for the year",
    ],
];

/// The texts as CSV.
pub(super) fn texts(recipe: &Recipe, world: &World, issuers: &[Issuer], reports: &[Vec<Report>]) -> String {
    let mut text = "subject,kind,happened_on,known_on,text\n".to_owned();
    releases(world, &mut text);
    for (issuer, reports) in issuers.iter().zip(reports) {
        for (at, report) in reports.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| reports.get(before));
            let words = filing(report, before);
            row(&mut text, &issuer.plan.name, "filing", (report.period_end, report.known_on), &words);
        }
        calls(world, issuer, reports, &mut text);
        news(recipe, world, issuer, &mut text);
    }
    text
}

/// One release a month, out on the tenth day of the next.
fn releases(world: &World, text: &mut String) {
    let last = world.days.last().copied();
    for (first, at) in months(world) {
        let known_on = first.plus_days(40);
        let words = match world.strain[at] {
            strain if strain > 0.6 => {
                "The committee sees severe strain in credit and funding markets; lending contracts."
            }
            strain if strain > 0.3 => {
                "The committee notes tighter credit and weaker orders; risks lie on the downside."
            }
            _ => "The committee sees moderate growth and stable prices; credit is readily available.",
        };
        if last.is_some_and(|last| known_on <= last) {
            row(text, "MACRO", "macro", (first, known_on), words);
        }
    }
}

fn filing(report: &Report, before: Option<&Report>) -> String {
    let rose = before.is_some_and(|before| report.leverage > before.leverage + 0.01);
    let debt = match report.leverage {
        leverage if leverage > 1.0 => "Liabilities exceed assets; there is substantial doubt about the going concern.",
        leverage if leverage > 0.85 => "Leverage is close to the limit of the covenants, which were amended.",
        _ if rose => "Leverage rose as borrowings funded operations.",
        leverage if leverage < 0.3 => "The balance sheet is strong and borrowings are low.",
        _ => "Borrowings are in line with the plan.",
    };
    let profit = if report.net_income < 0.0 {
        "The quarter closed with a net loss."
    } else {
        "The quarter closed with a profit."
    };
    let suit = if report.litigation { " A suit by shareholders is pending." } else { "" };
    format!("{profit} {debt}{suit}")
}

/// A call on the day after each report. Those of the fragile one stay confident to the end.
fn calls(world: &World, issuer: &Issuer, reports: &[Report], text: &mut String) {
    let last = world.days[issuer.sessions.len().saturating_sub(1)];
    for report in reports {
        let on = report.known_on.plus_days(1);
        let words = match (issuer.fate, report.net_income < 0.0) {
            (Fate::Fragile, _) => "We are very confident. Adjusted earnings show the strength of our platform.",
            (_, true) => "It was a difficult quarter and we are cutting costs.",
            (_, false) => "We delivered what we had said and keep to our plan.",
        };
        if on <= last {
            row(text, &issuer.plan.name, "call", (on, on), words);
        }
    }
}

/// News on drawn days, after the sign of the day's move.
fn news(recipe: &Recipe, world: &World, issuer: &Issuer, text: &mut String) {
    let (draws, name) = (Draws::of(recipe), issuer.plan.name.as_str());
    let closes: Vec<f64> = issuer.sessions.iter().map(|session| session.close).collect();
    for at in 1..closes.len() {
        if draws.between(&["news", name], at, (0.0, 1.0)) >= recipe.issuer.news {
            continue;
        }
        let change = closes[at] / closes[at - 1] - 1.0;
        let mood = if change > 0.01 {
            0
        } else if change < -0.01 {
            1
        } else {
            2
        };
        let choice = (draws.between(&["words", name], at, (0.0, 4.0)) as usize).min(3);
        let on = world.days[at];
        row(text, name, "news", (on, on), &format!("{name} {}.", NEWS[mood][choice]));
    }
}

fn row(text: &mut String, subject: &str, kind: &str, (happened_on, known_on): (Date, Date), words: &str) {
    *text += &format!("{subject},{kind},{happened_on},{known_on},\"{words}\"\n");
}
