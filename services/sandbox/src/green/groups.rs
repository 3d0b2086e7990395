//! Groups of an instance's phone.

use serde_json::{Value, json};

use crate::devices::content::{is_group, phone_of};
use crate::devices::{Group, Member};
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::instance::needs_phone;
use crate::green::sends::required;

pub fn group(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let id = required(&body, "groupId")?;
    let inner = call.device.lock();
    let group = inner.card.group(id).ok_or_else(|| Problem::validation("group not found"))?;
    let mut first = true;
    let members = group.members.iter().map(|member| {
        let owner = member.admin && std::mem::take(&mut first);
        json!({ "id": member.id, "isAdmin": member.admin, "isSuperAdmin": owner })
    });
    let members: Vec<Value> = members.collect();
    let owner = group.members.iter().find(|member| member.admin).map(|member| member.id.clone());
    Ok(json!({
        "groupId": group.id, "owner": owner, "subject": group.name, "creation": 1_700_000_000,
        "participants": members, "subjectTime": 1_700_000_000, "subjectOwner": owner,
        "groupInviteLink": format!("https://chat.whatsapp.com/{}", group.id.trim_end_matches("@g.us")),
    }))
}

pub fn create_group(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let name = required(&body, "groupName")?.to_owned();
    let ids = body["chatIds"].as_array().cloned().unwrap_or_default();
    let members = ids.iter().filter_map(Value::as_str).map(|id| member(id, false));
    let id = format!("120363{:012}@g.us", rand::random::<u64>() % 1_000_000_000_000);
    let group = call.sandbox.change_card(call.device, |card| {
        let own = Member { phone: Some(card.phone.clone()), id: card.wid(), admin: true };
        let group = Group { id, name, members: std::iter::once(own).chain(members).collect() };
        card.groups.push(group.clone());
        group
    });
    let link = format!("https://chat.whatsapp.com/{}", group.id.trim_end_matches("@g.us"));
    Ok(json!({ "created": true, "chatId": group.id, "groupInviteLink": link }))
}

fn member(id: &str, admin: bool) -> Member {
    Member { id: id.to_owned(), phone: phone_of(id).map(|phone| phone.to_string()), admin }
}

/// The changes of a group, which answer with a boolean named like the change.
pub fn change_group(call: &Call<'_>, change: &str) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let id = required(&body, "groupId")?.to_owned();
    let person = body["participantChatId"].as_str().unwrap_or_default().to_owned();
    let name = body["groupName"].as_str().unwrap_or_default().to_owned();
    let done = call.sandbox.change_card(call.device, |card| {
        if change == "leaveGroup" {
            let before = card.groups.len();
            card.groups.retain(|group| group.id != id);
            return card.groups.len() < before;
        }
        let Some(group) = card.groups.iter_mut().find(|group| group.id == id) else { return false };
        let place = group.members.iter().position(|member| member.id == person);
        match (change, place) {
            ("updateGroupName", _) if !name.is_empty() => group.name = name,
            ("addParticipant", None) if !is_group(&person) && !person.is_empty() => {
                group.members.push(member(&person, false));
            }
            ("removeParticipant", Some(place)) => {
                group.members.remove(place);
            }
            ("setGroupAdmin" | "removeAdmin", Some(place)) => group.members[place].admin = change == "setGroupAdmin",
            _ => return false,
        }
        true
    });
    Ok(json!({ change: done }))
}
