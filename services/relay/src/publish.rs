//! Publishing in order, many acknowledgements in flight.

use crate::Trouble;
use anyhow::anyhow;
use async_nats::HeaderMap;
use async_nats::header::{NATS_EXPECTED_LAST_SEQUENCE, NATS_EXPECTED_STREAM};
use async_nats::jetstream::context::{ContextBuilder, PublishAckFuture, PublishError, PublishErrorKind};
use async_nats::jetstream::{self, message::PublishMessage};
use bytes::Bytes;
use std::collections::VecDeque;
use std::time::Duration;
use waybill_domain::envelope::Recorded;
use waybill_runtime::bus::{Bus, PARTITIONS, wire};

/// Acknowledgements that may be outstanding.
const WINDOW: usize = 1_000;
const ACK_TIMEOUT: Duration = Duration::from_secs(5);

/// Of the log, as headers: routing and comparing need not read the payload.
pub(crate) const TENANT_ID: &str = "Waybill-Tenant-Id";
pub(crate) const EVENT_ID: &str = "Waybill-Event-Id";

pub(crate) struct Publisher {
    jetstream: jetstream::Context,
    root: String,
    stream: String,
    in_flight: VecDeque<(i64, PublishAckFuture)>,
    /// The last position that was handed to the connection.
    sent: i64,
    /// The last position that the stream has for certain.
    acknowledged: i64,
}

impl Publisher {
    pub fn new(bus: &Bus) -> Self {
        // A context of its own: acknowledgements that were given up must not use up the permits of others.
        let jetstream = ContextBuilder::new()
            .timeout(ACK_TIMEOUT)
            .ack_timeout(ACK_TIMEOUT)
            .max_ack_inflight(WINDOW * 4)
            .build(bus.client.clone());
        Self {
            jetstream,
            root: bus.subject_root(),
            stream: bus.stream_name.clone(),
            in_flight: VecDeque::with_capacity(WINDOW),
            sent: 0,
            acknowledged: 0,
        }
    }

    pub fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    pub fn sent(&self) -> i64 {
        self.sent
    }

    pub fn acknowledged(&self) -> i64 {
        self.acknowledged
    }

    /// Goes on after `last`; acknowledgements still outstanding no longer matter.
    pub fn resume_after(&mut self, last: i64) {
        self.in_flight.clear();
        self.sent = last;
        self.acknowledged = last;
    }

    /// Sends a dense stretch that follows what was sent.
    pub async fn send(&mut self, events: &[Recorded]) -> Result<(), Trouble> {
        for event in events {
            while self.in_flight.len() >= WINDOW {
                self.settle_first().await?;
            }
            let acknowledgement = self.publish(event).await.map_err(trouble)?;
            self.in_flight.push_back((event.position, acknowledgement));
            self.sent = event.position;
        }
        Ok(())
    }

    /// Waits for every acknowledgement.
    pub async fn settle(&mut self) -> Result<(), Trouble> {
        while !self.in_flight.is_empty() {
            self.settle_first().await?;
        }
        Ok(())
    }

    async fn settle_first(&mut self) -> Result<(), Trouble> {
        let Some((position, acknowledgement)) = self.in_flight.pop_front() else { return Ok(()) };
        let acknowledged = acknowledgement.await.map_err(trouble)?;
        if i64::try_from(acknowledged.sequence) != Ok(position) {
            let sequence = acknowledged.sequence;
            return Err(Trouble::passing("wrong_sequence", anyhow!("position {position} became sequence {sequence}")));
        }
        self.acknowledged = position;
        metrics::counter!("events_relayed_total").increment(1);
        Ok(())
    }

    async fn publish(&self, event: &Recorded) -> Result<PublishAckFuture, PublishError> {
        let subject = subject(&self.root, event);
        let payload = wire::encode(event)
            .map_err(|error| PublishError::with_source(PublishErrorKind::Other, error))
            .map(Bytes::from)?;
        let message = |payload: Bytes| {
            let mut headers = self.headers(event);
            headers.insert(wire::CHECKSUM, wire::checksum(&payload));
            PublishMessage::build().payload(payload).headers(headers)
        };
        match self.jetstream.send_publish(subject.clone(), message(payload)).await {
            // The place must be taken, or everything behind it waits forever. Readers find no event in the message and
            // take it from Postgres.
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                tracing::warn!(
                    position = event.position,
                    "an event is larger than nats allows: relayed without its body"
                );
                self.jetstream.send_publish(subject, message(Bytes::new())).await
            }
            sent => sent,
        }
    }

    fn headers(&self, event: &Recorded) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(NATS_EXPECTED_LAST_SEQUENCE, (event.position - 1).to_string());
        headers.insert(NATS_EXPECTED_STREAM, self.stream.as_str());
        headers.insert(TENANT_ID, event.tenant_id.to_string());
        headers.insert(EVENT_ID, event.event_id.to_string());
        headers
    }
}

fn trouble(error: PublishError) -> Trouble {
    let cause = match error.kind() {
        PublishErrorKind::WrongLastSequence => "fenced",
        PublishErrorKind::StreamNotFound => "stream_missing",
        PublishErrorKind::TimedOut => "timeout",
        _ => "publish",
    };
    Trouble::passing(cause, error)
}

/// `<root>.<partition>.<category>.<type>`: few subjects, whatever the number of streams.
pub(crate) fn subject(root: &str, event: &Recorded) -> String {
    let kind = event.kind.strip_prefix(event.category.as_ref()).and_then(|rest| rest.strip_prefix('.'));
    let partition = event.stream_id.as_u128() % PARTITIONS;
    format!("{root}.{partition}.{}.{}", token(&event.category), token(kind.unwrap_or(&event.kind)))
}

/// One token of a subject: types that this build does not know may hold anything.
fn token(name: &str) -> String {
    if name.is_empty() {
        return "_".to_owned();
    }
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    name.chars().map(|sign| if allowed(sign) { sign } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use waybill_domain::actor::Actor;
    use waybill_domain::envelope::PersonalPart;
    use waybill_domain::id::TenantId;

    fn event(category: &str, kind: &str) -> Recorded {
        Recorded {
            position: 1,
            event_id: Uuid::nil(),
            tenant_id: TenantId(Uuid::nil()),
            stream_id: Uuid::from_u128(35),
            category: category.to_owned().into(),
            version: 1,
            kind: kind.to_owned().into(),
            schema_version: 1,
            recorded_at: Default::default(),
            correlation_id: Uuid::nil(),
            causation_id: None,
            actor: Actor::SYSTEM,
            traceparent: None,
            data: "{}".into(),
            personal: PersonalPart::None,
        }
    }

    #[test]
    fn a_subject_is_partition_category_and_type() {
        assert_eq!(subject("ev", &event("campaign", "campaign.started")), "ev.3.campaign.started");
        assert_eq!(subject("ev", &event("webhook_inbox", "webhook_inbox.received")), "ev.3.webhook_inbox.received");
    }

    #[test]
    fn a_type_that_is_not_known_still_has_a_valid_subject() {
        assert_eq!(subject("ev", &event("dream", "other.thing > *")), "ev.3.dream.other_thing____");
        assert_eq!(subject("ev", &event("dream", "dream.")), "ev.3.dream._");
    }
}
