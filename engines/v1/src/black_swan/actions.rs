//! What each component is told to do at a level (engines-v1 §3, the second table).

use super::EmergencyState;

/// How far an action has come. v1's code knew the first; its plan the other three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionStatus {
    /// Logged by the code.
    Proposed,
    /// Waits for a person.
    Pending,
    /// Done.
    Applied,
    /// A person decided otherwise.
    Overridden,
}

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Who is to act.
    pub component: &'static str,
    /// What is to be done.
    pub action: &'static str,
    /// How far it has come.
    pub status: ActionStatus,
}

const EMERGENCY: [Action; 4] = [
    action("RISK", "REDUCE_GROSS_EXPOSURE"),
    action("UNIVERSE", "SHRINK_TO_MOST_LIQUID"),
    action("EXECUTION", "LESS_AGGRESSIVE_ORDERS"),
    action("ASSESSMENT", "HALT_NEW_POSITIONS"),
];
const ELEVATED_RISK: [Action; 2] = [action("RISK", "TIGHTEN_LIMITS"), action("ASSESSMENT", "RAISE_ENTRY_BAR")];

const fn action(component: &'static str, action: &'static str) -> Action {
    Action { component, action, status: ActionStatus::Proposed }
}

/// The actions that entering a level logs.
#[must_use]
pub const fn actions_of(state: EmergencyState) -> &'static [Action] {
    match state {
        EmergencyState::Normal => &[],
        EmergencyState::ElevatedRisk => &ELEVATED_RISK,
        EmergencyState::Emergency => &EMERGENCY,
    }
}
