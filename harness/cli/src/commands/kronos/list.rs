//! `kronos list`: where everything stands.

use domain::digest::Digest;
use kronos::log::Log;
use kronos::object::Object;
use kronos::state::State;
use kronos::store;
use serde::Serialize;

use super::StoreArguments;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, table};

/// Show where everything stands: what is active, the queue, experiments, proposals, open alerts.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  prometheus kronos list\n  prometheus kronos list --json")]
pub struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct List {
    rows: u64,
    head: Digest,
    active: Vec<Active>,
    /// Experiments that wait, the next one first.
    queue: Vec<String>,
    experiments: Vec<ExperimentLine>,
    proposals: Vec<ProposalLine>,
    open_alerts: Vec<AlertLine>,
}

#[derive(Serialize)]
struct Active {
    scope: String,
    /// `null` where the first activation was rolled back.
    config_id: Option<String>,
    experiment: Option<String>,
    /// Configs below it, that a rollback can restore; the next one first.
    beneath: Vec<String>,
}

#[derive(Serialize)]
struct ExperimentLine {
    experiment: String,
    status: &'static str,
    engine_name: String,
    scope: String,
    base_config_id: String,
    proposed_config_id: String,
    expected_outcome: &'static str,
    auto_generated: bool,
    priority: Option<u8>,
    resource_class: Option<&'static str>,
    round: u32,
    attempts: u32,
    failed: bool,
    description: String,
}

#[derive(Serialize)]
struct ProposalLine {
    proposal: String,
    status: &'static str,
    engine_name: String,
    scope: String,
    base_config_id: String,
    proposed_config_id: String,
    created_by: String,
}

#[derive(Serialize)]
struct AlertLine {
    alert: String,
    experiment: String,
}

/// Lists.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let folder = arguments.store.folder(&context.root()?);
    let log = store::read(&folder)?.log;
    context.output.show(&List::of(&log))
}

impl List {
    fn of(log: &Log) -> Self {
        let state = log.state();
        let named = |number: u64| Object::Experiment(number).to_string();
        Self {
            rows: state.next_number() - 1,
            head: log.head(),
            active: actives(state),
            queue: state.queue().map(|place| named(place.number)).collect(),
            experiments: experiments(state),
            proposals: proposals(state),
            open_alerts: state
                .open_alerts()
                .map(|(alert, experiment)| AlertLine {
                    alert: Object::Alert(alert).to_string(),
                    experiment: named(experiment),
                })
                .collect(),
        }
    }
}

fn actives(state: &State) -> Vec<Active> {
    let line = |scope: &kronos::object::Scope| {
        let active = state.active(scope);
        Active {
            scope: scope.to_string(),
            config_id: active.map(|active| active.config_id.clone()),
            experiment: active.map(|active| Object::Experiment(active.experiment).to_string()),
            beneath: state.beneath(scope).skip(1).map(|lower| lower.config_id.clone()).collect(),
        }
    };
    state.scopes().map(|(scope, _)| line(scope)).collect()
}

fn experiments(state: &State) -> Vec<ExperimentLine> {
    let line = |experiment: &kronos::state::Experiment| ExperimentLine {
        experiment: experiment.object().to_string(),
        status: experiment.status.name(),
        engine_name: experiment.draft.engine_name.clone(),
        scope: experiment.draft.scope.clone(),
        base_config_id: experiment.draft.base_config_id.clone(),
        proposed_config_id: experiment.draft.proposed_config_id.clone(),
        expected_outcome: experiment.purpose.expected_outcome.name(),
        auto_generated: experiment.is_auto_generated(),
        priority: experiment.priority,
        resource_class: experiment.resource_class.map(kronos::object::ResourceClass::name),
        round: experiment.round,
        attempts: experiment.attempts,
        failed: experiment.failed,
        description: experiment.purpose.description.clone(),
    };
    state.experiments().map(line).collect()
}

fn proposals(state: &State) -> Vec<ProposalLine> {
    let line = |proposal: &kronos::state::Proposal| ProposalLine {
        proposal: Object::Proposal(proposal.number).to_string(),
        status: proposal.status.name(),
        engine_name: proposal.draft.engine_name.clone(),
        scope: proposal.draft.scope.clone(),
        base_config_id: proposal.draft.base_config_id.clone(),
        proposed_config_id: proposal.draft.proposed_config_id.clone(),
        created_by: proposal.created_by.to_string(),
    };
    state.proposals().map(line).collect()
}

impl Report for List {
    fn command(&self) -> &'static str {
        "kronos list"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let left = |names: &[&'static str]| names.iter().map(|name| (*name, Align::Left)).collect::<Vec<_>>();
        let dash = || "-".to_owned();
        let mut parts = Vec::new();
        let active = |line: &Active| {
            let beneath = if line.beneath.is_empty() { dash() } else { line.beneath.join(", ") };
            vec![line.scope.clone(), line.config_id.clone().unwrap_or_else(|| "none".to_owned()), beneath]
        };
        if !self.active.is_empty() {
            parts.push(table(&left(&["scope", "active", "beneath"]), self.active.iter().map(active).collect()));
        }
        let experiment = |line: &ExperimentLine| {
            let priority = line.priority.map_or_else(dash, |priority| priority.to_string());
            let (config, outcome) = (line.proposed_config_id.clone(), line.expected_outcome.to_owned());
            vec![line.experiment.clone(), line.status.to_owned(), config, outcome, priority, line.description.clone()]
        };
        if !self.experiments.is_empty() {
            let columns = left(&["experiment", "status", "config", "outcome", "priority", "description"]);
            parts.push(table(&columns, self.experiments.iter().map(experiment).collect()));
        }
        let proposal = |line: &ProposalLine| {
            vec![
                line.proposal.clone(),
                line.status.to_owned(),
                line.proposed_config_id.clone(),
                line.created_by.clone(),
            ]
        };
        if !self.proposals.is_empty() {
            let columns = left(&["proposal", "status", "config", "by"]);
            parts.push(table(&columns, self.proposals.iter().map(proposal).collect()));
        }
        for line in &self.open_alerts {
            parts.push(format!("{} is open: somebody tried to approve {}\n", line.alert, line.experiment));
        }
        if !self.queue.is_empty() {
            parts.push(format!("queue: {}\n", self.queue.join(", ")));
        }
        parts.push(format!("{} rows, head {}\n", self.rows, self.head));
        parts.join("\n")
    }
}
