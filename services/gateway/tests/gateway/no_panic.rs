//! Credentials, links and cursors that nobody was given: refused, whatever they are made of. `just fuzz` throws more.

use crate::media::{PNG, upload};
use crate::rig::House;
use axum::body::Body;
use axum::http::{HeaderValue, Request};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// A few in CI, and of those that `PROPTEST_CASES` asks for one in a hundred: each is a whole request.
fn cases() -> usize {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    asked.map_or(0, |cases: usize| cases / 100).max(150)
}

fn thrown<T>(strategy: impl Strategy<Value = T>) -> impl Iterator<Item = T> {
    let mut runner = TestRunner::default();
    (0..cases()).map(move |_| strategy.new_tree(&mut runner).expect("a value").current())
}

/// What looks like a token in part or whole, made of the parts of a good one.
fn tokens(good: &str) -> impl Strategy<Value = String> + use<> {
    let parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    let none = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    let part = prop_oneof![
        prop::sample::select(parts),
        Just(none),
        "[A-Za-z0-9_-]{0,80}",
        r#"\{("(alg|typ|exp|sub|tenant|kid|jwk)":("[A-Za-z0-9]{0,8}"|-?[0-9]{1,30}|null|\{\}),?){0,4}\}"#
            .prop_map(|json| URL_SAFE_NO_PAD.encode(json)),
    ];
    let changed = (Just(good.to_owned()), any::<prop::sample::Index>(), "[ -~]").prop_map(|(good, at, with)| {
        let at = at.index(good.len());
        format!("{}{with}{}", &good[..at], &good[at + 1..])
    });
    let joined = prop::collection::vec(part, 0..5).prop_map(|parts| parts.join("."));
    let key = "wb_live_[A-Za-z0-9]{0,60}";
    let own = good.to_owned();
    prop_oneof![joined, changed, key, "[ -~]{0,60}"].prop_filter("not the good one", move |token| token.trim() != own)
}

/// One whose limits nobody reaches.
async fn house() -> House {
    let plenty = 1_000_000_000;
    House::open_with(|config| {
        config.requests_per_minute = Some(plenty);
        config.requests_per_minute_per_address = plenty;
    })
    .await
}

#[tokio::test]
async fn no_token_panics_and_none_opens_anything() {
    let house = house().await;
    let person = house.person().await;
    for token in thrown(tokens(&person.token)) {
        let Ok(value) = HeaderValue::from_str(&format!("Bearer {token}")) else { continue };
        let request = Request::get("/api/v1/contacts").header("authorization", value).body(Body::empty()).unwrap();
        let status = house.send(request).await.status.as_u16();
        assert_eq!(status, 401, "{token}");
    }
    person.get("/contacts").await.expect(200);
}

#[tokio::test]
async fn no_cursor_panics_in_any_list() {
    let house = house().await;
    let person = house.person().await;
    let document: Value = serde_json::from_str(include_str!("../../../../docs/openapi.json")).unwrap();
    let lists: Vec<&String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, of)| {
            let takes = |it: &Value| it["name"] == "cursor";
            !path.contains('{') && of["get"]["parameters"].as_array().is_some_and(|all| all.iter().any(takes))
        })
        .map(|(path, _)| path)
        .collect();
    assert!(lists.len() >= 5, "{lists:?}");
    let value = r#"("(20[0-9]{2}-0[1-9]-1[0-9]T10:00:00Z|[-+]?[0-9]{4,6}-01-01T00:00:00Z|([a-z]|\\u0000|é){0,8}|00000000-0000-0000-0000-00000000000[0-9])"|-?[0-9]{1,20}|null)"#;
    let key = format!(r#"\[{value}(,{value}){{0,2}}\]|{value}"#);
    let key = proptest::string::string_regex(&key).expect("a pattern");
    let cursors = prop_oneof![key.prop_map(|json| URL_SAFE_NO_PAD.encode(json)), "[A-Za-z0-9_-]{0,40}"];
    // Times that a clock has and a table has not, and text that no table takes, where lists have times, text and ids.
    let id = "00000000-0000-0000-0000-000000000000";
    let odd = ["-262000-01-01T00:00:00Z", "+262000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", r"\u0000", "é"];
    let mut asked: Vec<(usize, String)> = Vec::new();
    for place in 0..lists.len() {
        let keys = odd.iter().flat_map(|it| {
            [
                format!(r#"["{it}","{id}"]"#),
                format!(r#"["{it}","{it}"]"#),
                format!(r#"["{it}",1]"#),
                format!(r#""{it}""#),
            ]
        });
        let numbers = ["[9223372036854775807,\"x\"]", "-9223372036854775808", "9223372036854775807", "1e400"];
        let keys = keys.chain(numbers.map(str::to_owned));
        asked.extend(keys.map(|json| (place, URL_SAFE_NO_PAD.encode(json))));
    }
    asked.extend(thrown(cursors).enumerate().map(|(nth, cursor)| (nth % lists.len(), cursor)));
    for (place, cursor) in asked {
        let path = lists[place].trim_start_matches("/api/v1");
        let reply = person.get(&format!("{path}?cursor={cursor}")).await;
        assert!(reply.status.as_u16() < 500, "{path} {cursor}: {}", reply.text());
    }
}

#[tokio::test]
async fn no_link_to_a_file_panics_and_none_opens_one() {
    let house = house().await;
    let person = house.person().await;
    let id = upload(&person, "menu.png", "image/png", PNG, None).await.expect(201).id();
    let file = person.get(&format!("/media/{id}")).await.expect(200).json();
    let (before, good) = file["url"].as_str().unwrap().rsplit_once('/').expect("a token at its end");
    house.send(Request::get(format!("{before}/{good}")).body(Body::empty()).unwrap()).await.expect(200);
    for token in thrown(tokens(good)) {
        let encoded: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let Ok(request) = Request::get(format!("{before}/{encoded}")).body(Body::empty()) else { continue };
        let status = house.send(request).await.status.as_u16();
        assert!((400..500).contains(&status), "{status}: {token}");
    }
}
