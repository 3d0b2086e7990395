//! Waybill's own appends, by as many handlers as are in flight.

use super::{Load, Run};
use crate::bench::machine::cpu_seconds;
use crate::bench::place::Place;
use crate::bench::report::median;
use anyhow::{Context as _, bail};
use chrono::Utc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::event::Encoded;
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Category, StreamId};
use waybill_event_store::{Append, EventStore, Expected, Metadata, Outcome, StreamWrite};

const POLL: Duration = Duration::from_millis(5);
const PAGE: i64 = 2_000;

pub async fn append(place: &mut Place, load: Load, in_flight: usize) -> anyhow::Result<Run> {
    let (_, store) = place.log("log", 8).await?;
    let tenant = TenantId(Uuid::now_v7());
    store.keys.create_tenant(tenant).await?;
    let done = CancellationToken::new();
    let reader = tokio::spawn(follow(store.clone(), done.clone()));

    let (own, server) = (std::process::id(), place.postgres.pid());
    // What other children of this process used is not ours.
    let before = (cpu_seconds(own) - cpu_seconds(server), cpu_seconds(server));
    let began = Instant::now();
    let mut handlers = JoinSet::new();
    for nth in 0..in_flight {
        let events = load.events / in_flight + usize::from(nth < load.events % in_flight);
        let streams = (load.streams / in_flight).max(1);
        handlers.spawn(handle(store.clone(), tenant, events, streams));
    }
    let mut times = Vec::with_capacity(load.events);
    while let Some(ended) = handlers.join_next().await {
        times.extend(ended.context("a handler panicked")??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let after = (cpu_seconds(own) - cpu_seconds(server), cpu_seconds(server));
    done.cancel();
    let seen = reader.await.context("the reader panicked")??;
    times.sort_by(f64::total_cmp);
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    Ok(Run {
        events: load.events,
        seconds,
        rate: load.events as f64 / seconds,
        client_cpu_s: after.0 - before.0,
        server_cpu_s: after.1 - before.1,
        p50_ms: median(times),
        p99_ms: p99,
        missed: load.events as i64 - seen,
    })
}

/// Appends to its own streams in turn, each time at the version it knows; answers the time of each.
async fn handle(store: EventStore, tenant: TenantId, events: usize, streams: usize) -> anyhow::Result<Vec<f64>> {
    let mut versions: Vec<(StreamId, i64)> =
        (0..streams).map(|_| (StreamId::new(Category::Message, Uuid::new_v4()), 0)).collect();
    let mut times = Vec::with_capacity(events);
    for nth in 0..events {
        let (stream, version) = &mut versions[nth % streams];
        let metadata = Metadata {
            tenant_id: tenant,
            actor: Actor::process("bench"),
            at: Utc::now(),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        };
        let write = StreamWrite { stream: *stream, expected: Expected::Exactly(*version), events: vec![event(nth)] };
        let began = Instant::now();
        match store.append(Append::new(metadata, vec![write])).await? {
            Outcome::Appended { .. } => *version += 1,
            other => bail!("an append at an exact version ended with {other:?}"),
        }
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

/// About 400 bytes, as the peers get them.
pub fn event(nth: usize) -> Encoded {
    Encoded { kind: "message.delivered", schema_version: 1, data: data(nth), personal: None }
}

pub fn data(nth: usize) -> String {
    const PAD: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let from = nth % 26;
    format!(
        r#"{{"at": "2026-03-01T10:00:00.{:06}Z", "campaign_id": "01952f5a-0000-7000-8000-{nth:012x}", "contact_id": "01952f5a-1111-7000-8000-{nth:012x}", "provider": "sandbox", "from": "sent", "attempt": 1, "note": "{}{}{}{}"}}"#,
        nth % 1_000_000,
        &PAD[from..],
        PAD,
        PAD,
        &PAD[..from],
    )
}

/// Reads on from where it is, again and again, as any reader of the log; a gap is an error of `read` itself.
async fn follow(store: EventStore, done: CancellationToken) -> anyhow::Result<i64> {
    let mut position = 0;
    loop {
        let last_look = done.is_cancelled();
        let events = store.read(position, PAGE).await?;
        position += events.len() as i64;
        if events.is_empty() {
            if last_look {
                return Ok(position);
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::data;

    #[test]
    fn an_event_is_of_the_promised_size() {
        for nth in [0, 25, 99_999] {
            let data = data(nth);
            assert!((380..=420).contains(&data.len()), "{}", data.len());
            serde_json::from_str::<serde_json::Value>(&data).expect("json");
        }
    }
}
