//! Single sign-on, against a provider that runs as a process of its own.

use crate::rig::{House, Person, Reply, json_request, registration};
use axum::http::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};
use url::Url;

/// Ends with its standard input.
struct Provider {
    child: Child,
    issuer: String,
    settings: std::path::PathBuf,
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.settings);
    }
}

impl Provider {
    fn start(sign_up: bool) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oidc/provider.mjs");
        let mut child = Command::new("node")
            .args([script, "--client-id", "waybill", "--client-secret", "the client's secret"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is there, and ./dev install has installed the provider");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).expect("the provider says where it is: ./dev install");
        let issuer = ready["issuer"].as_str().unwrap().to_owned();
        let settings = json!([{"id": "acme", "name": "Acme", "issuer": issuer, "client_id": "waybill",
            "client_secret": "the client's secret", "sign_up": sign_up, "domains": ["example.org"]}]);
        let path = std::env::temp_dir().join(format!("waybill-oidc-{}.json", uuid::Uuid::now_v7()));
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
        file.write_all(settings.to_string().as_bytes()).unwrap();
        Self { child, issuer, settings: path }
    }

    async fn next(&self, account: Value) {
        let answer = reqwest::Client::new().post(format!("{}/test/next", self.issuer)).json(&account).send().await;
        assert!(answer.unwrap().status().is_success());
    }

    async fn house(&self) -> House {
        House::open_with(|config| config.oidc_providers = Some(self.settings.clone())).await
    }
}

fn ana(sub: &str) -> Value {
    json!({"sub": sub, "email": format!("{sub}@example.org"), "email_verified": true, "name": "Ana Acme"})
}

fn cookie(reply: &Reply, name: &str) -> Option<String> {
    let cookies = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let found = cookies.into_iter().find_map(|cookie| cookie.strip_prefix(&format!("{name}=")).map(str::to_owned))?;
    Some(found.split(';').next().unwrap().to_owned()).filter(|value| !value.is_empty())
}

/// Where the provider sends the browser back to, and the cookie that the browser has.
async fn go(house: &House, person: Option<&Person>) -> (String, String) {
    let path = if person.is_some() { "connect" } else { "start" };
    let mut request = json_request(Method::GET, &format!("/api/v1/auth/oidc/acme/{path}"), None);
    if let Some(person) = person {
        request.headers_mut().insert("authorization", format!("Bearer {}", person.token).parse().unwrap());
    }
    let begun = house.send(request).await.expect(303);
    let there = begun.header("location").unwrap().to_owned();
    assert!(there.contains("code_challenge_method=S256") && there.contains("nonce="), "{there}");
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let back = browser.get(&there).send().await.unwrap();
    let back = Url::parse(back.headers()["location"].to_str().unwrap()).unwrap();
    (format!("{}?{}", back.path(), back.query().unwrap()), cookie(&begun, "waybill_oidc").unwrap())
}

async fn come_back(house: &House, path: &str, browser: &str) -> Reply {
    let mut request = json_request(Method::GET, path, None);
    request.headers_mut().insert("cookie", format!("waybill_oidc={browser}").parse().unwrap());
    house.send(request).await.expect(303)
}

async fn sign_in(house: &House) -> Reply {
    let (path, browser) = go(house, None).await;
    come_back(house, &path, &browser).await
}

async fn me(house: &House, reply: &Reply) -> Value {
    let mut request = json_request(Method::GET, "/api/v1/auth/me", None);
    let session = cookie(reply, "waybill_session").expect("signed in");
    request.headers_mut().insert("cookie", format!("waybill_session={session}").parse().unwrap());
    house.send(request).await.expect(200).json()
}

fn place(reply: &Reply) -> &str {
    reply.header("location").unwrap()
}

#[tokio::test]
async fn somebody_new_founds_an_organisation_and_comes_back_as_the_same_person() {
    let provider = Provider::start(true);
    let house = provider.house().await;
    let listed = house.ask(Method::GET, "/api/v1/auth/providers", None).await.expect(200).json();
    assert_eq!(listed["items"], json!([{"id": "acme", "name": "Acme"}]));
    provider.next(ana("ana")).await;
    let first = sign_in(&house).await;
    assert_eq!(place(&first), "/");
    let who = me(&house, &first).await;
    assert_eq!(
        (who["user"]["email"].as_str(), who["user"]["full_name"].as_str()),
        (Some("ana@example.org"), Some("Ana Acme"))
    );
    // Another address at the provider is the same person still.
    provider.next(json!({"sub": "ana", "email": "ana.new@example.org", "email_verified": true})).await;
    let again = me(&house, &sign_in(&house).await).await;
    assert_eq!(again["user"], who["user"]);
    assert_eq!(house.count("select count(*) from vault.account").await, 1);
    assert_eq!(house.count("select count(*) from es.event where type = 'member.logged_in'").await, 2);
}

#[tokio::test]
async fn an_address_alone_lets_nobody_in_to_an_account_that_is_there() {
    let provider = Provider::start(true);
    let house = provider.house().await;
    let owner =
        house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    let owner = house.person().await.as_somebody_else(&owner.json(), "ana@example.org");
    provider.next(ana("ana")).await;
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=link_first");

    let (path, browser) = go(&house, Some(&owner)).await;
    assert_eq!(place(&come_back(&house, &path, &browser).await), "/settings/security?sso=connected");
    let who = me(&house, &sign_in(&house).await).await;
    assert_eq!(who["user"]["email"], "ana@example.org");
    // Nobody else can connect the same.
    let other = house.person().await;
    let (path, browser) = go(&house, Some(&other)).await;
    assert_eq!(place(&come_back(&house, &path, &browser).await), "/settings/security?sso=taken");

    let security = owner.get("/auth/security").await.expect(200).json();
    let identity = format!("/auth/identities/{}", security["identities"][0]["id"].as_str().unwrap());
    assert_eq!(security["identities"][0]["provider_name"], "Acme");
    other.call(Method::DELETE, &identity, json!({})).await.problem(404, "not_found");
    owner.call(Method::DELETE, &identity, json!({})).await.expect(204);
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=link_first");
}

#[tokio::test]
async fn an_invited_person_comes_in_with_the_invited_role_and_keeps_a_way_in() {
    let provider = Provider::start(false);
    let house = provider.house().await;
    let admin = house.person().await;
    provider.next(ana("budi")).await;
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=not_allowed");
    let tenant = admin.get("/auth/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let invitation = json!({"email": "Budi@example.org", "role": "manager"});
    admin.post(&format!("/tenants/{tenant}/invite"), invitation).await.expect(201);
    let reply = sign_in(&house).await;
    let who = me(&house, &reply).await;
    assert_eq!((who["role"].as_str(), who["tenant"]["id"].as_str()), (Some("manager"), Some(tenant.as_str())));
    let budi = admin.as_somebody_else(&json!({"access_token": cookie(&reply, "waybill_session").unwrap()}), "");
    let security = budi.get("/auth/security").await.expect(200).json();
    assert_eq!(security["has_password"], false);
    let identity = format!("/auth/identities/{}", security["identities"][0]["id"].as_str().unwrap());
    budi.call(Method::DELETE, &identity, json!({})).await.problem(409, "last_way_in");
    budi.post("/auth/password", json!({"current": "", "password": "a new password"})).await.expect(204);
    budi.call(Method::DELETE, &identity, json!({})).await.expect(204);
}

#[tokio::test]
async fn what_the_provider_says_wrongly_signs_nobody_in() {
    let provider = Provider::start(true);
    let house = provider.house().await;
    let wrong = [
        ("another nonce", json!({"nonce": "wrong"})),
        ("another audience", json!({"id_token": {"claims": {"aud": "other"}}})),
        ("an old token", json!({"id_token": {"claims": {"exp": 1}}})),
        ("another issuer", json!({"id_token": {"claims": {"iss": "https://example.org"}}})),
        ("a wrong signature", json!({"id_token": {"signature": "wrong"}})),
        ("no signature", json!({"id_token": {"signature": "none"}})),
    ];
    for (what, wrong) in wrong {
        let mut account = ana("ana");
        account.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        provider.next(account).await;
        let reply = sign_in(&house).await;
        assert_eq!(place(&reply), "/sign-in?sso=failed", "{what}");
        assert!(cookie(&reply, "waybill_session").is_none(), "{what}");
    }
    provider.next(json!({"sub": "eve", "email": "eve@example.org", "email_verified": false})).await;
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=unverified");
    provider.next(json!({"sub": "eve", "email": "eve@elsewhere.example", "email_verified": true})).await;
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=not_allowed");
    provider.next(json!({"sub": "ana", "email": "ana@example.org", "email_verified": true, "deny": true})).await;
    assert_eq!(place(&sign_in(&house).await), "/sign-in?sso=cancelled");
    assert_eq!(house.count("select count(*) from vault.account").await, 0);
}

#[tokio::test]
async fn a_way_back_is_good_once_and_in_the_browser_that_went() {
    let provider = Provider::start(true);
    let house = provider.house().await;
    provider.next(ana("ana")).await;
    let (path, browser) = go(&house, None).await;
    // Somebody else's browser: a link with a code signs nobody in.
    let (_, other) = go(&house, None).await;
    assert_eq!(place(&come_back(&house, &path, &other).await), "/sign-in?sso=expired");
    assert_eq!(place(&come_back(&house, &path, &browser).await), "/");
    assert_eq!(place(&come_back(&house, &path, &browser).await), "/sign-in?sso=expired");
    house.ask(Method::GET, "/api/v1/auth/oidc/nobody/start", None).await.problem(404, "not_found");
    let mut request = json_request(Method::GET, "/api/v1/auth/oidc/acme/connect", None);
    request.headers_mut().insert("accept", "text/html".parse().unwrap());
    house.send(request).await.problem(401, "unauthorized");
}
