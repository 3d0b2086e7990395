//! Connections: as which role, with which settings, and the migrations.

use crate::keys::MasterKey;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row};
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The lowest server version that is tested, as `server_version_num`.
const OLDEST_SERVER: i32 = 150_000;

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("postgres: {0}")]
    Sqlx(#[from] sqlx::Error),
    #[error("migrating: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("postgres server version {found} is too old, 15 or newer is needed")]
    TooOld { found: i32 },
}

/// Two pools on one database. `app` is bound to a tenant by row-level security; `system` runs the processes and may
/// see every tenant. Neither owns what it works on, nor can bypass row-level security.
#[derive(Clone, Debug)]
pub struct Database {
    pub app: PgPool,
    pub system: PgPool,
}

impl Database {
    /// Migrates as whoever `url` names, and sets the passwords of the application's roles.
    pub async fn migrate(url: &str, master: &MasterKey) -> Result<(), DatabaseError> {
        let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
        let found: i32 =
            sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(&pool).await?;
        if found < OLDEST_SERVER {
            return Err(DatabaseError::TooOld { found });
        }
        MIGRATIONS.run(&pool).await?;
        // A system that was off for days has none for today.
        sqlx::query("select es.ensure_partitions()").execute(&pool).await?;
        for role in ["waybill_app", "waybill_system"] {
            let statement = format!("alter role {role} password '{}'", role_password(master, role));
            // Several databases of one cluster share its roles; whoever comes first sets the same password.
            let _ = sqlx::query(AssertSqlSafe(statement)).execute(&pool).await;
        }
        pool.close().await;
        Ok(())
    }

    /// Connects as the application's roles to the database that `url` names.
    pub async fn connect(url: &str, master: &MasterKey, connections: u32) -> Result<Self, DatabaseError> {
        Ok(Self {
            // A plan that fits one tenant, or the empty tables of a new installation, does not fit the next query.
            app: pool(url, master, "waybill_app", connections, &[("plan_cache_mode", "force_custom_plan")]).await?,
            // Everything here is found by key, in the order of the key. A plan made while a table was empty, or right after
            // an import, would read all of it, and be kept while it grows.
            system: pool(
                url,
                master,
                "waybill_system",
                connections,
                &[("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_sort", "off")],
            )
            .await?,
        })
    }
}

fn role_password(master: &MasterKey, role: &str) -> String {
    master.derive(&format!("database-role/{role}"))
}

async fn pool(
    url: &str,
    master: &MasterKey,
    role: &str,
    connections: u32,
    planner: &[(&str, &str)],
) -> Result<PgPool, DatabaseError> {
    let options = PgConnectOptions::from_str(url)?
        .username(role)
        .password(&role_password(master, role))
        .application_name("waybill")
        // A transaction that waits for its client would hold the log's lane.
        .options([
            ("idle_in_transaction_session_timeout", "10s"),
            ("statement_timeout", "60s"),
            ("lock_timeout", "20s"),
        ])
        .options(planner.iter().copied());
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, about| Box::pin(is_alive(connection, about.idle_for)))
        .after_release(|connection, _| Box::pin(is_outside_a_transaction(connection)))
        .connect_with(options)
        .await?)
}

/// Asked of connections that were idle for a while: each that comes back was alive a moment ago.
async fn is_alive(connection: &mut PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    if idle_for < Duration::from_millis(500) {
        return Ok(true);
    }
    Ok(connection.ping().await.is_ok())
}

/// A connection on which `begin` was cancelled comes back with its transaction open, and sqlx does not know of it: the
/// next user's statements would seem to succeed, commit nothing, and hold the log's lane. Such a connection is closed.
///
/// Outside a transaction each statement is one of its own, and both began at the same moment. That holds for the simple
/// protocol only: the extended one begins the transaction at its first message and the statement at its last.
async fn is_outside_a_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = sqlx::raw_sql("select transaction_timestamp() = statement_timestamp()").fetch_one(connection).await?;
    row.try_get(0)
}
