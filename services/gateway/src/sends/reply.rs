//! A reply at once, from the number that the person wrote to, past every limit of the package.

use super::{MessageType, package, recipient};
use crate::app::App;
use crate::caller::needs::WriteChats;
use crate::chats::reply::{Thread, Words, dispatch, requested};
use crate::content::Attachment;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::Instant;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::conversation::{self, Command, Event};
use waybill_domain::id::{ConversationId, MessageId, PackageId, ProfileId, TenantId};
use waybill_domain::message::{self, Status};
use waybill_domain::profile;
use waybill_domain::tenant::Tenant;

/// How long the answer waits for the provider's.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplyMessage {
    /// What the message is; has to agree with the attachment.
    pub r#type: MessageType,
    /// May be left out beside an attachment.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub text: String,
    pub attachment: Option<Attachment>,
    /// To whom; not needed with `conversation_id`.
    pub recipient: Option<String>,
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    pub conversation_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReplySent {
    pub message_id: Uuid,
    /// `reply`.
    pub mode: &'static str,
    /// `sent`, `failed`, `uncertain`, or `queued` when the provider had not answered after five seconds.
    pub status: String,
    pub sent_at: Option<DateTime<Utc>>,
    /// The number that the person wrote to.
    pub profile_used: Uuid,
    /// From the request to the provider's answer.
    pub delivery_time_ms: Option<u64>,
    pub note: &'static str,
}

/// Replies at once from the number that the person wrote to last, past the limits of the package.
#[utoipa::path(post, path = "/packages/{id}/messages/reply", tag = "messages", params(("id" = Uuid, Path)),
    request_body = ReplyMessage, responses((status = 202, description = "Sent, or on its way", body = ReplySent)))]
pub async fn reply(
    State(app): State<App>,
    At(package_id): At<Uuid>,
    intent: Intent<WriteChats, ReplyMessage>,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let Intent { asked, body: reply, .. } = &intent;
    let tenant = asked.tenant();
    package(&app, tenant, PackageId(package_id)).await?;
    let id = conversation(&app, tenant, reply).await?;
    let message_id = MessageId(asked.new_id());
    let answer = asked
        .carry_out(&app, || async {
            let thread = Thread::load(&app, asked, id).await?;
            let words = Words::read(&app, asked, &reply.text, reply.attachment.as_ref()).await?;
            reply.r#type.require(words.attachment.as_ref())?;
            let request = requested(asked, &thread, message_id, &words);
            let events = conversation::decide(&thread.state, Command::SendReply(request))?;
            let Some(Event::ReplyRequested(requested)) = events.first() else {
                return Err(Problem::conflict("message_exists", "there is another message with this id"));
            };
            let number = app.store.load::<profile::Profile>(tenant, requested.profile_id.0).await?.state;
            if number.added.as_ref().is_none_or(|added| added.package_id.0 != package_id) {
                let text = "the person wrote to a number of another package";
                return Err(
                    Problem::refused("other_package", text).with("profile_id", requested.profile_id.0.to_string())
                );
            }
            let dispatched = dispatch(&app, asked, id, &thread, requested, &words).await?;
            let sent = sent(message_id, requested.profile_id, Status::Queued, None, begun);
            Ok(Decided::accepted(sent)?.write(id, thread.version, &events).write(message_id, 0, &dispatched))
        })
        .await?;
    outcome(&app, tenant, message_id, answer, begun).await
}

async fn conversation(app: &App, tenant: TenantId, reply: &ReplyMessage) -> Result<ConversationId, Problem> {
    match (reply.conversation_id, &reply.recipient) {
        (Some(id), _) => Ok(ConversationId(id)),
        (None, Some(text)) => {
            let own = app.store.load::<Tenant>(tenant, tenant.0).await?.state.registered;
            let country = own.and_then(|it| it.default_country);
            let phone = recipient(text, country.as_deref()).map_err(|error| Problem::invalid("recipient", error))?;
            let contact = app.store.keys.contact_id(tenant, phone.as_str()).await?;
            Ok(ConversationId::for_contact(contact))
        }
        (None, None) => Err(Problem::invalid("recipient", "a recipient or a conversation is needed")),
    }
}

fn sent(
    message_id: MessageId,
    profile_id: ProfileId,
    status: Status,
    sent_at: Option<DateTime<Utc>>,
    begun: Instant,
) -> ReplySent {
    ReplySent {
        message_id: message_id.0,
        mode: "reply",
        status: status.as_str().to_owned(),
        sent_at,
        profile_used: profile_id.0,
        delivery_time_ms: sent_at.map(|_| u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)),
        note: "replies wait for no limit of the package; the provider's own still hold",
    }
}

/// The answer with what became of the message, if that is known soon. What is kept for repeats says `queued`.
async fn outcome(
    app: &App,
    tenant: TenantId,
    id: MessageId,
    answer: Response,
    begun: Instant,
) -> Result<Response, Problem> {
    let mut appended = app.store.appended();
    while begun.elapsed() < PATIENCE {
        let state = app.store.load::<message::Message>(tenant, id.0).await?.state;
        let known = !matches!(state.status, Status::Queued | Status::Dispatched | Status::Sending);
        if let (true, Some(profile_id)) = (known, state.profile_id) {
            let told = if state.status.is_paid() { Status::Sent } else { state.status };
            let at = state.status.is_paid().then(|| app.clock.now());
            let body = serde_json::to_vec(&sent(id, profile_id, told, at, begun))?;
            let (mut parts, _) = answer.into_parts();
            parts.headers.remove(axum::http::header::CONTENT_LENGTH);
            return Ok(Response::from_parts(parts, body.into()));
        }
        tokio::select! {
            changed = appended.changed() => if changed.is_err() { break },
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
    Ok(answer)
}
