//! A reply: asked for and given to the number the contact wrote to, in one append. No queue lies between.

use crate::app::App;
use crate::caller::needs::WriteChats;
use crate::content::{Attachment, read, require_able};
use crate::extract::At;
use crate::intent::{Asked, Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::content;
use waybill_domain::conversation::{self, Command, Event, ReplyRequested, Said};
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::id::{ContactId, ConversationId, MessageId, ProfileId};
use waybill_domain::message::{self, Content, Dispatched};
use waybill_domain::personal::Personal;
use waybill_domain::{contact, profile};
use waybill_event_store::read::read_stream;

#[derive(Debug, Deserialize, ToSchema)]
pub struct Reply {
    /// Made by the client, so that pressing twice is one reply.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    pub id: Option<Uuid>,
    /// May be left out beside an attachment.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub text: String,
    pub attachment: Option<Attachment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyQueued {
    pub id: Uuid,
    /// `queued`.
    pub status: &'static str,
}

/// A reply as it is asked for; the number is that of the conversation.
pub fn requested(asked: &Asked, thread: &Thread, message_id: MessageId, said: &Words<'_>) -> ReplyRequested {
    ReplyRequested {
        message_id,
        contact_id: thread.with.contact_id,
        profile_id: ProfileId(Uuid::nil()),
        user_id: Some(asked.caller.user),
        at: asked.at,
        said: Personal::Known(Said {
            text: Some(said.text.to_owned()).filter(|text| !text.is_empty()),
            attachment: said.attachment.clone(),
            ..Said::default()
        }),
    }
}

/// What is answered.
pub struct Words<'a> {
    pub text: &'a str,
    pub attachment: Option<content::Attachment>,
}

impl<'a> Words<'a> {
    pub async fn read(
        app: &App,
        asked: &Asked,
        text: &'a str,
        attachment: Option<&Attachment>,
    ) -> Result<Self, Problem> {
        Ok(Self { text, attachment: read(app, asked.tenant(), text, attachment).await? })
    }
}

/// A conversation with what a reply needs of it.
pub struct Thread {
    pub state: conversation::State,
    pub version: i64,
    with: With,
}

/// Whom a conversation is with.
struct With {
    /// The person, or the group.
    contact_id: ContactId,
    in_group: bool,
    /// How the other side was last said to be written to.
    address: Option<String>,
}

/// Replies from the number that the contact wrote to last.
#[utoipa::path(post, path = "/chats/{id}/messages", tag = "chats", params(("id" = Uuid, Path)),
    request_body = Reply, responses((status = 202, description = "On its way", body = ReplyQueued)))]
pub async fn reply(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteChats, Reply>,
) -> Result<Response, Problem> {
    let (Intent { asked, body: reply, .. }, id) = (&intent, ConversationId(id));
    let message_id = MessageId(reply.id.unwrap_or_else(|| asked.new_id()));
    asked
        .carry_out(&app, || async {
            let thread = Thread::load(&app, asked, id).await?;
            let words = Words::read(&app, asked, &reply.text, reply.attachment.as_ref()).await?;
            let request = requested(asked, &thread, message_id, &words);
            let events = conversation::decide(&thread.state, Command::SendReply(request))?;
            let decided = Decided::accepted(ReplyQueued { id: message_id.0, status: "queued" })?;
            let Some(Event::ReplyRequested(requested)) = events.first() else { return Ok(decided) };
            let dispatched = dispatch(&app, asked, id, &thread, requested, &words).await?;
            Ok(decided.write(id, thread.version, &events).write(message_id, 0, &dispatched))
        })
        .await
}

impl Thread {
    pub async fn load(app: &App, asked: &Asked, id: ConversationId) -> Result<Self, Problem> {
        let mut connection = app.store.database.system.acquire().await?;
        let mut events = read_stream(&mut connection, asked.tenant(), id.0, 0, i64::MAX).await?;
        drop(connection);
        open_last(app, &mut events).await?;
        let mut thread = Self::fold(&events)?.ok_or_else(Problem::not_found)?;
        if thread.with.in_group {
            // Its events are said by members: the group itself is named as a contact is.
            let group = thread.with.address.as_deref().ok_or_else(erased)?;
            thread.with.contact_id = app.store.keys.contact_id(asked.tenant(), group).await?;
        }
        Ok(thread)
    }

    fn fold(events: &[Recorded]) -> Result<Option<Self>, Problem> {
        let mut state = conversation::State::default();
        let mut with: Option<With> = None;
        for recorded in events {
            let Some(event) = recorded.decode::<Event>().map_err(Problem::internal)? else { continue };
            with = match &event {
                Event::InboundReceived(it) => Some(With::of(it.contact_id, it.in_group, &it.said).after(with)),
                Event::Echoed(it) => Some(With::of(it.contact_id, it.in_group, &it.said).after(with)),
                _ => with,
            };
            state = conversation::evolve(state, &event);
        }
        let version = events.last().map_or(0, |event| event.version);
        Ok(with.map(|with| Self { state, version, with }))
    }
}

impl With {
    fn of(contact_id: ContactId, in_group: bool, said: &Personal<Said>) -> Self {
        let address = said.known().and_then(Said::address).map(str::to_owned);
        Self { contact_id, in_group, address }
    }

    /// A group keeps its address when whoever spoke in it last was erased.
    fn after(self, before: Option<Self>) -> Self {
        let address = self.address.or_else(|| before.filter(|_| self.in_group)?.address);
        Self { address, ..self }
    }
}

/// How many events of a group are opened at once.
const OPENED: usize = 50;

/// Only the last that says whom it is with is looked at, of a group the last that can be read: a long thread is not
/// decrypted whole.
async fn open_last(app: &App, events: &mut [Recorded]) -> Result<(), Problem> {
    let mut telling: Vec<&mut Recorded> = events.iter_mut().rev().filter(|event| tells_with_whom(event)).collect();
    let Some((last, earlier)) = telling.split_first_mut() else { return Ok(()) };
    app.store.keys.open([&mut **last]).await?;
    if is_open(last) || !is_in_group(last)? {
        return Ok(());
    }
    for part in earlier.chunks_mut(OPENED) {
        app.store.keys.open(part.iter_mut().map(|event| &mut **event)).await?;
        if part.iter().any(|event| is_open(event)) {
            break;
        }
    }
    Ok(())
}

fn is_in_group(event: &Recorded) -> Result<bool, Problem> {
    Ok(match event.decode::<Event>().map_err(Problem::internal)? {
        Some(Event::InboundReceived(it)) => it.in_group,
        Some(Event::Echoed(it)) => it.in_group,
        _ => false,
    })
}

fn is_open(event: &Recorded) -> bool {
    matches!(event.personal, PersonalPart::Open(_))
}

fn tells_with_whom(event: &Recorded) -> bool {
    event.is("conversation.inbound_received") || event.is("conversation.echoed")
}

fn erased() -> Problem {
    Problem::conflict("erased", "what tells how to write to them was erased")
}

/// Gives the reply to its number. A reply waits for none of the package's limits.
pub async fn dispatch(
    app: &App,
    asked: &Asked,
    conversation_id: ConversationId,
    thread: &Thread,
    requested: &ReplyRequested,
    said: &Words<'_>,
) -> Result<Vec<message::Event>, Problem> {
    let (profile_id, message_id, contact_id) = (requested.profile_id, requested.message_id, thread.with.contact_id);
    let streams = app.store.load_together(asked.tenant(), &[profile_id.0, contact_id.0, message_id.0]).await?;
    let number = streams.load::<profile::Profile>(profile_id.0)?.state;
    let provider = number.added.as_ref().filter(|_| number.status == profile::Status::Active).map(|it| it.provider);
    let provider = provider
        .ok_or_else(|| Problem::refused("number_not_active", "the number that the contact wrote to is not active"))?;
    if !number.link.is_ready() {
        return Err(Problem::refused(
            "number_not_linked",
            "the device of the number that the contact wrote to is not linked",
        ));
    }
    require_able(app, asked.tenant(), provider, number.account.as_ref(), said.attachment.as_ref()).await?;
    let contact = streams.load::<contact::Contact>(contact_id.0)?.state;
    let known = contact.person.known().map(|person| person.phone.clone());
    let to = known.or_else(|| thread.with.address.clone()).ok_or_else(erased)?;
    if streams.load::<message::Message>(message_id.0)?.version > 0 {
        return Err(Problem::conflict("message_exists", "there is another message with this id"));
    }
    let dispatched = Dispatched {
        campaign_id: None,
        conversation_id: Some(conversation_id),
        contact_id,
        profile_id,
        provider,
        attempt: 1,
        from: message::Status::Queued,
        choice: None,
        content: Personal::Known(Content { to, text: said.text.to_owned(), attachment: said.attachment.clone() }),
    };
    Ok(message::decide(&message::State::default(), message::Command::Dispatch(dispatched))?)
}
