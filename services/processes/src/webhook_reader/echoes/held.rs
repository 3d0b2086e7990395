//! Echoes that wait until the outcome of a message is known that they may be of.

use chrono::TimeDelta;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::webhook_inbox::Event;
use waybill_providers::{Notice, Registry};
use waybill_runtime::Context;

use super::Heard;

/// When an echo that waits is looked at again, at first and in the end.
const SOONEST: TimeDelta = TimeDelta::seconds(2);
const LATEST: TimeDelta = TimeDelta::minutes(10);
/// After so long the message that it may be of is taken for it.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// Looked at again in one transaction, at most.
const AT_ONCE: i64 = 200;

pub async fn hold(context: &Context, connection: &mut PgConnection, heard: &Heard) -> anyhow::Result<()> {
    let now = context.clock.now();
    if now - heard.source.recorded_at > PATIENCE {
        return Ok(());
    }
    // Rare: only what goes through the provider's API while a message of ours to the same person has no outcome.
    sqlx::query(
        "insert into process.held_echo (profile_id, provider_message_id, tenant_id, of_position, due_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(heard.received.profile_id.0)
    .bind(&heard.echo.provider_message_id)
    .bind(heard.source.tenant_id.0)
    .bind(heard.source.position)
    .bind(now + wait(now - heard.source.recorded_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// As long as it has waited already: each wait is twice the one before.
fn wait(waited: TimeDelta) -> TimeDelta {
    waited.clamp(SOONEST, LATEST)
}

/// Takes the echoes that have waited, read from their deliveries once more.
pub async fn take_due(
    context: &Context,
    connection: &mut PgConnection,
    registry: &Registry,
) -> anyhow::Result<Vec<Heard>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "delete from process.held_echo where (profile_id, provider_message_id) in (
             select profile_id, provider_message_id from process.held_echo where due_at <= $1 order by due_at limit $2)
         returning provider_message_id, of_position",
    )
    .bind(context.clock.now())
    .bind(AT_ONCE)
    .fetch_all(connection)
    .await?;
    let mut heard = Vec::with_capacity(rows.len());
    for (provider_message_id, position) in rows {
        let mut events = context.store.read(position - 1, 1).await?;
        context.store.keys.open(&mut events).await?;
        let Some(source) = events.pop().map(Arc::new) else { continue };
        let Some(Event::Received(received)) = source.decode::<Event>()? else { continue };
        let Some(body) = received.body.known() else { continue };
        let notices = registry.provider_for(received.provider).parse_webhook(body.0.as_bytes()).unwrap_or_default();
        let echo = notices.into_iter().find_map(|notice| match notice {
            Notice::Echo(echo) if echo.provider_message_id == provider_message_id => Some(*echo),
            _ => None,
        });
        heard.extend(echo.map(|echo| Heard { source, received, echo }));
    }
    Ok(heard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before() {
        let mut waited = TimeDelta::zero();
        let mut waits = Vec::new();
        for _ in 0..11 {
            let next = wait(waited);
            waits.push(next.num_seconds());
            waited += next;
        }
        assert_eq!(waits, [2, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]);
    }
}
