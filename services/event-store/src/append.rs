//! What is appended, and what comes of it.
//!
//! An [`Append`] is one command: writes to one or more streams that happen together or not at all. Appends of different
//! commands share a statement (see `writer`) and never fail each other.

use crate::EventStore;
use crate::keys::{KeyError, SealRequest};
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Sealed;
use waybill_domain::event::{Encoded, EventSet};
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Category, StreamId};

/// The lane of this shard. One today; scale-out gives tenants to lanes.
pub(crate) const LANE: i32 = 1;

/// The stream of a command that writes none: nothing is ever written to it.
const NOWHERE: StreamId = StreamId::new(Category::Tenant, Uuid::nil());

/// What all events of one append have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    pub tenant_id: TenantId,
    pub actor: Actor,
    pub at: DateTime<Utc>,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// The event that led to this, for processes.
    pub causation_id: Option<Uuid>,
    pub traceparent: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever the version is; for streams on which nothing is decided.
    Any,
    /// Exactly this version; 0 is a stream without events.
    Exactly(i64),
}

#[derive(Debug, Clone, PartialEq)]
pub struct StreamWrite {
    pub stream: StreamId,
    pub expected: Expected,
    pub events: Vec<Encoded>,
}

impl StreamWrite {
    pub fn new<E: EventSet>(stream: impl Into<StreamId>, expected: Expected, events: &[E]) -> Self {
        Self { stream: stream.into(), expected, events: events.iter().map(E::encode).collect() }
    }
}

/// Makes a repeat of a command answer as the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandKey {
    pub id: Uuid,
    /// Hash of what was asked: the same key with another body is an error of the caller.
    pub fingerprint: Vec<u8>,
    pub answer: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    pub metadata: Metadata,
    pub command: Option<CommandKey>,
    pub writes: Vec<StreamWrite>,
}

impl Append {
    pub fn new(metadata: Metadata, writes: Vec<StreamWrite>) -> Self {
        Self { metadata, command: None, writes }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Appended {
        /// Of the last event; the head as it was when nothing was written.
        position: i64,
        /// Of each written stream, in order.
        versions: Vec<i64>,
    },
    /// The first stream that had moved on, and its version now.
    Conflict { stream: StreamId, current: i64 },
    /// The command was carried out before.
    Duplicate { position: i64, fingerprint: Vec<u8>, answer: Option<String> },
}

#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("appending: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the writer of the log has stopped")]
    Stopped,
    #[error("the append failed together with its batch: {0}")]
    Batch(String),
}

/// An append whose personal parts are encrypted, as it goes into the statement.
#[derive(Debug, Clone)]
pub struct Ready {
    pub append: Append,
    /// One an event, over all writes in order.
    pub envelopes: Vec<Envelope>,
}

#[derive(Debug, Clone)]
pub struct Envelope {
    pub event_id: Uuid,
    pub sealed: Option<Sealed>,
}

impl Ready {
    /// Rough size in the statement, for the cap of a batch.
    pub fn bytes(&self) -> usize {
        let events = self.append.writes.iter().flat_map(|write| &write.events);
        let data: usize = events.map(|event| event.data.len() + 200).sum();
        data + self.envelopes.iter().filter_map(|it| it.sealed.as_ref()).map(|it| it.bytes.len()).sum::<usize>()
    }
}

impl EventStore {
    /// Appends through the group commit of this process.
    pub async fn append(&self, append: Append) -> Result<Outcome, AppendError> {
        let ready = self.make_ready(vec![append]).await?.pop().expect("one in, one out");
        self.writer.append(ready).await
    }

    /// Encrypts the personal parts of many appends, with one look-up of secrets for all.
    pub async fn make_ready(&self, appends: Vec<Append>) -> Result<Vec<Ready>, AppendError> {
        let mut ready = Vec::with_capacity(appends.len());
        for append in appends {
            let events = append.writes.iter().map(|write| write.events.len()).sum();
            let envelopes = (0..events).map(|_| Envelope { event_id: Uuid::now_v7(), sealed: None }).collect();
            ready.push(Ready { append, envelopes });
        }
        let mut requests = Vec::new();
        let mut slots = Vec::new();
        for (at, Ready { append, envelopes }) in ready.iter().enumerate() {
            let events = append.writes.iter().flat_map(|write| write.events.iter().map(move |event| (write, event)));
            for (nth, ((write, event), envelope)) in events.zip(envelopes).enumerate() {
                let Some(unsealed) = &event.personal else { continue };
                slots.push((at, nth));
                requests.push(SealRequest {
                    tenant_id: append.metadata.tenant_id,
                    subject_id: unsealed.subject,
                    day: append.metadata.at.date_naive(),
                    keeping: write.stream.category.keeping(),
                    renews: unsealed.renews,
                    event_id: envelope.event_id,
                    plain: &unsealed.bytes,
                });
            }
        }
        if requests.is_empty() {
            return Ok(ready);
        }
        let sealed = self.keys.seal(&requests).await?;
        for ((at, nth), sealed) in slots.into_iter().zip(sealed) {
            ready[at].envelopes[nth].sealed = sealed;
        }
        Ok(ready)
    }

    /// Appends in a transaction of the caller's, for effects that must happen with it. Takes the lane's lock, which is held
    /// until the commit: other writes go before it, in the same order everywhere. Announce the position after the commit.
    ///
    /// Of those who append like this only one at a time waits for the lane, the others for their turn to wait: whoever
    /// appends by [`Self::append`] or [`Self::append_promptly_in`] finds one of them before it at most.
    pub async fn append_in(&self, connection: &mut PgConnection, ready: &[Ready]) -> Result<Vec<Outcome>, AppendError> {
        Ok(append_by(IN_TURN, connection, &ready.iter().collect::<Vec<_>>()).await?)
    }

    /// The same where somebody waits for it. Not in one transaction with [`Self::append_in`]: whoever holds the lane and then
    /// waits for a turn would wait for somebody who waits for the lane.
    pub async fn append_promptly_in(
        &self,
        connection: &mut PgConnection,
        ready: &[Ready],
    ) -> Result<Vec<Outcome>, AppendError> {
        Ok(append_ready(connection, &ready.iter().collect::<Vec<_>>()).await?)
    }
}

const PROMPTLY: &str = "select write_index, outcome, position, version, fingerprint, answer
     from es.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $23, $24)";
/// The lock of the turn comes first because the lane depends on it.
const IN_TURN: &str = "select a.write_index, a.outcome, a.position, a.version, a.fingerprint, a.answer
     from (select case when pg_advisory_xact_lock(7003, $1) is null then $1 else $1 end as lane) as turn,
        lateral es.append(turn.lane, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24) as a";

/// Each stream may occur once in a call.
pub(crate) async fn append_ready(connection: &mut PgConnection, batch: &[&Ready]) -> Result<Vec<Outcome>, sqlx::Error> {
    append_by(PROMPTLY, connection, batch).await
}

async fn append_by(
    statement: &'static str,
    connection: &mut PgConnection,
    batch: &[&Ready],
) -> Result<Vec<Outcome>, sqlx::Error> {
    outcomes(Columns::of(batch).bind(statement, LANE).fetch_all(connection).await?, batch)
}

/// What became of each append of a batch, from the answer of `es.append`.
pub(crate) fn outcomes(rows: Vec<PgRow>, batch: &[&Ready]) -> Result<Vec<Outcome>, sqlx::Error> {
    let mut rows = rows.into_iter();
    let mut outcomes = Vec::with_capacity(batch.len());
    for ready in batch {
        let writes = &ready.append.writes;
        let mut outcome = Outcome::Appended { position: 0, versions: Vec::with_capacity(writes.len()) };
        // A command without writes has one row as well: that it was carried out before must be told.
        for nth in 0..writes.len().max(1) {
            let write = writes.get(nth);
            let row = rows.next().ok_or_else(|| sqlx::Error::Protocol("es.append answered too few rows".into()))?;
            let version: i64 = row.try_get("version")?;
            let position: i64 = row.try_get("position")?;
            match (row.try_get::<i16, _>("outcome")?, &mut outcome) {
                (0, Outcome::Appended { position: at, versions }) => {
                    *at = position.max(*at);
                    versions.extend(write.map(|_| version));
                }
                (1, Outcome::Appended { .. }) => {
                    let write =
                        write.ok_or_else(|| sqlx::Error::Protocol("es.append: a conflict on nothing".into()))?;
                    outcome = Outcome::Conflict { stream: write.stream, current: version };
                }
                (2, _) => {
                    let fingerprint = row.try_get::<Option<Vec<u8>>, _>("fingerprint")?.unwrap_or_default();
                    outcome = Outcome::Duplicate { position, fingerprint, answer: row.try_get("answer")? };
                }
                // 3, or the neighbours of a conflict: the conflict itself is told.
                _ => {}
            }
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// A batch as `es.append` takes it.
#[derive(Default)]
pub(crate) struct Columns<'a> {
    c_id: Vec<Option<Uuid>>,
    c_tenant: Vec<Uuid>,
    c_fingerprint: Vec<&'a [u8]>,
    c_answer: Vec<Option<&'a str>>,
    w_command: Vec<i32>,
    w_stream: Vec<Uuid>,
    w_category: Vec<&'static str>,
    w_expected: Vec<i64>,
    w_count: Vec<i32>,
    e_write: Vec<i32>,
    e_nth: Vec<i32>,
    e_type: Vec<&'static str>,
    e_schema_version: Vec<i16>,
    e_id: Vec<Uuid>,
    e_at: Vec<DateTime<Utc>>,
    e_correlation: Vec<Uuid>,
    e_causation: Vec<Option<Uuid>>,
    e_actor: Vec<&'a str>,
    e_traceparent: Vec<Option<&'a str>>,
    e_data: Vec<&'a str>,
    e_personal: Vec<Option<&'a [u8]>>,
    e_subject: Vec<Option<Uuid>>,
    e_day: Vec<Option<chrono::NaiveDate>>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(batch: &[&'a Ready]) -> Self {
        let mut columns = Columns::default();
        for ready in batch {
            let Ready { append, envelopes } = ready;
            columns.c_id.push(append.command.as_ref().map(|it| it.id));
            columns.c_tenant.push(append.metadata.tenant_id.0);
            columns.c_fingerprint.push(append.command.as_ref().map_or(&[], |it| &it.fingerprint));
            columns.c_answer.push(append.command.as_ref().and_then(|it| it.answer.as_deref()));
            let mut envelopes = envelopes.iter();
            if append.writes.is_empty() {
                columns.write(&StreamWrite { stream: NOWHERE, expected: Expected::Any, events: Vec::new() });
            }
            for write in &append.writes {
                columns.write(write);
                for (nth, event) in write.events.iter().enumerate() {
                    let envelope = envelopes.next().expect("an envelope an event");
                    columns.event(&append.metadata, nth, event, envelope);
                }
            }
        }
        columns
    }

    /// As the parameters $1 to $24.
    pub(crate) fn bind<'q>(&'q self, statement: &'static str, lane: i32) -> Query<'q, Postgres, PgArguments> {
        sqlx::query(statement)
            .bind(lane)
            .bind(&self.c_id)
            .bind(&self.c_tenant)
            .bind(&self.c_fingerprint)
            .bind(&self.c_answer)
            .bind(&self.w_command)
            .bind(&self.w_stream)
            .bind(&self.w_category)
            .bind(&self.w_expected)
            .bind(&self.w_count)
            .bind(&self.e_write)
            .bind(&self.e_nth)
            .bind(&self.e_type)
            .bind(&self.e_schema_version)
            .bind(&self.e_id)
            .bind(&self.e_at)
            .bind(&self.e_correlation)
            .bind(&self.e_causation)
            .bind(&self.e_actor)
            .bind(&self.e_traceparent)
            .bind(&self.e_data)
            .bind(&self.e_personal)
            .bind(&self.e_subject)
            .bind(&self.e_day)
    }

    fn write(&mut self, write: &StreamWrite) {
        self.w_command.push(self.c_id.len() as i32);
        self.w_stream.push(write.stream.id);
        self.w_category.push(write.stream.category.as_str());
        self.w_expected.push(match write.expected {
            Expected::Any => -1,
            Expected::Exactly(version) => version,
        });
        self.w_count.push(write.events.len() as i32);
    }

    fn event(&mut self, metadata: &'a Metadata, nth: usize, event: &'a Encoded, envelope: &'a Envelope) {
        self.e_write.push(self.w_stream.len() as i32);
        self.e_nth.push(nth as i32 + 1);
        self.e_type.push(event.kind);
        self.e_schema_version.push(event.schema_version);
        self.e_id.push(envelope.event_id);
        self.e_at.push(metadata.at);
        self.e_correlation.push(metadata.correlation_id);
        self.e_causation.push(metadata.causation_id);
        self.e_actor.push(metadata.actor.as_str());
        self.e_traceparent.push(metadata.traceparent.as_deref());
        self.e_data.push(&event.data);
        self.e_personal.push(envelope.sealed.as_ref().map(|it| it.bytes.as_slice()));
        self.e_subject.push(envelope.sealed.as_ref().map(|it| it.subject_id));
        self.e_day.push(envelope.sealed.as_ref().map(|it| it.day));
    }
}
