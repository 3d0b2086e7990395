//! A line of messages: read in the order of the log, begun as calls become free, then called.

use crate::room::Room;
use crate::{begin, calls, outcomes};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;
use waybill_domain::envelope::Recorded;
use waybill_domain::message;
use waybill_runtime::{Context, Subscription};

/// Events read at once.
const BATCH: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Campaigns,
    /// All messages that are no campaign's.
    Replies,
}

pub struct Line {
    pub context: Context,
    pub kind: Kind,
    pub subscription: Subscription,
    pub room: Room,
    /// Of the sender, whichever line a call is in.
    pub epoch: i64,
    pub caller: Arc<calls::Caller>,
    pub outcome: mpsc::Sender<outcomes::Answer>,
}

impl Kind {
    fn has(self, event: &Recorded) -> anyhow::Result<bool> {
        if !event.is("message.dispatched") {
            return Ok(false);
        }
        let Some(message::Event::Dispatched(dispatched)) = event.decode()? else { return Ok(false) };
        Ok(dispatched.campaign_id.is_none() == (self == Kind::Replies))
    }
}

impl Line {
    /// Begins sending what is dispatched, until the process is to stop. Who holds an end of `outcome` is still calling.
    ///
    /// No more is begun than can be called at once: what is `sending` when this process is killed is all that becomes
    /// uncertain.
    pub async fn send(mut self) -> anyhow::Result<()> {
        let mut waiting: VecDeque<Arc<Recorded>> = VecDeque::new();
        loop {
            if waiting.is_empty() {
                let events = tokio::select! {
                    () = self.context.stop.cancelled() => return Ok(()),
                    events = self.subscription.next(BATCH) => events?,
                };
                for event in events {
                    if self.kind.has(&event)? {
                        waiting.push_back(event);
                    }
                }
                if waiting.is_empty() {
                    self.subscription.idle().await?;
                    continue;
                }
            }
            let permits = tokio::select! {
                () = self.context.stop.cancelled() => return Ok(()),
                permits = self.room.take(waiting.len()) => permits,
            };
            let dispatches: Vec<Arc<Recorded>> = waiting.drain(..permits.len()).collect();
            // What was read behind the last dispatch of a stretch has no effect here.
            let last = dispatches.last().map(|event| event.position).filter(|_| !waiting.is_empty());
            let through = last.unwrap_or(self.subscription.position());
            let calls =
                begin::begin(&self.context, &mut self.subscription, self.epoch, self.kind, &dispatches, through)
                    .await?;
            // Of messages that moved on meanwhile nothing is called; their permits end here.
            for (call, permit) in calls.into_iter().zip(permits) {
                let (caller, outcome) = (self.caller.clone(), self.outcome.clone());
                tokio::spawn(async move {
                    let result = caller.call(&call).await;
                    drop(permit);
                    // Without a recorder the process is ending; the row in `in_flight` tells the next sender.
                    let _ = outcome.send(outcomes::Answer { call, result }).await;
                });
            }
        }
    }
}
