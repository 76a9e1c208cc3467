//! Ranking and caps (engines-v1 §5).
//!
//! Best score first, ties by ticker; a name beyond its sector's cap is passed over, and the list ends at the cap on
//! names. Names without a sector have no sector cap [chosen]. In an emergency only the more liquid half is ranked;
//! where volumes are unknown, all are.
//!
//! Example: scores 3, 2, 1 of which the first two share a sector with a cap of 1 choose the first and the third.

use domain::ids::Instrument;

/// A name that may be held.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The name.
    pub instrument: Instrument,
    /// Its score.
    pub score: f64,
    /// Its sector, where it is known.
    pub sector: Option<String>,
    /// Mean value traded a day, in units of currency; `None` where volumes are unknown.
    pub dollar_volume: Option<f64>,
}

/// The limits of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caps {
    /// Names at most.
    pub names: usize,
    /// Names of a sector at most.
    pub names_per_sector: usize,
    /// The share of the candidates, most liquid first, that is ranked; 1 is all.
    pub liquid_share: f64,
}

/// The chosen with their scores, ascending by instrument, and the others with the reason.
pub type Selection = (Vec<(Instrument, f64)>, Vec<(Instrument, &'static str)>);

/// Chooses among candidates.
#[must_use]
pub fn select(mut candidates: Vec<Candidate>, caps: &Caps) -> Selection {
    let (mut chosen, mut dropped): Selection = (Vec::new(), Vec::new());
    let measured = candidates.iter().all(|candidate| candidate.dollar_volume.is_some());
    if caps.liquid_share < 1.0 && measured {
        let volume = |candidate: &Candidate| candidate.dollar_volume.unwrap_or(0.0);
        candidates.sort_by(|a, b| volume(b).total_cmp(&volume(a)).then(a.instrument.cmp(&b.instrument)));
        let keep = (candidates.len() as f64 * caps.liquid_share).ceil() as usize;
        dropped.extend(candidates.drain(keep..).map(|candidate| (candidate.instrument, "less_liquid_half")));
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.instrument.cmp(&b.instrument)));
    let mut sectors: Vec<(&str, usize)> = Vec::new();
    for Candidate { instrument, score, sector, .. } in &candidates {
        if chosen.len() >= caps.names {
            dropped.push((*instrument, "beyond_max_names"));
            continue;
        }
        if let Some(sector) = sector.as_deref() {
            let at = sectors.iter().position(|(name, _)| *name == sector).unwrap_or_else(|| {
                sectors.push((sector, 0));
                sectors.len() - 1
            });
            if sectors[at].1 >= caps.names_per_sector {
                dropped.push((*instrument, "beyond_max_names_per_sector"));
                continue;
            }
            sectors[at].1 += 1;
        }
        chosen.push((*instrument, *score));
    }
    chosen.sort_unstable_by_key(|(instrument, _)| *instrument);
    dropped.sort_unstable();
    (chosen, dropped)
}
