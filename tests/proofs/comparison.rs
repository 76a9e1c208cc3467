//! Real journals beside each other: positions that the judge rebuilds are those of the ledger, and a comparison of the
//! generations is whole, repeatable and without NaN.

use journal::journal::Journal;
use judge::reference::{Absence, Comparison, Measured, Side, Terms, compare, markdown};
use rstest::rstest;

use crate::cases::Case;
use crate::support::repository;

fn case(name: &str) -> (Case, Journal) {
    let case = Case::of(&repository().join(format!("scenarios/cases/{name}.toml")));
    let journal = case.journal();
    (case, journal)
}

fn side(name: &str) -> Side {
    let (case, journal) = case(name);
    Side::read(&journal, &case.tape).unwrap()
}

fn compared(reference: &Side, successor: &Side) -> Comparison {
    compare(reference, successor, &Terms::default()).unwrap()
}

#[rstest]
#[case::splits_dividends_and_failures("us-2007-2009-crisis")]
#[case::shorts("us-2008-short-sale")]
#[case::gaps("us-2000-2002-gaps-and-defects")]
#[case::weekdays("v1-us-2007-2009-buy-and-hold")]
fn the_weights_of_every_day_are_those_of_the_ledger(#[case] name: &str) {
    let (case, journal) = case(name);
    let side = Side::read(&journal, &case.tape).unwrap();
    assert_eq!(side.days.len(), journal.days.len());
    for (day, (on, mark)) in side.days.iter().zip(journal.marks()) {
        let of = |positive: bool| -> f64 {
            day.holdings.iter().map(|held| held.weight).filter(|weight| (*weight > 0.0) == positive).sum()
        };
        let (long, short) = (mark.long_value.to_units(), mark.short_value.to_units());
        for (found, expected) in [(of(true), long), (of(false), short)] {
            let expected = expected / mark.equity.to_units();
            assert!((found - expected).abs() < 1e-9, "{name} on {on}: {found} is not {expected}");
        }
        assert_eq!(day.holdings.len(), mark.positions as usize, "{name} on {on}");
    }
}

#[test]
fn the_generations_are_compared_on_the_days_of_both() {
    let (reference, successor) = (side("v1-us-2008-short-sale"), side("v2-us-2008-short-sale"));
    let found = compared(&reference, &successor);
    // Four holidays of 2008 are weekdays: 4 July, 1 September, 27 November, 25 December.
    let days = &found.completeness;
    assert_eq!((days.days, days.only_in_reference, days.only_in_successor, days.outside), (149, 4, 0, 0));
    assert_eq!(found.regimes.days + found.regimes.not_told + found.regimes.without_counterpart, 149);
    assert!(matches!(found.regimes.agreement, Measured::Value(_)), "{:?}", found.regimes);
    // v1 stands in cash: nobody is held by both, and its account has no spread.
    assert_eq!(found.books.direction_clash.mean, Measured::Absent(Absence::NoCommonNames));
    assert_eq!(found.reference.figures.sharpe_ratio, Measured::Absent(Absence::NoSpread));
    assert!(matches!(found.successor.equal_terms.figures.total_return, Measured::Value(_)));
    let text = toml::to_string(&found).unwrap();
    assert!(!text.contains("nan") && !text.contains("inf"), "{text}");
    assert_eq!(toml::from_str::<Comparison>(&text).unwrap(), found);
    assert_eq!(text, toml::to_string(&compared(&reference, &successor)).unwrap());
    assert!(markdown(&found).iter().all(|line| !line.contains("NaN")));
}

#[test]
fn a_journal_beside_itself_is_equal_in_everything() {
    let side = side("v1-us-2007-2009-crisis");
    let found = compared(&side, &side);
    let (one, zero) = (Measured::Value(1.0), Measured::Value(0.0));
    assert_eq!((found.completeness.share, found.regimes.agreement, found.regimes.kappa), (one, one, one));
    assert_eq!((found.books.overlap.mean, found.books.top_overlap.mean), (one, one));
    assert_eq!((found.books.active_share.mean, found.books.sector_distance.mean), (zero, zero));
    assert_eq!((found.together.return_correlation, found.together.tracking_error), (one, zero));
    assert_eq!(found.reference, found.successor);
}

#[test]
fn equal_terms_are_near_what_a_side_that_fills_on_the_next_close_earned() {
    let side = side("us-1997-1998-asia-ltcm");
    let found = compared(&side, &side).reference;
    let (own, equal) = (found.figures.total_return, found.equal_terms.figures.total_return);
    let apart = (1.0 + own.value().unwrap()) / (1.0 + equal.value().unwrap()) - 1.0;
    // What is left: purchases scaled down for want of cash, and no name of this panel is ever delisted.
    assert!(apart.abs() < 0.01, "{own} is not near {equal}");
}
