//! Broken configs of the v2 engines, as a scenario writes them. Each is the reference config with one place changed in
//! its file, or with one key laid over it by the scenario.

use super::settle;
use crate::support::repository;
use crate::tiny::{Book, CASE_FILE, SCENARIO, Tiny, replaced};

const FILE: &str = "scenarios/configs/us-equity.toml";

/// The title of the breach, and the tables that the scenario lays over the reference.
const LAID_OVER: [(&str, &str); 32] = [
    ("an unknown key", "[system.config.stability]\nwindow_lenth_days = 63"),
    ("an unknown key of a nested table", "[system.config.stability.weights]\nliquidty = 0.3"),
    ("an unknown engine", "[system.config.stabilty]\nmarkets = [\"US_EQ\"]"),
    ("a weight in percent", "[system.config.portfolio]\nper_instrument_max_weight = 5"),
    ("a weight as text", "[system.config.portfolio]\nper_instrument_max_weight = \"5%\""),
    ("a limit in percent", "[system.config.portfolio.sector_limits]\n\"*\" = 40"),
    ("a small limit in percent", "[system.config.portfolio.sector_limits]\n\"*\" = 5"),
    ("a country's limit in percent", "[system.config.portfolio.country_limits]\nUS = 5"),
    ("a factor's limit in percent", "[system.config.portfolio.factor_limits]\nmarket = 5"),
    ("a turnover in percent", "[system.config.portfolio]\nturnover_limit = 5"),
    ("a share of soft targets in percent", "[system.config.portfolio]\nfragility_exposure_limit = 5"),
    ("a drawdown in percent", "[system.config.profiles]\ndrawdown_ref = \"30 %\""),
    ("half a day", "[system.config.portfolio.shape]\nevery_days = 10.5"),
    ("days below zero", "[system.config.regime]\nforecast_days = -5"),
    ("a number that is none", "[system.config.portfolio]\nrisk_aversion_lambda = nan"),
    ("no aversion to risk", "[system.config.portfolio]\nrisk_aversion_lambda = 0"),
    ("love of risk", "[system.config.portfolio]\nrisk_aversion_lambda = -1"),
    ("absurd leverage", "[system.config.portfolio]\ngross_exposure_limit = 50"),
    ("a negative weight of a component", "[system.config.stability.weights]\nvol = -0.3"),
    ("a threshold above one", "[system.config.stability.thresholds]\nhigh_fragility = 70"),
    ("one cluster", "[system.config.regime]\nnum_clusters = 1"),
    ("a horizon above sixty days", "[system.config.synthetic.request]\nhorizon_days = 90"),
    ("blocks outside a bootstrap", "[system.config.synthetic.request]\ncategory = \"HISTORICAL\""),
    ("a programme that is not built", "[system.config.portfolio]\noptimizer_type = \"SOCP\""),
    ("scores for another strategy", "[system.config.assessment]\nstrategy_id = \"US_VALUE\""),
    ("a universe of another strategy", "[system.config.universe]\nstrategy_id = \"US_VALUE\""),
    ("a portfolio for another strategy", "[system.config.portfolio]\nstrategies = [\"US_VALUE\"]"),
    ("a scenario set that nobody makes", "[system.config.stability]\nscenario_set_id = \"US_EQ_CRASH\""),
    ("the stress of a region without a regime", "[system.config]\nstress_region = \"JP\""),
    ("a horizon that nobody scores", "[system.config.portfolio.shape]\nhorizon_days = 10"),
    ("a past that the windows forget", "[system.config.windows]\npercentile_days = 504"),
    ("a cut below the one before it", "[system.config.fragility]\ncuts = [0.5, 0.3, 0.7]"),
];

/// The title of the breach, what stands in the file of the reference, and what stands there instead.
const REFERENCE: [(&str, &str, &str); 18] = [
    ("no strategy", "strategy_id = \"US_CORE_LONG_EQ\"\nstress_region", "stress_region"),
    ("no joint model", "joint_model_id = \"joint-regime-core-v1\"\n", ""),
    ("no number of clusters", "num_clusters = 6\n", ""),
    ("no least duration", "min_regime_duration_days = 5\n", ""),
    ("no scenario set", "scenario_set_id = \"US_EQ_BOOTSTRAP_21D\"\n", ""),
    ("no kind of return", "return_kind = \"LOG\"\n", ""),
    ("no horizons", "horizons_days = [5, 21]\n", ""),
    ("no least liquidity", "min_liquidity_adv = 1_000_000\n", ""),
    ("no size of the universe", "max_universe_size = 40\n", ""),
    ("no aversion to risk", "risk_aversion_lambda = 2\n", ""),
    ("no limit of turnover", "turnover_limit = 0.8\n", ""),
    ("a family of scenarios that is not built", BOOTSTRAP, ADVERSARIAL),
    ("a limit in percent", "\"*\" = 0.4\n", "\"*\" = 40\n"),
    ("a limit as text", "turnover_limit = 0.8\n", "turnover_limit = \"80 %\"\n"),
    ("an unknown key", "turnover_limit = 0.8\n", "turnover_limit = 0.8\nturnover_limt = 0.8\n"),
    ("another system's config", "system = \"v2\"", "system = \"momentum\""),
    ("another name than the file's", "name = \"us-equity\"", "name = \"us-shares\""),
    ("another format", "format = 1", "format = 2"),
];

const BOOTSTRAP: &str = "\"BOOTSTRAP\"\nhorizon_days = 21\nnum_paths = 250\nmarkets = [\"US_EQ\"]\n\n\
    [config.synthetic.request.generator_spec]\nreturn_kind = \"LOG\"\nmethod = \"STATIONARY\"\nblock_days = 10\n";
const ADVERSARIAL: &str = "\"FRAGILITY_ADVERSARIAL\"\nhorizon_days = 21\nnum_paths = 250\nmarkets = [\"US_EQ\"]\n\n\
    [config.synthetic.request.generator_spec]\nreturn_kind = \"LOG\"\n";

fn root(name: &str, reference: &str, tables: &str) -> Tiny {
    let tiny = Tiny::copy(name);
    tiny.write(FILE, reference);
    let system = format!("name = \"v2\"\nreference = \"us-equity\"\n{tables}\n");
    let own = "name = \"equal-weight\"\n[system.config]\ninvested = 0.9\n";
    tiny.write(CASE_FILE, replaced(SCENARIO, own, &system));
    tiny
}

fn sound() -> String {
    std::fs::read_to_string(repository().join(FILE)).unwrap()
}

#[test]
fn configs_of_engines_that_cannot_stand_are_refused() {
    let mut book = Book::default();
    for (number, (title, tables)) in LAID_OVER.iter().enumerate() {
        let tiny = root(&format!("engines-{number}"), &sound(), tables);
        book.add_refusal(title, 2, &tiny.say("replay tiny --no-tables --out out"));
        assert!(!tiny.path("out").exists(), "{title}: something was left");
    }
    settle("engines-values", book);
}

#[test]
fn reference_configs_that_cannot_stand_are_refused() {
    let mut book = Book::default();
    for (number, (title, from, to)) in REFERENCE.iter().enumerate() {
        let tiny = root(&format!("engines-reference-{number}"), &replaced(&sound(), from, to), "");
        book.add_refusal(title, 2, &tiny.say("replay tiny --no-tables --out out"));
    }
    let tiny = root("engines-reference-unknown", &sound(), "");
    tiny.edit(CASE_FILE, "reference = \"us-equity\"", "reference = \"us-equitee\"");
    book.add_refusal("a reference that is not there", 2, &tiny.say("replay tiny --no-tables --out out"));
    let faulty = replaced(&sound(), "turnover_limit = 0.8\n", "turnover_limit = 80\n");
    let tiny = root("engines-reference-both", &faulty, "[system.config.portfolio]\nleverage_limit = 50");
    book.add_refusal("a fault in either file", 2, &tiny.say("replay tiny --no-tables --out out"));
    settle("engines-reference", book);
}

/// What a scenario lays over a faulty key counts, and the reference's own is never read.
#[test]
fn a_scenario_may_mend_a_reference() {
    let faulty = replaced(&sound(), "turnover_limit = 0.8\n", "turnover_limit = 80\n");
    let tiny = root("engines-mended", &faulty, "[system.config.portfolio]\nturnover_limit = 0.8");
    let ended = tiny.say("replay tiny --no-tables --out out");
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
}

/// The sound config is taken, or the refusals above would say nothing. A month is too short for most engines, so they
/// abstain, and the run goes to its end.
#[test]
fn the_sound_config_is_taken() {
    let tiny = root("engines-sound", &sound(), "");
    let ended = tiny.say("replay tiny --no-tables --out out");
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
}
