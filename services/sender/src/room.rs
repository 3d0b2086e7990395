//! Calls at once: some are kept for replies, the rest is for everybody. Nobody takes all of it: a tenant whose provider does
//! not answer leaves calls to the others, and so does a number to the other numbers of its tenant.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;
use waybill_domain::id::{ProfileId, TenantId};

/// One of so many calls at once is kept for replies.
const KEPT: usize = 8;
/// Who has calls already takes another only while it has no more than so many for each one that it leaves free.
const SHARE: usize = 4;
/// Of its calls a number gives back one in so many before it takes new ones: fewer transactions while there is more to begin.
const TOGETHER: usize = 3;

/// Whose call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Whose {
    pub tenant: TenantId,
    pub number: ProfileId,
}

/// What one line of messages may take.
pub struct Room {
    /// In this order.
    pools: Vec<Arc<Pool>>,
    together: bool,
    freed: watch::Receiver<()>,
}

struct Pool {
    calls: Mutex<Calls>,
    freed: watch::Sender<()>,
}

struct Calls {
    free: usize,
    tenants: HashMap<TenantId, usize>,
    numbers: HashMap<ProfileId, usize>,
}

/// One call; free again when it is dropped.
pub struct Permit {
    pool: Arc<Pool>,
    whose: Whose,
}

impl Room {
    /// For campaigns and for replies, out of the same calls at once. One is kept even where there is but one.
    pub fn divide(at_once: usize) -> (Self, Self) {
        let kept = (at_once / KEPT).max(1);
        let (freed, changes) = watch::channel(());
        let pool = |free| {
            let calls = Calls { free, tenants: HashMap::new(), numbers: HashMap::new() };
            Arc::new(Pool { calls: Mutex::new(calls), freed: freed.clone() })
        };
        let (shared, kept) = (pool(at_once.saturating_sub(kept).max(1)), pool(kept));
        let replies = Self { pools: vec![kept, shared.clone()], together: false, freed: changes.clone() };
        (Self { pools: vec![shared], together: true, freed: changes }, replies)
    }

    pub fn take(&self, whose: Whose) -> Option<Permit> {
        let pool = self.pools.iter().find(|pool| pool.lock().take(whose))?;
        Some(Permit { pool: pool.clone(), whose })
    }

    /// Whether so many of `waiting` messages may be called that it is worth a transaction.
    pub fn is_worth_it(&self, whose: Whose, waiting: usize) -> bool {
        self.pools.iter().any(|pool| {
            let calls = pool.lock();
            let held = calls.numbers.get(&whose.number).copied().unwrap_or(0);
            let least = if self.together { (held / TOGETHER).max(1) } else { 1 };
            calls.allows(whose, least.min(waiting))
        })
    }

    /// Until a call has ended since this was last asked. Cancel-safe.
    pub async fn freed(&mut self) {
        // The pools hold the other end.
        let _ = self.freed.changed().await;
    }
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().expect("nobody panics holding it")
    }
}

impl Calls {
    /// Whether this one may have so many more.
    fn allows(&self, whose: Whose, more: usize) -> bool {
        if more > self.free {
            return false;
        }
        let tenant = self.tenants.get(&whose.tenant).copied().unwrap_or(0) + more;
        let number = self.numbers.get(&whose.number).copied().unwrap_or(0) + more;
        // What the tenant might take on top of these, if it left the others their part.
        let left = (SHARE * (self.free - more)).checked_sub(tenant);
        // Whoever has none yet takes the last one.
        (tenant == 1 || left.is_some()) && (number == 1 || left.is_some_and(|left| number <= SHARE * left))
    }

    fn take(&mut self, whose: Whose) -> bool {
        if !self.allows(whose, 1) {
            return false;
        }
        self.free -= 1;
        *self.tenants.entry(whose.tenant).or_default() += 1;
        *self.numbers.entry(whose.number).or_default() += 1;
        true
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut calls = self.pool.lock();
        calls.free += 1;
        give_back(&mut calls.tenants, self.whose.tenant);
        give_back(&mut calls.numbers, self.whose.number);
        drop(calls);
        self.pool.freed.send_replace(());
    }
}

fn give_back<K: Eq + Hash>(held: &mut HashMap<K, usize>, key: K) {
    if let Some(count) = held.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            held.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn number(tenant: u128, number: u128) -> Whose {
        Whose { tenant: TenantId(Uuid::from_u128(tenant)), number: ProfileId(Uuid::from_u128(number)) }
    }

    fn all(room: &Room, whose: Whose) -> Vec<Permit> {
        std::iter::from_fn(|| room.take(whose)).collect()
    }

    #[test]
    fn campaigns_leave_some_of_the_calls_to_replies() {
        let (campaigns, replies) = Room::divide(128);
        let whose = number(1, 1);
        let taken = all(&campaigns, whose);
        assert_eq!(taken.len(), 85);
        let kept = all(&replies, whose);
        // Of the sixteen that are kept, too, one leaves some to others.
        assert_eq!(kept.len(), 12);
        // What campaigns give back serves replies too, and the other way round nothing is given.
        drop(taken);
        assert_eq!(all(&replies, whose).len(), 85);
        drop(kept);
        assert_eq!(all(&campaigns, whose).len(), 85);
    }

    #[test]
    fn a_single_call_at_once_is_one_for_each() {
        let (campaigns, replies) = Room::divide(1);
        let taken = all(&campaigns, number(1, 1));
        assert_eq!((taken.len(), all(&replies, number(1, 1)).len()), (1, 1));
        assert!(campaigns.take(number(2, 2)).is_none());
        drop(taken);
        assert!(campaigns.take(number(2, 2)).is_some());
    }

    #[test]
    fn whoever_takes_what_it_can_leaves_calls_to_other_tenants_and_to_its_own_other_numbers() {
        let (campaigns, _) = Room::divide(128);
        let _first = all(&campaigns, number(1, 1));
        let second = all(&campaigns, number(1, 2));
        let other = all(&campaigns, number(2, 3));
        let another = all(&campaigns, number(3, 4));
        assert_eq!([second.len(), other.len(), another.len()], [4, 17, 4]);
        // As many more tenants as calls are left have one each.
        let last: Vec<_> = (4..10).filter_map(|tenant| campaigns.take(number(tenant, tenant + 1))).collect();
        assert_eq!(last.len(), 2);
    }

    #[test]
    fn what_comes_back_one_by_one_is_taken_together() {
        let (campaigns, replies) = Room::divide(128);
        let whose = number(1, 1);
        let mut taken = all(&campaigns, whose);
        taken.truncate(70);
        assert!(!campaigns.is_worth_it(whose, 100));
        assert!(campaigns.is_worth_it(whose, 14), "there are no more to wait for");
        assert!(campaigns.is_worth_it(number(2, 2), 100) && replies.is_worth_it(whose, 100));
        taken.truncate(60);
        assert!(campaigns.is_worth_it(whose, 100));
    }
}
