//! What was sent to somebody, as the messages of the chat tell it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::http::{Client, unreadable};
use crate::limits::invalid;
use crate::values::{e164, integer, text, timestamp};
use crate::waha::errors::failed;
use crate::waha::ids::bare;
use crate::waha::wire::{get, session};
use crate::{Account, JournalEntry, ReceiptStatus};

const PAGE: usize = 100;
const MOST_PAGES: usize = 20;

pub async fn sent_to(
    client: &Client,
    account: &Account,
    phone: &str,
    since: DateTime<Utc>,
) -> Result<Vec<JournalEntry>, Refusal> {
    let phone = e164(phone).ok_or_else(|| invalid("this is no telephone number"))?;
    let path = format!("/{}/chats/{}@c.us/messages", session(account)?, &phone[1..]);
    let (limit, since_s) = (PAGE.to_string(), since.timestamp().to_string());
    let mut entries: Vec<JournalEntry> = Vec::new();
    for page in 0..MOST_PAGES {
        let offset = (page * PAGE).to_string();
        let query = [
            ("limit", limit.as_str()),
            ("offset", &offset),
            ("downloadMedia", "false"),
            ("sortBy", "timestamp"),
            ("sortOrder", "desc"),
            ("filter.fromMe", "true"),
            ("filter.timestamp.gte", &since_s),
        ];
        let answer = get(client, account, &path, &query).await?;
        let found = answer.as_array().ok_or_else(|| unreadable("the list of messages is none"))?;
        let is_last = found.len() < PAGE;
        let before = entries.len();
        for entry in found.iter().filter_map(|message| entry(message, &phone)) {
            // Not every engine knows every filter, nor pages; times are whole seconds.
            let known = entries.iter().any(|other| other.provider_message_id == entry.provider_message_id);
            if !known && entry.at.timestamp() >= since.timestamp() {
                entries.push(entry);
            }
        }
        if is_last || entries.len() == before {
            break;
        }
    }
    Ok(entries)
}

fn entry(message: &Value, phone: &str) -> Option<JournalEntry> {
    let id = text(message, "id")?;
    let ours = message.get("fromMe").and_then(Value::as_bool).unwrap_or_else(|| id.starts_with("true_"));
    if !ours {
        return None;
    }
    let status = integer(message.get("ack")).and_then(receipt_status);
    Some(JournalEntry {
        provider_message_id: bare(id).to_owned(),
        to: Some(phone.to_owned()),
        text: text(message, "body").map(str::to_owned),
        error: (status == Some(ReceiptStatus::Failed)).then(failed),
        status,
        at: timestamp(message.get("timestamp"))?,
    })
}

/// `None` for a message of which nothing is known but that it was taken.
pub fn receipt_status(ack: i64) -> Option<ReceiptStatus> {
    Some(match ack {
        0 => return None,
        -1 => ReceiptStatus::Failed,
        1 => ReceiptStatus::Sent,
        2 => ReceiptStatus::Delivered,
        3 => ReceiptStatus::Read,
        4 => ReceiptStatus::Played,
        other => ReceiptStatus::Other(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_of_a_chat_is_an_entry() {
        let message = json!({
            "id": "true_4915112345678@c.us_3EB0AA", "timestamp": 1_790_000_000, "fromMe": true, "body": "hi", "ack": 2,
        });
        let sent = entry(&message, "+4915112345678").expect("an entry");
        assert_eq!((sent.provider_message_id.as_str(), sent.status), ("3EB0AA", Some(ReceiptStatus::Delivered)));
        let with = |name: &str, value: Value| {
            let mut message = message.clone();
            message[name] = value;
            entry(&message, "+4915112345678")
        };
        assert_eq!(with("ack", json!(0)).expect("an entry").status, None);
        assert_eq!(with("ack", json!(-1)).expect("an entry").error, Some(failed()));
        assert_eq!(with("fromMe", json!(false)), None);
        assert_eq!(
            with("id", json!("false_4915112345678@c.us_AA")).map(|it| it.provider_message_id).as_deref(),
            Some("AA")
        );
    }
}
