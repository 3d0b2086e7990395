//! Sender: dispatched messages to providers.
//!
//! For each message, in this order: `message.sending` is appended at the exact version, together with a row of
//! `process.in_flight` and the checkpoint; then the provider is called; then the outcome is appended and the row removed.
//! What must stay true:
//! - No call without a committed `sending` of its own; whoever loses that append does not call.
//! - A `sending` left behind by a sender that died becomes `uncertain` and is never sent again from here.
//! - A reply waits for no campaign. Replies and messages of campaigns are two lines: each reads the log for itself, with a
//!   checkpoint of its own that no message of the other line moves, and some calls are kept for replies.
//! - Nobody takes all calls: a tenant, or a number, whose provider does not answer holds up no other.
//! - A number that the log says is blocked, out of use or told to wait is not called: what it was given goes back.

mod begin;
mod calls;
mod content;
mod files;
mod left_behind;
mod line;
mod numbers;
mod outcomes;
mod room;
mod waiting;

use line::{Kind, Line};
use numbers::Numbers;
use room::Room;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use waybill_runtime::leader::lead;
use waybill_runtime::life::Tasks;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "sender";
/// The checkpoint of replies.
const REPLIES: &str = "sender/replies";
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
    let campaigns = Subscription::start(&context, NAME).await?;
    let replies = Subscription::start_at(&context, REPLIES, campaigns.position()).await?;
    // Both checkpoints are ours: nobody else begins anything any more.
    let epoch = campaigns.epoch();
    left_behind::settle(&context, epoch).await?;
    let timeout = Duration::from_secs(u64::from(context.config.provider_timeout_s));
    let caller = Arc::new(calls::Caller::new(&context, timeout)?);
    let numbers = Arc::new(Numbers::default());
    let (outcome, outcomes) = mpsc::channel(ANSWERS);
    let mut recorder = tokio::spawn(outcomes::record(context.clone(), outcomes));
    let (for_campaigns, for_replies) = Room::divide(context.config.calls_at_once.max(1) as usize);
    let line = |kind, subscription, room| Line {
        context: context.clone(),
        kind,
        subscription,
        room,
        epoch,
        caller: caller.clone(),
        numbers: numbers.clone(),
        outcome: outcome.clone(),
    };
    let campaigns = line(Kind::Campaigns, campaigns, for_campaigns);
    let replies = line(Kind::Replies, replies, for_replies);
    drop(outcome);
    let ended = tokio::select! {
        ended = async { tokio::try_join!(campaigns.send(), replies.send()) } => ended.map(|_| ()),
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
