//! v1 and v2 side by side in the world of v1.

use domain::chain::Stage;
use replay::mirror::beside::{Feed, Mirror, Tolerances};
use replay::mirror::findings::Findings;
use rstest::rstest;

use super::worlds::{Named, events, journal};

const EXACT: Tolerances = Tolerances { score: 0.0, weight: 0.0, shares: 0.0 };

/// The journal of one beside the other, and what was found.
fn beside(legacy: &Named, modern: &Named, feed: Feed) -> (journal::journal::Journal, Findings) {
    let generation = |named: &Named| (named.name.to_owned(), named.chain());
    let (mut mirror, found) = Mirror::new(generation(legacy), generation(modern), feed, EXACT);
    let journal = journal(&mut mirror);
    let found = found.borrow().clone();
    (journal, found)
}

#[rstest]
#[case::by_stage(Feed::Legacy)]
#[case::by_itself(Feed::Own)]
fn the_legacy_decides_as_it_does_alone_and_the_first_difference_is_told(#[case] feed: Feed) {
    let legacy = Named::v1("QUALITY_GROWTH_CORE");
    let (found, wanted) = (beside(&legacy, &Named::v2(), feed), legacy.journal());
    let kept = |engine: &str| engine.starts_with("v1.");
    assert!(events(&found.0, kept) == events(&wanted, kept));
    let told = found.1.to_string();
    let first = found.1.first().unwrap();
    assert_eq!((first.stage, first.on), (Stage::Universe, wanted.days[0].on), "{told}");
    for stage in [Stage::Universe, Stage::Signal, Stage::Sizing] {
        let found = found.1.stage(stage).unwrap();
        assert!(found.days > 100 && found.days_diverged > 0, "{stage}: {told}");
    }
    assert!(told.contains("v1 and v2 from 2007-07-02 to 2007-12-31"), "{told}");
}

#[rstest]
#[case::v1(Named::v1("QUALITY_GROWTH_CORE"), Feed::Legacy)]
#[case::v2(Named::v2(), Feed::Legacy)]
#[case::v2_by_itself(Named::v2(), Feed::Own)]
fn a_generation_beside_itself_parts_nowhere(#[case] named: Named, #[case] feed: Feed) {
    let (_, found) = beside(&named, &named, feed);
    assert_eq!(found.first(), None, "{found}");
    let execution = found.stage(Stage::Execution).unwrap();
    assert!(execution.days > 0 && execution.names > 0, "{found}");
}

/// A cap that v2 alone has: the two part at the limits, on a day on which a decision is due, and not before.
#[test]
fn another_limit_shows_at_the_limits_alone() {
    let (plain, mut strict) = (Named::v2(), Named::v2());
    let portfolio = strict.config["portfolio"].as_table_mut().unwrap();
    portfolio.insert("per_instrument_max_weight".to_owned(), 0.04.into());
    let (_, found) = beside(&plain, &strict, Feed::Legacy);
    let parted = |stage| found.stage(stage).unwrap().days_diverged;
    assert_eq!([Stage::Universe, Stage::Signal, Stage::Sizing, Stage::Execution].map(parted), [0; 4], "{found}");
    assert!(parted(Stage::Limits) > 0, "{found}");
}
