//! A campaign's row, whole.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::{Audience, Plan, Spread};
use waybill_domain::content::Attachment;
use waybill_domain::message;

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Row {
    pub tenant_id: Uuid,
    pub campaign_id: Uuid,
    pub name: String,
    #[sqlx(json)]
    pub audience: Audience,
    pub template_text: String,
    pub attachment: Option<Json<Attachment>>,
    pub package_id: Uuid,
    #[sqlx(json)]
    pub spread: Spread,
    pub status: String,
    pub planned: i64,
    pub points_planned: i64,
    pub points_reserved: i64,
    pub points_captured: i64,
    pub points_released: i64,
    pub enrolled: i64,
    #[sqlx(flatten)]
    pub states: States,
    #[sqlx(json)]
    pub excluded_by: BTreeMap<String, i64>,
    pub enrolment_done: bool,
    pub paused_reason: Option<String>,
    pub deferred_limit: Option<String>,
    pub deferred_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub position: i64,
}

/// Recipients by the state of their message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, FromRow)]
pub struct States {
    pub queued: i64,
    pub dispatched: i64,
    pub sending: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
}

impl States {
    pub fn of(&mut self, status: message::Status) -> &mut i64 {
        match status {
            message::Status::Queued => &mut self.queued,
            message::Status::Dispatched => &mut self.dispatched,
            message::Status::Sending => &mut self.sending,
            message::Status::Sent => &mut self.sent,
            message::Status::Delivered => &mut self.delivered,
            message::Status::Read => &mut self.read,
            message::Status::Failed => &mut self.failed,
            message::Status::Cancelled => &mut self.cancelled,
            message::Status::Uncertain => &mut self.uncertain,
        }
    }
}

impl Row {
    pub fn drafted(tenant_id: Uuid, campaign_id: Uuid, plan: Plan, at: DateTime<Utc>) -> Self {
        Self {
            tenant_id,
            campaign_id,
            name: plan.name,
            audience: plan.audience,
            template_text: plan.template_text,
            attachment: plan.attachment.map(Json),
            package_id: plan.package_id.0,
            spread: plan.spread,
            status: "draft".to_owned(),
            planned: 0,
            points_planned: 0,
            points_reserved: 0,
            points_captured: 0,
            points_released: 0,
            enrolled: 0,
            states: States::default(),
            excluded_by: BTreeMap::new(),
            enrolment_done: false,
            paused_reason: None,
            deferred_limit: None,
            deferred_until: None,
            created_at: at,
            started_at: None,
            cancelled_at: None,
            completed_at: None,
            version: 0,
            position: 0,
        }
    }

    pub fn replan(&mut self, plan: Plan) {
        self.name = plan.name;
        self.audience = plan.audience;
        self.template_text = plan.template_text;
        self.attachment = plan.attachment.map(Json);
        self.package_id = plan.package_id.0;
        self.spread = plan.spread;
    }
}
