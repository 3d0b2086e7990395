//! Questions about conversations.

use super::campaigns;
use super::view::{Chat, ChatMessage};
use crate::app::App;
use crate::caller::needs::ReadChats;
use crate::extract::{At, Params};
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;
use uuid::Uuid;
use waybill_domain::id::{ContactId, ConversationId};
use waybill_projections::inbox::{self, ChatFilter, ThreadRow};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChatQuery {
    /// Found anywhere in the name or the number.
    q: Option<String>,
    /// Only those with something unread, or only those without.
    unread: Option<bool>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Lists conversations, the one in which something was said last first.
#[utoipa::path(get, path = "/chats", tag = "chats", params(ChatQuery), responses((status = 200, body = Page<Chat>)))]
pub async fn chats(
    State(app): State<App>,
    reading: Reading<ReadChats>,
    Params(query): Params<ChatQuery>,
) -> Result<Json<Page<Chat>>, Problem> {
    let limit = limit(query.limit)?;
    let filter = ChatFilter { q: query.q, unread: query.unread };
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["inbox"]).await?;
    let page = inbox::chats(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Chat::from)))
}

/// Shows one conversation.
#[utoipa::path(get, path = "/chats/{id}", tag = "chats", params(("id" = Uuid, Path)),
    responses((status = 200, body = Chat)))]
pub async fn chat(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadChats>,
) -> Result<Json<Chat>, Problem> {
    let mut transaction = reading.open(&app, &["inbox"]).await?;
    let row = inbox::chat(&mut transaction, reading.caller.tenant, ConversationId(id)).await?;
    Ok(Json(row.ok_or_else(Problem::not_found)?.into()))
}

/// What was said, the newest first, with what campaigns sent to the person.
#[utoipa::path(get, path = "/chats/{id}/messages", tag = "chats", params(("id" = Uuid, Path), ThreadQuery),
    responses((status = 200, body = Page<ChatMessage>)))]
pub async fn thread(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadChats>,
    Params(query): Params<ThreadQuery>,
) -> Result<Json<Page<ChatMessage>>, Problem> {
    let (limit, cursor) = (limit(query.limit)?, query.cursor.as_deref());
    let (tenant, id) = (reading.caller.tenant, ConversationId(id));
    let mut transaction = reading.open(&app, &["inbox", "messages", "campaigns"]).await?;
    let chat = inbox::chat(&mut transaction, tenant, id).await?.ok_or_else(Problem::not_found)?;
    let sent = match chat.contact_id {
        Some(contact) => campaigns::lines(&app, &mut transaction, tenant, ContactId(contact), cursor, limit).await?,
        None => Vec::new(),
    };
    let page = inbox::thread(&mut transaction, tenant, id, sent, cursor, limit).await?;
    drop(transaction);
    let authors: Vec<Uuid> = page.items.iter().filter_map(|row| row.author).collect();
    let names: HashMap<Uuid, String> =
        sqlx::query_as("select user_id, full_name from vault.account where user_id = any($1)")
            .bind(&authors)
            .fetch_all(&app.store.database.system)
            .await?
            .into_iter()
            .collect();
    let line = |row: ThreadRow| {
        let author = row.author.and_then(|id| names.get(&id).cloned());
        ChatMessage::of(row, author)
    };
    Ok(Json(Page::of(page, line)))
}
