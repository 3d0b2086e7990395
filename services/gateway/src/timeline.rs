//! The events of one stream in words: who did what, the newest first.

use crate::app::App;
use crate::log::history::facts;
use crate::page::Items;
use crate::problem::Problem;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgPool;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_domain::stream::Category;
use waybill_event_store::read::read_stream;

mod words;

pub use words::summary;

/// The newest of a long story.
const LONGEST: i64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineItem {
    pub position: i64,
    pub r#type: String,
    pub at: DateTime<Utc>,
    /// A person's name, or the process that did it.
    pub actor: String,
    pub summary: String,
}

/// Lists of contacts are cut out in the database: a campaign's enrolment names every recipient.
const EVENTS: &str = "select pos, type, recorded_at, actor, case when data ? 'contact_ids'
        then data - 'contact_ids' || jsonb_build_object('count', jsonb_array_length(data->'contact_ids'))
        when type = 'campaign.recipients_excluded' then data - 'by_reason' else data end
    from es.event where tenant_id = $1 and stream_id = $2 and category = $3 order by version desc limit $4";

/// The story of one stream; a stream that is not there is a problem.
pub async fn of(app: &App, tenant: TenantId, category: Category, id: Uuid) -> Result<Items<TimelineItem>, Problem> {
    let rows = match category {
        Category::Contact => told_of_a_person(app, tenant, id).await?,
        _ => told(app, tenant, category, id).await?,
    };
    if rows.is_empty() {
        return Err(Problem::not_found());
    }
    let names = names(&app.store.database.system, rows.iter().map(|(_, _, _, actor, _)| actor.as_str())).await?;
    let items = rows.into_iter().map(|(position, r#type, at, actor, data)| TimelineItem {
        position,
        at,
        actor: shown(&actor, &names),
        summary: summary(&r#type, &data),
        r#type,
    });
    Ok(Items { items: items.collect() })
}

type Told = (i64, String, DateTime<Utc>, String, Value);

async fn told(app: &App, tenant: TenantId, category: Category, id: Uuid) -> Result<Vec<Told>, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    Ok(sqlx::query_as(EVENTS)
        .bind(tenant.0)
        .bind(id)
        .bind(category.as_str())
        .bind(LONGEST)
        .fetch_all(&mut *transaction)
        .await?)
}

/// With what is said of the person: on what grounds they agreed, and why no longer.
async fn told_of_a_person(app: &App, tenant: TenantId, id: Uuid) -> Result<Vec<Told>, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let mut events = read_stream(&mut transaction, tenant, id, 0, LONGEST).await?;
    drop(transaction);
    events.retain(|event| event.category == Category::Contact.as_str());
    app.store.keys.open(&mut events).await?;
    let told = events.into_iter().rev().map(|event| {
        let facts = Value::Object(facts(&event)?);
        Ok((event.position, event.kind.into_owned(), event.recorded_at, event.actor.to_string(), facts))
    });
    told.collect()
}

/// The names of the users and API keys among these actors.
pub async fn names<'a>(
    pool: &PgPool,
    actors: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<Uuid, String>, Problem> {
    let ids: BTreeSet<Uuid> = actors.into_iter().filter_map(|actor| user(actor).or_else(|| api_key(actor))).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select user_id, full_name from vault.account where user_id = any($1)
         union all select key_id, 'API key ' || name from vault.api_key where key_id = any($1)",
    )
    .bind(&ids)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

/// An actor for people: the name of a user, `campaign runner` of `process:campaign_runner`.
pub fn shown(actor: &str, names: &HashMap<Uuid, String>) -> String {
    if let Some(name) = user(actor).or_else(|| api_key(actor)).and_then(|id| names.get(&id)) {
        return name.clone();
    }
    if api_key(actor).is_some() {
        return "a revoked API key".to_owned();
    }
    let word = actor.split_once(':').map_or(actor, |(_, word)| word);
    word.replace(['_', '-'], if user(actor).is_some() { "-" } else { " " })
}

fn api_key(actor: &str) -> Option<Uuid> {
    actor.strip_prefix("api_key:")?.parse().ok()
}

fn user(actor: &str) -> Option<Uuid> {
    actor.strip_prefix("user:")?.parse().ok()
}
