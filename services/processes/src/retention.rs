//! Retention: ends what is older than it may be kept, by destroying the secrets of its days.
//!
//! Reacts to time. What was written ends after as many days as the tenant chose, which `tenant.retention_applied` tells;
//! read models drop the texts when they see it. What providers posted ends after two days, once it was read.
//!
//! What the vault keeps of signing in goes with it, once it is of no use: tries, challenges, links, sessions.
//!
//! A day is kept whole: what was written in its last minute can be read as long as was promised.

use chrono::{DateTime, Days, NaiveDate, Utc};
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Keeping, StreamId};
use waybill_domain::tenant::{self, Command, LONGEST_RETENTION, Tenant};
use waybill_event_store::{Append, Expected, KeyRing, Outcome, StreamWrite};
use waybill_runtime::Context;

const TICK: Duration = Duration::from_secs(600);
/// Of what providers posted.
const DELIVERY_DAYS: u64 = 2;

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            _ = tick.tick() => apply(&context).await?,
        }
    }
}

/// Ends everything that has to end by now.
pub async fn apply(context: &Context) -> anyhow::Result<()> {
    let today = context.clock.now().date_naive();
    for tenant in tenants_with(context, Keeping::Message, today - Days::new(1)).await? {
        end_messages(context, tenant, today).await?;
    }
    let read = read_through(context).await?;
    let through = (today - Days::new(DELIVERY_DAYS + 1)).min(read);
    for tenant in tenants_with(context, Keeping::Delivery, through).await? {
        let mut transaction = context.store.database.system.begin().await?;
        KeyRing::destroy_days(&mut transaction, tenant, Keeping::Delivery, through).await?;
        transaction.commit().await?;
    }
    context.store.keys.forget_days();
    sweep(context).await
}

/// What the vault keeps of signing in, once it is of no use any more.
async fn sweep(context: &Context) -> anyhow::Result<()> {
    let now = context.clock.now();
    for statement in [
        "delete from vault.login_attempt where last_at < $1 - interval '2 days'",
        "delete from vault.login_challenge where expires_at < $1",
        "delete from vault.password_reset where expires_at < $1",
        "delete from vault.oidc_attempt where expires_at < $1",
        "delete from vault.refresh_token where expires_at < $1",
    ] {
        sqlx::query(statement).bind(now).execute(&context.store.database.system).await?;
    }
    Ok(())
}

/// Tenants that have secrets of days up to `through`.
async fn tenants_with(context: &Context, keeping: Keeping, through: NaiveDate) -> anyhow::Result<Vec<TenantId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select distinct tenant_id from es.day_secret where class = $1 and day <= $2 and secret is not null",
    )
    .bind(keeping.as_str())
    .bind(through)
    .fetch_all(&context.store.database.system)
    .await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

async fn end_messages(context: &Context, tenant: TenantId, today: NaiveDate) -> anyhow::Result<()> {
    let loaded = context.store.load::<Tenant>(tenant, tenant.0).await?;
    let days = loaded.state.privacy.retention_days.clamp(1, LONGEST_RETENTION);
    let through = today - Days::new(u64::from(days) + 1);
    let mut transaction = context.store.database.system.begin().await?;
    if KeyRing::destroy_days(&mut transaction, tenant, Keeping::Message, through).await? == 0 {
        return Ok(());
    }
    let events = tenant::decide(&loaded.state, Command::ApplyRetention { through })?;
    let metadata = context.unprompted(tenant, Actor::process("retention"));
    let write = StreamWrite::new(StreamId::from(tenant), Expected::Any, &events);
    let ready = context.store.make_ready(vec![Append::new(metadata, vec![write])]).await?;
    let outcome = context.store.append_in(&mut transaction, &ready).await?.pop();
    let Some(Outcome::Appended { position, .. }) = outcome else {
        anyhow::bail!("the end of {tenant}'s days up to {through} was not appended: {outcome:?}");
    };
    transaction.commit().await?;
    context.store.announce(position);
    Ok(())
}

/// The last day of which every delivery was read.
async fn read_through(context: &Context) -> anyhow::Result<NaiveDate> {
    let next: Option<DateTime<Utc>> = sqlx::query_scalar(
        "select e.recorded_at from es.event e, es.checkpoint c
         where c.name = $1 and e.pos = c.position + 1",
    )
    .bind(crate::webhook_reader::NAME)
    .fetch_optional(&context.store.database.system)
    .await?;
    // A reader that is at the head has read all there is.
    let unread = next.unwrap_or_else(|| context.clock.now()).date_naive();
    Ok(unread - Days::new(1))
}
