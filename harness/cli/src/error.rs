//! The one error of the command line: what is wrong, where, what to do, and the exit code.
//!
//! ```
//! use prometheus::{error::CliError, exit::Exit};
//! let error = CliError::bad_input("scenarios/cases/a.toml: seed is absent", "give the scenario a seed, such as 7");
//! assert_eq!(error.exit, Exit::BadInput);
//! assert_eq!(error.to_string(), "scenarios/cases/a.toml: seed is absent\nhint: give the scenario a seed, such as 7");
//! ```

use std::io;
use std::path::Path;

use crate::exit::Exit;

/// Why a command could not do its work. A finding of a command that did its work is not an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}\nhint: {hint}")]
pub struct CliError {
    /// How the program ends.
    pub exit: Exit,
    /// File, line or key, value, what was expected.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

impl CliError {
    /// An error with an exit of its own.
    pub fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: hint.into() }
    }

    /// Arguments or a file that cannot be used.
    pub fn bad_input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::BadInput, message, hint)
    }

    /// Something that a judgement needs is missing.
    pub fn evidence_missing(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::EvidenceMissing, message, hint)
    }

    /// A state that the program promises never to reach.
    pub fn defect(message: impl Into<String>) -> Self {
        Self::new(
            Exit::Defect,
            message,
            "this is a defect of prometheus; please report it with the command that shows it",
        )
    }

    /// What the file system refused, while `doing` something with `path`. A missing file is bad input.
    #[must_use]
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!("{}: cannot {doing}: {}", path.display(), reason(error));
        if error.kind() == io::ErrorKind::NotFound {
            return Self::bad_input(message, "check the path");
        }
        Self::new(Exit::Environment, message, "check that the file can be read or written, and that the disk has room")
    }

    /// The same error with another hint.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// The reason without the operating system's number, which differs between systems.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::CliError;
    use crate::exit::Exit;

    #[test]
    fn a_missing_file_is_bad_input_and_a_locked_one_is_not() {
        let error = |kind: io::ErrorKind| CliError::file("read", Path::new("a.toml"), &io::Error::from(kind));
        assert_eq!(error(io::ErrorKind::NotFound).exit, Exit::BadInput);
        assert_eq!(error(io::ErrorKind::PermissionDenied).exit, Exit::Environment);
        let raw = CliError::file("read", Path::new("a.toml"), &io::Error::from_raw_os_error(2));
        assert!(!raw.message.contains("os error"), "{}", raw.message);
    }
}
