//! Ids of WhatsApp as WAHA writes them.
//!
//! A message is `{from us}_{chat}_{id}` and in groups `_{member}` behind it. The chat is written in several ways for one
//! and the same message, so only the bare id is compared.

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use waybill_domain::provider::Refusal;

use crate::limits::invalid;
use crate::values::{e164, is_group};
use crate::{Account, Content, Outgoing, Recipient};

/// The bare id within a written one.
pub fn bare(id: &str) -> &str {
    parts(id).map_or(id, |(_, _, bare)| bare)
}

/// Whether the message is from us, its chat, and its bare id.
pub fn parts(id: &str) -> Option<(bool, &str, &str)> {
    let (ours, rest) = id.split_once('_')?;
    let ours = match ours {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    let (chat, rest) = rest.split_once('_')?;
    let bare = rest.split('_').next().unwrap_or(rest);
    (!bare.is_empty()).then_some((ours, chat, bare))
}

/// The id in an answer to a send. Each engine has its own shape.
pub fn of_answer(answer: &Value) -> Option<String> {
    let places =
        ["/key/id", "/id/_serialized", "/id/id", "/id", "/_data/id/_serialized", "/_data/key/id", "/_data/Info/ID"];
    let mut found = places.iter().filter_map(|place| answer.pointer(place)?.as_str());
    found.find(|id| !id.trim().is_empty()).map(|id| bare(id.trim()).to_owned())
}

/// The chat of a recipient.
pub fn chat_id(to: &Recipient) -> Result<String, Refusal> {
    match to {
        Recipient::Phone(phone) => match e164(phone) {
            Some(phone) => Ok(format!("{}@c.us", &phone[1..])),
            None => Err(invalid("the recipient is no telephone number")),
        },
        Recipient::Chat(chat) if is_group(chat) || chat.ends_with("@c.us") || chat.ends_with("@lid") => {
            Ok(chat.clone())
        }
        Recipient::Chat(_) => Err(invalid("the recipient is no chat of this provider")),
    }
}

/// A message that is answered or reacted to, written whole. A bare id is taken for one of the person's: what the business
/// sent itself is seldom answered by it.
pub fn whole(id: &str, chat: &str) -> String {
    if parts(id).is_some() { id.to_owned() } else { format!("false_{chat}_{id}") }
}

/// Whether the engine takes ids from us.
pub fn takes_own_ids(account: &Account) -> bool {
    account.setting("engine").is_some_and(|engine| engine.trim().eq_ignore_ascii_case("GOWS"))
}

/// The id that a message of ours gets where the engine takes one: the same at each attempt, in the shape that WhatsApp's
/// own clients give theirs.
pub fn own(message_id: Uuid) -> String {
    let mut hash = Sha256::new();
    hash.update(b"waybill message ");
    hash.update(message_id.as_bytes());
    format!("3EB0{}", hex::encode_upper(&hash.finalize()[..9]))
}

/// What stands for the id of a message that was answered without one.
pub fn stand_in(message_id: Uuid) -> String {
    format!("waybill-{message_id}")
}

/// The same, if sending the message again with it does nothing. The engine documents that for some kinds only.
pub fn repeatable(account: &Account, outgoing: &Outgoing) -> Option<String> {
    let kept = matches!(outgoing.content, Content::Text { .. } | Content::Location(_) | Content::Contacts(_));
    (kept && takes_own_ids(account)).then(|| own(outgoing.message_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_bare_id_is_the_third_part() {
        for id in [
            "true_4915112345678@c.us_3EB0AA",
            "false_4915112345678@s.whatsapp.net_3EB0AA",
            "true_120363@g.us_3EB0AA_77@lid",
            "3EB0AA",
        ] {
            assert_eq!(bare(id), "3EB0AA", "{id}");
        }
        for id in ["", "_", "true_", "true_a", "true_a_", "maybe_a_b", "__"] {
            assert_eq!(bare(id), id);
        }
    }

    #[test]
    fn each_engine_tells_the_id_in_its_own_way() {
        for answer in [
            json!({ "id": { "fromMe": true, "remote": "1@c.us", "id": "AA", "_serialized": "true_1@c.us_AA" } }),
            json!({ "id": { "id": "AA" } }),
            json!({ "key": { "remoteJid": "1@s.whatsapp.net", "fromMe": true, "id": "AA" }, "status": "PENDING" }),
            json!({ "id": "true_1@c.us_AA", "_data": {} }),
            json!({ "_data": { "id": { "_serialized": "true_1@c.us_AA" } } }),
        ] {
            assert_eq!(of_answer(&answer).as_deref(), Some("AA"), "{answer}");
        }
        for answer in [json!({}), json!(null), json!({ "id": "" }), json!({ "id": 7 }), json!([])] {
            assert_eq!(of_answer(&answer), None, "{answer}");
        }
    }

    #[test]
    fn our_id_looks_like_whatsapps_and_stays_the_same() {
        let id = own(Uuid::from_u128(7));
        assert_eq!(id, own(Uuid::from_u128(7)));
        assert_ne!(id, own(Uuid::from_u128(8)));
        assert_eq!(id.len(), 22);
        assert!(id.starts_with("3EB0") && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()));
    }

    #[test]
    fn what_is_answered_is_written_whole() {
        assert_eq!(whole("AA", "1@c.us"), "false_1@c.us_AA");
        assert_eq!(whole("true_1@c.us_AA", "2@c.us"), "true_1@c.us_AA");
    }
}
