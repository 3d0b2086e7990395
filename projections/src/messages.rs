//! Every message with its present state: recipients of campaigns from their enrolment on, and replies.
//!
//! The hottest model: each event of each message passes here. A batch becomes one insert and one update, whatever it
//! holds. Names and numbers are not copied: they are joined when asked, so a removed contact is gone here as well.

pub mod query;

mod fold;
mod write;

pub use query::{MessageFilter, MessageRow, one, page};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Messages;

impl Projection for Messages {
    fn name(&self) -> &'static str {
        "messages"
    }

    fn version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["message"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("messages/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("message.") || matches!(kind, "campaign.recipients_enrolled" | "campaign.recipients_cancelled")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let (fresh, known) = fold::fold(events, &mut applied)?;
            batch::find_by_index(connection).await?;
            if !fresh.is_empty() {
                write::insert(connection, &fresh).await?;
            }
            if !known.is_empty() {
                write::update(connection, &known).await?;
            }
            Ok(applied)
        })
    }
}
