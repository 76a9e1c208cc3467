//! v1's reader of reports: the latest reported value of each field, each for itself.
//!
//! A tape holds the figures of an issuer as `FUNDAMENTAL:{issuer}:{field}`. v1 took the latest of each field without
//! asking whether they speak of the same period, so its ratios may mix two; that is kept. Growth compares with the
//! value nearest to a year before, within 45 days. Example: net income 12 of March over an equity of 100 of December
//! is a return on equity of 0.12.

use domain::date::Date;
use domain::ids::Instrument;
use domain::tape::SeriesPoint;
use domain::view::View;

/// The ratios of a company; `None` where a figure is missing or a divisor is not above 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratios {
    /// Net income over equity.
    pub roe: Option<f64>,
    /// Net income over revenue.
    pub net_margin: Option<f64>,
    /// Debt over equity.
    pub leverage: Option<f64>,
    /// Revenue over that of a year before, less 1.
    pub revenue_growth: Option<f64>,
    /// The risk flags that are raised: litigation, governance, a loss [chosen].
    pub risk_flags: u32,
    /// Whether the governance flag is raised: the tag GOV_RISK.
    pub governance_risk: bool,
}

const FIELDS: [&str; 6] = ["net_income", "equity", "revenue", "total_debt", "litigation_flag", "governance_flag"];
const REVENUE: usize = 2;
const YEAR_DAYS: i32 = 365;
/// How far from a year before a value may be, in days [chosen].
const SLACK_DAYS: i32 = 45;

/// The ratios of every instrument, read anew when a report becomes known.
#[derive(Clone, Debug, Default)]
pub struct Fundamentals {
    companies: Vec<Company>,
}

/// One instrument: a memory of the view, never saved, because the view gives it again.
#[derive(Clone, Debug)]
struct Company {
    names: Vec<Option<String>>,
    seen: usize,
    ratios: Ratios,
}

impl Fundamentals {
    /// Reads what became known.
    pub fn watch(&mut self, view: &View<'_>) {
        if self.companies.len() != view.instruments().len() {
            let series: Vec<&str> = view.series_names().collect();
            self.companies =
                view.instruments().iter().map(|fact| Company::new(&series, fact.issuer.as_deref())).collect();
        }
        self.companies.iter_mut().for_each(|company| company.watch(view));
    }

    /// The ratios of an instrument.
    #[must_use]
    pub fn of(&self, instrument: Instrument) -> Ratios {
        self.companies.get(instrument.index()).map_or_else(Ratios::default, |company| company.ratios)
    }
}

impl Company {
    fn new(series: &[&str], issuer: Option<&str>) -> Self {
        let name = |field: &&str| {
            let name = format!("FUNDAMENTAL:{}:{field}", issuer?);
            series.binary_search(&name.as_str()).is_ok().then_some(name)
        };
        Self { names: FIELDS.iter().map(name).collect(), seen: 0, ratios: Ratios::default() }
    }

    fn watch(&mut self, view: &View<'_>) {
        let seen = self.names.iter().flatten().map(|name| view.series(name).len()).sum();
        if seen != self.seen {
            self.seen = seen;
            self.ratios = self.read(view);
        }
    }

    fn read(&self, view: &View<'_>) -> Ratios {
        let points = |at: usize| self.names[at].as_ref().map_or(&[][..], |name| view.series(name));
        let last = |at: usize| latest(points(at)).map(|point| point.value);
        let [income, equity, revenue, debt, litigation, governance] = [0, 1, 2, 3, 4, 5].map(last);
        let raised = |flag: Option<f64>| flag.is_some_and(|flag| flag > 0.0);
        let loss = income.is_some_and(|income| income < 0.0);
        Ratios {
            roe: ratio(income, equity),
            net_margin: ratio(income, revenue),
            leverage: ratio(debt, equity),
            revenue_growth: growth(points(REVENUE)),
            risk_flags: u32::from(raised(litigation)) + u32::from(raised(governance)) + u32::from(loss),
            governance_risk: raised(governance),
        }
    }
}

fn ratio(over: Option<f64>, under: Option<f64>) -> Option<f64> {
    let (over, under) = (over?, under.filter(|under| *under > 0.0)?);
    Some(over / under)
}

/// The value of the latest period, as last reported.
fn latest(points: &[SeriesPoint]) -> Option<&SeriesPoint> {
    points.iter().max_by_key(|point| (point.happened_on, point.known_on))
}

fn growth(points: &[SeriesPoint]) -> Option<f64> {
    let now = latest(points)?;
    let wanted = now.happened_on.plus_days(-YEAR_DAYS);
    let away = |day: Date| (day.epoch_days() - wanted.epoch_days()).abs();
    let near = points.iter().filter(|point| away(point.happened_on) <= SLACK_DAYS);
    let before = near.min_by_key(|point| (away(point.happened_on), -point.known_on.epoch_days()))?;
    ratio(Some(now.value), Some(before.value)).map(|ratio| ratio - 1.0)
}

#[cfg(test)]
mod tests {
    use super::{SeriesPoint, growth, ratio};

    #[test]
    fn growth_is_on_the_value_of_a_year_before() {
        let point = |day: &str, value: f64| {
            let happened_on: domain::date::Date = day.parse().unwrap();
            SeriesPoint { known_on: happened_on.plus_days(30), happened_on, value }
        };
        let points = [point("2011-03-31", 100.0), point("2011-12-31", 105.0), point("2012-03-31", 110.0)];
        assert!((growth(&points).unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(growth(&points[1..]), None);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(ratio(Some(12.0), Some(100.0)), Some(0.12));
        assert_eq!(ratio(Some(12.0), Some(0.0)), None);
        assert_eq!(ratio(None, Some(1.0)), None);
    }
}
