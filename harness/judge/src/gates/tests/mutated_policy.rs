//! Every key of a policy, dropped, misspelt, repeated, mistyped and turned in sign: refused, or stricter, never looser.

use super::fixture::{evidence, policy, text};
use super::worse;
use crate::evidence::Evidence;
use crate::gates::calibration::Calibration;
use crate::gates::policy::GatePolicy;
use crate::verdict::{Decision, Verdict};

/// One line of the policy in place of another.
fn with_line(at: usize, line: &[String]) -> String {
    let text = text();
    let lines = text.lines().enumerate();
    let replaced = lines.flat_map(|(number, old)| if number == at { line.to_vec() } else { vec![old.to_owned()] });
    replaced.collect::<Vec<String>>().join("\n") + "\n"
}

fn mutations(key: &str, value: &str) -> Vec<(&'static str, Vec<String>)> {
    let number: Option<f64> = value.replace('_', "").parse().ok();
    let line = |key: &str, value: &str| format!("{key} = {value}");
    let mut all = vec![
        ("drop", Vec::new()),
        ("typo", vec![line(&format!("{key}s"), value)]),
        ("duplicate", vec![line(key, value), line(key, value)]),
        ("type", vec![line(key, if number.is_some() { "\"much\"" } else { "17" })]),
        ("list", vec![line(key, &format!("[{value}]"))]),
    ];
    if let Some(number) = number {
        all.push(("sign", vec![line(key, &format!("{:?}", -number))]));
        all.push(("not a number", vec![line(key, "nan")]));
        all.push(("infinite", vec![line(key, "inf")]));
    }
    all
}

#[test]
fn every_mutation_of_a_key_is_refused_or_stricter() {
    let text = text();
    let original = policy();
    let evidences = [vec![evidence()], worse::all()].concat();
    let allowed: Vec<bool> = evidences.iter().map(|evidence| is_eligible(evidence, &original)).collect();
    assert!(allowed[0] && allowed.iter().any(|eligible| !eligible));
    let (mut refused, mut stricter) = (0, Vec::new());
    for (at, line) in text.lines().enumerate() {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        for (kind, mutated) in mutations(key, value) {
            match GatePolicy::parse(&with_line(at, &mutated), "p.toml") {
                Err(_) => refused += 1,
                Ok(policy) => {
                    // What still parses must not let anything through that the policy itself would not.
                    for (evidence, allowed) in evidences.iter().zip(&allowed) {
                        assert!(
                            *allowed || !is_eligible(evidence, &policy),
                            "line {}: {kind} of {key} is looser",
                            at + 1
                        );
                    }
                    stricter.push(format!("{kind} of {key}"));
                }
            }
        }
    }
    assert!(refused > 500, "{refused} refused");
    // A name and a why may be anything that is words; these alone are left, beside signs whose bound is then harder.
    let harmless = ["sign of min_sharpe", "sign of max_breaches", "sign of min_bootstraps"];
    let left: Vec<&String> = stricter.iter().filter(|one| !harmless.contains(&one.as_str())).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Whether a policy lets evidence through, with controls and figures of this very policy behind it.
fn is_eligible(evidence: &Evidence, policy: &GatePolicy) -> bool {
    let mut evidence = evidence.clone();
    if let Some(standing) = &mut evidence.controls {
        standing.under.policy = policy.digest;
    }
    let figures: Calibration = super::fixture::calibration(&evidence, policy);
    Verdict::of(&evidence, policy, Some(&figures)).decision == Decision::Eligible
}

/// Gates and Kronos slice by the same bands, so that one can be read beside the other.
#[test]
fn every_policy_has_the_same_bands_of_stability() {
    let of = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        table["stability_bounds"]["value"].clone()
    };
    let kronos = of(include_str!("../../../../../golden/policy/kronos.toml"));
    for text in [super::fixture::PROMOTION, include_str!("../../../../../golden/policy/pull-request.toml")] {
        assert_eq!(of(text), kronos);
    }
    for (from, to) in [("[0.3, 0.5, 0.7]", "[0.7, 0.3]"), ("[0.3, 0.5, 0.7]", "[]"), ("[0.3, 0.5, 0.7]", "[0.3, 1.0]")]
    {
        let refusal = GatePolicy::parse(&text().replace(from, to), "p.toml").unwrap_err().to_string();
        assert!(refusal.contains("expected ascending numbers"), "{refusal}");
    }
}
