//! The faults that are known: what each is, at which seam it sits, and how large it may be.
//!
//! A fault is a kind and, where it can be more or less, a size. A *ladder* is the few sizes at which a kind is tried
//! when a gate is calibrated: from what is easily missed to what nobody may miss. Kinds without a size are one mutant.
//!
//! ```
//! use faults::kinds::{kinds, mutants};
//! let stale = kinds().iter().find(|kind| kind.name == "stale-scores").unwrap();
//! assert_eq!((stale.seam.name(), stale.ladder), ("signal", &[1.0, 5.0, 21.0, 63.0][..]));
//! assert!(kinds().len() >= 60 && mutants().len() >= 110);
//! ```

use crate::config::Fault;

/// Where in the day a fault sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seam {
    /// Which names may be held.
    Universe,
    /// What they are worth.
    Signal,
    /// How much of each is held.
    Sizing,
    /// What the limits leave.
    Limits,
    /// How it is sent to the market.
    Orders,
    /// What is known and remembered from day to day.
    State,
}

/// The sizes that a kind takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeRange {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// Whether only whole numbers have a meaning.
    pub whole: bool,
    /// The size between these at which nothing would be wrong, and which is refused.
    pub neutral: Option<f64>,
    /// What the number counts or measures.
    pub meaning: &'static str,
}

/// All that is to be known of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Its name in configs.
    pub name: &'static str,
    /// Where it sits.
    pub seam: Seam,
    /// The sizes it takes; `None` for a fault that is there or not.
    pub size: Option<SizeRange>,
    /// The sizes at which gates are calibrated, ascending; empty without a size.
    pub ladder: &'static [f64],
    /// The mistake, in a sentence.
    pub sentence: &'static str,
}

const fn of(low: f64, high: f64, whole: bool, meaning: &'static str) -> Option<SizeRange> {
    Some(SizeRange { low, high, whole, neutral: None, meaning })
}

/// What something is multiplied by: 1 would leave it as it is.
const fn times(low: f64, high: f64, meaning: &'static str) -> Option<SizeRange> {
    Some(SizeRange { low, high, whole: false, neutral: Some(1.0), meaning })
}

/// The longest that anything is kept: a year of trading days.
const YEAR: f64 = 252.0;
/// The last day of a run that a fault may wait for: forty years.
const LATEST: f64 = 10_080.0;

const NONE: Option<SizeRange> = None;
const DAYS: Option<SizeRange> = of(1.0, YEAR, true, "trading days");
const WINDOW: Option<SizeRange> = of(42.0, 756.0, true, "trading days");
const PERIOD: Option<SizeRange> = of(2.0, YEAR, true, "trading days from one time to the next");
const FROM_DAY: Option<SizeRange> = of(1.0, LATEST, true, "the number of the day of the run, from 0");
const SHARE: Option<SizeRange> = of(1e-6, 1.0, false, "a share, where 0.05 means 5 %");
const NAMES: Option<SizeRange> = of(1.0, 1e4, true, "names");
const PLACES: Option<SizeRange> = of(1.0, 1e4, true, "places");
const SHARES: Option<SizeRange> = of(1.0, 1e12, false, "shares");
const PART: Option<SizeRange> = times(1e-6, 1.0, "a share, where 0.05 means 5 %");
const FACTOR: Option<SizeRange> = times(1e-4, 1e4, "a factor");
const EXCESS: Option<SizeRange> = times(1.0, 100.0, "a factor");
const SCORE: Option<SizeRange> = of(1e-6, 2.0, false, "units of score, of which −1 to 1 has two");
const DECISIONS: Option<SizeRange> = of(1.0, 24.0, true, "decisions");
const COPIES: Option<SizeRange> = of(1.0, 10.0, true, "further copies");

/// The table: variant, name, seam, size, ladder, and the mistake in a sentence.
macro_rules! kinds {
    ($($variant:ident $name:literal $seam:ident $size:ident $ladder:tt $sentence:literal;)*) => {
        /// The kinds of faults.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $sentence] $variant,)* }

        /// All kinds, by the order of the day.
        const ALL: &[KindInfo] = &[$(KindInfo {
            kind: Kind::$variant,
            name: $name,
            seam: Seam::$seam,
            size: $size,
            ladder: &$ladder,
            sentence: $sentence,
        },)*];
    };
}

kinds! {
    IgnoresLiquidity "ignores-liquidity" Universe NONE []
        "Every name with a price is admitted: the filters of liquidity, price level and rank are not called.";
    IgnoresBlacklist "ignores-blacklist" Universe NONE []
        "The exclusion lists are read and not applied: needs a config with such a list.";
    WrongColumn "wrong-column" Universe SHARES [1e5, 1e6, 5e6, 2e7]
        "Volume is taken for price, so every name of which fewer than `size` shares were traded today counts as a \
         penny stock and leaves.";
    StaleUniverse "stale-universe" Universe DAYS [1.0, 5.0, 21.0, 63.0, 126.0]
        "The universe of `size` trading days ago is used, because its table is loaded before it is written.";
    NeverRemoves "never-removes" Universe NONE []
        "Names join and never leave: additions are merged into the stored universe, removals are not.";
    DropsNames "drops-names" Universe SHARE [0.05, 0.1, 0.25, 0.5]
        "A join loses rows: each name is left out at random, anew every day, with the probability `size`.";
    Truncated "truncated" Universe NAMES [5.0, 10.0, 20.0]
        "A query with a limit and no order: only the first `size` names by id arrive.";
    OneOff "one-off" Universe PLACES [1.0, 2.0, 5.0]
        "An index is off: each name is replaced by the instrument `size` places after it.";
    RejectedInstead "rejected-instead" Universe NONE []
        "The filter is negated: the names with a price that were refused are admitted, and the members are not.";

    RandomScores "random-scores" Signal NONE []
        "The negative control: scores are drawn uniformly from −1 to 1, anew for every name and day.";
    InvertedScores "inverted-scores" Signal NONE []
        "The sign of every score is wrong.";
    AbsoluteScores "absolute-scores" Signal NONE []
        "The sign of every score is lost: a strong dislike counts as a strong liking.";
    StaleScores "stale-scores" Signal DAYS [1.0, 5.0, 21.0, 63.0]
        "Scores are those of `size` trading days ago: an off-by-one in the date of the query, or a feed that lags.";
    NoisyScores "noisy-scores" Signal SCORE [0.05, 0.1, 0.25, 0.5, 1.0]
        "Noise is added to every score, near normal with the standard deviation `size`: features of another run, or \
         of missing precision.";
    ShiftedScores "shifted-scores" Signal PLACES [1.0, 2.0, 5.0]
        "Two arrays are misaligned: each name has the score of the name `size` places after it.";
    ConstantScores "constant-scores" Signal NONE []
        "Every name has the score 0.5: the model answers its bias.";
    CoarseScores "coarse-scores" Signal SCORE [0.1, 0.25, 0.5, 1.0]
        "Scores are stored in steps of `size`.";
    TieOrder "tie-order" Signal SCORE [0.01, 0.05, 0.2, 0.5]
        "Scores within `size` of each other count as ties, and ties are handed out from the higher instrument.";
    ScoreUnitSlip "score-unit-slip" Signal FACTOR [0.01, 0.1, 10.0, 100.0]
        "Scores are in another unit: multiplied by `size`, then cut to −1 and 1.";
    SignOfOneName "sign-of-one-name" Signal NAMES [1.0, 3.0, 10.0]
        "The `size` names with the strongest scores have the wrong sign.";
    LosesBest "loses-best" Signal NAMES [1.0, 3.0, 5.0]
        "The `size` names with the best scores get none: an outlier filter that cuts what it should keep.";
    ShortMemory "short-memory" Signal PERIOD [4.0, 13.0, 34.0, 63.0]
        "Scores are worked out anew only every `size` trading days and repeated in between.";
    ChasesYesterday "chases-yesterday" Signal DAYS [1.0, 5.0, 21.0]
        "The score is the rank of the return over the last `size` trading days, from −1 to 1: what has just risen is \
         bought.";

    Leverage "leverage" Sizing EXCESS [1.01, 1.05, 1.25, 1.5, 2.0]
        "All weights are multiplied by `size` after the programme has been solved.";
    HalfInvested "half-invested" Sizing PART [0.5, 0.75, 0.9, 0.97]
        "Only the share `size` of every weight is asked for: a cash buffer that is subtracted twice.";
    FeeSign "fee-sign" Sizing SHARE [0.0007, 0.005, 0.02]
        "The fee of a purchase, `size` of its value, is added to the budget instead of being kept for it.";
    PerCentForFraction "per-cent-for-fraction" Sizing FACTOR [0.01, 100.0]
        "Weights in another unit: multiplied by `size`.";
    Concentrated "concentrated" Sizing NAMES [1.0, 2.0, 3.0, 5.0]
        "All that was to be held is put in equal parts into the `size` names of the best scores.";
    EqualInstead "equal-instead" Sizing NONE []
        "The names that the programme chose are held in equal parts: its weights are lost.";
    IgnoresRisk "ignores-risk" Sizing NONE []
        "Weights are proportional to the positive scores: covariance is not looked at.";
    RiskAversionZero "risk-aversion-zero" Sizing NONE []
        "The price of risk is the least that the programme takes, a millionth: within the limits the highest return \
         is all that counts.";
    RiskAversionNegative "risk-aversion-negative" Sizing NONE []
        "Risk is sought: of the names with a positive score, weights are proportional to the mean size of a daily \
         return over 63 days.";
    RiskAversionSlip "risk-aversion-slip" Sizing FACTOR [0.01, 0.1, 10.0, 100.0]
        "The price of risk is `size` times what the config says: variance of a day for that of a month, or the other \
         way round.";
    ShortCovariance "short-covariance" Sizing WINDOW [42.0, 63.0, 84.0, 126.0]
        "The risk model is estimated over `size` trading days, where the config wants more.";
    CostTimes "cost-times" Sizing FACTOR [0.0001, 0.1, 10.0]
        "The programme takes costs to be `size` times what they are.";
    Rounding "rounding" Sizing SHARE [0.001, 0.005, 0.01, 0.05]
        "Weights are rounded to multiples of `size`.";
    StaleWeights "stale-weights" Sizing DECISIONS [1.0, 2.0, 3.0]
        "What is sent is the portfolio of `size` decisions ago.";
    ShiftedWeights "shifted-weights" Sizing PLACES [1.0, 2.0, 5.0]
        "Each name of the portfolio is held with the weight of the name `size` places after it.";
    LastNamesLost "last-names-lost" Sizing NAMES [1.0, 2.0, 3.0]
        "A loop ends early: the last `size` names of the portfolio are not held.";
    Overtrades "overtrades" Sizing DAYS [1.0, 2.0, 5.0, 10.0]
        "The portfolio is decided anew every `size` trading days, whatever the config says.";
    Jitters "jitters" Sizing SHARE [0.02, 0.05, 0.1, 0.25]
        "On days without a decision the last weights are sent again, each off by up to the share `size` of itself: \
         turnover for nothing.";
    Churn "churn" Sizing SHARE [0.05, 0.1, 0.25, 0.5]
        "At every second decision the share `size` of every second name is moved to its neighbour, and back at the \
         next.";
    HoldsLosers "holds-losers" Sizing NONE []
        "Nothing is sold: what is held is never below what was bought.";

    LimitNotEnforced "limit-not-enforced" Limits NONE []
        "The limits are asked and not obeyed: the wish without limits is sent.";
    CapTimes "cap-times" Limits FACTOR [1.1, 1.5, 2.0, 4.0]
        "The limit of a single name is `size` times the config's, at most the whole account.";
    TurnoverTimes "turnover-times" Limits FACTOR [0.25, 0.5, 1.5, 2.0]
        "The limit of turnover is `size` times the config's, at most everything sold and bought.";
    DropsSectorLimit "drops-sector-limit" Limits NONE []
        "The limits of sectors are not among the constraints: needs a config with such a limit.";
    DropsFactorLimit "drops-factor-limit" Limits NONE []
        "The limits of factors are not among the constraints: needs a config with such a limit.";
    DropsFragilityLimit "drops-fragility-limit" Limits NONE []
        "The limit of soft targets is not among the constraints.";
    ClipsInstead "clips-instead" Limits SHARE [0.01, 0.025, 0.05]
        "A second cap of `size` a name cuts what the programme decided and gives the rest to nobody.";
    SellsOnly "sells-only" Limits FROM_DAY [5.0, 63.0, 252.0]
        "From day `size` of the run on nothing is bought: a restriction set for an incident and never lifted.";

    LateOrders "late-orders" Orders DAYS [1.0, 2.0, 5.0, 10.0]
        "Portfolios arrive `size` trading days late.";
    DuplicateOrders "duplicate-orders" Orders COPIES [1.0, 2.0]
        "Every order is sent again, `size` further times: a retry without an idempotency key.";
    SwappedSides "swapped-sides" Orders SHARE [0.05, 0.1, 0.25, 1.0]
        "The share `size` of the orders, drawn at random, buy what was to be sold and sell what was to be bought.";
    PartialOrders "partial-orders" Orders PART [0.25, 0.5, 0.75, 0.9]
        "Only the share `size` of every change is sent, and the rest forgotten.";
    LostOrders "lost-orders" Orders SHARE [0.05, 0.1, 0.25, 0.5]
        "The share `size` of the changes, drawn at random, never reach the market.";
    RoundLots "round-lots" Orders SHARES [10.0, 100.0, 1000.0]
        "Positions are cut down to whole lots of `size` shares.";

    Forgets "forgets" State PERIOD [13.0, 63.0, 126.0]
        "The system loses its state every `size` trading days and begins again from the history of the tape.";
    StaleCache "stale-cache" State PERIOD [4.0, 13.0, 34.0, 63.0]
        "Universe and scores come from a cache that is filled only every `size` trading days.";
    LateData "late-data" State DAYS [1.0, 2.0, 5.0, 21.0]
        "The whole system sees the market as it was `size` trading days ago.";
    StaleBook "stale-book" State DAYS [1.0, 5.0, 21.0]
        "The account that the system sees is that of `size` trading days ago.";
    NoBook "no-book" State NONE []
        "The system believes that nothing is held: positions are never reconciled.";
    MissedRuns "missed-runs" State SHARE [0.25, 0.5, 0.75, 0.9]
        "On the share `size` of the days, drawn at random, the run fails before the portfolio is decided; what is \
         due is tried the next day.";
    Frozen "frozen" State FROM_DAY [5.0, 63.0, 252.0]
        "From day `size` of the run on no portfolio is sent: the process has died and nobody has noticed.";
}

/// All kinds, by the order of the day.
#[must_use]
pub const fn kinds() -> &'static [KindInfo] {
    ALL
}

/// Each kind at each size of its ladder, by the order of [`kinds`]. A config may refuse some of them, which say so in
/// their sentence: `check` of [`crate::config::FaultyConfig`] tells.
#[must_use]
pub fn mutants() -> Vec<Fault> {
    let of = |info: &KindInfo| -> Vec<Fault> {
        let fault = |size| Fault { kind: info.name.to_owned(), size };
        match info.size {
            None => vec![fault(None)],
            Some(_) => info.ladder.iter().map(|size| fault(Some(*size))).collect(),
        }
    };
    ALL.iter().flat_map(of).collect()
}

impl Seam {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Universe => "universe",
            Self::Signal => "signal",
            Self::Sizing => "sizing",
            Self::Limits => "limits",
            Self::Orders => "orders",
            Self::State => "state",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Seam, kinds, mutants};

    #[test]
    fn names_are_unique_and_the_table_follows_the_day() {
        let mut names: Vec<&str> = kinds().iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), kinds().len());
        assert!(kinds().is_sorted_by_key(|kind| (kind.seam, kind.kind)));
        assert_eq!((kinds()[0].seam, kinds()[kinds().len() - 1].seam), (Seam::Universe, Seam::State));
    }

    #[test]
    fn ladders_ascend_within_their_ranges() {
        for kind in kinds() {
            assert_eq!(kind.size.is_some(), !kind.ladder.is_empty(), "{}", kind.name);
            assert!(kind.ladder.is_sorted() && kind.ladder.len() <= 5, "{}", kind.name);
            let fits = |size: &f64| kind.size.is_some_and(|range| range.holds(*size));
            assert!(kind.ladder.iter().all(fits), "{}", kind.name);
            assert!(kind.sentence.ends_with('.'), "{}", kind.name);
        }
    }

    #[test]
    fn there_are_enough_mutants_to_calibrate_with() {
        assert_eq!((kinds().len(), mutants().len()), (64, 184));
    }
}
