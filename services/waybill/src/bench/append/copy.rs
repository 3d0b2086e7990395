//! The limit: COPY of the same rows into a table as the log's.

use super::ours::data;
use super::{Load, Run};
use crate::bench::machine::cpu_seconds;
use crate::bench::place::Place;
use sqlx::{Connection, PgConnection};
use std::fmt::Write as _;
use std::time::Instant;
use uuid::Uuid;

/// Partitions, columns, key and index as `es.event` has them, in a database without anything else.
const TABLE: &str = "create table event (
        pos bigint not null, tenant_id uuid not null, stream_id uuid not null, version bigint not null,
        category text not null, type text not null, schema_version smallint not null, event_id uuid not null,
        recorded_at timestamptz not null, correlation_id uuid not null, causation_id uuid, actor text not null,
        traceparent text, data jsonb not null, personal bytea, subject_id uuid, day date, primary key (pos)
    ) partition by range (pos);
    create index on event (stream_id, version);
    alter table event alter column data set compression lz4;
    create table event_0 partition of event for values from (0) to (10000000)";
const COLUMNS: &str = "pos, tenant_id, stream_id, version, category, type, schema_version, event_id, recorded_at, \
                       correlation_id, actor, data";

/// All rows in one COPY and one commit.
pub async fn whole(place: &mut Place, load: Load) -> anyhow::Result<Run> {
    copy(place, load, load.events).await
}

/// As many rows a commit as a full batch of appends has.
pub async fn batches(place: &mut Place, load: Load, rows: usize) -> anyhow::Result<Run> {
    copy(place, load, rows).await
}

async fn copy(place: &mut Place, load: Load, rows_a_commit: usize) -> anyhow::Result<Run> {
    let mut connection = PgConnection::connect(&place.database("copy")?).await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    let rows = rows(load);
    let (own, server) = (std::process::id(), place.postgres.pid());
    let before = (cpu_seconds(own) - cpu_seconds(server), cpu_seconds(server));
    let began = Instant::now();
    for chunk in rows.chunks(rows_a_commit) {
        let statement = format!("copy event ({COLUMNS}) from stdin");
        let mut copy = connection.copy_in_raw(&statement).await?;
        for piece in chunk.chunks(1_000) {
            copy.send(piece.concat().into_bytes()).await?;
        }
        copy.finish().await?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let after = (cpu_seconds(own) - cpu_seconds(server), cpu_seconds(server));
    connection.close().await?;
    Ok(Run {
        events: load.events,
        seconds,
        rate: load.events as f64 / seconds,
        client_cpu_s: after.0 - before.0,
        server_cpu_s: after.1 - before.1,
        p50_ms: f64::NAN,
        p99_ms: f64::NAN,
        missed: 0,
    })
}

/// In the order in which the appends would come: every stream in turn.
fn rows(load: Load) -> Vec<String> {
    let tenant = Uuid::now_v7();
    let streams: Vec<Uuid> = (0..load.streams).map(|_| Uuid::new_v4()).collect();
    let line = |nth: usize| {
        let (stream, version) = (streams[nth % load.streams], nth / load.streams + 1);
        let (event, correlation) = (Uuid::now_v7(), Uuid::now_v7());
        let mut line = String::with_capacity(800);
        // Writing to a string cannot fail.
        let _ = writeln!(
            line,
            "{}\t{tenant}\t{stream}\t{version}\tmessage\tmessage.delivered\t1\t{event}\t2026-03-01 10:00:00Z\t\
             {correlation}\tprocess:bench\t{}",
            nth + 1,
            data(nth),
        );
        line
    };
    (0..load.events).map(line).collect()
}
