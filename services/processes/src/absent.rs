//! Absent: remembers numbers that turned out not to be on WhatsApp when somebody was written to.
//!
//! Reacts to messages that failed for good because nobody has WhatsApp there, and marks the number where checks are kept
//! (`process.number_check`): a check asked for later knows it without asking the provider, and the contact shows it. A person
//! who writes is on WhatsApp after all, and of who is erased nothing is kept. Nobody is left out of campaigns for it: a person
//! may be back tomorrow.

use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::conversation;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::message;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/absent";
const BATCH: usize = 2_000;

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    loop {
        let events = tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => events?,
        };
        let seen = Seen::of(&events)?;
        if seen.failed.is_empty() && seen.gone.is_empty() {
            subscription.idle().await?;
            continue;
        }
        let mut transaction = context.store.database.system.begin().await?;
        mark_absent(&mut transaction, &seen.failed).await?;
        unmark(&mut transaction, &seen.gone).await?;
        let moved = subscription.commit(&mut transaction).await?;
        transaction.commit().await?;
        subscription.committed(moved);
    }
}

#[derive(Default)]
struct Seen {
    /// Messages whose recipient's number is not on WhatsApp.
    failed: Vec<Uuid>,
    /// Of people who wrote, or were erased: no mark is right any more.
    gone: Vec<(TenantId, Uuid)>,
}

impl Seen {
    fn of(events: &[Arc<Recorded>]) -> anyhow::Result<Self> {
        let mut seen = Self::default();
        for recorded in events {
            if recorded.is("message.failed") {
                if let Some(message::Event::Failed(it)) = recorded.decode()?
                    && it.is_final
                    && it.refusal.says_absent()
                {
                    seen.failed.push(recorded.stream_id);
                }
            } else if recorded.is("conversation.inbound_received")
                && let Some(conversation::Event::InboundReceived(it)) = recorded.decode()?
            {
                seen.gone.push((recorded.tenant_id, it.contact_id.0));
            } else if recorded.is("contact.erased") {
                seen.gone.push((recorded.tenant_id, recorded.stream_id));
            }
        }
        Ok(seen)
    }
}

/// By the last dispatch of each message. Of whoever was erased nothing is kept.
async fn mark_absent(connection: &mut PgConnection, messages: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into process.number_check (tenant_id, contact_id, exists_on_whatsapp, provider, checked_at)
         select distinct on (d.tenant_id, d.contact_id) d.tenant_id, d.contact_id, false, d.provider, d.at
         from unnest($1::uuid[]) as m (message_id)
         cross join lateral (
            select e.tenant_id, (e.data ->> 'contact_id')::uuid as contact_id, e.data ->> 'provider' as provider,
                e.recorded_at as at
            from es.event e where e.stream_id = m.message_id and e.type = 'message.dispatched'
            order by e.version desc limit 1
         ) as d
         join es.subject_secret s on s.subject_id = d.contact_id and s.secret is not null
         order by d.tenant_id, d.contact_id, d.at desc
         on conflict (tenant_id, contact_id) do update set exists_on_whatsapp = false, provider = excluded.provider,
            checked_at = excluded.checked_at
         where number_check.checked_at < excluded.checked_at",
    )
    .bind(messages)
    .execute(connection)
    .await?;
    Ok(())
}

async fn unmark(connection: &mut PgConnection, people: &[(TenantId, Uuid)]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "delete from process.number_check c using unnest($1::uuid[], $2::uuid[]) as u (tenant_id, contact_id)
         where c.tenant_id = u.tenant_id and c.contact_id = u.contact_id and not c.exists_on_whatsapp",
    )
    .bind(people.iter().map(|(tenant, _)| tenant.0).collect::<Vec<_>>())
    .bind(people.iter().map(|(_, contact)| *contact).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
