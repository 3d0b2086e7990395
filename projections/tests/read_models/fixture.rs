//! A database of one test, with the roles and the schema that the event store's migration makes.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_launcher::{TestDatabase, shared_test_servers};
use waybill_projections::{Applied, Projection, registry};

pub struct Database {
    pub connection: PgConnection,
    _database: TestDatabase,
}

/// Roles are shared by all databases of the cluster, and tests begin at the same time.
const ROLES: &str = "
do $$
declare role text;
begin
    foreach role in array array['waybill_app', 'waybill_system'] loop
        begin
            execute format('create role %I nologin nobypassrls', role);
        exception when duplicate_object or unique_violation then null;
        end;
    end loop;
end $$;
create schema read authorization waybill_system;
grant usage on schema read to waybill_app;
";

impl Database {
    /// With the tables of every read model in schema `read`, as role `waybill_system`.
    pub async fn new() -> Self {
        let database = tokio::task::spawn_blocking(|| shared_test_servers().fresh_database()).await.unwrap();
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql(ROLES).execute(&mut connection).await.unwrap();
        let mut it = Self { connection, _database: database };
        it.create("read").await;
        it
    }

    async fn create(&mut self, schema: &str) {
        self.run(format!("set role waybill_system; set search_path = {schema}")).await;
        for projection in registry::all() {
            sqlx::raw_sql(projection.ddl()).execute(&mut self.connection).await.unwrap();
        }
    }

    /// The tables once more, for a rebuild beside the live ones.
    pub async fn create_beside(&mut self, schema: &str) {
        self.run(format!("reset role; create schema {schema} authorization waybill_system")).await;
        self.create(schema).await;
    }

    pub async fn run(&mut self, sql: String) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await.unwrap();
    }

    /// Applies to every read model, in batches of `size`, into schema `read`.
    pub async fn apply(&mut self, events: &[Arc<Recorded>], size: usize) {
        self.apply_in("read", events, size).await;
    }

    pub async fn apply_in(&mut self, schema: &str, events: &[Arc<Recorded>], size: usize) {
        for projection in registry::all() {
            for batch in events.chunks(size) {
                let applied = self.apply_one(schema, projection.as_ref(), batch).await;
                assert_eq!(applied, Applied::default(), "{}", projection.name());
            }
        }
    }

    pub async fn apply_one(&mut self, schema: &str, to: &dyn Projection, batch: &[Arc<Recorded>]) -> Applied {
        let wanted: Vec<_> = batch.iter().filter(|event| to.wants(&event.kind)).cloned().collect();
        if wanted.is_empty() {
            return Applied::default();
        }
        let mut transaction = self.connection.begin().await.unwrap();
        let path = format!("set local role waybill_system; set local search_path = {schema}");
        sqlx::raw_sql(AssertSqlSafe(path)).execute(&mut *transaction).await.unwrap();
        let applied = to.apply(&mut transaction, &wanted).await.unwrap();
        transaction.commit().await.unwrap();
        applied
    }

    /// Every row of a table as text, in an order of its own.
    pub async fn rows(&mut self, schema: &str, table: &str) -> Vec<String> {
        let sql = format!("select to_jsonb(t)::text from {schema}.{table} t order by 1");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await.unwrap()
    }

    pub async fn number(&mut self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.connection).await.unwrap()
    }

    /// As a request of `tenant` sees it; without one, as a request that forgot.
    pub async fn as_application(&mut self, tenant: Option<TenantId>) {
        let tenant = tenant.map(|id| id.to_string()).unwrap_or_default();
        self.run(format!("set role waybill_app; set app.tenant = '{tenant}'")).await;
    }
}

pub fn tables() -> Vec<&'static str> {
    registry::all().iter().flat_map(|projection| projection.tables().to_vec()).collect()
}
