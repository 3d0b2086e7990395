//! Questions about messages.

use super::Message;
use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::content::Attachment;
use crate::extract::{At, Params};
use crate::page::{Items, Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use crate::timeline::{names, shown, summary};
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::{CampaignId, MessageId, TenantId};
use waybill_domain::message::{Content, Event, Status};
use waybill_domain::stream::Category;
use waybill_event_store::read::read_stream;
use waybill_projections::messages::{self, MessageFilter};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    #[param(inline)]
    status: Option<StatusWord>,
    campaign_id: Option<Uuid>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageStatus)]
pub enum StatusWord {
    Queued,
    Sending,
    Sent,
    Delivered,
    Read,
    Failed,
    Cancelled,
    Uncertain,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageDetail {
    #[serde(flatten)]
    pub message: Message,
    /// As it was sent; none before it had a number, or once it was erased.
    pub text: Option<String>,
    /// What went with the text, or in its place.
    pub attachment: Option<Attachment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageEvent {
    pub position: i64,
    pub r#type: String,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub summary: String,
    #[schema(value_type = Object)]
    pub data: Value,
}

/// Lists messages.
#[utoipa::path(get, path = "/messages", tag = "messages", params(MessageQuery),
    responses((status = 200, body = Page<Message>)))]
pub async fn page(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<MessageQuery>,
) -> Result<Json<Page<Message>>, Problem> {
    let limit = limit(query.limit)?;
    let filter = MessageFilter {
        campaign: query.campaign_id.map(CampaignId),
        status: query.status.map(Into::into),
        ..MessageFilter::default()
    };
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["messages"]).await?;
    let page = messages::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Message::from)))
}

/// Shows one message with its text.
#[utoipa::path(get, path = "/messages/{id}", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageDetail)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<MessageDetail>, Problem> {
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["messages"]).await?;
    let row = messages::one(&mut transaction, tenant, MessageId(id)).await?.ok_or_else(Problem::not_found)?;
    drop(transaction);
    let (text, attachment) = match said(&app, tenant, id).await? {
        Some(content) => (Some(content.text), content.attachment),
        None => (None, None),
    };
    let attachment = attachment.as_ref().map(Attachment::shown).transpose()?;
    Ok(Json(MessageDetail { message: row.into(), text, attachment }))
}

/// What happened with one message, the newest first.
#[utoipa::path(get, path = "/messages/{id}/history", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<MessageEvent>)))]
pub async fn history(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<Items<MessageEvent>>, Problem> {
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["messages"]).await?;
    let mut events = read_stream(&mut transaction, tenant, id, 0, i64::MAX).await?;
    events.retain(|event| event.category == Category::Message.as_str());
    // A queued message has no events of its own yet.
    if events.is_empty() && messages::one(&mut transaction, tenant, MessageId(id)).await?.is_none() {
        return Err(Problem::not_found());
    }
    drop(transaction);
    let names = names(&app.store.database.system, events.iter().map(|event| event.actor.as_str())).await?;
    let mut items = Vec::with_capacity(events.len());
    for event in events.iter().rev() {
        let data: Value = serde_json::from_str(&event.data)?;
        items.push(MessageEvent {
            position: event.position,
            r#type: event.kind.to_string(),
            at: event.recorded_at,
            actor: shown(event.actor.as_str(), &names),
            summary: summary(&event.kind, &data),
            data,
        });
    }
    Ok(Json(Items { items }))
}

/// What the last attempt said.
async fn said(app: &App, tenant: TenantId, id: Uuid) -> Result<Option<Content>, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let mut events = read_stream(&mut transaction, tenant, id, 0, i64::MAX).await?;
    drop(transaction);
    events.retain(|event| event.is("message.dispatched"));
    app.store.keys.open(&mut events).await?;
    for recorded in events.iter().rev() {
        if let Some(Event::Dispatched(it)) = recorded.decode::<Event>().map_err(Problem::internal)? {
            return Ok(it.content.known().cloned());
        }
    }
    Ok(None)
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Queued => Status::Queued,
            StatusWord::Sending => Status::Sending,
            StatusWord::Sent => Status::Sent,
            StatusWord::Delivered => Status::Delivered,
            StatusWord::Read => Status::Read,
            StatusWord::Failed => Status::Failed,
            StatusWord::Cancelled => Status::Cancelled,
            StatusWord::Uncertain => Status::Uncertain,
        }
    }
}
