//! Where the facts lie: the folder that holds `scenarios/` and `golden/`, and what lies below it.
//!
//! Paths are kept relative to the current folder wherever they can be, so that a message names a file as a person in
//! that folder would, and no report holds the path of a machine.
//!
//! ```text
//! scenarios/cases/<case>.toml      scenarios/suites/<suite>.toml
//! scenarios/tapes/<tape>/          scenarios/calendars/<MARKET>.toml
//! golden/<case>/                   .prometheus/journals/<run id>/
//! kronos/actions.jsonl
//! ```

use std::env;
use std::path::{Component, Path, PathBuf};

use crate::error::CliError;

/// The folder that holds `scenarios/` and `golden/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Empty for the current folder itself.
    folder: PathBuf,
}

impl Root {
    /// The folder that was given, or the nearest one at or above the current folder.
    ///
    /// # Errors
    /// [`CliError`] when it does not hold `scenarios/` and `golden/`.
    pub fn discover(given: Option<&Path>) -> Result<Self, CliError> {
        match given {
            Some(folder) if holds_facts(folder) => Ok(Self { folder: without_dots(folder) }),
            Some(folder) => Err(CliError::bad_input(
                format!("--root {}: the folder does not hold scenarios/ and golden/", folder.display()),
                "give --root the folder that holds both",
            )),
            None => Self::above_the_current_folder(),
        }
    }

    fn above_the_current_folder() -> Result<Self, CliError> {
        let here = env::current_dir().map_err(|error| CliError::file("read", Path::new("."), &error))?;
        let mut folder = PathBuf::new();
        for above in here.ancestors() {
            if holds_facts(above) {
                return Ok(Self { folder });
            }
            folder.push("..");
        }
        Err(CliError::bad_input(
            "neither the current folder nor one above it holds scenarios/ and golden/",
            "run the command inside the repository, or name it with --root DIR",
        ))
    }

    /// The folder itself, as an argument for another process.
    #[must_use]
    pub fn as_argument(&self) -> &Path {
        if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder }
    }

    /// A path below the root, by parts separated with `/`.
    #[must_use]
    pub fn join(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// `scenarios/`.
    #[must_use]
    pub fn scenarios(&self) -> PathBuf {
        self.join("scenarios")
    }

    /// `golden/`.
    #[must_use]
    pub fn golden(&self) -> PathBuf {
        self.join("golden")
    }

    /// The folder of a tape by its name, or by a path when the name holds a `/`.
    #[must_use]
    pub fn tape(&self, name: &str) -> PathBuf {
        if name.contains('/') { self.join(name) } else { self.scenarios().join("tapes").join(name) }
    }

    /// The log of acts on configs.
    #[must_use]
    pub fn kronos(&self) -> PathBuf {
        self.join("kronos")
    }

    /// Finished and unfinished journals, by run id.
    #[must_use]
    pub fn journals(&self) -> PathBuf {
        self.join(".prometheus/journals")
    }

    /// Where `check` keeps the journals of its children.
    #[must_use]
    pub fn workshop(&self) -> PathBuf {
        self.join(".prometheus/check")
    }
}

fn holds_facts(folder: &Path) -> bool {
    folder.join("scenarios").is_dir() && folder.join("golden").is_dir()
}

/// `./a` and `a` are one folder; messages name it `a`.
fn without_dots(folder: &Path) -> PathBuf {
    folder.components().filter(|part| !matches!(part, Component::CurDir)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Root, without_dots};

    #[test]
    fn the_current_folder_leaves_no_trace_in_paths() {
        assert_eq!(without_dots(Path::new(".")), PathBuf::new());
        assert_eq!(without_dots(Path::new("./a/./b")), Path::new("a/b"));
        let root = Root { folder: PathBuf::new() };
        assert_eq!(root.tape("us"), Path::new("scenarios/tapes/us"));
        assert_eq!(root.tape("./mine/us"), Path::new("./mine/us"));
        assert_eq!(root.as_argument(), Path::new("."));
    }

    #[test]
    fn a_folder_without_facts_is_refused() {
        let refusal = Root::discover(Some(Path::new("src"))).unwrap_err();
        assert!(refusal.message.starts_with("--root src:"), "{refusal}");
    }
}
