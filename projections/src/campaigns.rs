//! Campaigns: their plan, where they stand, what became of each recipient, and how fast it goes.
//!
//! A batch touches few campaigns and many messages: the campaigns of a batch are read whole, folded in memory and
//! written whole. Invariant after every batch: `enrolled` equals the sum of the nine states.

pub mod query;

mod fold;
mod row;
mod write;

pub use query::{BindingLimit, Campaign, FailureRow, Points, StatusCount, Totals, failures, one, page, status_counts};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Campaigns;

impl Projection for Campaigns {
    fn name(&self) -> &'static str {
        "campaigns"
    }

    fn version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["campaign", "campaign_count", "campaign_failure", "campaign_rate"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("campaigns/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("campaign.")
            || kind.starts_with("message.")
            || matches!(kind, "wallet.reserved" | "wallet.captured" | "wallet.released" | "wallet.refunded")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let facts = fold::decode(events, &mut applied)?;
            if facts.is_empty() {
                return Ok(applied);
            }
            batch::find_by_index(connection).await?;
            let known = write::load(connection, &facts).await?;
            let changes = fold::fold(known, facts);
            write::campaigns(connection, &changes.rows).await?;
            write::counts(connection, &changes).await?;
            write::failures(connection, &changes).await?;
            write::rates(connection, &changes).await?;
            Ok(applied)
        })
    }
}
