//! Upkeep: partitions of the log ahead of need, and old command answers dropped.

use std::time::Duration;
use waybill_runtime::Context;

const EVERY: Duration = Duration::from_secs(60);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            _ = tick.tick() => {
                sqlx::query("select es.ensure_partitions()").execute(&context.store.database.system).await?;
            }
        }
    }
}
