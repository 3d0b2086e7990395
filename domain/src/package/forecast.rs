//! When a campaign would be through, which limit would hold it up, and which number would send how much. Pure: numbers,
//! counters and the time are handed in. The forecast before the start, the time that is left while it runs, and the
//! answer to "why is it slow" are this one function.
//!
//! Every number is taken to send whenever it may. The reckoning goes hour by hour, cut where active hours open and close,
//! because all windows of the limits begin and end with clock hours: a million recipients cost what a hundred do. The pauses are
//! taken at their mean, so it is an estimate; [`super::plan`] says who would go when, one by one.

mod accounts;

use self::accounts::SharedLimits;
use super::distribution::{Candidate, Distribution};
use super::limits::{Limit, Usage, day_of, hour_of};
use crate::id::ProfileId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// Nobody plans further ahead; what takes longer has no finish.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// What is to be sent, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ask {
    pub recipients: u64,
    pub distribution: Distribution,
    /// Between two recipients, whichever number sends.
    pub drip: Option<TimeDelta>,
    /// Nothing goes sooner.
    pub not_before: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// When the last message starts; `None` when never, or not within a year.
    pub finish_at: Option<DateTime<Utc>>,
    /// The limit without which it would be sooner; `None` when only the provider's own pace holds.
    pub binding: Option<Limit>,
    /// Messages of each number that can send, in the order of the numbers.
    pub shares: Vec<(ProfileId, u64)>,
}

/// One number while it is reckoned with.
struct Pace<'a> {
    number: &'a Candidate,
    /// Between two messages, in microseconds.
    gap: i64,
    free_at: DateTime<Utc>,
    used_in_hour: u64,
    used_in_day: u64,
    /// Which of the messaging limits holds for it.
    account: Option<usize>,
    /// What its messaging limit still lets through in this hour.
    messaging_left: u64,
    /// Its hours are open in this stretch.
    open: bool,
    sent: u64,
}

/// Between two recipients of the whole.
struct Drip {
    gap: i64,
    free_at: DateTime<Utc>,
}

/// How long limits held numbers back, in number-microseconds.
type Lost = BTreeMap<Limit, i64>;

pub fn forecast(ask: &Ask, numbers: &[Candidate], at: DateTime<Utc>) -> Forecast {
    let begin = ask.not_before.filter(|time| *time > at).unwrap_or(at);
    let able = numbers.iter().filter(|number| number.active && number.linked);
    let mut paces: Vec<Pace<'_>> = able.map(|number| Pace::new(number, begin)).collect();
    let mut accounts = SharedLimits::of(&mut paces, begin);
    if paces.is_empty() {
        let unlinked = numbers.iter().any(|number| number.active);
        let binding = if unlinked { Limit::NotLinked } else { Limit::NoActiveProfile };
        return Forecast { finish_at: None, binding: Some(binding), shares: Vec::new() };
    }
    let mut drip = ask.drip.map(|gap| Drip { gap: gap.num_microseconds().unwrap_or(i64::MAX).max(1), free_at: begin });
    let mut lost = Lost::new();
    if begin > at {
        lost.insert(Limit::Scheduled, 1);
    }
    let mut left = ask.recipients;
    let mut from = begin;
    let mut finish = (left == 0).then_some(begin);
    while left > 0 && from < begin + HORIZON {
        let to = paces.iter_mut().map(|pace| pace.enter(from)).min().unwrap_or(from);
        accounts.enter(&mut paces, from);
        if let Some(drip) = &mut drip {
            // Turns that no number could take are not made up for.
            drip.free_at = drip.free_at.max(from);
        }
        if ask.distribution == Distribution::Sequential {
            one_after_the_other(&mut paces, from, to);
        }
        let last = to - TimeDelta::microseconds(1);
        let by = |at| accounts.by(&paces, at).min(drip.as_ref().map_or(u64::MAX, |it| it.by(at)));
        let through = if by(last) >= left { first_at(from, to, |at| by(at) >= left) } else { last };
        let sent = by(through).min(left);
        if drip.as_ref().is_some_and(|it| it.by(through) <= sent) && sent > 0 {
            *lost.entry(Limit::Drip).or_default() += 1;
        }
        let caps = accounts.caps(&paces, through, ask.distribution, numbers);
        let shares = share_out(sent, &caps, ask.distribution, numbers);
        accounts.count(&mut paces, &shares);
        for (pace, share) in paces.iter_mut().zip(shares) {
            pace.send(share, through, &mut lost);
        }
        if let Some(drip) = &mut drip {
            drip.free_at += TimeDelta::microseconds(drip.gap.saturating_mul(sent as i64));
        }
        left -= sent;
        if left == 0 {
            finish = Some(through);
        }
        from = to;
    }
    let shares = paces.iter().map(|pace| (pace.number.profile_id, pace.sent)).collect();
    Forecast { finish_at: finish, binding: binding(&paces, &lost), shares }
}

/// What held longest; the pace of the numbers only where nothing else did.
fn binding(paces: &[Pace<'_>], lost: &Lost) -> Option<Limit> {
    let windows = [Limit::Daily, Limit::MessagingLimit, Limit::Hourly, Limit::ActiveHours];
    let longest =
        windows.into_iter().filter_map(|limit| Some((*lost.get(&limit)?, limit))).max_by_key(|(lost, _)| *lost);
    let paused = || paces.iter().any(|pace| pace.sent > 1 && pace.gap > provider_gap(pace.number));
    match longest {
        Some((_, limit)) => Some(limit),
        None if lost.contains_key(&Limit::Drip) => Some(Limit::Drip),
        None if paused() => Some(Limit::Pause),
        None => lost.contains_key(&Limit::Scheduled).then_some(Limit::Scheduled),
    }
}

/// Each number begins when the one before it is used up.
fn one_after_the_other(paces: &mut [Pace<'_>], from: DateTime<Utc>, to: DateTime<Utc>) {
    let mut begin = from;
    for pace in paces {
        pace.free_at = pace.free_at.max(begin);
        let allowance = if pace.open { pace.allowance().0 } else { 0 };
        let last = i64::try_from(allowance).unwrap_or(i64::MAX).saturating_sub(1);
        begin = match allowance {
            0 => begin,
            _ => match pace
                .free_at
                .checked_add_signed(TimeDelta::microseconds(pace.gap.saturating_mul(last).min(1 << 52)))
            {
                Some(end) => end.min(to),
                None => to,
            },
        };
    }
}

/// `sent` messages over numbers that could take `caps`: in order where the rule fills one first, evenly otherwise.
fn share_out(sent: u64, caps: &[u64], distribution: Distribution, numbers: &[Candidate]) -> Vec<u64> {
    let mut left = sent;
    let mut shares = vec![0; caps.len()];
    let mut order: Vec<usize> = (0..caps.len()).collect();
    if distribution == Distribution::Priority {
        let able: Vec<u32> = numbers.iter().filter(|it| it.active && it.linked).map(|it| it.priority).collect();
        order.sort_by_key(|index| able.get(*index));
    }
    if matches!(distribution, Distribution::Sequential | Distribution::Priority) {
        for index in order {
            shares[index] = caps[index].min(left);
            left -= shares[index];
        }
        return shares;
    }
    while left > 0 {
        let open: Vec<usize> = (0..caps.len()).filter(|index| shares[*index] < caps[*index]).collect();
        if open.is_empty() {
            break;
        }
        let each = (left / open.len() as u64).max(1);
        for index in open {
            let more = each.min(caps[index] - shares[index]).min(left);
            shares[index] += more;
            left -= more;
        }
    }
    shares
}

/// The first moment of `[from, to)` at which `done`, which stays so once it is.
fn first_at(from: DateTime<Utc>, to: DateTime<Utc>, done: impl Fn(DateTime<Utc>) -> bool) -> DateTime<Utc> {
    let (mut early, mut late) = (0, (to - from).num_microseconds().unwrap_or(0));
    while early < late {
        let middle = early + (late - early) / 2;
        if done(from + TimeDelta::microseconds(middle)) {
            late = middle;
        } else {
            early = middle + 1;
        }
    }
    from + TimeDelta::microseconds(early)
}

fn provider_gap(number: &Candidate) -> i64 {
    1_000_000 / i64::from(number.per_second.max(1))
}

/// Messages one `gap` apart that have started by `at`, the first at `free_at`.
fn started(free_at: DateTime<Utc>, gap: i64, at: DateTime<Utc>) -> u64 {
    match (at - free_at).num_microseconds() {
        Some(since) if since >= 0 => (since / gap) as u64 + 1,
        _ => 0,
    }
}

impl Drip {
    fn by(&self, at: DateTime<Utc>) -> u64 {
        started(self.free_at, self.gap, at)
    }
}

impl<'a> Pace<'a> {
    fn new(number: &'a Candidate, at: DateTime<Utc>) -> Self {
        Self {
            number,
            gap: 1,
            free_at: at.max(number.usage.free_at.unwrap_or(at)).max(number.throttled_until.unwrap_or(at)),
            used_in_hour: number.usage.used_in_hour(at).into(),
            used_in_day: number.usage.used_in_day(at).into(),
            account: None,
            messaging_left: u64::MAX,
            open: true,
            sent: 0,
        }
    }

    /// A stretch begins, as long as nothing changes for this number; answers when it ends at the latest.
    fn enter(&mut self, from: DateTime<Utc>) -> DateTime<Utc> {
        if hour_of(from) == from {
            self.used_in_hour = 0;
        }
        if day_of(from) == from {
            self.used_in_day = 0;
        }
        self.free_at = self.free_at.max(from);
        let count = |used: u64| u32::try_from(used).unwrap_or(u32::MAX);
        let usage = Usage {
            hour: Some(hour_of(from)),
            in_hour: count(self.used_in_hour),
            day: Some(day_of(from)),
            in_day: count(self.used_in_day),
            ..Usage::default()
        };
        let rest = self.number.settings.rest(&usage, self.number.health, from, 0.5);
        self.gap = rest.num_microseconds().unwrap_or(i64::MAX).max(provider_gap(self.number)).max(1);
        let end = hour_of(from) + TimeDelta::hours(1);
        let Some(hours) = &self.number.settings.active_hours else { return end };
        self.open = hours.is_open(from);
        if self.open { end.min(hours.closes(from)) } else { end.min(hours.next_open(from).unwrap_or(end)) }
    }

    /// What the limits still let through in this hour, and the one that lets through least.
    fn allowance(&self) -> (u64, Limit) {
        let left =
            |limit: Option<u32>, used: u64| limit.map_or(u64::MAX, |limit| u64::from(limit).saturating_sub(used));
        let settings = &self.number.settings;
        let all = [
            (left(settings.daily_for_campaigns(), self.used_in_day), Limit::Daily),
            (self.messaging_left, Limit::MessagingLimit),
            (left(settings.hourly_for_campaigns(), self.used_in_hour), Limit::Hourly),
        ];
        all.into_iter().min_by_key(|(left, _)| *left).unwrap_or((u64::MAX, Limit::Hourly))
    }

    /// Messages that have started by then, in this stretch.
    fn by(&self, at: DateTime<Utc>) -> u64 {
        if self.open { started(self.free_at, self.gap, at).min(self.allowance().0) } else { 0 }
    }

    /// Sends so many by `through`, and notes what held it back for the rest of the time.
    fn send(&mut self, share: u64, through: DateTime<Utc>, lost: &mut Lost) {
        self.sent += share;
        self.used_in_hour += share;
        self.free_at += TimeDelta::microseconds(self.gap.saturating_mul(share as i64));
        let (left, limit) = self.allowance();
        let limit = if self.open { (left == 0).then_some(limit) } else { Some(Limit::ActiveHours) };
        if let Some(limit) = limit.filter(|_| self.free_at < through) {
            let held = (through - self.free_at).num_microseconds().unwrap_or(i64::MAX);
            let slot = lost.entry(limit).or_default();
            *slot = slot.saturating_add(held);
        }
    }
}

#[cfg(test)]
mod tests;
