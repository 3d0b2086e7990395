//! A role as a child process that is started again as soon as it has ended, as an orchestrator would.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use waybill_launcher::process::tail;
use waybill_launcher::{Process, ProcessSpec, Signal};

/// Between an end and the next start, so that a role that cannot start does not take the machine.
const PAUSE: Duration = Duration::from_millis(50);
/// For what happens at once unless something is badly wrong.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Child {
    pub name: &'static str,
    log: PathBuf,
    shared: Arc<Shared>,
    keeper: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    process: Option<Arc<Process>>,
    stopping: bool,
    /// The next end is our doing.
    asked: bool,
    ends: Vec<End>,
}

/// How a process of the role ended.
#[derive(Debug, Clone)]
pub struct End {
    pub how: String,
    pub success: bool,
    /// By a signal of ours, not by itself.
    pub asked: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics holding it")
    }
}

impl Child {
    pub fn start(name: &'static str, spec: ProcessSpec) -> Self {
        let (log, shared) = (spec.log.clone(), Arc::new(Shared::default()));
        let theirs = shared.clone();
        let keeper = thread::spawn(move || keep(&spec, &theirs));
        Self { name, log, shared, keeper: Some(keeper) }
    }

    /// `kill -9`; answers once it is dead.
    pub fn kill(&self) {
        self.strike(Signal::KILL);
    }

    /// SIGTERM; answers how it ended.
    pub fn terminate(&self) -> End {
        self.strike(Signal::TERM)
    }

    /// SIGSTOP: it is there, and does nothing.
    pub fn pause(&self) {
        self.send(Signal::STOP);
    }

    /// SIGCONT.
    pub fn resume(&self) {
        self.send(Signal::CONT);
    }

    fn send(&self, signal: Signal) {
        let process = self.shared.lock().process.clone();
        process.expect("it was started").signal(signal);
    }

    fn strike(&self, signal: Signal) -> End {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        let process = loop {
            if let Some(process) = state.process.clone().filter(|process| process.ended().is_none()) {
                break process;
            }
            assert!(Instant::now() < deadline, "{} does not start:\n{}", self.name, tail(&self.log));
            state = self.shared.changed.wait_timeout(state, PAUSE).expect("nobody panics holding it").0;
        };
        state.asked = true;
        let before = state.ends.len();
        drop(state);
        process.signal(signal);
        let state = self.shared.lock();
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.ends.len() == before)
            .expect("nobody panics holding it");
        assert!(!timeout.timed_out(), "{} did not end after {signal:?}", self.name);
        state.ends[before].clone()
    }

    /// Every end so far that nobody asked for.
    pub fn ended_by_itself(&self) -> Vec<End> {
        self.shared.lock().ends.iter().filter(|end| !end.asked).cloned().collect()
    }

    pub fn tail(&self) -> String {
        tail(&self.log)
    }

    pub fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let process = {
            let mut state = self.shared.lock();
            state.stopping = true;
            self.shared.changed.notify_all();
            state.process.take()
        };
        if let Some(process) = process {
            process.kill();
        }
        if let Some(keeper) = self.keeper.take() {
            // A panic in it was reported by its own hook.
            let _ = keeper.join();
        }
    }
}

fn keep(spec: &ProcessSpec, shared: &Shared) {
    loop {
        let process = Arc::new(Process::spawn(spec).expect("the program can be started"));
        {
            let mut state = shared.lock();
            if state.stopping {
                drop(state);
                process.kill();
                return;
            }
            state.process = Some(process.clone());
            shared.changed.notify_all();
        }
        let how = loop {
            if let Some(how) = process.wait(Duration::from_secs(3_600)) {
                break how;
            }
        };
        let mut state = shared.lock();
        state.process = None;
        let asked = std::mem::take(&mut state.asked);
        state.ends.push(End { how: how.to_string(), success: how.success(), asked });
        shared.changed.notify_all();
        let (state, _) =
            shared.changed.wait_timeout_while(state, PAUSE, |state| !state.stopping).expect("nobody panics holding it");
        if state.stopping {
            return;
        }
    }
}
