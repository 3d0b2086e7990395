//! An import of contacts: every row of the file ends in exactly one of created, updated, duplicate or rejected.

use crate::id::{ImportId, ListId};
use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub import_id: ImportId,
    pub file_name: String,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// Members of this list, when the rows are to form one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<ListId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A row that did not become a contact, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotedRow {
    /// Line in the file, from 1; the header is line 1.
    pub line: u64,
    /// A stable word, such as `phone_invalid`.
    pub reason: String,
}

/// A chunk of consecutive rows. Created rows are counted; the others are named one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsImported {
    pub chunk: u64,
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    /// Of the created and updated: how many came without consent and will not be written to.
    pub without_consent: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicate: Vec<NotedRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<NotedRow>,
    /// How far into the file this chunk reaches, in bytes.
    pub bytes_read: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finished {}

/// The file could not be read on; what was imported stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impersonal!(Started, RowsImported, Finished, Failed);

events! {
    pub enum Event {
        Started(Started) = "import.started", 1;
        RowsImported(RowsImported) = "import.rows_imported", 1;
        Finished(Finished) = "import.finished", 1;
        Failed(Failed) = "import.failed", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Start(Started),
    RecordRows(RowsImported),
    Finish,
    Fail { reason: String, line: Option<u64> },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum State {
    #[default]
    New,
    Running {
        next_chunk: u64,
    },
    Ended,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("import was started already")]
    AlreadyStarted,
    #[error("import is not running")]
    NotRunning,
    #[error("chunk {got} out of turn, expected {expected}")]
    OutOfTurn { expected: u64, got: u64 },
    #[error("the outcomes of chunk {0} do not add up to its rows")]
    DoesNotAddUp(u64),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, state) {
        (Command::Start(it), State::New) => Ok(vec![it.into()]),
        (Command::Start(_), _) => Err(Refusal::AlreadyStarted),
        (Command::RecordRows(it), State::Running { next_chunk }) => {
            let outcomes = it.created + it.updated + it.duplicate.len() as u64 + it.rejected.len() as u64;
            match it.chunk {
                chunk if chunk < *next_chunk => Ok(vec![]),
                chunk if chunk > *next_chunk => Err(Refusal::OutOfTurn { expected: *next_chunk, got: chunk }),
                chunk if outcomes != it.rows => Err(Refusal::DoesNotAddUp(chunk)),
                _ => Ok(vec![it.into()]),
            }
        }
        (Command::Finish, State::Running { .. }) => Ok(vec![Finished {}.into()]),
        (Command::Fail { reason, line }, State::Running { .. }) => Ok(vec![Failed { reason, line }.into()]),
        (Command::Finish | Command::Fail { .. }, State::Ended) => Ok(vec![]),
        (_, _) => Err(Refusal::NotRunning),
    }
}

pub fn evolve(_: State, event: &Event) -> State {
    match event {
        Event::Started(_) => State::Running { next_chunk: 0 },
        Event::RowsImported(it) => State::Running { next_chunk: it.chunk + 1 },
        Event::Finished(_) | Event::Failed(_) => State::Ended,
    }
}

aggregate!(Import, Import);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    fn started() -> Event {
        let import_id = ImportId(Uuid::from_u128(1));
        Started { import_id, file_name: "a.csv".into(), bytes: 10, list_id: None, tags: vec![] }.into()
    }

    fn rows(chunk: u64, rows: u64, created: u64) -> RowsImported {
        RowsImported {
            chunk,
            rows,
            created,
            updated: 0,
            without_consent: 0,
            duplicate: vec![],
            rejected: vec![NotedRow { line: 2, reason: "phone_invalid".into() }],
            bytes_read: 10,
        }
    }

    #[test]
    fn every_row_has_exactly_one_outcome() {
        given::<Import>([started()]).when(Command::RecordRows(rows(0, 3, 2))).then([rows(0, 3, 2).into()]);
        given::<Import>([started()]).when(Command::RecordRows(rows(0, 3, 3))).refused(Refusal::DoesNotAddUp(0));
    }

    #[test]
    fn a_chunk_is_recorded_once_and_in_turn() {
        given::<Import>([started(), rows(0, 3, 2).into()]).when(Command::RecordRows(rows(0, 3, 2))).then_nothing();
        given::<Import>([started()])
            .when(Command::RecordRows(rows(1, 3, 2)))
            .refused(Refusal::OutOfTurn { expected: 0, got: 1 });
    }
}
