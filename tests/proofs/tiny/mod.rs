//! A tiny root: three instruments, a month of bars and one case with its golden, made by the program itself.
//!
//! Every proof that breaks something breaks a copy of it. The whole root is made once for all proofs; a copy takes a
//! moment. The program is the one with the planted systems, which cargo builds with these proofs; it is called by its
//! real name, from inside the root, so that no message holds the path of a machine.

mod facts;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use crate::support::{repository, scratch};

pub use facts::{BARS_HEAD, SCENARIO, bars};

/// The case of the tiny root, as a path below it.
pub const CASE_FILE: &str = "scenarios/cases/tiny.toml";

/// The whole root that copies are made of.
static WHOLE: LazyLock<PathBuf> = LazyLock::new(whole);

/// A root of its own for one proof.
pub struct Tiny {
    folder: PathBuf,
}

/// How a command ended.
pub struct Ended {
    words: String,
    /// The exit code; `None` when the process was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error, without the time that something took.
    pub stderr: String,
}

impl Tiny {
    /// A fresh copy of the whole root under a name that no other proof uses.
    pub fn copy(name: &str) -> Self {
        let folder = empty(name);
        copy(&WHOLE, &folder);
        Self { folder }
    }

    /// A path below the root.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, below: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Replaces the one place of a text file where `from` stands.
    #[track_caller]
    pub fn edit(&self, below: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(below)).unwrap();
        self.write(below, replaced(&text, from, to));
    }

    /// Turns one byte of a file into another.
    pub fn flip(&self, below: &str, at: usize) {
        let mut bytes = fs::read(self.path(below)).unwrap();
        bytes[at] = if bytes[at] == b'7' { b'3' } else { b'7' };
        self.write(below, bytes);
    }

    /// Removes a file or a folder.
    pub fn remove(&self, below: &str) {
        let path = self.path(below);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }

    /// The folder of the one stored journal.
    pub fn journal(&self) -> String {
        let mut entries = fs::read_dir(self.path(".prometheus/journals")).unwrap();
        let name = entries.next().unwrap().unwrap().file_name().into_string().unwrap();
        assert!(entries.next().is_none(), "one journal is stored");
        format!(".prometheus/journals/{name}")
    }

    /// The program on this root, outside continuous integration, whatever runs the proofs.
    pub fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prometheus-planted"));
        command.arg0("prometheus").args(words).current_dir(&self.folder).stdin(Stdio::null());
        for variable in ["CI", "GITHUB_STEP_SUMMARY", "RUST_BACKTRACE", "COLUMNS", "LINES"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs a command to its end. No command may panic, and no message may name a place on this machine.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> Ended {
        ended(words, &mut self.program(words))
    }

    /// Runs a line of words that hold no spaces.
    #[track_caller]
    pub fn say(&self, line: &str) -> Ended {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }
}

/// Runs a prepared command to its end; `words` are what a person would have typed.
#[track_caller]
pub fn ended(words: &[&str], command: &mut Command) -> Ended {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), untimed(&String::from_utf8(stderr).unwrap()));
    assert_ne!(status.code(), Some(101), "{words:?} panicked: {stderr}");
    let here = scratch("tiny").display().to_string();
    assert!(!stdout.contains(&here) && !stderr.contains(&here), "{words:?} names a machine's path:\n{stdout}{stderr}");
    Ended { words: words.join(" "), code: status.code(), stdout, stderr }
}

impl Ended {
    /// The command and how it ended, as a person at a terminal sees it.
    pub fn transcript(&self) -> String {
        let code = self.code.map_or_else(|| "killed".to_owned(), |code| format!("exit {code}"));
        format!("$ prometheus {}\n{code}\n{}{}", self.words, self.stdout, self.stderr)
    }
}

/// Transcripts under their titles, for one snapshot.
#[derive(Default)]
pub struct Book(String);

impl Book {
    /// Adds a chapter. The exit code stands in the proof as well as in the snapshot, so that nobody accepts another.
    #[track_caller]
    pub fn add(&mut self, title: &str, exit: i32, ended: &Ended) {
        assert_eq!(ended.code, Some(exit), "{title}: {}", ended.transcript());
        let blank = if self.0.is_empty() { "" } else { "\n" };
        writeln!(self.0, "{blank}## {title}\n{}", ended.transcript().trim_end()).unwrap();
    }

    /// A refusal: what is wrong on standard error, with a hint, and nothing on standard output.
    #[track_caller]
    pub fn add_refusal(&mut self, title: &str, exit: i32, ended: &Ended) {
        // What comes before the error tells of progress.
        let told = ended.stderr.lines().any(|line| line.starts_with("error: "));
        assert!(told && ended.stdout.is_empty(), "{title}: {}", ended.transcript());
        self.add(title, exit, ended);
    }

    /// The text of all chapters.
    pub fn text(self) -> String {
        self.0
    }
}

/// Replaces the one place where `from` stands.
#[track_caller]
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in:\n{text}");
    text.replacen(from, to, 1)
}

/// Takes the time that something took out of the lines that tell of it.
fn untimed(text: &str) -> String {
    let line = |line: &str| match line.split_once(" done in ") {
        Some((what, _)) => format!("{what} done in [time]\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

fn whole() -> PathBuf {
    let root = Tiny { folder: empty("whole") };
    for (below, text) in facts::files() {
        root.write(below, text);
    }
    for fact in ["scenarios/calendars/US_EQ.toml", "scenarios/calendars/JP_EQ.toml", "golden/policy/tolerance.toml"] {
        root.write(fact, fs::read(repository().join(fact)).unwrap());
    }
    for line in facts::MAKING {
        let ended = root.say(line);
        assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    }
    root.folder
}

fn empty(name: &str) -> PathBuf {
    let folder = scratch("tiny").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
