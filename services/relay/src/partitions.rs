//! Partitions of the log ahead of need. They are made long before they are used: an append that finds none fails.

use std::time::Duration;
use waybill_runtime::Context;

const EVERY: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(5);

pub(crate) async fn keep_ahead(context: &Context) {
    loop {
        let made = sqlx::query("select es.ensure_partitions()").execute(&context.store.database.system).await;
        match made {
            Ok(_) => tokio::time::sleep(EVERY).await,
            Err(error) => {
                tracing::warn!(%error, "the next partitions of the log cannot be made");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
