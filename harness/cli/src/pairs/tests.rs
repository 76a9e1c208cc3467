//! Pairs on two small cases: what must agree, and the world of each leg.

use domain::chain::Stage;
use replay::scenario::{Actions, Gaps, Scenario};

use super::{unequal, worlds};

const REFERENCE: &str = r#"
format = 1
name = "old"
purpose = "The old world."
seed = 7
[market]
tape = "us"
calendar = "weekdays"
gaps = "carried"
actions = "ignored"
series = [{ tape = "macro", names = ["VIX", "UST_10Y"] }]
price_basis = "raw"
first_day = "2008-01-02"
last_day = "2008-12-31"
[account]
currency = "USD"
cash = 1_000
[system]
name = "v1"
[execution]
fill = "same-close"
slippage_bps = 5
"#;

fn reference() -> Scenario {
    Scenario::parse(REFERENCE, "old.toml").unwrap()
}

fn successor() -> Scenario {
    let text = REFERENCE
        .replace("name = \"old\"", "name = \"new\"")
        .replace("\"weekdays\"", "\"US_EQ\"")
        .replace("gaps = \"carried\"\nactions = \"ignored\"\n", "history_from = \"2006-01-03\"\n")
        .replace("\"UST_10Y\"", "\"US_CPI_M\"")
        .replace("\"v1\"", "\"v2\"")
        .replace("\"same-close\"", "\"next-close\"");
    Scenario::parse(&text, "new.toml").unwrap()
}

#[test]
fn two_cases_must_start_alike() {
    assert_eq!(unequal(&reference(), &successor()), None);
    for (from, to, key) in [
        ("2008-01-02", "2008-01-03", "market.first_day"),
        ("2008-12-31", "2008-12-30", "market.last_day"),
        ("cash = 1_000", "cash = 2_000", "account.cash"),
        ("seed = 7", "seed = 8", "seed"),
        ("USD", "EUR", "account.currency"),
    ] {
        let other = Scenario::parse(&REFERENCE.replace(from, to), "old.toml").unwrap();
        assert_eq!(unequal(&other, &successor()).map(|(key, ..)| key), Some(key));
    }
}

#[test]
fn each_leg_takes_the_keys_of_its_stage() {
    let leg = |stage| worlds::world(&reference(), &successor(), stage);
    assert_eq!(leg(None), reference());
    let data = leg(Some(Stage::Data));
    assert_eq!((data.market.gaps, data.market.actions), (Gaps::Left, Actions::Applied));
    assert_eq!(data.market.history_from, successor().market.history_from);
    assert_eq!(data.market.calendar, "weekdays");
    assert_eq!(data.market.series[0].names, ["VIX", "UST_10Y", "US_CPI_M"], "both systems watch every leg");
    let calendar = leg(Some(Stage::Calendar));
    assert_eq!(calendar.market.calendar, "US_EQ");
    for stage in [Stage::Universe, Stage::Signal, Stage::Sizing, Stage::Limits] {
        assert_eq!(leg(Some(stage)), calendar, "the world does not change at {stage}");
    }
    assert_eq!(leg(Some(Stage::Execution)).world_digest(), successor().world_digest());
}
