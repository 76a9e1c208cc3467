//! What the encoders promise, on small tapes.

mod numeric;
mod reference;
mod texts;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::facts::{BarFact, InstrumentFact, PriceBasis, TextFact, TextKind};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use super::{Encoders, EncodersConfig, EncodersInput, EncodersOutput};
use crate::face::{Engine, Told};
use crate::windows::{Windows, WindowsConfig};

/// The closes of a small market: a common factor and own noise, each with gaps.
pub(crate) struct Market {
    pub(crate) days: usize,
    pub(crate) width: usize,
    pub(crate) seed: u64,
}

impl Market {
    pub(crate) fn dates(&self) -> Vec<Date> {
        let start: Date = "2001-01-01".parse().unwrap();
        (0..).map(|day| start.plus_days(day)).filter(|day| day.weekday() < 5).take(self.days).collect()
    }

    pub(crate) fn facts(&self) -> Vec<InstrumentFact> {
        let fact = |at: usize| InstrumentFact {
            id: format!("EQUITY:S{at:02}").parse().unwrap(),
            market: "US_EQ".into(),
            currency: "USD".into(),
            issuer: Some(format!("I{:02}", at / 2)),
            sector: (at % 3 < 2).then(|| format!("SECTOR{}", at % 3)),
        };
        (0..self.width).map(fact).collect()
    }

    /// Day by day, instrument by instrument; the last instrument starts 80 days before the end.
    pub(crate) fn closes(&self) -> Vec<Vec<Option<f64>>> {
        let mut state = self.seed;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let mut levels: Vec<f64> = (0..self.width).map(|at| 20.0 + 7.0 * at as f64).collect();
        (0..self.days)
            .map(|day| {
                let market = 0.03 * draw();
                let close = |(at, level): (usize, &mut f64)| {
                    *level *= 1.0 + (0.5 + 0.1 * (at % 10) as f64) * market + 0.02 * draw();
                    let late = at + 1 == self.width && day + 80 < self.days;
                    let gap = draw() > 0.485;
                    (!late && !gap).then_some(*level)
                };
                levels.iter_mut().enumerate().map(close).collect()
            })
            .collect()
    }

    pub(crate) fn builder(&self, closes: &[Vec<Option<f64>>]) -> TapeBuilder {
        let (dates, facts) = (self.dates(), self.facts());
        let mut builder = TapeBuilder::new(PriceBasis::Raw, dates.clone(), facts.clone()).unwrap();
        for (date, row) in dates.iter().zip(closes) {
            for (fact, close) in facts.iter().zip(row).filter(|(_, close)| close.is_some()) {
                let (instrument, happened_on) = (fact.id.clone(), *date);
                let bar = BarFact {
                    instrument,
                    happened_on,
                    open: None,
                    high: None,
                    low: None,
                    close: *close,
                    adjusted_close: None,
                    volume: None,
                };
                builder.push_bar(&bar).unwrap();
            }
        }
        builder
    }

    fn tape(&self) -> Tape {
        self.builder(&self.closes()).finish()
    }
}

const MARKET: Market = Market { days: 230, width: 7, seed: 11 };

fn text(subject: &str, known_on: Date, text: &str) -> TextFact {
    let (subject, text) = (subject.to_owned(), text.to_owned());
    TextFact { subject, kind: TextKind::News, happened_on: known_on, known_on, text }
}

fn day(engine: &mut Encoders, windows: &mut Windows, tape: &Tape, day: usize) -> EncodersOutput {
    let view = View::as_of(tape, day).unwrap();
    windows.step(&view);
    engine.run(&EncodersInput { view, windows }).output.unwrap()
}

/// The outputs of the days from `from` on, by an engine that starts there.
fn run(tape: &Tape, config: &EncodersConfig, from: usize) -> Vec<EncodersOutput> {
    let mut engine = Encoders::new(config.clone()).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    (from..tape.days().len()).map(|at| day(&mut engine, &mut windows, tape, at)).collect()
}

fn bytes(output: &EncodersOutput) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    output.put(&mut bytes);
    bytes.into_vec()
}

/// The instruments encoded every `every` days.
fn config(every: u32) -> EncodersConfig {
    EncodersConfig { instrument_every_days: every, ..EncodersConfig::default() }
}
