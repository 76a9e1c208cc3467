//! The lines of a golden against those of a fresh run.

use std::collections::BTreeMap;

use domain::date::Date;

use super::inputs_of;
use super::tally::{Spot, Tally};
use crate::diff::day::ABSENT;
use crate::diff::lanes::{self, LaneDigests};
use crate::golden::Origin;
use crate::golden::body::{Body, DailyLine, DigestLine, SummaryLine, WeightLine};
use crate::golden::scope::Class;

/// Counts in the summary that are orders and fills, not derived numbers.
const TRADE_COUNTS: [&str; 5] = ["trading_days", "fills", "refusals", "cancels", "orders"];

/// The inputs: other ones make the golden that of another run.
pub(super) fn compare_head(old: &Origin, new: &Origin, tally: &mut Tally<'_>) {
    for ((field, old), (_, new)) in inputs_of(old).into_iter().zip(inputs_of(new)) {
        if old != new {
            tally.add(
                Class::Schema,
                &Spot { place: "manifest.toml", lane: "inputs", field, ..Spot::default() },
                old,
                new,
            );
        }
    }
}

/// `engine.field=label`: other days with that label are other labels, whatever they are counted in.
fn is_share_of_a_label(name: &str) -> bool {
    name.contains('=')
}

pub(super) fn compare_summary(old: &Body, new: &Body, tally: &mut Tally<'_>) {
    let line = |body: &Body, name: &str| body.summary.iter().find(|line| line.name == name).cloned();
    let mut names: Vec<&str> = old.summary.iter().map(|line| line.name.as_str()).collect();
    names.extend(new.summary.iter().map(|line| line.name.as_str()).filter(|name| line(old, name).is_none()));
    for name in names {
        let spot = Spot { place: "summary.txt", lane: "summary", field: name, ..Spot::default() };
        let (old, new) = (line(old, name), line(new, name));
        let (Some(old), Some(new)) = (&old, &new) else {
            let text = |line: &Option<SummaryLine>| line.as_ref().map_or(ABSENT.to_owned(), |line| line.value.clone());
            let class = if is_share_of_a_label(name) { Class::Label } else { Class::Schema };
            tally.add(class, &spot, text(&old), text(&new));
            continue;
        };
        let counts_trades = TRADE_COUNTS.contains(&name) || old.unit == "day";
        let beyond = match name {
            _ if counts_trades => Class::Behaviour,
            share if is_share_of_a_label(share) => Class::Label,
            _ => Class::Numeric,
        };
        if old.unit != new.unit {
            tally.add(Class::Schema, &spot, &old.unit, &new.unit);
        } else if let (Some(left), Some(right)) = (old.number(), new.number()) {
            let policy_name = format!("summary.{name}");
            tally.numbers(&policy_name, beyond, &spot, (left, old.value.clone()), (right, new.value.clone()));
        } else if old.value != new.value {
            tally.add(beyond, &spot, &old.value, &new.value);
        }
    }
}

/// Days, weights and digests. The digests come last: they only count where nothing else explains them.
pub(super) fn compare_lines(old: &Body, new: &Body, tally: &mut Tally<'_>) {
    let by_day =
        |body: &Body| -> BTreeMap<Date, DailyLine> { body.daily.iter().map(|line| (line.day, line.clone())).collect() };
    let mut first_day = None;
    for (day, old, new) in merged(by_day(old), by_day(new)) {
        let running = |line: &Option<DailyLine>| line.as_ref().map(|line| line.running.clone());
        if first_day.is_none() && running(&old) != running(&new) {
            first_day = Some(day);
        }
        compare_day(day, old.as_ref(), new.as_ref(), tally);
    }
    compare_weights(old, new, tally);
    compare_digests(old, new, first_day, tally);
}

/// The lanes that differ in the first month with a difference, causes first.
pub(super) fn first_month(old: &Body, new: &Body) -> Vec<String> {
    lanes::first_month(&lane_digests(old), &lane_digests(new)).map(|(_, lanes)| lanes).unwrap_or_default()
}

fn compare_day(day: Date, old: Option<&DailyLine>, new: Option<&DailyLine>, tally: &mut Tally<'_>) {
    let spot = |lane, field| Spot { place: "daily.txt", lane, field, day: Some(day), ..Spot::default() };
    let (Some(old), Some(new)) = (old, new) else {
        let text = |line: Option<&DailyLine>| line.map_or(ABSENT, |_| "a trading day");
        return tally.add(Class::Behaviour, &spot("book", "day"), text(old), text(new));
    };
    let money = |line: &DailyLine| (line.equity.to_units(), line.equity.to_string());
    tally.numbers("daily.equity", Class::Numeric, &spot("book", "equity"), money(old), money(new));
    // Turnover moves with the equity that it is measured by; whether something else was traded, the digest of the
    // fills tells. A trade where there was none is another behaviour in any case.
    let mut optional = |name: &str, lone: Class, spot: Spot<'_>, old: Option<f64>, new: Option<f64>| {
        let text = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:?}"));
        match (old, new) {
            (Some(ours), Some(theirs)) => {
                tally.numbers(name, Class::Numeric, &spot, (ours, text(old)), (theirs, text(new)));
            }
            (None, None) => {}
            _ => tally.add(lone, &spot, text(old), text(new)),
        }
    };
    optional("daily.turnover", Class::Behaviour, spot("book", "turnover"), old.turnover, new.turnover);
    optional("daily.gross", Class::Numeric, spot("book", "gross"), old.gross, new.gross);
    if old.regime != new.regime {
        let text = |line: &DailyLine| line.regime.clone().unwrap_or_else(|| "-".to_owned());
        tally.add(Class::Label, &spot("regime", "regime"), text(old), text(new));
    }
}

fn compare_weights(old: &Body, new: &Body, tally: &mut Tally<'_>) {
    let by_name = |body: &Body| -> BTreeMap<(Date, String), WeightLine> {
        body.weights.iter().map(|line| ((line.day, line.instrument.clone()), line.clone())).collect()
    };
    for ((day, instrument), old, new) in merged(by_name(old), by_name(new)) {
        let (day, instrument) = (Some(day), Some(instrument.as_str()));
        let spot = Spot { place: "weights.txt", lane: "targets", field: "weight", day, instrument, event: None };
        let text = |line: &Option<WeightLine>| {
            line.as_ref().map_or_else(|| ABSENT.to_owned(), |line| format!("{:?}", line.weight))
        };
        if let (Some(ours), Some(theirs)) = (&old, &new) {
            let (left, right) = ((ours.weight, text(&old)), (theirs.weight, text(&new)));
            tally.numbers("weights.weight", Class::Behaviour, &spot, left, right);
        } else {
            tally.add(Class::Behaviour, &spot, text(&old), text(&new));
        }
    }
}

/// What only the digests show. A lane whose every fact stands in the lines above, or of which something was found
/// already, needs no second telling; of any other the lines cannot say how much it differs, so it counts as beyond
/// tolerance.
fn compare_digests(old: &Body, new: &Body, first_day: Option<Date>, tally: &mut Tally<'_>) {
    let (old, new) = (lane_digests(old), lane_digests(new));
    let mut told: Vec<String> = Vec::new();
    for (lane, ours, theirs) in merged(old, new) {
        let (Some(ours), Some(theirs)) = (&ours, &theirs) else {
            let text = |months: &Option<BTreeMap<_, _>>| if months.is_some() { "a lane" } else { ABSENT };
            let spot = Spot { place: "digests.txt", lane: &lane, field: "lane", ..Spot::default() };
            tally.add(Class::Schema, &spot, text(&ours), text(&theirs));
            continue;
        };
        let is_complete = lane == "targets";
        let explained = tally.has_lane(&lane) && (is_complete || !tally.only_noise(&lane));
        for (month, old, new) in merged(ours.clone(), theirs.clone()) {
            if old == new || explained {
                continue;
            }
            let in_month = |day: &Date| day.to_string().starts_with(&month);
            let day = first_day.filter(|day| in_month(day) && told.iter().all(|known| *known != lane));
            told.push(lane.clone());
            let spot = Spot { place: "digests.txt", lane: &lane, field: "digest", day, ..Spot::default() };
            let text = |digest: Option<domain::digest::Digest>| {
                digest.map_or_else(|| ABSENT.to_owned(), |digest| format!("{month} {}", digest.short()))
            };
            tally.add(class_of_lane(&lane), &spot, text(old), text(new));
        }
    }
}

fn class_of_lane(lane: &str) -> Class {
    match lane {
        "targets" | "plan" | "execution" | "actions" => Class::Behaviour,
        _ => Class::Numeric,
    }
}

fn lane_digests(body: &Body) -> LaneDigests {
    let mut lanes = LaneDigests::new();
    for DigestLine { lane, month, digest } in &body.digests {
        lanes.entry(lane.clone()).or_default().insert(month.clone(), *digest);
    }
    lanes
}

/// Two maps side by side, in the order of their keys.
fn merged<K: Ord + Clone, V>(
    mut old: BTreeMap<K, V>,
    mut new: BTreeMap<K, V>,
) -> impl Iterator<Item = (K, Option<V>, Option<V>)> {
    let keys: std::collections::BTreeSet<K> = old.keys().chain(new.keys()).cloned().collect();
    keys.into_iter().map(move |key| {
        let (ours, theirs) = (old.remove(&key), new.remove(&key));
        (key, ours, theirs)
    })
}
