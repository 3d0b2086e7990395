//! Numbers, hidden ids and groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::devices::content::phone_of;
use crate::devices::{Card, Engine, Group, Member};
use crate::waha::Call;
use crate::waha::answers::Problem;
use crate::waha::shapes::lid_of;

pub fn check_exists(call: &Call<'_>) -> Result<Value, Problem> {
    call.working(call.query("session").unwrap_or("default"))?;
    let phone = call.query("phone").unwrap_or_default().trim_start_matches(['+', ' ']);
    let digits = phone.strip_suffix("@c.us").unwrap_or(phone);
    let number = digits.parse::<u64>().ok().filter(|number| (10_000..=999_999_999_999_999).contains(number));
    let number = number.ok_or_else(|| Problem::Bad("phone must be a phone number".into()))?;
    if !call.sandbox.is_on_whatsapp(number) {
        return Ok(json!({ "numberExists": false }));
    }
    Ok(json!({ "numberExists": true, "chatId": format!("{}@c.us", registered(number)) }))
}

/// The number under which WhatsApp knows somebody: older Brazilian mobiles lack the ninth digit.
fn registered(number: u64) -> u64 {
    let digits = number.to_string();
    let mobile = digits.len() == 13 && digits.starts_with("55") && digits[4..].starts_with('9');
    match digits[2..].get(..2).and_then(|area| area.parse::<u32>().ok()) {
        Some(area) if mobile && area >= 31 => format!("{}{}", &digits[..4], &digits[5..]).parse().unwrap_or(number),
        _ => number,
    }
}

pub fn contacts(call: &Call<'_>) -> Result<Value, Problem> {
    let device = call.working(call.query("session").unwrap_or("default"))?;
    let inner = device.lock();
    let mut people = BTreeMap::new();
    for (message, _) in inner.messages() {
        if !message.is_group() {
            let name = message.name.clone().filter(|_| !message.from_me).unwrap_or_default();
            people.entry(message.chat.clone()).or_insert(name);
        }
    }
    Ok(people
        .into_iter()
        .map(|(id, name)| json!({ "id": id, "name": name, "pushname": name, "isMyContact": true }))
        .collect())
}

/// All hidden ids one can see: those of group members that show a number.
pub fn lids(call: &Call<'_>, session: &str) -> Result<Value, Problem> {
    let card = call.working(session)?.card();
    let mut phones: Vec<&String> =
        card.groups.iter().flat_map(|group| &group.members).filter_map(|member| member.phone.as_ref()).collect();
    phones.sort_unstable();
    phones.dedup();
    Ok(phones.into_iter().map(|phone| pair(phone)).collect())
}

fn pair(phone: &str) -> Value {
    json!({ "lid": format!("{}@lid", lid_of(phone)), "pn": format!("{phone}@c.us") })
}

pub fn lid_by_phone(call: &Call<'_>, session: &str, phone: &str) -> Result<Value, Problem> {
    call.working(session)?;
    let phone = phone.trim_start_matches('+').trim_end_matches("@c.us");
    let known = phone.parse::<u64>().is_ok_and(|number| call.sandbox.is_on_whatsapp(number));
    Ok(if known { pair(phone) } else { json!({ "lid": null, "pn": format!("{phone}@c.us") }) })
}

pub fn phone_by_lid(call: &Call<'_>, session: &str, lid: &str) -> Result<Value, Problem> {
    let card = call.working(session)?.card();
    let lid = if lid.ends_with("@lid") { lid.to_owned() } else { format!("{lid}@lid") };
    let members = card.groups.iter().flat_map(|group| &group.members);
    let phones = members.filter_map(|member| member.phone.as_ref());
    let found = phones.into_iter().find(|phone| format!("{}@lid", lid_of(phone)) == lid);
    Ok(json!({ "lid": lid, "pn": found.map(|phone| format!("{phone}@c.us")) }))
}

fn participant(member: &Member, owner: bool) -> Value {
    let role = if owner {
        "superadmin"
    } else if member.admin {
        "admin"
    } else {
        "participant"
    };
    let mut view = json!({ "id": member.id, "role": role });
    if let Some(phone) = &member.phone {
        view["pn"] = json!(format!("{phone}@c.us"));
    }
    view
}

fn members(group: &Group) -> Vec<Value> {
    let owner = group.members.iter().position(|member| member.admin);
    group.members.iter().enumerate().map(|(place, member)| participant(member, Some(place) == owner)).collect()
}

/// A group as the session's engine shows it.
fn group_view(card: &Card, group: &Group, with_members: bool) -> Value {
    let rows = if with_members { members(group) } else { Vec::new() };
    match card.engine {
        Engine::Webjs => json!({
            "id": { "server": "g.us", "user": group.id.trim_end_matches("@g.us"), "_serialized": group.id },
            "name": group.name,
            "groupMetadata": { "id": { "_serialized": group.id }, "subject": group.name, "participants": rows },
        }),
        Engine::Noweb => {
            json!({ "id": group.id, "subject": group.name, "participants": rows, "size": group.members.len() })
        }
        Engine::Gows => json!({
            "JID": group.id, "Name": group.name, "Topic": "",
            "Participants": rows.iter().map(|row| json!({ "JID": row["id"], "PhoneNumber": row["pn"], "IsAdmin": row["role"] != "participant" })).collect::<Vec<_>>(),
        }),
    }
}

pub fn groups(call: &Call<'_>, session: &str) -> Result<Value, Problem> {
    let card = call.working(session)?.card();
    let number = |name: &str, default: usize| call.query(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    let with_members = call.query("exclude") != Some("participants");
    let page = card.groups.iter().skip(number("offset", 0)).take(number("limit", 1_000));
    Ok(page.map(|group| group_view(&card, group, with_members)).collect())
}

pub fn count_groups(call: &Call<'_>, session: &str) -> Result<Value, Problem> {
    Ok(json!({ "count": call.working(session)?.card().groups.len() }))
}

fn found<'a>(card: &'a Card, id: &str) -> Result<&'a Group, Problem> {
    let group = card.group(id).or_else(|| card.group(&format!("{id}@g.us")));
    group.ok_or_else(|| Problem::thrown(card, "server returned error 404"))
}

pub fn group(call: &Call<'_>, session: &str, id: &str) -> Result<Value, Problem> {
    let card = call.working(session)?.card();
    Ok(group_view(&card, found(&card, id)?, true))
}

pub fn participants(call: &Call<'_>, session: &str, id: &str) -> Result<Value, Problem> {
    let card = call.working(session)?.card();
    Ok(json!(members(found(&card, id)?)))
}

fn member(id: &str) -> Member {
    Member { id: id.to_owned(), phone: phone_of(id).map(|phone| phone.to_string()), admin: false }
}

pub fn create_group(call: &Call<'_>, session: &str) -> Result<Value, Problem> {
    let device = call.working(session)?;
    let body = call.json()?;
    let name =
        body["name"].as_str().filter(|name| !name.is_empty()).ok_or_else(|| Problem::missing("name"))?.to_owned();
    let people = body["participants"].as_array().into_iter().flatten();
    let people: Vec<Member> = people.filter_map(|person| person["id"].as_str()).map(member).collect();
    let id = format!("120363{:012}@g.us", rand::random::<u64>() % 1_000_000_000_000);
    Ok(call.sandbox.change_card(&device, |card| {
        let own = Member { id: card.wid(), phone: Some(card.phone.clone()), admin: true };
        let group = Group { id, name, members: std::iter::once(own).chain(people).collect() };
        let view = group_view(card, &group, true);
        card.groups.push(group);
        view
    }))
}

pub fn change_participants(call: &Call<'_>, session: &str, id: &str, change: &str) -> Result<Value, Problem> {
    let device = call.working(session)?;
    let body = call.json()?;
    let people = body["participants"].as_array().into_iter().flatten();
    let people: Vec<String> = people.filter_map(|person| person["id"].as_str().map(str::to_owned)).collect();
    let id = found(&device.card(), id)?.id.clone();
    call.sandbox.change_card(&device, |card| {
        let Some(group) = card.groups.iter_mut().find(|group| group.id == id) else { return };
        group.members.retain(|known| !people.contains(&known.id));
        if change == "add" {
            group.members.extend(people.iter().map(|id| member(id)));
        }
    });
    Ok(json!({ "success": true }))
}
