//! Beginning to send: `sending` of messages, the rows that tell what is in flight, and the checkpoint of who begins them,
//! in one statement. Calls may be made once it has answered, so what it takes is what a reply waits.

use crate::EventStore;
use crate::append::{Columns, LANE, Outcome, Ready, outcomes};
use crate::checkpoint::{Checkpoint, CheckpointError};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};
use uuid::Uuid;
use waybill_domain::id::{MessageId, TenantId};

/// Raised by `process.note_in_flight` and by `es.carried_out`.
const FENCED: &str = "WB001";
const MOVED_ON: &str = "WB002";

/// A call that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct InFlight {
    pub message_id: MessageId,
    pub tenant_id: TenantId,
    pub attempt: u32,
    /// Of the message's stream, at `sending`.
    pub version: i64,
    pub correlation_id: Uuid,
}

/// Who begins, and how far its checkpoint moves.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    pub checkpoint: &'a Checkpoint,
    pub through: i64,
    /// Of the sender to which the calls belong.
    pub epoch: i64,
    /// As in [`EventStore::append_in`]: others who take turns go first.
    pub in_turn: bool,
}

#[derive(Debug, PartialEq)]
pub enum Begun {
    /// All of it; the position of the last event.
    All(i64),
    /// Nothing: some message had moved on.
    MovedOn,
}

const PROMPTLY: &str =
    "select a.write_index, es.carried_out(a.outcome) as outcome, a.position, a.version, a.fingerprint,
        a.answer
     from (select case when process.note_in_flight($25, $26, $27, $28, $29, $30, $31, $32, $33, $34) is null then $1
            else $1 end as lane) as noted,
        lateral es.append(noted.lane, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24) as a";
const IN_TURN: &str =
    "select a.write_index, es.carried_out(a.outcome) as outcome, a.position, a.version, a.fingerprint,
        a.answer
     from (select case when process.note_in_flight($25, $26, $27, $28, $29, $30, $31, $32, $33, $34) is null then $1
            else $1 end as lane) as noted,
        lateral (select case when pg_advisory_xact_lock(7003, noted.lane) is null then noted.lane else noted.lane end
            as lane) as turn,
        lateral es.append(turn.lane, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24) as a";

impl EventStore {
    /// Appends `sending` of all these messages or of none. The checkpoint that comes back holds from then on.
    pub async fn begin_sending(
        &self,
        beginning: Beginning<'_>,
        in_flight: &[InFlight],
        sending: &[Ready],
    ) -> Result<(Begun, Checkpoint), CheckpointError> {
        let Beginning { checkpoint, in_turn, .. } = beginning;
        let batch: Vec<&Ready> = sending.iter().collect();
        let columns = Columns::of(&batch);
        let query = columns.bind(if in_turn { IN_TURN } else { PROMPTLY }, LANE);
        let rows = beginning.bind(query, in_flight).fetch_all(&self.database.system).await;
        match rows {
            Ok(rows) => {
                let outcomes = outcomes(rows, &batch).map_err(|error| beginning.failed(error))?;
                let positions = outcomes.iter().filter_map(|outcome| match outcome {
                    Outcome::Appended { position, .. } => Some(*position),
                    _ => None,
                });
                let position = positions.max().unwrap_or(0);
                self.announce(position);
                Ok((Begun::All(position), beginning.reached()))
            }
            Err(error) if code(&error).as_deref() == Some(MOVED_ON) => Ok((Begun::MovedOn, checkpoint.clone())),
            Err(error) => Err(beginning.failed(error)),
        }
    }
}

impl Beginning<'_> {
    /// The same without the append, in the transaction of one: where some messages had moved on and the rest is begun.
    pub async fn note(
        &self,
        connection: &mut PgConnection,
        in_flight: &[InFlight],
    ) -> Result<Checkpoint, CheckpointError> {
        let statement = "select process.note_in_flight($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let noted = self.bind(sqlx::query(statement), in_flight).execute(connection).await;
        noted.map_err(|error| self.failed(error))?;
        Ok(self.reached())
    }

    fn bind<'q>(
        &self,
        query: Query<'q, Postgres, PgArguments>,
        in_flight: &[InFlight],
    ) -> Query<'q, Postgres, PgArguments> {
        query
            .bind(self.checkpoint.name.clone())
            .bind(self.checkpoint.position)
            .bind(self.through)
            .bind(self.checkpoint.epoch)
            .bind(in_flight.iter().map(|it| it.message_id.0).collect::<Vec<_>>())
            .bind(in_flight.iter().map(|it| it.tenant_id.0).collect::<Vec<_>>())
            .bind(in_flight.iter().map(|it| it.attempt as i32).collect::<Vec<_>>())
            .bind(in_flight.iter().map(|it| it.version).collect::<Vec<_>>())
            .bind(in_flight.iter().map(|it| it.correlation_id).collect::<Vec<_>>())
            .bind(self.epoch)
    }

    fn reached(&self) -> Checkpoint {
        Checkpoint { position: self.through, ..self.checkpoint.clone() }
    }

    fn failed(&self, error: sqlx::Error) -> CheckpointError {
        match code(&error).as_deref() {
            Some(FENCED) => self.checkpoint.fenced(),
            _ => CheckpointError::Database { name: self.checkpoint.name.clone(), source: error },
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|it| it.code()).map(|code| code.into_owned())
}
