//! Tenants are apart in the database itself. The catalogue of all tables, with the read models, is held by the suite of
//! the projector.

use crate::rig::{OTHER, Rig, TENANT, stream, write};
use waybill_domain::wallet::Wallet;
use waybill_event_store::Expected;

const TABLES: [&str; 3] = ["es.event", "es.stream", "es.snapshot"];

#[tokio::test]
async fn an_unfiltered_query_sees_one_tenant_and_without_one_nothing() {
    let rig = Rig::start().await;
    rig.append(vec![write(stream(), Expected::Any, &[1, 2])]).await;
    for (tenant, seen) in [(TENANT, 2), (OTHER, 0)] {
        let mut transaction = rig.store.tenant_transaction(tenant).await.expect("begins");
        let events: i64 =
            sqlx::query_scalar("select count(*) from es.event").fetch_one(&mut *transaction).await.expect("answers");
        assert_eq!(events, seen);
    }
    for table in TABLES {
        let statement = format!("select count(*) from {table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(&rig.store.database.app)
            .await
            .expect("no tenant is no error");
        assert_eq!(rows, 0, "{table}");
    }
}

/// What one request set must not be there for the next on the same connection.
#[tokio::test]
async fn the_tenant_ends_with_its_transaction() {
    let rig = Rig::start().await;
    rig.append(vec![write(stream(), Expected::Any, &[1])]).await;
    for _ in 0..20 {
        let transaction = rig.store.tenant_transaction(TENANT).await.expect("begins");
        transaction.commit().await.expect("ends");
        let rows: i64 = sqlx::query_scalar("select count(*) from es.event")
            .fetch_one(&rig.store.database.app)
            .await
            .expect("answers");
        assert_eq!(rows, 0);
    }
}

#[tokio::test]
async fn a_stream_of_another_tenant_is_as_if_it_were_not_there() {
    let rig = Rig::start().await;
    let stream = stream();
    rig.append(vec![write(stream, Expected::Any, &[1])]).await;
    let loaded = rig.store.load::<Wallet>(OTHER, stream.id).await.expect("loads");
    assert_eq!((loaded.version, loaded.state.available), (0, 0));
}
