//! The events of one stream, decoded.

use crate::app::App;
use crate::caller::needs::ReadHistory;
use crate::extract::{At, Params};
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::stream::Category;
use waybill_event_store::read::read_stream;
use waybill_projections::QueryError;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEvent {
    pub position: i64,
    /// Place in its stream, from 1.
    pub version: i64,
    pub r#type: String,
    pub schema_version: i16,
    pub at: DateTime<Utc>,
    /// `user:<id>`, `process:<name>`, `provider:<name>` or `system`.
    pub actor: String,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    #[schema(value_type = Object)]
    pub data: Value,
    /// What it says of a person: an object, `"erased"` once that was destroyed, or nothing.
    #[schema(value_type = Option<Value>)]
    pub personal: Option<Value>,
}

/// Lists the events of one stream, the oldest first.
#[utoipa::path(get, path = "/history/{category}/{id}", tag = "log",
    params(("category" = String, Path, description = "`contact`, `campaign`, `message` …"), ("id" = Uuid, Path), HistoryQuery),
    responses((status = 200, body = Page<HistoryEvent>)))]
pub async fn history(
    State(app): State<App>,
    At((category, id)): At<(String, Uuid)>,
    reading: Reading<ReadHistory>,
    Params(query): Params<HistoryQuery>,
) -> Result<Json<Page<HistoryEvent>>, Problem> {
    let limit = limit(query.limit)?;
    let category = Category::parse(&category).ok_or_else(Problem::not_found)?;
    let after: i64 = match &query.cursor {
        None => 0,
        Some(cursor) => cursor.parse().ok().filter(|after| *after > 0).ok_or(QueryError::BadCursor)?,
    };
    let mut transaction = reading.open(&app, &[]).await?;
    let mut events = read_stream(&mut transaction, reading.caller.tenant, id, after, limit + 1).await?;
    drop(transaction);
    events.retain(|event| event.category == category.as_str());
    if events.is_empty() && after == 0 {
        return Err(Problem::not_found());
    }
    let more = events.len() as i64 > limit;
    events.truncate(limit as usize);
    app.store.keys.open(&mut events).await?;
    let next_cursor = events.last().filter(|_| more).map(|last| last.version.to_string());
    let items = events.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor }))
}

pub fn shown(event: Recorded) -> Result<HistoryEvent, Problem> {
    let personal = match &event.personal {
        PersonalPart::None => None,
        PersonalPart::Open(bytes) => Some(serde_json::from_slice(bytes)?),
        PersonalPart::Sealed(_) | PersonalPart::Erased => Some(Value::from("erased")),
    };
    Ok(HistoryEvent {
        position: event.position,
        version: event.version,
        r#type: event.kind.into_owned(),
        schema_version: event.schema_version,
        at: event.recorded_at,
        actor: event.actor.to_string(),
        correlation_id: event.correlation_id,
        causation_id: event.causation_id,
        data: serde_json::from_str(&event.data)?,
        personal,
    })
}

/// The fields of an event, those about a person among them.
pub fn facts(event: &Recorded) -> Result<Map<String, Value>, Problem> {
    let mut facts = match serde_json::from_str(&event.data)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    match &event.personal {
        PersonalPart::Open(bytes) => match serde_json::from_slice(bytes)? {
            Value::Object(fields) => facts.extend(fields),
            other => drop(facts.insert("personal".to_owned(), other)),
        },
        PersonalPart::Sealed(_) | PersonalPart::Erased => drop(facts.insert("personal".to_owned(), "erased".into())),
        PersonalPart::None => {}
    }
    Ok(facts)
}
