//! When a refused message is tried again. The schedule is data; the class of the refusal picks the row.

use crate::provider::{ErrorClass, Refusal};
use chrono::{DateTime, TimeDelta, Utc};

/// What follows a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Again { at: DateTime<Utc> },
    Final,
}

/// How often a class is tried, and how the waiting grows.
struct Schedule {
    attempts: u32,
    first_ms: u64,
    factor: u64,
    most_ms: u64,
}

const MINUTE_MS: u64 = 60_000;

/// `None` is final at once.
fn schedule(class: ErrorClass) -> Option<Schedule> {
    Some(match class {
        ErrorClass::Retry => Schedule { attempts: 6, first_ms: 1_000, factor: 3, most_ms: 5 * MINUTE_MS },
        // The number is slowed as well; the message only waits for its turn.
        ErrorClass::Throttle => Schedule { attempts: 100, first_ms: 500, factor: 2, most_ms: MINUTE_MS },
        // 4^n seconds, as the Cloud API asks for pair limits.
        ErrorClass::ThrottlePair => Schedule { attempts: 7, first_ms: 4_000, factor: 4, most_ms: 60 * MINUTE_MS },
        // Not the message's fault: it moves to another number of the package.
        ErrorClass::Auth | ErrorClass::Ban => Schedule { attempts: 10, first_ms: 500, factor: 2, most_ms: MINUTE_MS },
        ErrorClass::Session => Schedule { attempts: 20, first_ms: 15_000, factor: 1, most_ms: MINUTE_MS },
        ErrorClass::Cooldown
        | ErrorClass::Number
        | ErrorClass::Window
        | ErrorClass::Template
        | ErrorClass::Param
        | ErrorClass::Media => return None,
    })
}

/// What follows `refusal` of attempt `attempt` (from 1) at `at`.
pub fn after(refusal: &Refusal, attempt: u32, at: DateTime<Utc>) -> Next {
    match schedule(refusal.class) {
        Some(schedule) if attempt < schedule.attempts => {
            let backoff =
                schedule.first_ms.saturating_mul(schedule.factor.saturating_pow(attempt - 1)).min(schedule.most_ms);
            let wait = backoff.max(refusal.retry_after_ms.unwrap_or(0));
            Next::Again { at: at + TimeDelta::milliseconds(wait as i64) }
        }
        _ => Next::Final,
    }
}

/// How long the whole number pauses after a refusal, if at all.
pub fn profile_pause(refusal: &Refusal) -> Option<TimeDelta> {
    (refusal.class == ErrorClass::Throttle && !refusal.is_not_called())
        .then(|| TimeDelta::milliseconds(refusal.retry_after_ms.unwrap_or(1_000).min(24 * 60 * MINUTE_MS) as i64))
}

/// Whether the account stops until a person acts.
pub fn stops_profile(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Auth | ErrorClass::Ban)
}

/// Whether the campaign pauses: the same refusal awaits every other recipient.
pub fn pauses_campaign(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Template | ErrorClass::Media)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(class: ErrorClass, retry_after_ms: Option<u64>) -> Refusal {
        Refusal { class, code: "x".into(), detail: String::new(), retry_after_ms }
    }

    fn wait(class: ErrorClass, attempt: u32, retry_after_ms: Option<u64>) -> Option<i64> {
        match after(&refusal(class, retry_after_ms), attempt, DateTime::UNIX_EPOCH) {
            Next::Again { at } => Some(at.timestamp_millis()),
            Next::Final => None,
        }
    }

    #[test]
    fn waiting_grows_and_ends() {
        let waits: Vec<_> = (1..=6).map(|attempt| wait(ErrorClass::Retry, attempt, None)).collect();
        assert_eq!(waits, [Some(1_000), Some(3_000), Some(9_000), Some(27_000), Some(81_000), None]);
    }

    #[test]
    fn retry_after_is_never_undercut() {
        assert_eq!(wait(ErrorClass::Throttle, 1, Some(7_000)), Some(7_000));
        assert_eq!(wait(ErrorClass::Throttle, 1, Some(1)), Some(500));
    }

    #[test]
    fn what_cannot_get_better_is_final_at_once() {
        for class in
            [ErrorClass::Number, ErrorClass::Window, ErrorClass::Template, ErrorClass::Param, ErrorClass::Media]
        {
            assert_eq!(wait(class, 1, None), None, "{class:?}");
        }
    }
}
