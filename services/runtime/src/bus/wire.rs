//! An event on the bus: a CloudEvents 1.0 JSON event with our envelope as extension attributes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::catalog;
use waybill_domain::envelope::{PersonalPart, Recorded, Sealed};
use waybill_domain::id::TenantId;

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("event on the bus: {0}")]
    Json(#[from] serde_json::Error),
    #[error("event on the bus: subject `{0}` is not category-uuid")]
    Subject(String),
    #[error("event on the bus: personal part is not base64")]
    Personal,
}

#[derive(Serialize, Deserialize)]
struct CloudEvent<'a> {
    specversion: Cow<'a, str>,
    id: Uuid,
    source: Cow<'a, str>,
    /// `category-uuid`.
    subject: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    time: DateTime<Utc>,
    datacontenttype: Cow<'a, str>,
    position: i64,
    tenantid: Uuid,
    streamversion: i64,
    schemaversion: i16,
    correlationid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    causationid: Option<Uuid>,
    actor: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    traceparent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: &'a RawValue,
    /// Ciphertext, base64, with the names of its secrets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    personal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    personalsubject: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    personalday: Option<NaiveDate>,
}

/// Header with the checksum of the payload.
pub const CHECKSUM: &str = "Waybill-Checksum";

/// Of a payload, for [`CHECKSUM`]: disks flip bits, and the server does not always notice.
pub fn checksum(payload: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(payload))
}

/// Whether a message is as the relay sent it.
pub fn is_intact(message: &async_nats::Message) -> bool {
    let told = message.headers.as_ref().and_then(|headers| headers.get(CHECKSUM));
    told.is_some_and(|told| told.as_str() == checksum(&message.payload))
}

pub fn encode(event: &Recorded) -> Result<Vec<u8>, WireError> {
    let sealed = match &event.personal {
        PersonalPart::Sealed(sealed) => Some(sealed),
        _ => None,
    };
    let data: &RawValue = serde_json::from_str(&event.data)?;
    Ok(serde_json::to_vec(&CloudEvent {
        specversion: "1.0".into(),
        id: event.event_id,
        source: "waybill".into(),
        subject: format!("{}-{}", event.category, event.stream_id).into(),
        kind: Cow::Borrowed(&event.kind),
        time: event.recorded_at,
        datacontenttype: "application/json".into(),
        position: event.position,
        tenantid: event.tenant_id.0,
        streamversion: event.version,
        schemaversion: event.schema_version,
        correlationid: event.correlation_id,
        causationid: event.causation_id,
        actor: event.actor.as_str().into(),
        traceparent: event.traceparent.as_deref().map(Cow::Borrowed),
        data,
        personal: sealed.map(|it| STANDARD.encode(&it.bytes)),
        personalsubject: sealed.map(|it| it.subject_id),
        personalday: sealed.map(|it| it.day),
    })?)
}

pub fn decode(bytes: &[u8]) -> Result<Recorded, WireError> {
    let event: CloudEvent<'_> = serde_json::from_slice(bytes)?;
    let bad_subject = || WireError::Subject(event.subject.to_string());
    let (category, stream_id) = event.subject.split_once('-').ok_or_else(bad_subject)?;
    let personal = match (event.personal, event.personalsubject, event.personalday) {
        (Some(text), Some(subject_id), Some(day)) => {
            let bytes = STANDARD.decode(text).map_err(|_| WireError::Personal)?;
            PersonalPart::Sealed(Sealed { subject_id, day, bytes })
        }
        _ => PersonalPart::None,
    };
    Ok(Recorded {
        position: event.position,
        event_id: event.id,
        tenant_id: TenantId(event.tenantid),
        stream_id: stream_id.parse().map_err(|_| bad_subject())?,
        category: catalog::intern_category(category),
        version: event.streamversion,
        kind: catalog::intern(&event.kind),
        schema_version: event.schemaversion,
        recorded_at: event.time,
        correlation_id: event.correlationid,
        causation_id: event.causationid,
        actor: Actor::from_log(event.actor.into_owned()),
        traceparent: event.traceparent.map(Cow::into_owned),
        data: event.data.get().to_owned(),
        personal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(personal: PersonalPart) -> Recorded {
        Recorded {
            position: 7,
            event_id: Uuid::from_u128(1),
            tenant_id: TenantId(Uuid::from_u128(2)),
            stream_id: Uuid::from_u128(3),
            category: "campaign".into(),
            version: 4,
            kind: "campaign.paused".into(),
            schema_version: 1,
            recorded_at: DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("a time"),
            correlation_id: Uuid::from_u128(5),
            causation_id: None,
            actor: Actor::SYSTEM,
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            data: r#"{"reason": "operator"}"#.into(),
            personal,
        }
    }

    #[test]
    fn an_event_comes_back_as_it_went() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        let sealed = Sealed { subject_id: Uuid::from_u128(9), day, bytes: vec![0, 255, 7] };
        for personal in [PersonalPart::None, PersonalPart::Sealed(sealed)] {
            let event = event(personal);
            assert_eq!(decode(&encode(&event).expect("encodes")).expect("decodes"), event);
        }
    }

    #[test]
    fn a_type_that_is_not_known_here_is_kept() {
        let mut event = event(PersonalPart::None);
        event.kind = "campaign.dreamt".to_owned().into();
        event.category = "dream".to_owned().into();
        assert_eq!(decode(&encode(&event).expect("encodes")).expect("decodes"), event);
    }
}
