//! Loading an aggregate and carrying out a command on it.

use crate::EventStore;
use crate::append::{Append, AppendError, Expected, Metadata, Outcome, StreamWrite};
use crate::keys::KeyError;
use crate::read::{ReadError, read_stream, read_streams, read_streams_of};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::envelope::Recorded;
use waybill_domain::event::DecodeError;
use waybill_domain::id::TenantId;
use waybill_domain::stream::StreamId;

/// How often a lost race is decided anew before the caller is told.
const RACES: usize = 16;

#[derive(Debug, Clone)]
pub struct Loaded<S> {
    pub state: S,
    /// 0 for a stream without events.
    pub version: i64,
}

/// What a command did.
#[derive(Debug, Clone)]
pub struct Executed<A: Aggregate> {
    /// Empty when the command changed nothing.
    pub events: Vec<A::Event>,
    pub state: A::State,
    pub version: i64,
    pub position: i64,
}

/// Several streams of a tenant, read with one question, with personal parts opened.
#[derive(Debug, Default)]
pub struct Streams {
    events: HashMap<Uuid, Vec<Recorded>>,
}

impl Streams {
    /// The state of one of them; empty if it was not asked for, or is not there.
    pub fn load<A: Aggregate>(&self, id: Uuid) -> Result<Loaded<A::State>, LoadError> {
        let events = self.events.get(&id).map_or(&[][..], Vec::as_slice);
        fold::<A>(Loaded { state: A::State::default(), version: 0 }, events)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("loading a stream: {0}")]
    Database(#[from] sqlx::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: std::error::Error + 'static> {
    #[error(transparent)]
    Refused(R),
    #[error("the stream is at version {current}, not {expected}")]
    WrongVersion { expected: i64, current: i64 },
    #[error("the stream kept changing")]
    Contended,
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl EventStore {
    /// A connection bound to one tenant by row-level security, for the length of a transaction.
    pub async fn tenant_transaction(
        &self,
        tenant: TenantId,
    ) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, sqlx::Error> {
        let mut transaction = self.database.app.begin().await?;
        sqlx::query("select set_config('app.tenant', $1, true)")
            .bind(tenant.to_string())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }

    /// The state of a stream, with personal parts opened. Another tenant's stream is as if it were not there.
    pub async fn load<A: Aggregate>(&self, tenant: TenantId, id: Uuid) -> Result<Loaded<A::State>, LoadError> {
        let mut connection = self.database.system.acquire().await?;
        let mut events = read_stream(&mut connection, tenant, id, 0, i64::MAX).await?;
        drop(connection);
        self.keys.open(&mut events).await?;
        fold::<A>(Loaded { state: A::State::default(), version: 0 }, &events)
    }

    /// The same for several streams, where somebody waits for all of them.
    pub async fn load_together(&self, tenant: TenantId, ids: &[Uuid]) -> Result<Streams, LoadError> {
        let mut connection = self.database.system.acquire().await?;
        let mut events = read_streams_of(&mut connection, tenant, ids).await?;
        drop(connection);
        self.keys.open(&mut events).await?;
        let mut streams = Streams::default();
        for event in events {
            streams.events.entry(event.stream_id).or_default().push(event);
        }
        Ok(streams)
    }

    /// The state of a stream, beginning at the last snapshot. For streams that grow long.
    pub async fn load_long<A>(&self, tenant: TenantId, id: Uuid) -> Result<Loaded<A::State>, LoadError>
    where
        A: Aggregate,
        A::State: DeserializeOwned,
    {
        let mut connection = self.database.system.acquire().await?;
        let snapshot: Option<(i64, sqlx::types::Json<serde_json::Value>)> = sqlx::query_as(
            "select version, state from es.snapshot where stream_id = $1 and tenant_id = $2 and state_version = $3",
        )
        .bind(id)
        .bind(tenant.0)
        .bind(SNAPSHOT_VERSION)
        .fetch_optional(&mut *connection)
        .await?;
        let start = snapshot
            .and_then(|(version, state)| Some(Loaded { state: serde_json::from_value(state.0).ok()?, version }))
            .unwrap_or(Loaded { state: A::State::default(), version: 0 });
        let events = read_stream(&mut connection, tenant, id, start.version, i64::MAX).await?;
        fold::<A>(start, &events)
    }

    /// Many streams at once, personal parts left sealed. Streams without events are absent.
    pub async fn load_many<A: Aggregate>(
        connection: &mut PgConnection,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Loaded<A::State>>, LoadError> {
        let events = read_streams(connection, ids).await?;
        let mut loaded = HashMap::with_capacity(ids.len());
        for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
            loaded.insert(stream[0].stream_id, fold::<A>(Loaded { state: A::State::default(), version: 0 }, stream)?);
        }
        Ok(loaded)
    }

    /// Loads, decides and appends; a lost race is decided anew on the new state.
    pub async fn execute<A: Aggregate>(
        &self,
        metadata: Metadata,
        id: Uuid,
        command: A::Command,
    ) -> Result<Executed<A>, ExecuteError<A::Refusal>>
    where
        A::Command: Clone,
    {
        self.execute_at::<A>(metadata, id, None, command).await
    }

    /// The same, refused unless the stream stands at `if_version`.
    pub async fn execute_at<A: Aggregate>(
        &self,
        metadata: Metadata,
        id: Uuid,
        if_version: Option<i64>,
        command: A::Command,
    ) -> Result<Executed<A>, ExecuteError<A::Refusal>>
    where
        A::Command: Clone,
    {
        for _ in 0..RACES {
            let loaded = self.load::<A>(metadata.tenant_id, id).await?;
            if let Some(expected) = if_version.filter(|expected| *expected != loaded.version) {
                return Err(ExecuteError::WrongVersion { expected, current: loaded.version });
            }
            let events = A::decide(&loaded.state, command.clone()).map_err(ExecuteError::Refused)?;
            let state = A::fold(loaded.state, &events);
            if events.is_empty() {
                let position = self.head().await.map_err(LoadError::from)?;
                return Ok(Executed { events, state, version: loaded.version, position });
            }
            let stream = StreamId::new(A::CATEGORY, id);
            let write = StreamWrite::new(stream, Expected::Exactly(loaded.version), &events);
            match self.append(Append::new(metadata.clone(), vec![write])).await? {
                Outcome::Appended { position, versions } => {
                    return Ok(Executed { events, state, version: versions[0], position });
                }
                Outcome::Conflict { .. } | Outcome::Duplicate { .. } => {}
            }
        }
        Err(ExecuteError::Contended)
    }
}

/// Raised when the meaning of any snapshot changes: older ones are then passed over.
const SNAPSHOT_VERSION: i32 = 1;

/// Keeps the state of a long stream, in the caller's transaction.
pub async fn save_snapshot<S: Serialize>(
    connection: &mut PgConnection,
    tenant: TenantId,
    id: Uuid,
    loaded: &Loaded<S>,
) -> Result<(), sqlx::Error> {
    let state = serde_json::to_value(&loaded.state).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "insert into es.snapshot as s (stream_id, tenant_id, state_version, version, state) values ($1, $2, $3, $4, $5)
         on conflict (stream_id) do update set state_version = excluded.state_version, version = excluded.version,
            state = excluded.state where s.version < excluded.version or s.state_version <> excluded.state_version",
    )
    .bind(id)
    .bind(tenant.0)
    .bind(SNAPSHOT_VERSION)
    .bind(loaded.version)
    .bind(state)
    .execute(connection)
    .await?;
    Ok(())
}

/// Folds recorded events onto a state; events that this build does not know change nothing.
pub fn fold<A: Aggregate>(start: Loaded<A::State>, events: &[Recorded]) -> Result<Loaded<A::State>, LoadError> {
    let mut loaded = start;
    for recorded in events {
        if let Some(event) = recorded.decode::<A::Event>()? {
            loaded.state = A::evolve(loaded.state, &event);
        }
        loaded.version = recorded.version;
    }
    Ok(loaded)
}
