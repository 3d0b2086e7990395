//! Reads the whole stream, a stretch at each inspection, after every reconnect and now and then: disks flip bits, and
//! the server neither reports every message that it can no longer read nor notices every one that has changed.

use crate::Trouble;
use crate::publish::EVENT_ID;
use crate::stream::position;
use anyhow::anyhow;
use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, State, Stream};
use futures::StreamExt;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_runtime::Context;
use waybill_runtime::bus::wire;

/// Messages that are read at one inspection.
const STRETCH: u64 = 5_000;
/// Between the end of a round and the next, when nothing has happened.
const REST: Duration = Duration::from_secs(3_600);
/// How long the server may take for the next message.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(crate) struct Patrol {
    /// The first sequence that was not read in this round.
    next: u64,
    ended: Option<Instant>,
}

impl Patrol {
    pub fn begin_again(&mut self) {
        *self = Self::default();
    }

    /// Reads on. Answers what is otherwise than the log says, if anything.
    pub async fn look(&mut self, context: &Context, stream: &Stream, state: &State) -> Result<Option<String>, Trouble> {
        if self.ended.is_some_and(|ended| ended.elapsed() < REST) {
            return Ok(None);
        }
        if self.ended.is_some() {
            self.begin_again();
        }
        let first = self.next.max(state.first_sequence);
        let last = state.last_sequence.min(first + STRETCH - 1);
        if state.messages > 0 && first <= last {
            let difference = read(context, stream, first, last).await?;
            if difference.is_some() {
                self.begin_again();
                return Ok(difference);
            }
        }
        self.next = last + 1;
        if last >= state.last_sequence {
            self.ended = Some(Instant::now());
        }
        Ok(None)
    }
}

async fn read(context: &Context, stream: &Stream, first: u64, last: u64) -> Result<Option<String>, Trouble> {
    let rows: Vec<(i64, Uuid)> = sqlx::query_as("select pos, event_id from es.event where pos between $1 and $2")
        .bind(position(first))
        .bind(position(last))
        .fetch_all(&context.store.database.system)
        .await
        .map_err(|error| Trouble::passing("postgres", error))?;
    let logged: HashMap<i64, Uuid> = rows.into_iter().collect();
    let unreachable = |error: anyhow::Error| Trouble::passing("unreachable", error);
    let config = OrderedConfig {
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: first },
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await.map_err(|error| unreachable(error.into()))?;
    let mut messages = consumer.messages().await.map_err(|error| unreachable(error.into()))?;
    let mut wanted = first;
    while wanted <= last {
        let message = match tokio::time::timeout(PATIENCE, messages.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return Err(unreachable(error.into())),
            Ok(None) => return Err(unreachable(anyhow!("the consumer ended"))),
            Err(_) => return silent_at(stream, wanted).await,
        };
        let sequence = message.info().map_err(|error| unreachable(anyhow!(error)))?.stream_sequence;
        // What lies before may have aged out meanwhile, but only from the front.
        if sequence != wanted && wanted != first {
            return Ok(Some(format!("it skips from {} to {sequence}", wanted - 1)));
        }
        if sequence > last {
            break;
        }
        if !wire::is_intact(&message) {
            return Ok(Some(format!("{sequence} is garbled")));
        }
        let held = message.headers.as_ref().and_then(|headers| headers.get(EVENT_ID)).map(|id| id.to_string());
        if held != logged.get(&position(sequence)).map(Uuid::to_string) {
            return Ok(Some(format!("{sequence} is another event than the log's")));
        }
        wanted = sequence + 1;
    }
    Ok(None)
}

/// A slow server, or a message that it cannot read?
async fn silent_at(stream: &Stream, sequence: u64) -> Result<Option<String>, Trouble> {
    match stream.get_raw_message(sequence).await {
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => {
            Ok(Some(format!("{sequence} cannot be read")))
        }
        Err(error) => Err(Trouble::passing("unreachable", error)),
        Ok(_) => Err(Trouble::passing("slow", anyhow!("message {sequence} was not delivered in {PATIENCE:?}"))),
    }
}
