//! Group commit: appends that arrive while a batch is in flight go together as the next one.
//!
//! No lingering: a lone append is a batch of one. A batch holds each stream once. A later append to a stream that is
//! in the batch already is folded in when it goes on from it (`Any`, or exactly the version the first will reach);
//! when the first one loses its race the folded one is decided anew, and one that expects another version is answered
//! without asking the database.

use crate::append::{AppendError, Expected, Outcome, Ready, append_ready};
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;
use waybill_domain::stream::StreamId;

const MAX_APPENDS: usize = 500;
const MAX_BYTES: usize = 1 << 20;
const QUEUE: usize = 4_096;
/// How long the connection is kept for the next batch: taking one costs a question whether it still lives.
const KEPT: Duration = Duration::from_millis(50);

type Answer = oneshot::Sender<Result<Outcome, AppendError>>;

struct Job {
    ready: Ready,
    answer: Answer,
}

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub fn start(pool: PgPool, appended: watch::Sender<i64>) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(run(pool, queue, appended));
        Self { jobs }
    }

    pub async fn append(&self, ready: Ready) -> Result<Outcome, AppendError> {
        let (answer, outcome) = oneshot::channel();
        self.jobs.send(Job { ready, answer }).await.map_err(|_| AppendError::Stopped)?;
        outcome.await.map_err(|_| AppendError::Stopped)?
    }
}

async fn run(pool: PgPool, mut queue: mpsc::Receiver<Job>, appended: watch::Sender<i64>) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    let mut kept: Option<PoolConnection<Postgres>> = None;
    loop {
        if waiting.is_empty() {
            let next = match tokio::time::timeout(KEPT, queue.recv()).await {
                Ok(next) => next,
                Err(_) => {
                    kept = None;
                    queue.recv().await
                }
            };
            match next {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        gather(&mut queue, &mut waiting).await;
        let batch = Batch::take(&mut waiting);
        let connection = match kept.take() {
            Some(connection) => Ok(connection),
            None => pool.acquire().await,
        };
        let outcomes = match connection {
            Ok(mut connection) => {
                let outcomes = append_ready(&mut connection, &batch.heads()).await;
                kept = outcomes.is_ok().then_some(connection);
                outcomes
            }
            Err(error) => Err(error),
        };
        metrics::histogram!("log_append_batch_size").record(batch.members.len() as f64);
        match outcomes {
            Ok(outcomes) => {
                announce(&appended, &outcomes);
                batch.answer(outcomes, &mut waiting);
            }
            // A single append fails for itself; a batch is tried one by one, so that one bad append fails alone.
            Err(error) if batch.len() == 1 || is_in_doubt(&error) => batch.fail(error),
            Err(_) => one_by_one(&pool, batch, &appended).await,
        }
    }
}

fn announce(appended: &watch::Sender<i64>, outcomes: &[Outcome]) {
    let positions = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Appended { position, .. } => Some(*position),
        _ => None,
    });
    if let Some(highest) = positions.max() {
        appended.send_if_modified(|seen| {
            let newer = highest > *seen;
            *seen = highest.max(*seen);
            newer
        });
    }
}

/// Whether the batch may have been committed all the same: then an append that is tried again could lose to itself and
/// be told of a conflict. Whoever asked finds out, under the key of the command.
fn is_in_doubt(error: &sqlx::Error) -> bool {
    match error {
        // Ended by the operator, or because another session crashed: at any moment. And what waited in vain for the
        // lane would wait as long again for each of the batch.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57") || code == "55P03"),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        // Nothing was asked of the database, and it would not answer one by one either.
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Takes what has come. Whoever was answered a moment ago often appends again at once: as long as more comes, it gets
/// its turn to be in this batch. A lone append waits for nobody.
async fn gather(queue: &mut mpsc::Receiver<Job>, waiting: &mut VecDeque<Job>) {
    loop {
        let before = waiting.len();
        while waiting.len() < MAX_APPENDS * 2
            && let Ok(job) = queue.try_recv()
        {
            waiting.push_back(job);
        }
        if waiting.len() == before || waiting.len() >= MAX_APPENDS {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn one_by_one(pool: &PgPool, batch: Batch, appended: &watch::Sender<i64>) {
    let jobs = batch.members.into_iter().chain(batch.followers.into_iter().map(|follower| follower.job));
    for job in jobs {
        let outcome = match pool.acquire().await {
            Ok(mut connection) => append_ready(&mut connection, &[&job.ready]).await,
            Err(error) => Err(error),
        };
        if let Ok(outcomes) = &outcome {
            announce(appended, outcomes);
        }
        let outcome = outcome.map(|mut outcomes| outcomes.pop().expect("one in, one out"));
        let _ = job.answer.send(outcome.map_err(AppendError::from));
    }
}

/// An append that touches a stream which the batch writes already.
struct Follower {
    job: Job,
    /// The member it waits for.
    behind: usize,
}

#[derive(Default)]
struct Batch {
    members: Vec<Job>,
    followers: Vec<Follower>,
}

impl Batch {
    /// Fills a batch from the front of the queue; what cannot go yet stays, in order for each stream.
    fn take(waiting: &mut VecDeque<Job>) -> Self {
        let mut batch = Batch::default();
        let mut holder: HashMap<Uuid, usize> = HashMap::new();
        let mut commands: HashMap<Uuid, usize> = HashMap::new();
        let mut bytes = 0;
        while let Some(job) = waiting.front() {
            let size = job.ready.bytes();
            let full = batch.members.len() >= MAX_APPENDS || bytes + size > MAX_BYTES;
            if full && !batch.members.is_empty() {
                break;
            }
            let job = waiting.pop_front().expect("seen at the front");
            let streams = || job.ready.append.writes.iter().map(|write| write.stream.id);
            let command = job.ready.append.command.as_ref().map(|command| command.id);
            let behind = streams().find_map(|stream| holder.get(&stream).copied());
            let behind = behind.or_else(|| command.and_then(|id| commands.get(&id).copied()));
            if let Some(behind) = behind {
                batch.followers.push(Follower { job, behind });
                continue;
            }
            for stream in streams() {
                holder.insert(stream, batch.members.len());
            }
            if let Some(id) = command {
                commands.insert(id, batch.members.len());
            }
            bytes += size;
            batch.members.push(job);
        }
        batch
    }

    fn heads(&self) -> Vec<&Ready> {
        self.members.iter().map(|job| &job.ready).collect()
    }

    /// Answers the members; followers either lose at once, or go back to the front of the queue.
    fn answer(self, outcomes: Vec<Outcome>, waiting: &mut VecDeque<Job>) {
        let mut again = Vec::new();
        for Follower { job, behind } in self.followers {
            match certain_conflict(&job.ready, &self.members[behind].ready, &outcomes[behind]) {
                Some(conflict) => drop(job.answer.send(Ok(conflict))),
                None => again.push(job),
            }
        }
        for job in again.into_iter().rev() {
            waiting.push_front(job);
        }
        for (job, outcome) in self.members.into_iter().zip(outcomes) {
            let _ = job.answer.send(Ok(outcome));
        }
    }

    fn len(&self) -> usize {
        self.members.len() + self.followers.len()
    }

    /// Fails all of it; a lone append is told the error itself.
    fn fail(self, error: sqlx::Error) {
        let text = error.to_string();
        let mut first = (self.len() == 1).then_some(error);
        for job in self.members.into_iter().chain(self.followers.into_iter().map(|follower| follower.job)) {
            let error = first.take().map_or_else(|| AppendError::Batch(text.clone()), AppendError::Database);
            let _ = job.answer.send(Err(error));
        }
    }
}

/// Whether `follower` has lost for certain, seeing where its shared streams stand after `leader`.
fn certain_conflict(follower: &Ready, leader: &Ready, outcome: &Outcome) -> Option<Outcome> {
    // A repeated command has to be answered by the database, with the stored answer.
    if follower.append.command.is_some() {
        return None;
    }
    let reached = |stream: StreamId| -> Option<i64> {
        match outcome {
            Outcome::Appended { versions, .. } => {
                let at = leader.append.writes.iter().position(|write| write.stream == stream)?;
                versions.get(at).copied()
            }
            Outcome::Conflict { stream: lost, current } if *lost == stream => Some(*current),
            _ => None,
        }
    };
    follower.append.writes.iter().find_map(|write| match (write.expected, reached(write.stream)) {
        // A stream only grows: a version below the present one never comes back.
        (Expected::Exactly(expected), Some(current)) if expected < current => {
            Some(Outcome::Conflict { stream: write.stream, current })
        }
        _ => None,
    })
}
