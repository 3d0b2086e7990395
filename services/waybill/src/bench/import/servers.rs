//! A Postgres, tuned as the product's and durable, and a NATS, for one run; gone with this value.

use anyhow::{Context as _, anyhow};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use waybill_launcher::{PrivateNats, PrivatePostgres, Tuning};
use waybill_runtime::Config;

/// Nothing that it protects outlives the run.
pub const MASTER_KEY: &str = "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b";
const DATABASE: &str = "bench";

pub struct Servers {
    home: PathBuf,
    database_url: String,
    nats_url: String,
    end: Option<mpsc::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Servers {
    /// The servers end with the thread that started them, so they have one of their own.
    pub async fn start() -> anyhow::Result<Self> {
        let home = std::env::temp_dir().join(format!("waybill-bench-import-{}", std::process::id()));
        let (tell, told) = oneshot::channel();
        let (end, ended) = mpsc::channel::<()>();
        let folder = home.clone();
        let keeper = std::thread::spawn(move || match launch(&folder) {
            Ok((postgres, nats)) => {
                let _ = tell.send(Ok((postgres.url(DATABASE), nats.url())));
                // Until the other end is dropped.
                let _ = ended.recv();
                postgres.stop_immediately();
                nats.kill();
            }
            Err(error) => drop(tell.send(Err(error))),
        });
        let (database_url, nats_url) = told.await.map_err(|_| anyhow!("the servers' thread ended"))??;
        Ok(Self { home, database_url, nats_url, end: Some(end), keeper: Some(keeper) })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Nobody relays the log, so the feed follows it in Postgres: the dearer way.
    pub fn config(&self) -> Config {
        let mut config = Config::on(&self.database_url, &self.nats_url, MASTER_KEY);
        config.stream = "BENCH-IMPORT".to_owned();
        config.database_connections = 8;
        config
    }
}

fn launch(home: &Path) -> anyhow::Result<(PrivatePostgres, PrivateNats)> {
    let postgres = PrivatePostgres::start_with(home, Tuning::Product).context("starting postgres")?;
    postgres.create_database(DATABASE)?;
    let nats = PrivateNats::start(home).context("starting nats")?;
    Ok((postgres, nats))
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
