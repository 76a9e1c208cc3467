//! What is no fault is refused by key, value and expectation.

use builtin::config::SystemConfig;
use rstest::rstest;

use super::world::{config, put, v2_table};
use crate::config::{Fault, FaultyConfig};
use crate::system::FaultySystem;

fn refusal(text: &str) -> String {
    let mut table = v2_table();
    put(&mut table, text.parse().unwrap());
    let config: FaultyConfig = match table.try_into() {
        Ok(config) => config,
        Err(error) => return error.to_string(),
    };
    let told = config.check().unwrap_err().to_string();
    assert_eq!(FaultySystem::new(config).err().map(|error| error.to_string()), Some(told.clone()));
    told
}

#[rstest]
#[case(
    "fault = { kind = \"stale-scores\", size = 0 }",
    "fault.size is 0: expected a whole number from 1 to 252, trading days"
)]
#[case(
    "fault = { kind = \"stale-scores\", size = 1.5 }",
    "fault.size is 1.5: expected a whole number from 1 to 252, trading days"
)]
#[case(
    "fault = { kind = \"stale-scores\" }",
    "fault.size is missing: expected a whole number from 1 to 252, trading days"
)]
#[case(
    "fault = { kind = \"leverage\", size = nan }",
    "fault.size is NaN: expected a number from 1 to 100 but not 1, a factor"
)]
#[case(
    "fault = { kind = \"leverage\", size = inf }",
    "fault.size is inf: expected a number from 1 to 100 but not 1, a factor"
)]
#[case(
    "fault = { kind = \"drops-names\", size = 5 }",
    "fault.size is 5: expected a number from 0.000001 to 1, a share, where 0.05 means 5 %"
)]
#[case(
    "fault = { kind = \"half-invested\", size = 1 }",
    "fault.size is 1: expected a number from 0.000001 to 1 but not 1, a share, where 0.05 means 5 %"
)]
#[case("fault = { kind = \"no-book\", size = 1 }", "fault.size is 1: expected no such key: `no-book` is there or not")]
#[case(
    "fault = { kind = \"overtrades\", size = 7 }",
    "fault.kind is `overtrades`: expected another kind or size: under this config of v2 it changes nothing"
)]
#[case(
    "fault = { kind = \"ignores-blacklist\" }\nuniverse = { hard_exclusion_list = [] }",
    "fault.kind is `ignores-blacklist`: expected another kind or size: under this config of v2 it changes nothing"
)]
fn what_is_no_fault_is_refused(#[case] text: &str, #[case] told: &str) {
    assert_eq!(refusal(text), told);
}

#[test]
fn an_unknown_kind_is_told_all_that_are_known() {
    let told = refusal("fault = { kind = \"stale-score\", size = 1 }");
    assert!(told.starts_with("fault.kind is `stale-score`: expected one of ignores-liquidity, "), "{told}");
    assert!(told.contains(", stale-scores, "), "{told}");
}

#[test]
fn keys_that_nobody_knows_are_named() {
    assert!(refusal("fault = { kind = \"no-book\", sise = 1 }").contains("sise"));
    assert!(refusal("fault = { size = 1 }").contains("kind"));
    assert!(refusal("fault = \"no-book\"").contains("fault"));
    assert!(refusal("stratgy = 1").contains("stratgy"));
    assert!(refusal("portfolio = { turnover_limt = 1 }").contains("turnover_limt"));
}

#[test]
fn what_v2_refuses_is_refused() {
    let mut table = v2_table();
    put(&mut table, "portfolio = { turnover_limit = 3 }".parse().unwrap());
    let wrong: FaultyConfig = table.try_into().unwrap();
    assert_eq!(wrong.check().unwrap_err().key, "portfolio.turnover_limit");
    let fault = Fault { kind: "no-book".to_owned(), size: None };
    assert_eq!(config(Some(fault)).check(), Ok(()));
}
