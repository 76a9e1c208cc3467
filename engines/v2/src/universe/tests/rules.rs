//! Each rule once.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::Abstention;
use domain::state::Saved;
use rstest::rstest;

use super::fixture::{Columns, candidates, config, market, run, told};
use crate::assessment::tests::fixture::{fact, stand, tape, wiggle};
use crate::column::Column;
use crate::face::{Engine, Told};
use crate::universe::Universe;
use crate::universe::config::UniverseConfig;
use crate::universe::output::{Tier, UniverseEntry};

const SECOND: Instrument = Instrument(1);

/// The entry of the second of six names after `spoil` on sound columns.
fn second(config: UniverseConfig, spoil: &dyn Fn(&mut Columns)) -> UniverseEntry {
    let mut columns = Columns::sound(6);
    spoil(&mut columns);
    *run(config, &market(&candidates(6)), 69, &columns).output.unwrap().get(SECOND).unwrap()
}

#[test]
fn the_worked_example() {
    let spoil = |class: f64| {
        move |columns: &mut Columns| {
            columns.score.set(SECOND, Some(0.5));
            columns.liquidity.set(SECOND, Some(0.9));
            columns.quality.set(SECOND, None);
            columns.stability.set(SECOND, Some(0.6));
            columns.soft_target.set(SECOND, Some(class));
        }
    };
    let plain = second(config(""), &spoil(0.0));
    assert!((plain.universe_score.unwrap() - 0.75).abs() < 1e-15 && (plain.coverage - 0.8).abs() < 1e-15);
    let watched = second(config(""), &spoil(1.0));
    assert!((watched.universe_score.unwrap() - 0.45).abs() < 1e-15);
    // On the short side 1 − x counts, and the watch list costs nothing: (0.4·0.25 + 0.2·0.9 + 0.2·0.4) / 0.8.
    let short = second(config("side = \"short\""), &spoil(1.0));
    assert!((short.universe_score.unwrap() - 0.45).abs() < 1e-15);
}

#[rstest]
#[case::instrument("hard_exclusion_list = [\"EQUITY:U01\"]", "hard_excluded_instrument")]
#[case::issuer("issuer_exclusion_list = [\"EQUITY:U01-INC\"]", "hard_excluded_issuer")]
fn the_blacklists(#[case] more: &str, #[case] reason: &str) {
    let entry = second(config(more), &|_| {});
    assert_eq!((entry.tier, entry.reason()), (Tier::Excluded, reason));
    assert_eq!(entry.universe_score, None);
}

#[rstest]
#[case::no_stability("no_stab_state", "", |columns: &mut Columns| columns.stability.set(SECOND, None))]
#[case::quality("below_min_quality", "min_quality = 0.4", |columns: &mut Columns| columns.quality.set(SECOND, Some(0.3)))]
#[case::breaker("excluded_breaker", "", |columns: &mut Columns| columns.soft_target_index.set(SECOND, Some(75.0)))]
#[case::score("excluded_high_soft_target_score", "", |columns: &mut Columns| columns.soft_target_score.set(SECOND, Some(0.81)))]
#[case::class("excluded_high_soft_target_score", "", |columns: &mut Columns| columns.soft_target.set(SECOND, Some(2.0)))]
#[case::weak("excluded_weak_profile_fragile", "", |columns: &mut Columns| {
    columns.weak_driver.set(SECOND, Some(0.7));
    columns.soft_target_index.set(SECOND, Some(45.0));
})]
#[case::unranked("low_coverage", "", |columns: &mut Columns| {
    columns.score.set(SECOND, None);
    columns.liquidity.set(SECOND, None);
})]
fn what_a_column_keeps_out(#[case] reason: &str, #[case] more: &str, #[case] spoil: fn(&mut Columns)) {
    let entry = second(config(more), &spoil);
    assert_eq!((entry.tier, entry.reason()), (Tier::Excluded, reason));
}

#[rstest]
#[case::weak_alone("", |columns: &mut Columns| columns.weak_driver.set(SECOND, Some(0.9)))]
#[case::fragile_alone("", |columns: &mut Columns| columns.soft_target_index.set(SECOND, Some(60.0)))]
#[case::allowed("allow_soft_targets_long = true", |columns: &mut Columns| columns.soft_target.set(SECOND, Some(2.0)))]
#[case::unknown_stability("stability_unknown = \"admit\"", |columns: &mut Columns| columns.stability.set(SECOND, None))]
#[case::short_side("side = \"short\"", |columns: &mut Columns| {
    columns.soft_target.set(SECOND, Some(2.0));
    columns.soft_target_index.set(SECOND, Some(90.0));
    columns.weak_driver.set(SECOND, Some(0.9));
})]
fn what_no_column_keeps_out(#[case] more: &str, #[case] spoil: fn(&mut Columns)) {
    assert_ne!(second(config(more), &spoil).tier, Tier::Excluded);
}

#[test]
fn soft_targets_may_be_forbidden_on_the_short_side_too() {
    let more = "side = \"short\"\nallow_soft_targets_short = false";
    let entry = second(config(more), &|columns| columns.soft_target.set(SECOND, Some(2.0)));
    assert_eq!(entry.reason(), "excluded_high_soft_target_score");
}

#[test]
fn what_the_tape_keeps_out() {
    let mut facts = candidates(4);
    facts[3].market = "EU_EQ".into();
    facts.extend([fact("INDEX:SPX", None), fact("EQUITY:U05", None)]);
    // U01 has no price today and U02 a short history; U05 is cheap: many shares, little value.
    let tape = tape(&facts, 70, &|day, name| match name {
        "EQUITY:U01" if day == 69 => None,
        "EQUITY:U02" if day < 30 => None,
        "EQUITY:U05" => Some((0.5, Some(1.5e6))),
        _ => Some((wiggle(day, name), Some(1e6))),
    });
    let output = run(config(""), &tape, 69, &Columns::sound(6)).output.unwrap();
    let reasons: Vec<Vec<&str>> =
        output.entries.iter().map(|entry| entry.reasons.iter().map(|reason| reason.name()).collect()).collect();
    assert_eq!(
        reasons,
        [
            vec!["ranked_core"],
            vec!["no_price_today"],
            vec!["insufficient_history", "liquidity_unknown"],
            vec!["other_market"],
            // A share-count floor of 100,000 would let this name pass; its value traded does not.
            vec!["illiquid", "below_min_price"],
            vec!["asset_class_not_admitted"],
        ]
    );
}

#[test]
fn a_name_that_no_longer_trades_is_out() {
    use domain::facts::{ActionFact, ActionKind, BarFact, PriceBasis};
    let facts = candidates(3);
    let days: Vec<_> = (0..70).map(|day| domain::date::Date::from_ymd(2015, 1, 1).unwrap().plus_days(day)).collect();
    let mut builder = domain::tape::TapeBuilder::new(PriceBasis::Raw, days.clone(), facts.clone()).unwrap();
    for (day, happened_on) in days.iter().enumerate() {
        for fact in &facts {
            let (close, volume) = (Some(wiggle(day, fact.id.as_str())), Some(1e6));
            let (instrument, happened_on) = (fact.id.clone(), *happened_on);
            let bar = BarFact {
                instrument,
                happened_on,
                open: None,
                high: None,
                low: None,
                close,
                adjusted_close: None,
                volume,
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    let until = days[69].plus_days(3);
    for (at, kind) in [(0, ActionKind::Delisting), (1, ActionKind::Halt { until })] {
        let (instrument, happened_on) = (facts[at].id.clone(), days[69]);
        builder.push_action(ActionFact { instrument, happened_on, known_on: happened_on, kind }).unwrap();
    }
    let tape = builder.finish();
    let output = run(config(""), &tape, 69, &Columns::sound(3)).output.unwrap();
    assert_eq!(
        told(&output).iter().map(|(_, reason)| *reason).collect::<Vec<_>>(),
        ["delisted", "halted", "ranked_core"]
    );
    assert_eq!(run(config(""), &tape, 68, &Columns::sound(3)).output.unwrap().members().count(), 3);
}

#[test]
fn a_tape_of_closes_alone_has_members_when_it_may() {
    let tape = tape(&candidates(3), 70, &|day, name| Some((wiggle(day, name), None)));
    let mut columns = Columns::sound(3);
    columns.liquidity = Column::absent(3);
    let answer = run(config(""), &tape, 69, &columns);
    assert_eq!(answer.output, Err(Abstention::NothingEligible));
    assert!(answer.dropped.len() == 3 && answer.dropped.iter().all(|dropped| dropped.reason == "liquidity_unknown"));
    let admitted = run(config("liquidity_unknown = \"admit\""), &tape, 69, &columns).output.unwrap();
    assert_eq!(admitted.members().count(), 3);
    assert!((admitted.entries[0].coverage - 0.8).abs() < 1e-15);
}

#[test]
fn sector_cap_then_size_cap_then_tiers() {
    // Twelve names, by score descending: Banks 0 3 6 9, Energy 1 4 7 10, unknown 2 5 8 11; two a sector, six in all.
    let mut config = config("");
    config.sector_max_names = 2;
    let (tape, columns) = (market(&candidates(12)), Columns::sound(12));
    let output = run(config.clone(), &tape, 69, &columns).output.unwrap();
    let [core, satellite] = [("CORE", "ranked_core"), ("SATELLITE", "ranked_satellite")];
    let [sector, size] = ["excluded_sector_cap", "excluded_max_universe_size"].map(|reason| ("EXCLUDED", reason));
    let expected = [core, core, core, satellite, satellite, satellite, sector, sector, size, sector, sector, size];
    assert_eq!(told(&output), expected);
    assert!(output.entries.iter().all(|entry| entry.universe_score.is_some()));
    // With a cap on names without a sector, 8 and 11 fall to it as well.
    config.cap_unknown_sector = true;
    let output = run(config, &tape, 69, &columns).output.unwrap();
    assert_eq!(told(&output)[8], sector);
    assert_eq!(output.members().map(|member| member.0).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn core_holdings_come_first_as_long_as_they_qualify() {
    let mut config = config("core_holdings = [\"EQUITY:U10\", \"EQUITY:U11\"]");
    config.max_universe_size = 3;
    let tape = market(&candidates(12));
    let mut columns = Columns::sound(12);
    let output = run(config.clone(), &tape, 69, &columns).output.unwrap();
    assert_eq!(output.members().map(|member| member.0).collect::<Vec<_>>(), [0, 10, 11]);
    assert_eq!((told(&output)[0], told(&output)[11]), (("SATELLITE", "ranked_satellite"), ("CORE", "core_holding")));
    columns.soft_target.set(Instrument(11), Some(2.0));
    let output = run(config, &tape, 69, &columns).output.unwrap();
    assert_eq!(told(&output)[11], ("EXCLUDED", "excluded_high_soft_target_score"));
}

#[test]
fn ties_go_to_the_smaller_id() {
    let mut columns = Columns::sound(4);
    columns.score = Column::with_gaps(vec![0.5; 4]);
    let mut config = config("");
    config.max_universe_size = 2;
    let output = run(config.clone(), &market(&candidates(4)), 69, &columns).output.unwrap();
    assert_eq!(output.members().map(|member| member.0).collect::<Vec<_>>(), [0, 1]);
    // A single member is CORE.
    config.max_universe_size = 1;
    let output = run(config, &market(&candidates(4)), 69, &columns).output.unwrap();
    assert_eq!(told(&output)[0], ("CORE", "ranked_core"));
}

#[test]
fn there_is_no_state_and_the_bytes_repeat() {
    let (tape, columns) = (market(&candidates(9)), Columns::sound(9));
    let bytes = |engine: &mut Universe, day| {
        let (view, windows) = stand(&tape, day);
        let mut bytes = CanonicalBytes::new();
        engine.run(&columns.input(view, &windows)).output.unwrap().put(&mut bytes);
        bytes.into_vec()
    };
    let mut whole = Universe::new(config("")).unwrap();
    let expected: Vec<Vec<u8>> = (63..70).map(|day| bytes(&mut whole, day)).collect();
    let mut saved = CanonicalBytes::new();
    whole.save(&mut saved);
    let mut resumed = Universe::new(config("")).unwrap();
    assert_eq!(resumed.restore(&mut Saved::new(saved.as_slice())), Some(()));
    assert_eq!((66..70).map(|day| bytes(&mut resumed, day)).collect::<Vec<_>>(), expected[3..]);
}

#[test]
fn the_figures_tell_the_day_and_its_names() {
    let output = run(config(""), &market(&candidates(3)), 69, &Columns::sound(3)).output.unwrap();
    let day: Vec<String> = output.day_figures().iter().map(|figure| figure.field.to_string()).collect();
    assert_eq!(day, ["core", "satellite", "excluded", "excluded_sector_cap", "excluded_max_universe_size"]);
    assert_eq!(output.instrument_figures().len(), 9);
}
