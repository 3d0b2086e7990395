//! Sender: dispatched messages to providers.
//!
//! For each message, in this order: `message.sending` is appended at the exact version, together with a row of
//! `process.in_flight` and the checkpoint; then the provider is called; then the outcome is appended and the row removed.
//! What must stay true:
//! - No call without a committed `sending` of its own; whoever loses that append does not call.
//! - A `sending` left behind by a sender that died becomes `uncertain` and is never sent again from here.

mod accounts;
mod begin;
mod calls;
mod left_behind;
mod outcomes;

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use waybill_runtime::leader::lead;
use waybill_runtime::life::Tasks;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "sender";
/// Messages begun in one transaction, at most.
const BATCH: usize = 500;
/// Calls at once, over all numbers; each number's own window is the dispatcher's.
const CALLS: usize = 2_048;
/// How long an interrupted sender waits for the answers to its calls before it begins anew.
const LATE_ANSWERS: Duration = Duration::from_secs(5);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut tasks = Tasks::default();
    let stop = context.stop.clone();
    tasks.spawn("sender", async move { lead(&context, NAME, work).await });
    tasks.run(stop).await
}

async fn work(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    left_behind::settle(&context, subscription.epoch()).await?;
    let timeout = Duration::from_secs(u64::from(context.config.provider_timeout_s));
    let caller = Arc::new(calls::Caller::new(&context, timeout)?);
    let (outcome, outcomes) = mpsc::channel(CALLS);
    let mut recorder = tokio::spawn(outcomes::record(context.clone(), outcomes));
    let ended = tokio::select! {
        ended = send(&context, &mut subscription, caller, outcome) => ended,
        ended = &mut recorder => return ended?,
    };
    // Calls under way are waited for and recorded, before whoever comes next takes them for lost.
    if ended.is_ok() {
        // Soft stop: the process gives up on it after a while.
        recorder.await??;
    } else if let Ok(recorded) = tokio::time::timeout(LATE_ANSWERS, &mut recorder).await {
        // Interrupted. What takes longer goes on beside the next round, which calls it uncertain until it is recorded.
        recorded??;
    }
    ended
}

/// Begins sending what is dispatched, until the process is to stop. Who holds an end of `outcome` is still calling.
async fn send(
    context: &Context,
    subscription: &mut Subscription,
    caller: Arc<calls::Caller>,
    outcome: mpsc::Sender<outcomes::Answer>,
) -> anyhow::Result<()> {
    let room = Arc::new(Semaphore::new(CALLS));
    loop {
        let events = tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => events?,
        };
        for call in begin::begin(context, subscription, &events).await? {
            let permit = room.clone().acquire_owned().await.expect("the semaphore is never closed");
            let (caller, outcome) = (caller.clone(), outcome.clone());
            tokio::spawn(async move {
                let result = caller.call(&call).await;
                drop(permit);
                // Without a recorder the process is ending; the row in `in_flight` tells the next sender.
                let _ = outcome.send(outcomes::Answer { call, result }).await;
            });
        }
    }
}
