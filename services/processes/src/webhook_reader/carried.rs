//! What comes with a message, whoever wrote it: its attachment, and the file that is to be fetched.

use chrono::{DateTime, Utc};
use waybill_domain::content::{Attachment, Location, MediaRef};
use waybill_domain::id::{ContactId, ConversationId, MediaId, ProfileId};
use waybill_domain::media::{Announced, Announcement, MediaKind};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::webhook_inbox::Received;
use waybill_providers::{Card, Echo, Inbound, InboundMedia, Place};

pub struct Carried<'a> {
    profile_id: ProfileId,
    provider: ProviderKind,
    provider_message_id: &'a str,
    kind: &'a str,
    at: DateTime<Utc>,
    file: Option<&'a InboundMedia>,
    place: Option<&'a Place>,
    cards: &'a [Card],
}

impl<'a> Carried<'a> {
    pub fn in_message(received: &Received, message: &'a Inbound) -> Self {
        Self {
            profile_id: received.profile_id,
            provider: received.provider,
            provider_message_id: &message.provider_message_id,
            kind: &message.kind,
            at: message.at,
            file: message.media.as_ref(),
            place: message.location.as_ref(),
            cards: &message.cards,
        }
    }

    pub fn in_echo(received: &Received, echo: &'a Echo) -> Self {
        Self {
            profile_id: received.profile_id,
            provider: received.provider,
            provider_message_id: &echo.provider_message_id,
            kind: &echo.kind,
            at: echo.at,
            file: echo.media.as_ref(),
            place: echo.location.as_ref(),
            cards: &echo.cards,
        }
    }

    pub fn attachment(&self) -> Option<Attachment> {
        if let Some(file) = self.file {
            let (media_id, kind) = (self.media_id(), self.media_kind(file));
            return Some(Attachment::Media(MediaRef { media_id, kind, mime_type: file.mime_type.clone() }));
        }
        if !self.cards.is_empty() {
            return Some(Attachment::Contacts { cards: self.cards.to_vec() });
        }
        let place = self.place?;
        let (name, address) = (place.name.clone(), place.address.clone());
        Some(Attachment::Location(Location { latitude: place.latitude, longitude: place.longitude, name, address }))
    }

    /// The file that is to be fetched. It goes with the contact.
    pub fn announced(
        &self,
        contact_id: ContactId,
        conversation_id: ConversationId,
    ) -> Result<Option<Announced>, serde_json::Error> {
        let Some(file) = self.file else { return Ok(None) };
        let told = Announcement { file_name: file.file_name.clone(), source: serde_json::to_value(file)? };
        Ok(Some(Announced {
            media_id: self.media_id(),
            contact_id,
            conversation_id,
            profile_id: self.profile_id,
            provider: self.provider,
            kind: self.media_kind(file),
            at: self.at,
            told: Personal::Known(told),
        }))
    }

    fn media_id(&self) -> MediaId {
        MediaId::for_inbound(self.profile_id, self.provider_message_id)
    }

    fn media_kind(&self, file: &InboundMedia) -> MediaKind {
        match self.kind {
            "image" => MediaKind::Image,
            "video" => MediaKind::Video,
            "audio" if file.voice => MediaKind::Voice,
            "audio" => MediaKind::Audio,
            "sticker" => MediaKind::Sticker,
            _ => MediaKind::Document,
        }
    }
}
