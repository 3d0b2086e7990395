//! Signing in when somebody else tries too, with a second factor, and after a password was forgotten.

use crate::rig::{House, PASSWORD, Person, Reply, Time, json_request, without_trace};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use axum::http::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

async fn house(time: &Time) -> House {
    House::open_at(time.clock(), |config| config.trusted_proxies = "127.0.0.1".into()).await
}

async fn try_from(house: &House, address: &str, cookies: &str, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password});
    let mut request = json_request(Method::POST, "/api/v1/auth/login", Some(body));
    request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
    request.headers_mut().insert("cookie", cookies.parse().unwrap());
    house.send(request).await
}

fn device(reply: &Reply) -> String {
    let cookies = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("waybill_device=")).expect("a device cookie");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn wrong_tries_wait_longer_and_longer_and_nobody_learns_who_exists() {
    let time = Time::default();
    let house = house(&time).await;
    let person = house.person().await;
    let mut waits = Vec::new();
    for email in [person.email.as_str(), "nobody@example.org"] {
        let place = if email == person.email { "203.0.113.7" } else { "203.0.113.8" };
        for _ in 0..6 {
            try_from(&house, place, "", email, "a wrong password").await.problem(401, "wrong_credentials");
        }
        let mut told = Vec::new();
        for _ in 0..3 {
            let refused = try_from(&house, place, "", email, PASSWORD).await;
            let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
            told.push((wait, without_trace(refused.problem(429, "locked"))));
            time.pass(wait + 1);
            try_from(&house, place, "", email, "a wrong password").await.problem(401, "wrong_credentials");
        }
        waits.push(told);
    }
    assert_eq!(waits[0].iter().map(|(wait, _)| *wait).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(waits[0], waits[1], "an address that is known waits as one that is not");
    // Waiting ends, and the right password ends the count.
    time.pass(8 + 1);
    try_from(&house, "203.0.113.7", "", &person.email, PASSWORD).await.expect(200);
    try_from(&house, "203.0.113.7", "", &person.email, "a wrong password").await.problem(401, "wrong_credentials");
    try_from(&house, "203.0.113.7", "", &person.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn strangers_cannot_keep_a_person_out() {
    let time = Time::default();
    let house = house(&time).await;
    let person = house.person().await;
    let own = device(&try_from(&house, "192.0.2.1", "", &person.email, PASSWORD).await.expect(200));
    // From everywhere, for a whole day.
    for round in 0..20 {
        for n in 0..12 {
            let _ = try_from(&house, &format!("203.0.{round}.{n}"), "", &person.email, "a wrong password").await;
        }
        time.pass(3_600);
    }
    for n in 0..30 {
        let _ = try_from(&house, &format!("198.51.100.{n}"), "", &person.email, "a wrong password").await;
    }
    let locked = try_from(&house, "192.0.2.2", "", &person.email, PASSWORD).await;
    let wait: i64 = locked.header("retry-after").unwrap().parse().unwrap();
    locked.problem(429, "locked");
    assert!(wait <= 60, "from a browser that is not known yet it is a minute at most, not {wait} s");
    // The person's own browser is not asked to wait.
    try_from(&house, "192.0.2.2", &own, &person.email, PASSWORD).await.expect(200);
    // A device cookie is its person's: with it, others wait like strangers.
    let other = house.person().await;
    for _ in 0..6 {
        try_from(&house, "192.0.2.9", &own, &other.email, "a wrong password").await.problem(401, "wrong_credentials");
    }
    try_from(&house, "192.0.2.9", &own, &other.email, PASSWORD).await.problem(429, "locked");
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_not_checked_for_one() {
    let house = House::open().await;
    let person = house.person().await;
    let tries = (0..100).map(|_| try_from(&house, "127.0.0.1", "", &person.email, "a wrong password"));
    let replies = futures::future::join_all(tries).await;
    let checked = replies.iter().filter(|reply| reply.status == 401).count();
    assert!((5..=6).contains(&checked), "{checked} were checked");
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_made_anew() {
    let house = House::open().await;
    let person = house.person().await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1_024, 1, 1, None).unwrap());
    let weak = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let pool = &house.context.store.database.system;
    sqlx::query("update vault.account set password_hash = $1").bind(&weak).execute(pool).await.unwrap();
    let hash = async || -> String {
        sqlx::query_scalar("select password_hash from vault.account").fetch_one(pool).await.unwrap()
    };
    try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.expect(200);
    let renewed = hash().await;
    assert!(renewed != weak && renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
    try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.expect(200);
    assert_eq!(hash().await, renewed, "only when they differ");
}

async fn mailed(house: &House, email: &str) -> Option<String> {
    let body: Option<String> =
        sqlx::query_scalar("select body from vault.mail where recipient = $1 order by mail_id desc limit 1")
            .bind(email)
            .fetch_optional(&house.context.store.database.system)
            .await
            .unwrap();
    let body = body?;
    let line = body.lines().find(|line| line.contains("/reset#")).expect("a link");
    Some(line.split('#').nth(1).unwrap().to_owned())
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail_and_ends_all_sessions() {
    let time = Time::default();
    let house = house(&time).await;
    let person = house.person().await;
    let ask = async |path: &str, body: Value| house.ask(Method::POST, &format!("/api/v1/auth{path}"), Some(body)).await;
    let unknown = ask("/password/forgot", json!({"email": "nobody@example.org"})).await.expect(202);
    let known = ask("/password/forgot", json!({"email": person.email})).await.expect(202);
    assert_eq!(unknown.text(), known.text());
    let token = loop {
        match mailed(&house, &person.email).await {
            Some(token) => break token,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(house.count("select count(*) from vault.mail").await, 1);
    let leaked =
        house.count("select count(*) from vault.password_reset where token_hash = convert_to('x', 'utf8')").await;
    assert_eq!(leaked, 0);
    ask("/password/reset", json!({"token": token, "password": "short"})).await.problem(422, "invalid");
    ask("/password/reset", json!({"token": "guess", "password": "another password"}))
        .await
        .problem(410, "reset_expired");
    let done = ask("/password/reset", json!({"token": token, "password": "another password"})).await.expect(204);
    ask("/password/reset", json!({"token": token, "password": "a third password"})).await.problem(410, "reset_expired");
    person.get("/contacts").await.problem(401, "unauthorized");
    try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.problem(401, "wrong_credentials");
    // The browser with the mail is the person's own from then on.
    for n in 0..40 {
        let _ = try_from(&house, &format!("203.0.113.{n}"), "", &person.email, "a wrong password").await;
    }
    try_from(&house, "192.0.2.1", &device(&done), &person.email, "another password").await.expect(200);

    let other = house.person().await;
    ask("/password/forgot", json!({"email": other.email})).await.expect(202);
    let token = loop {
        match mailed(&house, &other.email).await {
            Some(token) => break token,
            None => tokio::task::yield_now().await,
        }
    };
    time.pass(3_601);
    ask("/password/reset", json!({"token": token, "password": "another password"})).await.problem(410, "reset_expired");
}

#[tokio::test]
async fn ones_own_password_is_changed_with_the_present_one_and_others_are_signed_out() {
    let house = House::open().await;
    let person = house.person().await;
    let login = try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.expect(200);
    let elsewhere = person.as_somebody_else(&login.json(), &person.email);
    let change = |current: &str, password: &str| json!({"current": current, "password": password});
    let wrong = person.post("/auth/password", change("not it at all", "another password")).await;
    assert_eq!(wrong.problem(401, "wrong_credentials")["errors"][0]["field"], "current");
    person.post("/auth/password", change(PASSWORD, "short")).await.problem(422, "invalid");
    person.post("/auth/password", change(PASSWORD, "another password")).await.expect(204);
    elsewhere.get("/contacts").await.problem(401, "unauthorized");
    person.get("/contacts").await.expect(200);
    try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.problem(401, "wrong_credentials");
    try_from(&house, "127.0.0.1", "", &person.email, "another password").await.expect(200);
}

/// The app on somebody's phone.
fn code(secret: &str, time: &Time) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).with_account_name("a").build();
    let now = time.clock().now().timestamp() as u64;
    totp.unwrap().generate(now).to_string()
}

async fn answer(house: &House, challenge: &Value, code: &str) -> Reply {
    let body = json!({"challenge": challenge["challenge"], "code": code});
    house.ask(Method::POST, "/api/v1/auth/login/second-factor", Some(body)).await
}

async fn enrol(person: &Person, time: &Time) -> (String, Vec<String>) {
    let begun = person.post("/auth/second-factor", json!({"password": PASSWORD})).await.expect(200).json();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"), "{begun}");
    assert!(begun["otpauth_url"].as_str().unwrap().starts_with("otpauth://totp/Waybill:"), "{begun}");
    person.post("/auth/second-factor/confirm", json!({"code": "000000"})).await.problem(422, "wrong_code");
    let confirmed = person.post("/auth/second-factor/confirm", json!({"code": code(&secret, time)})).await.expect(200);
    let confirmed = confirmed.json();
    let codes = confirmed["recovery_codes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    let time = Time::default();
    let house = house(&time).await;
    let person = house.person().await;
    person.post("/auth/second-factor", json!({"password": "not it at all"})).await.problem(401, "wrong_credentials");
    let (secret, recovery) = enrol(&person, &time).await;
    assert_eq!(recovery.len(), 10);
    let plain =
        house.count("select count(*) from vault.account where encode(totp_sealed, 'escape') like '%otpauth%'").await;
    assert_eq!(plain, 0);
    let security = person.get("/auth/security").await.expect(200).json();
    assert_eq!(
        (&security["second_factor"]["enabled"], &security["second_factor"]["recovery_codes_left"]),
        (&json!(true), &json!(10))
    );

    let password = async || try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.expect(202).json();
    let challenge = password().await;
    // The code of the confirmation was used there.
    answer(&house, &challenge, &code(&secret, &time)).await.problem(401, "wrong_code");
    time.pass(30);
    let now = code(&secret, &time);
    answer(&house, &challenge, &now).await.expect(200);
    answer(&house, &challenge, &now).await.problem(401, "challenge_expired");
    answer(&house, &password().await, &now).await.problem(401, "wrong_code");
    // Without the app.
    let challenge = password().await;
    answer(&house, &challenge, &recovery[0].to_uppercase()).await.expect(200);
    answer(&house, &password().await, &recovery[0]).await.problem(401, "wrong_code");
    // Codes are not guessed.
    let challenge = password().await;
    let mut last = 401;
    for n in 0..10 {
        last = answer(&house, &challenge, &format!("{n:06}")).await.status.as_u16();
    }
    assert_eq!(last, 429);
    time.pass(16 * 60);
    answer(&house, &challenge, &code(&secret, &time)).await.problem(401, "challenge_expired");
}

#[tokio::test]
async fn a_second_factor_is_turned_off_with_password_and_code() {
    let time = Time::default();
    let house = house(&time).await;
    let person = house.person().await;
    let (_, recovery) = enrol(&person, &time).await;
    let off = async |password: &str, code: &str| {
        person.call(Method::DELETE, "/auth/second-factor", json!({"password": password, "code": code})).await
    };
    off("not it at all", &recovery[0]).await.problem(401, "wrong_credentials");
    off(PASSWORD, "nothing").await.problem(422, "wrong_code");
    let renewed = person.post("/auth/second-factor/recovery-codes", json!({"password": PASSWORD})).await.expect(200);
    off(PASSWORD, &recovery[0]).await.problem(422, "wrong_code");
    off(PASSWORD, renewed.json()["recovery_codes"][0].as_str().unwrap()).await.expect(204);
    try_from(&house, "127.0.0.1", "", &person.email, PASSWORD).await.expect(200);
}
