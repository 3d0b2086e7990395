//! Beginning to send is one statement: `sending`, what is in flight and the checkpoint, or none of them.

use crate::rig::{Rig, TENANT, metadata, stream, write};
use uuid::Uuid;
use waybill_domain::id::MessageId;
use waybill_domain::stream::StreamId;
use waybill_event_store::append::Ready;
use waybill_event_store::{Append, Beginning, Begun, Checkpoint, CheckpointError, Expected, InFlight};

struct Line {
    rig: Rig,
    checkpoint: Checkpoint,
}

impl Line {
    async fn start() -> Self {
        let rig = Rig::start().await;
        let checkpoint = Checkpoint::acquire(&rig.store.database.system, "line", 0).await.expect("acquired");
        Self { rig, checkpoint }
    }

    async fn ready(&self, streams: &[(StreamId, i64)]) -> Vec<Ready> {
        let appends = streams.iter().map(|(stream, version)| {
            Append::new(metadata(TENANT), vec![write(*stream, Expected::Exactly(*version), &[1])])
        });
        self.rig.store.make_ready(appends.collect()).await.expect("made ready")
    }

    async fn begin(
        &self,
        checkpoint: &Checkpoint,
        in_turn: bool,
        streams: &[(StreamId, i64)],
    ) -> Result<(Begun, Checkpoint), CheckpointError> {
        let beginning = Beginning { checkpoint, through: 9, epoch: 3, in_turn };
        let ready = self.ready(streams).await;
        self.rig.store.begin_sending(beginning, &in_flight(streams), &ready).await
    }

    /// The checkpoint's position, what is in flight, and how many events there are.
    async fn stands(&self) -> (Option<i64>, Vec<(Uuid, i64, i64)>, i64) {
        let pool = &self.rig.store.database.system;
        let position = Checkpoint::position(pool, "line").await.expect("answers");
        let rows = sqlx::query_as("select message_id, version, epoch from process.in_flight order by message_id");
        (position, rows.fetch_all(pool).await.expect("rows"), self.rig.store.head().await.expect("a head"))
    }
}

fn in_flight(streams: &[(StreamId, i64)]) -> Vec<InFlight> {
    let row = |(stream, version): &(StreamId, i64)| InFlight {
        message_id: MessageId(stream.id),
        tenant_id: TENANT,
        attempt: 1,
        version: version + 1,
        correlation_id: Uuid::now_v7(),
    };
    streams.iter().map(row).collect()
}

#[tokio::test]
async fn what_is_begun_is_in_flight_and_behind_the_checkpoint() {
    for in_turn in [false, true] {
        let line = Line::start().await;
        let mut streams = [(stream(), 0), (stream(), 0)];
        streams.sort_by_key(|(stream, _)| stream.id);
        let (begun, reached) = line.begin(&line.checkpoint, in_turn, &streams).await.expect("begun");
        assert_eq!((begun, reached.position, reached.epoch), (Begun::All(2), 9, line.checkpoint.epoch));
        let rows = streams.iter().map(|(stream, _)| (stream.id, 1, 3)).collect();
        assert_eq!(line.stands().await, (Some(9), rows, 2));
        assert_eq!(*line.rig.store.appended().borrow(), 2, "local readers are told");
    }
}

#[tokio::test]
async fn where_one_message_has_moved_on_nothing_is_begun() {
    let line = Line::start().await;
    let (moved, still) = (stream(), stream());
    line.rig.append(vec![write(moved, Expected::Any, &[1])]).await;
    let before = line.stands().await;
    let (begun, reached) = line.begin(&line.checkpoint, false, &[(still, 0), (moved, 0)]).await.expect("answers");
    assert_eq!((begun, &reached), (Begun::MovedOn, &line.checkpoint));
    assert_eq!(line.stands().await, before);
}

#[tokio::test]
async fn who_lost_its_checkpoint_begins_nothing() {
    let line = Line::start().await;
    Checkpoint::acquire(&line.rig.store.database.system, "line", 0).await.expect("taken over");
    let before = line.stands().await;
    let error = line.begin(&line.checkpoint, true, &[(stream(), 0)]).await.expect_err("fenced");
    assert!(matches!(error, CheckpointError::Fenced { epoch: 1, position: 0, .. }), "{error}");
    assert_eq!(line.stands().await, before);
}
