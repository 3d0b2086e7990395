//! Reading ahead: rows of the file as batches that are ready to be written.
//!
//! Parsing and encrypting keep a processor busy, so this runs on a thread that may block, one batch ahead of the
//! transaction that writes. What it decides on may be out of date by then; `record` decides such contacts anew.

use super::pieces::{PieceError, Pieces};
use super::plan::{ERASED, Entry, Grounds, Known, Verdict, plan};
use super::tally::Line;
use super::{contacts, import::Import};
use std::collections::HashMap;
use std::collections::hash_map;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_contact_files::{FileError, Outcome, Row, RowReader};
use waybill_domain::actor::Actor;
use waybill_domain::id::ContactId;
use waybill_event_store::append::Ready;
use waybill_event_store::{Append, EventStore, Expected, Metadata, StreamWrite};
use waybill_runtime::{Clock, Context};

/// Rows of one transaction. More hold the log's lane longer against everyone else who writes.
const ROWS: usize = 2_000;
/// And this many bytes of them.
const BYTES: usize = 4 << 20;

/// Rows of one number in a batch.
#[derive(Debug)]
pub struct Candidate {
    pub contact_id: ContactId,
    pub entries: Vec<Entry>,
    /// Places of the entries among the lines of the batch.
    pub places: Vec<usize>,
}

/// Consecutive rows, decided and encrypted.
#[derive(Debug, Default)]
pub struct Batch {
    pub lines: Vec<Line>,
    pub candidates: Vec<Candidate>,
    /// Appends, each for the candidate at the same place of `written`.
    pub ready: Vec<Ready>,
    pub written: Vec<usize>,
}

/// The end of the file, or why it cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error(transparent)]
    File(FileError),
    #[error("upload is incomplete")]
    Incomplete,
}

/// What batches are prepared with.
#[derive(Clone)]
pub struct Preparation {
    pub store: EventStore,
    pub clock: Clock,
    pub import: Import,
    pub grounds: Grounds,
}

/// Reads the upload from where the import stands and sends batches until its end. Stops when `stop` is cancelled or
/// nobody receives.
pub fn run(
    context: &Context,
    preparation: &Preparation,
    batches: &mpsc::Sender<Batch>,
    stop: &CancellationToken,
) -> anyhow::Result<Result<(), Unreadable>> {
    let runtime = Handle::current();
    let import = &preparation.import;
    let pieces = Pieces {
        pool: context.store.database.system.clone(),
        runtime: runtime.clone(),
        tenant_id: import.tenant_id,
        import_id: import.import_id,
        bytes: import.upload.bytes,
        given: 0,
        nth: -1,
    };
    let index_key = runtime.block_on(context.store.keys.index_key(import.tenant_id))?;
    let mut reader = match RowReader::open(pieces, import.upload.options.mapping.as_ref(), import.bytes_read) {
        Ok(reader) => reader,
        Err(error) => return unreadable(error).map(Err),
    };
    let country = import.upload.options.default_country.as_deref();
    let mut row = Row::default();
    let mut end = None;
    while end.is_none() && !stop.is_cancelled() {
        let mut rows = Rows::default();
        while rows.lines.len() < ROWS && rows.bytes < BYTES {
            match reader.read(&mut row) {
                Ok(true) => rows.push(&row, reader.columns().read(&row, country), &index_key),
                Ok(false) => end = Some(Ok(())),
                Err(error) => end = Some(Err(unreadable(error)?)),
            }
            if end.is_some() {
                break;
            }
        }
        if rows.lines.is_empty() {
            break;
        }
        let batch = runtime.block_on(preparation.decide(rows))?;
        if batches.blocking_send(batch).is_err() {
            break;
        }
    }
    Ok(end.unwrap_or(Ok(())))
}

/// A database that does not answer is not the file's fault.
fn unreadable(error: FileError) -> anyhow::Result<Unreadable> {
    match error {
        FileError::Source(source) => match source.downcast::<PieceError>() {
            Ok(piece) if matches!(*piece, PieceError::Incomplete { .. }) => Ok(Unreadable::Incomplete),
            Ok(piece) => Err(anyhow::Error::from(*piece)),
            Err(source) => Err(anyhow::Error::from_boxed(source)),
        },
        error => Ok(Unreadable::File(error)),
    }
}

/// Rows as they were read, by number.
#[derive(Default)]
struct Rows {
    lines: Vec<Line>,
    candidates: Vec<Candidate>,
    by_contact: HashMap<ContactId, usize>,
    bytes: usize,
}

impl Rows {
    fn push(&mut self, row: &Row, outcome: Outcome, index_key: &[u8; 32]) {
        self.bytes += row.bytes().len();
        let place = self.lines.len();
        let verdict = match outcome {
            Outcome::Rejected(reason) => Verdict::Rejected(reason),
            Outcome::Ok(contact) => {
                let contact_id = ContactId::for_phone(index_key, contact.phone.as_str());
                let at = match self.by_contact.entry(contact_id) {
                    hash_map::Entry::Occupied(found) => *found.get(),
                    hash_map::Entry::Vacant(free) => {
                        self.candidates.push(Candidate { contact_id, entries: vec![], places: vec![] });
                        *free.insert(self.candidates.len() - 1)
                    }
                };
                self.candidates[at].entries.push(Entry { line: row.line, contact });
                self.candidates[at].places.push(place);
                // Stands until the contact is planned.
                Verdict::Created { consent: false }
            }
        };
        self.lines.push(Line { line: row.line, end: row.end, verdict });
    }
}

impl Preparation {
    async fn decide(&self, rows: Rows) -> anyhow::Result<Batch> {
        let Rows { lines, candidates, .. } = rows;
        let mut batch = Batch { lines, candidates, ..Batch::default() };
        let ids: Vec<Uuid> = batch.candidates.iter().map(|candidate| candidate.contact_id.0).collect();
        let mut connection = self.store.database.system.acquire().await?;
        let known =
            contacts::load(&self.store, &mut connection, self.import.tenant_id, &ids, self.import.cause).await?;
        drop(connection);
        let all = 0..batch.candidates.len();
        (batch.ready, batch.written) = self.plan(&mut batch.lines, &batch.candidates, all, &known).await?;
        Ok(batch)
    }

    /// Plans some of the candidates: sets the verdicts of their rows, and answers what is to be appended for which.
    pub async fn plan(
        &self,
        lines: &mut [Line],
        candidates: &[Candidate],
        which: impl IntoIterator<Item = usize>,
        known: &HashMap<Uuid, Known>,
    ) -> anyhow::Result<(Vec<Ready>, Vec<usize>)> {
        let metadata = self.metadata();
        let nobody = Known::default();
        let mut appends = Vec::new();
        let mut written = Vec::new();
        for at in which {
            let Candidate { contact_id, entries, places } = &candidates[at];
            let known = known.get(&contact_id.0).unwrap_or(&nobody);
            let (events, verdicts) = plan(known, *contact_id, entries, &self.grounds, metadata.at);
            for (place, verdict) in places.iter().zip(verdicts) {
                lines[*place].verdict = verdict;
            }
            // Without events it is still appended, at the version it was decided on: then it is noticed when the
            // contact has moved on in between.
            let write = StreamWrite::new(*contact_id, Expected::Exactly(known.version), &events);
            appends.push(Append::new(metadata.clone(), vec![write]));
            written.push(at);
        }
        let ready = self.store.make_ready(appends).await?;
        Ok(without_erased(ready, written, lines, candidates))
    }

    pub fn metadata(&self) -> Metadata {
        Metadata {
            tenant_id: self.import.tenant_id,
            actor: Actor::process("importer"),
            at: self.clock.now(),
            correlation_id: self.import.correlation_id,
            causation_id: Some(self.import.cause),
            traceparent: self.import.traceparent.clone(),
        }
    }
}

/// The secret of a person who was erased is gone, so nothing about them can be encrypted: such rows are rejected.
fn without_erased(
    ready: Vec<Ready>,
    written: Vec<usize>,
    lines: &mut [Line],
    candidates: &[Candidate],
) -> (Vec<Ready>, Vec<usize>) {
    let erased = |it: &Ready| {
        let events = it.append.writes.iter().flat_map(|write| &write.events);
        events.zip(&it.envelopes).any(|(event, envelope)| event.personal.is_some() && envelope.sealed.is_none())
    };
    let (gone, kept): (Vec<_>, Vec<_>) = ready.into_iter().zip(written).partition(|(ready, _)| erased(ready));
    for place in gone.iter().flat_map(|(_, at)| &candidates[*at].places) {
        lines[*place].verdict = Verdict::Rejected(ERASED);
    }
    kept.into_iter().unzip()
}
