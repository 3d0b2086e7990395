//! Files of the gallery, and files that people sent.

use super::{Dice, World, decided};
use crate::log::Log;
use waybill_domain::content::{Attachment, MediaRef};
use waybill_domain::id::*;
use waybill_domain::media::{self, About, Command, MediaKind, Scan};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;

fn about() -> About {
    About { kind: MediaKind::Image, mime_type: "image/png".into(), bytes: 7, sha256: "ab".into(), scan: Scan::Clean }
}

impl World {
    /// Something happens to a file, or there is a new one.
    pub(super) fn file(&mut self, dice: &mut Dice, log: &mut Log) {
        let known: Vec<MediaId> = self.files.keys().copied().collect();
        let (at, drawn) = (log.now, MediaId(self.draw()));
        let (id, command) = match (dice.roll(5), known.is_empty()) {
            (0, _) | (_, true) => {
                let named = Personal::Known(media::Named { file_name: "menu.png".into() });
                let it = media::Uploaded { media_id: drawn, user_id: Some(UserId(drawn.0)), about: about(), at, named };
                (drawn, Command::Upload(it))
            }
            (1, _) => (drawn, self.announce(dice, drawn, log)),
            (2, _) => (dice.pick(&known), Command::Store(media::Stored { about: about(), at })),
            (3, _) => {
                let (code, detail) = ("gone".to_owned(), "not there".to_owned());
                (dice.pick(&known), Command::GiveUp(media::FetchFailed { code, detail, at }))
            }
            _ => (dice.pick(&known), Command::Remove(media::Removed { reason: media::Removal::Deleted, at })),
        };
        decided::<media::Media>(log, self.tenant, id, self.files.entry(id).or_default(), command);
    }

    fn announce(&self, dice: &mut Dice, media_id: MediaId, log: &Log) -> Command {
        let contact_id = self.someone(dice);
        Command::Announce(media::Announced {
            media_id,
            contact_id,
            conversation_id: ConversationId::for_contact(contact_id),
            profile_id: dice.pick(&self.profiles),
            provider: ProviderKind::Sandbox,
            kind: MediaKind::Image,
            at: log.now,
            told: Personal::Known(media::Announcement { file_name: None, source: serde_json::json!({}) }),
        })
    }

    /// Something to go with a text, now and then.
    pub(super) fn attachment(&self, dice: &mut Dice) -> Option<Attachment> {
        let media_id = *self.files.keys().next().filter(|_| dice.roll(3) == 0)?;
        Some(Attachment::Media(MediaRef { media_id, kind: MediaKind::Image, mime_type: Some("image/png".into()) }))
    }
}
