//! The components over all instruments at once.

use std::collections::VecDeque;

use domain::facts::InstrumentFact;
use domain::ids::Instrument;
use domain::ordered::key;
use domain::view::View;

use super::Input;
use super::class::soft_target_index;
use super::config::parts::{ContagionConfig, IndexConfig};
use super::entities::{Group, groups};
use crate::column::Column;
use crate::windows::{MarketProxy, WINDOW, Windows, lanes};

/// Moves for each entry after which sorting by insertion is given up.
const MOVES_MAX: usize = 16;

/// Which instruments are measured, market by market, and which entities they make up.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    width: usize,
    /// The measured markets, ascending by name, with their instruments, ascending.
    markets: Vec<(String, Vec<u32>)>,
    measured: Vec<u32>,
    pub(super) groups: Vec<Group>,
    /// The members of each market in the order of yesterday's value traded and impact. Today's differs little, so it is
    /// where sorting begins; no answer depends on it.
    orders: Vec<[Vec<u32>; 2]>,
}

impl Layout {
    pub(super) fn of(instruments: &[InstrumentFact], markets: &[String]) -> Self {
        let mut names = markets.to_vec();
        names.sort_unstable();
        names.dedup();
        let on = |market: &str| {
            let found = instruments.iter().enumerate().filter(|(_, fact)| fact.market == market);
            found.map(|(at, _)| at as u32).collect::<Vec<u32>>()
        };
        let markets: Vec<(String, Vec<u32>)> = names.into_iter().map(|name| (name.clone(), on(&name))).collect();
        let mut measured: Vec<u32> = markets.iter().flat_map(|(_, members)| members.iter().copied()).collect();
        measured.sort_unstable();
        let groups = groups(instruments, &measured);
        let orders = markets.iter().map(|(_, members)| [members.clone(), members.clone()]).collect();
        Self { width: instruments.len(), markets, measured, groups, orders }
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// The measured instruments, ascending.
    pub(super) fn measured(&self) -> impl Iterator<Item = Instrument> + '_ {
        self.measured.iter().map(|at| Instrument(*at))
    }

    /// Half the percentile of value traded, half that of the lack of price impact, within the market; one alone when
    /// the other is absent.
    pub(super) fn liquidity(&mut self, windows: &Windows, width: usize) -> Column {
        let today = windows.today();
        let (mut traded, mut impact) = (Column::absent(width), Column::absent(width));
        let mut room = Vec::new();
        for [by_traded, by_impact] in &mut self.orders {
            percentiles(by_traded, today.adv_63.raw(), &mut room, traded.raw_mut());
            percentiles(by_impact, today.amihud_63.raw(), &mut room, impact.raw_mut());
        }
        let mut liquidity = traded;
        for (traded, impact) in liquidity.raw_mut().iter_mut().zip(impact.raw()) {
            let ease = 1.0 - impact;
            *traded = match (traded.is_finite(), ease.is_finite()) {
                (true, true) => 0.5 * *traded + 0.5 * ease,
                (false, true) => ease,
                _ => *traded,
            };
        }
        liquidity
    }

    /// One less the percentile of today's volatility in its own past, or in the own past days of today's stress family
    /// once there are `least` of them before today.
    pub(super) fn vol(&self, input: &Input<'_>, families: &VecDeque<u8>, family: u8, least: u32) -> Column {
        let mut column = Column::absent(self.width);
        let today = input.windows.today();
        // Today is alike itself, and no past day.
        let alike = families.iter().rev().enumerate().filter(|(_, other)| family != 0 && **other == family);
        let lags: Vec<usize> = alike.map(|(lag, _)| lag).collect();
        let among = (lags.len() > least as usize).then(|| input.windows.vol_percentile_among(&lags, least));
        for instrument in self.measured() {
            let own = || today.vol_percentile.get(instrument);
            let percentile = among.as_ref().and_then(|among| among.get(instrument)).or_else(own);
            column.set(instrument, percentile.map(|percentile| 1.0 - percentile));
        }
        column
    }

    /// What is left of the reference loss on the worst days of the home market and its sovereign proxy.
    pub(super) fn contagion(&self, input: &Input<'_>, config: &ContagionConfig) -> Column {
        let mut column = Column::absent(self.width);
        for (market, members) in &self.markets {
            let Some(proxy) = input.windows.proxies().iter().find(|proxy| proxy.market == *market) else { continue };
            let Some(mut lags) = worst_lags(market_returns(proxy, config.max_days), config) else { continue };
            if let Some(series) = config.sovereign_series.get(market) {
                let returns = sovereign_returns(&input.view, series, config.max_days);
                lags.extend(worst_lags(returns, config).unwrap_or_default());
                lags.sort_unstable();
                lags.dedup();
            }
            let rows: Vec<&[f64]> = lags.iter().filter_map(|lag| input.windows.simple_returns(*lag as usize)).collect();
            // With a return on at least half of the days.
            let means = lanes::mean(self.width, &rows, (lags.len() as u32).div_ceil(2));
            for at in members {
                let loss = -means.raw()[*at as usize] / config.reference_loss;
                column.set(Instrument(*at), loss.is_finite().then(|| 1.0 - loss.clamp(0.0, 1.0)));
            }
        }
        column
    }
}

/// The percentile of each member among those with a value: the share below, an equal one counted as half. Puts the
/// members in the order of their values, those without one last.
fn percentiles(order: &mut Vec<u32>, values: &[f64], room: &mut Vec<(f64, u32)>, out: &mut [f64]) {
    room.clear();
    room.extend(order.iter().map(|at| (values[*at as usize], *at)).filter(|(value, _)| value.is_finite()));
    sort(room);
    order.retain(|at| !values[*at as usize].is_finite());
    order.splice(0..0, room.iter().map(|(_, at)| *at));
    let count = room.len() as f64;
    let mut from = 0;
    while from < room.len() {
        let equal = room[from..].iter().take_while(|(value, _)| *value == room[from].0).count();
        let percentile = (from as f64 + equal as f64 / 2.0) / count;
        room[from..from + equal].iter().for_each(|(_, at)| out[*at as usize] = percentile);
        from += equal;
    }
}

/// Ascending by value, then by position. What is almost in order is put in order by insertion, in a few moves for each.
fn sort(room: &mut [(f64, u32)]) {
    let keys = |(value, at): (f64, u32)| (key(value), at);
    let mut moves_left = MOVES_MAX * room.len();
    for end in 1..room.len() {
        let (moving, mut at) = (room[end], end);
        while at > 0 && keys(room[at - 1]) > keys(moving) {
            room[at] = room[at - 1];
            at -= 1;
        }
        room[at] = moving;
        match moves_left.checked_sub(end - at) {
            Some(left) => moves_left = left,
            None => return room.sort_unstable_by_key(|entry| keys(*entry)),
        }
    }
}

fn market_returns(proxy: &MarketProxy, days: u32) -> Vec<(f64, u32)> {
    (0..days).filter_map(|lag| Some((proxy.simple_return(lag as usize)?, lag))).collect()
}

/// The returns of a series of levels as they became known, by the lag of that day; days without news have none.
fn sovereign_returns(view: &View<'_>, series: &str, days: u32) -> Vec<(f64, u32)> {
    let points = view.series(series);
    let mut lag = 0;
    let mut returns = Vec::new();
    for pair in points.windows(2).rev() {
        while view.date(lag).is_some_and(|date| date > pair[1].known_on) {
            lag += 1;
        }
        if lag >= days as usize {
            break;
        }
        let value = pair[1].value / pair[0].value - 1.0;
        if value.is_finite() && view.date(lag) == Some(pair[1].known_on) {
            returns.push((value, lag as u32));
        }
    }
    returns
}

/// The lags of the worst days, ascending; equal returns go to the newer day. `None` when there are too few days.
fn worst_lags(mut returns: Vec<(f64, u32)>, config: &ContagionConfig) -> Option<Vec<u32>> {
    if returns.len() < config.min_days as usize {
        return None;
    }
    let count = ((config.worst_share * returns.len() as f64) as usize).clamp(1, returns.len());
    returns.select_nth_unstable_by(count - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut lags: Vec<u32> = returns[..count].iter().map(|(_, lag)| *lag).collect();
    lags.sort_unstable();
    Some(lags)
}

/// The soft-target index of every measured instrument with a price on each of the window's days.
pub(super) fn soft_target_indices(windows: &Windows, layout: &Layout, config: &IndexConfig) -> Column {
    let mut column = Column::absent(layout.width());
    let (Some(last), Some(first)) = (windows.levels(0), windows.levels(WINDOW - 1)) else { return column };
    let today = windows.today();
    for instrument in layout.measured() {
        let at = instrument.index();
        let (vol, drawdown) = (today.vol_63.get(instrument), today.drawdown_63.get(instrument));
        if let (true, Some(vol), Some(drawdown)) = (windows.is_unbroken(instrument), vol, drawdown) {
            let trend = last[at] / first[at] - 1.0;
            column.set(instrument, Some(soft_target_index(vol, drawdown, trend, config)));
        }
    }
    column
}
