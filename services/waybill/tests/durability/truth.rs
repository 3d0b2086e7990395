//! What must be true when a campaign is over, whatever was done to it: the sandbox's count, the log, the read models and
//! the wallet tell the same story.

use crate::job::total;
use crate::rig::Rig;
use async_nats::jetstream;
use futures::StreamExt;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use std::fmt;
use std::time::Duration;
use waybill_runtime::bus::wire;

/// The figures of a run, for the report.
#[derive(Debug)]
pub struct Truth {
    pub accepted: u64,
    pub duplicates: u64,
    pub sent: i64,
    pub failed: i64,
    /// At the end.
    pub uncertain: i64,
    /// At any time.
    pub ever_uncertain: i64,
    pub reconciled: i64,
}

impl fmt::Display for Truth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, duplicates, sent, failed, uncertain, ever_uncertain, reconciled } = self;
        write!(out, "{accepted} accepted, {duplicates} twice; {sent} sent, {failed} failed, {uncertain} uncertain; ")?;
        write!(out, "{ever_uncertain} ever uncertain, {reconciled} of them reconciled")
    }
}

impl Rig {
    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(&self.database_url()).await.expect("postgres is there")
    }

    /// Waits until the dust has settled, then holds all accounts against each other.
    pub async fn settle(&self, campaign: &str, recipients: u64) -> Truth {
        self.until_completed(campaign).await;
        self.until("the last receipt", async || self.counted().await.receipts_pending == 0).await;
        self.until("every sent message known as sent", async || self.unknown_to_us(campaign).await == 0).await;
        self.until("settled points", async || self.points_are_settled(campaign).await).await;

        let counted = self.counted().await;
        assert_eq!(counted.duplicates, 0, "sent twice: {counted:?}");
        let answer = self.api.get(&format!("/campaigns/{campaign}")).await;
        let of = |state| total(&answer, state);
        let sent = of("sent") + of("delivered") + of("read");
        let (failed, cancelled, uncertain) = (of("failed"), of("cancelled"), of("uncertain"));
        let recipients = i64::try_from(recipients).expect("a small number");
        assert_eq!(of("enrolled"), recipients, "{answer}");
        assert_eq!(sent + failed + cancelled + uncertain, recipients, "not all are accounted for: {answer}");
        // Nobody is lost: whoever the provider has not got is failed or uncertain, and says why.
        self.nobody_is_lost(campaign, counted.distinct as i64, sent).await;
        self.books_balance(sent, failed + cancelled, uncertain).await;
        let log = self.log_is_clean().await;
        Truth {
            accepted: counted.accepted,
            duplicates: counted.duplicates,
            sent,
            failed,
            uncertain,
            ever_uncertain: log.0,
            reconciled: log.1,
        }
    }

    /// Messages that the provider has and we are not sure about.
    async fn unknown_to_us(&self, campaign: &str) -> usize {
        let mut unknown = 0;
        for message in self.api.list(&format!("/campaigns/{campaign}/messages?status=uncertain")).await {
            unknown += usize::from(self.is_with_provider(message["id"].as_str().expect("an id")).await);
        }
        unknown
    }

    async fn points_are_settled(&self, campaign: &str) -> bool {
        let answer = self.api.get(&format!("/campaigns/{campaign}")).await;
        let of = |states: &[&str]| states.iter().map(|state| total(&answer, state)).sum::<i64>();
        let (open, sent) = (of(&["uncertain", "sending", "queued"]), of(&["sent", "delivered", "read"]));
        let wallet = self.api.get("/wallet").await;
        // Read models may be equally old: the provider's own count says when they are not.
        sent == self.counted().await.distinct as i64
            && wallet["reserved"] == open * 2
            && wallet["captured_total"] == sent * 2
    }

    async fn nobody_is_lost(&self, campaign: &str, distinct: i64, sent: i64) {
        assert_eq!(distinct, sent, "the provider has {distinct} messages, {sent} are sent");
        for status in ["failed", "uncertain"] {
            for message in self.api.list(&format!("/campaigns/{campaign}/messages?status={status}")).await {
                let id = message["id"].as_str().expect("an id");
                assert!(!self.is_with_provider(id).await, "{status} though the provider has it: {message}");
                let history = self.api.get(&format!("/messages/{id}/history")).await;
                let reasons = history["items"]
                    .as_array()
                    .expect("events")
                    .iter()
                    .filter(|event| !event["data"]["reason"].is_null() || !event["data"]["refusal"].is_null());
                assert!(reasons.count() > 0, "{status} without a reason: {history}");
            }
        }
    }

    async fn books_balance(&self, sent: i64, unsent: i64, uncertain: i64) {
        let proof = self.api.get("/wallet/proof").await;
        assert_eq!(proof["balances"], true, "{proof:#}");
        let points = |account: &str| proof["folded"][account].as_i64().expect("points");
        assert_eq!(points("captured"), sent * 2, "{proof:#}");
        assert_eq!(points("released"), unsent * 2, "{proof:#}");
        assert_eq!(points("reserved"), uncertain * 2, "{proof:#}");
    }

    /// Everything happens once: answers how many messages were ever uncertain, and how many of them were reconciled.
    pub async fn log_is_clean(&self) -> (i64, i64) {
        let mut database = self.database().await;
        let twice: Vec<String> = sqlx::query_scalar(
            "select type || ' of ' || stream_id from es.event
             where type in ('message.sent', 'message.delivered', 'message.read', 'message.cancelled')
             group by stream_id, type having count(*) > 1
             union all
             select 'sending ' || stream_id || ' attempt ' || (data ->> 'attempt') from es.event
             where type = 'message.sending' group by stream_id, data ->> 'attempt' having count(*) > 1",
        )
        .fetch_all(&mut database)
        .await
        .expect("the log can be read");
        assert!(twice.is_empty(), "happened twice: {twice:#?}");
        let row = sqlx::query(
            "select count(*) filter (where type = 'message.uncertain'), count(*) filter (where type = 'message.reconciled'),
                count(*) = max(pos) from es.event",
        )
        .fetch_one(&mut database)
        .await
        .expect("the log can be read");
        assert!(row.get::<bool, _>(2), "the log has a gap");
        (row.get(0), row.get(1))
    }

    /// The stream becomes the log again: as long, and with the same events in the same places, each of them.
    pub async fn stream_is_the_log(&self) -> i64 {
        self.until("a stream that is the log", async || self.same_as_log().await.is_some()).await;
        self.head().await
    }

    async fn same_as_log(&self) -> Option<()> {
        let (first, last) = self.stream_state().await?;
        if last != self.head().await {
            return None;
        }
        let logged: Vec<(i64, uuid::Uuid)> =
            sqlx::query_as("select pos, event_id from es.event where pos between $1 and $2 order by pos")
                .bind(first)
                .bind(last)
                .fetch_all(&mut self.database().await)
                .await
                .expect("the log can be read");
        let streamed = self.streamed(first, logged.len()).await?;
        let same = |(event, held): (&(i64, uuid::Uuid), &(i64, String))| (event.0, event.1.to_string()) == *held;
        logged.iter().zip(&streamed).all(same).then_some(())
    }

    async fn head(&self) -> i64 {
        let head = sqlx::query_scalar("select max(pos) from es.event").fetch_one(&mut self.database().await).await;
        head.expect("the log can be read")
    }

    async fn stream_state(&self) -> Option<(i64, i64)> {
        let client = async_nats::connect(&self.nats_url).await.ok()?;
        let stream = jetstream::new(client).get_stream("EVENTS").await.ok()?;
        let state = &stream.cached_info().state;
        Some((state.first_sequence as i64, state.last_sequence as i64))
    }

    /// Sequence and event id of messages of the stream, in order; nothing where it does not tell them all.
    async fn streamed(&self, first: i64, count: usize) -> Option<Vec<(i64, String)>> {
        let client = async_nats::connect(&self.nats_url).await.ok()?;
        let stream = jetstream::new(client).get_stream("EVENTS").await.ok()?;
        let config = jetstream::consumer::pull::OrderedConfig {
            deliver_policy: jetstream::consumer::DeliverPolicy::ByStartSequence { start_sequence: first as u64 },
            ..Default::default()
        };
        let mut messages = stream.create_consumer(config).await.ok()?.messages().await.ok()?;
        let mut held = Vec::with_capacity(count);
        while held.len() < count {
            let message = tokio::time::timeout(Duration::from_secs(2), messages.next()).await.ok()??.ok()?;
            let sequence = message.info().ok()?.stream_sequence as i64;
            let event = wire::decode(&message.payload).ok().filter(|_| wire::is_intact(&message))?;
            held.push((sequence, event.event_id.to_string()));
        }
        Some(held)
    }
}
