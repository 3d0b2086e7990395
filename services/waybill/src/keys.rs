//! `waybill keys`: other keys for the same secrets, and `waybill plan`: what a tenant may use.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::plan::Plan;
use waybill_domain::tenant::{Command, Tenant};
use waybill_event_store::keys::{TENANT_KEY_FRESH, rotate_master, rotate_tenant};
use waybill_event_store::{Database, MasterKey};
use waybill_runtime::config::read_secret;
use waybill_runtime::{Clock, Config, Context};

#[derive(Subcommand)]
pub enum KeysCommand {
    /// Change the master key. Stop everything first; start it again with the new key
    RotateMaster {
        /// The new key: 64 hexadecimal digits in a file that only its owner may read
        #[arg(long)]
        new_key_file: PathBuf,
        #[command(flatten)]
        config: Config,
    },
    /// Change the key of one tenant, or of all. Everything may run meanwhile; each tenant takes a minute
    RotateTenant {
        #[arg(long, conflicts_with = "all", required_unless_present = "all")]
        tenant: Option<Uuid>,
        #[arg(long)]
        all: bool,
        /// Nothing runs: no need to wait for others to learn of the new key
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        config: Config,
    },
}

#[derive(Args)]
pub struct PlanArgs {
    #[arg(long)]
    tenant: Uuid,
    /// free, basic, pro or enterprise
    #[arg(long, value_parser = |text: &str| Plan::parse(text).ok_or("not a plan: free, basic, pro or enterprise"))]
    plan: Plan,
    #[command(flatten)]
    config: Config,
}

pub async fn run(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::RotateMaster { new_key_file, config } => master(new_key_file, config).await,
        KeysCommand::RotateTenant { tenant, all: _, offline, config } => {
            let patience = if offline { Duration::ZERO } else { TENANT_KEY_FRESH * 2 };
            tenants(tenant, patience, config).await
        }
    }
}

async fn master(new_key_file: PathBuf, config: Config) -> anyhow::Result<()> {
    let config = config.with_master_key()?;
    let from = MasterKey::from_hex(config.master_key.expose_secret())?;
    let to = MasterKey::from_hex(read_secret(&new_key_file)?.expose_secret()).context("the new key")?;
    let mut connection = PgConnection::connect(&config.database_url).await.context("connecting to postgres")?;
    let running: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and usename in ('waybill_app', 'waybill_system')",
    )
    .fetch_one(&mut connection)
    .await?;
    anyhow::ensure!(running == 0, "something still runs on this database ({running} connections): stop it first");
    let mut transaction = connection.begin().await?;
    let tenants = rotate_master(&mut transaction, &from, &to).await?;
    // Signed and derived things follow from the key: the roles' passwords at once, sessions end.
    sqlx::query("delete from vault.refresh_token").execute(&mut *transaction).await?;
    transaction.commit().await?;
    connection.close().await?;
    Database::migrate(&config.database_url, &to).await.context("giving the database's roles their passwords")?;
    println!("the keys of {tenants} tenants are wrapped by the new master key; start with it from now on");
    Ok(())
}

async fn tenants(tenant: Option<Uuid>, patience: Duration, config: Config) -> anyhow::Result<()> {
    let config = config.with_master_key()?;
    let master = MasterKey::from_hex(config.master_key.expose_secret())?;
    let database = Database::connect(&config.database_url, &master, 2).await.context("connecting to postgres")?;
    let all: Vec<Uuid> = match tenant {
        Some(id) => vec![id],
        None => {
            sqlx::query_scalar("select tenant_id from vault.tenant_key order by tenant_id")
                .fetch_all(&database.system)
                .await?
        }
    };
    for id in all {
        let count = rotate_tenant(&database.system, &master, id, patience).await?;
        println!("{id}: {count} secrets are wrapped by the new key");
    }
    Ok(())
}

pub async fn plan(args: PlanArgs) -> anyhow::Result<()> {
    let PlanArgs { tenant, plan, config } = args;
    let stop = CancellationToken::new();
    let context = Context::connect(config, Clock::system(), stop.clone()).await?;
    let tenant = TenantId(tenant);
    let metadata = context.unprompted(tenant, Actor::SYSTEM);
    context.store.execute::<Tenant>(metadata, tenant.0, Command::AssignPlan(plan)).await?;
    stop.cancel();
    println!("{tenant} is on the plan {}", plan.as_str());
    Ok(())
}
