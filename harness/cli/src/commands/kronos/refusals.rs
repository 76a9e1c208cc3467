//! What Kronos refuses, as errors of the command line.

use kronos::performance::report::ReportError;
use kronos::policy::PolicyError;
use kronos::refusal::Refusal;
use kronos::store::StoreError;

use crate::error::CliError;
use crate::exit::Exit;

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Io { .. } => {
                Self::new(Exit::Environment, message, "check that the folder can be read and written")
            }
            StoreError::Busy { .. } => Self::new(Exit::Environment, message, "one process writes at a time"),
            StoreError::Log(error) if error.is_torn_tail() => Self::bad_input(
                message,
                "`prometheus kronos log repair` moves the torn line into a file of its own; every whole row stays",
            ),
            StoreError::Log(_) => {
                Self::bad_input(message, "the log is only ever appended to: restore it from version control")
            }
            StoreError::Refused(refused) => of_refusal(&refused.why, message),
        }
    }
}

fn of_refusal(refusal: &Refusal, message: String) -> CliError {
    if refusal.is_missing_evidence() {
        return CliError::evidence_missing(message, "nothing was done: what shows it must be there first");
    }
    if refusal.is_gate() {
        let hint = match refusal {
            Refusal::NegativeControl { .. } => "`prometheus kronos list` shows open alerts; a person clears them",
            Refusal::Forbidden(_) => "--as names the office; docs/kronos.md has the table of who may do what",
            _ => "nothing was done; docs/kronos.md has the rules",
        };
        return CliError::new(Exit::GateRefused, message, hint);
    }
    CliError::bad_input(message, "nothing was done; `prometheus kronos list` shows where everything stands")
}

impl From<PolicyError> for CliError {
    fn from(error: PolicyError) -> Self {
        Self::bad_input(error.to_string(), "every key of the policy is a table with value and why")
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        Self::bad_input(error.to_string(), "name each journal once; finished journals lie in .prometheus/journals/")
    }
}
