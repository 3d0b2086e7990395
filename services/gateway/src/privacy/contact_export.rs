//! Everything that is known of a contact.

use super::archive::Archive;
use super::subject::Subject;
use crate::app::App;
use crate::audit;
use crate::caller::needs::WritePrivacy;
use crate::extract::At;
use crate::log::history::shown;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::scope::Scope;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::contact;
use waybill_domain::content::Attachment;
use waybill_domain::conversation;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, TenantId};
use waybill_domain::media;
use waybill_domain::message;

const READ_ME: &str = "\
Everything that is kept about one person.

contact.json   who they are, as of now
consent.csv    when they agreed or withdrew, and on what grounds
messages.csv   what was written to them and by them, in groups by them alone; texts are empty where they were older than the organisation keeps them
files/         what came with messages from their phone or ours, as far as it is still kept; messages.csv names each
history.json   every fact in the log about them, in order, with who recorded it

Times are in UTC.
";

/// Everything that is known of a contact, as a ZIP of JSON and CSV. The export stands in the audit log.
#[utoipa::path(get, path = "/contacts/{id}/export", tag = "privacy", params(("id" = Uuid, Path)),
    responses((status = 200, description = "A ZIP", body = Vec<u8>, content_type = "application/zip")))]
pub async fn export(
    State(app): State<App>,
    scope: Scope,
    At(id): At<Uuid>,
    reading: Reading<WritePrivacy>,
) -> Result<Response, Problem> {
    let (tenant, contact) = (reading.caller.tenant, ContactId(id));
    let state = app.store.load::<contact::Contact>(tenant, id).await?.state;
    let mut transaction = reading.open(&app, &["campaigns", "inbox", "messages"]).await?;
    let subjects = Subject::all(&mut transaction, tenant, contact).await?;
    if state.erased && Subject::readable(&subjects, &app, tenant).await?.is_empty() {
        return Err(Problem::conflict("erased", "nothing is known of this person any more"));
    }
    // Of somebody who hides the number, or who only spoke in a group, there are conversations alone.
    if state.contact_id.is_none() && subjects.iter().all(|subject| subject.certificate.events == 0) {
        return Err(Problem::not_found());
    }
    let events = Subject::read(&subjects, &app, &mut transaction).await?;
    drop(transaction);
    audit::read(&app, &scope, None).await?;

    let mut archive = Archive::new();
    archive.text("README.txt", READ_ME)?;
    archive.json("contact.json", &portrait(id, &state))?;
    archive.csv("consent.csv", &["at", "what", "source", "proof"], consents(&events)?)?;
    archive.csv("messages.csv", &["at", "direction", "what", "text", "message_id", "file_id"], messages(&events)?)?;
    for (name, bytes) in files(&app, tenant, &events).await? {
        archive.file(&name, &bytes)?;
    }
    let history = events.into_iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    archive.json("history.json", &history)?;
    archive.answer(&format!("contact-{id}.zip"))
}

fn portrait(id: Uuid, state: &contact::State) -> Value {
    let person = state.person.known();
    json!({
        "id": id,
        "phone": person.map(|person| &person.phone),
        "name": person.and_then(|person| person.name.as_ref()),
        "fields": person.map(|person| &person.fields),
        "tags": state.tags,
        "consent": match state.consent {
            contact::ConsentState::None => "none",
            contact::ConsentState::Granted => "granted",
            contact::ConsentState::Withdrawn => "withdrawn",
        },
        "blocked": state.blocked,
        "removed": state.removed,
    })
}

fn consents(events: &[Recorded]) -> Result<Vec<Vec<String>>, Problem> {
    let mut rows = Vec::new();
    let row = |at: DateTime<Utc>, what: &str, source: String, proof: Option<String>| {
        vec![at.to_rfc3339(), what.to_owned(), source, proof.unwrap_or_default()]
    };
    for event in events {
        let Ok(Some(event)) = event.decode::<contact::Event>() else { continue };
        match event {
            contact::Event::Added(contact::Added { consent: Some(consent), .. })
            | contact::Event::ConsentGranted(contact::ConsentGranted { consent, .. }) => {
                rows.push(row(consent.at, "granted", consent.source, consent.proof));
            }
            contact::Event::ConsentWithdrawn(it) => rows.push(row(it.at, "withdrawn", it.reason, None)),
            _ => {}
        }
    }
    Ok(rows)
}

/// Of all files together, in an archive that is made in memory.
const MOST_BYTES: u64 = 128 << 20;

/// What came with messages of the conversation and is still kept, by its path in the archive.
async fn files(app: &App, tenant: TenantId, events: &[Recorded]) -> Result<Vec<(String, Bytes)>, Problem> {
    let Some(shelf) = &app.shelf else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    let mut room = MOST_BYTES;
    for recorded in events {
        let said = match recorded.decode::<conversation::Event>() {
            Ok(Some(conversation::Event::InboundReceived(it))) => it.said,
            Ok(Some(conversation::Event::Echoed(it))) => it.said,
            _ => continue,
        };
        let attachment = said.known().and_then(|said| said.attachment.as_ref());
        let Some(id) = attachment.and_then(Attachment::media).map(|media| media.media_id) else { continue };
        let state = app.store.load::<media::Media>(tenant, id.0).await?.state;
        let Some(size) = state.stored().map(|about| about.bytes).filter(|size| *size <= room) else { continue };
        let found = shelf.files.get(tenant, id).await.map_err(|error| {
            tracing::warn!(%error, "the file store cannot be read");
            Problem::busy("the file store does not answer")
        })?;
        if let Some(bytes) = found {
            room -= size;
            let name = state.file_name.as_deref().unwrap_or("file").replace(['/', '\\'], "_");
            files.push((format!("files/{id}-{name}"), bytes));
        }
    }
    Ok(files)
}

fn messages(events: &[Recorded]) -> Result<Vec<Vec<String>>, Problem> {
    let mut rows = Vec::new();
    for recorded in events {
        let at = recorded.recorded_at;
        let mut row =
            |at: DateTime<Utc>, direction: &str, what: &str, said: (Option<String>, Option<Uuid>), id: Uuid| {
                let (text, file) = said;
                let file = file.map(|id| id.to_string()).unwrap_or_default();
                let cells = [at.to_rfc3339(), direction.to_owned(), what.to_owned(), text.unwrap_or_default()];
                rows.push(cells.into_iter().chain([id.to_string(), file]).collect());
            };
        let file = |attachment: &Option<Attachment>| attachment.as_ref()?.media().map(|media| media.media_id.0);
        let nothing = (None, None);
        if let Ok(Some(event)) = recorded.decode::<conversation::Event>() {
            let (at, direction, kind, said) = match event {
                conversation::Event::InboundReceived(it) => (it.at, "in", it.kind, it.said),
                conversation::Event::Echoed(it) => (it.at, "out", it.kind, it.said),
                _ => continue,
            };
            let said = said.known().map(|said| (said.text.clone(), file(&said.attachment)));
            row(at, direction, &kind, said.unwrap_or_default(), recorded.event_id);
            continue;
        }
        // A reply is written where it is dispatched, as a campaign's message is.
        let Ok(Some(event)) = recorded.decode::<message::Event>() else { continue };
        match event {
            message::Event::Dispatched(it) => {
                let said = it.content.known().map(|content| (Some(content.text.clone()), file(&content.attachment)));
                row(at, "out", "dispatched", said.unwrap_or_default(), recorded.stream_id);
            }
            message::Event::Sent(it) => row(it.at, "out", "sent", nothing, recorded.stream_id),
            message::Event::Delivered(it) => row(it.at, "out", "delivered", nothing, recorded.stream_id),
            message::Event::Read(it) => row(it.at, "out", "read", nothing, recorded.stream_id),
            message::Event::Failed(it) => row(it.at, "out", "failed", nothing, recorded.stream_id),
            _ => {}
        }
    }
    Ok(rows)
}
