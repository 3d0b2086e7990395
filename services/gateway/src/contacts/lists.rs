//! Named lists of contacts.

use crate::app::App;
use crate::caller::needs::{ReadContacts, WriteContacts};
use crate::intent::{Decided, Intent};
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::contact;
use waybill_domain::id::{ContactId, ListId};
use waybill_domain::list::{self, Command};
use waybill_event_store::EventStore;
use waybill_projections::contacts;

const MOST: usize = 10_000;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewList {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[serde(default)]
    #[schema(max_items = 10000)]
    #[schema(value_type = Vec<Uuid>)]
    pub contact_ids: BTreeSet<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContactList {
    pub id: Uuid,
    pub name: String,
    pub size: i64,
    pub created_at: DateTime<Utc>,
}

/// The lists, the newest first.
#[utoipa::path(get, path = "/contacts/lists", tag = "contacts",
    responses((status = 200, body = Items<ContactList>)))]
pub async fn lists(
    State(app): State<App>,
    reading: Reading<ReadContacts>,
) -> Result<Json<Items<ContactList>>, Problem> {
    let mut transaction = reading.open(&app, &["contacts"]).await?;
    let rows = contacts::lists(&mut transaction, reading.caller.tenant).await?;
    let list = |row: contacts::ListRow| ContactList {
        id: row.list_id,
        name: row.name,
        size: row.size,
        created_at: row.created_at,
    };
    Ok(Json(Items { items: rows.into_iter().map(list).collect() }))
}

/// Makes a list, of contacts that are there; others are passed over.
#[utoipa::path(post, path = "/contacts/lists", tag = "contacts", request_body = NewList,
    responses((status = 201, description = "Made", body = ContactList)))]
pub async fn create(State(app): State<App>, intent: Intent<WriteContacts, NewList>) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    if new.contact_ids.len() > MOST {
        return Err(Problem::invalid("contact_ids", "10,000 contacts at most; import a file for more"));
    }
    let id = ListId(asked.new_id());
    let asked_for: Vec<Uuid> = new.contact_ids.iter().copied().collect();
    asked
        .carry_out(&app, || async {
            // In the tenant's transaction: contacts of others are not there.
            let mut transaction = app.store.tenant_transaction(asked.tenant()).await?;
            let there = EventStore::load_many::<contact::Contact>(&mut transaction, &asked_for).await?;
            drop(transaction);
            let mut members: Vec<ContactId> =
                there.into_iter().filter(|(_, it)| it.state.exists()).map(|(id, _)| ContactId(id)).collect();
            members.sort();
            let mut events = list::decide(&list::State::default(), Command::Create { name: new.name.clone() })?;
            let state = list::List::fold(list::State::default(), &events);
            let size = members.len() as i64;
            events.extend(list::decide(&state, Command::AddMembers(members))?);
            let name = state.name.unwrap_or_default();
            let made = ContactList { id: id.0, name, size, created_at: asked.at };
            Ok(Decided::created(made)?.write(id, 0, &events))
        })
        .await
}
