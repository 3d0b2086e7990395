//! `waybill up --detach`: the same command again in a session of its own, waited for until it is ready.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::Duration,
};

use anyhow::Context;
use waybill_launcher::{DataFolder, Process, ProcessSpec, Signal, process::Lifetime};

use super::{READY, absolute};

/// The first start migrates and makes the demo; a start after a crash replays Postgres' log first.
const READY_WITHIN: Duration = Duration::from_secs(600);

/// Blocks until the detached process is ready, and prints its last line.
pub(super) fn start_and_wait(data: &Path) -> anyhow::Result<()> {
    // Opening it here tells of a folder in use or of a strange one at once; the lock goes on.
    let folder = DataFolder::open(&absolute(data)?)?;
    let log = folder.logs().join("up.log");
    drop(folder);

    let written_before = std::fs::metadata(&log).map_or(0, |log| log.len());
    let program = env::current_exe().context("finding this program")?;
    let args: Vec<OsString> = env::args_os().skip(1).filter(|argument| argument != "--detach").collect();
    let process = Process::spawn(&ProcessSpec {
        name: "waybill up".to_owned(),
        program,
        args,
        env: Vec::new(),
        account: None,
        log: log.clone(),
        stop_signal: Signal::TERM,
        lifetime: Lifetime::Detached,
    })?;
    let mut ready_line = None;
    process.wait_until_ready(&log, READY_WITHIN, &|| false, || {
        ready_line = find_ready_line(&log, written_before);
        ready_line.is_some()
    })?;
    println!("process {} writes to {}", process.pid(), log.display());
    println!("{}", ready_line.unwrap_or_default());
    Ok(())
}

/// The ready line of this start; a log that shrank was begun anew by it.
fn find_ready_line(log: &Path, written_before: u64) -> Option<String> {
    let mut file = File::open(log).ok()?;
    let from = match file.metadata().ok()?.len() {
        length if length < written_before => 0,
        _ => written_before,
    };
    file.seek(SeekFrom::Start(from)).ok()?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).ok()?;
    String::from_utf8_lossy(&text).lines().find(|line| line.starts_with(READY)).map(str::to_owned)
}
