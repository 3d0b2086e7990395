//! Conversations as the API shows them.

use crate::content::{Attachment, FileState};
use crate::messages::SendError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::provider::ProviderKind;
use waybill_projections::inbox::{ChatRow, ThreadRow};

#[derive(Debug, Serialize, ToSchema)]
pub struct Chat {
    pub id: Uuid,
    /// With a group: it has no contact and no number, and `contact_name` is the group's, where the provider tells it.
    pub is_group: bool,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    /// E.164; empty when the personal data was erased, of a group, and of a person who hides the number.
    pub phone: String,
    /// The provider's own id of the person, which stands for a hidden number.
    pub user_id: Option<String>,
    /// Of a person who hid the number: the conversation in which it goes on, since the number is known.
    pub continued_in: Option<Uuid>,
    /// The number that answers.
    pub profile_id: Option<Uuid>,
    pub profile_name: Option<String>,
    pub unread: i64,
    pub last_message: Option<LastMessage>,
    /// Until then a free text may be sent. Nothing where no such limit holds, as in a group.
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
    Campaign,
}

impl Origin {
    fn read(word: &str) -> Option<Self> {
        match word {
            "phone" => Some(Self::Phone),
            "other_system" => Some(Self::OtherSystem),
            "campaign" => Some(Self::Campaign),
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
    /// account, `campaign` one of ours.
    pub origin: Option<Origin>,
    /// `text`, `image` …
    pub r#type: String,
    pub text: Option<String>,
    pub attachment: Option<Attachment>,
    /// Of the attachment, where it is a file.
    pub file: Option<FileState>,
    pub erased: bool,
    /// Of a reply and of a campaign's message.
    #[schema(value_type = Option<crate::messages::ask::StatusWord>)]
    pub status: Option<String>,
    pub error: Option<SendError>,
    pub at: DateTime<Utc>,
    /// Who replied.
    pub author: Option<String>,
    /// In a group: who said it.
    pub member: Option<Participant>,
    pub campaign_id: Option<Uuid>,
    pub campaign_name: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participant {
    /// As a contact, if the person is or becomes one.
    pub contact_id: Uuid,
    pub name: Option<String>,
    /// E.164, unless it is hidden.
    pub phone: Option<String>,
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
        // What is not known of the number is no reason to let a text go where none may.
        let provider = row.provider.as_deref().and_then(ProviderKind::parse);
        let has_window = provider.is_none_or(|provider| provider.abilities().has_window);
        Self {
            id: row.conversation_id,
            is_group: row.is_group,
            continued_in: row.continued_in,
            contact_id: row.contact_id,
            contact_name: row.contact_name,
            phone: row.phone.unwrap_or_default(),
            user_id: row.user_id,
            profile_id: row.profile_id,
            profile_name: row.profile_name,
            unread: row.unread,
            last_message,
            window_expires_at: row.window_expires_at.filter(|_| has_window),
        }
    }
}

impl ChatMessage {
    pub fn of(row: ThreadRow, author: Option<String>) -> Self {
        let file = FileState::of(&row);
        let (name, phone) = (row.member_name, row.member_phone);
        let member = row.member_id.map(|contact_id| Participant { contact_id, name, phone });
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
            member,
            campaign_id: row.campaign_id,
            campaign_name: row.campaign_name,
        }
    }
}
