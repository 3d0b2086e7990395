//! One child process, watched by one thread that lives exactly as long as the child.
//!
//! The thread matters: Linux sends a parent-death signal when the *thread* that forked ends, so a
//! child spawned on an executor's thread would be stopped when that thread retires. A child gets a
//! process group of its own, so that Ctrl-C reaches only us and we stop children in our order.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, getppid, kill_process, set_parent_process_death_signal, setsid, waitid,
};

use crate::{
    account::Account,
    error::{LaunchError, at},
};

/// Past this size a log starts anew and the old one is kept once, as `.1`.
const LOG_LIMIT_BYTES: u64 = 20 * 1024 * 1024;

/// How long a child that is dropped may take to end by itself.
const DROP_PATIENCE: Duration = Duration::from_secs(5);

/// Does the child end with us, or live on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    WithParent,
    Detached,
}

/// What to start and how to stop it.
#[derive(Debug, Clone)]
pub struct ProcessSpec {
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub env: Vec<(OsString, OsString)>,
    pub account: Option<Account>,
    /// Both outputs are appended here.
    pub log: PathBuf,
    /// Asks for an orderly end; also sent when the parent dies.
    pub stop_signal: Signal,
    pub lifetime: Lifetime,
}

/// A running (or ended) child. Dropping it stops it, unless it is detached.
#[derive(Debug)]
pub struct Process {
    name: String,
    pid: Pid,
    stop_signal: Signal,
    lifetime: Lifetime,
    watched: Arc<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    ended: Mutex<Option<ExitStatus>>,
    changed: Condvar,
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, Option<ExitStatus>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process {
    pub fn spawn(spec: &ProcessSpec) -> Result<Self, LaunchError> {
        let mut command = spec.command()?;
        let watched = Arc::new(Watched::default());
        let (tell, hear) = mpsc::channel();
        let ours = Arc::clone(&watched);
        thread::Builder::new()
            .name(format!("watch-{}", spec.name))
            .spawn(move || match command.spawn() {
                Err(error) => drop(tell.send(Err(error))),
                Ok(mut child) => {
                    let pid = Pid::from_child(&child);
                    drop(tell.send(Ok(pid)));
                    // First only look: reaping happens under the lock, so that `signal` can never
                    // hit a stranger that got the number of our dead child.
                    while let Err(rustix::io::Errno::INTR) =
                        waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
                    {}
                    let mut ended = ours.lock();
                    *ended = child.wait().ok();
                    ours.changed.notify_all();
                }
            })
            .map_err(at("starting a thread for", &spec.program))?;
        let pid = hear
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("its thread ended")))
            .map_err(at("starting", &spec.program))?;
        Ok(Self { name: spec.name.clone(), pid, stop_signal: spec.stop_signal, lifetime: spec.lifetime, watched })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn pid(&self) -> u32 {
        self.pid.as_raw_pid().unsigned_abs()
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&self) -> Option<ExitStatus> {
        *self.watched.lock()
    }

    /// Sends a signal; nothing happens to a child that has ended.
    pub fn signal(&self, signal: Signal) {
        let ended = self.watched.lock();
        if ended.is_none() {
            // It may have ended a moment ago without being reaped: that is what we wanted anyway.
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Waits for the end, at most this long.
    pub fn wait(&self, at_most: Duration) -> Option<ExitStatus> {
        let (ended, _) = self
            .watched
            .changed
            .wait_timeout_while(self.watched.lock(), at_most, |ended| ended.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        *ended
    }

    /// Asks for an orderly end, and kills what has not ended in time. True when it ended by itself.
    pub fn stop(&self, within: Duration) -> bool {
        self.signal(self.stop_signal);
        if self.wait(within).is_some() {
            return true;
        }
        self.kill();
        false
    }

    /// `kill -9`, and waits until the child is gone.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
        self.wait(DROP_PATIENCE);
    }

    /// Polls until `ready` says so; fails when the child ends, when `stopping` says so, or in the end.
    pub fn wait_until_ready(
        &self,
        log: &Path,
        at_most: Duration,
        stopping: &dyn Fn() -> bool,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), LaunchError> {
        let deadline = Instant::now() + at_most;
        loop {
            if ready() {
                return Ok(());
            }
            // Waiting for the end is the pause between two looks.
            if let Some(status) = self.wait(Duration::from_millis(10)) {
                return Err(LaunchError::EndedEarly {
                    name: self.name.clone(),
                    status: status.to_string(),
                    log: log.to_owned(),
                    tail: tail(log),
                });
            }
            if stopping() {
                self.stop(DROP_PATIENCE);
                return Err(LaunchError::Stopped { name: self.name.clone() });
            }
            if Instant::now() > deadline {
                self.stop(DROP_PATIENCE);
                return Err(LaunchError::NotReady {
                    name: self.name.clone(),
                    after: at_most,
                    log: log.to_owned(),
                    tail: tail(log),
                });
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.lifetime == Lifetime::WithParent {
            self.stop(DROP_PATIENCE);
        }
    }
}

impl ProcessSpec {
    fn command(&self) -> Result<Command, LaunchError> {
        let log = open_log(&self.log)?;
        let errors = log.try_clone().map_err(at("opening", &self.log))?;
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        match self.lifetime {
            Lifetime::WithParent => {
                command.process_group(0);
                end_with_parent(&mut command, self.stop_signal);
            }
            Lifetime::Detached => detach(&mut command),
        }
        Ok(command)
    }
}

/// The kernel stops the child when we die, even by `kill -9`.
#[allow(unsafe_code)]
fn end_with_parent(command: &mut Command, signal: Signal) {
    let parent = rustix::process::getpid();
    let ask = move || {
        // Runs after the change of user, which would have cleared the setting.
        set_parent_process_death_signal(Some(signal))?;
        if getppid() != Some(parent) {
            return Err(rustix::io::Errno::SRCH.into());
        }
        Ok(())
    };
    // SAFETY: the closure makes two system calls and allocates nothing; both are
    // safe between fork and exec.
    unsafe {
        command.pre_exec(ask);
    }
}

/// A session of its own: no terminal's signal, and no test runner's, reaches the child.
#[allow(unsafe_code)]
fn detach(command: &mut Command) {
    // SAFETY: the closure makes one system call and allocates nothing.
    unsafe {
        command.pre_exec(|| setsid().map(drop).map_err(io::Error::from));
    }
}

/// Sends a signal to a process that is not our child.
pub fn signal_process(pid: u32, signal: Signal) -> io::Result<()> {
    let pid = Pid::from_raw(pid.cast_signed()).ok_or(rustix::io::Errno::SRCH)?;
    kill_process(pid, signal).map_err(io::Error::from)
}

fn open_log(path: &Path) -> Result<File, LaunchError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at("making", parent))?;
    }
    if fs::metadata(path).is_ok_and(|log| log.len() > LOG_LIMIT_BYTES) {
        let mut kept = path.as_os_str().to_owned();
        kept.push(".1");
        fs::rename(path, kept).map_err(at("rotating", path))?;
    }
    OpenOptions::new().create(true).append(true).open(path).map_err(at("opening", path))
}

/// The last lines of a log, for an error message.
pub fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
