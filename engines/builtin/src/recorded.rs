//! The system that plays back what another one decided.
//!
//! A legacy system, or a desk that keeps its books elsewhere, is often known by its decisions alone: on this day, these
//! weights. Played back, they become a run like any other, with fills, costs and a journal that can be compared.
//!
//! Every day of a record is a complete portfolio: what it does not name is sold, and a day with no weights at all
//! wants nothing held. On a day that the record does not name, what is held is kept. Of 60 % GE on Monday and nothing on
//! Wednesday, Tuesday keeps the GE and Wednesday sells it:
//!
//! ```
//! use builtin::config::SystemConfig as _;
//! use builtin::recorded::{Recorded, RecordedConfig, RecordedDay};
//! let monday = RecordedDay { on: "2008-09-15".parse()?, weights: [("EQUITY:GE".parse()?, 0.6)].into() };
//! let wednesday = RecordedDay { on: "2008-09-17".parse()?, weights: [].into() };
//! let config = RecordedConfig { decisions: vec![monday, wednesday] };
//! assert_eq!(config.days().len(), 2);
//! assert!(Recorded::new(config.clone()).is_ok());
//! let backwards = RecordedConfig { decisions: config.decisions.into_iter().rev().collect() };
//! let refusal = Recorded::new(backwards).unwrap_err().to_string();
//! assert_eq!(refusal, "decisions[1].on is 2008-09-15: expected a day after 2008-09-17");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::decision::{Abstention, Decision, EngineReport, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::InstrumentId;
use domain::system::{DecisionSystem, StateError, Today};

use crate::config::{ConfigError, SystemConfig};
use crate::null::no_state;
use crate::weights;

const ENGINE: &str = "recorded";

/// What [`Recorded`] plays back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedConfig {
    /// The days with a decision, ascending.
    pub decisions: Vec<RecordedDay>,
}

/// One day's decision.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedDay {
    /// The day at whose close it was taken.
    pub on: Date,
    /// Fractions of equity, finite; what is not named is sold.
    pub weights: BTreeMap<InstrumentId, f64>,
}

/// Plays decisions back.
#[derive(Clone, Debug)]
pub struct Recorded {
    config: RecordedConfig,
}

impl SystemConfig for RecordedConfig {
    fn check(&self) -> Result<(), ConfigError> {
        if self.decisions.is_empty() {
            let (key, value) = ("decisions".to_owned(), "empty".to_owned());
            return Err(ConfigError { key, value, expected: "at least one day with a decision".to_owned() });
        }
        for (at, day) in self.decisions.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| self.decisions[at].on);
            if let Some(before) = before.filter(|before| *before >= day.on) {
                let (key, expected) = (format!("decisions[{at}].on"), format!("a day after {before}"));
                return Err(ConfigError { key, value: day.on.to_string(), expected });
            }
            weights::check(&day.weights, &format!("decisions[{at}].weights"))?;
        }
        Ok(())
    }

    fn days(&self) -> Vec<(String, Date)> {
        self.decisions.iter().enumerate().map(|(at, day)| (format!("decisions[{at}].on"), day.on)).collect()
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(ENGINE).put_u64(self.decisions.len() as u64);
        for day in &self.decisions {
            bytes.put_i32(day.on.epoch_days());
            weights::put(&day.weights, bytes);
        }
    }
}

impl Recorded {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for no decision, days that do not ascend, or a weight that is not finite.
    pub fn new(config: RecordedConfig) -> Result<Self, ConfigError> {
        config.check().map(|()| Self { config })
    }
}

impl DecisionSystem for Recorded {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let on = today.view.today();
        let Ok(at) = self.config.decisions.binary_search_by_key(&on, |day| day.on) else {
            return Decision::unchanged(ENGINE);
        };
        match weights::targets(&self.config.decisions[at].weights, &today.view) {
            Ok(targets) => {
                let reports = vec![EngineReport::plain(ENGINE, Verdict::Decided)];
                Decision { reports, targets: Some(targets), orders: Vec::new() }
            }
            Err(input) => Decision::abstained(ENGINE, Abstention::MissingInput { input }),
        }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state(ENGINE, state)
    }
}

#[cfg(test)]
mod tests {
    use super::{Recorded, RecordedConfig, RecordedDay};
    use crate::config::SystemConfig as _;

    fn day(on: &str, weight: f64) -> RecordedDay {
        RecordedDay { on: on.parse().unwrap(), weights: [("EQUITY:GE".parse().unwrap(), weight)].into() }
    }

    fn refusal(decisions: Vec<RecordedDay>) -> String {
        Recorded::new(RecordedConfig { decisions }).unwrap_err().to_string()
    }

    #[test]
    fn a_record_that_cannot_stand_is_refused_by_its_place() {
        let (monday, wednesday) = (day("2008-09-15", 0.6), day("2008-09-17", 0.5));
        let backwards = refusal(vec![wednesday.clone(), monday.clone()]);
        assert_eq!(backwards, "decisions[1].on is 2008-09-15: expected a day after 2008-09-17");
        assert_eq!(
            refusal(vec![monday.clone(), monday]),
            "decisions[1].on is 2008-09-15: expected a day after 2008-09-15"
        );
        let infinite = refusal(vec![day("2008-09-15", f64::INFINITY)]);
        assert_eq!(infinite, "decisions[0].weights.EQUITY:GE is inf: expected a finite number");
        assert_eq!(refusal(Vec::new()), "decisions is empty: expected at least one day with a decision");
        assert_eq!(RecordedConfig { decisions: vec![wednesday] }.days()[0].0, "decisions[0].on");
    }

    #[test]
    fn identity_is_the_content() {
        let digest = |weight| RecordedConfig { decisions: vec![day("2008-09-15", weight)] }.digest();
        assert_eq!(digest(0.6), digest(0.6));
        assert_ne!(digest(0.6), digest(0.6_f64.next_up()));
        let nothing = RecordedDay { weights: [].into(), ..day("2008-09-15", 0.0) };
        assert_ne!(RecordedConfig { decisions: vec![nothing] }.digest(), digest(0.0));
    }
}
