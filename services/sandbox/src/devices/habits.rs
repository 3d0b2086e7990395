//! Which receipts a device tells, and in what disorder: each provider and engine has habits of its own.

use rand::Rng;
use rand::seq::SliceRandom;

use crate::devices::{Card, Engine, Provider};
use crate::faults::Faults;
use crate::receipts::{Planned, Status};

/// The receipts this device really tells, out of those a send could have.
pub fn shaped(card: &Card, mut planned: Vec<Planned>, trouble: Option<u32>, faults: &Faults) -> Vec<Planned> {
    if card.provider == Provider::Zentra {
        return Vec::new();
    }
    let silent = card.provider == Provider::Waha
        && match card.engine {
            Engine::Webjs => card.settings["webjs"]["tagsEventsOn"] != true,
            // Somebody who is not there never acknowledges anything.
            Engine::Noweb => trouble.is_some(),
            Engine::Gows => false,
        };
    if silent {
        return Vec::new();
    }
    if let Some(code) = trouble {
        let due_ms = planned.first().map_or(0, |first| first.due_ms);
        return vec![Planned { status: Status::Failed, code, due_ms, lag_ms: 0 }];
    }
    if card.provider == Provider::Waha && card.engine == Engine::Gows {
        planned.retain(|receipt| receipt.status != Status::Sent);
    }
    if faults.receipts.before_answer > 0.0
        && let Some(first) = planned.first_mut()
    {
        first.due_ms = 0;
        first.lag_ms = 0;
    }
    planned
}

/// Lets receipts arrive together and in any order; what happened when stays as it was.
pub fn shuffle(planned: &mut [Planned], dice: &mut impl Rng) {
    let last = planned.iter().map(|receipt| receipt.due_ms).max().unwrap_or_default();
    for receipt in planned.iter_mut() {
        receipt.lag_ms += last - receipt.due_ms;
        receipt.due_ms = last;
    }
    planned.shuffle(dice);
}
