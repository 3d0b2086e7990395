//! P10: how long `waybill up` takes on data that are there already, and what it holds at rest.
//!
//! The binary itself is started, with its demo, ended, and started again; only later starts are measured. The files may
//! still be in the system's memory: it is the programs that are cold.

use super::machine::{cpu_seconds, memory_mib};
use super::place::{folder, free_port, remove};
use super::report::{Report, Table, figure, median};
use super::{BenchArgs, machine};
use anyhow::{Context as _, bail};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use waybill::up::READY;
use waybill_launcher::Signal;
use waybill_launcher::process::signal_process;

const GOAL: &str = "ready in less than 5 s on existing data, less than 150 MB at rest, Postgres apart";
const PATIENCE: Duration = Duration::from_secs(180);
const REST: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Serialize)]
struct Start {
    ready_s: f64,
    rss_mib: f64,
    peak_mib: f64,
    /// Of a core, with everything it started, while nothing happens.
    idle_cpu_share: f64,
}

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("start", GOAL);
    let home = folder("start")?;
    let measured = measure(&mut report, &home, args.rounds).await;
    remove(&home);
    let (first_s, starts) = measured?;
    let of = |what: fn(&Start) -> f64| median(starts.iter().map(what));
    let (ready, rest) = (of(|it| it.ready_s), of(|it| it.rss_mib));
    let mut table = Table::new(&["median", "", "goal"]);
    table.row(["first start, with the demo".to_owned(), format!("{first_s:.2} s"), String::new()]);
    table.row(["start on existing data".to_owned(), format!("{ready:.2} s"), "5 s".to_owned()]);
    table.row(["RSS after 10 s of rest".to_owned(), format!("{rest:.0} MiB"), "143 MiB".to_owned()]);
    table.row(["peak RSS".to_owned(), format!("{:.0} MiB", of(|it| it.peak_mib))]);
    table.row(["processor at rest".to_owned(), format!("{} % of a core", figure(of(|it| it.idle_cpu_share) * 100.0))]);
    table.print();
    report.figures = json!({
        "first_s": first_s, "ready_s": ready, "rss_mib": rest, "cores": machine::cores(), "starts": starts,
    });
    Ok(report)
}

async fn measure(report: &mut Report, home: &Path, rounds: usize) -> anyhow::Result<(f64, Vec<Start>)> {
    let data = home.join("data");
    let began = Instant::now();
    let child = up(&data).await?;
    let first_s = began.elapsed().as_secs_f64();
    down(child).await?;
    let mut starts = Vec::new();
    for round in 1..=rounds {
        report.probe(home, &format!("before round {round}"))?;
        let began = Instant::now();
        let child = up(&data).await?;
        let ready_s = began.elapsed().as_secs_f64();
        let pid = child.id().context("it has ended")?;
        let before = cpu_seconds(pid);
        tokio::time::sleep(REST).await;
        let idle = (cpu_seconds(pid) - before) / REST.as_secs_f64();
        let (rss_mib, peak_mib) = (memory_mib(pid, "VmRSS")?, memory_mib(pid, "VmHWM")?);
        println!("    ready in {ready_s:.2} s, RSS {rss_mib:.0} MiB at rest");
        starts.push(Start { ready_s, rss_mib, peak_mib, idle_cpu_share: idle });
        down(child).await?;
    }
    Ok((first_s, starts))
}

/// Starts this binary, and waits for the line that says that it is ready.
async fn up(data: &Path) -> anyhow::Result<Child> {
    let mut command = Command::new(std::env::current_exe().context("finding this program")?);
    command.arg("up").arg("--data").arg(data).arg("--port").arg(free_port()?.to_string());
    command.arg("--sandbox-port").arg(free_port()?.to_string());
    for name in ["DATABASE_URL", "NATS_URL", "WAYBILL_MASTER_KEY"] {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await? {
            if line.starts_with(READY) {
                return Ok(());
            }
        }
        bail!("it ended before it was ready")
    };
    tokio::time::timeout(PATIENCE, ready).await.context("it did not become ready")??;
    Ok(child)
}

async fn down(mut child: Child) -> anyhow::Result<()> {
    signal_process(child.id().context("it has ended")?, Signal::TERM)?;
    tokio::time::timeout(PATIENCE, child.wait()).await.context("it did not end")??;
    Ok(())
}
