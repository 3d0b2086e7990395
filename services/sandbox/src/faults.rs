//! What goes wrong on purpose, on any wire. One set holds for every number, and a number can have its own set,
//! which then replaces the common one for it.

use std::collections::HashMap;

use rand::Rng;
use serde::{Deserialize, Serialize};

/// A range of milliseconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    pub min: u32,
    pub max: u32,
}

impl Span {
    pub fn pick(self, dice: &mut impl Rng) -> u32 {
        if self.min >= self.max { self.min } else { dice.random_range(self.min..=self.max) }
    }
}

/// A refusal by 429 with a `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    pub probability: f64,
    #[serde(default = "one")]
    pub retry_after_s: u32,
}

/// A refusal with one of Meta's codes, or with an HTTP status on the other wires.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    pub probability: f64,
    pub code: u32,
}

/// Something that takes longer than it should.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    pub probability: f64,
    pub ms: u32,
}

/// What happens to receipts.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiptFaults {
    /// Never delivered.
    pub lost: f64,
    /// Delivered twice.
    pub doubled: f64,
    /// The first receipt arrives before the answer to its send.
    pub before_answer: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<Delay>,
    /// `sent` is followed by `failed` with this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Reject>,
}

/// A set of faults; what is left out does not happen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject: Option<Reject>,
    /// The account is restricted, in the provider's words.
    pub ban: f64,
    /// The phone or the token is no longer logged in, in the provider's words.
    pub logged_out: f64,
    /// A 500, and the message is not taken.
    pub error_before: f64,
    /// A 500, and the message is taken.
    pub error_after: f64,
    /// The message is taken and the answer comes this late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hang: Option<Delay>,
    /// The connection is reset, and the message is taken.
    pub reset: f64,
    /// The connection is reset, and the message is not taken.
    pub reset_before: f64,
    pub receipts: ReceiptFaults,
    /// How long every request takes before anything is decided about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<Span>,
    /// Sends a second that one number may make before it is throttled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<u32>,
    /// Throws the dice anew from this seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The number this set is limited to: a phone number id, an instance, a session, a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

fn one() -> u32 {
    1
}

impl Faults {
    /// The first setting that makes no sense, if any.
    pub fn invalid(&self) -> Option<String> {
        let probabilities = [
            ("throttle.probability", self.throttle.map(|throttle| throttle.probability)),
            ("reject.probability", self.reject.map(|reject| reject.probability)),
            ("ban", Some(self.ban)),
            ("logged_out", Some(self.logged_out)),
            ("error_before", Some(self.error_before)),
            ("error_after", Some(self.error_after)),
            ("hang.probability", self.hang.map(|hang| hang.probability)),
            ("reset", Some(self.reset)),
            ("reset_before", Some(self.reset_before)),
            ("receipts.lost", Some(self.receipts.lost)),
            ("receipts.doubled", Some(self.receipts.doubled)),
            ("receipts.before_answer", Some(self.receipts.before_answer)),
            ("receipts.late.probability", self.receipts.late.map(|late| late.probability)),
            ("receipts.failed.probability", self.receipts.failed.map(|failed| failed.probability)),
        ];
        for (name, probability) in probabilities {
            if let Some(probability) = probability.filter(|value| !(0.0..=1.0).contains(value)) {
                return Some(format!("{name} must be between 0 and 1, not {probability}"));
            }
        }
        if self.latency_ms.is_some_and(|span| span.min > span.max) {
            return Some("latency_ms: min is above max".into());
        }
        (self.rate_per_second == Some(0)).then(|| "rate_per_second must be at least 1, or null".into())
    }
}

/// The sets in force.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FaultSets {
    #[serde(flatten)]
    everywhere: Faults,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    profiles: HashMap<String, Faults>,
}

impl FaultSets {
    pub fn put(&mut self, faults: Faults) {
        match faults.profile.clone() {
            Some(profile) => {
                self.profiles.insert(profile, faults);
            }
            None => self.everywhere = faults,
        }
    }

    pub fn remove(&mut self, number_id: &str) {
        self.profiles.remove(number_id);
    }

    pub fn of(&self, phone_number_id: &str) -> &Faults {
        self.profiles.get(phone_number_id).unwrap_or(&self.everywhere)
    }
}

/// What the dice decided for one request.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fate {
    pub latency_ms: u32,
    pub before: Option<Before>,
    pub after: Option<After>,
    /// The answer waits until a receipt was taken.
    pub receipt_first: bool,
}

/// A fault that keeps a message from being taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Reset,
    Error,
    Ban,
    LoggedOut,
    Throttle { retry_after_s: u32 },
    Reject { code: u32 },
}

/// A fault that hides from the sender that its message was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Reset,
    Error,
    Hang { ms: u32 },
}

/// Throws the dice for one request.
pub fn throw(faults: &Faults, dice: &mut impl Rng) -> Fate {
    let before = if dice.random_bool(faults.reset_before) {
        Some(Before::Reset)
    } else if dice.random_bool(faults.error_before) {
        Some(Before::Error)
    } else if sometimes(faults.ban, dice) {
        Some(Before::Ban)
    } else if sometimes(faults.logged_out, dice) {
        Some(Before::LoggedOut)
    } else if let Some(throttle) = faults.throttle.filter(|throttle| dice.random_bool(throttle.probability)) {
        Some(Before::Throttle { retry_after_s: throttle.retry_after_s })
    } else {
        faults
            .reject
            .filter(|reject| dice.random_bool(reject.probability))
            .map(|reject| Before::Reject { code: reject.code })
    };
    let after = if dice.random_bool(faults.reset) {
        Some(After::Reset)
    } else if dice.random_bool(faults.error_after) {
        Some(After::Error)
    } else {
        faults.hang.filter(|hang| dice.random_bool(hang.probability)).map(|hang| After::Hang { ms: hang.ms })
    };
    let latency_ms = faults.latency_ms.map_or(0, |span| span.pick(dice));
    let receipt_first = sometimes(faults.receipts.before_answer, dice);
    Fate { latency_ms, before, after, receipt_first }
}

/// Throws only for what can happen, so that a seed keeps its meaning when a fault is added.
fn sometimes(probability: f64, dice: &mut impl Rng) -> bool {
    probability > 0.0 && dice.random_bool(probability)
}
