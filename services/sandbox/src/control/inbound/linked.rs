//! The messages of an order as a linked device's webhooks tell them.

use std::sync::Arc;

use crate::control::inbound::InboundOrder;
use crate::devices::content::{ContactCard, FileRef, Place};
use crate::devices::mail::About;
use crate::devices::{Content, Message, Provider};
use crate::files::File;
use crate::state::Sandbox;

pub fn queue(
    sandbox: &Arc<Sandbox>,
    provider: Provider,
    order: &InboundOrder,
    file: Option<Arc<File>>,
) -> Result<Vec<String>, String> {
    let device = sandbox.device(provider, &order.profile);
    let person = match (order.from()?, &order.user_id) {
        (Some(digits), _) => format!("{digits}@c.us"),
        (None, Some(id)) if id.ends_with("@lid") => id.clone(),
        (None, Some(id)) => format!("{id}@lid"),
        (None, None) => return Err("from or user_id is required".into()),
    };
    let content = content(sandbox, order, file)?;
    let now_ms = sandbox.clock.now_ms();
    let mut inner = device.lock();
    if !inner.card.works() {
        return Err(format!("the device is {}, so nobody reaches it", inner.card.state));
    }
    let name = if order.from_phone {
        inner.card.name.clone()
    } else {
        order.name.clone().unwrap_or_else(|| "Sandbox Person".to_owned())
    };
    let mut ids = Vec::new();
    for _ in 0..order.count()? {
        let message = Message {
            id: hex::encode_upper(uuid::Uuid::new_v4().into_bytes()),
            chat: order.group_id.clone().unwrap_or_else(|| person.clone()),
            author: order.group_id.is_some().then(|| person.clone()).filter(|_| !order.from_phone),
            name: Some(name.clone()),
            from_me: order.from_phone,
            by_api: false,
            at_ms: now_ms,
            content: content.clone(),
        };
        let told = match provider {
            Provider::GreenApi => crate::green::webhooks::message(&inner.card, &message).into_iter().collect(),
            Provider::Waha => crate::waha::webhooks::message(&inner.card, &message),
            Provider::Zentra => Vec::new(),
        };
        // One message counts once, in however many webhooks it is told.
        let mut about = About::Inbound;
        for (event, body) in told {
            inner.post(now_ms, event, Some(body), std::mem::replace(&mut about, About::Device));
        }
        ids.push(message.id.clone());
        inner.remember(message);
    }
    drop(inner);
    device.changed.notify_one();
    Ok(ids)
}

fn content(sandbox: &Sandbox, order: &InboundOrder, file: Option<Arc<File>>) -> Result<Content, String> {
    let kind = match order.kind() {
        "interactive" => "button",
        kind => kind,
    };
    let known = [
        "text",
        "image",
        "video",
        "audio",
        "voice",
        "document",
        "sticker",
        "location",
        "contacts",
        "button",
        "list",
        "reaction",
        "edited",
        "deleted",
        "poll",
        "unsupported",
    ];
    if !known.contains(&kind) {
        return Err(format!("type must be one of {}", known.join(", ")));
    }
    let mut content = Content { kind: kind.to_owned(), text: order.text.clone(), ..Content::default() };
    content.about.clone_from(&order.context_id);
    content.file = file.map(|file| FileRef {
        url: sandbox.file_url(&file),
        name: file.name.clone(),
        mime: file.mime.clone(),
        id: Some(file.id.clone()),
    });
    match kind {
        "location" => {
            content.place = Some(Place {
                latitude: order.latitude.unwrap_or(52.52),
                longitude: order.longitude.unwrap_or(13.405),
                name: order.text.clone(),
                address: String::new(),
            });
        }
        "contacts" => {
            let name = if order.text.is_empty() { "Sandbox Contact" } else { &order.text };
            let phone = order.payload.as_deref().unwrap_or("4915112345678").trim_start_matches('+');
            content.cards = vec![ContactCard::new(name, phone)];
        }
        "button" | "list" => content.payload = Some(order.payload.clone().unwrap_or_else(|| order.text.clone())),
        _ => {}
    }
    Ok(content)
}
