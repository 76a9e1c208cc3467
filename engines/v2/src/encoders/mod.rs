//! Encoders: texts and numeric windows as vectors of 384 numbers (engines-v2 §1).
//!
//! A numeric window is 63 trading days by six features of one entity. Each cell becomes a robust z-score against the
//! entity's own trailing history, cut off at ±8, so that neither a price level nor a volume can dominate a distance:
//! a series a thousand times as high has the same vector. A fixed seeded sparse projection takes the 378 cells to 384
//! numbers. Markets and sectors are encoded every day, instruments every 21 days; an issuer is the mean of its
//! instruments ([`EmbeddingTable::issuer`]). Texts are hashed n-grams ([`text`]), and [`joint`] puts both together.
//!
//! Worked example: a market's return of −3 % on a day whose trailing median is 0.05 % and whose trailing MAD is 0.5 %
//! has z = (−0.03 − 0.0005) / (1.4826 · 0.005) = −4.11.
//!
//! Everything follows from the last days of the view, so there is nothing to save: after a restore the rows are built
//! anew from the windows and have the same bits.
//!
//! ```
//! use v2::encoders::{Encoders, EncodersConfig};
//! assert!(Encoders::new(EncodersConfig::default()).is_ok());
//! let wrong = EncodersConfig { projection_fan_out: 5, ..EncodersConfig::default() };
//! assert_eq!(
//!     Encoders::new(wrong).unwrap_err().to_string(),
//!     "encoders.projection_fan_out is 5: expected a divisor of 384"
//! );
//! ```

mod config;
mod embedding;
mod groups;
pub mod joint;
mod output;
pub mod projection;
mod rows;
mod scale;
mod subjects;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
mod window;

use std::sync::Arc;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::Dropped;
use domain::state::Saved;
use domain::view::View;

use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::Windows;
use rows::Rows;
use scale::Scales;
use subjects::{MACRO, Subjects};
use text::TextEncoder;
use window::{NumericEncoder, Window};

pub use config::{EncodersConfig, NumericFeature, models};
pub use embedding::{Absence, DIMENSION, Embedding, EmbeddingTable};
pub use output::{EncodersOutput, MarketVectors, SectorVectors};
pub use subjects::SubjectText;

/// What the encoders read.
#[derive(Clone, Copy, Debug)]
pub struct EncodersInput<'a> {
    /// Today.
    pub view: View<'a>,
    /// The windows, stepped to today.
    pub windows: &'a Windows,
}

/// The encoders of all spaces.
#[derive(Clone, Debug)]
pub struct Encoders {
    config: EncodersConfig,
    window: Window,
    numeric: Vec<NumericEncoder>,
    /// For each joint model its id, its version and the numeric model it joins.
    joint: Vec<(&'static str, String, &'static str)>,
    issuer_texts: TextEncoder,
    macro_texts: TextEncoder,
    rows: Rows,
    scales: Scales,
    subjects: Subjects,
    tables: Vec<Arc<EmbeddingTable>>,
}

impl Encoders {
    /// Encoders before their first day.
    ///
    /// # Errors
    /// [`ConfigError`] for a value out of range.
    pub fn new(config: EncodersConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let joint = models::JOINT.map(|(model, numeric)| (model, config.version(model), numeric));
        Ok(Self {
            window: Window::new(&config),
            numeric: models::NUMERIC.iter().map(|model| NumericEncoder::new(&config, model)).collect(),
            joint: joint.into(),
            issuer_texts: TextEncoder::new(models::TEXT[0]),
            macro_texts: TextEncoder::new(models::TEXT[2]),
            rows: Rows::new(&config),
            scales: Scales::default(),
            subjects: Subjects::default(),
            tables: Vec::new(),
            config,
        })
    }

    fn encoders<'s>(&'s self, models: &'s [String]) -> impl Iterator<Item = &'s NumericEncoder> {
        models.iter().filter_map(|model| self.numeric.iter().find(|encoder| encoder.model_id == *model))
    }

    /// Rows, scales and tables of today; what a continued run would hold is made anew after a restore.
    fn step(&mut self, view: &View<'_>, windows: &Windows) -> usize {
        let anew = self.rows.step(view, windows);
        if anew {
            self.subjects = Subjects::start(view);
        }
        let day = windows.day_count() - 1;
        let (refresh, every) = (self.config.scale_refresh_days as usize, self.config.instrument_every_days as usize);
        let (scale_lag, table_lag) = (day % refresh, day % every);
        if anew && table_lag > 0 {
            let scale_lag = table_lag + (day - table_lag) % refresh;
            self.scales = Scales::of(&self.rows, &self.config, scale_lag, &self.scales);
            self.encode_instruments(table_lag);
        }
        if anew || scale_lag == 0 {
            self.scales = Scales::of(&self.rows, &self.config, scale_lag, &self.scales);
        }
        if table_lag == 0 {
            self.encode_instruments(0);
        }
        table_lag
    }

    fn encode_instruments(&mut self, lag: usize) {
        let models: Vec<&NumericEncoder> = self.encoders(&self.config.instrument_models).collect();
        let tables = self.window.tables(&models, &self.rows, &self.scales, lag);
        self.tables = tables.into_iter().map(Arc::new).collect();
    }

    fn numeric(&self, models: &[String], at: usize) -> Vec<(String, Result<Embedding, Absence>)> {
        let inputs = self.window.inputs(&self.rows, &self.scales, at);
        self.encoders(models).map(|encoder| (encoder.model_id.clone(), encoder.entity(&inputs))).collect()
    }

    fn market(&self, at: usize, texts: &[SubjectText]) -> MarketVectors {
        let numeric = self.numeric(&self.config.market_models, at);
        let text = texts.iter().find(|text| text.subject == MACRO && !text.text.empty);
        let text = text.map(|text| &text.text.embedding);
        let join = |(model, version, of): &(&'static str, String, &'static str)| {
            let vector = numeric.iter().find(|(known, _)| known == of)?.1.as_ref().ok()?;
            Some(((*model).to_owned(), joint::join(version, vector, text, self.config.text_weight)?))
        };
        let joint = self.joint.iter().filter_map(join).collect();
        MarketVectors { market: self.rows.groups.markets[at].clone(), numeric, joint }
    }

    fn sectors(&self) -> Vec<SectorVectors> {
        let markets = self.rows.groups.markets.len();
        let numbered = self.rows.groups.sectors.iter().enumerate();
        numbered
            .map(|(at, (market, sector))| SectorVectors {
                market: market.clone(),
                sector: sector.clone(),
                numeric: self.numeric(&self.config.sector_models, markets + at),
            })
            .collect()
    }

    /// On the days of their encoding: the instruments without a vector.
    fn dropped(&self, instruments_today: bool) -> Vec<Dropped> {
        let Some(table) = self.tables.first().filter(|_| instruments_today) else { return Vec::new() };
        let reason = |absence: Absence| match absence {
            Absence::TooFewRows { .. } => "too_few_rows",
            Absence::NoScale => "no_scale",
        };
        let absent = (0..).map(Instrument).zip(&table.absences);
        let dropped = |(instrument, absence): (Instrument, &Option<Absence>)| {
            absence.map(|absence| Dropped { instrument, reason: reason(absence).into() })
        };
        absent.filter_map(dropped).collect()
    }
}

impl Engine for Encoders {
    const NAME: &'static str = "encoders";
    type Input<'a> = EncodersInput<'a>;
    type Output = EncodersOutput;

    /// Needs windows that reach back far enough to build the rows anew; abstains otherwise.
    fn run(&mut self, input: &EncodersInput<'_>) -> Answer<EncodersOutput> {
        let EncodersInput { view, windows } = input;
        if windows.depth() < self.rows.needs() || windows.day_count() != view.day_count() {
            return Answer::missing("windows");
        }
        let table_lag = self.step(view, windows);
        let encoders = [&self.issuer_texts, &self.macro_texts];
        let texts = self.subjects.step(view, self.config.text_days, encoders);
        let output = EncodersOutput {
            markets: (0..self.rows.groups.markets.len()).map(|at| self.market(at, &texts)).collect(),
            sectors: self.sectors(),
            tables: self.tables.clone(),
            instruments_on: view.date(table_lag).unwrap_or(view.today()),
            instruments_today: table_lag == 0,
            texts,
        };
        Answer { output: Ok(output), dropped: self.dropped(table_lag == 0) }
    }

    /// Nothing: rows, scales and tables follow from the windows.
    fn save(&self, _bytes: &mut CanonicalBytes) {}

    fn restore(&mut self, _saved: &mut Saved<'_>) -> Option<()> {
        // The next day does not follow, so everything is built anew.
        self.rows = Rows::new(&self.config);
        Some(())
    }
}
