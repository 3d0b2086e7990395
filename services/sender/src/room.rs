//! Calls at once: some are kept for replies, the rest is for whoever comes first.

use futures::future::{Either, select};
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One of so many calls at once is kept for replies.
const KEPT: usize = 8;

/// What one line of messages may take, in this order.
pub struct Room {
    kept: Option<Arc<Semaphore>>,
    shared: Arc<Semaphore>,
    /// As many as are begun together at least, if so many wait: fewer transactions while there is more to begin.
    together: usize,
}

impl Room {
    /// For campaigns and for replies, out of the same calls at once. One is kept even where there is but one.
    pub fn divide(at_once: usize) -> (Self, Self) {
        let kept = (at_once / KEPT).max(1);
        let shared = Arc::new(Semaphore::new(at_once.saturating_sub(kept).max(1)));
        let replies = Self { kept: Some(Arc::new(Semaphore::new(kept))), shared: shared.clone(), together: 1 };
        (Self { kept: None, together: shared.available_permits().div_ceil(4), shared }, replies)
    }

    /// A permit for each of the first of `waiting` messages: waits until there are some.
    pub async fn take(&self, waiting: usize) -> Vec<OwnedSemaphorePermit> {
        let least = waiting.min(self.together) as u32;
        let shared = self.shared.clone().acquire_many_owned(least);
        let first = match &self.kept {
            None => shared.await,
            Some(kept) => match select(pin!(kept.clone().acquire_many_owned(least)), pin!(shared)).await {
                Either::Left((permits, _)) | Either::Right((permits, _)) => permits,
            },
        };
        let mut permits = single(first.expect("the semaphores are never closed"));
        for semaphore in self.kept.iter().chain([&self.shared]) {
            while permits.len() < waiting
                && let Ok(permit) = semaphore.clone().try_acquire_owned()
            {
                permits.push(permit);
            }
        }
        permits
    }
}

/// Permits of one each.
fn single(mut permits: OwnedSemaphorePermit) -> Vec<OwnedSemaphorePermit> {
    let mut singles = Vec::with_capacity(permits.num_permits());
    while permits.num_permits() > 1 {
        singles.extend(permits.split(1));
    }
    singles.push(permits);
    singles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn campaigns_leave_some_of_the_calls_to_replies() {
        let (campaigns, replies) = Room::divide(16);
        let taken = campaigns.take(100).await;
        assert_eq!(taken.len(), 14);
        let kept = replies.take(5).await;
        assert_eq!(kept.len(), 2);
        // What campaigns give back serves replies too, and the other way round nothing is given.
        drop(taken);
        assert_eq!(replies.take(100).await.len(), 14);
        drop(kept);
        assert_eq!(campaigns.take(100).await.len(), 14);
    }

    #[tokio::test]
    async fn a_single_call_at_once_is_one_for_each() {
        let (campaigns, replies) = Room::divide(1);
        let _taken = campaigns.take(3).await;
        assert_eq!(replies.take(3).await.len(), 1);
    }
}
