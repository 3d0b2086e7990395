//! When a campaign would be through, which limit would hold it up, and which number would send how much. Pure: numbers,
//! counters and the time are handed in. The forecast before the start, the time that is left while it runs, and the
//! answer to "why is it slow" are this one function.
//!
//! Every number is taken to send whenever it may. The reckoning goes hour by hour, cut where active hours open and close,
//! because the windows of the limits are clock hours and days: a million recipients cost what a hundred do. The pauses are
//! taken at their mean, so it is an estimate; [`super::plan`] says who would go when, one by one.

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
    /// Which of the shared limits holds for it.
    account: Option<usize>,
    /// What its messaging limit still lets through in this day.
    messaging_left: u64,
    /// Its hours are open in this stretch.
    open: bool,
    sent: u64,
}

/// The messaging limit of an account, which is that of all its numbers together.
struct SharedLimit<'a> {
    account: &'a str,
    limit: u64,
    used_in_day: u64,
}

struct SharedLimits<'a>(Vec<SharedLimit<'a>>);

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

impl<'a> SharedLimits<'a> {
    fn of(paces: &mut [Pace<'a>], at: DateTime<Utc>) -> Self {
        let mut limits: Vec<SharedLimit<'a>> = Vec::new();
        for pace in paces {
            let (Some(account), Some(limit)) = (&pace.number.account, pace.number.messaging_limit) else { continue };
            let used_in_day = u64::from(pace.number.used_of_account(at));
            let known = limits.iter().position(|it| it.account == account);
            let nth = known.unwrap_or_else(|| {
                limits.push(SharedLimit { account, limit: limit.into(), used_in_day });
                limits.len() - 1
            });
            // Numbers of which the provider said different things at different times: the least.
            limits[nth].limit = limits[nth].limit.min(limit.into());
            pace.account = Some(nth);
        }
        Self(limits)
    }

    /// A stretch begins.
    fn enter(&mut self, paces: &mut [Pace<'_>], from: DateTime<Utc>) {
        if day_of(from) == from {
            self.0.iter_mut().for_each(|limit| limit.used_in_day = 0);
        }
        self.tell(paces);
    }

    fn tell(&self, paces: &mut [Pace<'_>]) {
        for pace in paces {
            pace.messaging_left = match pace.account {
                Some(nth) => self.left(nth),
                None => {
                    let limit = pace.number.messaging_limit.map_or(u64::MAX, u64::from);
                    limit.saturating_sub(pace.used_in_day)
                }
            };
        }
    }

    fn left(&self, nth: usize) -> u64 {
        self.0[nth].limit.saturating_sub(self.0[nth].used_in_day)
    }

    /// Messages of all numbers that have started by then, in this stretch.
    fn by(&self, paces: &[Pace<'_>], at: DateTime<Utc>) -> u64 {
        let mut of_account = vec![0_u64; self.0.len()];
        let mut all = 0;
        for pace in paces {
            match pace.account {
                Some(nth) => of_account[nth] += pace.by(at),
                None => all += pace.by(at),
            }
        }
        all + of_account.into_iter().enumerate().map(|(nth, by)| by.min(self.left(nth))).sum::<u64>()
    }

    /// The same for each number: those of one account have what is left of its limit between them.
    fn caps(
        &self,
        paces: &[Pace<'_>],
        at: DateTime<Utc>,
        distribution: Distribution,
        numbers: &[Candidate],
    ) -> Vec<u64> {
        let mut caps: Vec<u64> = paces.iter().map(|pace| pace.by(at)).collect();
        for nth in 0..self.0.len() {
            let is_of = |pace: &Pace<'_>| pace.account == Some(nth);
            let own: Vec<u64> = paces.iter().zip(&caps).map(|(pace, cap)| if is_of(pace) { *cap } else { 0 }).collect();
            if own.iter().sum::<u64>() > self.left(nth) {
                let shares = share_out(self.left(nth), &own, distribution, numbers);
                for ((pace, cap), share) in paces.iter().zip(&mut caps).zip(shares) {
                    if is_of(pace) {
                        *cap = share;
                    }
                }
            }
        }
        caps
    }

    fn count(&mut self, paces: &mut [Pace<'_>], shares: &[u64]) {
        for (pace, share) in paces.iter().zip(shares) {
            if let Some(nth) = pace.account {
                self.0[nth].used_in_day += share;
            }
        }
        for (pace, share) in paces.iter_mut().zip(shares) {
            pace.used_in_day += share;
        }
        self.tell(paces);
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
            free_at: None,
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
mod tests {
    use super::*;
    use crate::hours::{ActiveHours, Window};
    use crate::package::limits::Settings;
    use crate::package::strategy::Strategy;
    use chrono::NaiveTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn number(n: u128, settings: Settings) -> Candidate {
        Candidate::new(ProfileId(Uuid::from_u128(n)), settings)
    }

    fn forecast(recipients: u64, numbers: &[Candidate], at: DateTime<Utc>) -> Forecast {
        super::forecast(&Ask { recipients, ..Ask::default() }, numbers, at)
    }

    fn shares(forecast: &Forecast) -> Vec<u64> {
        forecast.shares.iter().map(|(_, share)| *share).collect()
    }

    #[test]
    fn without_limits_the_provider_alone_sets_the_pace() {
        let now = at("2026-03-01T10:00:00Z");
        let forecast = forecast(801, &[number(1, Settings::unlimited())], now);
        assert_eq!(forecast.finish_at, Some(now + TimeDelta::seconds(10)));
        assert_eq!((forecast.binding, shares(&forecast)), (None, vec![801]));
    }

    #[test]
    fn an_hourly_limit_spreads_a_campaign_over_hours() {
        let settings = Settings { hourly_limit: Some(100), ..Settings::unlimited() };
        let now = at("2026-03-01T10:30:00Z");
        let forecast = forecast(450, &[number(1, settings.clone()), number(2, settings)], now);
        let finish = forecast.finish_at.expect("a finish");
        assert!(finish >= at("2026-03-01T12:00:00Z") && finish < at("2026-03-01T12:01:00Z"), "{finish}");
        assert_eq!((forecast.binding, shares(&forecast)), (Some(Limit::Hourly), vec![225, 225]));
    }

    #[test]
    fn what_was_used_today_counts_and_the_rest_waits_for_midnight() {
        let settings = Settings { daily_limit: Some(500), ..Settings::unlimited() };
        let now = at("2026-03-01T22:00:00Z");
        let mut used = number(1, settings);
        used.usage.count(now, TimeDelta::zero());
        used.usage.in_day = 450;
        let forecast = forecast(60, &[used], now);
        let finish = forecast.finish_at.expect("a finish");
        assert!(finish >= at("2026-03-02T00:00:00Z") && finish < at("2026-03-02T00:01:00Z"), "{finish}");
        assert_eq!(forecast.binding, Some(Limit::Daily));
    }

    #[test]
    fn numbers_of_one_account_have_its_messaging_limit_between_them() {
        let now = at("2026-03-01T10:00:00Z");
        let of = |n, account: &str| Candidate {
            messaging_limit: Some(250),
            account: Some(account.to_owned()),
            ..number(n, Settings::unlimited())
        };
        let mut numbers = [of(1, "a"), of(2, "a"), of(3, "b")];
        let forecast_of = |recipients, numbers: &[Candidate]| forecast(recipients, numbers, now);
        let within = forecast_of(500, &numbers);
        assert_eq!(
            (within.finish_at < Some(now + TimeDelta::minutes(1)), shares(&within)),
            (true, vec![125, 125, 250])
        );
        let beyond = forecast_of(600, &numbers);
        let finish = beyond.finish_at.expect("a finish");
        assert!(finish > at("2026-03-02T00:00:00Z") && finish < at("2026-03-02T00:01:00Z"), "{finish}");
        assert_eq!((beyond.binding, shares(&beyond).iter().sum::<u64>()), (Some(Limit::MessagingLimit), 600));
        // What other numbers of the account used today, whichever package they are in.
        for number in &mut numbers[..2] {
            for _ in 0..240 {
                number.others.count(now, TimeDelta::zero());
            }
        }
        assert_eq!(shares(&forecast_of(260, &numbers)), vec![5, 5, 250]);
    }

    #[test]
    fn a_slower_number_takes_a_smaller_share() {
        let slow = Settings { cooldown_ms: 3_000, ..Settings::unlimited() };
        let fast = Settings { cooldown_ms: 1_000, ..Settings::unlimited() };
        let forecast = forecast(400, &[number(1, slow), number(2, fast)], at("2026-03-01T10:00:00Z"));
        assert_eq!(forecast.binding, Some(Limit::Pause));
        assert_eq!(shares(&forecast), vec![100, 300]);
    }

    fn office() -> ActiveHours {
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).expect("a time of day");
        let window = Window { days: vec![], from: time(9), to: time(11) };
        ActiveHours { time_zone: chrono_tz::UTC, windows: vec![window] }
    }

    #[test]
    fn outside_active_hours_nothing_goes() {
        let settings = Settings { active_hours: Some(office()), cooldown_ms: 60_000, ..Settings::unlimited() };
        let all = forecast(130, &[number(1, settings)], at("2026-03-01T10:30:00Z"));
        // Sixty today, from 10:30 to 11:29, the other seventy tomorrow from 09:30 on.
        assert_eq!((all.finish_at, all.binding), (Some(at("2026-03-02T10:39:00Z")), Some(Limit::ActiveHours)));
    }

    #[test]
    fn a_drip_goes_one_by_one_whoever_sends() {
        let drip = Strategy::Drip { every_minutes: 2 };
        let ask = Ask { recipients: 10, drip: drip.drip(), ..Ask::default() };
        let pool = [number(1, Settings::unlimited()), number(2, Settings::unlimited())];
        let all = super::forecast(&ask, &pool, at("2026-03-01T10:00:00Z"));
        assert_eq!((all.finish_at, all.binding), (Some(at("2026-03-01T10:18:00Z")), Some(Limit::Drip)));
        assert_eq!(shares(&all), vec![5, 5]);
    }

    #[test]
    fn a_drip_that_was_held_does_not_hurry_afterwards() {
        let settings = Settings { hourly_limit: Some(2), ..Settings::unlimited() };
        let ask = Ask { recipients: 4, drip: Strategy::Drip { every_minutes: 1 }.drip(), ..Ask::default() };
        let all = super::forecast(&ask, &[number(1, settings)], at("2026-03-01T10:17:00Z"));
        assert_eq!(all.finish_at, Some(at("2026-03-01T11:01:00Z")));
    }

    #[test]
    fn what_is_scheduled_begins_then() {
        let ask = Ask { recipients: 1, not_before: Some(at("2026-03-04T08:00:00Z")), ..Ask::default() };
        let all = super::forecast(&ask, &[number(1, Settings::unlimited())], at("2026-03-01T10:00:00Z"));
        assert_eq!((all.finish_at, all.binding), (ask.not_before, Some(Limit::Scheduled)));
    }

    #[test]
    fn sequential_begins_the_next_number_when_one_is_used_up() {
        let settings = |limit| Settings { hourly_limit: limit, cooldown_ms: 1_000, ..Settings::unlimited() };
        let ask = Ask { recipients: 100, distribution: Distribution::Sequential, ..Ask::default() };
        let pool = [number(1, settings(Some(60))), number(2, settings(None))];
        let all = super::forecast(&ask, &pool, at("2026-03-01T10:00:00Z"));
        assert_eq!((shares(&all), all.finish_at), (vec![60, 40], Some(at("2026-03-01T10:01:38Z"))));
    }

    #[test]
    fn the_providers_own_limit_binds_like_a_daily_one() {
        let tier = Candidate { messaging_limit: Some(250), ..number(1, Settings::unlimited()) };
        let all = forecast(300, &[tier], at("2026-03-01T10:00:00Z"));
        assert_eq!(all.binding, Some(Limit::MessagingLimit));
        assert!(all.finish_at.is_some_and(|finish| finish >= at("2026-03-02T00:00:00Z")));
    }

    #[test]
    fn without_an_active_number_nothing_is_sent() {
        let off = Candidate { active: false, ..number(1, Settings::unlimited()) };
        let forecast = forecast(1, &[off], at("2026-03-01T10:00:00Z"));
        assert_eq!((forecast.finish_at, forecast.binding), (None, Some(Limit::NoActiveProfile)));
    }

    #[test]
    fn what_takes_more_than_a_year_has_no_finish() {
        let settings = Settings { daily_limit: Some(1), ..Settings::unlimited() };
        let forecast = forecast(1_000, &[number(1, settings)], at("2026-03-01T10:00:00Z"));
        assert_eq!((forecast.finish_at, forecast.binding), (None, Some(Limit::Daily)));
    }

    proptest! {
        /// Everybody is written to once, and another number never makes it later.
        #[test]
        fn the_shares_add_up_and_more_numbers_are_never_slower(
            recipients in 1u64..3_000,
            limits in prop::collection::vec((prop::option::of(1u32..200), 0u32..5_000), 1..5),
        ) {
            let now = at("2026-03-01T10:17:23Z");
            let numbers: Vec<_> = limits.iter().enumerate().map(|(n, (hourly_limit, cooldown_ms))| {
                number(n as u128, Settings { hourly_limit: *hourly_limit, cooldown_ms: *cooldown_ms, ..Settings::unlimited() })
            }).collect();
            let all = forecast(recipients, &numbers, now);
            let finish = all.finish_at.expect("within a year");
            prop_assert_eq!(shares(&all).iter().sum::<u64>(), recipients);
            for one in &numbers {
                let alone = forecast(recipients, std::slice::from_ref(one), now).finish_at.expect("within a year");
                prop_assert!(alone >= finish);
            }
        }
    }
}
