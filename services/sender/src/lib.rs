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
    let room = Arc::new(Semaphore::new(CALLS));
    let mut recorder = tokio::spawn(outcomes::record(context.clone(), outcomes));
    loop {
        tokio::select! {
            () = context.stop.cancelled() => break,
            ended = &mut recorder => return ended?,
            events = subscription.next(BATCH) => {
                let events = events?;
                let begun = begin::begin(&context, &mut subscription, &events).await?;
                for call in begun {
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
    }
    // Soft stop: calls under way are waited for and recorded.
    drop(outcome);
    recorder.await?
}
