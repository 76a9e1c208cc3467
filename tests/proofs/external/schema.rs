//! The published schema against the messages of a run, by a small reader of the part of JSON Schema that it uses.

use std::fs;

use serde_json::{Map, Value, json};

use super::{command, has_python, root_for};
use crate::determinism::program::report_of;
use crate::support::repository;

/// The keys that the reader knows; another one would be passed over in silence.
const KNOWN: [&str; 19] = [
    "$schema",
    "title",
    "$defs",
    "$ref",
    "oneOf",
    "const",
    "enum",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
];

struct Schema(Value);

impl Schema {
    fn published() -> Self {
        let text = fs::read_to_string(repository().join("docs/external.schema.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn holds(&self, message: &Value) -> bool {
        self.fits(&self.0, message)
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let schema = schema.as_object().expect("a schema is an object");
        assert!(schema.keys().all(|key| KNOWN.contains(&key.as_str())), "the reader does not know all of {schema:?}");
        schema.iter().all(|(key, rule)| match key.as_str() {
            "$ref" => {
                let name = rule.as_str().and_then(|path| path.strip_prefix("#/$defs/")).unwrap();
                self.fits(&self.0["$defs"][name], value)
            }
            "oneOf" => list(rule).iter().filter(|schema| self.fits(schema, value)).count() == 1,
            "const" => rule == value,
            "enum" => list(rule).contains(value),
            "type" => {
                rule.as_array().map_or_else(|| is_of(rule, value), |kinds| kinds.iter().any(|kind| is_of(kind, value)))
            }
            "properties" => value.as_object().is_none_or(|object| self.properties(schema, rule, object)),
            "required" => list(rule).iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| self.fits(rule, item))),
            "prefixItems" => value
                .as_array()
                .is_none_or(|items| list(rule).iter().zip(items).all(|(rule, item)| self.fits(rule, item))),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap()),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            _ => true,
        })
    }

    fn properties(&self, schema: &Map<String, Value>, rules: &Value, object: &Map<String, Value>) -> bool {
        let open = schema.get("additionalProperties") != Some(&Value::Bool(false));
        object.iter().all(|(name, value)| rules.get(name).map_or(open, |rule| self.fits(rule, value)))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list of schemas or values")
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the reader does not know the type {other}"),
    }
}

#[test]
fn every_message_of_a_run_is_one_of_the_schema() {
    if !has_python() {
        return;
    }
    let root = root_for("schema", "copying\", \"copy.jsonl");
    report_of(&mut command(&root, &["replay", "outside", "--no-tables", "--json"]), 0);
    let (schema, text) = (Schema::published(), fs::read_to_string(root.join("copy.jsonl")).unwrap());
    let mut counts = std::collections::BTreeMap::new();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        assert!(schema.holds(&message), "the schema refuses {message:#}");
        *counts.entry(message["type"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert_eq!((counts["hello"], counts["ready"], counts["bye"]), (1, 1, 1));
    assert!(counts["day"] > 200 && counts["day"] == counts["decision"], "{counts:?}");
    assert!(text.contains("\"trade\":false") && text.contains("\"trade\":true"), "history and run are both told");
}

/// What the program itself refuses by shape, the schema refuses too, and what it takes by shape, the schema takes.
#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let schema = Schema::published();
    let decision = |field: &str, value: Value| json!({"type": "decision", "date": "2020-01-02", field: value});
    let order = |field: &str, value: Value| {
        let mut order = json!({"instrument": "EQUITY:A", "side": "buy", "kind": "market", "quantity_micros": 1});
        order[field] = value;
        decision("orders", json!([order]))
    };
    let report = |field: &str, value: Value| {
        let mut report = json!({"engine": "e", "verdict": "decided"});
        report[field] = value;
        decision("reports", json!([report]))
    };
    for (message, held) in [
        (decision("targets", Value::Null), true),
        (decision("targets", json!([["EQUITY:A", 1]])), true),
        (decision("targets", json!([["EQUITY:A", "1"]])), false),
        (decision("targets", json!([["EQUITY:A"]])), false),
        (decision("targets", json!([["EQUITY:A", 1e300]])), false),
        (decision("target", json!([])), false),
        (order("sessions", json!(5)), true),
        (order("sessions", json!(0)), false),
        (order("quantity_micros", json!(-5)), false),
        (order("quantity_micros", json!(0.5)), false),
        (order("side", json!("hold")), false),
        (report("figures", json!([[null, "mood", "calm"], ["EQUITY:A", "signal", 0.5]])), true),
        (report("figures", json!([[null, "mood", null]])), false),
        (report("engine", json!("")), false),
        (report("verdict", json!("maybe")), false),
        (json!({"type": "ready", "protocol": 1, "name": "n", "version": "1"}), true),
        (json!({"type": "ready", "protocol": 2, "name": "n", "version": "1"}), false),
        (json!({"type": "opinion"}), false),
    ] {
        assert_eq!(schema.holds(&message), held, "{message:#}");
    }
}
