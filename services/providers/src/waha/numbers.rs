//! Whether numbers are on WhatsApp, and which groups there are.

use std::collections::HashSet;

use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::http::{Client, unreadable};
use crate::limits::invalid;
use crate::values::{e164, first_text, is_group, phone_of_chat, text};
use crate::waha::wire::{get, segment, session};
use crate::{Account, Group, Member};

const PAGE: usize = 100;
/// More pages than any account has: an engine that knows no pages answers the same one again and again.
const MOST_PAGES: usize = 100;

pub async fn is_on_whatsapp(client: &Client, account: &Account, phone: &str) -> Result<bool, Refusal> {
    let phone = e164(phone).ok_or_else(|| invalid("this is no telephone number"))?;
    let query = [("phone", &phone[1..]), ("session", session(account)?)];
    let answer = get(client, account, "/contacts/check-exists", &query).await?;
    answer.get("numberExists").and_then(Value::as_bool).ok_or_else(|| unreadable("the check says neither yes nor no"))
}

pub async fn groups(client: &Client, account: &Account) -> Result<Vec<Group>, Refusal> {
    let path = format!("/{}/groups", session(account)?);
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = HashSet::new();
    for page in 0..MOST_PAGES {
        let (limit, offset) = (PAGE.to_string(), (page * PAGE).to_string());
        let query = [("limit", limit.as_str()), ("offset", &offset), ("exclude", "participants")];
        let answer = get(client, account, &path, &query).await?;
        let found = read_groups(&answer).ok_or_else(|| unreadable("the list of groups is none"))?;
        let is_last = found.len() < PAGE;
        let before = groups.len();
        groups.extend(found.into_iter().filter(|group| seen.insert(group.id.clone())));
        if is_last || groups.len() == before {
            break;
        }
    }
    Ok(groups)
}

/// A list, or an object by id; each engine names its parts differently.
fn read_groups(answer: &Value) -> Option<Vec<Group>> {
    let items: Vec<&Value> = match answer {
        Value::Array(items) => items.iter().collect(),
        Value::Object(items) => items.values().collect(),
        _ => return None,
    };
    let group = |item: &&Value| {
        let id = first_text(item, &["/id/_serialized", "/id", "/JID", "/jid"]).filter(|id| is_group(id))?;
        let name = first_text(item, &["/subject", "/name", "/Name", "/groupMetadata/subject"]).unwrap_or_default();
        Some(Group { id, name })
    };
    Some(items.iter().filter_map(group).collect())
}

pub async fn members(client: &Client, account: &Account, group_id: &str) -> Result<Vec<Member>, Refusal> {
    if !is_group(group_id) {
        return Err(invalid("this is no group"));
    }
    let path = format!("/{}/groups/{}/participants/v2", session(account)?, segment(group_id)?);
    let answer = get(client, account, &path, &[]).await?;
    let people = answer.as_array().ok_or_else(|| unreadable("the list of members is none"))?;
    Ok(people.iter().filter_map(read_member).collect())
}

/// A person who hides the number has none here either.
fn read_member(person: &Value) -> Option<Member> {
    let id = text(person, "id")?;
    let role = text(person, "role").unwrap_or("participant");
    if role == "left" {
        return None;
    }
    let phone = text(person, "pn").and_then(phone_of_chat).or_else(|| phone_of_chat(id));
    Some(Member { id: id.to_owned(), phone, admin: matches!(role, "admin" | "superadmin") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_read_from_every_engine() {
        let expected = vec![Group { id: "120363@g.us".into(), name: "Team".into() }];
        for answer in [
            json!([{ "id": { "_serialized": "120363@g.us" }, "name": "Team" }, { "id": "1@c.us" }, 7]),
            json!([{ "id": { "_serialized": "120363@g.us" }, "groupMetadata": { "subject": "Team" } }]),
            json!({ "120363@g.us": { "id": "120363@g.us", "subject": "Team" } }),
            json!([{ "JID": "120363@g.us", "Name": "Team" }]),
        ] {
            assert_eq!(read_groups(&answer), Some(expected.clone()), "{answer}");
        }
        assert_eq!(read_groups(&json!("none")), None);
    }

    #[test]
    fn members_who_hide_their_number_have_none() {
        let read = |person: Value| read_member(&person).map(|member| (member.phone, member.admin));
        let phone = || Some("+4915112345678".to_owned());
        assert_eq!(read(json!({ "id": "4915112345678@c.us", "role": "superadmin" })), Some((phone(), true)));
        assert_eq!(read(json!({ "id": "77@lid", "pn": "4915112345678@c.us" })), Some((phone(), false)));
        assert_eq!(read(json!({ "id": "77@lid", "role": "admin" })), Some((None, true)));
        assert_eq!(read(json!({ "id": "4915112345678@c.us", "role": "left" })), None);
        assert_eq!(read(json!({ "role": "admin" })), None);
    }
}
