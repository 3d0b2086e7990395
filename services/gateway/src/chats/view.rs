//! Conversations as the API shows them.

use crate::content::{Attachment, FileState};
use crate::messages::SendError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_projections::inbox::{ChatRow, ThreadRow};

#[derive(Debug, Serialize, ToSchema)]
pub struct Chat {
    pub id: Uuid,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    /// E.164; empty when the personal data was erased.
    pub phone: String,
    /// The number that answers.
    pub profile_id: Option<Uuid>,
    pub profile_name: Option<String>,
    pub unread: i64,
    pub last_message: Option<LastMessage>,
    /// Until then a free text may be sent.
    pub window_expires_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LastMessage {
    /// `in` or `out`.
    pub direction: String,
    /// `text`, `image` …
    pub r#type: Option<String>,
    /// Nothing where it was erased, or where there is no text.
    pub preview: Option<String>,
    pub at: DateTime<Utc>,
    /// Of a reply.
    #[schema(value_type = Option<crate::messages::ask::StatusWord>)]
    pub status: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Phone,
    OtherSystem,
}

impl Origin {
    fn read(word: &str) -> Option<Self> {
        match word {
            "phone" => Some(Self::Phone),
            "other_system" => Some(Self::OtherSystem),
            _ => None,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChatMessage {
    pub id: Uuid,
    /// `in` or `out`.
    pub direction: String,
    /// Of what went out otherwise than as a reply: `phone` is the phone of the number, `other_system` one with the same
    /// account.
    pub origin: Option<Origin>,
    /// `text`, `image` …
    pub r#type: String,
    pub text: Option<String>,
    pub attachment: Option<Attachment>,
    /// Of the attachment, where it is a file.
    pub file: Option<FileState>,
    pub erased: bool,
    /// Of a reply.
    #[schema(value_type = Option<crate::messages::ask::StatusWord>)]
    pub status: Option<String>,
    pub error: Option<SendError>,
    pub at: DateTime<Utc>,
    /// Who replied.
    pub author: Option<String>,
    pub campaign_id: Option<Uuid>,
}

impl From<ChatRow> for Chat {
    fn from(row: ChatRow) -> Self {
        let last_message = row.last_direction.zip(row.last_at).map(|(direction, at)| LastMessage {
            direction,
            r#type: row.last_kind,
            preview: row.last_preview,
            at,
            status: row.last_status,
        });
        Self {
            id: row.conversation_id,
            contact_id: row.contact_id,
            contact_name: row.contact_name,
            phone: row.phone.unwrap_or_default(),
            profile_id: row.profile_id,
            profile_name: row.profile_name,
            unread: row.unread,
            last_message,
            window_expires_at: row.window_expires_at,
        }
    }
}

impl ChatMessage {
    pub fn of(row: ThreadRow, author: Option<String>) -> Self {
        let file = FileState::of(&row);
        Self {
            attachment: row.attachment.as_ref().and_then(|it| Attachment::shown(it).ok()),
            file,
            id: row.id,
            direction: row.direction,
            origin: row.origin.as_deref().and_then(Origin::read),
            r#type: row.kind,
            text: row.text,
            erased: row.erased,
            status: row.status,
            error: SendError::of(row.error_class, row.error_code, row.error_detail),
            at: row.at,
            author,
            campaign_id: row.campaign_id,
        }
    }
}
