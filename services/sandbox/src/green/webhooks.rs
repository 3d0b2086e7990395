//! Green API's webhooks: their bodies, and how they are delivered.

use serde_json::{Value, json};

use crate::devices::device::Sent;
use crate::devices::mail::Fortune;
use crate::devices::take::{NOT_IN_GROUP, NOT_ON_WHATSAPP, SPAM};
use crate::devices::{Card, Content, Device, Message, Provider};
use crate::receipts::{Planned, Status};
use crate::state::Sandbox;

/// Whether an instance's webhooks are pushed; otherwise they wait to be polled.
pub fn is_pushed(card: &Card) -> bool {
    card.provider != Provider::GreenApi || address(card).is_some()
}

fn address(card: &Card) -> Option<&str> {
    let own = card.settings["webhookUrl"].as_str().filter(|url| !url.is_empty());
    own.or(card.callback.callback_url.as_deref())
}

/// Posts a webhook until it is answered with 200.
pub async fn deliver(sandbox: &Sandbox, device: &Device, body: &Value) -> Fortune {
    let mut attempts = 0;
    loop {
        let card = device.card();
        let Some(url) = address(&card) else { return Fortune::Dropped };
        let mut request = sandbox.client.post(url).json(body);
        let token = card.settings["webhookUrlToken"].as_str().filter(|token| !token.is_empty());
        if let Some(token) = token.or(card.callback.webhook_secret.as_deref()) {
            let whole = token.starts_with("Bearer ") || token.starts_with("Basic ");
            let value = if whole { token.to_owned() } else { format!("Bearer {token}") };
            request = request.header("authorization", value);
        }
        match request.send().await {
            Ok(answer) if answer.status().as_u16() == 200 => {
                let _ = answer.bytes().await;
                return Fortune::Taken;
            }
            Ok(answer) => {
                tracing::debug!(
                    instance = device.number_id,
                    status = answer.status().as_u16(),
                    "a webhook was refused"
                );
            }
            Err(error) => {
                tracing::debug!(instance = device.number_id, error = %error.without_url(), "a webhook found nobody");
            }
        }
        attempts += 1;
        tokio::select! {
            () = tokio::time::sleep(sandbox.backoff(attempts)) => {}
            () = device.moved.notified() => {}
        }
    }
}

fn switched_on(card: &Card, flag: &str) -> bool {
    card.settings[flag].as_str().is_none_or(|value| value == "yes")
}

fn envelope(card: &Card, event: &str) -> Value {
    json!({
        "typeWebhook": event,
        "instanceData": {
            "idInstance": card.number_id.parse::<u64>().unwrap_or_default(),
            "wid": card.wid(),
            "typeInstance": "whatsapp",
        },
    })
}

fn with_time(card: &Card, event: &str, at_ms: u64) -> Value {
    let mut body = envelope(card, event);
    body["timestamp"] = json!(at_ms / 1000);
    body
}

/// Any event, for whoever wants to see one.
pub fn any(card: &Card, event: &str, rest: Value, now_ms: u64) -> Value {
    let mut body = with_time(card, event, now_ms);
    if let (Some(fields), Value::Object(rest)) = (body.as_object_mut(), rest) {
        fields.extend(rest);
    }
    body
}

/// What a change of state tells.
pub fn state_changes(card: &Card, now_ms: u64) -> Vec<(&'static str, Value)> {
    if !switched_on(card, "stateWebhook") {
        return Vec::new();
    }
    let mut state = with_time(card, "stateInstanceChanged", now_ms);
    state["stateInstance"] = json!(card.state);
    let mut told = vec![("stateInstanceChanged", state)];
    if card.works() || card.state == "notAuthorized" {
        let mut status = with_time(card, "statusInstanceChanged", now_ms);
        status["statusInstance"] = json!(if card.works() { "online" } else { "offline" });
        told.push(("statusInstanceChanged", status));
    }
    told
}

/// A quota is used up. The one webhook without a timestamp.
pub fn quota_exceeded(card: &Card) -> Value {
    let mut body = envelope(card, "quotaExceeded");
    body["quotaData"] = json!({
        "method": "correspondents", "used": 3, "total": 3, "status": "CORRESPONDENTS_QUOTA_EXCEEDED",
        "description": "Monthly quota exceeded. Only the first three chats of the month are open",
    });
    body
}

/// The provider's word for a state of a send.
pub fn status_word(status: Status, code: u32) -> &'static str {
    match (status, code) {
        (Status::Failed, NOT_ON_WHATSAPP) => "noAccount",
        (Status::Failed, NOT_IN_GROUP) => "notInGroup",
        (Status::Failed, SPAM | 368) => "yellowCard",
        (status, _) => status.as_str(),
    }
}

/// What tells the state of a send. Some states cannot be switched off.
pub fn receipt(card: &Card, sent: &Sent, receipt: &Planned, at_ms: u64) -> Option<(&'static str, Value)> {
    let status = status_word(receipt.status, receipt.code);
    if !switched_on(card, "outgoingWebhook") && !matches!(status, "failed" | "noAccount") {
        return None;
    }
    let mut body = with_time(card, "outgoingMessageStatus", at_ms);
    body["chatId"] = json!(sent.message.chat);
    body["idMessage"] = json!(sent.message.id);
    body["status"] = json!(status);
    body["sendByApi"] = json!(true);
    if receipt.status == Status::Failed {
        body["description"] = json!(format!("The message was not sent: {status}"));
    }
    Some(("outgoingMessageStatus", body))
}

/// What tells of a message: somebody else's, our own sent by a call, or our own written on the phone.
pub fn message(card: &Card, message: &Message) -> Option<(&'static str, Value)> {
    let (event, flag) = match (message.from_me, message.by_api) {
        (true, true) => ("outgoingAPIMessageReceived", "outgoingAPIMessageWebhook"),
        (true, false) => ("outgoingMessageReceived", "outgoingMessageWebhook"),
        _ => ("incomingMessageReceived", "incomingWebhook"),
    };
    // Edits and deletions come as messages too, under switches of their own.
    let flag = match &*message.content.kind {
        "edited" => "editedMessageWebhook",
        "deleted" => "deletedMessageWebhook",
        _ => flag,
    };
    if !switched_on(card, flag) {
        return None;
    }
    let mut body = with_time(card, event, message.at_ms);
    body["idMessage"] = json!(message.id);
    let name = message.name.as_deref().unwrap_or("");
    let chat_name = card.group(&message.chat).map_or(name, |group| &group.name);
    body["senderData"] = json!({
        "chatId": message.chat,
        "chatName": chat_name,
        "sender": message.sender(&card.wid()),
        "senderName": name,
        "senderContactName": "",
    });
    body["messageData"] = message_data(&message.content);
    Some((event, body))
}

/// `typeMessage` of a content.
pub fn type_message(content: &Content) -> &'static str {
    match &*content.kind {
        "text" if content.about.is_some() => "quotedMessage",
        "text" if content.text.contains("https://") => "extendedTextMessage",
        "text" => "textMessage",
        "image" => "imageMessage",
        "video" => "videoMessage",
        "audio" | "voice" => "audioMessage",
        "document" => "documentMessage",
        "sticker" => "stickerMessage",
        "location" => "locationMessage",
        "contacts" if content.cards.len() > 1 => "contactsArrayMessage",
        "contacts" => "contactMessage",
        "button" => "buttonsResponseMessage",
        "list" => "listResponseMessage",
        "poll" => "pollMessage",
        "reaction" => "reactionMessage",
        "edited" => "editedMessage",
        "deleted" => "deletedMessage",
        _ => "unsupportedMessage",
    }
}

fn message_data(content: &Content) -> Value {
    let kind = type_message(content);
    let mut data = json!({ "typeMessage": kind });
    let about = content.about.as_deref().unwrap_or_default();
    match kind {
        "textMessage" => data["textMessageData"] = json!({ "textMessage": content.text }),
        "extendedTextMessage" => {
            data["extendedTextMessageData"] = json!({
                "text": content.text, "description": "", "title": "", "previewType": "None", "jpegThumbnail": "",
                "forwardingScore": 0, "isForwarded": false,
            });
        }
        "quotedMessage" => {
            data["extendedTextMessageData"] = json!({ "text": content.text, "stanzaId": about, "participant": "" });
            data["quotedMessage"] = json!({ "stanzaId": about, "participant": "", "typeMessage": "textMessage" });
        }
        "reactionMessage" => {
            data["extendedTextMessageData"] = json!({ "text": content.text });
            data["quotedMessage"] = json!({ "stanzaId": about, "participant": "" });
        }
        "locationMessage" => {
            let place = content.place.clone().unwrap_or_default();
            data["locationMessageData"] = json!({
                "nameLocation": place.name, "address": place.address, "latitude": place.latitude,
                "longitude": place.longitude, "jpegThumbnail": "", "forwardingScore": 0, "isForwarded": false,
            });
        }
        "contactMessage" => {
            let card = content.cards.first().cloned().unwrap_or_default();
            data["contactMessageData"] = json!({
                "displayName": card.name, "vcard": card.vcard, "forwardingScore": 0, "isForwarded": false,
            });
        }
        "contactsArrayMessage" => {
            let cards = content.cards.iter().map(|card| json!({ "displayName": card.name, "vcard": card.vcard }));
            data["messageData"] = json!({ "contacts": cards.collect::<Vec<_>>() });
        }
        "buttonsResponseMessage" => {
            data["buttonsResponseMessage"] = json!({
                "stanzaId": about, "selectedButtonId": content.payload, "selectedButtonText": content.text,
            });
        }
        "listResponseMessage" => {
            data["listResponseMessage"] = json!({ "stanzaId": about, "title": content.text, "listType": 1, "singleSelectReply": content.payload });
        }
        "pollMessage" => {
            let options = content.options.iter().map(|name| json!({ "optionName": name })).collect::<Vec<_>>();
            data["pollMessageData"] = json!({ "name": content.text, "options": options, "multipleAnswers": false });
        }
        "editedMessage" => {
            data["editedMessageData"] = json!({ "textMessage": content.text, "stanzaId": about });
        }
        "deletedMessage" => data["deletedMessageData"] = json!({ "stanzaId": about }),
        "unsupportedMessage" => {}
        _ => {
            let file = content.file.clone().unwrap_or_default();
            data["fileMessageData"] = json!({
                "downloadUrl": file.url, "caption": content.text, "fileName": file.name, "jpegThumbnail": "",
                "mimeType": file.mime, "isForwarded": false, "forwardingScore": 0, "isAnimated": false,
            });
        }
    }
    data
}
