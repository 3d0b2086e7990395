//! Why somebody got a message, or did not: everything that led to it and came of it, from the log, each with its cause.

use super::Message;
use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::extract::At;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::timeline::{names, shown, summary};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{CampaignId, ContactId, MessageId, TenantId};
use waybill_domain::stream::StreamId;
use waybill_projections::messages;

#[derive(Debug, Serialize, ToSchema)]
pub struct Biography {
    /// The answer in one sentence.
    pub verdict: String,
    /// None for somebody who was left out before there was a message.
    pub message: Option<Message>,
    /// The first first.
    pub chapters: Vec<Chapter>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Chapter {
    /// Place in the log.
    pub position: i64,
    pub at: DateTime<Utc>,
    /// The event's type.
    pub r#type: String,
    pub actor: String,
    pub summary: String,
    /// How it came about: the choice of the number with its scores, a refusal in the provider's words, a limit.
    pub detail: Option<String>,
    /// The place of the chapter that this one follows from, where it is one of these.
    pub because: Option<i64>,
}

#[derive(Debug, FromRow)]
struct Row {
    pos: i64,
    event_id: Uuid,
    causation_id: Option<Uuid>,
    r#type: String,
    recorded_at: DateTime<Utc>,
    actor: String,
    data: Value,
}

const COLUMNS: &str = "select pos, event_id, causation_id, type, recorded_at, actor,
    case when type in ('campaign.recipients_enrolled', 'campaign.recipients_cancelled')
            then data - 'contact_ids' || jsonb_build_object('count', jsonb_array_length(data->'contact_ids'))
        when type = 'campaign.recipients_excluded' then jsonb_build_object('reason',
            (select key from jsonb_each(data->'by_reason') as r (key, value) where value ? $3 limit 1))
        else data end as data
    from es.event where tenant_id = $1 and stream_id = $2";

/// Events of points that are looked through for the one that reckoned with a message.
const RECKONED_WITHIN: i64 = 50_000;

/// Tells why a message was sent, or was not: command, points, choice, waiting, attempts, receipts, each with its cause.
#[utoipa::path(get, path = "/messages/{id}/biography", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = Biography)))]
pub async fn biography(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<Biography>, Problem> {
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["messages"]).await?;
    let message = messages::one(&mut transaction, tenant, MessageId(id)).await?.ok_or_else(Problem::not_found)?;
    let (campaign, contact) = (message.campaign_id, message.contact_id.unwrap_or_default());
    let rows = rows(&mut transaction, tenant, campaign, contact, id).await?;
    drop(transaction);
    told(&app, rows, Some(message.into())).await
}

/// The same for a contact of a campaign's audience, also where there is no message because they were left out.
#[utoipa::path(get, path = "/campaigns/{id}/recipients/{contact_id}", tag = "campaigns",
    params(("id" = Uuid, Path), ("contact_id" = Uuid, Path)), responses((status = 200, body = Biography)))]
pub async fn recipient(
    State(app): State<App>,
    At((campaign, contact)): At<(Uuid, Uuid)>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<Biography>, Problem> {
    let tenant = reading.caller.tenant;
    let id = MessageId::for_campaign(CampaignId(campaign), ContactId(contact));
    let mut transaction = reading.open(&app, &["messages", "campaigns"]).await?;
    let message = messages::one(&mut transaction, tenant, id).await?;
    let rows = rows(&mut transaction, tenant, Some(campaign), contact, id.0).await?;
    drop(transaction);
    let concerned = |row: &Row| row.r#type.starts_with("message.") || row.r#type.starts_with("campaign.recipients");
    if !rows.iter().any(concerned) {
        return Err(Problem::not_found());
    }
    told(&app, rows, message.map(Message::from)).await
}

async fn rows(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: Option<Uuid>,
    contact: Uuid,
    message: Uuid,
) -> Result<Vec<Row>, Problem> {
    let own: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} and category = 'message' order by version")))
            .bind(tenant.0)
            .bind(message)
            .bind(contact.to_string())
            .fetch_all(&mut *connection)
            .await?;
    let Some(campaign) = campaign else { return Ok(own) };
    let of_campaign =
        "and category = 'campaign' and (type in ('campaign.started', 'campaign.paused', 'campaign.resumed',
            'campaign.cancelled', 'campaign.deferred')
        or (type in ('campaign.recipients_enrolled', 'campaign.recipients_cancelled') and data->'contact_ids' ? $3)
        or (type = 'campaign.recipients_excluded'
            and exists (select 1 from jsonb_each(data->'by_reason') as r (key, value) where value ? $3)))
        order by version";
    let mut rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} {of_campaign}")))
        .bind(tenant.0)
        .bind(campaign)
        .bind(contact.to_string())
        .fetch_all(&mut *connection)
        .await?;
    // What happened to the campaign counts while this recipient waited.
    let enrolled = rows.iter().find(|row| row.r#type == "campaign.recipients_enrolled").map(|row| row.pos);
    let last_dispatch = own.iter().rev().find(|row| row.r#type == "message.dispatched").map(|row| row.pos);
    let open = own.last().is_none_or(|row| row.r#type == "message.retry_scheduled");
    let until = if open { i64::MAX } else { last_dispatch.unwrap_or(i64::MAX) };
    rows.retain(|row| match row.r#type.as_str() {
        "campaign.paused" | "campaign.resumed" | "campaign.deferred" | "campaign.cancelled" => {
            enrolled.is_some_and(|enrolled| row.pos > enrolled) && row.pos < until
        }
        _ => true,
    });
    let settled = own.iter().rev().find(|row| matches!(row.r#type.as_str(), "message.sent" | "message.failed"));
    let mut points = points(connection, tenant, campaign, rows.first().map(|row| row.pos), settled).await?;
    rows.append(&mut points);
    rows.extend(own);
    rows.sort_by_key(|row| row.pos);
    Ok(rows)
}

/// The reservation at the start, and the reckoning in which this message was counted.
async fn points(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: Uuid,
    started: Option<i64>,
    settled: Option<&Row>,
) -> Result<Vec<Row>, Problem> {
    let one = "and category = 'wallet' and data->>'campaign_id' = $3 and pos between $4 and $5";
    let query = |rest: &str| sqlx::AssertSqlSafe(format!("{COLUMNS} {one} {rest}"));
    let mut found: Vec<Row> = Vec::new();
    if let Some(started) = started {
        // In the same append as the start.
        let reserved = query("and type = 'wallet.reserved' order by pos limit 1");
        found.extend(
            sqlx::query_as::<_, Row>(reserved)
                .bind(tenant.0)
                .bind(StreamId::wallet(tenant).id)
                .bind(campaign.to_string())
                .bind(started - 1_000)
                .bind(started + 2_000)
                .fetch_optional(&mut *connection)
                .await?,
        );
    }
    if let Some(settled) = settled {
        let kind = if settled.r#type == "message.sent" { "wallet.captured" } else { "wallet.released" };
        let reckoned = query("and type = $6 and (data->>'through_position')::bigint >= $4 order by pos limit 1");
        found.extend(
            sqlx::query_as::<_, Row>(reckoned)
                .bind(tenant.0)
                .bind(StreamId::wallet(tenant).id)
                .bind(campaign.to_string())
                .bind(settled.pos)
                .bind(settled.pos + RECKONED_WITHIN)
                .bind(kind)
                .fetch_optional(connection)
                .await?,
        );
    }
    Ok(found)
}

async fn told(app: &App, rows: Vec<Row>, message: Option<Message>) -> Result<Json<Biography>, Problem> {
    let pool = &app.store.database.system;
    let actors = names(pool, rows.iter().map(|row| row.actor.as_str())).await?;
    let numbers = numbers(pool, &rows).await?;
    let positions: HashMap<Uuid, i64> = rows.iter().map(|row| (row.event_id, row.pos)).collect();
    let chapters: Vec<Chapter> = rows
        .iter()
        .map(|row| Chapter {
            position: row.pos,
            at: row.recorded_at,
            r#type: row.r#type.clone(),
            actor: shown(&row.actor, &actors),
            summary: summary(&row.r#type, &row.data),
            detail: detail(&row.r#type, &row.data, &numbers),
            because: because(row, &rows, &positions),
        })
        .collect();
    Ok(Json(Biography { verdict: verdict(&rows), message, chapters }))
}

async fn numbers(pool: &sqlx::PgPool, rows: &[Row]) -> Result<HashMap<String, String>, Problem> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.data.get("profile_id")?.as_str()?.parse().ok()).collect();
    let named: Vec<(Uuid, String)> =
        sqlx::query_as("select profile_id, name from read.profile where profile_id = any($1)")
            .bind(ids)
            .fetch_all(pool)
            .await?;
    Ok(named.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// The cause that the event names; for a dispatch, which is decided on many things, the enrolment or the retry before it.
fn because(row: &Row, rows: &[Row], positions: &HashMap<Uuid, i64>) -> Option<i64> {
    let named = row.causation_id.and_then(|id| positions.get(&id)).copied().filter(|position| *position != row.pos);
    let before = |kinds: &[&str]| {
        rows.iter().rev().find(|other| other.pos < row.pos && kinds.contains(&other.r#type.as_str())).map(|it| it.pos)
    };
    named.or_else(|| match row.r#type.as_str() {
        "message.dispatched" => before(&["message.retry_scheduled", "campaign.recipients_enrolled"]),
        "message.cancelled" => before(&["campaign.cancelled", "campaign.recipients_enrolled"]),
        "message.retry_scheduled" => before(&["message.failed", "message.reconciled"]),
        "campaign.recipients_enrolled" | "campaign.recipients_excluded" | "wallet.reserved" => {
            before(&["campaign.started"])
        }
        "wallet.captured" => before(&["message.sent"]),
        "wallet.released" => before(&["message.failed"]),
        "message.delivered" | "message.read" => before(&["message.sent"]),
        "message.held" => before(&["message.uncertain"]),
        _ => None,
    })
}

fn detail(kind: &str, data: &Value, numbers: &HashMap<String, String>) -> Option<String> {
    let text = |pointer: &str| data.pointer(pointer).and_then(Value::as_str);
    let number = |pointer: &str| data.pointer(pointer).and_then(Value::as_u64);
    let name = || text("/profile_id").and_then(|id| numbers.get(id)).cloned();
    match kind {
        "message.dispatched" => {
            let name = name().unwrap_or_else(|| "a number that is gone".to_owned());
            let Some(by) = text("/choice/by") else { return Some(format!("{name}, which the person wrote to")) };
            let (free, held) = (number("/choice/free").unwrap_or(0), number("/choice/held").unwrap_or(0));
            let score = number("/choice/score").map(|score| format!(", score {score}")).unwrap_or_default();
            Some(format!("{name}, by {}{score}; {free} free, {held} held back", by.replace('_', " ")))
        }
        "message.sent" => Some(match text("/provider_message_id") {
            Some(id) => format!("by {}, as {id}", name().unwrap_or_default()),
            None => "as a person or the organisation settled it".to_owned(),
        }),
        "message.failed" => {
            let last = if data["is_final"] == Value::Bool(true) { "final" } else { "tried again" };
            Some(format!("class {}, {last}", text("/refusal/class").unwrap_or_default()))
        }
        "message.retry_scheduled" => text("/due_at").map(|at| format!("not before {at}")),
        "message.uncertain" => text("/deadline").map(|at| format!("somebody is asked at {at}")),
        "campaign.deferred" => text("/until").map(|at| format!("until {at}")),
        "campaign.recipients_excluded" => text("/reason").map(|reason| reason.replace('_', " ")),
        "wallet.captured" | "wallet.released" => number("/messages")
            .or(number("/points"))
            .map(|count| format!("{count} in one reckoning, this one among them")),
        _ => None,
    }
}

/// What it comes down to.
fn verdict(rows: &[Row]) -> String {
    let last = |prefix: &str| rows.iter().rev().find(|row| row.r#type.starts_with(prefix));
    let excluded = rows.iter().find(|row| row.r#type == "campaign.recipients_excluded");
    let waits = |since: i64| {
        rows.iter().rev().find(|row| row.r#type == "campaign.deferred" && row.pos > since).map(|row| {
            let limit = row.data["limit"].as_str().unwrap_or_default().replace('_', " ");
            format!("Waits for the limit: {limit}.")
        })
    };
    let Some(row) = last("message.") else {
        if let Some(row) = excluded {
            let reason = row.data["reason"].as_str().unwrap_or_default().replace('_', " ");
            return format!("Left out: {reason}.");
        }
        if last("campaign.recipients_cancelled").is_some() {
            return "Cancelled with the campaign before it was sent.".to_owned();
        }
        return waits(0).unwrap_or_else(|| "Waits for its turn.".to_owned());
    };
    match row.r#type.as_str() {
        "message.read" => "Read.".to_owned(),
        "message.delivered" => "Delivered; not read yet, or the person does not tell.".to_owned(),
        "message.sent" => "Taken by the provider; no receipt of its delivery yet.".to_owned(),
        "message.failed" | "message.cancelled" => format!("{}.", summary(&row.r#type, &row.data)),
        "message.retry_scheduled" => waits(row.pos).unwrap_or_else(|| {
            format!("Refused before; tried again after {}.", row.data["due_at"].as_str().unwrap_or_default())
        }),
        "message.uncertain" | "message.held" => {
            "Nobody knows whether it was sent: it is not sent again unless somebody decides so.".to_owned()
        }
        _ => "On its way to the provider.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(pos: i64, kind: &str, data: Value) -> Row {
        Row {
            pos,
            event_id: Uuid::from_u128(pos as u128),
            causation_id: None,
            r#type: kind.into(),
            recorded_at: DateTime::UNIX_EPOCH,
            actor: "process:dispatcher".into(),
            data,
        }
    }

    #[test]
    fn the_verdict_says_what_it_comes_down_to() {
        let excluded = row(2, "campaign.recipients_excluded", json!({"reason": "no_consent"}));
        assert_eq!(verdict(&[row(1, "campaign.started", json!({})), excluded]), "Left out: no consent.");
        let failed = row(5, "message.failed", json!({"refusal": {"detail": "undeliverable", "code": "131026"}}));
        assert_eq!(verdict(&[failed]), "Refused: undeliverable (131026).");
        let deferred = row(3, "campaign.deferred", json!({"limit": "daily"}));
        assert_eq!(verdict(&[deferred]), "Waits for the limit: daily.");
    }

    #[test]
    fn a_chapter_follows_from_the_one_that_led_to_it() {
        let rows = [
            row(1, "campaign.started", json!({})),
            row(2, "campaign.recipients_enrolled", json!({})),
            row(3, "message.dispatched", json!({})),
            row(4, "message.failed", json!({})),
            row(5, "message.retry_scheduled", json!({})),
            row(6, "message.dispatched", json!({})),
        ];
        let causes: Vec<_> = rows.iter().map(|row| because(row, &rows, &HashMap::new())).collect();
        assert_eq!(causes, [None, Some(1), Some(2), None, Some(4), Some(5)]);
    }
}
