//! Files: uploaded, shown, handed out by link, sent, and removed.

use crate::rig::{House, Person, Reply, Time};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use waybill_domain::id::TenantId;
use waybill_domain::media;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

/// A form with one file, as a browser sends it.
pub async fn upload(person: &Person, name: &str, kind: &str, bytes: &[u8], key: Option<&str>) -> Reply {
    let head = format!(
        "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--boundary--\r\n"].concat();
    let mut request = Request::post("/api/v1/media").header("content-type", "multipart/form-data; boundary=boundary");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    person.send(request.body(Body::from(body)).unwrap()).await
}

async fn open(house: &House, url: &str, range: Option<&str>) -> Reply {
    let mut request = Request::get(url);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    house.send(request.body(Body::empty()).unwrap()).await
}

async fn show(person: &Person, id: &str) -> Value {
    person.get(&format!("/media/{id}")).await.expect(200).json()
}

#[tokio::test]
async fn a_file_is_kept_and_handed_out_by_a_link_that_ends() {
    let time = Time::default();
    let house = House::open_at(time.clock(), |_| {}).await;
    let mut person = house.person().await;
    let added = upload(&person, "menu.png", "image/png", PNG, Some("once")).await.expect(201);
    let id = added.id();
    assert_eq!(upload(&person, "menu.png", "image/png", PNG, Some("once")).await.expect(201).id(), id);
    upload(&person, "menu.png", "image/png", b"\x89PNG\r\n\x1a\nother", Some("once"))
        .await
        .problem(422, "idempotency_mismatch");
    let file = show(&person, &id).await;
    assert_eq!((file["kind"].as_str(), file["name"].as_str()), (Some("image"), Some("menu.png")));
    assert_eq!((file["bytes"].as_u64(), file["scan"].as_str()), (Some(PNG.len() as u64), Some("not_scanned")));
    let page = person.get("/media?kind=image&origin=gallery&q=MENU").await.expect(200).json();
    assert_eq!(page["items"][0]["id"].as_str(), Some(id.as_str()));
    assert_eq!(person.get("/media?kind=video").await.expect(200).json()["items"], json!([]));

    let url = file["url"].as_str().unwrap();
    let whole = open(&house, url, None).await.expect(200);
    assert_eq!((whole.header("content-type"), &whole.body[..]), (Some("image/png"), PNG));
    assert_eq!(whole.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    let part = open(&house, url, Some("bytes=1-3")).await.expect(206);
    assert_eq!((part.header("content-range"), &part.body[..]), (Some("bytes 1-3/33"), &b"PNG"[..]));
    open(&house, url, Some("bytes=99-")).await.problem(416, "no_such_range");
    // A link that was changed is none, and one that is old is none either.
    open(&house, &url.replace("files/e", "files/f"), None).await.problem(403, "link_ended");
    let found = person.get(&format!("/media/{id}/content")).await.expect(302);
    assert!(found.header("location").unwrap().starts_with("/api/v1/files/"));
    time.pass(301);
    open(&house, url, None).await.problem(403, "link_ended");
    person.sign_in_again(&house).await;

    // Another tenant has neither the file nor a link to it.
    let stranger = house.person().await;
    stranger.get(&format!("/media/{id}")).await.problem(404, "not_found");
    stranger.get(&format!("/media/{id}/content")).await.problem(404, "not_found");
    stranger.call(Method::DELETE, &format!("/media/{id}"), json!({})).await.problem(404, "not_found");

    let url = show(&person, &id).await["url"].as_str().unwrap().to_owned();
    person.call(Method::DELETE, &format!("/media/{id}"), json!({})).await.expect(204);
    open(&house, &url, None).await.problem(404, "not_found");
    let gone = show(&person, &id).await;
    assert_eq!((gone["state"].as_str(), gone["name"].as_str(), gone["url"].as_str()), (Some("removed"), None, None));
    assert_eq!(person.get("/media").await.expect(200).json()["items"], json!([]));
    // The log has no name of it any more.
    let me = person.get("/auth/me").await.expect(200).json();
    let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
    let state = house.context.store.load::<media::Media>(tenant, id.parse().unwrap()).await.unwrap().state;
    assert_eq!(state.file_name, None);
}

#[tokio::test]
async fn a_file_that_lies_is_too_large_or_is_a_program_is_refused_and_nothing_is_kept() {
    let house = House::open_with(|config| config.media_max_bytes = 1_000).await;
    let person = house.person().await;
    let lie = upload(&person, "cat.png", "image/png", PDF, None).await.problem(422, "wrong_media_type");
    assert_eq!(lie["detail"].as_str(), Some("the file says it is image/png, its content is application/pdf"));
    assert_eq!(lie["errors"][0]["field"].as_str(), Some("file"));
    upload(&person, "a.html", "text/html", b"<html><script>1</script>", None).await.problem(422, "media_not_taken");
    upload(&person, "a.png", "image/png", b"", None).await.problem(422, "media_not_taken");
    let large = [PNG, &[0; 1_000]].concat();
    upload(&person, "a.png", "image/png", &large, None).await.problem(413, "too_large");
    person.post("/media", json!({})).await.problem(415, "media_type");
    assert_eq!(house.count("select count(*) from es.event where category = 'media'").await, 0);
}

/// What clamd answers; it reads the whole stream first, as clamd does.
async fn clamd(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.unwrap();
            while let Ok(length @ 1..) = stream.read_u32().await {
                stream.read_exact(&mut vec![0; length as usize]).await.unwrap();
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_virus_is_refused_by_name_and_without_a_verdict_nothing_is_taken() {
    let found = clamd("stream: Eicar-Test-Signature FOUND\0").await;
    let house = House::open_with(|config| config.clamd = Some(found)).await;
    let person = house.person().await;
    let refused = upload(&person, "a.png", "image/png", PNG, None).await.problem(422, "infected");
    assert_eq!(refused["detail"].as_str(), Some("the virus scanner found Eicar-Test-Signature"));
    let broken = clamd("INSTREAM size limit exceeded. ERROR\0").await;
    let house = House::open_with(|config| config.clamd = Some(broken)).await;
    let person = house.person().await;
    upload(&person, "a.png", "image/png", PNG, None).await.problem(503, "busy");
    assert_eq!(house.count("select count(*) from es.event where category = 'media'").await, 0);
    let clean = clamd("stream: OK\0").await;
    let house = House::open_with(|config| config.clamd = Some(clean)).await;
    let person = house.person().await;
    let added = upload(&person, "a.png", "image/png", PNG, None).await.expect(201).json();
    assert_eq!(added["scan"].as_str(), Some("clean"));
}

#[tokio::test]
async fn without_a_store_it_is_said_whose_matter_that_is() {
    let house = House::open_with(|config| config.media_store = None).await;
    let person = house.person().await;
    upload(&person, "a.png", "image/png", PNG, None).await.problem(503, "no_media_store");
}

#[tokio::test]
async fn a_campaign_carries_a_file_that_is_there_and_that_its_numbers_send() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    person.contact("+4915112345678").await;
    let id = upload(&person, "menu.png", "image/png", PNG, None).await.expect(201).id();
    let file = json!({"type": "media", "media_id": id});
    let draft = |text: &str, attachment: Value| {
        json!({"name": "Menu", "audience": {"all": true}, "template_text": text, "package_id": package,
               "attachment": attachment})
    };
    let made = person.post("/campaigns", draft("Hi {{phone}}", file.clone())).await.expect(201);
    let shown = made.json();
    assert_eq!(shown["attachment"], json!({"type": "media", "media_id": id, "kind": "image"}));
    let campaign = format!("/campaigns/{}", made.id());
    // As a document, then without, then again; a caption may be empty.
    let change = json!({"attachment": {"type": "media", "media_id": id, "kind": "document"}, "template_text": ""});
    assert_eq!(person.call(Method::PUT, &campaign, change).await.expect(200).json()["attachment"]["kind"], "document");
    let bare = person.call(Method::PUT, &campaign, json!({"attachment": null})).await;
    bare.problem(422, "invalid_template");
    let text = json!({"attachment": null, "template_text": "Hi"});
    assert_eq!(person.call(Method::PUT, &campaign, text).await.expect(200).json()["attachment"], Value::Null);
    person.call(Method::PUT, &campaign, json!({"attachment": file})).await.expect(200);

    for (attachment, code) in [
        (json!({"type": "media", "media_id": "00000000-0000-4000-8000-000000000001"}), "missing_media"),
        (json!({"type": "media", "media_id": id, "kind": "video"}), "media_not_taken"),
        (json!({"type": "buttons", "buttons": []}), "invalid"),
        (json!({"type": "location", "latitude": 91, "longitude": 0}), "invalid"),
        (json!({"type": "poem"}), "invalid"),
    ] {
        let text = if attachment["type"] == "location" { "" } else { "Hi" };
        person.post("/campaigns", draft(text, attachment)).await.problem(422, code);
    }
    // A file of another tenant is no file here.
    let stranger = house.person().await;
    let other = upload(&stranger, "menu.png", "image/png", PNG, None).await.expect(201).id();
    let theirs = json!({"type": "media", "media_id": other});
    person.post("/campaigns", draft("Hi", theirs)).await.problem(422, "missing_media");

    person.post(&format!("{campaign}/start"), json!({})).await.expect(202);
    let kept = person.call(Method::DELETE, &format!("/media/{id}"), json!({})).await.problem(409, "media_in_use");
    assert_eq!(kept["campaigns"], json!(["Menu"]));
}

#[tokio::test]
async fn a_package_whose_numbers_cannot_send_it_says_so_before_anything_is_sent() {
    let house = House::open().await;
    let person = house.person().await;
    let package = person.post("/packages", json!({"name": "Phones"})).await.expect(201).id();
    let number = json!({"name": "Z", "provider": "zentra", "phone": "+4915112345670", "phone_number_id": "a-device", "access_token": "secret"});
    person.post(&format!("/packages/{package}/profiles"), number).await.expect(201);
    person.contact("+4915112345678").await;
    let place = json!({"type": "location", "latitude": 52.5, "longitude": 13.4});
    let draft = json!({"name": "Here", "audience": {"all": true}, "package_id": package, "attachment": place});
    let id = person.post("/campaigns", draft).await.expect(201).id();
    let refused = person.post(&format!("/campaigns/{id}/start"), json!({})).await.problem(422, "content_not_sent");
    assert_eq!(refused["detail"].as_str(), Some("zentra sends no location"));
    let open = json!({"type": "location", "recipients": ["+4915112345678"], "attachment": place});
    let path = format!("/packages/{package}/messages/open");
    person.post(&path, open).await.problem(422, "content_not_sent");
    let wrong = json!({"type": "text", "recipients": ["+4915112345678"], "attachment": place});
    person.post(&path, wrong).await.problem(422, "invalid");
}
