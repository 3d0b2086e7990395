//! The inbox: conversations with what was said last, and their threads of inbound messages, replies, and what the business
//! wrote elsewhere.
//!
//! Order is the log's: the conversation that last said something stands first. The state of a reply is not copied, it
//! is joined from the messages.

pub mod query;

mod beside;
mod ending;
mod fold;
mod write;

pub use beside::{CampaignMessage, campaign_messages, join_files};
pub use query::{ChatFilter, ChatRow, ThreadRow, chat, chats, thread};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Inbox;

impl Projection for Inbox {
    fn name(&self) -> &'static str {
        "inbox"
    }

    fn version(&self) -> i32 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["conversation", "conversation_message"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("inbox/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("conversation.") || ending::is_one(kind)
    }

    fn reads_personal(&self) -> bool {
        true
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            batch::find_by_index(connection).await?;
            // What ends texts ends those before it, and none after it.
            for part in events.split_inclusive(|event| ending::is_one(&event.kind)) {
                let (said, ended) = match part.split_last() {
                    Some((last, said)) if ending::is_one(&last.kind) => (said, Some(last)),
                    _ => (part, None),
                };
                let folded = fold::fold(said, &mut applied)?;
                if !folded.begun.is_empty() {
                    write::insert(connection, &folded.begun).await?;
                }
                if !folded.known.is_empty() {
                    write::update(connection, &folded.known).await?;
                }
                if !folded.said.is_empty() {
                    write::said(connection, &folded.said).await?;
                }
                if let Some(ended) = ended {
                    ending::apply(connection, ended, &mut applied).await?;
                }
            }
            Ok(applied)
        })
    }
}
