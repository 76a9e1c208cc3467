//! Why an act was refused: a type for each reason, a sentence for a person.

use crate::actor::ActorKind;
use crate::object::{Object, Stage};
use crate::rights::{ActKind, Forbidden};
use crate::time::UtcTime;
use crate::verdict::VerdictRefusal;

/// Why an act was refused. Nothing has changed then, but for the alert of [`Refusal::NegativeControl`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not the actor's to do.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A machine says that a person looked.
    #[error("{actor} is no person: its evidence comes from automatic pre-screening")]
    NotAPerson {
        /// The actor.
        actor: ActorKind,
    },
    /// A text that cannot stand.
    #[error("{field} is `{found}`: expected {expected}")]
    Argument {
        /// Which one.
        field: &'static str,
        /// What it is.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The act is dated before the last one.
    #[error("the act is dated {at}, before the last row of the log at {last}: time does not run backwards")]
    Backwards {
        /// The time of the act.
        at: UtcTime,
        /// The time of the last row.
        last: UtcTime,
    },
    /// There is no such thing.
    #[error("{object}: there is no such thing in the log")]
    Unknown {
        /// Its name.
        object: Object,
    },
    /// The thing is not in a state for this.
    #[error("{object} is {state}: only one that is {expected} can be asked to {act}")]
    WrongState {
        /// The thing.
        object: Object,
        /// The state it is in.
        state: String,
        /// The act.
        act: ActKind,
        /// The state it would have to be in.
        expected: &'static str,
    },
    /// The body is no config of the engine.
    #[error("the proposed body is no config of {engine_name}: {what}")]
    NoConfig {
        /// The engine.
        engine_name: String,
        /// What is wrong, with the key.
        what: String,
    },
    /// The base config does not exist.
    #[error("base config {config_id} of {engine_name} does not exist")]
    NoBase {
        /// The engine.
        engine_name: String,
        /// The id.
        config_id: String,
    },
    /// The proposed config is its base.
    #[error("the proposed config is its base, {config_id}: nothing would change")]
    NothingChanges {
        /// The id.
        config_id: String,
    },
    /// A proposal without enough behind it.
    #[error("{figure} is {found}: a proposal needs {expected}")]
    Filtered {
        /// Which figure.
        figure: &'static str,
        /// What it is; `absent` when nobody computed it.
        found: String,
        /// What the policy asks for.
        expected: String,
    },
    /// The next one in line is another.
    #[error("{object} is not next: {next} is")]
    NotNext {
        /// The experiment that was asked for.
        object: Object,
        /// The one whose turn it is.
        next: Object,
    },
    /// Nothing waits for what is free.
    #[error("no queued experiment can use what is free")]
    NothingQueued,
    /// Results without a name.
    #[error("{object}: {act} needs the ids of what shows it")]
    NoEvidence {
        /// The experiment.
        object: Object,
        /// The act.
        act: ActKind,
    },
    /// The experiment has failed evidence.
    #[error("{object} awaits review with failed evidence: it can be rejected or sent into another round")]
    FailedEvidence {
        /// The experiment.
        object: Object,
    },
    /// An approval of what must never be approved. The alert is in the log.
    #[error("{object} is a NEGATIVE_CONTROL and is never approved; {alert} was raised")]
    NegativeControl {
        /// The experiment.
        object: Object,
        /// The alert.
        alert: Object,
    },
    /// The config is a negative control in another experiment.
    #[error("{config_id} is the config of a NEGATIVE_CONTROL, {control}: under no name is it approved or activated")]
    ControlConfig {
        /// The config.
        config_id: String,
        /// The first experiment that has it as a control.
        control: Object,
    },
    /// Approver and proposer are one.
    #[error("{name} proposed {object} and does not approve it: capital is at stake, so another hand must")]
    SameHand {
        /// The experiment.
        object: Object,
        /// The name.
        name: String,
    },
    /// Too much capital for a rule.
    #[error("{object} bears a capital of {capital}: a policy rule approves below {cap}, a reviewer any")]
    OverCap {
        /// The experiment.
        object: Object,
        /// Its capital, in whole units.
        capital: u64,
        /// The cap of the policy.
        cap: u64,
    },
    /// An alert is open.
    #[error("{alert} is open: the gates are SUSPECT, and nothing is approved or activated without a person")]
    OpenAlert {
        /// The oldest open alert.
        alert: Object,
    },
    /// The verdict does not carry the act.
    #[error(transparent)]
    Verdict(#[from] VerdictRefusal),
    /// The verdict has carried another activation.
    #[error("verdict {id} has carried an activation already: each stage needs a verdict of its own")]
    VerdictUsed {
        /// The verdict.
        id: domain::digest::Digest,
    },
    /// The config is the active one.
    #[error("{config_id} is active in {scope} already")]
    AlreadyActive {
        /// The scope.
        scope: Object,
        /// The config.
        config_id: String,
    },
    /// A stage was left out.
    #[error("{config_id} does not stand at {before}: a config is activated there before it is at {stage}")]
    StageSkipped {
        /// The config.
        config_id: String,
        /// The stage that was asked for.
        stage: Stage,
        /// The stage before it.
        before: Stage,
    },
    /// Nothing is active.
    #[error("{scope}: nothing is active, so there is nothing to roll back")]
    NothingActive {
        /// The scope.
        scope: Object,
    },
    /// The config does not stand below the active one.
    #[error("{scope}: {config_id} was not active below what is active now")]
    NotBeneath {
        /// The scope.
        scope: Object,
        /// The config.
        config_id: String,
    },
    /// A row that says something else than follows from the rows before it.
    #[error("{field} is `{found}`: the rows before it give `{expected}`")]
    Contradiction {
        /// Which field.
        field: &'static str,
        /// What the row says.
        found: String,
        /// What follows.
        expected: String,
    },
}

impl Refusal {
    /// Whether somebody or something said no to a well-formed act: a right, a gate, a rule.
    #[must_use]
    pub const fn is_gate(&self) -> bool {
        matches!(
            self,
            Self::Forbidden(_)
                | Self::NotAPerson { .. }
                | Self::Filtered { .. }
                | Self::FailedEvidence { .. }
                | Self::NegativeControl { .. }
                | Self::ControlConfig { .. }
                | Self::SameHand { .. }
                | Self::OverCap { .. }
                | Self::OpenAlert { .. }
                | Self::VerdictUsed { .. }
                | Self::StageSkipped { .. }
        ) || self.is_verdict_against()
    }

    /// Whether a verdict that is there does not carry the act.
    const fn is_verdict_against(&self) -> bool {
        let Self::Verdict(verdict) = self else { return false };
        !matches!(verdict, VerdictRefusal::Absent | VerdictRefusal::Unknown { .. } | VerdictRefusal::Broken { .. })
    }

    /// Whether something is missing that should speak for the act.
    #[must_use]
    pub const fn is_missing_evidence(&self) -> bool {
        matches!(self, Self::NoEvidence { .. } | Self::Verdict(VerdictRefusal::Absent | VerdictRefusal::Unknown { .. }))
    }
}
