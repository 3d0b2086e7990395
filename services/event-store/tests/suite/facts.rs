//! Events are facts: nobody changes, removes or invents one.

use crate::rig::{Rig, stream, write};
use sqlx::{AssertSqlSafe, PgPool};
use waybill_event_store::Expected;

const INSERT: &str = "insert into es.event select pos + 1000, tenant_id, stream_id, version + 1, category, type,
    schema_version, gen_random_uuid(), recorded_at, correlation_id, causation_id, actor, traceparent, data, personal,
    subject_id, day from es.event limit 1";

async fn refused(pool: &PgPool, statement: &'static str) {
    let error = sqlx::query(statement).execute(pool).await.expect_err(statement);
    let code = error.as_database_error().and_then(|error| error.code()).expect("a code").into_owned();
    assert_eq!(code, "42501", "{statement}: {error}");
}

#[tokio::test]
async fn the_application_may_only_append() {
    let rig = Rig::start().await;
    rig.append(vec![write(stream(), Expected::Any, &[1, 2])]).await;
    for pool in [&rig.store.database.app, &rig.store.database.system] {
        for statement in [
            "update es.event set data = '{}'",
            "delete from es.event",
            "truncate es.event",
            INSERT,
            "update es.event_0 set data = '{}'",
            "delete from es.event_0",
            "insert into es.event_0 select * from es.event_0",
            "update es.stream set version = 0",
            "delete from es.stream",
            "delete from es.checkpoint",
            "drop table es.event",
            "alter table es.event disable trigger all",
            "alter table es.event no force row level security",
            "create table es.mine ()",
            "delete from es.subject_secret",
        ] {
            refused(pool, statement).await;
        }
    }
    refused(&rig.store.database.app, "select * from es.subject_secret").await;
    refused(&rig.store.database.app, "select * from vault.account").await;
    refused(&rig.store.database.app, "insert into es.checkpoint values ('mine', 1, 1)").await;
    assert_eq!(rig.store.head().await.expect("a head"), 2);
}

#[tokio::test]
async fn even_a_superuser_is_refused() {
    let rig = Rig::start().await;
    rig.append(vec![write(stream(), Expected::Any, &[1, 2])]).await;
    let mut superuser = rig.superuser().await;
    for statement in [
        "update es.event set data = '{}'",
        "delete from es.event where pos = 1",
        "truncate es.event",
        "update es.event_0 set data = '{}'",
        "delete from es.event_0",
        "truncate es.event_0",
    ] {
        let error = sqlx::query(AssertSqlSafe(statement)).execute(&mut superuser).await.expect_err(statement);
        assert!(error.to_string().contains("events are facts"), "{statement}: {error}");
    }
    assert_eq!(rig.store.read(0, 10).await.expect("reads").len(), 2);
}

#[tokio::test]
async fn a_snapshot_older_than_the_lock_is_refused() {
    let rig = Rig::start().await;
    let mut transaction =
        rig.store.database.system.begin_with("begin isolation level repeatable read").await.expect("begins");
    let append = waybill_event_store::Append::new(
        crate::rig::metadata(crate::rig::TENANT),
        vec![write(stream(), Expected::Any, &[1])],
    );
    let ready = rig.store.make_ready(vec![append]).await.expect("ready");
    let error = rig.store.append_in(&mut transaction, &ready).await.expect_err("refused");
    assert!(error.to_string().contains("read committed"), "{error}");
}
