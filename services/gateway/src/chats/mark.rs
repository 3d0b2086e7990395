//! Marking a conversation as read.

use crate::app::App;
use crate::caller::needs::WriteChats;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;
use waybill_domain::conversation::{self, Command};
use waybill_domain::id::ConversationId;

/// Marks everything in a conversation as read.
#[utoipa::path(post, path = "/chats/{id}/read", tag = "chats", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Read")))]
pub async fn read(State(app): State<App>, At(id): At<Uuid>, intent: Intent<WriteChats>) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, ConversationId(id));
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<conversation::Conversation>(asked.tenant(), id.0).await?;
            if loaded.version == 0 {
                return Err(Problem::not_found());
            }
            let events = conversation::decide(&loaded.state, Command::MarkRead)?;
            Ok(Decided::no_content().write(id, loaded.version, &events))
        })
        .await
}
