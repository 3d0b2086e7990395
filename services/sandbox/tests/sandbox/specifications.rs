//! Our shapes against the providers' own specifications and examples, where these are at hand:
//! `WAYBILL_FIXTURES` names the folder. Without it there is nothing to hold them against.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::green::linked;
use crate::postbox::Postbox;
use crate::rig::Rig;

fn fixtures() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_FIXTURES").map(PathBuf::from);
    if folder.is_none() {
        println!("WAYBILL_FIXTURES is not set, so nothing is held against the specifications");
    }
    folder
}

fn read(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The parts of JSON Schema these specifications use. Null is taken for what is not there.
struct Schema<'a> {
    root: &'a Value,
    /// Fields the specification asks for although they often do not come.
    optional: &'a [&'a str],
}

impl Schema<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let target = self.root.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
            return self.check(target, value, at);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at);
        }
        if value.is_null() {
            return;
        }
        let fits = match schema["type"].as_str() {
            Some("object") => value.is_object() || schema.get("properties").is_none(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_u64() || value.is_i64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        assert!(fits, "{at}: {value} is no {}", schema["type"]);
        if let Some(allowed) = schema["enum"].as_array() {
            assert!(allowed.contains(value), "{at}: {value} is none of {allowed:?}");
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(value.get(name).is_some() || self.optional.contains(&name), "{at}: {name} is missing in {value}");
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(field, value, &format!("{at}.{name}"));
            }
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(&schema["items"], item, &format!("{at}[]"));
        }
    }
}

/// What both have is of the same type.
fn agree(ours: &Value, theirs: &Value, at: &str) {
    match (ours, theirs) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(ours), Value::Object(theirs)) => {
            for (name, theirs) in theirs {
                if let Some(ours) = ours.get(name) {
                    agree(ours, theirs, &format!("{at}.{name}"));
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if let (Some(ours), Some(theirs)) = (ours.first(), theirs.first()) {
                agree(ours, theirs, &format!("{at}[0]"));
            }
        }
        _ => {
            let same = std::mem::discriminant(ours) == std::mem::discriminant(theirs);
            assert!(same, "{at}: {ours} where the provider has {theirs}");
        }
    }
}

/// All that the example has, ours has too.
fn covers(ours: &Value, theirs: &Value, at: &str) {
    agree(ours, theirs, at);
    if let (Value::Object(ours), Value::Object(theirs)) = (ours, theirs) {
        for (name, theirs) in theirs {
            let ours = ours.get(name).unwrap_or_else(|| panic!("{at}.{name} is missing"));
            covers(ours, theirs, &format!("{at}.{name}"));
        }
    }
}

/// Puts something real where an example says what belongs there.
fn fill_in(value: &mut Value, filled: &mut u32) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                *filled += 1;
                let text = field.as_str().unwrap_or_default();
                if name == "link" && !text.starts_with("https://") {
                    *field = json!("https://example.com/file");
                } else if text.starts_with('<') {
                    *field = json!(filled.to_string());
                }
                fill_in(field, filled);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, filled)),
        _ => {}
    }
}

const KINDS: [&str; 10] =
    ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "voice"];

#[tokio::test]
async fn green_apis_webhooks_fit_its_schemas() {
    let Some(folder) = fixtures() else { return };
    let mut properties = Map::new();
    for part in ["commonSchemaComponents", "incomingMessage", "outgoingMessage", "other"] {
        let file = read(&folder, &format!("greenapi-webhook-schema-{part}.json"));
        properties.extend(file["properties"].as_object().cloned().expect("properties"));
    }
    let root = json!({ "properties": properties });
    let schema = Schema { root: &root, optional: &[] };

    let rig = Rig::start(linked()).await;
    let mut postbox = Postbox::start().await;
    rig.control("profiles", json!({ "provider": "green_api", "number_id": "1101", "callback_url": postbox.base }))
        .await;
    let url = format!("{}/green/waInstance1101/sendMessage/token", rig.base);
    rig.client
        .post(url)
        .json(&json!({ "chatId": "4915112345678@c.us", "message": "x" }))
        .send()
        .await
        .expect("answers");
    for kind in KINDS {
        for from_phone in [false, true] {
            let order = json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "type": kind, "text": "x", "from_phone": from_phone, "context_id": "AA" });
            rig.control("inbound", order).await;
        }
    }
    rig.control("devices/green_api/1101/state", json!({ "state": "yellowCard" })).await;
    rig.until("told", |stats| stats["inbound_sent"] == 2 * KINDS.len() as u64 && stats["receipts_pending"] == 0).await;
    postbox.next("the state", |body| body["stateInstance"] == "yellowCard").await;
    let mut checked = 0;
    for post in postbox.all() {
        let event = post.body["typeWebhook"].as_str().expect("an event");
        let Some(known) = root["properties"].get(event) else { continue };
        schema.check(known, &post.body, event);
        checked += 1;
    }
    assert!(checked >= 2 * KINDS.len() + 4, "{checked} webhooks were checked");
}

#[tokio::test]
async fn green_apis_answers_look_like_its_own() {
    let Some(folder) = fixtures() else { return };
    let rig = Rig::start(linked()).await;
    let call = async |verb: Method, method: &str, body: Option<Value>| {
        let (status, answer) = rig.call(verb, &format!("/green/waInstance1101/{method}/token"), body).await;
        assert_eq!(status, 200, "{method}: {answer}");
        answer
    };
    let chat = "4915112345678@c.us";
    let sent = call(Method::POST, "sendMessage", Some(json!({ "chatId": chat, "message": "x" }))).await;
    covers(&sent, &read(&folder, "green__send_text_response__01.json"), "sendMessage");
    rig.control(
        "inbound",
        json!({ "provider": "green_api", "profile": "1101", "from": "+4915112345678", "text": "x" }),
    )
    .await;
    let group = rig.get("/_sandbox/devices/green_api/1101/groups").await[0]["id"].clone();
    let cases = [
        (Method::GET, "getStateInstance", None, "state_instance_response"),
        (Method::GET, "lastOutgoingMessages", None, "last_outgoing_response"),
        (Method::GET, "lastIncomingMessages", None, "last_incoming_response"),
        (Method::POST, "getChatHistory", Some(json!({ "chatId": chat })), "chat_history_response"),
        (Method::POST, "checkWhatsapp", Some(json!({ "phoneNumber": 4915112345678u64 })), "check_whatsapp_response"),
        (Method::GET, "getContacts", None, "contacts_response"),
        (Method::POST, "getGroupData", Some(json!({ "groupId": group })), "group_data_response"),
        (Method::POST, "setSettings", Some(json!({ "incomingWebhook": "yes" })), "set_settings_response"),
        (Method::POST, "readChat", Some(json!({ "chatId": chat })), "read_chat_response"),
        (Method::GET, "reboot", None, "reboot_response"),
        (Method::GET, "clearMessagesQueue", None, "queue_clear_response"),
        (Method::GET, "logout", None, "logout_response"),
    ];
    for (verb, method, body, example) in cases {
        let ours = call(verb, method, body).await;
        covers(&ours, &read(&folder, &format!("green__{example}__01.json")), method);
    }
    agree(
        &call(Method::GET, "getSettings", None).await,
        &read(&folder, "green__get_settings_response__01.json"),
        "settings",
    );
}

#[tokio::test]
async fn wahas_webhooks_and_answers_fit_its_specification() {
    let Some(folder) = fixtures() else { return };
    let root = read(&folder, "waha-openapi.json");
    let schema = Schema { root: &root, optional: &["source", "participant", "s3"] };
    let known =
        |name: &str| root["components"]["schemas"].get(name).cloned().unwrap_or_else(|| panic!("{name} is unknown"));
    let rig = Rig::start(linked()).await;
    let mut postbox = Postbox::start().await;
    let config = json!({ "metadata": { "engine": "NOWEB" }, "webhooks": [{ "url": postbox.base, "events": ["*"] }] });
    let request = rig.client.post(format!("{}/waha/api/sessions", rig.base)).header("X-Api-Key", "key");
    let made = request.json(&json!({ "name": "shop", "config": config })).send().await.expect("answers");
    schema.check(&known("SessionDTO"), &made.json().await.expect("json"), "made");
    postbox.next("working", |body| body["payload"]["status"] == "WORKING").await;
    let request = rig.client.post(format!("{}/waha/api/sendText", rig.base)).header("X-Api-Key", "key");
    let sent = request.json(&json!({ "session": "shop", "chatId": "4915112345678@c.us", "text": "x" })).send().await;
    let sent: Value = sent.expect("answers").json().await.expect("json");
    covers(&sent, &read(&folder, "waha__send_text_response_noweb__01.json"), "sent");
    for kind in KINDS.into_iter().chain(["edited", "deleted"]) {
        let order = json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "type": kind, "text": "x", "context_id": "false_4915187654321@c.us_AA" });
        rig.control("inbound", order).await;
    }
    rig.until("told", |stats| stats["inbound_sent"] == 12 && stats["receipts_pending"] == 0).await;
    let get = async |path: &str| {
        let request = rig.client.get(format!("{}/waha/api/{path}", rig.base)).header("X-Api-Key", "key");
        request.send().await.expect("answers").json::<Value>().await.expect("json")
    };
    schema.check(&known("SessionInfo"), &get("sessions/shop").await, "session");
    schema.check(&known("MeInfo"), &get("sessions/shop/me").await, "me");
    schema.check(&known("WAHAEnvironment"), &get("version").await, "version");
    for message in get("shop/chats/all/messages?limit=50").await.as_array().expect("messages") {
        schema.check(&known("WAMessage"), message, "message");
    }
    let group = rig.get("/_sandbox/devices/waha/shop/groups").await[0]["id"].as_str().expect("an id").to_owned();
    for member in get(&format!("shop/groups/{group}/participants/v2")).await.as_array().expect("members") {
        schema.check(&known("GroupParticipant"), member, "member");
    }
    let exists = get("contacts/check-exists?session=shop&phone=4915112345678").await;
    covers(&exists, &read(&folder, "waha__check_exists_response__01.json"), "exists");
    let mut checked = 0;
    for post in postbox.all() {
        let name = match post.body["event"].as_str().expect("an event") {
            "session.status" => "WAHAWebhookSessionStatus",
            "message" => "WAHAWebhookMessage",
            "message.any" => "WAHAWebhookMessageAny",
            "message.ack" => "WAHAWebhookMessageAck",
            "message.reaction" => "WAHAWebhookMessageReaction",
            "message.edited" => "WAHAWebhookMessageEdited",
            "message.revoked" => "WAHAWebhookMessageRevoked",
            event => panic!("{event} was not expected"),
        };
        schema.check(&known(name), &post.body, name);
        checked += 1;
    }
    assert!(checked >= 25, "{checked} webhooks were checked");
}

#[tokio::test]
async fn metas_webhooks_and_answers_look_like_its_own() {
    let Some(folder) = fixtures() else { return };
    let rig = Rig::start(linked()).await;
    let mut postbox = Postbox::start().await;
    rig.control("profiles", json!({ "phone_number_id": "7001", "callback_url": postbox.base, "app_secret": "s" }))
        .await;
    let cases = [
        ("text", "text"),
        ("audio", "audio"),
        ("document", "document"),
        ("sticker", "sticker"),
        ("video", "video"),
        ("location", "location"),
        ("contacts", "contacts"),
        ("button", "button"),
        ("list", "list_reply"),
        ("reaction", "reaction"),
        ("edited", "message_edited"),
        ("deleted", "message_revoked"),
        ("unsupported", "unsupported_with_type"),
    ];
    for (kind, example) in cases {
        let order =
            json!({ "profile": "7001", "from": "+4915187654321", "type": kind, "text": "x", "context_id": "wamid.A" });
        rig.control("inbound", order).await;
        let post = postbox.next(kind, |body| body["entry"][0]["changes"][0]["field"] == "messages").await;
        agree(&post.body, &read(&folder, &format!("meta__webhook_{example}__01.json")), kind);
    }
    rig.send("7001", "a").await;
    let statuses = postbox.next("sent", |body| !body["entry"][0]["changes"][0]["value"]["statuses"].is_null()).await;
    agree(&statuses.body, &read(&folder, "meta__webhook_status_sent__01.json"), "status");

    let put = async |path: &str, body: Value| {
        rig.call(Method::PUT, &format!("/_sandbox/cloud/7001/{path}"), Some(body)).await
    };
    put("quality", json!({ "rating": "RED" })).await;
    let quality =
        postbox.next("quality", |body| body["entry"][0]["changes"][0]["field"] == "phone_number_quality_update").await;
    covers(
        &quality.body["entry"][0]["changes"][0],
        &read(&folder, "meta__webhook_phone_number_quality__01.json")["entry"][0]["changes"][0],
        "quality",
    );
    put("templates", json!([{ "name": "n", "status": "APPROVED" }])).await;
    let status = postbox
        .next("approved", |body| body["entry"][0]["changes"][0]["field"] == "message_template_status_update")
        .await;
    covers(
        &status.body["entry"][0]["changes"][0],
        &read(&folder, "meta__webhook_template_status_approved__01.json")["entry"][0]["changes"][0],
        "template",
    );
    covers(&rig.get("/v23.0/7001").await, &read(&folder, "meta__phone_number_response__01.json"), "number");
    agree(
        &rig.get("/v23.0/waba-7001/phone_numbers").await,
        &read(&folder, "meta__phone_numbers_list_response__01.json"),
        "numbers",
    );
    agree(
        &rig.get("/v23.0/waba-7001/message_templates").await,
        &read(&folder, "meta__template_list_response__01.json"),
        "templates",
    );
    agree(
        &rig.get("/v23.0/waba-7001/subscribed_apps").await,
        &read(&folder, "meta__subscribed_apps_response__01.json"),
        "apps",
    );
    for example in [
        "send_audio_id",
        "send_contacts",
        "send_document_id",
        "send_document_link",
        "send_image_id",
        "send_image_link",
        "send_list",
        "send_location",
        "send_reaction",
        "send_reply_button",
        "send_reply_text",
        "send_template_interactive",
        "send_template_media",
        "send_template_text",
        "send_text_preview",
        "send_text",
        "send_video_link",
        "mark_read_typing",
        "marketing_message",
    ] {
        let mut body = read(&folder, &format!("meta__{example}_request__01.json"));
        // A number whose templates nobody listed takes any.
        fill_in(&mut body, &mut 0);
        if body.get("to").is_some() {
            body["to"] = json!("+4915112345678");
        }
        let (status, answer) = rig.call(Method::POST, "/v23.0/7002/messages", Some(body)).await;
        assert_eq!(status, 200, "{example}: {answer}");
    }
}
