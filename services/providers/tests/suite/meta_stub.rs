//! What the Cloud API's client asks, seen from a server that answers as Meta might at its worst.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;
use waybill_providers::{Account, ClientConfig, CloudApi, InboundMedia, MediaKind, Provider, Reach};

/// A call as it came.
#[derive(Debug, Clone)]
struct Call {
    address: String,
    headers: HeaderMap,
    body: Bytes,
}

type Calls = Arc<Mutex<Vec<Call>>>;
type Answerer = fn(&str, &str) -> Response;

/// A server that answers by the address that was called, and its own.
async fn stub(answer: Answerer) -> (Account, Calls) {
    let calls = Calls::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let own = base.clone();
    let handler = move |State(calls): State<Calls>, request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let address = parts.uri.to_string();
        calls.lock().expect("unpoisoned").push(Call { address: address.clone(), headers: parts.headers, body });
        answer(&address, &own)
    };
    let app = Router::new().fallback(handler).with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let account = Account {
        profile_id: Uuid::nil(),
        base_url: format!("{base}/v23.0"),
        number_id: "7001".into(),
        access_token: "token1234".into(),
        webhook_secret: "hook-secret".into(),
        verify_token: "verify".into(),
        settings: [("business_account_id".to_owned(), "9001".to_owned())].into(),
    };
    (account, calls)
}

fn json_answer(value: Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn provider() -> CloudApi {
    CloudApi::new(&ClientConfig { reach: Reach::anywhere(), ..ClientConfig::default() }).expect("builds")
}

fn media(id: &str) -> InboundMedia {
    InboundMedia { media_id: Some(id.into()), url: None, mime_type: None, file_name: None, sha256: None, voice: false }
}

#[tokio::test]
async fn pages_are_followed_by_their_cursor_and_never_by_an_address() {
    let (account, calls) = stub(|address, _| {
        let template = |name: &str| json!({ "id": name, "name": name, "language": "de", "status": "APPROVED" });
        json_answer(if address.contains("after=c1") {
            json!({ "data": [template("second")], "paging": { "cursors": { "before": "c1", "after": "c2" } } })
        } else {
            json!({
                "data": [template("first")],
                "paging": { "cursors": { "after": "c1" }, "next": "http://127.0.0.1:1/v23.0/9001/message_templates?after=c9" },
            })
        })
    })
    .await;
    let provider = provider();
    let listed = provider.templates().expect("templates").templates(&account).await.expect("a list");
    let names: Vec<&str> = listed.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["first", "second"]);
    let calls = calls.lock().expect("unpoisoned");
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.address.starts_with("/v23.0/9001/message_templates?")), "{calls:?}");
    assert!(calls.iter().all(|call| call.headers[header::AUTHORIZATION] == "Bearer token1234"));
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up() {
    let (account, _) = stub(|address, _| {
        let after = address.split("after=").nth(1).and_then(|after| after.parse::<u32>().ok()).unwrap_or_default();
        let cursors = json!({ "after": (after + 1).to_string() });
        json_answer(json!({ "data": [], "paging": { "cursors": cursors, "next": "https://example.com" } }))
    })
    .await;
    let provider = provider();
    let refusal = provider.templates().expect("templates").templates(&account).await.expect_err("no end");
    assert_eq!(refusal.code, "unreadable_answer");
}

#[tokio::test]
async fn an_upload_names_its_type_and_gets_an_id() {
    let (account, calls) = stub(|_, _| json_answer(json!({ "id": 4_490 }))).await;
    let provider = provider();
    let store = provider.media().expect("media");
    let bytes = Bytes::from_static(b"a picture");
    let uploaded = store.upload(&account, MediaKind::Image, "image/png", "photo.png", bytes).await;
    let (id, until) = uploaded.expect("uploaded").expect("kept");
    assert_eq!(id, "4490");
    assert!((28..=30).contains(&(until - chrono::Utc::now()).num_days()));
    let calls = calls.lock().expect("unpoisoned");
    let [call] = &calls[..] else { panic!("{calls:?}") };
    assert_eq!(call.address, "/v23.0/7001/media");
    let body = String::from_utf8(call.body.to_vec()).expect("text");
    for part in
        ["name=\"messaging_product\"\r\n\r\nwhatsapp", "name=\"type\"\r\n\r\nimage/png", "filename=\"photo.png\""]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(body.to_lowercase().contains("content-type: image/png\r\n"), "{body}");
}

#[tokio::test]
async fn a_file_is_found_by_its_id_and_read_with_the_token() {
    let (account, calls) = stub(|address, own| match address {
        "/v23.0/55" => {
            json_answer(json!({ "id": "55", "url": format!("{own}/file"), "mime_type": "image/png", "file_size": "9" }))
        }
        "/file" => "a picture".into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await;
    let provider = provider();
    let store = provider.media().expect("media");
    let received = store.fetch(&account, &media("55"), 100).await.expect("a file");
    assert_eq!((&received.bytes[..], received.mime_type.as_deref()), (&b"a picture"[..], Some("image/png")));
    assert!(
        calls.lock().expect("unpoisoned").iter().all(|call| call.headers[header::AUTHORIZATION] == "Bearer token1234")
    );
    // It says beforehand that it is too long, and is not read.
    let refusal = store.fetch(&account, &media("55"), 8).await.expect_err("too long");
    assert_eq!(refusal.code, "media_too_long");
    assert_eq!(calls.lock().expect("unpoisoned").len(), 3);
    let refusal = store.fetch(&account, &media("56"), 8).await.expect_err("gone");
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Media, "media_gone"));
}

#[tokio::test]
async fn a_file_that_is_longer_than_it_says_is_cut_off() {
    let (account, _) = stub(|address, own| match address {
        "/v23.0/55" => json_answer(json!({ "url": format!("{own}/file"), "file_size": 9 })),
        _ => {
            let chunks =
                std::iter::repeat_n(Ok::<_, std::convert::Infallible>(Bytes::from_static(&[0; 1024])), 1 << 20);
            Body::from_stream(futures::stream::iter(chunks)).into_response()
        }
    })
    .await;
    let provider = provider();
    let refusal = provider.media().expect("media").fetch(&account, &media("55"), 10_000).await.expect_err("too long");
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Media, "media_too_long"));
}

#[tokio::test]
async fn the_token_goes_to_no_other_server() {
    let (account, calls) = stub(|address, own| match address {
        "/v23.0/55" => json_answer(json!({ "url": "https://files.example/55" })),
        "/v23.0/56" => json_answer(json!({ "url": format!("{own}/moved") })),
        _ => (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/elsewhere")]).into_response(),
    })
    .await;
    let provider = provider();
    let store = provider.media().expect("media");
    let refusal = store.fetch(&account, &media("55"), 100).await.expect_err("foreign");
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Media, "foreign_address"));
    let refusal = store.fetch(&account, &media("56"), 100).await.expect_err("moved");
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Media, "media_moved"));
    assert_eq!(calls.lock().expect("unpoisoned").len(), 3);
    let climbing = store.fetch(&account, &media("../7001"), 100).await.expect_err("no id");
    assert_eq!(climbing.class, ErrorClass::Media);
}
