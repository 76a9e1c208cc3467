//! Every system that is open at its seams, as a whole and stage by stage, side by side through a replay.

use domain::chain::Chain;
use domain::decision::Decision;
use domain::digest::CanonicalBytes;
use domain::system::{DecisionSystem, StateError, Today};
use prometheus::registry::Registry;
use replay::run::replay_in_memory;
use rstest::rstest;

use super::worlds::until;

/// A system, and the same as a chain. Panics on the first day on which the two differ in decision, reports or state.
struct Both {
    whole: Box<dyn DecisionSystem>,
    chain: Box<dyn Chain>,
    decided: u32,
}

/// Watches the day and asks every stage, as far as the stages before it answer.
fn by_stages(chain: &mut dyn Chain, today: &Today<'_>) -> Decision {
    chain.watch(today);
    let mut planned = || {
        let names = chain.universe(today).ok()?;
        let scores = chain.signal(today, &names).ok()?;
        let wanted = chain.sizing(today, &names, &scores).ok()??;
        let targets = chain.limits(today, &wanted).ok()??;
        Some((chain.orders(today, &targets), targets))
    };
    let (targets, orders) = match planned() {
        Some((Some(orders), _)) => (None, orders),
        Some((None, targets)) => (Some(targets), Vec::new()),
        None => (None, Vec::new()),
    };
    Decision { reports: chain.report(), targets, orders }
}

impl DecisionSystem for Both {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let (whole, staged) = (self.whole.decide(today), by_stages(self.chain.as_mut(), today));
        let on = today.view.today();
        assert_eq!((&staged.targets, &staged.orders), (&whole.targets, &whole.orders), "{on}");
        // As text, so that −0 is not 0.
        let differing = staged.reports.iter().zip(&whole.reports).find(|(a, b)| format!("{a:?}") != format!("{b:?}"));
        assert!(differing.is_none() && staged.reports.len() == whole.reports.len(), "{on}: {differing:#?}");
        let mut state = CanonicalBytes::new();
        self.chain.save(&mut state);
        assert!(state.as_slice() == self.whole.save(), "{on}: the states differ");
        self.decided += u32::from(whole.targets.is_some() || !whole.orders.is_empty());
        whole
    }

    fn save(&self) -> Vec<u8> {
        self.whole.save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.whole.restore(state)
    }
}

/// On real tapes and on a made-up one; `least` days must have seen a decision, or the proof would prove little.
#[rstest]
#[case::v2_real("v2-us-2008-short-sale", "2008-12-31", 5)]
#[case::v2_limits_bind("v2-us-2007-2009-crisis", "2007-06-29", 5)]
#[case::v2_made_up("v2-synthetic-fundamentals", "2011-12-30", 8)]
#[case::v1_real("v1-us-2007-2009-crisis", "2008-03-31", 20)]
#[case::v1_buys_once("v1-us-2007-2009-buy-and-hold", "2007-03-30", 1)]
#[case::equal_weight("us-1990-2022-buy-and-hold", "1990-03-30", 1)]
fn asked_stage_by_stage_a_system_says_what_it_says_as_a_whole(
    #[case] name: &str,
    #[case] last_day: &str,
    #[case] least: u32,
) {
    let case = until(name, last_day);
    let (spec, registry) = (&case.scenario.system, Registry::builtin());
    let running = registry.assemble(&spec.name, &spec.config).unwrap();
    let (identity, chain) = registry.chain(&spec.name, &spec.config).unwrap();
    assert_eq!(identity, running.identity);
    let mut both = Both { whole: running.system, chain, decided: 0 };
    replay_in_memory(&case.scenario, &identity, &case.tape, &mut both).unwrap();
    assert!(both.decided >= least, "decisions on {} days", both.decided);
}
