//! The stages of v2, as a chain that another generation can be swapped into.
//!
//! | stage | v2 |
//! |---|---|
//! | watch | windows, the engines that watch, the assessment: the universe reads its scores |
//! | universe | the members of the universe |
//! | signal | score and confidence over the portfolio's horizon |
//! | sizing | the portfolio's programme without its limits, on the days on which a decision is due |
//! | limits | the whole programme for the scores that sizing was given; of other weights than sizing's, the nearest within the limits |
//! | orders | the harness plans |
//!
//! **Nothing to go by.** What the system does as a whole it does stage by stage: without scores, without a universe,
//! with nobody in it who may be held, or with limits that contradict each other, a stage abstains, what is held stays,
//! and the decision is due again tomorrow. A name without a score is another thing: it has no expected return, so it
//! is not held, and what is held of it is sold.
//!
//! **When a decision counts.** The day of the last decision is taken from the whole programme where the limits are
//! asked, and from sizing where they are another generation's. Where sizing is another generation's there is none.

use domain::chain::{Chain, Score, Wanted};
use domain::decision::TargetWeight;
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::numeric::sum;
use domain::order::OrderRequest;
use domain::report::{Abstention, EngineReport, Figure, FigureValue, Verdict};
use domain::state::Saved;
use domain::system::Today;

use super::day::{Day, Wish, has_target, portfolio_report, targets};
use super::{SYSTEM, V2System, another_seed};
use crate::column::Column;
use crate::face::{Answer, Engine};
use crate::portfolio::Portfolio;
use crate::portfolio::output::PortfolioOutput;
use crate::universe::Universe;

/// The engine under whose name limits on another generation's weights are reported.
const LIMITS: &str = "limits";

/// What the stages of a day hand to each other.
pub(super) struct Staged {
    day: Day,
    /// The number of days known today.
    day_count: u32,
    /// What sizing was given and answered.
    sized: Option<Sized>,
    /// What the portfolio is to say, once it is known.
    portfolio: Option<Said>,
    /// The report on another generation's weights.
    limits: Option<EngineReport>,
}

/// What the portfolio says of a day.
enum Said {
    /// Nothing was due.
    Unchanged,
    /// A decision, or why there is none.
    Answered(Box<Answer<PortfolioOutput>>),
}

/// A wish, and the weights that it comes to without limits.
struct Sized {
    wish: Wish,
    wanted: Vec<TargetWeight>,
}

impl Staged {
    /// The portfolio cannot be decided, because the answer of `missing` is missing.
    fn abstain(&mut self, missing: &str) -> Abstention {
        self.portfolio =
            Some(if self.day.due { Said::Answered(Box::new(Answer::missing(missing))) } else { Said::Unchanged });
        Abstention::MissingInput { input: missing.to_owned() }
    }
}

impl Chain for V2System {
    fn watch(&mut self, today: &Today<'_>) {
        let day = self.begin(today);
        self.staged = day.map(|day| Staged {
            day,
            day_count: today.view.day_count() as u32,
            sized: None,
            portfolio: None,
            limits: None,
        });
    }

    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention> {
        let (Some(engines), Some(staged)) = (&mut self.engines, &mut self.staged) else { return Err(another_seed()) };
        let day = &mut staged.day;
        let answer = engines.choose(&today.view, &day.watched, &day.assessment, self.after.as_mut());
        let members = answer.output.as_ref().map(|universe| universe.members().collect());
        let members = members.map_err(Clone::clone);
        day.universe = Some(answer);
        // Scores are asked for first: without them the universe is not what is missing.
        if members.is_err() {
            let missing = day.wish(engines.horizon_days).err().unwrap_or(Universe::NAME);
            staged.abstain(missing);
        }
        members
    }

    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention> {
        let (Some(engines), Some(staged)) = (&self.engines, &mut self.staged) else { return Err(another_seed()) };
        let Some(scores) = staged.day.scores(engines.horizon_days) else {
            return Err(staged.abstain(crate::assessment::Assessment::NAME));
        };
        let mut all: Vec<Instrument> = names.iter().copied().chain(today.book.held().map(|held| held.0)).collect();
        all.sort_unstable();
        all.dedup();
        let score = |instrument: Instrument| {
            let (score, confidence) = (scores.score.get(instrument)?, scores.confidence.get(instrument)?);
            Some(Score { instrument, score, confidence })
        };
        Ok(all.into_iter().filter_map(score).collect())
    }

    fn sizing(&mut self, today: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Wanted {
        let (Some(engines), Some(staged)) = (&mut self.engines, &mut self.staged) else { return Err(another_seed()) };
        let day = &staged.day;
        if !day.due {
            staged.portfolio = Some(Said::Unchanged);
            return Ok(None);
        }
        let wish = day.wish_of(engines, names, scores);
        let mut loosened = engines.portfolio.loosened();
        let mut answer = day.lend(&engines.windows, today.view, &wish, |input| loosened.run(input));
        if targets(&answer).is_none() {
            // What has no answer without the limits has none with them, and the whole programme says why.
            answer = day.lend(&engines.windows, today.view, &wish, |input| engines.portfolio.run(input));
        }
        let wanted = targets(&answer).ok_or_else(|| why(&answer));
        staged.portfolio = Some(Said::Answered(Box::new(answer)));
        let wanted = wanted?;
        staged.sized = Some(Sized { wish, wanted: wanted.clone() });
        (self.after)(Portfolio::NAME);
        Ok(Some(wanted))
    }

    fn limits(&mut self, today: &Today<'_>, wanted: &[TargetWeight]) -> Wanted {
        let (Some(engines), Some(staged)) = (&mut self.engines, &mut self.staged) else { return Err(another_seed()) };
        let (day, windows) = (&staged.day, &engines.windows);
        if let Some(sized) = staged.sized.take_if(|sized| sized.wanted == wanted) {
            let answer = day.lend(windows, today.view, &sized.wish, |input| engines.portfolio.run(input));
            let targets = targets(&answer).ok_or_else(|| why(&answer));
            staged.portfolio = Some(Said::Answered(Box::new(answer)));
            (self.after)(Portfolio::NAME);
            return targets.map(Some);
        }
        let wish = Wish { names: Vec::new(), expected_return: Column::default() };
        let left = day.lend(windows, today.view, &wish, |input| engines.portfolio.nearest(input, wanted));
        staged.limits = Some(limits_report(wanted, &left));
        left.map(Some)
    }

    fn orders(&mut self, _: &Today<'_>, _: &[TargetWeight]) -> Option<Vec<OrderRequest>> {
        None
    }

    fn report(&mut self) -> Vec<EngineReport> {
        let (Some(engines), Some(staged)) = (&mut self.engines, self.staged.take()) else {
            return vec![EngineReport::plain(SYSTEM, Verdict::Abstained(another_seed()))];
        };
        // The limits were another generation's, so what sizing wanted is this one's decision.
        if staged.sized.is_some() {
            engines.portfolio.decided_on(staged.day_count);
        }
        let detailed = match &staged.portfolio {
            Some(Said::Answered(answer)) => engines.tells_of_instruments(staged.day_count, has_target(answer)),
            Some(Said::Unchanged) | None => false,
        };
        let mut reports = staged.day.reports(detailed, &mut self.room);
        reports.extend(staged.portfolio.map(|said| match said {
            Said::Unchanged => EngineReport::plain(Portfolio::NAME, Verdict::Unchanged),
            Said::Answered(answer) => portfolio_report(&answer, detailed, &mut self.room),
        }));
        reports.extend(staged.limits);
        (self.after)("report");
        reports
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        self.lay_down(bytes);
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.take_up(saved).ok()
    }
}

/// Why there are no weights in an answer.
fn why(answer: &Answer<PortfolioOutput>) -> Abstention {
    match &answer.output {
        Err(why) => why.clone(),
        Ok(PortfolioOutput { target: Err(why), .. }) => why.abstention(),
        Ok(_) => Abstention::NothingEligible,
    }
}

/// What became of another generation's weights.
fn limits_report(wanted: &[TargetWeight], left: &Result<Vec<TargetWeight>, Abstention>) -> EngineReport {
    let left = match left {
        Ok(left) => left,
        Err(why) => return EngineReport::plain(LIMITS, Verdict::Abstained(why.clone())),
    };
    let gross = |weights: &[TargetWeight]| sum(&weights.iter().map(|target| target.weight.abs()).collect::<Vec<_>>());
    let figures = [("names", left.len() as f64), ("gross_wanted", gross(wanted)), ("gross", gross(left))];
    let figure = |(field, value): (&'static str, f64)| Figure {
        instrument: None,
        field: field.into(),
        value: FigureValue::Number(value),
    };
    let figures = figures.into_iter().map(figure).collect();
    EngineReport { figures, ..EngineReport::plain(LIMITS, Verdict::Decided) }
}
