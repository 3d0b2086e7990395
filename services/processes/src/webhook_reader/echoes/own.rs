//! What we may have sent to the people of echoes.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, ContactId, MessageId, ProfileId};
use waybill_domain::message::{self, Status};
use waybill_event_store::read::read_streams;
use waybill_providers::waha;

use super::{AFTER, Addressed, BEFORE, States};

/// A message of ours whose call was begun.
pub struct Own {
    pub profile_id: ProfileId,
    pub begun_at: DateTime<Utc>,
    pub status: Status,
    /// The ids that the provider gave it, one an attempt at most.
    pub named: Vec<String>,
}

/// The last replies, and what campaigns sent. To whom another system may have written is in it, also with nothing.
pub async fn load(
    connection: &mut PgConnection,
    addressed: &[&Addressed],
    states: &States,
) -> anyhow::Result<HashMap<ContactId, Vec<Own>>> {
    let mut own: HashMap<ContactId, Vec<Own>> = HashMap::new();
    let mut recipients: HashMap<Uuid, ContactId> = HashMap::new();
    for it in addressed {
        let replies = states.get(&it.conversation()).map_or(&[][..], |loaded| &loaded.state.replies);
        recipients.extend(replies.iter().map(|message| (message.0, it.found.contact_id)));
    }
    // What was written on the phone is of no campaign.
    let by_api: Vec<&Addressed> = addressed.iter().copied().filter(|it| it.heard.echo.by_api).collect();
    own.extend(by_api.iter().map(|it| (it.found.contact_id, Vec::new())));
    for (nth, campaign) in campaigns(connection, &by_api).await? {
        let contact = by_api[nth].found.contact_id;
        recipients.insert(MessageId::for_campaign(campaign, contact).0, contact);
    }
    let ids: Vec<Uuid> = recipients.keys().copied().collect();
    let events = read_streams(connection, &ids).await?;
    for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
        if let (Some(contact_id), Some(message)) = (recipients.get(&stream[0].stream_id), Own::fold(stream)?) {
            own.entry(*contact_id).or_default().push(message);
        }
    }
    Ok(own)
}

/// The campaigns that may have begun a call at the time of each echo: they had begun by then, and have messages open or
/// moved since. Those that completion does not know of yet are the dispatcher's.
async fn campaigns(
    connection: &mut PgConnection,
    addressed: &[&Addressed],
) -> anyhow::Result<Vec<(usize, CampaignId)>> {
    if addressed.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, Uuid)> = sqlx::query_as(
        "select e.nth, k.campaign_id
         from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) with ordinality as e (tenant_id, since, until, nth)
         cross join lateral (
            select p.campaign_id from process.progress p
            where p.tenant_id = e.tenant_id and p.begun_at <= e.until and p.moved_at >= e.since
            union
            select p.campaign_id from process.progress p
            where p.tenant_id = e.tenant_id and p.begun_at <= e.until and p.enrolled > p.sent + p.failed + p.cancelled
            union
            select c.campaign_id from process.campaign c left join process.progress p using (campaign_id)
            where c.tenant_id = e.tenant_id and c.status <> 'cancelled' and coalesce(p.begun_at <= e.until, true)
         ) as k",
    )
    .bind(addressed.iter().map(|it| it.heard.source.tenant_id.0).collect::<Vec<_>>())
    .bind(addressed.iter().map(|it| it.heard.echo.at - AFTER).collect::<Vec<_>>())
    .bind(addressed.iter().map(|it| it.heard.echo.at + BEFORE).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(nth, campaign)| (nth as usize - 1, CampaignId(campaign))).collect())
}

impl Own {
    fn fold(stream: &[Recorded]) -> anyhow::Result<Option<Self>> {
        let mut state = message::State::default();
        let mut begun_at = None;
        let mut named = Vec::new();
        for recorded in stream {
            let Some(event) = recorded.decode::<message::Event>()? else { continue };
            match &event {
                message::Event::Sending(_) => begun_at = Some(recorded.recorded_at),
                message::Event::Sent(it) => named.extend(it.provider_message_id.clone()),
                _ => {}
            }
            state = message::evolve(state, &event);
        }
        named.retain(|id| *id != waha::stand_in(stream[0].stream_id));
        let begun = begun_at.zip(state.profile_id);
        Ok(begun.map(|(begun_at, profile_id)| Self { profile_id, begun_at, status: state.status, named }))
    }
}
