//! A line of messages: read in the order of the log, begun as calls become free, then called.

use crate::numbers::Numbers;
use crate::room::{Permit, Room, Whose};
use crate::waiting::{Picked, Waiting};
use crate::{begin, calls, outcomes};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::ProfileId;
use waybill_domain::message;
use waybill_domain::provider::Refusal;
use waybill_providers::Outcome;
use waybill_runtime::{Context, Subscription};

/// Events read at once.
const BATCH: usize = 1_000;
/// Messages begun in one transaction.
const BEGUN: usize = 500;
/// A call that has not begun so long after its `sending` is not made: this process, or its machine, stood still, and another
/// sender may have its place. That takes longer (`SessionLock`).
const LATE: Duration = Duration::from_secs(8);
/// Messages that may wait for calls. While more do, nothing is read.
const WAITING: usize = 20_000;

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
    pub numbers: Arc<Numbers>,
    pub outcome: mpsc::Sender<outcomes::Answer>,
}

impl Kind {
    /// Whose it is, if it is a message of this line.
    fn whose(self, event: &Recorded) -> anyhow::Result<Option<Whose>> {
        if !event.is("message.dispatched") {
            return Ok(None);
        }
        let Some(message::Event::Dispatched(dispatched)) = event.decode()? else { return Ok(None) };
        let whose = Whose { tenant: event.tenant_id, number: dispatched.profile_id };
        Ok((dispatched.campaign_id.is_none() == (self == Kind::Replies)).then_some(whose))
    }
}

impl Line {
    /// Begins sending what is dispatched, until the process is to stop. Who holds an end of `outcome` is still calling.
    ///
    /// No more is begun than can be called at once: what is `sending` when this process is killed is all that becomes
    /// uncertain.
    pub async fn send(mut self) -> anyhow::Result<()> {
        let mut waiting = Waiting::default();
        loop {
            tokio::select! {
                () = self.context.stop.cancelled() => return Ok(()),
                events = self.subscription.next(BATCH), if waiting.len() < WAITING => {
                    self.hear(&mut waiting, events?).await?;
                }
                () = self.room.freed(), if !waiting.is_empty() => {}
            }
            if waiting.is_empty() {
                self.subscription.idle().await?;
                continue;
            }
            let now = self.context.clock.now();
            let goes_back = |whose: Whose| self.numbers.refusal(whose.number, now).is_some();
            let picked = waiting.pick(&self.room, BEGUN, goes_back);
            if !picked.is_empty() {
                self.begin(&waiting, picked).await?;
            }
        }
    }

    async fn hear(&self, waiting: &mut Waiting, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
        let mut numbers: BTreeSet<ProfileId> = BTreeSet::new();
        for event in events {
            self.numbers.hear(&event)?;
            if let Some(whose) = self.kind.whose(&event)? {
                numbers.insert(whose.number);
                waiting.push(whose, event);
            }
        }
        self.numbers.learn(&self.context, numbers.into_iter()).await
    }

    async fn begin(&mut self, waiting: &Waiting, picked: Vec<Picked>) -> anyhow::Result<()> {
        // The checkpoint passes nothing that waits. What was begun behind it is read again by whoever comes next, and then
        // its `sending` is there already.
        let through = waiting.through().unwrap_or(self.subscription.position());
        let mut permits: HashMap<Uuid, Option<Permit>> = HashMap::with_capacity(picked.len());
        let mut dispatches = Vec::with_capacity(picked.len());
        for (dispatched, permit) in picked {
            permits.insert(dispatched.event_id, permit);
            dispatches.push(dispatched);
        }
        let begun = SystemTime::now();
        let calls =
            begin::begin(&self.context, &mut self.subscription, self.epoch, self.kind, &dispatches, through).await?;
        for call in calls {
            let permit = permits.remove(&call.causation_id).flatten();
            let (caller, outcome) = (self.caller.clone(), self.outcome.clone());
            let (numbers, clock) = (self.numbers.clone(), self.context.clock.clone());
            tokio::spawn(async move {
                let late = begun.elapsed().is_ok_and(|since| since > LATE).then(Refusal::not_called);
                let refused = late.or_else(|| numbers.refusal(call.profile_id, clock.now()));
                let result = match refused.or_else(|| permit.is_none().then(Refusal::not_called)) {
                    Some(refusal) => Outcome::Refused(refusal),
                    None => caller.call(&call).await,
                };
                if let Outcome::Refused(refusal) = &result {
                    numbers.told(call.profile_id, refusal, clock.now());
                }
                drop(permit);
                // Without a recorder the process is ending; the row in `in_flight` tells the next sender.
                let _ = outcome.send(outcomes::Answer { call, result }).await;
            });
        }
        // Of messages that moved on meanwhile nothing is called; their permits end here.
        Ok(())
    }
}
