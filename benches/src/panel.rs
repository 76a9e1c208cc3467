//! Panel *synthetic*: a seeded geometric random walk with one market factor.
//!
//! ```text
//! P[t] = P[t−1] · exp(0.0003 + 0.01 · market[t] + 0.015 · own[t])
//! ```
//!
//! Each walk draws from a stream of its own name, so a wider panel begins with the columns of a narrower one, and a
//! longer one with its days.

use domain::date::Date;
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::ids::InstrumentId;
use domain::numeric::exact;
use domain::seed::{Seed, Streams};
use domain::tape::{Tape, TapeBuilder, TapeError};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

const SEED: Seed = Seed(20_261_231);
/// Sectors of [`Panel::market_tape`].
const SECTORS: usize = 10;
/// Dollars traded a day in each instrument, on average, at its first price.
const TRADED: f64 = 2e6;

/// Closes, day after day, one entry an instrument.
pub struct Panel {
    /// Instruments.
    pub width: usize,
    /// `width` closes for each day.
    pub closes: Vec<f64>,
}

impl Panel {
    /// The panel of `width` instruments and `days` trading days.
    #[must_use]
    pub fn synthetic(width: usize, days: usize) -> Self {
        let streams = Streams::new(SEED);
        let normals = |name: &str| {
            let mut generator = streams.generator(&["panel", name], 0);
            move || normal(&mut generator)
        };
        let mut market = normals("market");
        let mut own: Vec<_> = (0..width).map(|column| normals(&id(column))).collect();
        let mut prices: Vec<f64> = (0..width).map(|column| 20.0 + (column % 80) as f64).collect();
        let mut closes = Vec::with_capacity(width * days);
        for _ in 0..days {
            let factor = 0.0003 + 0.01 * market();
            for (price, own) in prices.iter_mut().zip(&mut own) {
                *price *= exact::exp(factor + 0.015 * own());
                closes.push(*price);
            }
        }
        Self { width, closes }
    }

    /// The rows, day after day.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.closes.chunks(self.width)
    }

    /// The row of one day.
    #[must_use]
    pub fn row(&self, day: usize) -> &[f64] {
        &self.closes[day * self.width..(day + 1) * self.width]
    }

    /// Trading days.
    #[must_use]
    pub fn days(&self) -> usize {
        self.closes.len() / self.width
    }

    /// The panel as a tape of adjusted closes.
    ///
    /// # Errors
    /// [`TapeError`], if a price of the walk leaves the range of prices.
    pub fn tape(&self) -> Result<Tape, TapeError> {
        let ids: Vec<InstrumentId> = (0..self.width).filter_map(|column| id(column).parse().ok()).collect();
        let facts = ids.iter().map(|id| InstrumentFact {
            id: id.clone(),
            market: "SYNTHETIC".into(),
            currency: "USD".into(),
            issuer: None,
            sector: None,
        });
        self.fill(PriceBasis::Adjusted, facts.collect(), |_, close| (None, Some(close), None))
    }

    /// The panel as a tape that whole pipelines run on: closes as traded in the market `US_EQ`, shares traded, an
    /// issuer for each instrument, and ten sectors. Shares traded are drawn from streams of their own, half to one and
    /// a half times two million dollars a day at the first price.
    ///
    /// # Errors
    /// [`TapeError`], if a price of the walk leaves the range of prices.
    pub fn market_tape(&self) -> Result<Tape, TapeError> {
        let ids = (0..self.width).filter_map(|column| Some((column, id(column).parse::<InstrumentId>().ok()?)));
        let facts = ids.map(|(column, id)| InstrumentFact {
            id,
            market: "US_EQ".into(),
            currency: "USD".into(),
            issuer: Some(format!("I{column:05}")),
            sector: Some(format!("SECTOR_{}", column % SECTORS)),
        });
        let streams = Streams::new(SEED);
        let draw = |column: usize| streams.generator(&["panel", "volume", &id(column)], 0);
        let mut draws: Vec<ChaCha12Rng> = (0..self.width).map(draw).collect();
        let bar = |column: usize, close: f64| {
            let share = f64::from(draws[column].next_u32()) / f64::from(u32::MAX);
            (Some(close), None, Some((TRADED / (20.0 + (column % 80) as f64) * (0.5 + share)).round()))
        };
        self.fill(PriceBasis::Raw, facts.collect(), bar)
    }

    /// A tape with close, adjusted close and volume of each cell as `bar` says of its column and price.
    fn fill(
        &self,
        basis: PriceBasis,
        facts: Vec<InstrumentFact>,
        mut bar: impl FnMut(usize, f64) -> (Option<f64>, Option<f64>, Option<f64>),
    ) -> Result<Tape, TapeError> {
        let ids: Vec<InstrumentId> = facts.iter().map(|fact| fact.id.clone()).collect();
        let days = weekdays(self.days());
        let mut builder = TapeBuilder::new(basis, days.clone(), facts)?;
        for (happened_on, row) in days.into_iter().zip(self.rows()) {
            for (column, (instrument, close)) in ids.iter().zip(row).enumerate() {
                let (close, adjusted_close, volume) = bar(column, *close);
                let (instrument, open, high, low) = (instrument.clone(), None, None, None);
                builder.push_bar(&BarFact {
                    instrument,
                    happened_on,
                    open,
                    high,
                    low,
                    close,
                    adjusted_close,
                    volume,
                })?;
            }
        }
        Ok(builder.finish())
    }
}

/// The first trading day of every panel.
#[must_use]
pub const fn first_day() -> Date {
    Date::from_epoch_days(0)
}

fn weekdays(count: usize) -> Vec<Date> {
    let days = (0..).map(|offset| first_day().plus_days(offset));
    days.filter(|day| day.weekday() < 5).take(count).collect()
}

/// Ids of equal length, so that their order is the order of the columns.
fn id(column: usize) -> String {
    format!("EQUITY:S{column:05}")
}

/// Nearly normal, with mean 0 and deviation 1: the sum of twelve uniform draws of 16 bits, less six.
fn normal(generator: &mut ChaCha12Rng) -> f64 {
    let mut sum = 0;
    for _ in 0..3 {
        let bits = generator.next_u64();
        sum += (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    }
    (sum as f64 + 6.0) / 65_536.0 - 6.0
}
