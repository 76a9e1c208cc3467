//! The world of a walk: configs of any word, and verdicts of which a third are unsound in some way.

use std::collections::BTreeMap;

use domain::digest::Digest;
use judge::verdict::Decision;
use kronos::configs::{Configs, ReadConfig};
use kronos::time::UtcTime;
use kronos::verdict::{Attested, VerdictRefusal, Verdicts};

use super::Dice;

/// Reads any word; `…_base` exists.
pub(super) struct Words;

/// The verdicts of the last acts.
#[derive(Default)]
pub(super) struct Court {
    pub(super) known: BTreeMap<String, Attested>,
    pub(super) given: u64,
    pub(super) last: Option<Digest>,
}

impl Configs for Words {
    fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String> {
        if body == "unreadable" {
            return Err("body is `unreadable`".to_owned());
        }
        Ok(ReadConfig { config_id: format!("{engine_name}_{body}"), canonical: body.to_owned() })
    }

    fn exists(&self, _: &str, config_id: &str) -> bool {
        config_id.ends_with("_base")
    }
}

impl Verdicts for Court {
    fn find(&self, id: &Digest) -> Result<Attested, VerdictRefusal> {
        self.known.get(&id.to_string()).cloned().ok_or(VerdictRefusal::Unknown { id: *id })
    }
}

impl Court {
    /// A verdict, sound two times out of three; sometimes none, an unknown one, or one that has been used.
    pub(super) fn give(&mut self, dice: &mut Dice, candidate: &str, baseline: &str, now: i64) -> Option<Digest> {
        self.given += 1;
        let id = Digest::of(&self.given.to_le_bytes());
        let on = UtcTime::from_epoch_seconds(now).day();
        let (candidate, baseline) = (candidate.to_owned(), baseline.to_owned());
        let (decision, policy) = (Decision::Eligible, Digest::ZERO);
        let mut verdict = Attested { id, decision, candidate, baseline, policy, suspect: false, on };
        match dice.roll(24) {
            0 => verdict.candidate.push('x'),
            1 => verdict.baseline.push('x'),
            2 => verdict.suspect = true,
            3 => verdict.decision = Decision::NotEligible,
            4 => verdict.decision = Decision::InsufficientEvidence,
            5 => verdict.on = on.plus_days(-91),
            6 => verdict.on = on.plus_days(1),
            7 => return None,
            8 => return Some(id),
            9 => {
                // One that may have carried something already.
                let again = |known: &&Attested| {
                    known.candidate == verdict.candidate && known.baseline == verdict.baseline && !known.suspect
                };
                return self.known.values().find(again).map(|known| known.id);
            }
            _ => {}
        }
        if self.known.len() > 64 {
            self.known.clear();
        }
        self.known.insert(id.to_string(), verdict);
        self.last = Some(id);
        Some(id)
    }
}
