//! What the machine itself can do, in the same run: the disk's flush time, and COPY.

use super::{PIECE, write_rows};
use anyhow::Context as _;
use sqlx::{Connection, PgConnection};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const FLUSHES: usize = 41;

/// Median time until 8 KiB are on the disk.
pub fn flush_time(folder: &Path) -> anyhow::Result<Duration> {
    let path = folder.join("flush");
    let mut file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    let mut times = Vec::with_capacity(FLUSHES);
    for _ in 0..FLUSHES {
        let began = Instant::now();
        file.write_all(&[7; 8_192])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(&path)?;
    times.sort_unstable();
    Ok(times[FLUSHES / 2])
}

/// Time of COPY, until it is committed, of the same rows into a table without an index.
pub async fn copy_time(url: &str, rows: usize) -> anyhow::Result<Duration> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("create table public.bench_copy (phone text, name text, consent text, city text, note text)")
        .execute(&mut connection)
        .await?;
    let began = Instant::now();
    let mut copy = connection.copy_in_raw("copy public.bench_copy from stdin (format csv)").await?;
    let mut text = String::with_capacity(PIECE + 1_024);
    for first in (0..rows).step_by(10_000) {
        text.clear();
        write_rows(&mut text, first, 10_000.min(rows - first));
        copy.send(text.as_bytes()).await?;
    }
    copy.finish().await?;
    let time = began.elapsed();
    sqlx::query("drop table public.bench_copy").execute(&mut connection).await?;
    // What was copied is not to be written to disk during what is measured next.
    sqlx::query("checkpoint").execute(&mut connection).await?;
    connection.close().await?;
    Ok(time)
}
