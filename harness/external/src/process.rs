//! The process: started, spoken with, waited for, and ended in every case.
//!
//! Three threads carry bytes and nothing else: one writes what the process is told, one reads its lines, one keeps the
//! end of its standard error. Neither side can so block the other for ever, and whoever waits for a line waits for a
//! limited time. The order of events is that of the questions: a line is taken only when one is awaited, so no
//! scheduling shows in a result. When this value goes, the process is killed and reaped.
#![allow(
    clippy::disallowed_methods,
    reason = "a pipe that is waited for with a limit needs a thread and a channel; one line is taken for each question"
)]

use std::io::{BufRead as _, BufReader, ErrorKind, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use crate::answer::shown;
use crate::fault::Fault;

/// The longest line that is read, its end included.
pub const LINE_MAX: u64 = 64 << 20;

/// The lines of standard error that a failure repeats.
const STDERR_LINES: usize = 20;
/// The bytes of standard error that are kept.
const STDERR_BYTES: usize = 8 << 10;

/// How long the end of a process is waited for when its output has ended.
const GRACE: Duration = Duration::from_secs(2);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(2);

/// A running process.
#[derive(Debug)]
pub struct Process {
    child: Child,
    told: Option<Sender<Vec<u8>>>,
    lines: Receiver<Heard>,
    stderr: Receiver<Vec<u8>>,
    timeout_seconds: u32,
}

/// What was read of one line.
#[derive(Debug)]
enum Heard {
    Line(String),
    NotText,
    TooLong,
}

impl Process {
    /// Starts `command` in `folder`; an empty path is the current one.
    ///
    /// # Errors
    /// [`Fault`] when there is no such program or it cannot be started.
    pub fn start(command: &[String], folder: &Path, timeout_seconds: u32) -> Result<Self, Fault> {
        let (program, arguments) = command.split_first().ok_or(Fault::NotFound)?;
        let mut process = Command::new(program);
        process.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !folder.as_os_str().is_empty() {
            process.current_dir(folder);
        }
        let mut child = process.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => Fault::NotFound,
            _ => Fault::NotStarted(error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase()),
        })?;
        let (told, to_write) = channel::<Vec<u8>>();
        if let Some(mut stdin) = child.stdin.take() {
            // A process that no longer reads is heard of by its silence.
            thread::spawn(move || to_write.iter().try_for_each(|line| stdin.write_all(&line)));
        }
        let (heard, lines) = sync_channel(1);
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || read_lines(stdout, &heard));
        }
        let (kept, stderr) = sync_channel(1);
        if let Some(errors) = child.stderr.take() {
            thread::spawn(move || kept.send(end_of(errors)));
        }
        Ok(Self { child, told: Some(told), lines, stderr, timeout_seconds })
    }

    /// Hands over one line, its end included, and waits for the one that answers it.
    ///
    /// # Errors
    /// [`Fault`] when no line comes.
    pub fn ask(&mut self, line: Vec<u8>) -> Result<String, Fault> {
        // A writer that is gone has met a closed door; the wait below tells what is behind it.
        if let Some(told) = &self.told {
            let _ = told.send(line);
        }
        match self.lines.recv_timeout(self.timeout()) {
            Ok(Heard::Line(line)) => Ok(line),
            Ok(Heard::NotText) => Err(Fault::NotText),
            Ok(Heard::TooLong) => Err(Fault::TooLong(LINE_MAX)),
            Err(RecvTimeoutError::Timeout) => Err(Fault::Silent(self.timeout_seconds)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(self.status_within(GRACE).map_or(Fault::Closed, |status| Fault::Ended(in_words(status))))
            }
        }
    }

    /// Says the last line, closes the door, and holds the process to a clean end.
    ///
    /// # Errors
    /// [`Fault`] when the process says more, does not end, or ends with another code than 0.
    pub fn end(&mut self, line: Vec<u8>) -> Result<(), Fault> {
        if let Some(told) = self.told.take() {
            let _ = told.send(line);
        }
        match self.lines.recv_timeout(self.timeout()) {
            Ok(Heard::Line(line)) => return Err(Fault::AfterBye(shown(&line))),
            Ok(Heard::NotText | Heard::TooLong) => return Err(Fault::AfterBye("bytes that are no answer".to_owned())),
            Err(RecvTimeoutError::Timeout) => return Err(Fault::Unending(self.timeout_seconds)),
            Err(RecvTimeoutError::Disconnected) => {}
        }
        match self.status_within(self.timeout()) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(Fault::Exit(in_words(status))),
            None => Err(Fault::Unending(self.timeout_seconds)),
        }
    }

    /// Ends the process, whatever it does, and returns the last lines of its standard error.
    pub fn kill(mut self) -> Vec<String> {
        self.reap();
        let kept = self.stderr.recv_timeout(GRACE).unwrap_or_default();
        let text = String::from_utf8_lossy(&kept);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let from = lines.len().saturating_sub(STDERR_LINES);
        lines[from..].iter().map(|line| shown(line)).collect()
    }

    fn reap(&mut self) {
        self.told = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }

    /// The status, if the process ends in time. Steps are counted, no clock is read.
    fn status_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let mut waited = Duration::ZERO;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                _ if waited >= patience => return None,
                _ => thread::sleep(LOOK),
            }
            waited += LOOK;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.reap();
    }
}

fn read_lines(stdout: impl Read, heard: &SyncSender<Heard>) {
    let mut reader = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut line);
        let whole = line.pop_if(|end| *end == b'\n').is_some();
        let heard_line = match read {
            Err(_) | Ok(0) => return,
            Ok(count) if count as u64 == LINE_MAX && !whole => Heard::TooLong,
            Ok(_) => String::from_utf8(line).map_or(Heard::NotText, Heard::Line),
        };
        let last = matches!(heard_line, Heard::TooLong);
        if heard.send(heard_line).is_err() || last {
            return;
        }
    }
}

/// The last bytes of a stream.
fn end_of(mut stream: impl Read) -> Vec<u8> {
    let (mut kept, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..count]);
        let from = kept.len().saturating_sub(STDERR_BYTES);
        kept.drain(..from);
    }
    kept
}

fn in_words(status: ExitStatus) -> String {
    // Without a code a signal ended it, and the status names the signal.
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}
