//! What a killed predecessor left behind: processes that still hold the cluster, and its pid file.
//!
//! The caller holds the data folder's lock, so any server on this cluster is a stray. Its pid file
//! goes only once no process works in the cluster's folder: Postgres' own interlock is in that file.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{LaunchError, at};

/// Ever harder ways to end a stray, and how long each may take.
const MEANS: [(Option<Signal>, Duration); 4] = [
    // Mostly they are ending already: their parent's death told them to.
    (None, Duration::from_secs(2)),
    (Some(Signal::INT), Duration::from_secs(10)),
    (Some(Signal::QUIT), Duration::from_secs(5)),
    (Some(Signal::KILL), Duration::from_secs(5)),
];

/// Ends every process of an earlier server on this cluster and removes its pid file.
pub(super) fn clear(cluster: &Path) -> Result<(), LaunchError> {
    // The kernel names working folders by their true path.
    let cluster = &cluster.canonicalize().map_err(at("finding", cluster))?;
    for (signal, patience) in MEANS {
        let strays = working_in(cluster);
        if strays.is_empty() {
            break;
        }
        if let Some(signal) = signal {
            for pid in strays {
                // It may have ended since we looked.
                let _ = kill_process(pid, signal);
            }
        }
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline && !working_in(cluster).is_empty() {
            thread::sleep(Duration::from_millis(20));
        }
    }
    if !working_in(cluster).is_empty() {
        return Err(LaunchError::Damaged {
            path: cluster.clone(),
            what: "processes of an earlier server hold it and cannot be ended".to_owned(),
        });
    }
    let pid_file = cluster.join("postmaster.pid");
    match fs::remove_file(&pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at("removing", &pid_file)(error)),
        _ => Ok(()),
    }
}

/// Postgres writes its state into line 8 of its pid file, padded; line 1 is its number.
pub(super) fn is_ready(pid_file: &Path, pid: u32) -> bool {
    let Ok(text) = fs::read_to_string(pid_file) else {
        return false;
    };
    let mut lines = text.lines();
    let same = lines.next().is_some_and(|line| line == pid.to_string());
    same && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

/// The postmaster and all its children have the cluster as their working folder.
fn working_in(cluster: &Path) -> Vec<Pid> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|process| {
            fs::read_link(process.path().join("cwd")).is_ok_and(|folder| folder == cluster)
                && fs::read_to_string(process.path().join("comm"))
                    .is_ok_and(|name| name.starts_with("postgres") || name == "postmaster\n")
        })
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter_map(Pid::from_raw)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_is_that_of_the_server_we_started() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("postmaster.pid");
        let text = "42\n/data\n1\n5432\n/run\n\n 1 2\nready   \n";
        fs::write(&file, text).expect("writing the pid file");
        assert!(is_ready(&file, 42));
        assert!(!is_ready(&file, 43));
        fs::write(&file, text.replace("ready   ", "starting")).expect("writing the pid file");
        assert!(!is_ready(&file, 42));
    }
}
