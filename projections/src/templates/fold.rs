//! From a stretch of events to the rows that they leave. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::provider_template::{Event, Found, Listed, Standing};

#[derive(Debug, Clone, FromRow)]
pub struct Row {
    pub tenant_id: Uuid,
    pub template_id: Uuid,
    pub provider: String,
    pub account_id: String,
    pub profile_id: Uuid,
    pub provider_id: String,
    pub name: String,
    pub language: String,
    pub category: String,
    pub status: String,
    pub quality: Option<String>,
    pub reason: Option<String>,
    pub components: Value,
    pub drifted_at: Option<DateTime<Utc>>,
    pub gone: bool,
    pub found_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub position: i64,
}

pub fn fold(known: Vec<Row>, events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Vec<Row>, ProjectionError> {
    let mut rows: BTreeMap<(Uuid, Uuid), Row> =
        known.into_iter().map(|row| ((row.tenant_id, row.template_id), row)).collect();
    for recorded in events {
        let Some(event) = batch::decode::<Event>(recorded, applied)? else { continue };
        let key = (recorded.tenant_id.0, recorded.stream_id);
        if let Event::Found(it) = &event {
            let before = rows.remove(&key);
            rows.insert(key, Row::found(recorded, it, before.as_ref()));
        }
        let Some(row) = rows.get_mut(&key) else { continue };
        match event {
            Event::Found(_) => {}
            Event::StatusChanged(it) => row.stands(it.standing),
            Event::Drifted(it) => {
                row.is(it.listed);
                row.drifted_at = Some(it.at);
            }
            Event::Gone(_) => row.gone = true,
        }
        (row.version, row.position, row.updated_at) = (recorded.version, recorded.position, recorded.recorded_at);
    }
    Ok(rows.into_values().collect())
}

impl Row {
    fn found(recorded: &Recorded, it: &Found, before: Option<&Row>) -> Self {
        let mut row = Self {
            tenant_id: recorded.tenant_id.0,
            template_id: recorded.stream_id,
            provider: it.provider.as_str().to_owned(),
            account_id: it.account_id.clone(),
            profile_id: it.profile_id.0,
            provider_id: String::new(),
            name: it.name.clone(),
            language: it.language.clone(),
            category: String::new(),
            status: String::new(),
            quality: None,
            reason: None,
            components: Value::Null,
            drifted_at: None,
            gone: false,
            found_at: before.map_or(it.at, |row| row.found_at),
            updated_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        };
        row.is(it.listed.clone());
        row.stands(it.standing.clone());
        row
    }

    fn is(&mut self, listed: Listed) {
        (self.provider_id, self.category, self.components) = (listed.provider_id, listed.category, listed.components);
    }

    fn stands(&mut self, standing: Standing) {
        (self.status, self.quality, self.reason) = (standing.status, standing.quality, standing.reason);
    }
}
