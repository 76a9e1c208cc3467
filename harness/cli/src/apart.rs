//! A replay in a process of its own.
//!
//! Two runs inside one process share its hash keys, its allocator and every static; two fresh processes share nothing.
//! The second of a pair is *warmed*: it replays the case once, throws that away, and records the second time, so that
//! whatever survives a run inside a process shows too. It also lives in another time zone and language.
//!
//! ```text
//! prometheus --root R replay CASE --out FOLDER --no-tables --json             cold
//! prometheus --root R replay CASE --out FOLDER --no-tables --json --warmed    warmed
//! ```

use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ended, Stdio};

use domain::digest::Digest;
use journal::journal::Journal;
use journal::store;
use serde::Deserialize;

use crate::environment::this_program;
use crate::error::CliError;
use crate::exit::{self, Exit};
use crate::files::remove_folder;
use crate::root::Root;

/// Lines of a child's standard error that are repeated when it broke down.
const TOLD_LINES: usize = 6;

/// Starts replays of cases in processes of their own.
#[derive(Clone, Debug)]
pub struct Apart {
    program: PathBuf,
    root: Root,
}

/// How a child begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With nothing before it.
    Cold,
    /// After a replay of the same case in the same process, in another time zone and language.
    Warmed,
}

/// What a child says of the journal that it wrote.
#[derive(Deserialize)]
struct Told {
    digest: Digest,
}

/// What a child says when it refuses.
#[derive(Deserialize)]
struct Refusal {
    error: Explained,
}

#[derive(Deserialize)]
struct Explained {
    message: String,
    hint: String,
}

impl Apart {
    /// Children of this very program, at work on `root`.
    ///
    /// # Errors
    /// [`CliError`] when the system does not tell the program's path.
    pub fn new(root: &Root) -> Result<Self, CliError> {
        Ok(Self { program: this_program()?, root: root.clone() })
    }

    /// Replays a case into `folder`, whatever lay there before, and reads the journal back.
    ///
    /// # Errors
    /// The error that the child ended with, or how it broke down.
    pub fn replay(&self, case: &str, folder: &Path, start: Start) -> Result<Journal, CliError> {
        self.replay_unread(case, folder, start)?;
        Ok(store::open(folder)?)
    }

    /// Replays a case into `folder` and answers the digest of the journal, which the child has read back itself.
    ///
    /// # Errors
    /// As for [`Self::replay`].
    pub fn replay_unread(&self, case: &str, folder: &Path, start: Start) -> Result<Digest, CliError> {
        remove_folder(folder)?;
        remove_folder(&store::unfinished_path(folder))?;
        let mut command = Command::new(&self.program);
        command.arg("--root").arg(self.root.as_argument()).args(["replay", case, "--no-tables", "--json", "--out"]);
        command.arg(folder).stdin(Stdio::null()).env("RUST_BACKTRACE", "0");
        if start == Start::Warmed {
            command
                .arg("--warmed")
                .env("TZ", "Pacific/Chatham")
                .env("LANG", "tr_TR.UTF-8")
                .env("LC_ALL", "tr_TR.UTF-8");
        }
        let ended = command.output().map_err(|error| CliError::file("start", &self.program, &error))?;
        if !ended.status.success() {
            return Err(refusal(case, &ended));
        }
        let told: Told = serde_json::from_slice(&ended.stdout)
            .map_err(|error| CliError::defect(format!("the replay of {case} told no digest: {error}")))?;
        Ok(told.digest)
    }
}

fn refusal(case: &str, ended: &Ended) -> CliError {
    let Some(code) = ended.status.code() else {
        let hint = "something outside ended it: look for a lack of memory, then run it again";
        return CliError::new(Exit::Environment, format!("the replay of {case} was killed: {}", ended.status), hint);
    };
    let exit = exit::of_code(code).unwrap_or(Exit::Defect);
    if let Ok(Refusal { error: Explained { message, hint } }) = serde_json::from_slice(&ended.stdout) {
        return CliError { exit, message, hint };
    }
    let told = String::from_utf8_lossy(&ended.stderr);
    let lines = told.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("hint: ")).take(TOLD_LINES);
    let told: Vec<&str> = lines.map(|line| line.trim_start_matches("error: ")).collect();
    CliError::defect(format!("the replay of {case} ended with code {code}: {}", told.join("\n  ")))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{ExitStatus, Output};

    use super::refusal;
    use crate::exit::Exit;

    fn ended(status: i32, stdout: &str, stderr: &str) -> Output {
        Output { status: ExitStatus::from_raw(status), stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn what_a_child_says_is_handed_on() {
        let error = refusal("a", &ended(2 << 8, r#"{"schema":1,"error":{"message":"m","hint":"h"}}"#, ""));
        assert_eq!((error.exit, error.message.as_str(), error.hint.as_str()), (Exit::BadInput, "m", "h"));
    }

    #[test]
    fn a_panic_is_a_defect_and_a_kill_is_not() {
        let error = refusal("a", &ended(101 << 8, "", "error: books do not balance (a.rs:7)\nhint: report it\n"));
        assert_eq!(error.exit, Exit::Defect);
        assert!(error.message.ends_with("code 101: books do not balance (a.rs:7)"), "{error}");
        assert_eq!(refusal("a", &ended(9, "", "")).exit, Exit::Environment);
    }
}
