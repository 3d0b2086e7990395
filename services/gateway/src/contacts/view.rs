//! A contact as the API shows it.

use crate::validate::NumberChecked;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_projections::contacts::ContactRow;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contact {
    pub id: Uuid,
    /// E.164; empty when the personal data was erased.
    pub phone: String,
    pub name: Option<String>,
    pub fields: BTreeMap<String, String>,
    pub tags: Vec<String>,
    pub lists: Vec<Uuid>,
    /// `granted`, `none` or `withdrawn`.
    #[schema(value_type = super::ask::ConsentWord)]
    pub consent: String,
    pub consent_source: Option<String>,
    pub consent_at: Option<DateTime<Utc>>,
    /// Never written to while it is.
    pub blocked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// A contact with what is known of the number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactDetail {
    #[serde(flatten)]
    pub contact: Contact,
    /// None where nobody ever asked or found out.
    pub whatsapp: Option<NumberChecked>,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.contact_id,
            phone: row.phone.unwrap_or_default(),
            name: row.name,
            fields: row.fields,
            tags: row.tags,
            lists: row.lists,
            consent: row.consent,
            consent_source: row.consent_source,
            consent_at: row.consent_at,
            blocked: row.blocked,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
