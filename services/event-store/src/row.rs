//! A row of `es.event` as an envelope.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, Row, postgres::PgRow};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::catalog;
use waybill_domain::envelope::{PersonalPart, Recorded, Sealed};
use waybill_domain::id::TenantId;

/// The columns that [`EventRow`] reads, in its order.
macro_rules! event_columns {
    () => {
        "pos, tenant_id, stream_id, version, category, type, schema_version, event_id, recorded_at, correlation_id, \
         causation_id, actor, traceparent, data::text, personal, subject_id, day"
    };
}
pub(crate) use event_columns;

pub(crate) struct EventRow(pub Recorded);

impl<'r> FromRow<'r, PgRow> for EventRow {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let personal: Option<Vec<u8>> = row.try_get(14)?;
        let subject_id: Option<Uuid> = row.try_get(15)?;
        let day: Option<NaiveDate> = row.try_get(16)?;
        Ok(Self(Recorded {
            position: row.try_get(0)?,
            tenant_id: TenantId(row.try_get(1)?),
            stream_id: row.try_get(2)?,
            version: row.try_get(3)?,
            category: catalog::intern_category(row.try_get(4)?),
            kind: catalog::intern(row.try_get(5)?),
            schema_version: row.try_get(6)?,
            event_id: row.try_get(7)?,
            recorded_at: row.try_get::<DateTime<Utc>, _>(8)?,
            correlation_id: row.try_get(9)?,
            causation_id: row.try_get(10)?,
            actor: Actor::from_log(row.try_get(11)?),
            traceparent: row.try_get(12)?,
            data: row.try_get(13)?,
            personal: match (personal, subject_id, day) {
                (Some(bytes), Some(subject_id), Some(day)) => PersonalPart::Sealed(Sealed { subject_id, day, bytes }),
                _ => PersonalPart::None,
            },
        }))
    }
}
