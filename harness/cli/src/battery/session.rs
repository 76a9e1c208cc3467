//! What every command that judges begins with: the policy, its calibration, the standing of its controls, the battery.

use std::path::{Path, PathBuf};

use domain::digest::{CanonicalBytes, Digest};
use judge::evidence::checks::{CONTROLS_FORMAT, Check, ControlStanding, ControlTerms};
use judge::gates::GATES_VERSION;
use judge::gates::calibration::Calibration;
use judge::gates::policy::GatePolicy;

use super::engines;
use super::worlds::Battery;
use crate::error::CliError;
use crate::examination::Examiner;
use crate::files::{file_stems, read_text};
use crate::root::Root;

/// A policy with everything that stands beside it.
#[derive(Debug)]
pub struct Session {
    /// The policy.
    pub policy: GatePolicy,
    /// Its text, for bundles.
    pub policy_text: String,
    /// The text of its calibration, where there is one.
    pub calibration_text: Option<String>,
    /// How its controls ended, where they were run under what is there now.
    pub controls: Option<ControlStanding>,
    /// The battery of the same name.
    pub battery: Battery,
}

impl Session {
    /// Opens the policy and the battery `name`.
    ///
    /// # Errors
    /// [`CliError`] for a file that cannot be used.
    pub fn open(root: &Root, name: &str) -> Result<Self, CliError> {
        let (policy, policy_text) = policy(root, name)?;
        let calibration_text = calibration(root, name)?.map(|(_, text)| text);
        let battery = Battery::load(root, name)?;
        let now = control_terms(root, &policy, &battery)?;
        let controls = controls(root, name)?.filter(|standing| standing.under == now);
        Ok(Self { policy, policy_text, calibration_text, controls, battery })
    }

    /// The checks of engines and data that the battery asks for.
    ///
    /// # Errors
    /// [`CliError`] as for [`engines::checks`].
    pub fn engine_checks(&self, root: &Root, examiner: &Examiner, jobs: usize) -> Result<Vec<Check>, CliError> {
        engines::checks(root, examiner, &self.battery, jobs)
    }
}

/// The policy `name` with its text.
///
/// # Errors
/// [`CliError`] for a policy that cannot be used or has another name.
pub fn policy(root: &Root, name: &str) -> Result<(GatePolicy, String), CliError> {
    let path = root.golden().join("policy").join(format!("{name}.toml"));
    let text = read_text(&path)?;
    let hint = "mend the policy; every key of a gate and its range stands in docs/gates.md";
    let policy = GatePolicy::parse(&text, &path.display().to_string())
        .map_err(|error| CliError::bad_input(error.to_string(), hint))?;
    if policy.name != name {
        let message =
            format!("{}: name is \"{}\": expected \"{name}\", the file's own name", path.display(), policy.name);
        return Err(CliError::bad_input(message, "rename the file, or the name in it"));
    }
    Ok((policy, text))
}

/// Where the calibration of a policy lies.
#[must_use]
pub fn calibration_file(root: &Root, name: &str) -> PathBuf {
    root.golden().join("policy").join("calibration").join(format!("{name}.toml"))
}

/// The calibration of a policy with its text; `None` when it was never measured.
///
/// # Errors
/// [`CliError`] for a file that is there and cannot be used.
pub fn calibration(root: &Root, name: &str) -> Result<Option<(Calibration, String)>, CliError> {
    let path = calibration_file(root, name);
    if !path.exists() {
        return Ok(None);
    }
    let text = read_text(&path)?;
    let calibration = Calibration::parse(&text, &path.display().to_string());
    let hint = "`prometheus gate calibrate` measures it anew";
    Ok(Some((calibration.map_err(|error| CliError::bad_input(error.to_string(), hint))?, text)))
}

/// Where the standing of the controls of a policy lies.
#[must_use]
pub fn controls_file(root: &Root, name: &str) -> PathBuf {
    root.golden().join("policy").join("controls").join(format!("{name}.toml"))
}

/// What controls that are run now are run under.
///
/// # Errors
/// [`CliError`] for a control that cannot be read.
pub fn control_terms(root: &Root, policy: &GatePolicy, battery: &Battery) -> Result<ControlTerms, CliError> {
    let folder = root.scenarios().join("controls");
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus controls v1");
    for name in file_stems(&folder, "toml")? {
        bytes.put_text(&name).put_text(&read_text(&folder.join(format!("{name}.toml")))?);
    }
    let controls = Digest::of(bytes.as_slice());
    Ok(ControlTerms { policy: policy.digest, battery: battery.digest, gates_version: GATES_VERSION, controls })
}

/// The standing of the controls of a policy; `None` when they were never run, or recorded in an earlier format, which does
/// not tell what they were run under.
///
/// # Errors
/// [`CliError`] for a file that is there and cannot be used.
pub fn controls(root: &Root, name: &str) -> Result<Option<ControlStanding>, CliError> {
    let path = controls_file(root, name);
    if path.exists() { read_standing(&path) } else { Ok(None) }
}

fn read_standing(path: &Path) -> Result<Option<ControlStanding>, CliError> {
    let refuse = |error: toml::de::Error| {
        let message = format!("{}: {}", path.display(), error.to_string().trim());
        CliError::bad_input(message, "`prometheus gate controls` runs them anew")
    };
    let table: toml::Table = read_text(path)?.parse().map_err(refuse)?;
    if table.get("format").and_then(toml::Value::as_integer) != Some(i64::from(CONTROLS_FORMAT)) {
        return Ok(None);
    }
    table.try_into().map(Some).map_err(refuse)
}
