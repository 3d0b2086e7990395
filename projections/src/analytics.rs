//! Counters of what happened, by day, and of where all messages stand.
//!
//! Daily counters count events: a message that was sent, delivered and read counts under each. `message_count` counts
//! messages, each once, in its present state, replies included.

pub mod query;

mod fold;
mod write;

pub use query::{CampaignDay, Counts, Day, Overview, Rates, campaign_days, daily, overview};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Analytics;

impl Projection for Analytics {
    fn name(&self) -> &'static str {
        "analytics"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["daily_count", "daily_campaign_count", "message_count"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("analytics/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        matches!(
            kind,
            "campaign.recipients_enrolled"
                | "campaign.recipients_cancelled"
                | "conversation.inbound_received"
                | "conversation.reply_requested"
        ) || kind.starts_with("message.")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let folded = fold::fold(events, &mut applied)?;
            batch::find_by_index(connection).await?;
            write::days(connection, &folded.days).await?;
            write::campaigns(connection, &folded.campaigns).await?;
            write::states(connection, &folded.states).await?;
            Ok(applied)
        })
    }
}
