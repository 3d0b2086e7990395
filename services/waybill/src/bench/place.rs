//! Where a benchmark runs: a folder of its own with a private Postgres and NATS, set as `waybill up` sets them. Both are
//! durable. Everything is gone with this value.

use anyhow::Context as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use waybill_event_store::{Database, EventStore, MasterKey};
use waybill_launcher::{PrivateNats, PrivatePostgres, Tuning};
use waybill_runtime::Config;

/// Nothing that it protects outlives the run.
pub const MASTER_KEY: &str = "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b";

pub struct Place {
    home: PathBuf,
    pub postgres: PrivatePostgres,
    pub nats: Option<PrivateNats>,
    databases: usize,
}

impl Place {
    /// In `WAYBILL_BENCH_DIR`, or where temporary files go. Blocks.
    pub fn open(name: &str, with_nats: bool) -> anyhow::Result<Self> {
        let home = folder(name)?;
        let postgres = PrivatePostgres::start_with(&home, Tuning::Product).context("starting postgres")?;
        let nats = if with_nats { Some(PrivateNats::start(&home).context("starting nats")?) } else { None };
        Ok(Self { home, postgres, nats, databases: 0 })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// An empty database, so that no round works on what another left.
    pub fn database(&mut self, name: &str) -> anyhow::Result<String> {
        self.databases += 1;
        let name = format!("{name}_{}", self.databases);
        self.postgres.create_database(&name)?;
        Ok(self.postgres.url(&name))
    }

    /// A migrated log in a database of its own.
    pub async fn log(&mut self, name: &str, connections: u32) -> anyhow::Result<(String, EventStore)> {
        let url = self.database(name)?;
        let master = || MasterKey::from_hex(MASTER_KEY);
        Database::migrate(&url, &master()?).await.context("migrating")?;
        let database = Database::connect(&url, &master()?, connections).await.context("connecting")?;
        Ok((url, EventStore::new(database, master()?)))
    }

    pub fn nats_url(&self) -> String {
        self.nats.as_ref().map(PrivateNats::url).unwrap_or_default()
    }

    /// The settings of `waybill up` on these servers.
    pub fn config(&self, database_url: &str) -> Config {
        let mut config = Config::on(database_url, &self.nats_url(), MASTER_KEY);
        config.log = "warn".to_owned();
        config
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.postgres.stop_immediately();
        if let Some(nats) = &self.nats {
            nats.kill();
        }
        remove(&self.home);
    }
}

/// A new folder that an unprivileged Postgres can reach.
pub fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let parent = std::env::var_os("WAYBILL_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let home = parent.join(format!("waybill-bench-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
    Ok(home)
}

pub fn remove(home: &Path) {
    if let Err(error) = std::fs::remove_dir_all(home) {
        eprintln!("  {} is left behind: {error}", home.display());
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}
