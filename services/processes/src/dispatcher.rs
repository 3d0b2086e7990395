//! Dispatcher: gives queued messages to numbers, within every limit.
//!
//! Reacts to enrolments, retries, outcomes, changes of packages and numbers, and to time. It appends `message.dispatched`
//! for what may go now, `message.cancelled` for recipients who may not be written to any more, and `campaign.deferred`
//! naming the limit when a campaign waits for one. What must stay true:
//! - Its model is a fold of the log, kept in schema `process` in the transaction of each append: a restart forgets nothing.
//! - Consent is asked at this moment, on contacts no older than the last contact event that was read; templates likewise.
//! - No more than a number's window is in flight, so a pause, a cancel or an opt-out takes effect within seconds.

mod followed;
mod keep;
mod model;
mod retries;
mod turn;

use chrono::{DateTime, Utc};
use model::Model;
use std::time::Duration;
use waybill_event_store::Checkpoint;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/dispatcher";
/// Events folded at once, at most.
const BATCH: usize = 2_000;
/// Messages dispatched in one transaction, at most.
const TURN: usize = 500;
/// Outcomes are gathered for a moment while a number is busy, so that turns are not made of single messages.
const GATHER: Duration = Duration::from_millis(4);
/// The longest sleep: limits are looked at again at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut model = Model::load(&context, subscription.position()).await?;
    let mut wake = Some(context.clock.now());
    loop {
        let sleep = match wake {
            Some(at) => (at - context.clock.now()).to_std().unwrap_or_default().min(LONGEST_SLEEP),
            None => LONGEST_SLEEP,
        };
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => {
                for event in events? {
                    model.fold(&event)?;
                }
                if !model.has_news() {
                    subscription.idle().await?;
                    continue;
                }
                if model.is_busy() && subscription.lag() == 0 {
                    tokio::time::sleep(GATHER).await;
                    if subscription.lag() > 0 {
                        for event in subscription.next(BATCH).await? {
                            model.fold(&event)?;
                        }
                    }
                }
            }
            // Each round asks for events anew, which takes a moment: where a turn is always due, its sleep of nothing would
            // win every time.
            () = tokio::time::sleep(sleep), if subscription.lag() == 0 => {}
        }
        wake = turns(&context, &mut subscription, &mut model).await?;
    }
}

/// Dispatches all that may go now; answers when to look again.
async fn turns(
    context: &Context,
    subscription: &mut Subscription,
    model: &mut Model,
) -> anyhow::Result<Option<DateTime<Utc>>> {
    for (followed, checkpoint) in
        [(&mut model.contacts, "projection/contacts"), (&mut model.templates, "projection/templates")]
    {
        if followed.is_behind() {
            followed.position = Checkpoint::position(&context.store.database.system, checkpoint).await?;
        }
    }
    if model.contacts.is_behind() || model.templates.is_behind() {
        // Consent, or who has a template, may have changed in what the read models have not seen yet: nobody is written
        // to on older knowledge.
        keep::only(context, subscription, model).await?;
        return Ok(Some(context.clock.now() + chrono::TimeDelta::milliseconds(10)));
    }
    loop {
        let turn = turn::take(context, model).await?;
        let more = turn.dispatched == TURN;
        let wake = turn.wake;
        keep::with(context, subscription, model, turn).await?;
        if !more || subscription.lag() > BATCH as i64 {
            return Ok(if more { Some(context.clock.now()) } else { wake });
        }
    }
}
