//! Other products in the same run. They are installed when they are asked for, into `target/bench-peers`; one that cannot
//! be installed or fails is told in a note, and the rest goes on.

use super::append::{Load, Run};
use super::machine::cpu_seconds;
use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

const PATIENCE: Duration = Duration::from_secs(900);

/// A store of events to append to.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub name: &'static str,
    pub database: &'static str,
    script: &'static str,
}

pub const EMMETT: Peer = Peer { name: "emmett", database: "emmett", script: "append-emmett.mjs" };
pub const MESSAGE_DB: Peer = Peer { name: "message-db", database: "messagedb", script: "append-message-db.mjs" };

const FILES: [(&str, &str); 6] = [
    ("package.json", include_str!("../../../../deploy/bench-peers/package.json")),
    ("package-lock.json", include_str!("../../../../deploy/bench-peers/package-lock.json")),
    ("common.mjs", include_str!("../../../../deploy/bench-peers/common.mjs")),
    ("append-emmett.mjs", include_str!("../../../../deploy/bench-peers/append-emmett.mjs")),
    ("append-message-db.mjs", include_str!("../../../../deploy/bench-peers/append-message-db.mjs")),
    ("campaign-bullmq.mjs", include_str!("../../../../deploy/bench-peers/campaign-bullmq.mjs")),
];

/// What a script answers of its appends.
#[derive(Deserialize)]
struct Appended {
    events: usize,
    seconds: f64,
    p50_ms: f64,
    p99_ms: f64,
    cpu_s: f64,
}

pub struct Peers {
    folder: Option<PathBuf>,
    notes: Vec<String>,
}

impl Peers {
    /// Asks npm for what is not there yet. Blocks.
    pub fn install(wanted: bool) -> Self {
        let mut peers = Self { folder: None, notes: Vec::new() };
        if !wanted {
            peers.notes.push("peers were not asked for: add --peers".to_owned());
            return peers;
        }
        match install(Path::new("target/bench-peers")) {
            Ok(folder) => peers.folder = Some(folder),
            Err(error) => peers.note(format!("peers were left out: {error:#}")),
        }
        peers
    }

    pub fn ready(&self) -> bool {
        self.folder.is_some()
    }

    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    pub fn note(&mut self, note: String) {
        eprintln!("    {note}");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Appends through a peer, into the database at `url`.
    pub async fn append(&mut self, peer: &Peer, url: &str, server: u32, load: Load, in_flight: usize) -> Option<Run> {
        let before = cpu_seconds(server);
        let ask = json!({ "url": url, "events": load.events, "streams": load.streams, "inFlight": in_flight });
        match self.run::<Appended>(peer.script, &ask).await {
            Ok(it) => Some(Run {
                events: it.events,
                seconds: it.seconds,
                rate: it.events as f64 / it.seconds,
                client_cpu_s: it.cpu_s,
                server_cpu_s: cpu_seconds(server) - before,
                p50_ms: it.p50_ms,
                p99_ms: it.p99_ms,
                missed: 0,
            }),
            Err(error) => {
                self.note(format!("{} at {in_flight} was left out: {error:#}", peer.name));
                None
            }
        }
    }

    /// Runs a script and reads its answer.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, ask: &Value) -> anyhow::Result<T> {
        let folder = self.folder.as_ref().context("the peers are not installed")?;
        let mut command = Command::new("node");
        command.arg(script).arg(ask.to_string()).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output()).await.context("it took too long")??;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "{script}: {}", last_lines(&String::from_utf8_lossy(&output.stderr)));
        let answer = text.lines().last().with_context(|| format!("{script} answered nothing"))?;
        serde_json::from_str(answer).with_context(|| format!("reading the answer of {script}"))
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(6)..].join(" | ")
}

fn install(folder: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let mut changed = !folder.join("node_modules").exists();
    for (name, text) in FILES {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
            changed |= name.starts_with("package");
        }
    }
    if changed {
        println!("  installing the peers into {}", folder.display());
        let output = std::process::Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder)
            .output()
            .context("starting npm")?;
        if !output.status.success() {
            // A half-made folder would pass for a whole one next time.
            let _ = std::fs::remove_dir_all(folder.join("node_modules"));
            bail!("npm ci failed: {}", last_lines(&String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(folder)
}
