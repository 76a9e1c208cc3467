//! Verdicts as the lifecycle leans on them: bundles that were computed anew before anything is believed of them.

use std::path::PathBuf;

use domain::digest::Digest;
use judge::gates::policy::Kind;
use judge::verdict::bundle::{self, Bundle};
use kronos::configs::config_id;
use kronos::verdict::{Attested, VerdictRefusal, Verdicts};

use crate::battery::session::{calibration, policy};
use crate::battery::store::{Store, read_files};
use crate::root::Root;

/// The verdict bundles of a store.
pub(super) struct Bundles {
    root: Root,
    store: Store,
}

impl Bundles {
    /// Those that lie beside the log in `folder`, under the policies of the root.
    pub(super) fn of(root: &Root, folder: &PathBuf) -> Self {
        Self { root: root.clone(), store: Store::of(root, Some(folder)) }
    }

    /// What keeps a bundle from carrying a promotion: another kind of policy, or another text than the one in force.
    fn objection(&self, bundle: &Bundle) -> Option<String> {
        let (name, judged) = (&bundle.policy.name, bundle.policy.digest);
        if bundle.policy.kind != Kind::Promotion {
            return Some(format!("policy {name} decides pull requests: expected a policy of promotion"));
        }
        match policy(&self.root, name) {
            Ok((in_force, _)) if in_force.digest != judged => {
                Some(format!("it was judged under another text of policy {name} than the one in force: judge it again"))
            }
            Ok(_) => self.foreign(bundle),
            Err(error) => Some(error.message),
        }
    }

    /// Whether a bundle stands on figures or on a trial that this repository does not know: evidence can be written by
    /// anybody, the calibration in force and the ledger's chain cannot.
    fn foreign(&self, bundle: &Bundle) -> Option<String> {
        let name = &bundle.policy.name;
        let figures = match calibration(&self.root, name) {
            Ok(found) => found.map(|(_, text)| Digest::of(text.as_bytes())),
            Err(error) => return Some(error.message),
        };
        if figures != bundle.calibration {
            return Some(format!("the calibration in it is not the one of policy {name} in force: judge it again"));
        }
        let (candidate, battery) = (bundle.evidence.candidate.config, bundle.evidence.battery);
        match self.store.ledger() {
            Ok(ledger) => {
                let tried = ledger.trials().iter().any(|trial| (trial.config, trial.battery) == (candidate, battery));
                (!tried).then(|| "the ledger of trials knows no such trial".to_owned())
            }
            Err(error) => Some(error.message),
        }
    }
}

impl Verdicts for Bundles {
    fn find(&self, id: &Digest) -> Result<Attested, VerdictRefusal> {
        let folder = self.store.verdict_folder(*id);
        if !folder.is_dir() {
            return Err(VerdictRefusal::Unknown { id: *id });
        }
        let damaged = |what: String| VerdictRefusal::Broken { id: *id, what };
        let files = read_files(&folder).map_err(|error| damaged(error.message))?;
        let bundle = bundle::verify(&files).map_err(|error| damaged(error.to_string()))?;
        if bundle.id != *id {
            return Err(damaged(format!("its folder holds verdict {}", bundle.id)));
        }
        self.objection(&bundle).map_or_else(|| Ok(attested(&bundle)), |what| Err(damaged(what)))
    }
}

fn attested(bundle: &Bundle) -> Attested {
    let Bundle { id, evidence, policy, verdict, .. } = bundle;
    let named = |subject: &judge::evidence::Subject| config_id(&subject.system, subject.config);
    Attested {
        id: *id,
        decision: verdict.decision,
        candidate: named(&evidence.candidate),
        baseline: named(&evidence.baseline),
        policy: policy.digest,
        suspect: evidence.controls.as_ref().is_none_or(judge::evidence::checks::ControlStanding::is_suspect),
        on: evidence.on,
    }
}
