//! What an entry changed: the events that follow it in its append, each beside what its stream had said before.

use crate::app::App;
use crate::log::history::facts;
use crate::problem::Problem;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use utoipa::ToSchema;
use waybill_domain::id::TenantId;
use waybill_domain::stream::Category;
use waybill_event_store::read::{read_stream, read_tenant_after};

/// Events of one command that are shown.
const SHOWN: i64 = 100;
/// Earlier events of a stream that are looked at; what was said before those is not known here.
const LOOKED_AT: i64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// `category-id`.
    pub stream: String,
    pub r#type: String,
    pub position: i64,
    pub fields: Vec<FieldChange>,
}

/// A field of an event. What it was before is what the stream's earlier events said last.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    #[schema(value_type = Option<Value>)]
    pub before: Option<Value>,
    #[schema(value_type = Option<Value>)]
    pub after: Option<Value>,
}

pub async fn after(
    app: &App,
    connection: &mut PgConnection,
    tenant: TenantId,
    position: i64,
) -> Result<Vec<Change>, Problem> {
    let mut events = read_tenant_after(connection, tenant, position - 1, SHOWN + 1).await?;
    if events.first().is_none_or(|entry| entry.position != position) {
        return Ok(Vec::new());
    }
    let command = events.remove(0).correlation_id;
    // A command's events stand together; the next entry, or the work of a process, ends them.
    let mut last = position;
    events.retain(|event| {
        let goes_on = event.position == last + 1
            && event.correlation_id == command
            && event.causation_id.is_none()
            && event.category != Category::Audit.as_str();
        last += i64::from(goes_on);
        goes_on
    });
    app.store.keys.open(&mut events).await?;
    let mut changes = Vec::with_capacity(events.len());
    for event in events {
        let skip = (event.version - 1 - LOOKED_AT).max(0);
        let mut earlier = read_stream(connection, tenant, event.stream_id, skip, event.version - 1 - skip).await?;
        app.store.keys.open(&mut earlier).await?;
        let mut before = Map::new();
        for event in &earlier {
            before.extend(facts(event)?);
        }
        let fields = facts(&event)?.into_iter().map(|(field, after)| FieldChange {
            before: before.remove(&field),
            after: Some(after),
            field,
        });
        changes.push(Change {
            fields: fields.filter(FieldChange::is_one).collect(),
            stream: format!("{}-{}", event.category, event.stream_id),
            r#type: event.kind.into_owned(),
            position: event.position,
        });
    }
    Ok(changes)
}

impl FieldChange {
    /// Not so for what was not said before and is empty now.
    fn is_one(&self) -> bool {
        let is_empty = |value: &Value| value.as_str().is_some_and(str::is_empty) || value.is_null();
        self.before != self.after && !(self.before.is_none() && self.after.as_ref().is_none_or(is_empty))
    }
}
