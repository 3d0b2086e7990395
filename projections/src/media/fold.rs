//! From a stretch of events to the rows that they leave. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::media::{About, Event, Scan};

#[derive(Debug, Clone, FromRow)]
pub struct Row {
    pub tenant_id: Uuid,
    pub media_id: Uuid,
    pub origin: String,
    pub state: String,
    pub kind: String,
    pub mime_type: Option<String>,
    pub file_name: Option<String>,
    pub bytes: Option<i64>,
    pub sha256: Option<String>,
    pub scan: Option<String>,
    pub trouble: Option<String>,
    pub contact_id: Option<Uuid>,
    pub profile_id: Option<Uuid>,
    pub added_by: Option<Uuid>,
    pub added_at: DateTime<Utc>,
    pub version: i64,
    pub position: i64,
}

pub fn fold(known: Vec<Row>, events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Vec<Row>, ProjectionError> {
    let mut rows: BTreeMap<(Uuid, Uuid), Row> =
        known.into_iter().map(|row| ((row.tenant_id, row.media_id), row)).collect();
    for recorded in events {
        let Some(event) = batch::decode::<Event>(recorded, applied)? else { continue };
        let key = (recorded.tenant_id.0, recorded.stream_id);
        let begun = |origin: &str, state: &str, kind: &str| Row {
            tenant_id: key.0,
            media_id: key.1,
            origin: origin.to_owned(),
            state: state.to_owned(),
            kind: kind.to_owned(),
            mime_type: None,
            file_name: None,
            bytes: None,
            sha256: None,
            scan: None,
            trouble: None,
            contact_id: None,
            profile_id: None,
            added_by: None,
            added_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        };
        match event {
            Event::Uploaded(it) => {
                let mut row = begun("gallery", "stored", it.about.kind.as_str());
                row.is(&it.about);
                row.file_name = it.named.known().map(|named| named.file_name.clone());
                row.added_by = it.user_id.map(|id| id.0);
                rows.insert(key, row);
            }
            Event::Announced(it) => {
                let mut row = begun("inbound", "pending", it.kind.as_str());
                row.file_name = it.told.known().and_then(|told| told.file_name.clone());
                (row.contact_id, row.profile_id) = (Some(it.contact_id.0), Some(it.profile_id.0));
                rows.insert(key, row);
            }
            Event::Stored(it) => {
                let Some(row) = rows.get_mut(&key) else { continue };
                "stored".clone_into(&mut row.state);
                row.is(&it.about);
            }
            Event::FetchFailed(it) => {
                let Some(row) = rows.get_mut(&key) else { continue };
                "failed".clone_into(&mut row.state);
                row.trouble = Some(it.detail);
            }
            Event::Removed(_) => {
                let Some(row) = rows.get_mut(&key) else { continue };
                "removed".clone_into(&mut row.state);
                row.file_name = None;
            }
        }
        if let Some(row) = rows.get_mut(&key) {
            (row.version, row.position) = (recorded.version, recorded.position);
        }
    }
    Ok(rows.into_values().collect())
}

impl Row {
    fn is(&mut self, about: &About) {
        about.kind.as_str().clone_into(&mut self.kind);
        self.mime_type = Some(about.mime_type.clone());
        self.bytes = i64::try_from(about.bytes).ok();
        self.sha256 = Some(about.sha256.clone());
        let scan = match about.scan {
            Scan::Clean => "clean",
            Scan::NotScanned => "not_scanned",
        };
        self.scan = Some(scan.to_owned());
    }
}
