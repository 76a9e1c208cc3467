//! The issuers of a tape, and what was last read of each.

use std::sync::Arc;

use domain::digest::Digest;
use domain::view::View;

use super::config::ProfilesConfig;
use super::fields::{COMPANY_SERIES, SOVEREIGN, series};
use super::snapshot::{Flags, IssuerKind, ProfileEncoder, ProfileSnapshot};
use super::statements::{Statement, read};
use super::{company, sovereign};

/// One issuer.
#[derive(Clone, Debug)]
pub(super) struct Issuer {
    pub(super) id: String,
    pub(super) kind: IssuerKind,
    /// Sector and market: what the text of the profile says of where it belongs.
    pub(super) place: String,
    pub(super) sector: Option<String>,
    pub(super) market: String,
    /// Its instruments, ascending.
    pub(super) members: Vec<usize>,
    /// The series that the tape has of it, by field.
    names: Vec<Option<String>>,
    /// Whether the tape has any series of it.
    pub(super) has_series: bool,
    /// How many points all its series had when they were last looked at: a report is seen on the day on which it
    /// becomes known.
    seen: usize,
    pub(super) statement: Statement,
    pub(super) snapshot: Option<Arc<ProfileSnapshot>>,
}

impl Issuer {
    /// Companies ascending by id, then sovereigns ascending.
    pub(super) fn all(view: &View<'_>) -> Vec<Self> {
        let facts = view.instruments();
        let mut ids: Vec<&str> = facts.iter().filter_map(|fact| fact.issuer.as_deref()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
        for (at, fact) in facts.iter().enumerate() {
            let found = fact.issuer.as_deref().and_then(|issuer| ids.binary_search(&issuer).ok());
            found.into_iter().for_each(|issuer| members[issuer].push(at));
        }
        let series: Vec<&str> = view.series_names().collect();
        let company = |(id, members): (&&str, Vec<usize>)| {
            let fact = &facts[members[0]];
            let names = names(&series, &format!("FUNDAMENTAL:{id}:"), &COMPANY_SERIES);
            let (sector, market) = (fact.sector.clone(), fact.market.clone());
            let place = format!("{} {market}", sector.as_deref().unwrap_or("unknown sector"));
            Self::new(id, IssuerKind::Company, place, sector, market, members, names)
        };
        let mut issuers: Vec<Self> = ids.iter().zip(members).map(company).collect();
        let country = |name: &&str| Some(name.strip_prefix("SOVEREIGN:")?.rsplit_once(':')?.0.to_owned());
        let mut countries: Vec<String> = series.iter().filter_map(country).collect();
        countries.dedup();
        issuers.extend(countries.iter().map(|country| {
            let names = names(&series, &format!("SOVEREIGN:{country}:"), &SOVEREIGN);
            Self::new(country, IssuerKind::Sovereign, country.clone(), None, String::new(), Vec::new(), names)
        }));
        issuers
    }

    fn new(
        id: &str,
        kind: IssuerKind,
        place: String,
        sector: Option<String>,
        market: String,
        members: Vec<usize>,
        names: Vec<Option<String>>,
    ) -> Self {
        let none = vec![None; names.len()];
        let statement = Statement { now: none.clone(), year_before: none, ..Statement::default() };
        let (id, has_series) = (id.to_owned(), names.iter().any(Option::is_some));
        Self { id, kind, place, sector, market, members, names, has_series, seen: 0, statement, snapshot: None }
    }

    /// Whether its series have another point than when they were last looked at.
    pub(super) fn moved(&self, view: &View<'_>) -> bool {
        self.points(view) != self.seen
    }

    /// Points that are known of all its series together.
    fn points(&self, view: &View<'_>) -> usize {
        self.names.iter().flatten().map(|name| view.series(name).len()).sum()
    }

    /// Reads the statement; the rest is made anew only when the statement is another one. Answers whether it was.
    pub(super) fn refresh(&mut self, view: &View<'_>, config: &ProfilesConfig, encoder: &ProfileEncoder) -> bool {
        if !self.has_series && self.renewed(view) {
            return false;
        }
        self.seen = self.points(view);
        let flows = if self.kind == IssuerKind::Company { &series::FLOWS[..] } else { &[] };
        let statement = read(view, &self.names, flows, config);
        if statement == self.statement && self.renewed(view) {
            return false;
        }
        // A country of which nothing is known yet is not on the list: its series may only begin later.
        let known = self.kind == IssuerKind::Company || statement.period.is_some();
        self.snapshot = known.then(|| Arc::new(self.build(&statement, view, config, encoder)));
        self.statement = statement;
        true
    }

    /// Dates the snapshot today, in place where nobody else holds it; false without one.
    fn renewed(&mut self, view: &View<'_>) -> bool {
        let Some(snapshot) = &mut self.snapshot else { return false };
        Arc::make_mut(snapshot).as_of_date = view.today();
        true
    }

    fn build(
        &self,
        statement: &Statement,
        view: &View<'_>,
        config: &ProfilesConfig,
        encoder: &ProfileEncoder,
    ) -> ProfileSnapshot {
        let (structured, flags) = match self.kind {
            IssuerKind::Sovereign => (statement.now.clone(), sovereign::flags(&statement.now, config)),
            _ => (company::structured(statement), company::flags(statement, config)),
        };
        snapshot(
            self.id.clone(),
            self.kind,
            &self.place,
            (view, statement.period),
            structured,
            flags,
            (config, encoder),
        )
    }
}

/// Completes a snapshot: completeness and vector follow from the values.
pub(super) fn snapshot(
    issuer_id: String,
    kind: IssuerKind,
    place: &str,
    (view, period): (&View<'_>, Option<domain::date::Date>),
    structured: Vec<Option<f64>>,
    risk_flags: Flags,
    (config, encoder): (&ProfilesConfig, &ProfileEncoder),
) -> ProfileSnapshot {
    let there = structured.iter().flatten().count() as f64;
    let completeness = there / structured.len().max(1) as f64;
    let embedding = encoder.encode(kind, place, &structured);
    let incomplete = completeness < config.complete_share;
    let as_of_date = view.today();
    let content = Digest::ZERO;
    let snapshot = ProfileSnapshot {
        issuer_id,
        kind,
        as_of_date,
        period,
        structured,
        risk_flags,
        embedding,
        completeness,
        incomplete,
        content,
    };
    snapshot.sealed()
}

/// The names `{prefix}{field}` that stand among the tape's series.
fn names(series: &[&str], prefix: &str, fields: &[&str]) -> Vec<Option<String>> {
    let name = |field: &&str| format!("{prefix}{field}");
    let there = |name: &String| series.binary_search(&name.as_str()).is_ok();
    fields.iter().map(|field| Some(name(field)).filter(there)).collect()
}
