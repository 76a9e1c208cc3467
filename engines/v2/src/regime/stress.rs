//! From the posterior to the label of a day: ranks of stress, hysteresis, minimum duration, crisis override.
//!
//! Each cluster has a stress: the mean rank of its means in volatility, drawdown and spread. A day's stress is the
//! mean over its posterior, ranked among the days of the fit, so a refit that moves the clusters moves the scale with
//! them, and averaged with exponential weights over the days that were. Entering stress takes a high rank, leaving it
//! a low one for a while: a year like 2002 is one stress with pauses, not five.
//!
//! | from | to | when |
//! |---|---|---|
//! | calm or neutral | `RISK_OFF_CRISIS` / `RISK_OFF` | rank ≥ `crisis_enter` / `stress_enter` |
//! | `RISK_OFF`, `RECOVERY` | `RISK_OFF_CRISIS` | rank ≥ `crisis_enter` |
//! | `RISK_OFF_CRISIS` | `RISK_OFF` | rank < `crisis_leave` |
//! | `RISK_OFF` | `RECOVERY` | rank fallen below the middle of enter and leave, positive 63-day return |
//! | `RECOVERY` | `RISK_OFF` | rank ≥ `stress_enter` |
//! | any | at least `RISK_OFF` | the credit spread says risk-off, whatever the rank |
//! | any of stress | `CALM_CARRY` or `NEUTRAL` | rank < `stress_leave`, for `stress_leave_days` |
//! | `CALM_CARRY` / `NEUTRAL` | `NEUTRAL` / `CALM_CARRY` | rank ≥ `calm_leave` / rank < `calm_enter` |
//!
//! The averaged rank is how volatility is seen to fall after a crisis: vol_21 against vol_63 flickers from day to day.
//! A new label counts after it has been the answer for the minimum duration; a crisis that is plain to see (VIX above
//! 30) counts at once. Worked example with the defaults: rank 0.85 on five days after calm gives `RISK_OFF` on the
//! fifth.

use domain::digest::CanonicalBytes;
use domain::state::Saved;

use super::config::NamingConfig;
use super::naming::Label;

/// What decides the label of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    /// The rank of the day's stress among the fit's days, 0 to 1.
    pub(super) rank: f64,
    /// Whether the 63-day return is positive.
    pub(super) rises: bool,
    /// Whether the day is a crisis whatever the clusters say.
    pub(super) crisis: bool,
    /// Whether the day is at least risk-off whatever the clusters say.
    pub(super) risk_off: bool,
}

/// The label that holds, and the one that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Gate {
    /// The averaged rank.
    pub(super) rank: Option<f64>,
    /// The label that holds.
    pub(super) label: Option<Label>,
    /// Days for which it has held.
    pub(super) days: u32,
    /// Days for which another label has been the answer.
    waiting: u32,
}

impl Gate {
    /// Takes a day; answers its label.
    pub(super) fn take(&mut self, day: &Evidence, rules: &NamingConfig, minimum: u32) -> Label {
        let weight = 1.0 / f64::from(rules.stress_smoothing_days);
        let rank = self.rank.map_or(day.rank, |before| before + (day.rank - before) * weight);
        self.rank = Some(rank);
        let Some(held) = self.label else {
            let label = first(rank, day, rules);
            (self.label, self.days, self.waiting) = (Some(label), 1, 0);
            return label;
        };
        let next = next(held, rank, day, rules);
        self.days = self.days.saturating_add(1);
        if next == held {
            self.waiting = 0;
            return held;
        }
        self.waiting += 1;
        let leaves_stress = held.family().is_stress() && !next.family().is_stress();
        let needed = if leaves_stress { rules.stress_leave_days.max(minimum) } else { minimum };
        let at_once = day.crisis && next == Label::RiskOffCrisis;
        if self.waiting < needed && !at_once {
            return held;
        }
        (self.label, self.days, self.waiting) = (Some(next), 1, 0);
        next
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_f64(self.rank.unwrap_or(f64::NAN));
        bytes.put_u8(self.label.map_or(u8::MAX, |label| label as u8));
        bytes.put_u32(self.days).put_u32(self.waiting);
    }

    pub(super) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let rank = Some(saved.f64()?).filter(|rank| rank.is_finite());
        let code = saved.u8()?;
        let label = if code == u8::MAX { None } else { Some(Label::of_code(code)?) };
        Some(Self { rank, label, days: saved.u32()?, waiting: saved.u32()? })
    }
}

/// The label of the first day: without a past there is no hysteresis, so the middle decides.
fn first(rank: f64, day: &Evidence, rules: &NamingConfig) -> Label {
    if day.crisis || rank >= rules.crisis_enter {
        Label::RiskOffCrisis
    } else if day.risk_off || rank >= f64::midpoint(rules.stress_enter, rules.stress_leave) {
        Label::RiskOff
    } else if rank < f64::midpoint(rules.calm_enter, rules.calm_leave) {
        Label::CalmCarry
    } else {
        Label::Neutral
    }
}

/// The table of this module.
fn next(held: Label, rank: f64, day: &Evidence, rules: &NamingConfig) -> Label {
    let middle = f64::midpoint(rules.stress_enter, rules.stress_leave);
    let calm = if rank < rules.calm_enter { Label::CalmCarry } else { Label::Neutral };
    if day.crisis || rank >= rules.crisis_enter {
        return Label::RiskOffCrisis;
    }
    match held {
        Label::CalmCarry | Label::Neutral if day.risk_off || rank >= rules.stress_enter => Label::RiskOff,
        Label::CalmCarry if rank >= rules.calm_leave => Label::Neutral,
        Label::Neutral => calm,
        Label::CalmCarry => Label::CalmCarry,
        // At least risk-off: a crisis is left to it, and nothing is left below it.
        Label::RiskOffCrisis if day.risk_off && rank >= rules.crisis_leave => held,
        _ if day.risk_off => Label::RiskOff,
        _ if rank < rules.stress_leave => calm,
        Label::RiskOffCrisis if rank < rules.crisis_leave => Label::RiskOff,
        Label::RiskOff if rank < middle && day.rises => Label::Recovery,
        Label::Recovery if rank >= rules.stress_enter => Label::RiskOff,
        held => held,
    }
}
