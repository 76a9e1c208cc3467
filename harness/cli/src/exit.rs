//! The exit codes: a contract with whoever calls the program, in one place.
//!
//! An exit is an [`Outcome`] of the judge, which also says which of several is the gravest. The process ends with its
//! code; reports and JSON name it.
//!
//! ```
//! use prometheus::exit::{self, Exit};
//! assert_eq!(Exit::Regression.code(), 1);
//! assert_eq!(exit::of_code(4), Some(Exit::NotDeterministic));
//! assert!(exit::table().contains("    1  regression         a result differs from its golden"));
//! ```

use std::fmt::Write as _;

use judge::outcome::Outcome;

/// How the program ends.
pub type Exit = Outcome;

/// Every exit, by rising code.
pub const ALL: [Exit; 8] = [
    Exit::Pass,
    Exit::Regression,
    Exit::BadInput,
    Exit::GateRefused,
    Exit::NotDeterministic,
    Exit::EvidenceMissing,
    Exit::Environment,
    Exit::Defect,
];

/// The exit of a code; `None` for a code that this program does not end with.
#[must_use]
pub fn of_code(code: i32) -> Option<Exit> {
    ALL.into_iter().find(|exit| i32::from(exit.code()) == code)
}

/// What it means, in half a sentence.
#[must_use]
pub const fn meaning(exit: Exit) -> &'static str {
    match exit {
        Exit::Pass => "all that was asked for holds",
        Exit::Regression => "a result differs from its golden",
        Exit::BadInput => "the arguments or a file cannot be used",
        Exit::GateRefused => "a gate refused",
        Exit::NotDeterministic => "two runs of the same inputs differ",
        Exit::EvidenceMissing => "what a judgement needs is missing, such as a golden",
        Exit::Environment => "the file system did not let the program work",
        Exit::Defect => "the program itself is wrong; please report it",
    }
}

/// The contract as text, a line an exit.
#[must_use]
pub fn table() -> String {
    let mut text = "Exit codes:\n".to_owned();
    for exit in ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:>5}  {:<18} {}", exit.code(), exit, meaning(exit));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ALL, of_code};

    #[test]
    fn codes_rise_and_lead_back() {
        assert!(ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        assert!(ALL.iter().all(|exit| of_code(i32::from(exit.code())) == Some(*exit)));
        assert_eq!(of_code(7), None);
    }
}
