//! The machine of a run: what its disk and its load were, and what processes used of it.

use anyhow::Context as _;
use serde::Serialize;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const PROBE: Duration = Duration::from_secs(1);
const PAGE: usize = 8_192;

/// Conditions of one moment. A figure without them says little: the disk of a virtual machine changes by the minute.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Conditions {
    /// Median time of `fdatasync` after 8 KiB, in microseconds.
    pub flush_us: f64,
    /// The slowest of a hundred.
    pub flush_p99_us: f64,
    pub load_1m: f64,
}

impl Conditions {
    /// Writes for about a second in `folder`.
    pub fn probe(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("flush-probe");
        let mut file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
        // As the log of Postgres: over pages that exist already.
        file.write_all(&vec![0; PAGE * 64])?;
        file.sync_all()?;
        let (began, mut times, mut nth) = (Instant::now(), Vec::new(), 0u64);
        while began.elapsed() < PROBE {
            file.seek(SeekFrom::Start(nth % 64 * PAGE as u64))?;
            let one = Instant::now();
            file.write_all(&[7; PAGE])?;
            file.sync_data()?;
            times.push(one.elapsed().as_secs_f64() * 1e6);
            nth += 1;
        }
        fs::remove_file(&path)?;
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let round = |us: f64| us.round();
        Ok(Self { flush_us: round(at(0.5)), flush_p99_us: round(at(0.99)), load_1m: load()? })
    }

    pub fn print(&self, when: &str) {
        println!("  disk {when}: flush {} µs, p99 {} µs; load {:.1}", self.flush_us, self.flush_p99_us, self.load_1m);
    }
}

fn load() -> anyhow::Result<f64> {
    let text = fs::read_to_string("/proc/loadavg").context("reading the load")?;
    text.split(' ').next().unwrap_or_default().parse().context("reading the load")
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Seconds of processor time of a process and of all its children, those that ended included.
pub fn cpu_seconds(pid: u32) -> f64 {
    let all = processes();
    let mut wanted = vec![pid];
    let mut seconds = 0.0;
    while let Some(next) = wanted.pop() {
        let Some(process) = all.get(&next) else { continue };
        seconds += process.seconds;
        wanted.extend(all.iter().filter(|(_, it)| it.parent == next).map(|(pid, _)| *pid));
    }
    seconds
}

struct Process {
    parent: u32,
    seconds: f64,
}

fn processes() -> HashMap<u32, Process> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| Some((pid, process(pid)?))).collect()
}

/// Fields of `/proc/<pid>/stat` are numbered from the end of the name, which may hold anything.
fn process(pid: u32) -> Option<Process> {
    const TICKS_A_SECOND: f64 = 100.0;
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = (11..15).filter_map(|at| fields.get(at)?.parse::<f64>().ok()).sum();
    Some(Process { parent: fields.get(1)?.parse().ok()?, seconds: ticks / TICKS_A_SECOND })
}

/// A figure of `/proc/<pid>/status` in MiB: `VmRSS` or `VmHWM`.
pub fn memory_mib(pid: u32, field: &str) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kib: f64 = line.with_context(|| format!("{field} in {path}"))?.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_uses_time_and_memory() {
        let own = std::process::id();
        let began = Instant::now();
        while cpu_seconds(own) == 0.0 && began.elapsed() < Duration::from_secs(10) {
            std::hint::black_box((0..100_000u64).sum::<u64>());
        }
        assert!(cpu_seconds(own) > 0.0);
        assert!(memory_mib(own, "VmRSS").expect("a figure") > 1.0);
        assert!(memory_mib(own, "VmNothing").is_err());
    }
}
