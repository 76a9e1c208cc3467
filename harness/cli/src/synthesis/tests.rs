//! The bundled recipe gives the bundled tape, and its planted story is there to be found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use columnar::calendars;
use columnar::selection::Selection;
use columnar::tape_folder::StoredTape;
use domain::calendar::Calendar;
use domain::facts::{ActionKind, PriceBasis};
use domain::view::View;

use super::make;
use super::recipe::Recipe;

const NAME: &str = "synthetic_fundamentals";

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn recipe() -> Recipe {
    let text = fs::read_to_string(scenarios().join("recipes").join(format!("{NAME}.toml"))).unwrap();
    Recipe::parse(&text, "recipe.toml").unwrap()
}

fn calendar() -> Calendar {
    calendars::load(&scenarios(), "US_EQ").unwrap()
}

#[test]
fn the_bundled_tape_is_what_the_recipe_makes() {
    let into = std::env::temp_dir().join(format!("prometheus-synthesis-{}", std::process::id()));
    make(&recipe(), &calendar(), &into).unwrap();
    let digests = |folder: &Path| {
        let tables = StoredTape::open(folder).unwrap().manifest().tables.clone();
        tables.into_iter().map(|(name, note)| (name, note.digest)).collect::<BTreeMap<_, _>>()
    };
    let made = (digests(&into), fs::read_to_string(into.join("tape.toml")).unwrap());
    fs::remove_dir_all(&into).unwrap();
    let bundled = scenarios().join("tapes").join(NAME);
    assert_eq!(made, (digests(&bundled), fs::read_to_string(bundled.join("tape.toml")).unwrap()));
}

#[test]
fn the_fragile_issuer_looks_cheap_to_insure_while_its_books_get_worse_and_then_falls() {
    let recipe = recipe();
    let (first, last, fragile) = (recipe.first_day, recipe.last_day, &recipe.fragile);
    let stored = StoredTape::open(&scenarios().join("tapes").join(NAME)).unwrap();
    let window = Selection::new(PriceBasis::Raw, first, last, "USD");
    let tape = stored.select(&window, Some(&calendar())).unwrap();
    let crash = tape.days().partition_point(|day| *day < fragile.crash_day);
    let eve = View::as_of(&tape, crash - 1).unwrap();
    let end = View::as_of(&tape, tape.days().len() - 1).unwrap();
    let values = |kind: &str, issuer: &str, field: &str| -> Vec<f64> {
        eve.series(&format!("{kind}:{issuer}{field}")).iter().map(|point| point.value).collect()
    };
    let equity = values("FUNDAMENTAL", &fragile.issuer, ":equity");
    assert!(equity.first().unwrap() > &0.0 && equity.last().unwrap() < &0.0, "{equity:?}");
    assert!(values("FUNDAMENTAL", &fragile.beside, ":equity").iter().all(|value| *value > 0.0));
    for kind in ["SPREAD", "IMPLIED_VOL"] {
        let quotes = values(kind, &fragile.issuer, "");
        let low = quotes.iter().filter(|quote| *quote < quotes.last().unwrap()).count();
        assert!(low * 4 < quotes.len(), "{kind} is not in the lowest quarter of its past");
    }
    let instrument = |issuer: &str| tape.find(&format!("EQUITY:{issuer}").parse().unwrap()).unwrap();
    let (weak, sound) = (instrument(&fragile.issuer), instrument(&fragile.beside));
    assert!(end.is_delisted(weak) && !eve.is_delisted(weak) && !end.is_delisted(sound));
    let after = View::as_of(&tape, crash + fragile.crash_sessions as usize).unwrap();
    let fall = |instrument| after.close(instrument).unwrap() / eve.close(instrument).unwrap() - 1.0;
    assert!(fall(weak) < -0.7 && fall(sound) > -0.3, "{} {}", fall(weak), fall(sound));
    let splits = end.actions().iter().filter(|action| matches!(action.kind, ActionKind::Split { .. })).count();
    assert_eq!(splits, 1);
    assert!(eve.texts(&fragile.issuer).last().is_some_and(|text| !text.text.is_empty()));
    assert!(eve.text_subjects().any(|subject| subject == "MACRO"));
}
