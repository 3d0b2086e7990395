//! Numbers of every provider: what each has to be made of, how a device is linked, how messages are spread.

use crate::rig::{House, Person};
use axum::http::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use waybill_sandbox::{Config, Sandbox, serve_opened};

/// An address that is allowed, and where nobody is.
const NOBODY: &str = "127.0.0.1:9";

/// A sandbox beside the house; its address.
async fn sandbox(house_stop: tokio_util::sync::CancellationToken) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::open(Config::default(), house_stop).unwrap();
    tokio::spawn(serve_opened(listener, sandbox));
    url
}

async fn house() -> (House, String) {
    let stop = tokio_util::sync::CancellationToken::new();
    let url = sandbox(stop).await;
    let own = url.clone();
    let house = House::open_with(move |config| {
        config.sandbox_url = Some(own);
        config.private_providers = NOBODY.into();
    });
    (house.await, url)
}

async fn package(person: &Person, body: Value) -> String {
    person.post("/packages", body).await.expect(201).id().to_string()
}

fn number(provider: &str, id: &str) -> Value {
    json!({
        "name": provider, "provider": provider, "phone": "+6281234567890", "phone_number_id": id,
        "access_token": "a-token", "sandbox": true,
    })
}

#[tokio::test]
async fn a_number_of_another_providers_shape_is_refused_by_field() {
    let (house, _) = house().await;
    let person = house.person().await;
    let path = format!("/packages/{}/profiles", package(&person, json!({"name": "Pool"})).await);
    let fields = |problem: Value| -> Vec<String> {
        problem["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap().to_owned()).collect()
    };
    let meta = person.post(&path, number("cloud_api", "106540352242922")).await.problem(422, "invalid");
    assert_eq!(fields(meta), ["app_secret", "verify_token"]);
    let green = person.post(&path, number("green_api", "my-session")).await.problem(422, "invalid");
    assert_eq!(fields(green), ["phone_number_id"]);
    let mut waha = number("waha", "shop");
    waha["sandbox"] = json!(false);
    waha["settings"] = json!({"media_url": "https://example.org"});
    let waha = person.post(&path, waha).await.problem(422, "invalid");
    assert_eq!(fields(waha), ["base_url", "settings.media_url"]);
    // What is made here needs nothing more than a token, and is shown without it.
    for (provider, id) in [("green_api", "1101000001"), ("waha", "shop"), ("zentra", "3f2a9c1e-1111")] {
        let made = person.post(&path, number(provider, id)).await.expect(201);
        let link = if provider == "zentra" { "not_needed" } else { "unlinked" };
        assert_eq!(
            (made.json()["provider"].as_str(), made.json()["link"]["state"].as_str()),
            (Some(provider), Some(link))
        );
        assert!(made.json()["provider_notice"].is_string() && !made.text().contains("a-token"));
    }
    let providers = person.get("/providers").await.expect(200).json();
    let names: Vec<&str> =
        providers["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["cloud_api", "green_api", "waha", "zentra", "sandbox"]);
}

#[tokio::test]
async fn an_address_inside_the_network_is_refused_where_it_is_given() {
    let (house, sandbox) = house().await;
    let person = house.person().await;
    let path = format!("/packages/{}/profiles", package(&person, json!({"name": "Pool"})).await);
    let green = |id: &str, base_url: &str, media_url: &str| {
        let mut green = number("green_api", id);
        green["sandbox"] = json!(false);
        green["base_url"] = json!(base_url);
        green["settings"] = json!({"media_url": media_url});
        green
    };
    let inside = [
        "http://127.0.0.1:5432",
        "http://127.1:10",
        "http://2130706433",
        "http://localhost:3000",
        "http://LOCALHOST.",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]",
        "http://[::ffff:10.0.0.1]",
    ];
    let named = |problem: Value| (problem["errors"][0]["field"].clone(), problem["errors"][0]["message"].clone());
    let because = "an address inside the network; the installation's operator can allow it";
    for url in inside {
        let problem = person.post(&path, green("1101000007", url, "")).await.problem(422, "invalid");
        assert_eq!(named(problem), (json!("base_url"), json!(because)), "{url}");
        let public = "https://api.green-api.com";
        let problem = person.post(&path, green("1101000007", public, url)).await.problem(422, "invalid");
        assert_eq!(named(problem), (json!("settings.media_url"), json!(because)), "{url}");
    }
    for url in ["http://", "http://a b/", "ftp://a.example", "https://name:secret@a.example"] {
        let problem = person.post(&path, green("1101000007", url, "")).await.problem(422, "invalid");
        assert_eq!(
            named(problem),
            (json!("base_url"), json!("an http or https address is needed, without a name and a password in it")),
            "{url}"
        );
    }
    let allowed = format!("http://{NOBODY}");
    let made = person.post(&path, green("1101000008", &format!("{sandbox}/green"), &allowed)).await.expect(201).id();
    // What was allowed when it was given is judged again when it changes.
    let path = format!("{path}/{made}");
    let change = json!({"base_url": "http://10.0.0.1"});
    let problem = person.call(Method::PUT, &path, change).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "base_url");
}

#[tokio::test]
async fn a_device_is_linked_by_its_code_and_unlinked_again() {
    let (house, sandbox) = house().await;
    let person = house.person().await;
    let package = package(&person, json!({"name": "Pool"})).await;
    for (provider, id) in [("waha", "shop"), ("green_api", "1101000002")] {
        let profile =
            person.post(&format!("/packages/{package}/profiles"), number(provider, id)).await.expect(201).id();
        let path = format!("/packages/{package}/profiles/{profile}");
        let link = format!("{path}/link");
        person.get(&format!("{link}/code")).await.problem(409, "no_code_yet");
        let begun = person.post(&link, json!({})).await.expect(202).json();
        assert_eq!(begun["link"]["state"], "linking", "{provider}");
        let code = loop {
            let reply = person.get(&format!("{link}/code")).await;
            if reply.status != 409 {
                break reply.expect(200);
            }
        };
        assert!(code.body.starts_with(b"\x89PNG"), "{provider}");
        let scan = format!("{sandbox}/_sandbox/devices/{provider}/{id}/scan");
        let body = json!({"phone": "+6281234567890"});
        let scanned = reqwest::Client::new().post(scan).json(&body).send().await.unwrap();
        assert!(scanned.status().is_success(), "{provider}: {:?}", scanned.text().await);
        // An instance takes a moment to start with its new settings.
        while person.post(&link, json!({})).await.expect(202).json()["link"]["state"] != "linked" {}
        assert_eq!(person.get(&link).await.expect(200).json()["phone"], "+6281234567890");
        person.post(&link, json!({})).await.problem(409, "linked_already");
        let groups = person.get(&format!("{path}/groups")).await.expect(200).json();
        let group = groups["items"][0]["id"].as_str().unwrap();
        let members = person.get(&format!("{path}/groups/{group}/members")).await.expect(200).json();
        assert!(!members["items"].as_array().unwrap().is_empty(), "{provider}");
        let health = person.get(&format!("{path}/health")).await.expect(200).json();
        assert_eq!(health["history"][0]["type"], "profile.linked", "{provider}");
        let unlinked = person.call(Method::DELETE, &link, json!({})).await.expect(202).json();
        assert_eq!(
            unlinked["link"],
            json!({"state": "unlinked", "detail": "unlinked here", "since": unlinked["link"]["since"], "phone": null})
        );
        person.get(&format!("{path}/groups")).await.problem(409, "device_not_ready");
    }
    let zentra =
        person.post(&format!("/packages/{package}/profiles"), number("zentra", "device")).await.expect(201).id();
    let path = format!("/packages/{package}/profiles/{zentra}");
    person.post(&format!("{path}/link"), json!({})).await.problem(422, "not_linkable");
    person.get(&format!("{path}/groups")).await.problem(422, "no_groups");
}

#[tokio::test]
async fn wrong_tokens_are_the_callers_to_mend() {
    let (house, sandbox) = house().await;
    let person = house.person().await;
    let package = package(&person, json!({"name": "Pool"})).await;
    // Another token than the one the sandbox knows.
    let known = json!({"provider": "green_api", "phone_number_id": "1101000003", "callback_url": "http://127.0.0.1:9/", "app_secret": "x", "access_token": "the right one"});
    let client = reqwest::Client::new();
    let told = client.post(format!("{sandbox}/_sandbox/profiles")).json(&known).send().await.unwrap();
    assert!(told.status().is_success());
    let profile =
        person.post(&format!("/packages/{package}/profiles"), number("green_api", "1101000003")).await.expect(201).id();
    let link = format!("/packages/{package}/profiles/{profile}/link");
    let problem = person.post(&link, json!({})).await.problem(422, "provider_credentials");
    assert!(!problem.to_string().contains("a-token"), "{problem}");
    let mut lost = number("waha", "lost");
    lost["base_url"] = json!(format!("http://{NOBODY}"));
    let profile = person.post(&format!("/packages/{package}/profiles"), lost).await.expect(201).id();
    person
        .post(&format!("/packages/{package}/profiles/{profile}/link"), json!({}))
        .await
        .problem(502, "provider_unreachable");
    assert_eq!(house.count("select count(*) from es.event where type = 'profile.linking_started'").await, 0);
}

#[tokio::test]
async fn how_a_package_spreads_is_kept_as_it_was_written() {
    let house = House::open().await;
    let person = house.person().await;
    let settings = json!({
        "waiting_strategy": "drip", "drip_interval_minutes": 5, "reply_headroom_percent": 20, "pause_after_failures": null,
        "active_hours": {"time_zone": "Asia/Jakarta", "windows": [
            {"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:30"}, {"days": [6], "from": "22:00", "to": "02:00"},
        ]},
    });
    let made = person.post("/packages", json!({"name": "Pool", "distribution": "smart", "settings": settings})).await;
    let made = made.expect(201);
    let path = format!("/packages/{}", made.id());
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(&made.json()["settings"][name], value, "{name}");
    }
    assert_eq!(person.get(&path).await.expect(200).json(), made.json());
    let changed = person.call(Method::PUT, &path, json!({"distribution": "priority"})).await.expect(200).json();
    assert_eq!((changed["distribution"].as_str(), &changed["settings"]), (Some("priority"), &made.json()["settings"]));
    let wrong = [
        (json!({"waiting_strategy": "drip"}), "settings.drip_interval_minutes"),
        (json!({"drip_interval_minutes": 5}), "settings.drip_interval_minutes"),
        (json!({"active_hours": {"time_zone": "Mars/Base", "windows": []}}), "settings.active_hours.time_zone"),
        (
            json!({"active_hours": {"time_zone": "UTC", "windows": [{"from": "8:00", "to": "25:00"}]}}),
            "settings.active_hours.windows.0.from",
        ),
        (json!({"reply_headroom_percent": 95}), "settings"),
    ];
    for (settings, field) in wrong {
        let problem = person.call(Method::PUT, &path, json!({"settings": settings})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn a_session_is_a_number_by_another_name() {
    let house = House::open().await;
    let person = house.person().await;
    person.get("/whatsapp/status").await.problem(422, "invalid");
    let package = person.post("/packages", json!({"name": "Phones"})).await.expect(201).id();
    let number = |session: &str| {
        json!({"name": "Phone", "provider": "waha", "phone": "+4915112345670", "phone_number_id": session,
            "access_token": "key", "base_url": "http://127.0.0.1:9"})
    };
    let profiles = format!("/packages/{package}/profiles");
    let id = person.post(&profiles, number("one")).await.expect(201).id();
    let by_number = person.get(&format!("{profiles}/{id}/link")).await.expect(200).json();
    assert_eq!(person.get(&format!("/wa/session/{id}")).await.expect(200).json(), by_number);
    assert_eq!(person.get("/whatsapp/status").await.expect(200).json(), by_number);
    // Nobody answers at its address.
    person.post("/wa/session", json!({"profile_id": id})).await.problem(502, "provider_unreachable");
    person.post("/whatsapp/connect", json!({})).await.problem(502, "provider_unreachable");
    person.get(&format!("/wa/session/{id}/qr")).await.problem(409, "no_code_yet");
    person.post(&profiles, number("two")).await.expect(201);
    person.get("/whatsapp/status").await.problem(422, "invalid");
    let stranger = house.person().await;
    stranger.get(&format!("/wa/session/{id}")).await.problem(404, "not_found");
    stranger.post("/wa/session", json!({"profile_id": id})).await.problem(404, "not_found");
}
