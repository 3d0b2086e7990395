//! Tags, over many contacts at once.

use crate::app::App;
use crate::caller::needs::{ReadContacts, WriteContacts};
use crate::intent::{Decided, Intent};
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::contact::{self, Command};
use waybill_domain::id::ContactId;
use waybill_event_store::EventStore;
use waybill_projections::contacts;

/// Contacts of one request; a longer selection is sent in parts.
const MOST: usize = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
pub struct Tagging {
    #[schema(max_items = 1000)]
    #[schema(value_type = Vec<Uuid>)]
    pub contact_ids: BTreeSet<Uuid>,
    #[schema(min_length = 1, max_length = 64)]
    pub tag: String,
    /// Takes the tag away.
    #[serde(default)]
    pub remove: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Tagged {
    /// Contacts that had to be changed.
    pub changed: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TagCount {
    pub tag: String,
    pub count: i64,
}

/// Adds a tag to many contacts, or takes it away, in one step. Contacts that are not there are passed over.
#[utoipa::path(post, path = "/contacts/tag", tag = "contacts", request_body = Tagging,
    responses((status = 200, description = "Tagged", body = Tagged)))]
pub async fn tag(State(app): State<App>, intent: Intent<WriteContacts, Tagging>) -> Result<Response, Problem> {
    let Intent { asked, body: Tagging { contact_ids, tag, remove }, .. } = &intent;
    if contact_ids.len() > MOST {
        return Err(Problem::invalid("contact_ids", "1,000 contacts at most"));
    }
    if !contact::tag_is_good(tag) {
        return Err(Problem::invalid("tag", "a tag has 1 to 64 characters"));
    }
    let ids: Vec<Uuid> = contact_ids.iter().copied().collect();
    asked
        .carry_out(&app, || async {
            let mut transaction = app.store.tenant_transaction(asked.tenant()).await?;
            let loaded = EventStore::load_many::<contact::Contact>(&mut transaction, &ids).await?;
            drop(transaction);
            let mut writes = Vec::new();
            for (id, contact) in loaded.into_iter().filter(|(_, contact)| contact.state.exists()) {
                let command = if *remove { Command::Untag(tag.clone()) } else { Command::Tag(tag.clone()) };
                let events = contact::decide(&contact.state, command)?;
                if !events.is_empty() {
                    writes.push((ContactId(id), contact.version, events));
                }
            }
            let decided = Decided::ok(Tagged { changed: writes.len() })?;
            Ok(writes.iter().fold(decided, |decided, (id, version, events)| decided.write(*id, *version, events)))
        })
        .await
}

/// The tags in use, the most used first.
#[utoipa::path(get, path = "/contacts/tags", tag = "contacts", responses((status = 200, body = Items<TagCount>)))]
pub async fn tags(State(app): State<App>, reading: Reading<ReadContacts>) -> Result<Json<Items<TagCount>>, Problem> {
    let mut transaction = reading.open(&app, &["contacts"]).await?;
    let rows = contacts::tags(&mut transaction, reading.caller.tenant).await?;
    let items = rows.into_iter().map(|row| TagCount { tag: row.tag, count: row.count }).collect();
    Ok(Json(Items { items }))
}
