//! Row-level security over every table there is: a new one cannot be forgotten.

use crate::rig::{Rig, TENANT};
use crate::scenario::happen;
use crate::tables::until_caught_up;
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_projections::registry;

const SCHEMAS: &str = "('es', 'vault', 'read', 'process')";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_table_shows_a_tenant_the_rows_of_another() {
    let rig = Rig::start().await;
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    happen(&rig.context, 20).await;
    until_caught_up(&rig, &registry::all()).await;
    let pool = &rig.context.store.database.system;

    let unprotected: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in {SCHEMAS} and c.relkind in ('r', 'p')
             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
             and not (c.relrowsecurity and c.relforcerowsecurity)"
    )))
    .fetch_all(pool)
    .await
    .expect("answers");
    assert_eq!(unprotected, Vec::<String>::new(), "tables with a tenant and without forced row-level security");

    let mighty: Vec<String> = sqlx::query_scalar(
        "select rolname from pg_roles where rolname like 'waybill\\_%' and (rolsuper or rolbypassrls or rolcreaterole)",
    )
    .fetch_all(pool)
    .await
    .expect("answers");
    assert_eq!(mighty, Vec::<String>::new());
    let owned: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'waybill_app'",
    )
    .fetch_all(pool)
    .await
    .expect("answers");
    assert_eq!(owned, Vec::<String>::new(), "an owner could take the protection away");

    // Whatever the application may read at all, unfiltered.
    let readable: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in {SCHEMAS} and c.relkind in ('r', 'p')
             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
             and has_schema_privilege('waybill_app', n.oid, 'usage') and has_table_privilege('waybill_app', c.oid, 'select')"
    )))
    .fetch_all(pool)
    .await
    .expect("answers");
    assert!(readable.len() > 20, "{readable:?}");
    let mut with_rows = 0;
    for table in &readable {
        let count = || AssertSqlSafe(format!("select count(*) from {table}"));
        let app = &rig.context.store.database.app;
        let without: i64 = sqlx::query_scalar(count()).fetch_one(app).await.expect("no tenant is no error");
        assert_eq!(without, 0, "{table} without a tenant");
        for (tenant, is_owner) in [(TENANT, true), (TenantId(Uuid::from_u128(99)), false)] {
            let mut transaction = rig.context.store.tenant_transaction(tenant).await.expect("begins");
            let rows: i64 = sqlx::query_scalar(count()).fetch_one(&mut *transaction).await.expect("answers");
            assert!(is_owner || rows == 0, "{table} shows {rows} rows of another tenant");
            with_rows += usize::from(rows > 0);
        }
    }
    assert!(with_rows > 10, "the test needs rows to hide");
}
