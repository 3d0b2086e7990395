//! What Green API tells about messages, people and groups, and the queue one can poll.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::devices::content::{is_group, phone_of};
use crate::devices::device::Sent;
use crate::devices::mail::{Fortune, Letter};
use crate::devices::{Card, Group, Member, Message};
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::instance::needs_phone;
use crate::green::sends::{chat, required};
use crate::green::webhooks::{is_pushed, status_word, type_message};

/// `showMessagesQueue`: what has not left yet.
pub fn queue(call: &Call<'_>) -> Value {
    let now_ms = call.sandbox.clock.now_ms();
    let inner = call.device.lock();
    let waits = |sent: &&Sent| sent.owes() && (!sent.scheduled || sent.leaves_ms > now_ms);
    let waiting = inner.sends.iter().filter(waits).map(|sent| {
        let content = &sent.message.content;
        let mut entry = json!({
            "messageID": sent.message.id, "messagesIDs": [sent.message.id],
            "type": type_message(content), "typeMessage": type_message(content), "chatId": sent.message.chat,
        });
        match &content.file {
            Some(file) => entry["fileName"] = json!(file.name),
            None => entry["message"] = json!(content.text),
        }
        entry
    });
    waiting.collect()
}

/// `clearMessagesQueue`: what has not left yet never will.
pub fn clear_queue(call: &Call<'_>) -> Value {
    call.sandbox.drop_waiting(call.device);
    json!({ "isCleared": true })
}

/// `lastOutgoingMessages` and `lastIncomingMessages`.
pub fn last(call: &Call<'_>, outgoing: bool) -> Value {
    let minutes = call.query("minutes").and_then(|minutes| minutes.parse().ok()).unwrap_or(1_440u64);
    let since_ms = call.sandbox.clock.now_ms().saturating_sub(minutes.saturating_mul(60_000));
    let inner = call.device.lock();
    let found = inner.messages().into_iter();
    let found = found.filter(|(message, _)| message.from_me == outgoing && message.at_ms >= since_ms);
    found.map(|(message, sent)| entry(&inner.card, message, sent)).collect()
}

pub fn history(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let chat = chat(&body)?;
    let count = body["count"].as_u64().unwrap_or(100) as usize;
    let inner = call.device.lock();
    let found = inner.messages().into_iter().filter(|(message, _)| message.chat == chat).take(count);
    Ok(found.map(|(message, sent)| entry(&inner.card, message, sent)).collect())
}

pub fn message(call: &Call<'_>) -> Result<Value, Problem> {
    let body = call.json()?;
    let chat = chat(&body)?;
    let id = required(&body, "idMessage")?;
    let inner = call.device.lock();
    let found = inner.message(id).filter(|(message, _)| message.chat == chat);
    let (message, sent) = found.ok_or_else(|| Problem::validation("message not found"))?;
    Ok(entry(&inner.card, message, sent))
}

fn entry(card: &Card, message: &Message, sent: Option<&Sent>) -> Value {
    let content = &message.content;
    let mut entry = json!({
        "type": if message.from_me { "outgoing" } else { "incoming" },
        "idMessage": message.id,
        "timestamp": message.at_ms / 1000,
        "typeMessage": type_message(content),
        "chatId": message.chat,
    });
    if message.from_me {
        let status = sent.map(|sent| match sent.state {
            Some(state) => status_word(state, sent.code),
            None => "pending",
        });
        entry["statusMessage"] = json!(status.unwrap_or("sent"));
        entry["sendByApi"] = json!(message.by_api);
    } else {
        entry["senderId"] = json!(message.sender(&card.wid()));
        entry["senderName"] = json!(message.name);
    }
    match (&content.file, &content.place) {
        (Some(file), _) => {
            entry["downloadUrl"] = json!(file.url);
            entry["caption"] = json!(content.text);
            entry["fileName"] = json!(file.name);
            entry["mimeType"] = json!(file.mime);
        }
        (None, Some(place)) => {
            entry["location"] = json!({
                "nameLocation": place.name, "address": place.address,
                "latitude": place.latitude, "longitude": place.longitude,
            });
        }
        _ => entry["textMessage"] = json!(content.text),
    }
    entry
}

pub fn read(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let chat = chat(&body)?;
    call.device.lock().mark(json!({ "kind": "read", "chat": chat, "id": body["idMessage"] }));
    Ok(json!({ "setRead": true }))
}

pub fn check(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let number = body["phoneNumber"].as_u64().filter(|number| (10_000..=999_999_999_999_999).contains(number));
    let number = number.ok_or_else(|| Problem::validation("'phoneNumber' must be a number"))?;
    Ok(json!({ "existsWhatsapp": call.sandbox.is_on_whatsapp(number) }))
}

/// Everybody a message went to or came from, and the groups.
fn people(call: &Call<'_>) -> Vec<Value> {
    let inner = call.device.lock();
    let mut people: BTreeMap<&str, &str> = BTreeMap::new();
    for (message, _) in inner.messages() {
        if !message.is_group() {
            let name = message.name.as_deref().filter(|_| !message.from_me).unwrap_or_default();
            let known = people.entry(&message.chat).or_insert(name);
            if known.is_empty() {
                *known = name;
            }
        }
    }
    let people =
        people.into_iter().map(|(id, name)| json!({ "id": id, "name": name, "contactName": "", "type": "user" }));
    let groups = inner.card.groups.iter();
    let groups = groups.map(|group| json!({ "id": group.id, "name": group.name, "contactName": "", "type": "group" }));
    people.chain(groups).collect()
}

pub fn contacts(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    Ok(json!(people(call)))
}

pub fn chats(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let mut chats = people(call);
    for chat in &mut chats {
        chat["archive"] = json!(false);
        chat["notSpam"] = json!(true);
    }
    Ok(json!(chats))
}

pub fn contact_info(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let chat = chat(&call.json()?)?;
    let inner = call.device.lock();
    let name = inner.inbox.iter().rev().find(|message| message.chat == chat).and_then(|message| message.name.clone());
    Ok(json!({
        "avatar": "", "name": name.unwrap_or_default(), "contactName": "", "email": "", "category": "",
        "description": "", "products": [], "chatId": chat, "lastSeen": null, "isArchive": false,
        "isDisappearing": false, "isMute": false, "messageExpiration": 0, "muteExpiration": null, "isBusiness": false,
    }))
}

pub fn avatar(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let chat = chat(&call.json()?)?;
    let exists = phone_of(&chat).is_none_or(|phone| call.sandbox.is_on_whatsapp(phone));
    Ok(json!({ "existsWhatsapp": exists, "urlAvatar": "", "available": false, "reason": "" }))
}

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

/// `receiveNotification`: the first letter of the queue, which stays until it is deleted.
pub async fn receive(call: &Call<'_>) -> Result<Value, Problem> {
    let seconds = call.query("receiveTimeout").and_then(|seconds| seconds.parse().ok()).unwrap_or(5u64).clamp(1, 60);
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds);
    loop {
        let next_at = {
            let now_ms = call.sandbox.clock.now_ms();
            let mut inner = call.device.lock();
            if is_pushed(&inner.card) {
                return Err(Problem::validation("custom webhook url is set, notifications cannot be received"));
            }
            let ripe = |letter: &Reverse<Letter>| letter.0.at_ms <= now_ms && letter.0.body.is_some();
            if inner.polled.is_none() && inner.mail.peek().is_some_and(ripe) {
                inner.polled = inner.mail.pop().map(|Reverse(letter)| letter);
            }
            if let Some(Letter { number, body, .. }) = &inner.polled {
                return Ok(json!({ "receiptId": number, "body": body }));
            }
            inner.mail.peek().map(|letter| call.sandbox.clock.instant(letter.0.at_ms))
        };
        let now = tokio::time::Instant::now();
        if now >= until {
            return Ok(Value::Null);
        }
        // Something new may come before what is known to come.
        let soon = now + Duration::from_millis(50);
        tokio::time::sleep_until(next_at.map_or(soon, |at| at.clamp(now, soon)).min(until)).await;
    }
}

/// `deleteNotification`: what was received is done with.
pub fn delete(call: &Call<'_>) -> Result<Value, Problem> {
    let id = call.rest.first().and_then(|id| id.parse::<u64>().ok());
    let id = id.ok_or_else(|| Problem::validation("'receiptId' must be a number"))?;
    let mut inner = call.device.lock();
    let taken =
        if inner.polled.as_ref().is_some_and(|letter| letter.number == id) { inner.polled.take() } else { None };
    drop(inner);
    if let Some(letter) = &taken {
        call.sandbox.settle_letter(call.device, letter, Fortune::Taken);
    }
    Ok(json!({ "result": taken.is_some() }))
}
