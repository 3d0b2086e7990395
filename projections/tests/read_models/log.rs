//! A log in memory: events get their place, their stream's version and a time, as the store gives them.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::event::EventSet;
use waybill_domain::id::{ContactId, TenantId};
use waybill_domain::stream::StreamId;

pub const TENANT: TenantId = TenantId(Uuid::from_u128(0xA));
pub const OTHER: TenantId = TenantId(Uuid::from_u128(0xB));

pub struct Log {
    pub events: Vec<Arc<Recorded>>,
    versions: HashMap<StreamId, i64>,
    pub now: DateTime<Utc>,
    pub step: TimeDelta,
}

impl Log {
    pub fn new() -> Self {
        Self { events: Vec::new(), versions: HashMap::new(), now: at("2026-03-01T10:00:00Z"), step: TimeDelta::zero() }
    }

    pub fn push<E: EventSet>(&mut self, tenant: TenantId, stream: impl Into<StreamId>, event: impl Into<E>) {
        let stream = stream.into();
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let encoded = event.into().encode();
        let position = self.events.len() as i64 + 1;
        self.events.push(Arc::new(Recorded {
            position,
            event_id: Uuid::from_u128(0xE000_0000 + position as u128),
            tenant_id: tenant,
            stream_id: stream.id,
            category: stream.category.as_str().into(),
            version: *version,
            kind: encoded.kind.into(),
            schema_version: encoded.schema_version,
            recorded_at: self.now,
            correlation_id: Uuid::nil(),
            causation_id: None,
            actor: Actor::SYSTEM,
            traceparent: None,
            data: encoded.data,
            personal: encoded.personal.map_or(PersonalPart::None, |part| PersonalPart::Open(part.bytes)),
        }));
        self.now += self.step;
    }

    pub fn all<E: EventSet>(&mut self, tenant: TenantId, stream: impl Into<StreamId>, events: Vec<E>) {
        let stream = stream.into();
        for event in events {
            self.push::<E>(tenant, stream, event);
        }
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn contact(n: u128) -> ContactId {
    ContactId(Uuid::from_u128(0xC000 + n))
}
