//! What must hold on every wire: faults, counting, disorder, restarts.

use std::path::PathBuf;

use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_sandbox::Config;

use crate::green::linked;
use crate::postbox::Postbox;
use crate::rig::Rig;

const DEVICE: &str = "00000000-0000-4000-8000-000000000000";

/// The wires of linked devices, each with a device that works.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wire {
    Green,
    Waha,
    Zentra,
}

impl Wire {
    const ALL: [Self; 3] = [Self::Green, Self::Waha, Self::Zentra];

    fn provider(self) -> &'static str {
        match self {
            Self::Green => "green_api",
            Self::Waha => "waha",
            Self::Zentra => "zentra",
        }
    }

    fn number(self) -> &'static str {
        match self {
            Self::Green => "1101",
            Self::Waha => "shop",
            Self::Zentra => DEVICE,
        }
    }

    /// Makes a device that works and tells a postbox everything.
    async fn ready(self, rig: &Rig, postbox: &Postbox) {
        let callback = json!({
            "provider": self.provider(), "number_id": self.number(), "callback_url": postbox.base,
            "webhook_secret": "secret",
        });
        rig.control("profiles", callback).await;
        let state = match self {
            Self::Green => "authorized",
            Self::Waha => "WORKING",
            Self::Zentra => "connected",
        };
        rig.control(&format!("devices/{}/{}/state", self.provider(), self.number()), json!({ "state": state })).await;
    }

    fn request(self, rig: &Rig, text: &str) -> reqwest::RequestBuilder {
        let base = &rig.base;
        match self {
            Self::Green => rig
                .client
                .post(format!("{base}/green/waInstance1101/sendMessage/token"))
                .json(&json!({ "chatId": "4915112345678@c.us", "message": text })),
            Self::Waha => rig
                .client
                .post(format!("{base}/waha/api/sendText"))
                .header("X-Api-Key", "key")
                .json(&json!({ "session": "shop", "chatId": "4915112345678@c.us", "text": text })),
            Self::Zentra => {
                let fields = [
                    ("device_uuid", DEVICE),
                    ("type_message", "text"),
                    ("type_contact", "numbers"),
                    ("ids", "4915112345678"),
                ];
                let form = fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
                let form = form.text("text_message", text.to_owned());
                rig.client.post(format!("{base}/zentra/v1/messages")).header("x-api-token", "token").multipart(form)
            }
        }
    }

    async fn send(self, rig: &Rig, text: &str) -> (u16, Value) {
        let answer = self.request(rig, text).send().await.expect("answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    fn receipts(self) -> u64 {
        if self == Self::Zentra { 0 } else { 3 }
    }
}

async fn counts(rig: &Rig, wire: Wire) -> (u64, u64) {
    let stats = rig.get(&format!("/_sandbox/stats?profile={}", wire.number())).await;
    let count = |name: &str| stats[name].as_u64().expect("a number");
    (count("accepted"), count("refused"))
}

async fn all(config: Config) -> (Rig, Postbox) {
    let rig = Rig::start(config).await;
    let postbox = Postbox::start().await;
    for wire in Wire::ALL {
        wire.ready(&rig, &postbox).await;
    }
    (rig, postbox)
}

#[tokio::test]
async fn refusals_refuse_in_each_providers_words() {
    let (rig, _postbox) = all(linked()).await;
    let throttle = json!({ "throttle": { "probability": 1, "retry_after_s": 7 } });
    let ban = json!({ "ban": 1 });
    let lost = json!({ "logged_out": 1 });
    let before = json!({ "error_before": 1 });
    let cases = [
        (Wire::Green, &throttle, 429, "/message", json!("Too Many Requests")),
        (Wire::Green, &ban, 403, "/message", json!("Your account is suspended")),
        (Wire::Green, &lost, 400, "/message", json!("instance account not authorized")),
        (Wire::Green, &before, 500, "/statusCode", json!(500)),
        (Wire::Waha, &throttle, 429, "/message", json!("rate-overlimit")),
        (Wire::Waha, &ban, 500, "/exception/details", json!("server returned error 463")),
        (Wire::Waha, &lost, 422, "/status", json!("SCAN_QR_CODE")),
        (Wire::Waha, &before, 500, "/statusCode", json!(500)),
        (Wire::Zentra, &throttle, 429, "/success", json!(false)),
        (Wire::Zentra, &ban, 200, "/msg", json!("DEVICE_BANNED")),
        (Wire::Zentra, &lost, 200, "/msg", json!("DEVICE_LOGGED_OUT")),
        (Wire::Zentra, &before, 500, "/success", json!(false)),
    ];
    for (wire, faults, status, pointer, expected) in cases {
        rig.control("faults", faults.clone()).await;
        let (answered, body) = wire.send(&rig, "a").await;
        assert_eq!((answered, body.pointer(pointer)), (status, Some(&expected)), "{wire:?} {faults}: {body}");
    }
    for wire in Wire::ALL {
        assert_eq!(counts(&rig, wire).await, (0, 4), "{wire:?}");
        rig.control("faults", throttle.clone()).await;
        let answer = wire.request(&rig, "a").send().await.expect("answers");
        assert_eq!(answer.headers()["retry-after"], "7", "{wire:?}");
    }
}

#[tokio::test]
async fn what_hides_that_a_message_was_taken_takes_it() {
    let (rig, _postbox) = all(linked()).await;
    for wire in Wire::ALL {
        rig.control("faults", json!({ "profile": wire.number(), "error_after": 1 })).await;
        assert_eq!(wire.send(&rig, "after").await.0, 500, "{wire:?}");
        assert_eq!(counts(&rig, wire).await, (1, 0), "{wire:?}");
        for (fault, expected) in [("reset_before", (1, 1)), ("reset", (2, 1))] {
            rig.control("faults", json!({ "profile": wire.number(), fault: 1 })).await;
            let error = wire.request(&rig, fault).send().await.expect_err("the connection breaks");
            assert!(!error.is_timeout(), "{error:?}");
            assert_eq!(counts(&rig, wire).await, expected, "{wire:?} {fault}");
        }
        rig.control("faults", json!({ "profile": wire.number(), "hang": { "probability": 1, "ms": 60000 } })).await;
        let hanging = wire.request(&rig, "hang").timeout(std::time::Duration::from_secs(2)).send().await;
        assert!(hanging.expect_err("no answer in time").is_timeout());
        assert_eq!(counts(&rig, wire).await, (3, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn receipts_are_lost_doubled_and_failed_on_linked_devices_too() {
    for wire in [Wire::Green, Wire::Waha] {
        let (rig, _postbox) = all(linked()).await;
        for (receipts, expected) in [
            (json!({ "lost": 1 }), 0),
            (json!({ "doubled": 1 }), 6),
            (json!({ "failed": { "probability": 1, "code": 131000 } }), 8),
        ] {
            rig.control("faults", json!({ "receipts": receipts })).await;
            assert!(wire.send(&rig, &receipts.to_string()).await.0 < 300);
            assert_eq!(rig.until_settled().await["receipts_sent"], expected, "{wire:?} {receipts}");
        }
        assert_eq!(rig.get("/_sandbox/sends?limit=1").await[0]["state"], "failed");
    }
}

#[tokio::test]
async fn a_receipt_comes_before_the_answer_when_it_is_told_to() {
    let (rig, mut postbox) = all(linked()).await;
    rig.control("faults", json!({ "receipts": { "before_answer": 1 } })).await;
    for (wire, event) in [(Wire::Green, "outgoingMessageStatus"), (Wire::Waha, "message.ack")] {
        assert!(wire.send(&rig, "early").await.0 < 300);
        let told =
            postbox.all().into_iter().any(|post| post.body["typeWebhook"] == event || post.body["event"] == event);
        assert!(told, "{wire:?}");
    }
    let body = json!({ "phone_number_id": "7001", "callback_url": postbox.base, "app_secret": "s" });
    rig.control("profiles", body).await;
    assert_eq!(rig.send("7001", "a").await.0, 200);
    assert!(postbox.all().iter().any(|post| post.body["object"] == "whatsapp_business_account"));
}

#[tokio::test]
async fn shuffled_receipts_tell_the_truth_about_the_past() {
    let mut config = linked();
    config.receipts.shuffled = 1.0;
    let (rig, mut postbox) = all(config).await;
    for n in 0..20 {
        Wire::Green.send(&rig, &n.to_string()).await;
    }
    assert_eq!(rig.until_settled().await["receipts_sent"], 60);
    let mut orders = std::collections::HashMap::<String, Vec<String>>::new();
    for post in postbox.all() {
        if post.body["typeWebhook"] == "outgoingMessageStatus" {
            let text = |name: &str| post.body[name].as_str().expect("text").to_owned();
            orders.entry(text("idMessage")).or_default().push(text("status"));
        }
    }
    assert!(orders.values().any(|order| order != &["sent", "delivered", "read"]), "{orders:?}");
}

/// A file that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("sandbox-{}", Uuid::new_v4())))
    }

    fn config(&self) -> Config {
        Config { journal: Some(self.0.clone()), ..linked() }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn devices_and_what_they_owe_survive_a_kill() {
    let journal = Scratch::new();
    let (rig, mut postbox) = all(journal.config()).await;
    postbox.answer(503);
    for wire in Wire::ALL {
        for text in ["a", "b", "b"] {
            assert!(wire.send(&rig, text).await.0 < 300);
        }
    }
    // What a process that starts after a kill at this moment would find.
    let killed = Scratch::new();
    std::fs::copy(&journal.0, &killed.0).expect("copied");
    rig.stop().await;
    postbox.answer(200);
    postbox.all();

    let rig = Rig::start(killed.config()).await;
    let stats = rig.until_settled().await;
    let counted = ["accepted", "distinct", "duplicates", "receipts_sent"].map(|name| stats[name].as_u64());
    assert_eq!(counted, [9, 6, 3, 18].map(Some));
    for wire in Wire::ALL {
        let device = rig.get(&format!("/_sandbox/devices/{}/{}", wire.provider(), wire.number())).await;
        assert_eq!((&device["linked"], &device["callback_url"]), (&json!(true), &json!(postbox.base)), "{wire:?}");
        let (status, _) = wire.send(&rig, "again").await;
        assert!(status < 300, "{wire:?}");
        let stats = rig.until_settled().await;
        let _ = stats;
        assert_eq!(counts(&rig, wire).await.0, 4);
    }
    let settled = rig.until_settled().await;
    let owed: u64 = Wire::ALL.iter().map(|wire| wire.receipts() * 4).sum();
    assert_eq!(settled["receipts_sent"], owed);
    rig.stop().await;

    // What was delivered is not delivered again.
    postbox.all();
    let rig = Rig::start(killed.config()).await;
    assert_eq!(rig.until_settled().await["receipts_sent"], owed);
    let again = postbox.all().iter().filter(|post| post.body["typeWebhook"] == "outgoingMessageStatus").count();
    assert_eq!(again, 0);
}

#[tokio::test]
async fn a_reset_keeps_devices_and_forgets_sends() {
    let (rig, _postbox) = all(linked()).await;
    for wire in Wire::ALL {
        wire.send(&rig, "a").await;
    }
    assert_eq!(rig.call(Method::POST, "/_sandbox/reset", None).await.0, 204);
    assert_eq!(rig.get("/_sandbox/stats").await["accepted"], 0);
    assert_eq!(rig.get("/_sandbox/sends").await, json!([]));
    for wire in Wire::ALL {
        assert!(wire.send(&rig, "a").await.0 < 300, "{wire:?}");
    }
    assert_eq!(rig.until_settled().await["accepted"], 3);
}

#[tokio::test]
async fn senseless_orders_are_refused() {
    let (rig, _postbox) = all(linked()).await;
    let bad = [
        (Method::POST, "devices/green_api/1101/state", json!({ "state": "WORKING" })),
        (Method::POST, "devices/telegram/1/state", json!({ "state": "WORKING" })),
        (Method::PUT, "devices/waha/shop/engine", json!({ "engine": "STEAM" })),
        (Method::PUT, "devices/waha/shop/groups", json!([{ "id": "1", "name": "n" }])),
        (Method::PUT, "whatsapp/absent", json!(["Ann"])),
        (Method::PUT, "linking", json!({ "codes": 0 })),
        (Method::POST, "faults", json!({ "ban": 2 })),
        (Method::POST, "inbound", json!({ "provider": "zentra", "profile": DEVICE, "from": "+4915187654321" })),
        (Method::POST, "inbound", json!({ "provider": "waha", "profile": "none", "from": "+4915187654321" })),
        (
            Method::POST,
            "inbound",
            json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "type": "smell" }),
        ),
        (Method::POST, "profiles", json!({ "provider": "waha", "number_id": "shop", "callback_url": "ftp://x" })),
    ];
    for (verb, path, body) in bad {
        let (status, answer) = rig.call(verb, &format!("/_sandbox/{path}"), Some(body.clone())).await;
        assert_eq!(status, 422, "{path} {body}: {answer}");
    }
    assert_eq!(rig.call(Method::POST, "/_sandbox/devices/green_api/1101/scan", None).await.0, 409);
    assert_eq!(rig.call(Method::GET, "/_sandbox/devices/waha/nobody", None).await.0, 404);
}
