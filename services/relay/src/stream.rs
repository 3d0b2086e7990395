//! Is the stream what the log says? The recovery matrix:
//!
//! | found | done |
//! | --- | --- |
//! | no stream | made, beginning at a window of the log; where nats finds messages of a stream that it gave up, deleted and made anew |
//! | other retention or storage, or subjects that belong to another stream | stop: it is not ours |
//! | other subjects, age or limits | put right |
//! | holes, garbled messages, or an event that differs from the log's at its place | deleted and made anew |
//! | fewer events than the log | the rest is published, under the same numbers |
//! | more events than the log | stop: Postgres came from a backup |

use crate::Trouble;
use crate::patrol::Patrol;
use crate::publish::EVENT_ID;
use anyhow::anyhow;
use async_nats::jetstream;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind, UpdateStreamError};
use async_nats::jetstream::stream::{Config, Info, LastRawMessageErrorKind, State, Stream};
use rand::Rng;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;
use waybill_event_store::read::head;
use waybill_runtime::Context;

/// Compared at random, besides the first and the last.
const RANDOM_SAMPLES: usize = 3;

/// Where a stream stands that holds what the log says.
pub(crate) struct Standing {
    pub last: i64,
    pub head: i64,
    pub recreated: bool,
}

pub(crate) async fn inspect(
    context: &Context,
    jetstream: &jetstream::Context,
    republished: i64,
    patrol: &mut Patrol,
) -> Result<Standing, Trouble> {
    context.bus.check_server().map_err(|error| Trouble::Final(error.into()))?;
    let name = &context.bus.stream_name;
    let Some(stream) = find(jetstream, name).await? else {
        return create(context, jetstream, republished, "stream_missing").await;
    };
    let info = stream.cached_info();
    correct_configuration(context, jetstream, &info.config).await?;
    // The head is read after the stream was: what was relayed had been committed before.
    let last = position(info.state.last_sequence);
    let head = head(&context.store.database.system).await.map_err(|error| Trouble::passing("postgres", error))?;
    metrics::gauge!("relay_stream_ahead").set((last - head).max(0) as f64);
    not_ahead(name, last, head)?;
    let difference = match difference(context, &stream, info).await? {
        None => patrol.look(context, &stream, &info.state).await?,
        found => found,
    };
    if let Some(difference) = difference {
        tracing::warn!(difference, stream = name, "the stream is not the log: making it anew");
        jetstream.delete_stream(name).await.map_err(|error| Trouble::passing("deleting", error))?;
        return create(context, jetstream, republished, "mismatch").await;
    }
    Ok(Standing { last, head, recreated: false })
}

fn not_ahead(name: &str, last: i64, head: i64) -> Result<(), Trouble> {
    if last <= head {
        return Ok(());
    }
    Err(Trouble::Final(anyhow!(
        "stream {name} has {last} events, the log only {head}: postgres seems to be restored from a backup. Nothing was \
         overwritten. Where the log is right, delete the stream; it is made anew from the log"
    )))
}

async fn find(jetstream: &jetstream::Context, name: &str) -> Result<Option<Stream>, Trouble> {
    match jetstream.get_stream(name).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(answer) if answer.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            GetStreamErrorKind::InvalidStreamName | GetStreamErrorKind::EmptyName => {
                Err(Trouble::Final(anyhow::Error::from(error).context(format!("`{name}` cannot name a stream"))))
            }
            _ => Err(Trouble::passing("unreachable", error)),
        },
    }
}

async fn create(
    context: &Context,
    jetstream: &jetstream::Context,
    republished: i64,
    cause: &'static str,
) -> Result<Standing, Trouble> {
    let head = head(&context.store.database.system).await.map_err(|error| Trouble::passing("postgres", error))?;
    let first = (head - republished + 1).max(1);
    let mut last = make(context, jetstream, first).await?;
    if last != first - 1 {
        // The description of a stream was garbled: nats does not restore it, and finds its messages under the new one.
        let name = &context.bus.stream_name;
        not_ahead(name, last, head)?;
        tracing::warn!(last, stream = name, "nats had given up the stream: making it anew");
        jetstream.delete_stream(name).await.map_err(|error| Trouble::passing("deleting", error))?;
        last = make(context, jetstream, first).await?;
    }
    if last != first - 1 {
        return Err(Trouble::Final(anyhow!("nats made a stream that begins after {last}, not after {}", first - 1)));
    }
    metrics::counter!("relay_recoveries_total", "cause" => cause).increment(1);
    tracing::info!(cause, first, head, "made the stream");
    Ok(Standing { last, head, recreated: true })
}

/// Makes the stream; answers what it holds, which is nothing before `first` unless nats found something.
async fn make(context: &Context, jetstream: &jetstream::Context, first: i64) -> Result<i64, Trouble> {
    let config = context.bus.stream_config(Some(sequence(first)));
    match jetstream.create_stream(config).await {
        Ok(stream) => Ok(position(stream.cached_info().state.last_sequence)),
        Err(error) => Err(match error.kind() {
            CreateStreamErrorKind::JetStream(answer) if answer.error_code() == ErrorCode::STREAM_SUBJECT_OVERLAP => {
                Trouble::Final(anyhow::Error::from(error).context("another stream has the subjects of the log"))
            }
            CreateStreamErrorKind::InvalidStreamName | CreateStreamErrorKind::EmptyStreamName => {
                Trouble::Final(error.into())
            }
            _ => Trouble::passing("creating", error),
        }),
    }
}

/// Puts right what can be put right in place.
async fn correct_configuration(
    context: &Context,
    jetstream: &jetstream::Context,
    found: &Config,
) -> Result<(), Trouble> {
    let wanted = context.bus.stream_config(None);
    let name = &wanted.name;
    if found.retention != wanted.retention || found.storage != wanted.storage || found.sealed || found.mirror.is_some()
    {
        return Err(Trouble::Final(anyhow!(
            "stream {name} keeps {:?} in {:?} (sealed: {}, mirror: {}), which cannot be changed to {:?} in {:?}: delete \
             it, or choose another name for ours",
            found.retention,
            found.storage,
            found.sealed,
            found.mirror.is_some(),
            wanted.retention,
            wanted.storage,
        )));
    }
    let unlimited = |limit: i64| limit <= 0;
    let right = found.subjects == wanted.subjects
        && found.max_age == wanted.max_age
        && found.discard == wanted.discard
        && found.num_replicas == wanted.num_replicas
        && found.allow_direct == wanted.allow_direct
        && !found.no_ack
        && !found.allow_rollup
        && unlimited(found.max_messages)
        && unlimited(found.max_bytes)
        && unlimited(found.max_messages_per_subject);
    if right {
        return Ok(());
    }
    let corrected = Config {
        subjects: wanted.subjects,
        max_age: wanted.max_age,
        discard: wanted.discard,
        num_replicas: wanted.num_replicas,
        allow_direct: wanted.allow_direct,
        no_ack: false,
        allow_rollup: false,
        max_messages: -1,
        max_bytes: -1,
        max_messages_per_subject: -1,
        ..found.clone()
    };
    let updated: Result<Info, UpdateStreamError> = jetstream.update_stream(corrected).await;
    match updated {
        Ok(_) => {
            metrics::counter!("relay_recoveries_total", "cause" => "configuration").increment(1);
            tracing::warn!(stream = name, "the stream was configured otherwise: put right");
            Ok(())
        }
        Err(error) => Err(Trouble::Passing {
            cause: "configuration",
            error: anyhow::Error::from(error).context(format!("putting the configuration of stream {name} right")),
        }),
    }
}

/// What the stream holds otherwise than the log, if anything.
async fn difference(context: &Context, stream: &Stream, info: &Info) -> Result<Option<String>, Trouble> {
    let State { messages, first_sequence, last_sequence, deleted_count, .. } = &info.state;
    if *messages == 0 {
        return Ok(None);
    }
    if let Some(holes) = deleted_count.filter(|holes| *holes > 0) {
        return Ok(Some(format!("{holes} holes")));
    }
    let mut samples = BTreeSet::from([*first_sequence, *last_sequence]);
    for _ in 0..RANDOM_SAMPLES {
        samples.insert(rand::rng().random_range(*first_sequence..=*last_sequence));
    }
    let positions: Vec<i64> = samples.iter().map(|sequence| position(*sequence)).collect();
    let rows: Vec<(i64, Uuid)> = sqlx::query_as("select pos, event_id from es.event where pos = any($1)")
        .bind(&positions)
        .fetch_all(&context.store.database.system)
        .await
        .map_err(|error| Trouble::passing("postgres", error))?;
    let logged: HashMap<i64, Uuid> = rows.into_iter().collect();
    for sequence in samples {
        let held = match stream.get_raw_message(sequence).await {
            Ok(message) => message.headers.get(EVENT_ID).map(|id| id.as_str().to_owned()),
            // It may have aged out since the stream was asked; holes were counted.
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound && sequence < *last_sequence => {
                continue;
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => None,
            Err(error) => return Err(Trouble::passing("unreachable", error)),
        };
        let wanted = logged.get(&position(sequence)).map(Uuid::to_string);
        if held != wanted {
            let (held, wanted) = (held.unwrap_or("nothing".into()), wanted.unwrap_or("nothing".into()));
            return Ok(Some(format!("at {sequence} it has {held}, the log {wanted}")));
        }
    }
    Ok(None)
}

/// Positions are far below what either type holds.
pub(crate) fn position(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn sequence(position: i64) -> u64 {
    u64::try_from(position).unwrap_or(0)
}
