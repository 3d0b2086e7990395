//! Sender: dispatched messages to providers.
//!
//! For each message, in this order: `message.sending` is appended at the exact version, together with a row of
//! `process.in_flight` and the checkpoint; then the provider is called; then the outcome is appended and the row removed.
//! What must stay true:
//! - No call without a committed `sending` of its own; whoever loses that append does not call.
//! - A `sending` left behind by a sender that died becomes `uncertain` and is never sent again from here.

mod begin;
mod calls;
mod content;
mod files;
mod left_behind;
mod outcomes;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use waybill_domain::envelope::Recorded;
use waybill_runtime::leader::lead;
use waybill_runtime::life::Tasks;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "sender";
/// Events read at once.
const BATCH: usize = 1_000;
/// Answers that may wait to be recorded.
const ANSWERS: usize = 4_096;
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
    let (outcome, outcomes) = mpsc::channel(ANSWERS);
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
///
/// No more is begun than can be called at once: what is `sending` when this process is killed is all that becomes
/// uncertain.
async fn send(
    context: &Context,
    subscription: &mut Subscription,
    caller: Arc<calls::Caller>,
    outcome: mpsc::Sender<outcomes::Answer>,
) -> anyhow::Result<()> {
    let at_once = context.config.calls_at_once.max(1) as usize;
    let room = Arc::new(Semaphore::new(at_once));
    let mut waiting: VecDeque<Arc<Recorded>> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let events = tokio::select! {
                () = context.stop.cancelled() => return Ok(()),
                events = subscription.next(BATCH) => events?,
            };
            waiting.extend(events.into_iter().filter(|event| event.is("message.dispatched")));
            if waiting.is_empty() {
                subscription.idle().await?;
                continue;
            }
        }
        let first = waiting.len().min(at_once.div_ceil(4));
        let permits = tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            permits = room.clone().acquire_many_owned(first as u32) => permits.expect("the semaphore is never closed"),
        };
        let mut permits = vec![permits];
        let mut begin = first;
        while begin < waiting.len()
            && let Ok(permit) = room.clone().try_acquire_owned()
        {
            permits.push(permit);
            begin += 1;
        }
        let dispatches: Vec<Arc<Recorded>> = waiting.drain(..begin).collect();
        // What was read behind the last dispatch of a stretch has no effect here.
        let through = if waiting.is_empty() { subscription.position() } else { dispatches[begin - 1].position };
        let calls = begin::begin(context, subscription, &dispatches, through).await?;
        let mut permits: Vec<OwnedSemaphorePermit> = permits.into_iter().flat_map(single).collect();
        permits.truncate(calls.len());
        for (call, permit) in calls.into_iter().zip(permits) {
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

/// Permits of one each.
fn single(mut permits: OwnedSemaphorePermit) -> Vec<OwnedSemaphorePermit> {
    let mut singles = Vec::with_capacity(permits.num_permits());
    while permits.num_permits() > 1 {
        singles.extend(permits.split(1));
    }
    singles.push(permits);
    singles
}
