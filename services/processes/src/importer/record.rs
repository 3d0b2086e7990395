//! Writing a batch: its contacts and the chunk that counts them, in one transaction.

use super::import::Import;
use super::plan::Verdict;
use super::prepare::{Batch, Preparation};
use super::{contacts, tally};
use anyhow::{Context as _, bail};
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_contact_files::reason;
use waybill_domain::id::ContactId;
use waybill_domain::import::{Command, State, decide, evolve};
use waybill_domain::list;
use waybill_event_store::append::Ready;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

/// Where the import stands after a batch.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub state: State,
    pub version: i64,
}

/// `None` when the import has moved on by another hand: nothing was written.
pub async fn record(preparation: &Preparation, at: &Recorded, mut batch: Batch) -> anyhow::Result<Option<Recorded>> {
    let store = &preparation.store;
    let mut transaction = store.database.system.begin().await?;
    let lost = append(preparation, &mut transaction, &batch.ready, &batch.written).await?;
    if !lost.is_empty() {
        decide_anew(preparation, &mut transaction, &mut batch, lost).await?;
    }
    let (writes, after) = conclusion(&preparation.import, at, &batch)?;
    let append = Append::new(preparation.metadata(), writes);
    let ready = store.make_ready(vec![append]).await?;
    let Some(Outcome::Appended { position, versions }) = store.append_in(&mut transaction, &ready).await?.pop() else {
        return Ok(None);
    };
    transaction.commit().await.context("recording rows of an import")?;
    store.announce(position);
    count(&batch);
    Ok(Some(Recorded { state: after, version: versions[0] }))
}

/// Answers the candidates whose contact had moved on.
async fn append(
    preparation: &Preparation,
    connection: &mut PgConnection,
    ready: &[Ready],
    written: &[usize],
) -> anyhow::Result<Vec<usize>> {
    if ready.is_empty() {
        return Ok(vec![]);
    }
    let outcomes = preparation.store.append_in(connection, ready).await?;
    let lost = written.iter().zip(outcomes).filter(|(_, outcome)| !matches!(outcome, Outcome::Appended { .. }));
    Ok(lost.map(|(at, _)| *at).collect())
}

/// The lane's lock is held by now, so what is loaded here cannot move any more.
async fn decide_anew(
    preparation: &Preparation,
    connection: &mut PgConnection,
    batch: &mut Batch,
    lost: Vec<usize>,
) -> anyhow::Result<()> {
    metrics::counter!("import_conflicts_total").increment(lost.len() as u64);
    let Import { tenant_id, cause, .. } = preparation.import;
    let ids: Vec<Uuid> = lost.iter().map(|at| batch.candidates[*at].contact_id.0).collect();
    let known = contacts::load(&preparation.store, connection, tenant_id, &ids, cause).await?;
    let (ready, written) = preparation.plan(&mut batch.lines, &batch.candidates, lost, &known).await?;
    match append(preparation, connection, &ready, &written).await?.first() {
        Some(at) => bail!("contact {} moved although the lane's lock is held", batch.candidates[*at].contact_id),
        None => Ok(()),
    }
}

/// The chunks, the members of the list, and the state of the import after them.
fn conclusion(import: &Import, at: &Recorded, batch: &Batch) -> anyhow::Result<(Vec<StreamWrite>, State)> {
    let State::Running { next_chunk } = at.state else { bail!("import {} is not running", import.import_id) };
    let mut state = at.state.clone();
    let mut events = Vec::new();
    for chunk in tally::chunks(next_chunk, &batch.lines) {
        let new = decide(&state, Command::RecordRows(chunk)).context("recording rows")?;
        state = new.iter().fold(state, evolve);
        events.extend(new);
    }
    let mut writes = vec![StreamWrite::new(import.import_id, Expected::Exactly(at.version), &events)];
    let members = members(batch);
    if let Some(list_id) = import.list_id
        && !members.is_empty()
    {
        let created = list::State { name: Some(String::new()) };
        let events = list::decide(&created, list::Command::AddMembers(members)).context("adding members")?;
        writes.push(StreamWrite::new(list_id, Expected::Any, &events));
    }
    Ok((writes, state))
}

/// Every contact that the rows name, new or not. One that an earlier row named is a member already.
fn members(batch: &Batch) -> Vec<ContactId> {
    let members = batch.candidates.iter().filter(|candidate| {
        candidate.places.iter().any(|place| match batch.lines[*place].verdict {
            Verdict::Rejected(_) => false,
            Verdict::Duplicate(why) => why != reason::SAME_NUMBER,
            Verdict::Created { .. } | Verdict::Updated { .. } => true,
        })
    });
    members.map(|candidate| candidate.contact_id).collect()
}

fn count(batch: &Batch) {
    let mut counts = [0u64; 4];
    for line in &batch.lines {
        counts[match line.verdict {
            Verdict::Created { .. } => 0,
            Verdict::Updated { .. } => 1,
            Verdict::Duplicate(_) => 2,
            Verdict::Rejected(_) => 3,
        }] += 1;
    }
    for (outcome, count) in ["created", "updated", "duplicate", "rejected"].into_iter().zip(counts) {
        metrics::counter!("import_rows_total", "outcome" => outcome).increment(count);
    }
}
