//! Sectors and markets as weighted sums of their companies.
//!
//! Each field is the mean over the companies that have it, weighted by market value (close × shares) where any of
//! them has one, and equally where none has. Worked example: margins of 10 % and 30 % of companies worth 300 and 100
//! make 15 %.

use std::sync::Arc;

use domain::ids::Instrument;
use domain::numeric::sum;
use domain::view::View;

use super::config::ProfilesConfig;
use super::fields::{COMPANY, series::SHARES};
use super::issuers::{Issuer, snapshot};
use super::snapshot::{Flags, IssuerKind, ProfileEncoder, ProfileSnapshot};

/// The snapshots of all sectors, then of all markets.
pub(super) fn build(
    view: &View<'_>,
    issuers: &[Issuer],
    config: &ProfilesConfig,
    encoder: &ProfileEncoder,
) -> Vec<Arc<ProfileSnapshot>> {
    let companies: Vec<&Issuer> = issuers.iter().filter(|issuer| issuer.kind == IssuerKind::Company).collect();
    let mut built = Vec::new();
    for kind in [IssuerKind::Sector, IssuerKind::Index] {
        let group_of = |issuer: &Issuer| match kind {
            IssuerKind::Sector => issuer.sector.as_ref().map(|sector| format!("{}/{sector}", issuer.market)),
            _ => Some(issuer.market.clone()),
        };
        let mut grouped: Vec<(String, &Issuer)> =
            companies.iter().filter_map(|issuer| Some((group_of(issuer)?, *issuer))).collect();
        // Stable: within a group the companies keep their order.
        grouped.sort_by(|a, b| a.0.cmp(&b.0));
        for group in grouped.chunk_by(|a, b| a.0 == b.0) {
            let members: Vec<&Issuer> = group.iter().map(|(_, issuer)| *issuer).collect();
            let (name, structured) = (&group[0].0, fields(view, &members));
            let with = (config, encoder);
            let snapshot = snapshot(name.clone(), kind, name, (view, None), structured, Flags::default(), with);
            built.push(Arc::new(snapshot));
        }
    }
    built
}

fn fields(view: &View<'_>, members: &[&Issuer]) -> Vec<Option<f64>> {
    let worth = |issuer: &Issuer| {
        let close = issuer.members.iter().find_map(|at| view.close(Instrument(*at as u32)))?;
        Some(close * issuer.statement.now[SHARES]?).filter(|worth| *worth > 0.0)
    };
    let worths: Vec<Option<f64>> = members.iter().map(|issuer| worth(issuer)).collect();
    let value = |issuer: &Issuer, field: usize| issuer.snapshot.as_ref().and_then(|known| known.structured[field]);
    (0..COMPANY.len())
        .map(|field| {
            let there: Vec<(f64, Option<f64>)> = members
                .iter()
                .zip(&worths)
                .filter_map(|(issuer, worth)| Some((value(issuer, field)?, *worth)))
                .collect();
            let any = there.iter().any(|(_, worth)| worth.is_some());
            let weighted = |(value, worth): &(f64, Option<f64>)| (*value, if any { worth.unwrap_or(0.0) } else { 1.0 });
            let (values, weights): (Vec<f64>, Vec<f64>) =
                there.iter().map(weighted).map(|(value, weight)| (value * weight, weight)).unzip();
            (!weights.is_empty()).then(|| sum(&values) / sum(&weights))
        })
        .collect()
}
