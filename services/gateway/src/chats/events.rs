//! Which conversations change, as it happens.

use crate::app::App;
use crate::caller::needs::ReadChats;
use crate::live;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use futures::StreamExt;
use serde::Serialize;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::TenantId;

/// Core NATS forgets, so it also looks by itself.
const POLL: Duration = Duration::from_secs(2);
const APART: Duration = Duration::from_millis(250);
const RETRY: Duration = Duration::from_millis(1_000);
/// Conversations of one look; who is further behind reads the list again anyway.
const MOST: i64 = 200;

#[derive(Debug, Serialize, ToSchema)]
pub struct ChatChanged {
    pub chat_id: Uuid,
    pub position: i64,
}

/// Server-sent events: `chat` whenever something was said in a conversation. With `Last-Event-ID` it goes on from there.
#[utoipa::path(get, path = "/chats/events", tag = "chats",
    responses((status = 200, description = "`event: chat`, `id:` the position, `data:` as here", body = ChatChanged,
        content_type = "text/event-stream")))]
pub async fn events(
    State(app): State<App>,
    reading: Reading<ReadChats>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tenant = reading.caller.tenant;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let mut seen: i64 = match last {
        Some(position) => position,
        None => newest(&app, tenant).await?,
    };
    let mut pings = app.bus.client.subscribe(app.bus.live_subject(tenant, "inbox")).await.map_err(Problem::internal)?;
    let (events, stream) = mpsc::channel(16);
    tokio::spawn(async move {
        // The first line makes proxies and clients see that the stream is there.
        if events.send(Event::default().comment("open").retry(RETRY)).await.is_err() {
            return;
        }
        loop {
            let Ok(changed) = changed(&app, tenant, seen).await else { return };
            for (chat_id, position) in changed {
                seen = seen.max(position);
                let event = Event::default().event("chat").id(position.to_string());
                let Ok(event) = event.json_data(ChatChanged { chat_id, position }) else { return };
                if events.send(event).await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(APART).await;
            tokio::select! {
                () = app.stop.cancelled() => return,
                () = events.closed() => return,
                () = tokio::time::sleep(POLL) => {}
                Some(_) = pings.next() => {}
            }
        }
    });
    Ok(live::response(ReceiverStream::new(stream)))
}

async fn newest(app: &App, tenant: TenantId) -> Result<i64, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let sql = "select coalesce(max(last_position), 0) from read.conversation where tenant_id = $1";
    Ok(sqlx::query_scalar(sql).bind(tenant.0).fetch_one(&mut *transaction).await?)
}

async fn changed(app: &App, tenant: TenantId, after: i64) -> Result<Vec<(Uuid, i64)>, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let sql = "select conversation_id, last_position from read.conversation \
               where tenant_id = $1 and last_position > $2 order by last_position limit $3";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(after).bind(MOST).fetch_all(&mut *transaction).await?)
}
