//! Which receipts follow a send, when they happen and when they arrive.
//!
//! A receipt has two times: when the thing happened (its `timestamp`) and when its webhook is due.
//! Disorder only moves the second one, as Meta does: a late or shuffled receipt tells the truth
//! about the past.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::faults::{Faults, Span};

/// The states a receipt can report, in their true order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Sent,
    Delivered,
    Read,
    Failed,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Sent => "sent",
            Status::Delivered => "delivered",
            Status::Read => "read",
            Status::Failed => "failed",
        }
    }
}

/// Which receipts a send gets and how disorderly they come. All shares are probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// From acceptance to `sent`.
    pub sent_ms: Span,
    /// From `sent` to `delivered`.
    pub delivered_ms: Span,
    /// From `delivered` to `read`.
    pub read_ms: Span,
    pub delivered_share: f64,
    /// Of the delivered ones.
    pub read_share: f64,
    /// Of the read ones: the chat was open, so `delivered` is never told.
    pub delivered_omitted: f64,
    /// Of the read ones: `read` arrives before `delivered`.
    pub read_first: f64,
    /// Of the batches: the statuses in them are shuffled.
    pub shuffled: f64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            sent_ms: Span { min: 10, max: 150 },
            delivered_ms: Span { min: 50, max: 800 },
            read_ms: Span { min: 100, max: 2_000 },
            delivered_share: 1.0,
            read_share: 0.8,
            delivered_omitted: 0.05,
            read_first: 0.05,
            shuffled: 0.2,
        }
    }
}

impl Behaviour {
    /// The first setting that makes no sense, if any.
    pub fn invalid(&self) -> Option<String> {
        let shares = [
            ("delivered_share", self.delivered_share),
            ("read_share", self.read_share),
            ("delivered_omitted", self.delivered_omitted),
            ("read_first", self.read_first),
            ("shuffled", self.shuffled),
        ];
        for (name, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return Some(format!("{name} must be between 0 and 1, not {share}"));
            }
        }
        let spans = [("sent_ms", self.sent_ms), ("delivered_ms", self.delivered_ms), ("read_ms", self.read_ms)];
        spans.iter().find(|(_, span)| span.min > span.max).map(|(name, _)| format!("{name}: min is above max"))
    }
}

/// One receipt to come, relative to the acceptance of its send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub status: Status,
    /// The error of a `failed` receipt, otherwise 0.
    pub code: u32,
    /// When its webhook is due.
    pub due_ms: u32,
    /// How much earlier than that it happened.
    pub lag_ms: u32,
}

/// Decides the receipts of one send.
pub fn plan(behaviour: &Behaviour, faults: &Faults, dice: &mut impl Rng) -> Vec<Planned> {
    let mut planned = Vec::with_capacity(3);
    let sent = behaviour.sent_ms.pick(dice);
    planned.push(on_time(Status::Sent, sent));
    if let Some(code) = faults
        .receipts
        .failed
        .map(|failed| (failed.code, dice.random_bool(failed.probability)))
        .and_then(|(code, hit)| hit.then_some(code))
    {
        planned.push(Planned { code, ..on_time(Status::Failed, sent + behaviour.delivered_ms.pick(dice)) });
    } else if dice.random_bool(behaviour.delivered_share) {
        let delivered = sent + behaviour.delivered_ms.pick(dice);
        let read = dice.random_bool(behaviour.read_share).then(|| delivered + behaviour.read_ms.pick(dice));
        if read.is_none() || !dice.random_bool(behaviour.delivered_omitted) {
            planned.push(on_time(Status::Delivered, delivered));
        }
        if let Some(read) = read {
            planned.push(on_time(Status::Read, read));
            if planned.len() == 3 && dice.random_bool(behaviour.read_first) {
                planned[1].lag_ms = read + 1 - delivered;
                planned[1].due_ms = read + 1;
            }
        }
    }
    disturb(planned, faults, dice)
}

fn on_time(status: Status, at_ms: u32) -> Planned {
    Planned { status, code: 0, due_ms: at_ms, lag_ms: 0 }
}

fn disturb(planned: Vec<Planned>, faults: &Faults, dice: &mut impl Rng) -> Vec<Planned> {
    let mut disturbed = Vec::with_capacity(planned.len() + 1);
    for mut receipt in planned {
        if dice.random_bool(faults.receipts.lost) {
            continue;
        }
        if let Some(late) = faults.receipts.late
            && dice.random_bool(late.probability)
        {
            receipt.due_ms = receipt.due_ms.saturating_add(late.ms);
            receipt.lag_ms = receipt.lag_ms.saturating_add(late.ms);
        }
        disturbed.push(receipt);
        if dice.random_bool(faults.receipts.doubled) {
            let again = dice.random_range(0..500);
            disturbed.push(Planned {
                due_ms: receipt.due_ms.saturating_add(again),
                lag_ms: receipt.lag_ms.saturating_add(again),
                ..receipt
            });
        }
    }
    disturbed
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn plans(behaviour: &Behaviour, faults: &Faults) -> Vec<Vec<Planned>> {
        let mut dice = StdRng::seed_from_u64(7);
        (0..2_000).map(|_| plan(behaviour, faults, &mut dice)).collect()
    }

    #[test]
    fn what_happened_keeps_its_order_even_when_it_arrives_in_another() {
        let behaviour = Behaviour { read_first: 0.5, read_share: 1.0, ..Behaviour::default() };
        let mut swapped = 0;
        for plan in plans(&behaviour, &Faults::default()) {
            let mut by_rank = plan.clone();
            by_rank.sort_by_key(|receipt| receipt.status);
            let happened: Vec<u32> = by_rank.iter().map(|receipt| receipt.due_ms - receipt.lag_ms).collect();
            assert!(happened.is_sorted(), "{plan:?}");
            swapped += usize::from(by_rank.windows(2).any(|pair| pair[0].due_ms > pair[1].due_ms));
        }
        assert!((800..1_200).contains(&swapped), "{swapped} swapped");
    }

    #[test]
    fn delivered_is_only_omitted_when_read_tells_it() {
        let behaviour = Behaviour { delivered_omitted: 1.0, read_share: 0.5, ..Behaviour::default() };
        for plan in plans(&behaviour, &Faults::default()) {
            let told = |status| plan.iter().any(|receipt| receipt.status == status);
            assert!(told(Status::Delivered) != told(Status::Read));
        }
    }
}
