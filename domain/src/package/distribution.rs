//! Which number sends next. Pure functions: candidates, counters, time and randomness are handed in.
//!
//! The answer is a number and why it, or the name of the limit that holds and until when: there is no silent waiting.

use super::limits::{Hold, Limit, Settings, Usage, hold};
use super::recent::Recent;
use crate::id::ProfileId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the next number is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// In turn.
    #[default]
    RoundRobin,
    /// Fills one number up to its limits, then the next.
    Sequential,
    Random,
    /// In turn, more often the greater the weight, evenly mixed.
    Weighted,
    /// The smallest priority that is free; equals in turn.
    Priority,
    /// By health, by what is left of the limits and by what is under way.
    Smart,
}

impl Distribution {
    pub const ALL: [Distribution; 6] = [
        Distribution::RoundRobin,
        Distribution::Sequential,
        Distribution::Random,
        Distribution::Weighted,
        Distribution::Priority,
        Distribution::Smart,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Distribution::RoundRobin => "round_robin",
            Distribution::Sequential => "sequential",
            Distribution::Random => "random",
            Distribution::Weighted => "weighted",
            Distribution::Priority => "priority",
            Distribution::Smart => "smart",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// A number of the package, as the picker and the forecast see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub profile_id: ProfileId,
    pub active: bool,
    /// Its device is linked, or it needs none.
    pub linked: bool,
    /// The package's settings with the number's own overrides.
    pub settings: Settings,
    pub usage: Usage,
    /// The provider asked us to slow down until then.
    pub throttled_until: Option<DateTime<Utc>>,
    /// People that the provider lets it write to in 24 hours, and with it all numbers of the same account.
    pub messaging_limit: Option<u32>,
    /// Whose the messaging limit is.
    pub account: Option<String>,
    /// What other numbers of the account used of it.
    pub others: Recent,
    /// Handed to the provider and not answered yet.
    pub in_flight: u32,
    /// How many may be in flight at once.
    pub window: u32,
    /// From 0 to 100.
    pub health: u8,
    /// At least 1.
    pub weight: u32,
    /// The smallest goes first.
    pub priority: u32,
    /// What the provider takes from one number in a second, at least 1.
    pub per_second: u32,
}

impl Candidate {
    /// One that is ready and has no limit but its settings'.
    pub fn new(profile_id: ProfileId, settings: Settings) -> Self {
        Self {
            profile_id,
            active: true,
            linked: true,
            settings,
            usage: Usage::default(),
            throttled_until: None,
            messaging_limit: None,
            account: None,
            others: Recent::default(),
            in_flight: 0,
            window: 100,
            health: 100,
            weight: 1,
            priority: 1,
            per_second: 80,
        }
    }

    /// The limit that holds this number back at `at`, if any.
    pub fn held(&self, at: DateTime<Utc>) -> Option<Hold> {
        if !self.active {
            return Some(Hold { limit: Limit::NoActiveProfile, until: None });
        }
        if !self.linked {
            return Some(Hold { limit: Limit::NotLinked, until: None });
        }
        if let Some(until) = self.throttled_until.filter(|until| *until > at) {
            return Some(Hold { limit: Limit::ProviderThrottle, until: Some(until) });
        }
        if let Some(limit) = self.messaging_limit.filter(|limit| self.used_of_account(at) >= *limit) {
            let until = self.usage.recent.and(&self.others).below(limit, at);
            return Some(Hold { limit: Limit::MessagingLimit, until });
        }
        if let Some(held) = hold(&self.settings, &self.usage, at) {
            return Some(held);
        }
        (self.in_flight >= self.window).then_some(Hold { limit: Limit::InFlight, until: None })
    }

    /// What all numbers of its account used of the messaging limit.
    pub fn used_of_account(&self, at: DateTime<Utc>) -> u32 {
        self.usage.recent.used(at).saturating_add(self.others.used(at))
    }

    fn shares_with(&self, other: &Candidate) -> bool {
        self.account.is_some() && self.account == other.account
    }

    /// What is left of its limits, from 0 to 1.
    fn headroom(&self, at: DateTime<Utc>) -> f64 {
        let left = |limit: Option<u32>, used: u32| {
            limit.map_or(1.0, |limit| f64::from(limit.saturating_sub(used)) / f64::from(limit.max(1)))
        };
        let (in_hour, in_day) = (self.usage.used_in_hour(at), self.usage.used_in_day(at));
        left(self.settings.hourly_for_campaigns(), in_hour)
            .min(left(self.settings.daily_for_campaigns(), in_day))
            .min(left(self.messaging_limit, self.used_of_account(at)))
    }

    /// How fit it is to send next, from 0 to 100: health counts for 60, what is left of its limits for 25, and what is not
    /// under way for 15.
    pub fn score(&self, at: DateTime<Utc>) -> u32 {
        let idle = 1.0 - f64::from(self.in_flight.min(self.window)) / f64::from(self.window.max(1));
        let score = 0.6 * f64::from(self.health.min(100)) + 25.0 * self.headroom(at) + 15.0 * idle;
        score.round() as u32
    }
}

/// Whose turn it is, kept with whatever is being sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Turns {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<ProfileId>,
    /// Of the weighted: how much each is owed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credits: BTreeMap<ProfileId, i64>,
    /// Of a drip: not before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_at: Option<DateTime<Utc>>,
}

/// Why a number was picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub by: Distribution,
    /// Numbers that were free.
    pub free: u32,
    /// Numbers that a limit held back.
    pub held: u32,
    /// Of the smart: that of the number picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u32>,
}

/// The next number, or the hold that lets go first. A hold without an end comes last, and inactive numbers are named only
/// when there is no other.
pub fn pick(
    distribution: Distribution,
    candidates: &[Candidate],
    turns: &mut Turns,
    at: DateTime<Utc>,
    draw: f64,
) -> Result<(usize, Choice), Hold> {
    let holds: Vec<Option<Hold>> = candidates.iter().map(|it| it.held(at)).collect();
    let free: Vec<usize> = (0..candidates.len()).filter(|index| holds[*index].is_none()).collect();
    let picked = match distribution {
        Distribution::Sequential => match sequential(&holds) {
            Some(Ok(index)) => Some(index),
            Some(Err(hold)) => return Err(hold),
            None => None,
        },
        _ if free.is_empty() => None,
        Distribution::RoundRobin => in_turn(candidates, &free, turns.last),
        Distribution::Random => free.get((draw.clamp(0.0, 1.0) * free.len() as f64) as usize).or(free.last()).copied(),
        Distribution::Weighted => weighted(candidates, &free, turns),
        Distribution::Priority => {
            let first = free.iter().map(|index| candidates[*index].priority).min();
            let equals: Vec<usize> =
                free.iter().copied().filter(|index| Some(candidates[*index].priority) == first).collect();
            in_turn(candidates, &equals, turns.last)
        }
        Distribution::Smart => {
            let best = free.iter().map(|index| candidates[*index].score(at)).max();
            let equals: Vec<usize> =
                free.iter().copied().filter(|index| Some(candidates[*index].score(at)) == best).collect();
            in_turn(candidates, &equals, turns.last)
        }
    };
    let Some(index) = picked else { return Err(first_to_let_go(&holds)) };
    turns.last = Some(candidates[index].profile_id);
    let score = (distribution == Distribution::Smart).then(|| candidates[index].score(at));
    let (free, held) = (free.len() as u32, (candidates.len() - free.len()) as u32);
    Ok((index, Choice { by: distribution, free, held, score }))
}

/// Counts a message of the number at `index` at `at`, for it and for those with which it shares a limit; `draw` between 0
/// and 1 sets the pause after it.
pub fn count_message(candidates: &mut [Candidate], index: usize, at: DateTime<Utc>, draw: f64) {
    let picked = &mut candidates[index];
    let rest = picked.settings.rest(&picked.usage, picked.health, at, draw);
    picked.usage.count(at, rest);
    picked.in_flight += 1;
    for other in 0..candidates.len() {
        if other != index && candidates[other].shares_with(&candidates[index]) {
            candidates[other].others.count(at, 1);
        }
    }
}

/// When the next message could go, if not now. Moves no turn.
pub fn waits(distribution: Distribution, candidates: &[Candidate], turns: &Turns, at: DateTime<Utc>) -> Option<Hold> {
    pick(distribution, candidates, &mut turns.clone(), at, 0.0).err()
}

/// The first free one after `last`, in the order of the candidates.
fn in_turn(candidates: &[Candidate], free: &[usize], last: Option<ProfileId>) -> Option<usize> {
    let after = last.and_then(|last| candidates.iter().position(|it| it.profile_id == last));
    let next = after.and_then(|after| free.iter().find(|index| **index > after));
    next.or(free.first()).copied()
}

/// The first that is not used up. One that only rests is waited for.
fn sequential(holds: &[Option<Hold>]) -> Option<Result<usize, Hold>> {
    holds.iter().enumerate().find_map(|(index, held)| match held {
        None => Some(Ok(index)),
        Some(hold) if matches!(hold.limit, Limit::Pause | Limit::InFlight) => Some(Err(*hold)),
        Some(_) => None,
    })
}

/// Smooth weighted round robin: everybody free is owed its weight, the one owed most sends and pays for all.
fn weighted(candidates: &[Candidate], free: &[usize], turns: &mut Turns) -> Option<usize> {
    let mut total = 0;
    for index in free {
        let weight = i64::from(candidates[*index].weight.max(1));
        *turns.credits.entry(candidates[*index].profile_id).or_insert(0) += weight;
        total += weight;
    }
    let owed = |index: &usize| turns.credits.get(&candidates[*index].profile_id).copied().unwrap_or(0);
    // Of equals the first.
    let picked = free.iter().rev().max_by_key(|index| owed(index)).copied()?;
    *turns.credits.entry(candidates[picked].profile_id).or_insert(0) -= total;
    Some(picked)
}

fn first_to_let_go(holds: &[Option<Hold>]) -> Hold {
    let mut best: Option<Hold> = None;
    for held in holds.iter().flatten() {
        if best.is_none_or(|best| sooner(held, &best)) {
            best = Some(*held);
        }
    }
    best.unwrap_or(Hold { limit: Limit::NoActiveProfile, until: None })
}

fn sooner(one: &Hold, other: &Hold) -> bool {
    match (one.until, other.until) {
        (Some(one), Some(other)) => one < other,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => one.limit < other.limit,
    }
}

#[cfg(test)]
mod tests;
