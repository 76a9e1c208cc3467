//! What went wrong with a case, and the one command that shows it again.

use serde::Serialize;

use crate::error::CliError;
use crate::exit::Exit;

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How the program ends for it.
    pub verdict: Exit,
    /// What it is, in a sentence.
    pub message: String,
    /// The places, a line each, the first one first.
    pub details: Vec<String>,
    /// What to do next.
    pub hint: String,
    /// The command that shows it again.
    pub reproduce: String,
}

/// Details that are shown as text; JSON has all.
const SHOWN_MAX: usize = 6;

impl Problem {
    /// A problem that an error tells of.
    #[must_use]
    pub fn of_error(error: &CliError, reproduce: String) -> Self {
        let CliError { exit, message, hint } = error.clone();
        Self { verdict: exit, message, details: Vec::new(), hint, reproduce }
    }

    /// The problem as indented lines with its first places, the command last.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with(SHOWN_MAX)
    }

    /// The problem with all of its places.
    #[must_use]
    pub fn full_text(&self) -> String {
        self.text_with(usize::MAX)
    }

    /// The problems of one thing under its name; empty when there is none.
    #[must_use]
    pub fn block(name: &str, problems: &[Self]) -> String {
        let lines = problems.iter().flat_map(|problem| problem.text().lines().map(str::to_owned).collect::<Vec<_>>());
        let lines: String = lines.map(|line| format!("  {line}\n")).collect();
        if lines.is_empty() { lines } else { format!("\n{name}\n{lines}") }
    }

    fn text_with(&self, places: usize) -> String {
        let mut lines = vec![format!("{}: {}", self.verdict, self.message)];
        lines.extend(self.details.iter().take(places).map(|line| format!("  {line}")));
        if self.details.len() > places {
            lines.push(format!("  and {} more", self.details.len() - places));
        }
        lines.push(format!("  hint: {}", self.hint));
        lines.push(format!("  reproduce: {}", self.reproduce));
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::exit::Exit;

    #[test]
    fn the_command_stands_last_and_many_places_are_counted() {
        let problem = Problem {
            verdict: Exit::Regression,
            message: "differs".into(),
            details: (0..14).map(|at| format!("place {at}")).collect(),
            hint: "look".into(),
            reproduce: "prometheus repro a".into(),
        };
        let text = problem.text();
        assert!(text.starts_with("regression: differs\n  place 0\n"), "{text}");
        assert!(text.ends_with("  place 5\n  and 8 more\n  hint: look\n  reproduce: prometheus repro a\n"), "{text}");
    }
}
