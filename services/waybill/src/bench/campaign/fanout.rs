//! The peer of a campaign: jobs of BullMQ, on a Redis of their own, that call the same sandbox.

use super::house;
use super::world::numbers;
use crate::bench::machine::cpu_seconds;
use crate::bench::peers::Peers;
use crate::bench::place::{Place, free_port};
use crate::bench::report::figure;
use anyhow::{Context as _, ensure};
use axum::Router;
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ffi::OsString;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use waybill_launcher::process::Lifetime;
use waybill_launcher::{Process, ProcessSpec, Signal};

const PATIENCE: Duration = Duration::from_secs(20);

/// When Redis has a job for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// `appendfsync always`: before it is acknowledged, as Waybill.
    Always,
    /// `appendfsync everysec`: a second of work may be lost, or done again.
    EverySecond,
}

impl Durability {
    pub fn as_str(self) -> &'static str {
        match self {
            Durability::Always => "fsync always",
            Durability::EverySecond => "fsync every second",
        }
    }

    fn setting(self) -> &'static str {
        match self {
            Durability::Always => "always",
            Durability::EverySecond => "everysec",
        }
    }
}

/// One run of the peer.
#[derive(Debug, Clone, Serialize)]
pub struct Fanout {
    pub name: String,
    pub recipients: usize,
    /// Putting the jobs in, which is not part of the rate.
    pub enqueue_s: f64,
    pub process_s: f64,
    pub rate: f64,
    /// Of node, Redis and the sandbox, while enqueuing and processing.
    pub cpu_s: f64,
}

#[derive(Deserialize)]
struct Processed {
    enqueue_s: f64,
    process_s: f64,
    failed: usize,
    cpu_s: f64,
}

impl Fanout {
    pub const VARIANTS: [(Durability, usize); 4] = [
        (Durability::Always, 64),
        (Durability::Always, 256),
        (Durability::EverySecond, 64),
        (Durability::EverySecond, 256),
    ];

    pub fn print(&self) {
        println!(
            "    {}: processed in {:.2} s = {}/s (enqueued in {:.2} s), CPU-s {:.1}",
            self.name,
            self.process_s,
            figure(self.rate),
            self.enqueue_s,
            self.cpu_s
        );
    }
}

pub async fn run(
    place: &Place,
    peers: &Peers,
    recipients: usize,
    durability: Durability,
    concurrency: usize,
) -> anyhow::Result<Fanout> {
    let sink = sink().await?;
    let (sandbox, sandbox_url) = house::sandbox(place, &format!("http://{sink}"))?;
    let port = free_port()?;
    let redis = redis(place, port, durability)?;
    let ask = json!({
        "redisPort": port, "recipients": recipients, "concurrency": concurrency, "sandbox": sandbox_url,
        "numbers": numbers(),
    });
    let done: Processed = peers.run("campaign-bullmq.mjs", &ask).await?;
    ensure!(done.failed == 0, "{} jobs failed", done.failed);
    Ok(Fanout {
        name: format!("bullmq, {}, {concurrency} at once", durability.as_str()),
        recipients,
        enqueue_s: done.enqueue_s,
        process_s: done.process_s,
        rate: recipients as f64 / done.process_s,
        cpu_s: done.cpu_s + cpu_seconds(redis.pid()) + cpu_seconds(sandbox.pid()),
    })
}

fn redis(place: &Place, port: u16, durability: Durability) -> anyhow::Result<Process> {
    let home = place.home().join(format!("redis-{port}"));
    std::fs::create_dir_all(&home)?;
    let settings = [
        ("--port", port.to_string()),
        ("--bind", "127.0.0.1".to_owned()),
        ("--dir", home.display().to_string()),
        ("--appendonly", "yes".to_owned()),
        ("--appendfsync", durability.setting().to_owned()),
        ("--save", String::new()),
    ];
    let args: Vec<OsString> = settings.into_iter().flat_map(|(name, value)| [name.into(), value.into()]).collect();
    let log = place.home().join("logs/bench-redis.log");
    let spec = ProcessSpec {
        name: "redis".to_owned(),
        program: "redis-server".into(),
        args,
        env: Vec::new(),
        account: None,
        log: log.clone(),
        stop_signal: Signal::KILL,
        lifetime: Lifetime::WithParent,
    };
    let process = Process::spawn(&spec).context("redis-server, which `apt install redis-server` brings")?;
    let listen = SocketAddr::from(([127, 0, 0, 1], port));
    let answers = || TcpStream::connect_timeout(&listen, Duration::from_millis(200)).is_ok();
    process.wait_until_ready(&log, PATIENCE, &|| false, answers)?;
    Ok(process)
}

/// Takes receipts and forgets them.
async fn sink() -> anyhow::Result<SocketAddr> {
    let router = Router::new().fallback(post(async |_: axum::body::Bytes| "ok"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            eprintln!("    the sink of receipts ended: {error}");
        }
    });
    Ok(address)
}
