//! Contacts, lists and tags: who may be written to, as the screens and the campaign runner ask for it.
//!
//! The counters (size of a list, contacts of a tag, contacts of a tenant) are moved once a batch, so an import of a
//! million rows updates them some hundred times. A contact whose first event is in the batch is inserted without
//! looking for it; only the others are read first.

pub mod audience;
pub mod query;

mod fold;
mod write;

pub use audience::{AudienceCounts, AudienceRow, audience_by_ids, audience_counts, audience_page};
pub use query::{ContactFilter, ContactRow, ContactSort, ListRow, TagRow, lists, one, page, tags, total};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Contacts;

impl Projection for Contacts {
    fn name(&self) -> &'static str {
        "contacts"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["contact", "contact_list", "contact_list_member", "contact_tag", "contact_total"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("contacts/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("contact.") || kind.starts_with("list.")
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
            let stretch = fold::Stretch::decode(events, &mut applied)?;
            batch::find_by_index(connection).await?;
            let known = write::load(connection, stretch.to_load()).await?;
            let changes = stretch.fold(known);
            write::contacts(connection, &changes).await?;
            write::counters(connection, &changes).await?;
            write::lists(connection, &changes).await?;
            Ok(applied)
        })
    }
}
