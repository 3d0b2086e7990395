//! From a stretch of events to whole import rows and noted rows. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::import::{self, Event};

#[derive(Debug, Clone, FromRow)]
pub struct Import {
    pub tenant_id: Uuid,
    pub import_id: Uuid,
    pub file_name: String,
    pub status: String,
    pub list_id: Option<Uuid>,
    #[sqlx(json)]
    pub tags: Vec<String>,
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub duplicate: i64,
    pub rejected: i64,
    pub without_consent: i64,
    pub bytes_read: i64,
    pub bytes_total: i64,
    pub error: Option<String>,
    pub error_line: Option<i64>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub position: i64,
}

pub struct Noted {
    pub tenant_id: Uuid,
    pub import_id: Uuid,
    pub outcome: &'static str,
    pub line: i64,
    pub reason: String,
}

pub struct Folded {
    pub imports: Vec<Import>,
    pub noted: Vec<Noted>,
}

pub fn fold(known: Vec<Import>, events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Folded, ProjectionError> {
    let mut imports: BTreeMap<(Uuid, Uuid), Import> =
        known.into_iter().map(|it| ((it.tenant_id, it.import_id), it)).collect();
    let mut noted = Vec::new();
    for recorded in events {
        let Some(event) = batch::decode::<Event>(recorded, applied)? else { continue };
        let key = (recorded.tenant_id.0, recorded.stream_id);
        if let Event::Started(it) = event {
            imports.insert(key, Import::started(recorded, it));
            continue;
        }
        let Some(import) = imports.get_mut(&key) else { continue };
        import.version = recorded.version;
        import.position = recorded.position;
        match event {
            Event::Started(_) => {}
            Event::RowsImported(it) => import.take(it, &mut noted),
            Event::Finished(_) => import.end("finished", recorded),
            Event::Failed(it) => {
                import.end("failed", recorded);
                import.error = Some(it.reason);
                import.error_line = it.line.map(count);
            }
        }
    }
    Ok(Folded { imports: imports.into_values().collect(), noted })
}

impl Import {
    fn started(recorded: &Recorded, it: import::Started) -> Self {
        Self {
            tenant_id: recorded.tenant_id.0,
            import_id: recorded.stream_id,
            file_name: it.file_name,
            status: "running".to_owned(),
            list_id: it.list_id.map(|id| id.0),
            tags: it.tags,
            rows: 0,
            created: 0,
            updated: 0,
            duplicate: 0,
            rejected: 0,
            without_consent: 0,
            bytes_read: 0,
            bytes_total: count(it.bytes),
            error: None,
            error_line: None,
            started_at: recorded.recorded_at,
            finished_at: None,
            version: recorded.version,
            position: recorded.position,
        }
    }

    fn take(&mut self, it: import::RowsImported, noted: &mut Vec<Noted>) {
        self.rows += count(it.rows);
        self.created += count(it.created);
        self.updated += count(it.updated);
        self.without_consent += count(it.without_consent);
        self.duplicate += count(it.duplicate.len() as u64);
        self.rejected += count(it.rejected.len() as u64);
        self.bytes_read = count(it.bytes_read);
        for (outcome, rows) in [("duplicate", it.duplicate), ("rejected", it.rejected)] {
            noted.extend(rows.into_iter().map(|row| Noted {
                tenant_id: self.tenant_id,
                import_id: self.import_id,
                outcome,
                line: count(row.line),
                reason: row.reason,
            }));
        }
    }

    fn end(&mut self, status: &str, recorded: &Recorded) {
        status.clone_into(&mut self.status);
        self.finished_at = Some(recorded.recorded_at);
    }
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
