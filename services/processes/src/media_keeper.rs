//! Media keeper: fetches what people sent, and removes what is to be gone.
//!
//! Reacts to files that are announced and removed, to persons that are erased, to days that end, and to time. Providers
//! keep a person's file for days only, so it is fetched at once and, where that fails, again and again. What is to be
//! fetched or removed is a row of `process.media`; the bytes are stored before the log says so, and removed after.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{MediaId, ProfileId, TenantId};
use waybill_domain::media::{self, About, Command, FetchFailed, Media, Removal, Removed, Stored};
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_domain::tenant;
use waybill_event_store::read::read_stream;
use waybill_event_store::{Decision, EventStore, KeyRing, Metadata};
use waybill_media_files::NotTakenIn;
use waybill_providers::{InboundMedia, Registry};
use waybill_runtime::accounts::account;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/media-keeper";
const BATCH: usize = 2_000;
const TICK: Duration = Duration::from_secs(1);
/// Fetched or removed at once.
const AT_ONCE: usize = 8;
/// For one fetch.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What is under way is tried again after so long, if nobody said what became of it.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// Meta keeps a person's file for seven days; no provider that we know keeps it longer.
const PATIENCE: TimeDelta = TimeDelta::days(7);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let keeper = Arc::new(Keeper::new(&context)?);
    let mut under_way = JoinSet::new();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => fold(&context, &mut subscription, events?).await?,
            Some(done) = under_way.join_next() => done??,
            _ = tick.tick() => {}
        }
        while under_way.len() < AT_ONCE {
            let Some(row) = claim(&context).await? else { break };
            let keeper = keeper.clone();
            under_way.spawn(async move { keeper.work(row).await });
        }
    }
}

/// What the log says of files.
async fn fold(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let wanted = |event: &Arc<Recorded>| {
        event.kind.starts_with("media.") || event.is("contact.erased") || event.is("tenant.retention_applied")
    };
    if !events.iter().any(wanted) {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    let mut position = 0;
    for recorded in events.iter().filter(|event| wanted(event)) {
        if recorded.kind.starts_with("media.") {
            note(&mut transaction, recorded).await?;
            continue;
        }
        let (reason, files) = if recorded.is("contact.erased") {
            (Removal::Erased, of_contact(&mut transaction, recorded).await?)
        } else {
            match recorded.decode::<tenant::Event>()? {
                Some(tenant::Event::RetentionApplied(it)) => {
                    (Removal::Retention, through(&mut transaction, recorded.tenant_id, it.through).await?)
                }
                _ => continue,
            }
        };
        let metadata = context.because_of(recorded, Actor::process("media_keeper"));
        position = position.max(remove(context, &mut transaction, metadata, files, reason).await?);
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(position);
    Ok(())
}

async fn note(connection: &mut PgConnection, recorded: &Recorded) -> anyhow::Result<()> {
    let Some(event) = recorded.decode::<media::Event>()? else { return Ok(()) };
    let id = recorded.stream_id;
    let state = match event {
        media::Event::Announced(it) => {
            sqlx::query(
                "insert into process.media (media_id, tenant_id, contact_id, profile_id, provider, kind, state, day, due_at,
                    correlation_id)
                 values ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9) on conflict do nothing",
            )
            .bind(id)
            .bind(recorded.tenant_id.0)
            .bind(it.contact_id.0)
            .bind(it.profile_id.0)
            .bind(it.provider.as_str())
            .bind(it.kind.as_str())
            .bind(recorded.recorded_at.date_naive())
            .bind(recorded.recorded_at)
            .bind(recorded.correlation_id)
            .execute(connection)
            .await?;
            return Ok(());
        }
        media::Event::Uploaded(it) => {
            sqlx::query(
                "insert into process.media (media_id, tenant_id, kind, state, day, correlation_id)
                 values ($1, $2, $3, 'stored', $4, $5) on conflict do nothing",
            )
            .bind(id)
            .bind(recorded.tenant_id.0)
            .bind(it.about.kind.as_str())
            .bind(recorded.recorded_at.date_naive())
            .bind(recorded.correlation_id)
            .execute(connection)
            .await?;
            return Ok(());
        }
        media::Event::Stored(_) => "stored",
        media::Event::FetchFailed(_) => "failed",
        media::Event::Removed(_) => "removing",
    };
    sqlx::query(
        "update process.media set state = $2, attempts = 0, due_at = case when $2 = 'removing' then $3 end where media_id = $1",
    )
    .bind(id)
    .bind(state)
    .bind(recorded.recorded_at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn of_contact(connection: &mut PgConnection, recorded: &Recorded) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select media_id from process.media where contact_id = $1 and state <> 'removing'")
        .bind(recorded.stream_id)
        .fetch_all(connection)
        .await
}

/// What people sent up to that day; the gallery is kept.
async fn through(connection: &mut PgConnection, tenant: TenantId, day: NaiveDate) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "select media_id from process.media
         where tenant_id = $1 and day <= $2 and contact_id is not null and state <> 'removing'",
    )
    .bind(tenant.0)
    .bind(day)
    .fetch_all(connection)
    .await
}

/// Removes files from the log; their bytes follow when that is read.
async fn remove(
    context: &Context,
    connection: &mut PgConnection,
    metadata: Metadata,
    files: Vec<Uuid>,
    reason: Removal,
) -> anyhow::Result<i64> {
    let tenant = metadata.tenant_id;
    KeyRing::destroy_subjects(connection, tenant, &files, metadata.at).await?;
    let states = EventStore::load_many::<Media>(connection, &files).await?;
    let removed = |id: Uuid| Decision::<Media> {
        id,
        metadata: metadata.clone(),
        commands: vec![Command::Remove(Removed { reason, at: metadata.at })],
    };
    let decisions = files.iter().copied().map(removed).collect();
    let decided = context.store.decide_many_in(connection, states, decisions).await?;
    Ok(decided.position)
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    media_id: Uuid,
    tenant_id: Uuid,
    profile_id: Option<Uuid>,
    provider: Option<String>,
    state: String,
    attempts: i32,
    correlation_id: Uuid,
}

/// The next that is due; it is due again later, should this process die over it.
async fn claim(context: &Context) -> anyhow::Result<Option<Row>> {
    let now = context.clock.now();
    let row = sqlx::query_as(
        "update process.media set due_at = $2, attempts = attempts + 1
         where media_id = (select media_id from process.media where due_at <= $1 order by due_at limit 1)
         returning media_id, tenant_id, profile_id, provider, state, attempts, correlation_id",
    )
    .bind(now)
    .bind(now + LEASE)
    .fetch_optional(&context.store.database.system)
    .await?;
    Ok(row)
}

/// What became of a fetch.
enum Fetched {
    Stored(About),
    Never(FetchFailed),
    Later(String),
}

struct Keeper {
    context: Context,
    registry: Registry,
}

impl Keeper {
    fn new(context: &Context) -> anyhow::Result<Self> {
        let registry = Registry::new(&context.client_config(TIMEOUT)?)?;
        Ok(Self { context: context.clone(), registry })
    }

    async fn work(&self, row: Row) -> anyhow::Result<()> {
        if row.state == "removing" {
            return self.discard(&row).await;
        }
        match self.fetch(&row).await? {
            Fetched::Stored(about) => self.tell(&row, Command::Store(Stored { about, at: self.now() })).await,
            Fetched::Never(failed) => self.tell(&row, Command::GiveUp(failed)).await,
            Fetched::Later(reason) => {
                let wait = TimeDelta::seconds(5 << row.attempts.clamp(0, 9));
                tracing::info!(media.id = %row.media_id, %reason, "a file could not be fetched yet");
                self.put_off(&row, self.now() + wait).await
            }
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.context.clock.now()
    }

    async fn put_off(&self, row: &Row, until: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query("update process.media set due_at = $2 where media_id = $1 and due_at is not null")
            .bind(row.media_id)
            .bind(until)
            .execute(&self.context.store.database.system)
            .await?;
        Ok(())
    }

    async fn discard(&self, row: &Row) -> anyhow::Result<()> {
        if let Some(shelf) = &self.context.shelf
            && let Err(error) = shelf.files.delete(TenantId(row.tenant_id), MediaId(row.media_id)).await
        {
            tracing::warn!(media.id = %row.media_id, %error, "a file could not be removed yet");
            return self.put_off(row, self.now() + TimeDelta::minutes(1)).await;
        }
        if row.attempts == 1 {
            // A fetch that was under way may bring it back once; nobody else would look again.
            return self.put_off(row, self.now() + LEASE * 2).await;
        }
        let mut transaction = self.context.store.database.system.begin().await?;
        for statement in
            ["delete from process.provider_media where media_id = $1", "delete from process.media where media_id = $1"]
        {
            sqlx::query(statement).bind(row.media_id).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn fetch(&self, row: &Row) -> anyhow::Result<Fetched> {
        let never = |code: &str, detail: &str| {
            Ok(Fetched::Never(FetchFailed { code: code.to_owned(), detail: detail.to_owned(), at: self.now() }))
        };
        let Some(shelf) = &self.context.shelf else { return never("no_store", "there is no store for files") };
        let Some(announced) = self.announced(row).await? else {
            return never("removed", "it was removed before it was fetched");
        };
        let Some(told) = announced.told.known() else { return never("erased", "the person was erased") };
        let profile = ProfileId(row.profile_id.unwrap_or_default());
        let provider = row.provider.as_deref().and_then(ProviderKind::parse);
        let Some(access) = self.context.store.credential(profile).await? else {
            return never("number_removed", "the number that it came to was removed");
        };
        let account = account(access);
        let client = provider.map(|it| self.registry.provider_for(it));
        let Some(store) = client.as_ref().and_then(|client| client.media()) else {
            return never("not_supported", "this provider hands out no files");
        };
        let source: InboundMedia = serde_json::from_value(told.source.clone())?;
        let received = match store.fetch(&account, &source, shelf.most_bytes).await {
            Ok(received) => received,
            Err(refusal) if announced.at + PATIENCE < self.now() || is_final(&refusal) => {
                return never(&refusal.code, &refusal.detail);
            }
            Err(refusal) => return Ok(Fetched::Later(format!("{}: {}", refusal.code, refusal.detail))),
        };
        let (tenant, media) = (TenantId(row.tenant_id), MediaId(row.media_id));
        let name = told.file_name.as_deref().unwrap_or_default();
        match shelf.take_in_inbound(tenant, media, received.bytes, name, announced.kind).await {
            Ok(about) => Ok(Fetched::Stored(about)),
            Err(refused) if refused.passes() => Ok(Fetched::Later(refused.to_string())),
            Err(NotTakenIn::Infected(name)) => never("infected", &format!("the virus scanner found {name}")),
            Err(refused) => never("not_taken", &refused.to_string()),
        }
    }

    /// What was announced, while it is still to be fetched.
    async fn announced(&self, row: &Row) -> anyhow::Result<Option<media::Announced>> {
        let tenant = TenantId(row.tenant_id);
        let mut transaction = self.context.store.tenant_transaction(tenant).await?;
        let mut events = read_stream(&mut transaction, tenant, row.media_id, 0, i64::MAX).await?;
        drop(transaction);
        self.context.store.keys.open(&mut events).await?;
        let mut state = media::State::default();
        let mut announced = None;
        for recorded in &events {
            let Some(event) = recorded.decode::<media::Event>()? else { continue };
            state = Media::evolve(state, &event);
            if let media::Event::Announced(it) = event {
                announced = Some(it);
            }
        }
        Ok(announced.filter(|_| state.status == media::Status::Pending))
    }

    async fn tell(&self, row: &Row, command: Command) -> anyhow::Result<()> {
        let metadata = Metadata {
            correlation_id: row.correlation_id,
            ..self.context.unprompted(TenantId(row.tenant_id), Actor::process("media_keeper"))
        };
        let mut transaction = self.context.store.database.system.begin().await?;
        // Rows before the lane: what the log says comes to the row when it is read, until then it is not due again.
        sqlx::query("update process.media set due_at = null where media_id = $1 and state = 'pending'")
            .bind(row.media_id)
            .execute(&mut *transaction)
            .await?;
        let states = EventStore::load_many::<Media>(&mut transaction, &[row.media_id]).await?;
        let stored = matches!(command, Command::Store(_));
        let decision = Decision::<Media> { id: row.media_id, metadata, commands: vec![command] };
        let decided = self.context.store.decide_many_in(&mut transaction, states, vec![decision]).await?;
        transaction.commit().await?;
        self.context.store.announce(decided.position);
        if stored && decided.position == 0 {
            // Removed while it was fetched: the bytes must not stay.
            self.sweep(row).await?;
        }
        metrics::counter!("media_fetched_total", "stored" => if stored { "yes" } else { "no" }).increment(1);
        Ok(())
    }

    async fn sweep(&self, row: &Row) -> anyhow::Result<()> {
        if let Some(shelf) = &self.context.shelf {
            shelf.files.delete(TenantId(row.tenant_id), MediaId(row.media_id)).await?;
        }
        Ok(())
    }
}

/// No other try would end otherwise.
fn is_final(refusal: &Refusal) -> bool {
    matches!(refusal.class, ErrorClass::Media | ErrorClass::Param | ErrorClass::Number)
}
