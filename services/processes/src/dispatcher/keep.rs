//! Loading the model, and keeping it in the transaction of what it decided.

use super::model::{Campaign, Changes, Chunk, Model, Package, Profile, Standing};
use super::turn::Turn;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Status};
use waybill_domain::content::{Attachment, Pattern};
use waybill_domain::id::{CampaignId, ContactId, PackageId, ProfileId, TenantId};
use waybill_domain::message::Message;
use waybill_domain::package::distribution::{Distribution, Turns};
use waybill_domain::package::limits::{Overrides, Settings, Usage};
use waybill_domain::provider::ProviderKind;
use waybill_event_store::{Decision, Outcome};
use waybill_runtime::{Context, Subscription};

/// How far back unprojected events of contacts and templates are looked for at a start.
const LOOK_BACK: i64 = 200_000;

impl Model {
    pub async fn load(context: &Context, position: i64) -> anyhow::Result<Self> {
        let pool = &context.store.database.system;
        let mut model = Model { window: context.config.in_flight.max(1), news: true, ..Model::default() };
        let packages: Vec<(Uuid, Uuid, Json<Settings>, String, bool)> =
            sqlx::query_as("select package_id, tenant_id, settings, distribution, deleted from process.package")
                .fetch_all(pool)
                .await?;
        for (id, tenant, settings, distribution, deleted) in packages {
            let distribution = Distribution::parse(&distribution).unwrap_or_default();
            let package = Package { tenant_id: TenantId(tenant), settings: settings.0, distribution, deleted };
            model.packages.insert(PackageId(id), package);
        }
        type ProfileRow =
            (Uuid, Uuid, Uuid, String, Json<Overrides>, bool, Option<DateTime<Utc>>, Json<Standing>, Json<Usage>, i32);
        let profiles: Vec<ProfileRow> = sqlx::query_as(
            "select profile_id, package_id, tenant_id, provider, overrides, active, throttled_until, standing, usage,
                in_flight from process.profile",
        )
        .fetch_all(pool)
        .await?;
        for (id, package, tenant, provider, overrides, active, throttled_until, standing, usage, in_flight) in profiles
        {
            let Some(provider) = ProviderKind::parse(&provider) else { continue };
            let profile = Profile {
                package_id: PackageId(package),
                tenant_id: TenantId(tenant),
                provider,
                overrides: overrides.0,
                active,
                throttled_until,
                standing: standing.0,
                usage: usage.0,
                in_flight: in_flight.max(0) as u32,
            };
            model.profiles.insert(ProfileId(id), profile);
        }
        model.load_campaigns(context).await?;
        model.next_retry = sqlx::query_scalar("select min(due_at) from process.retry").fetch_one(pool).await?;
        (model.contacts.event, model.templates.event) = sqlx::query_as(
            "select coalesce(max(pos) filter (where category = 'contact'), 0),
                coalesce(max(pos) filter (where category = 'template'), 0)
             from es.event where pos > $1 and pos <= $2 and category in ('contact', 'template')",
        )
        .bind(position - LOOK_BACK)
        .bind(position)
        .fetch_one(pool)
        .await?;
        Ok(model)
    }

    async fn load_campaigns(&mut self, context: &Context) -> anyhow::Result<()> {
        let pool = &context.store.database.system;
        type CampaignRow =
            (Uuid, Uuid, Uuid, String, String, Json<campaign::Spread>, Json<Turns>, Option<Json<Attachment>>);
        let campaigns: Vec<CampaignRow> = sqlx::query_as(
            "select campaign_id, tenant_id, package_id, template_text, status, spread, turns, attachment
             from process.campaign",
        )
        .fetch_all(pool)
        .await?;
        for (id, tenant, package, template_text, status, spread, turns, attachment) in campaigns {
            let campaign = Campaign {
                tenant_id: TenantId(tenant),
                package_id: PackageId(package),
                pattern: Arc::new(Pattern::parse(&template_text, attachment.as_deref())?),
                template_text,
                status: match status.as_str() {
                    "paused" => Status::Paused,
                    "cancelled" => Status::Cancelled,
                    _ => Status::Running,
                },
                spread: spread.0,
                turns: turns.0,
                chunks: Default::default(),
                told: None,
            };
            self.campaigns.insert(CampaignId(id), campaign);
        }
        type ChunkRow = (Uuid, i64, Vec<Uuid>, i32, Uuid, Option<String>);
        let chunks: Vec<ChunkRow> = sqlx::query_as(
            "select campaign_id, position, contact_ids, next_index, correlation_id, traceparent from process.chunk
             order by campaign_id, position",
        )
        .fetch_all(pool)
        .await?;
        for (campaign, position, ids, next, correlation_id, traceparent) in chunks {
            let Some(campaign) = self.campaigns.get_mut(&CampaignId(campaign)) else { continue };
            let contact_ids = ids.into_iter().map(ContactId).collect();
            campaign.chunks.push_back(Chunk {
                position,
                contact_ids,
                next: next as usize,
                correlation_id,
                traceparent,
            });
        }
        // A crash between the cancellation being read and acted upon leaves chunks behind.
        let half = self.campaigns.iter().filter(|(_, it)| it.status == Status::Cancelled && !it.chunks.is_empty());
        self.cancelling = half.map(|(id, _)| *id).collect();
        Ok(())
    }
}

/// Keeps what was folded, without a turn.
pub async fn only(context: &Context, subscription: &mut Subscription, model: &mut Model) -> anyhow::Result<()> {
    let changes = std::mem::take(&mut model.changes);
    // `cancelling` is not kept by itself: the checkpoint stays before the cancellation until it has been acted upon.
    if !model.cancelling.is_empty() {
        model.changes = changes;
        return Ok(());
    }
    let mut transaction = context.store.database.system.begin().await?;
    save(&mut transaction, model, changes).await?;
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    Ok(())
}

/// Appends what a turn decided, and keeps the model with it.
pub async fn with(
    context: &Context,
    subscription: &mut Subscription,
    model: &mut Model,
    turn: Turn,
) -> anyhow::Result<()> {
    let mut transaction = context.store.database.system.begin().await?;
    // The lane is held from the first append to the end: the model is kept before.
    let changes = std::mem::take(&mut model.changes);
    save(&mut transaction, model, changes).await?;
    if !turn.cancelled_campaigns.is_empty() {
        let ids: Vec<Uuid> = turn.cancelled_campaigns.iter().map(|id| id.0).collect();
        sqlx::query("delete from process.chunk where campaign_id = any($1)")
            .bind(ids)
            .execute(&mut *transaction)
            .await?;
    }
    save_retries(&mut transaction, &turn.finished_retries, &turn.postponed_retries).await?;
    let moved = subscription.commit(&mut transaction).await?;
    let mut position = 0;
    if !turn.messages.is_empty() {
        let decided = context.store.decide_many_in::<Message>(&mut transaction, turn.known, turn.messages).await?;
        position = decided.position;
        metrics::counter!("messages_dispatched_total").increment(turn.dispatched as u64);
        for (id, refusal) in decided.refusals {
            // It was sent, cancelled or taken up otherwise meanwhile: its number is free again.
            tracing::debug!(message.id = %id, %refusal, "not dispatched");
            if let Some(profile_id) = turn.picked.get(&id)
                && let Some(profile) = model.profiles.get_mut(profile_id)
            {
                profile.in_flight = profile.in_flight.saturating_sub(1);
                model.changes.profiles.insert(*profile_id);
            }
        }
    }
    if !turn.cancelled.is_empty() {
        let ready = context.store.make_ready(turn.cancelled).await?;
        for outcome in context.store.append_in(&mut transaction, &ready).await? {
            match outcome {
                Outcome::Appended { position: at, .. } => position = position.max(at),
                other => anyhow::bail!("cancelling recipients ended with {other:?}"),
            }
        }
    }
    for (id, hold, waiting) in turn.deferred {
        let Some(tenant_id) = model.campaigns.get(&id).map(|it| it.tenant_id) else { continue };
        let metadata = context.unprompted(tenant_id, Actor::process("dispatcher"));
        let loaded = context.store.load_long::<campaign::Campaign>(tenant_id, id.0).await?;
        let command = campaign::Command::Defer { limit: hold.limit, until: hold.until, waiting };
        let decision = Decision { id: id.0, metadata, commands: vec![command] };
        let known = [(id.0, loaded)].into();
        let decided =
            context.store.decide_many_in::<campaign::Campaign>(&mut transaction, known, vec![decision]).await?;
        position = position.max(decided.position);
    }
    // Numbers that are free again.
    let freed = std::mem::take(&mut model.changes);
    save_profiles(&mut transaction, model, &freed).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(position);
    Ok(())
}

async fn save_retries(
    connection: &mut PgConnection,
    finished: &[Uuid],
    postponed: &[(Uuid, DateTime<Utc>)],
) -> Result<(), sqlx::Error> {
    if !finished.is_empty() {
        sqlx::query("delete from process.retry where message_id = any($1)")
            .bind(finished)
            .execute(&mut *connection)
            .await?;
    }
    if !postponed.is_empty() {
        let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = postponed.iter().copied().unzip();
        sqlx::query(
            "update process.retry r set due_at = u.at from unnest($1::uuid[], $2::timestamptz[]) as u (id, at)
             where r.message_id = u.id",
        )
        .bind(ids)
        .bind(times)
        .execute(connection)
        .await?;
    }
    Ok(())
}

async fn save(connection: &mut PgConnection, model: &Model, changes: Changes) -> Result<(), sqlx::Error> {
    for id in &changes.packages {
        let Some(package) = model.packages.get(id) else { continue };
        sqlx::query(
            "insert into process.package (package_id, tenant_id, settings, deleted, distribution)
             values ($1, $2, $3, $4, $5) on conflict (package_id) do update set settings = excluded.settings,
                deleted = excluded.deleted, distribution = excluded.distribution",
        )
        .bind(id.0)
        .bind(package.tenant_id.0)
        .bind(Json(&package.settings))
        .bind(package.deleted)
        .bind(package.distribution.as_str())
        .execute(&mut *connection)
        .await?;
    }
    save_profiles(connection, model, &changes).await?;
    for id in &changes.campaigns {
        let Some(campaign) = model.campaigns.get(id) else { continue };
        sqlx::query(
            "insert into process.campaign (campaign_id, tenant_id, package_id, template_text, status, spread, turns,
                attachment)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (campaign_id) do update
             set status = excluded.status, turns = excluded.turns",
        )
        .bind(id.0)
        .bind(campaign.tenant_id.0)
        .bind(campaign.package_id.0)
        .bind(&campaign.template_text)
        .bind(campaign.status.as_str())
        .bind(Json(&campaign.spread))
        .bind(Json(&campaign.turns))
        .bind(campaign.pattern.attachment().map(Json))
        .execute(&mut *connection)
        .await?;
    }
    save_chunks(connection, model, &changes).await?;
    let gone: Vec<Uuid> = changes.gone_campaigns.iter().map(|id| id.0).collect();
    if !gone.is_empty() {
        sqlx::query("delete from process.campaign where campaign_id = any($1)")
            .bind(&gone)
            .execute(&mut *connection)
            .await?;
        sqlx::query("delete from process.chunk where campaign_id = any($1)")
            .bind(&gone)
            .execute(&mut *connection)
            .await?;
    }
    if changes.retries.is_empty() {
        return Ok(());
    }
    let retries = &changes.retries;
    sqlx::query(
        "insert into process.retry (message_id, tenant_id, campaign_id, contact_id, attempt, due_at, correlation_id)
         select distinct on (m) m, t, c, k, a, d, r from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[],
            $5::int[], $6::timestamptz[], $7::uuid[]) as u (m, t, c, k, a, d, r) order by m, a desc
         on conflict (message_id) do update set attempt = excluded.attempt, due_at = excluded.due_at",
    )
    .bind(retries.iter().map(|it| it.message_id).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.tenant_id.0).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.campaign_id.map(|id| id.0)).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.contact_id.0).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.attempt as i32).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.due_at).collect::<Vec<_>>())
    .bind(retries.iter().map(|it| it.correlation_id).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_profiles(connection: &mut PgConnection, model: &Model, changes: &Changes) -> Result<(), sqlx::Error> {
    let rows: Vec<(&ProfileId, &Profile)> =
        changes.profiles.iter().filter_map(|id| Some((id, model.profiles.get(id)?))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into process.profile
            (profile_id, package_id, tenant_id, provider, overrides, active, throttled_until, usage, in_flight, standing)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::boolean[],
            $7::timestamptz[], $8::jsonb[], $9::int[], $10::jsonb[])
         on conflict (profile_id) do update set overrides = excluded.overrides, active = excluded.active,
            throttled_until = excluded.throttled_until, usage = excluded.usage, in_flight = excluded.in_flight,
            standing = excluded.standing",
    )
    .bind(rows.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.package_id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.tenant_id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.provider.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| Json(&it.overrides)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.active).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.throttled_until).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| Json(&it.usage)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.in_flight as i32).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| Json(&it.standing)).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_chunks(connection: &mut PgConnection, model: &Model, changes: &Changes) -> Result<(), sqlx::Error> {
    for (campaign_id, position) in &changes.chunks {
        let Some(campaign) = model.campaigns.get(campaign_id) else { continue };
        // A chunk that was used up in the same breath needs no row.
        let Some(chunk) = campaign.chunks.iter().find(|chunk| chunk.position == *position) else { continue };
        sqlx::query(
            "insert into process.chunk (campaign_id, position, tenant_id, contact_ids, next_index, correlation_id, traceparent)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        )
        .bind(campaign_id.0)
        .bind(position)
        .bind(campaign.tenant_id.0)
        .bind(chunk.contact_ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(chunk.next as i32)
        .bind(chunk.correlation_id)
        .bind(&chunk.traceparent)
        .execute(&mut *connection)
        .await?;
    }
    let (done, moved): (Vec<_>, Vec<_>) = changes.progress.iter().partition(|(_, next)| next.is_none());
    if !done.is_empty() {
        sqlx::query(
            "delete from process.chunk c using unnest($1::uuid[], $2::bigint[]) as u (campaign, position)
             where c.campaign_id = u.campaign and c.position = u.position",
        )
        .bind(done.iter().map(|((campaign, _), _)| campaign.0).collect::<Vec<_>>())
        .bind(done.iter().map(|((_, position), _)| *position).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    if !moved.is_empty() {
        sqlx::query(
            "update process.chunk c set next_index = u.next from unnest($1::uuid[], $2::bigint[], $3::int[])
                as u (campaign, position, next) where c.campaign_id = u.campaign and c.position = u.position",
        )
        .bind(moved.iter().map(|((campaign, _), _)| campaign.0).collect::<Vec<_>>())
        .bind(moved.iter().map(|((_, position), _)| *position).collect::<Vec<_>>())
        .bind(moved.iter().filter_map(|(_, next)| next.map(|next| next as i32)).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
