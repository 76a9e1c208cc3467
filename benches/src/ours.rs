//! The harness at work on the same jobs: tape in, journal with all its digests out.

use std::error::Error;
use std::path::Path;

use builtin::config::SystemConfig;
use builtin::equal_weight::{EqualWeight, EqualWeightConfig};
use builtin::momentum::{Momentum, MomentumConfig};
use domain::system::DecisionSystem;
use domain::tape::Tape;
use journal::journal::Journal;
use journal::recorder::Recorder;
use journal::store::JournalWriter;
use replay::run::{SystemIdentity, header, replay, replay_in_memory};
use replay::scenario::Scenario;

/// Which of the benchmark jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Momentum rotation.
    A,
    /// Buy and hold.
    B,
}

type Outcome = Result<Journal, Box<dyn Error>>;

/// Replays a job on a tape of the synthetic panel, the journal kept in memory.
///
/// # Errors
/// Whatever the replay refuses.
pub fn in_memory(job: Job, tape: &Tape) -> Outcome {
    let (scenario, identity, mut system) = set_up(job)?;
    Ok(replay_in_memory(&scenario, &identity, tape, system.as_mut())?)
}

/// The same, the journal written below `dir`, read back and verified. Whatever lay there before is removed.
///
/// # Errors
/// Whatever the replay or the file system refuses.
pub fn in_folder(job: Job, tape: &Tape, dir: &Path) -> Outcome {
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    let (scenario, identity, mut system) = set_up(job)?;
    let header = header(&scenario, &identity, tape)?;
    let mut writer = JournalWriter::create(&dir.join("run"), &header)?;
    let mut recorder = Recorder::new(&header.instruments, &mut writer);
    replay(&scenario, tape, system.as_mut(), &mut recorder, None, &mut |_, _| {})?;
    let recording = recorder.finish();
    Ok(writer.finish(recording)?)
}

/// Equity at the end of the last day, in units.
#[must_use]
pub fn final_equity(journal: &Journal) -> f64 {
    journal.marks().last().map_or(f64::NAN, |(_, mark)| mark.equity.to_units())
}

type SetUp = (Scenario, SystemIdentity, Box<dyn DecisionSystem>);

fn set_up(job: Job) -> Result<SetUp, Box<dyn Error>> {
    let (name, config_digest, system): (_, _, Box<dyn DecisionSystem>) = match job {
        Job::A => {
            let config = MomentumConfig::default();
            ("momentum", config.digest(), Box::new(Momentum::new(config)?))
        }
        Job::B => {
            let config = EqualWeightConfig::default();
            ("equal-weight", config.digest(), Box::new(EqualWeight::new(config)?))
        }
    };
    let text = format!(
        r#"
        format = 1
        name = "synthetic"
        purpose = "Fixed work for the benches."
        seed = 1
        [market]
        tape = "synthetic"
        calendar = "tape"
        price_basis = "adjusted"
        first_day = "1970-01-01"
        last_day = "2069-12-31"
        [account]
        currency = "USD"
        cash = 1_000_000
        [system]
        name = "{name}"
        [execution]
        fill = "same-close"
        cost_bps = 5
        "#
    );
    let identity = SystemIdentity { name: name.into(), version: builtin::VERSION.into(), config_digest };
    Ok((Scenario::parse(&text, "synthetic.toml")?, identity, system))
}
