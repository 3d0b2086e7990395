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
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::contact;
use waybill_domain::conversation;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::ContactId;
use waybill_domain::message;

const READ_ME: &str = "\
Everything that is kept about one person.

contact.json   who they are, as of now
consent.csv    when they agreed or withdrew, and on what grounds
messages.csv   what was written to them and by them; texts are empty where they were older than the organisation keeps them
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
    if state.contact_id.is_none() {
        return Err(Problem::not_found());
    }
    if state.erased {
        return Err(Problem::conflict("erased", "nothing is known of this person any more"));
    }
    let mut transaction = reading.open(&app, &["campaigns", "messages"]).await?;
    let subject = Subject::find(&mut transaction, tenant, contact).await?;
    let events = subject.read(&app, &mut transaction).await?;
    drop(transaction);
    audit::read(&app, &scope, None).await?;

    let mut archive = Archive::new();
    archive.text("README.txt", READ_ME)?;
    archive.json("contact.json", &portrait(id, &state))?;
    archive.csv("consent.csv", &["at", "what", "source", "proof"], consents(&events)?)?;
    archive.csv("messages.csv", &["at", "direction", "what", "text", "message_id"], messages(&events)?)?;
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

fn messages(events: &[Recorded]) -> Result<Vec<Vec<String>>, Problem> {
    let mut rows = Vec::new();
    for recorded in events {
        let at = recorded.recorded_at;
        let mut row = |at: DateTime<Utc>, direction: &str, what: &str, text: Option<String>, id: Uuid| {
            let cells = [at.to_rfc3339(), direction.to_owned(), what.to_owned(), text.unwrap_or_default()];
            rows.push(cells.into_iter().chain([id.to_string()]).collect());
        };
        if let Ok(Some(event)) = recorded.decode::<conversation::Event>() {
            if let conversation::Event::InboundReceived(it) = event {
                row(it.at, "in", &it.kind, it.said.known().and_then(|said| said.text.clone()), recorded.event_id);
            }
            continue;
        }
        // A reply is written where it is dispatched, as a campaign's message is.
        let Ok(Some(event)) = recorded.decode::<message::Event>() else { continue };
        match event {
            message::Event::Dispatched(it) => {
                let text = it.content.known().map(|content| content.text.clone());
                row(at, "out", "dispatched", text, recorded.stream_id);
            }
            message::Event::Sent(it) => row(it.at, "out", "sent", None, recorded.stream_id),
            message::Event::Delivered(it) => row(it.at, "out", "delivered", None, recorded.stream_id),
            message::Event::Read(it) => row(it.at, "out", "read", None, recorded.stream_id),
            message::Event::Failed(it) => row(it.at, "out", "failed", None, recorded.stream_id),
            _ => {}
        }
    }
    Ok(rows)
}
