//! What campaigns sent to the person, so that who answers sees what is answered.
//!
//! A campaign makes no conversations: which of its messages one person got is asked of the messages when somebody looks,
//! and what they said is read from the log, for the page that is shown.

use crate::app::App;
use crate::problem::Problem;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::content;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, TenantId};
use waybill_domain::message::{self, Event, Status};
use waybill_domain::provider::Refusal;
use waybill_event_store::read::read_streams;
use waybill_projections::inbox::{self, ThreadRow};

/// A message that was given to a number, with what became of it.
struct Given {
    dispatched: Recorded,
    status: Status,
    refusal: Option<Refusal>,
}

/// Lines of one page of a thread, in no order. On a connection that is bound to the tenant.
pub async fn lines(
    app: &App,
    connection: &mut PgConnection,
    tenant: TenantId,
    contact: ContactId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Vec<ThreadRow>, Problem> {
    let sent = inbox::campaign_messages(connection, tenant, contact, cursor, limit).await?;
    let names: HashMap<Uuid, Option<String>> = sent.into_iter().map(|it| (it.message_id, it.campaign_name)).collect();
    let ids: Vec<Uuid> = names.keys().copied().collect();
    let events = read_streams(connection, &ids).await?;
    let mut given = Vec::new();
    for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
        given.extend(Given::fold(stream)?);
    }
    app.store.keys.open(given.iter_mut().map(|it| &mut it.dispatched)).await?;
    let mut lines = Vec::with_capacity(given.len());
    for it in given {
        lines.extend(it.line(&names)?);
    }
    inbox::join_files(connection, tenant, &mut lines).await?;
    Ok(lines)
}

impl Given {
    /// Nothing for what never got to a provider.
    fn fold(stream: &[Recorded]) -> Result<Option<Self>, Problem> {
        let mut state = message::State::default();
        let (mut dispatched, mut refusal) = (None, None);
        for recorded in stream {
            let Some(event) = recorded.decode::<Event>().map_err(Problem::internal)? else { continue };
            match &event {
                Event::Dispatched(_) => (dispatched, refusal) = (Some(recorded), None),
                Event::Failed(it) => refusal = Some(it.refusal.clone()),
                _ => {}
            }
            state = message::evolve(state, &event);
        }
        let status = state.status;
        let reached = !matches!(status, Status::Queued | Status::Dispatched | Status::Cancelled);
        let refusal = refusal.filter(|_| status == Status::Failed);
        Ok(dispatched.filter(|_| reached).cloned().map(|dispatched| Self { dispatched, status, refusal }))
    }

    fn line(self, names: &HashMap<Uuid, Option<String>>) -> Result<Option<ThreadRow>, Problem> {
        let decoded = self.dispatched.decode::<Event>().map_err(Problem::internal)?;
        let Some(Event::Dispatched(it)) = decoded else { return Ok(None) };
        let content = it.content.known();
        let attachment = content.and_then(|content| content.attachment.clone());
        Ok(Some(ThreadRow {
            position: self.dispatched.position,
            id: self.dispatched.stream_id,
            direction: "out".to_owned(),
            origin: Some("campaign".to_owned()),
            kind: content::kind(attachment.as_ref()).as_str().to_owned(),
            text: content.map(|content| content.text.clone()).filter(|text| !text.is_empty()),
            attachment: attachment.map(Json),
            erased: content.is_none(),
            at: self.dispatched.recorded_at,
            profile_id: it.profile_id.0,
            status: Some(self.status.as_str().to_owned()),
            error_class: self.refusal.as_ref().map(|refusal| refusal.class.as_str().to_owned()),
            error_code: self.refusal.as_ref().map(|refusal| refusal.code.clone()),
            error_detail: self.refusal.map(|refusal| refusal.detail),
            campaign_name: names.get(&self.dispatched.stream_id).cloned().flatten(),
            campaign_id: it.campaign_id.map(|id| id.0),
            ..ThreadRow::default()
        }))
    }
}
