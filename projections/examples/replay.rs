//! How fast the read models take in a log: events a second, on a private Postgres tuned as the product's.
//!
//! `cargo run --release -p waybill-projections --example replay -- [contacts|campaign|live|inbox|wallet]… [--events n]`

#![allow(clippy::unwrap_used)]

#[path = "replay/logs.rs"]
mod logs;
#[path = "replay/questions.rs"]
mod questions;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::Arc;
use std::time::Instant;
use waybill_domain::envelope::Recorded;
use waybill_launcher::{PrivatePostgres, Tuning};
use waybill_projections::{Projection, analytics, campaigns, contacts, inbox, messages, numbers, registry, wallet};

const ROLES: &str = "create role waybill_app; create role waybill_system; \
    create schema read authorization waybill_system; grant usage on schema read to waybill_app;";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut scenes: Vec<String> = std::env::args().skip(1).collect();
    let mut count = 1_000_000;
    if let Some(at) = scenes.iter().position(|it| it == "--events") {
        count = scenes[at + 1].parse().unwrap();
        scenes.drain(at..at + 2);
    }
    let all = scenes.is_empty();
    let asked = |name: &str| all || scenes.iter().any(|it| it == name);

    let home = std::env::temp_dir().join(format!("waybill-replay-{}", std::process::id()));
    let started = home.clone();
    let postgres =
        tokio::task::spawn_blocking(move || PrivatePostgres::start_with(&started, Tuning::Product)).await.unwrap();
    let postgres = postgres.unwrap();
    let mut connection = PgConnection::connect(&postgres.url("waybill")).await.unwrap();
    sqlx::raw_sql(ROLES).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("set role waybill_system; set search_path = read").execute(&mut connection).await.unwrap();
    for projection in registry::all() {
        sqlx::raw_sql(projection.ddl()).execute(&mut connection).await.unwrap();
    }

    if asked("contacts") {
        let log = logs::import(count);
        replay(&mut connection, &contacts::Contacts, &log, 5_000).await;
        questions::contacts(&mut connection).await;
    }
    if asked("live") {
        let log = logs::campaign(count / 6, 1);
        replay(&mut connection, &campaigns::Campaigns, &log, 750).await;
        replay(&mut connection, &messages::Messages, &log, 750).await;
        replay(&mut connection, &numbers::Numbers, &log, 750).await;
        replay(&mut connection, &analytics::Analytics, &log, 750).await;
    }
    if asked("campaign") {
        let log = logs::campaign(count / 6, 2);
        replay(&mut connection, &campaigns::Campaigns, &log, 10_000).await;
        replay(&mut connection, &messages::Messages, &log, 10_000).await;
        replay(&mut connection, &numbers::Numbers, &log, 10_000).await;
        replay(&mut connection, &analytics::Analytics, &log, 10_000).await;
        questions::campaign(&mut connection).await;
    }
    if asked("inbox") {
        let log = logs::talk(count);
        replay(&mut connection, &inbox::Inbox, &log, 10_000).await;
        questions::inbox(&mut connection).await;
    }
    if asked("wallet") {
        let log = logs::spending(count);
        replay(&mut connection, &wallet::Wallet, &log, 10_000).await;
    }
    drop(connection);
    postgres.stop();
    std::fs::remove_dir_all(&home).unwrap();
}

async fn replay(connection: &mut PgConnection, to: &dyn Projection, log: &[Arc<Recorded>], size: usize) {
    let wanted: Vec<_> = log.iter().filter(|event| to.wants(&event.kind)).cloned().collect();
    let begun = Instant::now();
    for batch in wanted.chunks(size) {
        let mut transaction = connection.begin().await.unwrap();
        to.apply(&mut transaction, batch).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let rate = log.len() as f64 / seconds;
    let mut bytes = 0i64;
    for table in to.tables() {
        let sql = AssertSqlSafe(format!("select pg_total_relation_size('read.{table}')"));
        bytes += sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *connection).await.unwrap();
    }
    println!(
        "{:<10} {:>9} events in {seconds:6.2} s = {rate:>9.0}/s, {:>8} wanted = {:>9.0}/s, batches of {size}, {} MB",
        to.name(),
        log.len(),
        wanted.len(),
        wanted.len() as f64 / seconds,
        bytes >> 20,
    );
}
