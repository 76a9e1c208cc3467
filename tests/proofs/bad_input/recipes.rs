//! Broken recipes of synthetic markets. Each is the bundled recipe with one place changed.

use super::settle;
use crate::support::repository;
use crate::tiny::{Book, Tiny, replaced};

/// The title, what stands in the sound recipe, and what stands there instead.
const CHANGES: [(&str, &str, &str); 9] = [
    ("an unknown key", "seed =", "sead ="),
    ("another format", "format = 1", "format = 2"),
    ("a planted issuer that is none", "issuer = \"FIN02\"", "issuer = \"FIN09\""),
    ("days that run backwards", "first_day = \"2010-01-04\"", "first_day = \"2015-01-05\""),
    ("a crash after the last day", "crash_day = \"2013-06-03\"", "crash_day = \"2015-06-03\""),
    ("a crash that no import would take", "crash_return = -0.18", "crash_return = -0.6"),
    ("a probability above one", "into_stress = 0.005", "into_stress = 1.5"),
    ("a range upside down", "beta = [0.7, 1.5]", "beta = [1.5, 0.7]"),
    ("a market without a calendar", "market = \"US_EQ\"", "market = \"US_EK\""),
];

#[test]
fn broken_recipes_are_refused() {
    let tiny = Tiny::copy("recipes");
    let sound = std::fs::read_to_string(repository().join("scenarios/recipes/synthetic_fundamentals.toml")).unwrap();
    let mut book = Book::default();
    for (title, from, to) in CHANGES {
        tiny.write("recipe.toml", replaced(&sound, from, to));
        book.add_refusal(title, 2, &tiny.say("scenario generate recipe.toml --into made"));
        assert!(
            !tiny.path("made").exists() && !tiny.path("made.inputs.partial").exists(),
            "{title}: something was left"
        );
    }
    tiny.write("recipe.toml", sound);
    book.add_refusal("a name that is taken", 2, &tiny.say("scenario generate recipe.toml --into golden"));
    book.add_refusal("no recipe", 2, &tiny.say("scenario generate recipes.toml --into made"));
    settle("recipes", book);
}
