//! P9: importing a contact file, against what Postgres itself takes in by COPY.
//!
//! The file is made as it is stored, piece by piece as the gateway does, so that this process never holds it. What is
//! measured begins when the importer sees `import.started` and ends with `import.finished` in the log: parsing, naming,
//! encrypting, deciding, and every contact as an event in its stream. Servers are private to the run and durable.

mod limit;
mod servers;

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use servers::Servers;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::{ImportId, TenantId};
use waybill_domain::import::{Event, Started};
use waybill_event_store::{Append, Database, Expected, MasterKey, Outcome, StreamWrite};
use waybill_processes::importer;
use waybill_runtime::{Clock, Context};

/// As the gateway cuts an upload.
const PIECE: usize = 1 << 20;
/// Rows that are written as text in one go.
const LINES: usize = 1_000;

/// One run. Times in milliseconds, sizes in bytes.
#[derive(Debug, Clone, Serialize)]
pub struct ImportFigures {
    pub rows: usize,
    pub file_bytes: u64,
    pub import_ms: u64,
    pub rows_per_second: u64,
    /// Of this process while it imported: the importer, the feed of the log and the driver.
    pub peak_rss_bytes: u64,
    pub upload_ms: u64,
    /// COPY of the same rows into one table without an index.
    pub copy_ms: u64,
    pub copy_rows_per_second: u64,
    /// How many times longer the import takes than COPY.
    pub times_copy: f64,
    /// Median time until the disk has 8 KiB.
    pub flush_us: u64,
    /// Of the log afterwards, indexes and secrets included.
    pub log_bytes: u64,
}

/// Imports a file of `rows` new contacts into an empty installation and prints what it took.
pub async fn run(rows: usize) -> anyhow::Result<ImportFigures> {
    ensure!((1..=10_000_000).contains(&rows), "rows: 1 to 10,000,000");
    let servers = Servers::start().await?;
    let figures = measure(&servers, rows).await?;
    print(&figures);
    Ok(figures)
}

async fn measure(servers: &Servers, rows: usize) -> anyhow::Result<ImportFigures> {
    let config = servers.config();
    let master = MasterKey::from_hex(servers::MASTER_KEY)?;
    Database::migrate(&config.database_url, &master).await?;
    let flush = limit::flush_time(servers.home())?;
    let copy = limit::copy_time(&config.database_url, rows).await?;
    let stop = CancellationToken::new();
    let context = Context::connect(config, Clock::system(), stop.clone()).await?;
    let tenant_id = TenantId(Uuid::now_v7());
    context.store.keys.create_tenant(tenant_id).await?;

    let import_id = ImportId(Uuid::now_v7());
    let began = Instant::now();
    let file_bytes = upload(&context, tenant_id, import_id, rows).await?;
    let upload = began.elapsed();

    reset_peak();
    let began = Instant::now();
    let position = start(&context, tenant_id, import_id, file_bytes).await?;
    let importer = tokio::spawn(importer::run(context.clone()));
    let ended = tokio::select! {
        ended = ended(&context, import_id, position) => ended,
        stopped = importer => bail!("the importer stopped: {stopped:?}"),
    };
    let import = began.elapsed();
    let peak_rss_bytes = peak_rss()?;
    stop.cancel();
    ended?;
    check(&context, rows).await?;
    let log_bytes: i64 = sqlx::query_scalar(
        "select sum(pg_total_relation_size(relid))::bigint from pg_stat_user_tables where schemaname = 'es'",
    )
    .fetch_one(&context.store.database.system)
    .await?;
    Ok(ImportFigures {
        rows,
        file_bytes,
        import_ms: ms(import),
        rows_per_second: per_second(rows, import),
        peak_rss_bytes,
        upload_ms: ms(upload),
        copy_ms: ms(copy),
        copy_rows_per_second: per_second(rows, copy),
        times_copy: import.as_secs_f64() / copy.as_secs_f64(),
        flush_us: u64::try_from(flush.as_micros()).unwrap_or(u64::MAX),
        log_bytes: u64::try_from(log_bytes).unwrap_or(0),
    })
}

/// Appends the rows from `first` on, as a customer's export has them: about 60 bytes each.
pub(super) fn write_rows(text: &mut String, first: usize, count: usize) {
    const CITIES: [&str; 8] = ["Bogor", "Solo", "Medan", "Jakarta", "Denpasar", "Bandung", "Semarang", "Malang"];
    for n in first..first + count {
        let (city, consent) = (CITIES[n % CITIES.len()], if n.is_multiple_of(10) { "no" } else { "yes" });
        let phone = 10_000_000 + n;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "+62812{phone:08},Person {n},{consent},{city},customer no {n}");
    }
}

/// Stores the file and answers its size.
async fn upload(context: &Context, tenant_id: TenantId, import_id: ImportId, rows: usize) -> anyhow::Result<u64> {
    let pool = &context.store.database.system;
    let mut text = "phone,name,consent,city,note\n".to_owned();
    let mut bytes = 0;
    let mut nth = 0;
    let mut first = 0;
    while first < rows || !text.is_empty() {
        while first < rows && text.len() < PIECE {
            let count = LINES.min(rows - first);
            write_rows(&mut text, first, count);
            first += count;
        }
        let rest = text.split_off(text.len().min(PIECE));
        let piece = std::mem::replace(&mut text, rest);
        sqlx::query("insert into process.upload_piece (import_id, tenant_id, nth, body) values ($1, $2, $3, $4)")
            .bind(import_id.0)
            .bind(tenant_id.0)
            .bind(nth)
            .bind(piece.as_bytes())
            .execute(pool)
            .await?;
        nth += 1;
        bytes += piece.len() as u64;
    }
    sqlx::query(
        "insert into process.upload (import_id, tenant_id, file_name, bytes, complete, options)
         values ($1, $2, 'bench.csv', $3, true, '{}')",
    )
    .bind(import_id.0)
    .bind(tenant_id.0)
    .bind(i64::try_from(bytes)?)
    .execute(pool)
    .await?;
    Ok(bytes)
}

async fn start(context: &Context, tenant_id: TenantId, import_id: ImportId, bytes: u64) -> anyhow::Result<i64> {
    let started = Started { import_id, file_name: "bench.csv".to_owned(), bytes, list_id: None, tags: vec![] };
    let write = StreamWrite::new(import_id, Expected::Exactly(0), &[Event::from(started)]);
    let append = Append::new(context.unprompted(tenant_id, Actor::SYSTEM), vec![write]);
    match context.store.append(append).await? {
        Outcome::Appended { position, .. } => Ok(position),
        other => bail!("the import cannot be started: {other:?}"),
    }
}

/// Follows the log as any reader does, until the import has ended.
async fn ended(context: &Context, import_id: ImportId, mut position: i64) -> anyhow::Result<()> {
    loop {
        for event in context.feed.next(position, 5_000).await? {
            position = event.position;
            if event.stream_id == import_id.0 && event.is("import.finished") {
                return Ok(());
            }
            ensure!(!event.is("import.failed"), "the import failed: {}", event.data);
        }
    }
}

/// A figure of a run that lost rows would be worth nothing.
async fn check(context: &Context, rows: usize) -> anyhow::Result<()> {
    let found: i64 = sqlx::query_scalar("select count(*) from es.stream where category = 'contact' and version = 1")
        .fetch_one(&context.store.database.system)
        .await?;
    ensure!(usize::try_from(found) == Ok(rows), "{found} of {rows} contacts are in the log");
    Ok(())
}

/// The peak until now is that of making the file.
fn reset_peak() {
    // Where the kernel does not allow it, the peak is told a little too high.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_rss() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM in /proc/self/status")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().context("reading VmHWM")?;
    Ok(kib * 1_024)
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn per_second(rows: usize, time: Duration) -> u64 {
    (rows as f64 / time.as_secs_f64()) as u64
}

fn print(it: &ImportFigures) {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!("P9 import of {} contacts, {:.1} MiB of CSV (flush {} µs)", it.rows, mib(it.file_bytes), it.flush_us);
    println!(
        "  import  {:>8} ms  {:>8} rows/s  peak {:.0} MiB",
        it.import_ms,
        it.rows_per_second,
        mib(it.peak_rss_bytes)
    );
    println!(
        "  copy    {:>8} ms  {:>8} rows/s  the import takes {:.1} ×",
        it.copy_ms, it.copy_rows_per_second, it.times_copy
    );
    println!("  upload  {:>8} ms            log afterwards {:.0} MiB", it.upload_ms, mib(it.log_bytes));
}
