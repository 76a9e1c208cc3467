//! What every act on the log takes and shows: who, why, by what evidence, when; and the row that it became.

use domain::digest::Digest;
use kronos::act::{Act, Request, World};
use kronos::actor::{Actor, ActorKind, Screening};
use kronos::event::Row;
use kronos::object::Object;
use kronos::policy::Policy;
use kronos::store::Store;
use kronos::time::UtcTime;
use serde::Serialize;

use super::StoreArguments;
use super::configs::Shelf;
use super::verdicts::Bundles;
use crate::arguments::one_line;
use crate::clock::now;
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;

/// Who acts, why, and when.
#[derive(Clone, Debug, clap::Args)]
pub struct ActArguments {
    /// Who acts.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    by: String,
    /// In which office: engine, kronos, chat, scheduler, reviewer, policy-rule, promotion or operator; the usual one
    /// for the command when not given.
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<ActorKind>,
    /// Why, in a sentence.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    reason: String,
    /// The id of what shows it: a run, a report; may be given several times.
    #[arg(long, value_name = "ID", value_parser = one_line)]
    evidence: Vec<String>,
    /// Say that machines alone looked at the evidence.
    #[arg(long)]
    pre_screened: bool,
    /// The time of the act as YYYY-MM-DDTHH:MM:SSZ; now in UTC when not given.
    #[arg(long, value_name = "TIME")]
    at: Option<UtcTime>,
    #[command(flatten)]
    store: StoreArguments,
}

/// The row that an act became.
#[derive(Serialize)]
pub struct Done {
    #[serde(skip)]
    command: &'static str,
    row: Row,
    /// The digest of the log, which stands for all of it.
    head: Digest,
    /// What can be done next, for a person to copy.
    next: Vec<String>,
}

/// Does an act and shows its row; `usual` is the office of whoever names none.
pub(super) fn perform(
    command: &'static str,
    usual: ActorKind,
    arguments: &ActArguments,
    request: Request,
    context: &mut Context<'_>,
) -> Result<Exit, CliError> {
    refuse_in_ci(command)?;
    let root = context.root()?;
    let policy = Policy::read(&root.golden().join("policy/kronos.toml"))?;
    let act = arguments.act(usual, request)?;
    let configs = Shelf::of(&root, context.registry);
    let folder = arguments.store.folder(&root);
    let verdicts = Bundles::of(&root, &folder);
    let mut store = Store::open(&folder)?;
    let row = store.act(&act, &World { policy: &policy, configs: &configs, verdicts: &verdicts })?;
    let next = next_of(&row).into_iter().map(|words| context.command(&format!("kronos {words}"))).collect();
    let head = store.log().head();
    drop(store);
    context.output.show(&Done { command, row, head, next })
}

impl ActArguments {
    fn act(&self, usual: ActorKind, request: Request) -> Result<Act, CliError> {
        let Self { by, kind, reason, evidence, pre_screened, at, .. } = self.clone();
        let kind = kind.unwrap_or(usual);
        let (now, at) = (now(), at.unwrap_or_else(now));
        refuse_future(at, now)?;
        let actor = Actor::new(kind, &by).map_err(|error| CliError::bad_input(error.to_string(), "name who acts"))?;
        let screening = if pre_screened || kind.is_machine() { Screening::Automatic } else { Screening::Person };
        Ok(Act { at, actor, reason, evidence, screening, request })
    }

    /// The folder of the log, for a command that has to look before it acts.
    pub(super) const fn store(&self) -> &StoreArguments {
        &self.store
    }
}

/// Two machines' clocks differ by no more than this, in seconds.
const CLOCK_SKEW: i64 = 120;

/// Time does not run backwards in the log, so a row from the future would keep every act out until then.
fn refuse_future(at: UtcTime, now: UtcTime) -> Result<(), CliError> {
    if at.epoch_seconds() <= now.epoch_seconds().saturating_add(CLOCK_SKEW) {
        return Ok(());
    }
    let message = format!("--at {at}: expected a time that has come, and this machine's clock says {now}");
    Err(CliError::bad_input(message, "leave --at out for an act of this moment"))
}

/// What a person may want to do after a row.
fn next_of(row: &Row) -> Vec<String> {
    let act = "--by NAME --reason TEXT";
    let object = &row.object;
    match (row.to.as_str(), object) {
        ("PENDING_REVIEW", _) => {
            vec![format!("review convert {object} --description TEXT {act}"), format!("review discard {object} {act}")]
        }
        ("CONVERTED_TO_EXPERIMENT", _) => {
            vec![format!("experiment queue {} --priority 5 {act}", Object::Experiment(row.number))]
        }
        ("PENDING", _) => vec![format!("experiment queue {object} --priority 5 {act}")],
        ("QUEUED_FOR_BACKTEST", _) => vec![format!("schedule claim {act}")],
        ("RUNNING_BACKTESTS", _) => vec![
            format!("schedule finish {object} --evidence ID {act}"),
            format!("schedule fail {object} --how crash {act}"),
        ],
        ("AWAITING_REVIEW", _) => vec![
            format!("experiment approve {object} --verdict ID {act}"),
            format!("experiment reject {object} --verdict ID {act}"),
            format!("experiment continue {object} {act}"),
        ],
        ("APPROVED", _) => vec![format!("promote {object} --stage BACKTESTED --verdict ID {act}")],
        (_, Object::Scope(scope)) if row.to != "none" => vec![format!("rollback {scope} {act}")],
        _ => Vec::new(),
    }
}

impl Report for Done {
    fn command(&self) -> &'static str {
        self.command
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Row { number, at, actor, object, from, to, reason, .. } = &self.row;
        let from = from.as_deref().unwrap_or("-");
        let mut text = format!("row {number}  {object}: {from} -> {to}\n");
        if to == "CONVERTED_TO_EXPERIMENT" {
            text += &format!("       {}: - -> PENDING\n", Object::Experiment(*number));
        }
        text += &format!("       {at}, by {actor}: {reason}\nhead   {}\n", self.head);
        for (at, next) in self.next.iter().enumerate() {
            text += &format!("{}{next}\n", if at == 0 { "next   " } else { "   or  " });
        }
        text
    }
}

/// Reads `proposal-3` or `3`.
pub(super) fn proposal(text: &str) -> Result<u64, String> {
    numbered(text, "proposal")
}

/// Reads `experiment-3` or `3`.
pub(super) fn experiment(text: &str) -> Result<u64, String> {
    numbered(text, "experiment")
}

/// Reads `alert-3` or `3`.
pub(super) fn alert(text: &str) -> Result<u64, String> {
    numbered(text, "alert")
}

fn numbered(text: &str, kind: &str) -> Result<u64, String> {
    let number = text.strip_prefix(&format!("{kind}-")).unwrap_or(text);
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    number
        .parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| format!("expected {kind}-N, as `prometheus kronos list` names it"))
}

/// Reads a share or a Sharpe ratio as ten-thousandths, which a row holds without rounding.
pub(super) fn ten_thousandths(text: &str) -> Result<i32, String> {
    let refuse = || "expected a number with at most four decimals, for example 0.25".to_owned();
    let number: f64 = text.parse().map_err(|_| refuse())?;
    let scaled = (number * 10_000.0).round();
    let exact = scaled.abs() <= 1e9 && (scaled / 10_000.0).to_bits() == number.to_bits();
    if exact { Ok(scaled as i32) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::{experiment, ten_thousandths};

    #[test]
    fn what_is_typed_is_read_exactly() {
        assert_eq!((ten_thousandths("0.54"), ten_thousandths("-0.1")), (Ok(5_400), Ok(-1_000)));
        assert!(["0.33333", "nan", "inf", "x", ""].into_iter().all(|text| ten_thousandths(text).is_err()));
        assert_eq!((experiment("experiment-12"), experiment("12")), (Ok(12), Ok(12)));
        assert!(["proposal-1", "+1", "", "experiment-"].into_iter().all(|text| experiment(text).is_err()));
    }
}
