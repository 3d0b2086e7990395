//! A message as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::MessageId;
use waybill_domain::message::State;
use waybill_projections::messages::MessageRow;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Message {
    pub id: Uuid,
    pub campaign_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    /// E.164; empty when the personal data was erased.
    pub phone: String,
    pub profile_id: Option<Uuid>,
    pub profile_name: Option<String>,
    /// `queued`, `sending`, `sent`, `delivered`, `read`, `failed`, `cancelled` or `uncertain`.
    #[schema(value_type = super::ask::StatusWord)]
    pub status: String,
    /// Attempts begun so far.
    pub attempt: i32,
    /// What a queued message waits for.
    pub deferred: Option<Deferred>,
    pub error: Option<SendError>,
    pub queued_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
    /// When a person is asked, while nobody knows whether it was sent.
    pub uncertain_deadline: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Deferred {
    /// The limit, or `retry`.
    pub limit: String,
    pub until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SendError {
    /// The provider's own code.
    pub code: String,
    /// What kind of error it is, the same for all providers.
    pub class: String,
    pub title: String,
}

impl SendError {
    pub fn of(class: Option<String>, code: Option<String>, title: Option<String>) -> Option<Self> {
        Some(Self { code: code?, class: class?, title: title.unwrap_or_default() })
    }
}

impl Message {
    /// As it stands after a decision: what its stream says, and what the read model knows beside that.
    pub fn after(row: Option<Self>, id: MessageId, state: &State, at: DateTime<Utc>) -> Self {
        let fresh = Self {
            id: id.0,
            campaign_id: state.campaign_id.map(|id| id.0),
            contact_id: state.contact_id.map(|id| id.0),
            contact_name: None,
            phone: String::new(),
            profile_id: state.profile_id.map(|id| id.0),
            profile_name: None,
            status: String::new(),
            attempt: i32::try_from(state.attempt).unwrap_or(i32::MAX),
            deferred: None,
            error: None,
            queued_at: at,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
            uncertain_deadline: None,
            updated_at: at,
        };
        let status = state.status.as_str().to_owned();
        Self { status, updated_at: at, uncertain_deadline: None, ..row.unwrap_or(fresh) }
    }
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        let cancelled = row.cancel_reason.map(|reason| SendError {
            title: reason.replace('_', " "),
            class: "cancelled".to_owned(),
            code: reason,
        });
        let uncertain = row.status == "uncertain";
        Self {
            id: row.message_id,
            campaign_id: row.campaign_id,
            contact_id: row.contact_id,
            contact_name: row.contact_name,
            phone: row.phone.unwrap_or_default(),
            profile_id: row.profile_id,
            profile_name: row.profile_name,
            status: row.status,
            attempt: row.attempt,
            deferred: row.deferred_limit.map(|limit| Deferred { limit, until: row.deferred_until }),
            error: cancelled.or_else(|| SendError::of(row.error_class, row.error_code, row.error_detail)),
            queued_at: row.queued_at,
            sent_at: row.sent_at,
            delivered_at: row.delivered_at,
            read_at: row.read_at,
            failed_at: row.failed_at,
            uncertain_deadline: row.uncertain_deadline.filter(|_| uncertain),
            updated_at: row.updated_at,
        }
    }
}
