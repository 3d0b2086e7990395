//! Whether numbers are on WhatsApp, which groups there are, and what was sent.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use waybill_domain::provider::Refusal;

use crate::green_api::errors::{failure, judge};
use crate::green_api::webhook::receipt_status;
use crate::green_api::wire::{address, get, post};
use crate::http::{self, Client, unreadable};
use crate::limits::invalid;
use crate::values::{e164, first_text, is_group, phone_of_chat, text, timestamp};
use crate::{Account, Group, JournalEntry, Member, ReceiptStatus};

/// The journal goes back as far as the provider keeps it; it is not asked for more than this.
const MOST_MINUTES: i64 = 14 * 24 * 60;

pub async fn is_on_whatsapp(client: &Client, account: &Account, phone: &str) -> Result<bool, Refusal> {
    let number = e164(phone).and_then(|phone| phone[1..].parse::<u64>().ok());
    let number = number.ok_or_else(|| invalid("this is no telephone number"))?;
    let answer = post(client, account, "checkWhatsapp", &json!({ "phoneNumber": number })).await?;
    answer.get("existsWhatsapp").and_then(Value::as_bool).ok_or_else(|| unreadable("the check says neither yes nor no"))
}

pub async fn groups(client: &Client, account: &Account) -> Result<Vec<Group>, Refusal> {
    let answer = get(client, account, "getContacts").await?;
    let contacts = answer.as_array().ok_or_else(|| unreadable("the list of contacts is none"))?;
    let group = |contact: &Value| {
        let id = text(contact, "id").filter(|id| is_group(id))?;
        let name = first_text(contact, &["/name", "/contactName"]).unwrap_or_default();
        Some(Group { id: id.to_owned(), name })
    };
    Ok(contacts.iter().filter_map(group).collect())
}

pub async fn members(client: &Client, account: &Account, group_id: &str) -> Result<Vec<Member>, Refusal> {
    if !is_group(group_id) {
        return Err(invalid("this is no group"));
    }
    let answer = post(client, account, "getGroupData", &json!({ "groupId": group_id })).await?;
    let people = answer.get("participants").and_then(Value::as_array);
    let people = people.ok_or_else(|| invalid("the provider knows no members of this group"))?;
    let is = |person: &Value, name: &str| person.get(name).and_then(Value::as_bool).unwrap_or(false);
    let member = |person: &Value| {
        let id = text(person, "id")?;
        let admin = is(person, "isAdmin") || is(person, "isSuperAdmin");
        Some(Member { id: id.to_owned(), phone: phone_of_chat(id), admin })
    };
    Ok(people.iter().filter_map(member).collect())
}

/// What was sent, and what still waits: a message in the queue is not lost, however long its instance is away.
pub async fn sent_to(
    client: &Client,
    account: &Account,
    phone: &str,
    since: DateTime<Utc>,
) -> Result<Vec<JournalEntry>, Refusal> {
    let phone = e164(phone).ok_or_else(|| invalid("this is no telephone number"))?;
    let now = Utc::now();
    let minutes = ((now - since).num_minutes() + 2).clamp(1, MOST_MINUTES);
    // First what waits: what leaves the queue meanwhile is found among what was sent.
    let queue = get(client, account, "showMessagesQueue").await?;
    let url = address(account, "lastOutgoingMessages")?;
    let sent = http::ask(account, client.get(url)?.query(&[("minutes", minutes)]), judge).await?;
    let (Some(queue), Some(sent)) = (queue.as_array(), sent.as_array()) else {
        return Err(unreadable("the list of messages is none"));
    };
    let is_theirs = |message: &&Value| text(message, "chatId").and_then(phone_of_chat).as_ref() == Some(&phone);
    // Times are whole seconds.
    let sent =
        sent.iter().filter(is_theirs).filter_map(entry).filter(|entry| entry.at.timestamp() >= since.timestamp());
    let mut entries: Vec<JournalEntry> = sent.collect();
    for waiting in queue.iter().filter(is_theirs).map(|message| waiting(message, now)) {
        let id = &waiting.provider_message_id;
        if id.is_empty() || !entries.iter().any(|entry| entry.provider_message_id == *id) {
            entries.push(waiting);
        }
    }
    Ok(entries)
}

fn entry(message: &Value) -> Option<JournalEntry> {
    let state = text(message, "statusMessage");
    Some(JournalEntry {
        provider_message_id: text(message, "idMessage")?.to_owned(),
        to: text(message, "chatId").and_then(phone_of_chat),
        text: first_text(message, &["/textMessage", "/extendedTextMessage/text", "/caption"]),
        status: state.and_then(receipt_status).filter(|status| !matches!(status, ReceiptStatus::Other(_))),
        error: state.and_then(|state| failure(state, text(message, "description"))),
        at: timestamp(message.get("timestamp"))?,
    })
}

fn waiting(message: &Value, now: DateTime<Utc>) -> JournalEntry {
    JournalEntry {
        provider_message_id: first_text(message, &["/idMessage", "/messageID", "/messagesIDs/0"]).unwrap_or_default(),
        to: text(message, "chatId").and_then(phone_of_chat),
        text: first_text(message, &["/message", "/textMessage", "/caption"]),
        status: None,
        error: None,
        at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::provider::ErrorClass;

    #[test]
    fn what_was_sent_has_its_state() {
        let message = json!({
            "idMessage": "A1", "timestamp": 1_790_000_000, "statusMessage": "read", "typeMessage": "textMessage",
            "chatId": "4915112345678@c.us", "textMessage": "hi",
        });
        let read = entry(&message).expect("an entry");
        assert_eq!((read.to.as_deref(), read.text.as_deref()), (Some("+4915112345678"), Some("hi")));
        assert_eq!((read.status, read.error), (Some(ReceiptStatus::Read), None));
        let mut failed = message.clone();
        failed["statusMessage"] = json!("noAccount");
        let failed = entry(&failed).expect("an entry");
        assert_eq!(failed.status, Some(ReceiptStatus::Failed));
        assert_eq!(failed.error.map(|error| error.class), Some(ErrorClass::Number));
        let mut pending = message;
        pending["statusMessage"] = json!("pending");
        assert_eq!(entry(&pending).expect("an entry").status, None);
        assert_eq!(entry(&json!({ "idMessage": "A1" })), None);
    }

    #[test]
    fn what_waits_need_not_have_an_id() {
        let now = Utc::now();
        let bare = waiting(&json!({ "chatId": "4915112345678@c.us", "message": "hi" }), now);
        assert_eq!((bare.provider_message_id.as_str(), bare.text.as_deref(), bare.status), ("", Some("hi"), None));
        let named = waiting(&json!({ "chatId": "1@g.us", "messageID": "A1" }), now);
        assert_eq!((named.provider_message_id.as_str(), named.to), ("A1", None));
    }
}
