//! The only reader of the environment: arguments, two variables, the program's own path.
//!
//! | variable | read for |
//! |---|---|
//! | `CI` | goldens are not accepted and configs not acted upon there; set and neither empty, `0` nor `false` means yes |
//! | `GITHUB_STEP_SUMMARY` | the file to which `check` appends its Markdown summary |

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::error::CliError;
use crate::exit::Exit;

/// The arguments, the program's name first.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the door through which arguments come in")]
pub fn arguments() -> Vec<OsString> {
    env::args_os().collect()
}

/// Whether the program runs in continuous integration, where nothing may be accepted.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "accepting is an act of a person, so it must know where it runs")]
pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| means_yes(&value))
}

/// The file to which a Markdown summary is to be appended.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the summary is written where the runner asks for it")]
pub fn step_summary() -> Option<PathBuf> {
    env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The path of this very program, for starting children of the same code.
///
/// # Errors
/// [`CliError`] when the system cannot tell.
#[expect(clippy::disallowed_methods, reason = "a child must run the same program")]
pub fn this_program() -> Result<PathBuf, CliError> {
    env::current_exe().map_err(|error| {
        let message = format!("the system does not tell the path of this program: {error}");
        CliError::new(Exit::Environment, message, "start the program by its full path")
    })
}

fn means_yes(value: &str) -> bool {
    !["", "0", "false"].contains(&value.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::means_yes;

    #[test]
    fn what_counts_as_set() {
        assert!(["1", "true", "yes"].into_iter().all(means_yes));
        assert!(!["", "0", "false", "FALSE", " "].into_iter().any(means_yes));
    }
}
