//! Contacts as the log has them, many at once.

use super::plan::Known;
use anyhow::Context as _;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::contact::{Contact, State};
use waybill_domain::id::TenantId;
use waybill_event_store::load::fold;
use waybill_event_store::read::read_streams;
use waybill_event_store::{EventStore, Loaded};

/// The contacts among `ids` that this tenant has, with their personal parts. `cause` is the event that the import's own
/// appends follow from.
pub async fn load(
    store: &EventStore,
    connection: &mut PgConnection,
    tenant_id: TenantId,
    ids: &[Uuid],
    cause: Uuid,
) -> anyhow::Result<HashMap<Uuid, Known>> {
    let known: Vec<Uuid> =
        sqlx::query_scalar("select stream_id from es.stream where stream_id = any($1) and tenant_id = $2")
            .bind(ids)
            .bind(tenant_id.0)
            .fetch_all(&mut *connection)
            .await
            .context("looking for contacts")?;
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    let mut events = read_streams(connection, &known).await?;
    store.keys.open(&mut events).await?;
    let mut contacts = HashMap::with_capacity(known.len());
    for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
        let Loaded { state, version } = fold::<Contact>(Loaded { state: State::default(), version: 0 }, stream)?;
        let written = stream.iter().any(|event| event.causation_id == Some(cause));
        contacts.insert(stream[0].stream_id, Known { state, version, written });
    }
    Ok(contacts)
}
