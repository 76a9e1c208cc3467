//! Buy and hold, the control: v1 and the house's own are one once their worlds are.

use prometheus::pairs::control::ladder;
use prometheus::pairs::{self, Pair};
use prometheus::registry::Registry;
use prometheus::root::Root;

use crate::support::repository;

/// Calendar, data, execution, slippage and the sizing of orders switched off one by one: fills, cash and equity agree on
/// every day, to the last micro-unit. Before the last of them is off they do not, so the ladder does not compare a run
/// with itself; without slippage what is left is roundings, a micro-unit or so a name.
#[test]
fn controls_are_equal_with_every_difference_switched_off() {
    let root = Root::discover(Some(&repository())).unwrap();
    let all = pairs::names(&root).unwrap().into_iter().map(|name| Pair::read(&root, &name).unwrap());
    let controls: Vec<Pair> = all.filter(|pair| pair.control.is_some()).collect();
    assert!(!controls.is_empty());
    for pair in controls {
        let ends = pair.ends(&root).unwrap();
        let rungs = ladder(&root, &Registry::builtin(), &ends).unwrap();
        let parted: Vec<bool> = rungs.iter().map(|rung| rung.first_difference.is_some()).collect();
        assert_eq!(parted, [true, true, true, true, true, false], "{rungs:?}");
        let gap = |at: usize| rungs[at].reference.minus(rungs[at].successor).unwrap().micros();
        assert_eq!(gap(5), 0);
        assert!(gap(4).abs() < 1_000, "{rungs:?}");
    }
}
