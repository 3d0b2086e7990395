//! `waybill files`: what lies in the file store and belongs to nobody.
//!
//! A file is stored before the log says that it is there; whoever is killed between the two leaves it behind. Nothing deletes
//! it by itself: on a database that was restored from an older backup, files of the days since look the same.

use anyhow::Context as _;
use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use futures::TryStreamExt;
use secrecy::ExposeSecret;
use std::collections::HashSet;
use uuid::Uuid;
use waybill_event_store::{Database, MasterKey};
use waybill_media_files::Kept;
use waybill_runtime::Config;

#[derive(Subcommand)]
pub enum FilesCommand {
    /// Count files of which the log knows nothing
    Orphans {
        /// Younger ones may be on their way
        #[arg(long, default_value_t = 24)]
        older_than_hours: u32,
        /// And delete them. Not on a database that was restored from a backup
        #[arg(long)]
        delete: bool,
        #[command(flatten)]
        config: Config,
    },
}

/// Files asked about at once.
const BATCH: usize = 1_000;

pub async fn run(command: FilesCommand) -> anyhow::Result<()> {
    let FilesCommand::Orphans { older_than_hours, delete, config } = command;
    let config = config.with_master_key()?;
    let shelf = config.shelf()?.context("this installation has no file store: WAYBILL_MEDIA_STORE is not set")?;
    let master = MasterKey::from_hex(config.master_key.expose_secret())?;
    let database = Database::connect(&config.database_url, &master, 2).await.context("connecting to postgres")?;
    let before = Utc::now() - TimeDelta::hours(older_than_hours.into());
    let (mut seen, mut orphans, mut bytes) = (0_u64, 0_u64, 0_u64);
    let mut chunks = shelf.files.all().try_chunks(BATCH);
    while let Some(chunk) = chunks.try_next().await.map_err(|stopped| stopped.1)? {
        seen += chunk.len() as u64;
        let old: Vec<Kept> = chunk.into_iter().filter(|kept| kept.stored_at < before).collect();
        for kept in unknown(&database, old).await? {
            orphans += 1;
            bytes += kept.bytes;
            if delete {
                shelf.files.delete(kept.tenant, kept.media).await?;
            }
        }
    }
    let what = if delete { "deleted" } else { "found" };
    println!(
        "{seen} files, {orphans} of them unknown to the log and older than {older_than_hours} h: {what}, {bytes} bytes"
    );
    Ok(())
}

/// Those of tenants of this installation that no event ever named. What lies there of others is not ours to judge.
async fn unknown(database: &Database, kept: Vec<Kept>) -> anyhow::Result<Vec<Kept>> {
    let ids: Vec<Uuid> = kept.iter().flat_map(|kept| [kept.tenant.0, kept.media.0]).collect();
    let known: Vec<Uuid> = sqlx::query_scalar("select stream_id from es.stream where stream_id = any($1)")
        .bind(ids)
        .fetch_all(&database.system)
        .await?;
    let known: HashSet<Uuid> = known.into_iter().collect();
    Ok(kept.into_iter().filter(|it| known.contains(&it.tenant.0) && !known.contains(&it.media.0)).collect())
}
