//! The ledger as text: one line a trial, each with the digest of everything before it.
//!
//! ```text
//! # trial  behaviour  config  battery  returns  days  daily Sharpe  on  by  name  windows  chain
//! ```
//!
//! Columns are set apart by tabs. The last column is the digest of the line's other columns, keyed with the digest of
//! the line before: an edited, removed, inserted or swapped line breaks the chain there. Lines cut off the end leave a
//! whole chain with another head, so the head is written into every verdict, and can be anchored elsewhere.
//!
//! ```
//! use judge::trials::ledger::{Ledger, Trial};
//! # use domain::digest::Digest;
//! # let digest = Digest::of(b"x");
//! let trial = Trial {
//!     behaviour: digest, config: digest, battery: digest, returns: digest, days: 2520, sharpe: 0.031,
//!     on: "2026-11-25".into(), by: "A. Reviewer".into(), name: "slower".into(), windows: "us 2000..2012".into(),
//! };
//! let mut ledger = Ledger::default();
//! ledger.append(trial)?;
//! let text = ledger.text();
//! assert_eq!(Ledger::parse(&text, "ledger.txt")?, ledger);
//! let edited = text.replace("0.031", "0.011");
//! let refusal = Ledger::parse(&edited, "ledger.txt").unwrap_err().to_string();
//! assert_eq!(refusal, "ledger.txt:2: the chain is broken: this line or one before it was edited, removed or swapped");
//! # Ok::<(), judge::trials::ledger::LedgerError>(())
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::digest::Digest;

/// The first line of every ledger.
const HEAD: &str =
    "# trial\tbehaviour\tconfig\tbattery\treturns\tdays\tdaily Sharpe\ton\tby\tname\twindows\tchain (format 1)";

/// What was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The digest of its journals.
    pub behaviour: Digest,
    /// The digest of its config.
    pub config: Digest,
    /// The digest of the battery.
    pub battery: Digest,
    /// The digest of the text of its daily returns.
    pub returns: Digest,
    /// How many daily returns.
    pub days: u64,
    /// Sharpe ratio a day; finite.
    pub sharpe: f64,
    /// The day of the trial.
    pub on: String,
    /// Who tried.
    pub by: String,
    /// The candidate's name.
    pub name: String,
    /// The stretches of data that were looked at.
    pub windows: String,
}

/// All trials, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    trials: Vec<Trial>,
    chain: Vec<Digest>,
}

/// Why a ledger or a trial was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {what}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct LedgerError {
    /// The file.
    pub path: String,
    /// The line, from 1, where one is at fault.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl Ledger {
    /// Reads a ledger whole and checks its chain; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`LedgerError`] with the line for everything that [`Self::text`] would not have written, a torn last line
    /// included.
    pub fn parse(text: &str, path: &str) -> Result<Self, LedgerError> {
        let refuse = |line: usize, what: String| LedgerError { path: path.to_owned(), line: Some(line), what };
        let mut lines = text.split('\n');
        if lines.next() != Some(HEAD) {
            return Err(refuse(1, "the head is not that of a ledger of format 1".to_owned()));
        }
        let mut ledger = Self::default();
        let mut at = 1;
        let mut ended = false;
        for line in lines {
            at += 1;
            if ended {
                return Err(refuse(at - 1, "an empty line: lines follow each other".to_owned()));
            }
            if line.is_empty() {
                ended = true;
                continue;
            }
            ledger.take(line).map_err(|what| refuse(at, what))?;
        }
        if ended {
            Ok(ledger)
        } else {
            Err(refuse(at, "the last line has no end: it was cut off while it was written".to_owned()))
        }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [number, behaviour, config, battery, returns, days, sharpe, on, by, name, windows, chain] = columns[..]
        else {
            return Err(format!("{} columns: expected twelve, set apart by tabs", columns.len()));
        };
        let broken = "the chain is broken: this line or one before it was edited, removed or swapped";
        let digest = |text: &str| text.parse::<Digest>().map_err(|_| broken.to_owned());
        let trial = Trial {
            behaviour: digest(behaviour)?,
            config: digest(config)?,
            battery: digest(battery)?,
            returns: digest(returns)?,
            days: days.parse().map_err(|_| broken.to_owned())?,
            sharpe: sharpe.parse().map_err(|_| broken.to_owned())?,
            on: on.to_owned(),
            by: by.to_owned(),
            name: name.to_owned(),
            windows: windows.to_owned(),
        };
        let expected = number == (self.trials.len() + 1).to_string();
        self.append(trial).map_err(|error| error.what)?;
        let written = self.line(self.trials.len() - 1);
        if expected && written == line && digest(chain)? == self.head() { Ok(()) } else { Err(broken.to_owned()) }
    }

    /// Appends a trial; the new last line of [`Self::text`] is what a file gets.
    ///
    /// # Errors
    /// [`LedgerError`] for a Sharpe ratio that is not finite, and words that are blank or hold a tab or a line's end.
    pub fn append(&mut self, trial: Trial) -> Result<(), LedgerError> {
        let refuse = |what: String| LedgerError { path: "trial".to_owned(), line: None, what };
        if !trial.sharpe.is_finite() {
            return Err(refuse(format!("its Sharpe ratio is {}: expected a finite number", trial.sharpe)));
        }
        for (what, words) in [("on", &trial.on), ("by", &trial.by), ("name", &trial.name), ("windows", &trial.windows)]
        {
            if words.trim().is_empty() || words.contains(['\t', '\n', '\r']) {
                return Err(refuse(format!("{what} is `{words}`: expected words on one line")));
            }
        }
        let body = body_of(self.trials.len() + 1, &trial);
        self.chain.push(self.head().keyed(body.as_bytes()));
        self.trials.push(trial);
        Ok(())
    }

    /// The digest of the last line; of the head while there is none.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.chain.last().copied().unwrap_or_else(|| Digest::of(HEAD.as_bytes()))
    }

    /// Whether some line of the ledger ends with this digest: a head that was kept elsewhere is still in the chain.
    #[must_use]
    pub fn holds(&self, head: Digest) -> bool {
        self.chain.contains(&head) || head == Self::default().head()
    }

    /// The trials, in their order.
    #[must_use]
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// How many different behaviours were tried.
    #[must_use]
    pub fn behaviours(&self) -> usize {
        self.trials.iter().map(|trial| trial.behaviour).collect::<BTreeSet<Digest>>().len()
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from(HEAD);
        text.push('\n');
        for at in 0..self.trials.len() {
            text += &self.line(at);
            text.push('\n');
        }
        text
    }

    fn line(&self, at: usize) -> String {
        format!("{}\t{}", body_of(at + 1, &self.trials[at]), self.chain[at])
    }
}

fn body_of(number: usize, trial: &Trial) -> String {
    let Trial { behaviour, config, battery, returns, days, sharpe, on, by, name, windows } = trial;
    let mut body = String::new();
    // Writing into a text cannot fail.
    let _ = write!(
        body,
        "{number}\t{behaviour}\t{config}\t{battery}\t{returns}\t{days}\t{sharpe:?}\t{on}\t{by}\t{name}\t{windows}"
    );
    body
}

#[cfg(test)]
mod tests {
    use domain::digest::Digest;

    use super::{Ledger, Trial};

    fn trial(number: u8) -> Trial {
        let digest = Digest::of(&[number]);
        Trial {
            behaviour: digest,
            config: digest,
            battery: digest,
            returns: digest,
            days: 10,
            sharpe: 0.01 * f64::from(number),
            on: "2026-11-25".into(),
            by: "A. Reviewer".into(),
            name: format!("trial {number}"),
            windows: "crisis".into(),
        }
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        for number in 0..3 {
            ledger.append(trial(number)).unwrap();
        }
        ledger
    }

    #[test]
    fn every_flipped_bit_is_caught() {
        let text = ledger().text();
        assert_eq!(Ledger::parse(&text, "l").unwrap(), ledger());
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // What is no text any more cannot be read at all.
                let Ok(flipped) = String::from_utf8(bytes) else { continue };
                assert!(Ledger::parse(&flipped, "l").is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn lines_cannot_be_removed_swapped_or_cut() {
        let text = ledger().text();
        let lines: Vec<&str> = text.lines().collect();
        let without = [lines[0], lines[1], lines[3], ""].join("\n");
        let swapped = [lines[0], lines[2], lines[1], lines[3], ""].join("\n");
        let twice = [lines[0], lines[1], lines[1], lines[2], lines[3], ""].join("\n");
        for broken in [without, swapped, twice, text.trim_end().to_owned(), format!("{text}\n")] {
            assert!(Ledger::parse(&broken, "l").is_err(), "{broken}");
        }
        let shorter = [lines[0], lines[1], ""].join("\n");
        assert_ne!(Ledger::parse(&shorter, "l").unwrap().head(), ledger().head());
    }

    #[test]
    fn another_name_is_no_other_trial() {
        let mut ledger = ledger();
        ledger.append(Trial { name: "renamed".into(), config: Digest::of(b"split"), ..trial(1) }).unwrap();
        assert_eq!((ledger.trials().len(), ledger.behaviours()), (4, 3));
    }

    #[test]
    fn what_would_break_a_line_is_refused() {
        for bad in [
            Trial { sharpe: f64::NAN, ..trial(1) },
            Trial { name: "a\tb".into(), ..trial(1) },
            Trial { by: " ".into(), ..trial(1) },
        ] {
            assert!(Ledger::default().append(bad).is_err());
        }
    }
}
