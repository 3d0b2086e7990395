//! Zentra's wire: forms in, `success` out, and never a webhook.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::rig::{Rig, complete};

const DEVICE: &str = "00000000-0000-4000-8000-000000000000";

fn text(ids: &str) -> Form {
    let fields =
        [("device_uuid", DEVICE), ("type_message", "text"), ("text_message", "Hello"), ("type_contact", "numbers")];
    fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value)).text("ids", ids.to_owned())
}

async fn send(rig: &Rig, form: Form) -> (u16, Value) {
    let request = rig.client.post(format!("{}/zentra/v1/messages", rig.base)).header("x-api-token", "token");
    let answer = request.multipart(form).send().await.expect("answers");
    (answer.status().as_u16(), answer.json().await.expect("json"))
}

async fn json_call(rig: &Rig, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = rig.client.request(method, format!("{}/zentra/v1/{path}", rig.base)).header("x-api-token", "token");
    let answer = request.json(&body).send().await.expect("answers");
    (answer.status().as_u16(), answer.json().await.expect("json"))
}

#[tokio::test]
async fn a_form_is_a_message() {
    let rig = Rig::start(complete()).await;
    let (status, answer) = send(&rig, text("4915112345678")).await;
    assert_eq!((status, &answer["success"], &answer["msg"]), (200, &json!(true), &json!("MESSAGE_CREATED")));
    let found = rig.get("/_sandbox/sends?to=4915112345678").await;
    assert_eq!((&found[0]["provider"], &found[0]["provider_message_id"]), (&json!("zentra"), &answer["data"]["id"]));
    let stats = rig.get("/_sandbox/stats").await;
    assert_eq!((&stats["accepted"], &stats["receipts_pending"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn files_come_as_parts_or_addresses() {
    let rig = Rig::start(complete()).await;
    let fields = |kind: &'static str| {
        let form = Form::new().text("device_uuid", DEVICE).text("type_message", kind).text("type_contact", "numbers");
        form.text("ids", "4915112345678")
    };
    assert_eq!(send(&rig, fields("image")).await.0, 422);
    assert_eq!(send(&rig, fields("image").text("media_url", "https://example.com/a.jpg")).await.0, 200);
    let part = Part::bytes(b"%PDF".to_vec()).file_name("a.pdf").mime_str("application/pdf").expect("a type");
    assert_eq!(send(&rig, fields("document").part("media", part)).await.0, 200);
    let found = rig.get("/_sandbox/sends").await;
    let url = found[0]["content"]["file"]["url"].as_str().expect("an address").to_owned();
    assert_eq!(rig.client.get(url).send().await.expect("answers").bytes().await.expect("bytes").as_ref(), b"%PDF");
}

#[tokio::test]
async fn trouble_is_told_with_http_200() {
    let rig = Rig::start(complete()).await;
    for (state, message) in
        [("banned", "DEVICE_BANNED"), ("expired", "DEVICE_EXPIRED"), ("logged_out", "DEVICE_LOGGED_OUT")]
    {
        rig.control(&format!("devices/zentra/{DEVICE}/state"), json!({ "state": state })).await;
        let (status, answer) = send(&rig, text("4915112345678")).await;
        assert_eq!((status, &answer["success"], &answer["msg"]), (200, &json!(false), &json!(message)));
        let (_, told) = json_call(&rig, Method::GET, &format!("devices/{DEVICE}/status"), json!({})).await;
        assert_eq!((&told["data"]["status"], &told["data"]["connected"]), (&json!(state), &json!(false)));
    }
    rig.control(&format!("devices/zentra/{DEVICE}/state"), json!({ "state": "connected" })).await;
    rig.control("faults", json!({ "ban": 1 })).await;
    assert_eq!(
        send(&rig, text("4915112345678")).await,
        (200, json!({ "success": false, "msg": "DEVICE_BANNED", "errors": ["DEVICE_BANNED"] }))
    );
    rig.control("faults", json!({})).await;
    assert_eq!(rig.get("/_sandbox/stats").await["refused"], 4);

    let check = async |phone: &str| {
        json_call(&rig, Method::POST, "check-whatsapp", json!({ "device_uuid": DEVICE, "phone": phone })).await.1["exists"].clone()
    };
    assert_eq!((check("4915112345678").await, check("4915112340000").await), (json!(true), json!(false)));
    assert_eq!(send(&rig, text("4915112340000")).await.1["msg"], "NUMBER_NOT_ON_WHATSAPP");
    let answer = rig.client.post(format!("{}/zentra/v1/messages", rig.base)).multipart(text("4915112345678"));
    assert_eq!(answer.send().await.expect("answers").status(), 401);
}
