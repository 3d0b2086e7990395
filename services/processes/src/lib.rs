//! Processes: they read the log in order and answer with commands.
//!
//! Each keeps its state in schema `process` and its checkpoint in the transaction that appends what it decided, so every
//! source event has its effect in the log exactly once. One file a process; each says what it reacts to and what it does.

pub mod absent;
pub mod accounts;
pub mod billing;
pub mod campaign_runner;
pub mod completion;
pub mod deadlines;
pub mod dispatcher;
pub mod group_names;
pub mod health;
pub mod importer;
pub mod linking;
pub mod mailer;
pub mod media_keeper;
pub mod opt_out;
pub mod outcome;
pub mod retention;
pub mod webhook_reader;

use waybill_runtime::Context;
use waybill_runtime::leader::lead;
use waybill_runtime::life::Tasks;

/// Runs all processes until the process is to stop.
pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut tasks = Tasks::default();
    macro_rules! spawn {
        ($($name:literal: $run:path),* $(,)?) => {$(
            let own = context.clone();
            tasks.spawn($name, async move { lead(&own, $name, $run).await });
        )*};
    }
    spawn! {
        "process/campaign-runner": campaign_runner::run,
        "process/dispatcher": dispatcher::run,
        "process/webhook-reader": webhook_reader::run,
        "process/outcome": outcome::run,
        "process/billing": billing::run,
        "process/completion": completion::run,
        "process/deadlines": deadlines::run,
        "process/opt-out": opt_out::run,
        "process/mailer": mailer::run,
        "process/importer": importer::run,
        "process/retention": retention::run,
        "process/health": health::run,
        "process/absent": absent::run,
        "process/group-names": group_names::run,
        "process/linking": linking::run,
        "process/accounts": accounts::run,
        "process/media-keeper": media_keeper::run,
    }
    tasks.run(context.stop.clone()).await
}
