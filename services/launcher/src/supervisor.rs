//! Keeps children alive: one thread a child starts it, waits for its end, reports, starts it again.
//!
//! The first start is the caller's to judge: its failure is returned, not repeated. Later ones are
//! repeated with growing pauses for as long as it takes, because the rest of the product rides out
//! the absence of any child. The end comes in reverse order of the beginning.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{error::LaunchError, process::Process};

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A child that ran this long was healthy: the next pause is the shortest again.
const HEALTHY_AFTER: Duration = Duration::from_secs(30);

/// Something that can be started again and again.
pub trait Unit: Send + 'static {
    fn name(&self) -> &str;

    /// Starts it and returns once it can be used. `stopping` turns true when nobody wants it anymore.
    fn start(&mut self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError>;
}

/// What happened to a child; its `Display` is the one line for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Ended { name: String, pid: u32, how: String },
    Restarted { name: String, pid: u32, after: Duration },
    NotRestarted { name: String, why: String, retry_in: Duration },
    Killed { name: String },
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { name, pid, how } => {
                write!(out, "{name} (process {pid}) ended unexpectedly: {how}")
            }
            Self::Restarted { name, pid, after } => {
                write!(out, "{name} runs again as process {pid}, {:.1} s after its end", after.as_secs_f32())
            }
            Self::NotRestarted { name, why, retry_in } => {
                write!(out, "{name} could not be started, next try in {:.1} s: {why}", retry_in.as_secs_f32())
            }
            Self::Killed { name } => write!(out, "{name} did not end in time and was killed"),
        }
    }
}

/// The children, in the order they were started.
pub struct Supervisor {
    children: Vec<Child>,
    report: Arc<dyn Fn(Report) + Send + Sync>,
    given_up: Arc<AtomicBool>,
}

struct Child {
    name: String,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
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
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps, but not past the wish to stop. True when there is that wish.
    fn pause(&self, at_most: Duration) -> bool {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), at_most, |state| !state.stopping)
            .unwrap_or_else(PoisonError::into_inner);
        state.stopping
    }
}

impl Supervisor {
    /// `report` hears of every unexpected end and what became of it, on the child's thread.
    pub fn new(report: impl Fn(Report) + Send + Sync + 'static) -> Self {
        Self { children: Vec::new(), report: Arc::new(report), given_up: Arc::default() }
    }

    /// Set it to true to break off a first start that [`Self::run`] is waiting for.
    pub fn give_up(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.given_up)
    }

    /// Starts a unit and keeps it alive from then on.
    pub fn run(&mut self, mut unit: impl Unit) -> Result<(), LaunchError> {
        let name = unit.name().to_owned();
        let first = Arc::new(unit.start(&|| self.given_up.load(Ordering::Relaxed))?);
        let shared = Arc::new(Shared::default());
        shared.lock().process = Some(Arc::clone(&first));
        let (theirs, report) = (Arc::clone(&shared), Arc::clone(&self.report));
        let thread = thread::Builder::new()
            .name(format!("keep-{name}"))
            .spawn(move || keep(&mut unit, first, &theirs, &*report))
            .map_err(crate::error::at("starting a thread for", &name))?;
        self.children.push(Child { name, shared, thread });
        Ok(())
    }

    /// The process number of a unit, or `None` while it is down.
    pub fn pid(&self, name: &str) -> Option<u32> {
        let child = self.children.iter().find(|child| child.name == name)?;
        let state = child.shared.lock();
        let process = state.process.as_ref()?;
        process.ended().is_none().then(|| process.pid())
    }

    /// Ends all children, the last started first, in `within` altogether: who is late is killed.
    pub fn stop(self, within: Duration) {
        let deadline = Instant::now() + within;
        for child in self.children.into_iter().rev() {
            let process = {
                let mut state = child.shared.lock();
                state.stopping = true;
                child.shared.changed.notify_all();
                state.process.take()
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if process.is_some_and(|process| !process.stop(left)) {
                (self.report)(Report::Killed { name: child.name.clone() });
            }
            // The thread ends as soon as its child has; a panic in it was reported by its own hook.
            let _ = child.thread.join();
        }
    }
}

fn keep(unit: &mut impl Unit, first: Arc<Process>, shared: &Shared, report: &(dyn Fn(Report) + Send + Sync)) {
    let name = unit.name().to_owned();
    let mut process = first;
    let mut pause = SHORTEST_PAUSE;
    let mut started = Instant::now();
    loop {
        let how = loop {
            if let Some(how) = process.wait(Duration::from_secs(3600)) {
                break how;
            }
        };
        let ended = Instant::now();
        if shared.lock().stopping {
            return;
        }
        report(Report::Ended { name: name.clone(), pid: process.pid(), how: how.to_string() });
        if started.elapsed() > HEALTHY_AFTER {
            pause = SHORTEST_PAUSE;
        }
        process = loop {
            if shared.pause(pause) {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            match unit.start(&|| shared.lock().stopping) {
                Ok(process) => break Arc::new(process),
                Err(LaunchError::Stopped { .. }) => return,
                Err(error) => {
                    report(Report::NotRestarted { name: name.clone(), why: error.to_string(), retry_in: pause })
                }
            }
        };
        started = Instant::now();
        {
            let mut state = shared.lock();
            if state.stopping {
                return;
            }
            state.process = Some(Arc::clone(&process));
        }
        report(Report::Restarted { name: name.clone(), pid: process.pid(), after: ended.elapsed() });
    }
}

/// A unit that is just a command with a readiness check: the sandbox, or a role of its own.
pub struct Command<R> {
    pub spec: crate::process::ProcessSpec,
    pub patience: Duration,
    pub ready: R,
}

impl<R: FnMut() -> bool + Send + 'static> Unit for Command<R> {
    fn name(&self) -> &str {
        &self.spec.name
    }

    fn start(&mut self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
        let process = Process::spawn(&self.spec)?;
        process.wait_until_ready(&self.spec.log, self.patience, stopping, &mut self.ready)?;
        Ok(process)
    }
}
