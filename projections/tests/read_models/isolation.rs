//! No tenant sees a row of another, whatever a query forgets.

use crate::fixture::{Database, tables};
use crate::log::{OTHER, TENANT};
use crate::story;

#[tokio::test]
async fn every_table_forces_row_level_security_and_leads_its_keys_with_the_tenant() {
    let mut database = Database::new().await;
    for table in tables() {
        let forced = format!(
            "select count(*) from pg_class c where oid = 'read.{table}'::regclass and relrowsecurity \
             and relforcerowsecurity and 2 = (select count(*) from pg_policy p where p.polrelid = c.oid)"
        );
        assert_eq!(database.number(&forced).await, 1, "{table}");
        let keys = format!(
            "select count(*) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] \
             where i.indrelid = 'read.{table}'::regclass and a.attname <> 'tenant_id'"
        );
        assert_eq!(database.number(&keys).await, 0, "an index of {table} does not begin with the tenant");
    }
    let all = "select count(*) from pg_class where relnamespace = 'read'::regnamespace and relkind = 'r'";
    assert_eq!(database.number(all).await, tables().len() as i64, "a table that no projection owns");
}

#[tokio::test]
async fn an_unfiltered_query_sees_only_the_tenant_of_the_request() {
    let mut database = Database::new().await;
    let log = story::log(3, &[TENANT, OTHER], 500);
    database.apply(&log.events, 1_000).await;
    for table in tables() {
        database.run("set role waybill_system".into()).await;
        let own = database.number(&format!("select count(*) from read.{table} where tenant_id = '{TENANT}'")).await;
        database.as_application(Some(TENANT)).await;
        assert_eq!(database.number(&format!("select count(*) from read.{table}")).await, own, "{table}");
        let foreign = format!("select count(*) from read.{table} where tenant_id = '{OTHER}'");
        assert_eq!(database.number(&foreign).await, 0, "{table}");
        database.as_application(None).await;
        assert_eq!(database.number(&format!("select count(*) from read.{table}")).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_request_cannot_write() {
    let mut database = Database::new().await;
    database.as_application(Some(TENANT)).await;
    for table in tables() {
        let delete = sqlx::AssertSqlSafe(format!("delete from read.{table}"));
        let refused = sqlx::raw_sql(delete).execute(&mut database.connection).await.unwrap_err();
        let code = refused.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
        assert_eq!(code.as_deref(), Some("42501"), "{table}");
    }
}
