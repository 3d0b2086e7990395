//! People of an organisation: invitations, roles, and going from one organisation to another.

use crate::rig::{House, PASSWORD, Person, Reply, without_trace};
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// The link of the newest mail to an address.
async fn link(house: &House, email: &str) -> String {
    let body: String =
        sqlx::query_scalar("select body from vault.mail where recipient = $1 order by mail_id desc limit 1")
            .bind(email)
            .fetch_one(&house.context.store.database.system)
            .await
            .unwrap();
    let line = body.lines().find(|line| line.contains("/invite/")).expect("a link");
    line.rsplit('/').next().unwrap().to_owned()
}

async fn tenant(person: &Person) -> String {
    person.get("/auth/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned()
}

async fn invite(person: &Person, email: &str, role: &str) -> Reply {
    let path = format!("/tenants/{}/invite", tenant(person).await);
    person.post(&path, json!({"email": email, "role": role})).await
}

async fn accept(house: &House, token: &str, body: Value) -> Reply {
    house.ask(Method::POST, &format!("/api/v1/auth/invites/{token}/accept"), Some(body)).await
}

/// Invited, accepted and signed in.
async fn colleague(house: &House, admin: &Person, role: &str) -> (Person, String) {
    let email = format!("{}@example.org", Uuid::now_v7().simple());
    invite(admin, &email, role).await.expect(201);
    let token = link(house, &email).await;
    let reply = accept(house, &token, json!({"full_name": "Budi", "password": PASSWORD})).await.expect(200);
    let id = reply.json()["user"]["id"].as_str().unwrap().to_owned();
    (admin.as_somebody_else(&reply.json(), &email), id)
}

#[tokio::test]
async fn an_invited_person_joins_with_the_role_and_no_more() {
    let house = House::open().await;
    let admin = house.person().await;
    let invited = invite(&admin, "budi@example.org", "agent").await.expect(201).json();
    assert_eq!((invited["status"].as_str(), invited["invited_by"].as_str()), (Some("open"), Some("Ana")));
    let token = link(&house, "budi@example.org").await;
    let seen = house.ask(Method::GET, &format!("/api/v1/auth/invites/{token}"), None).await.expect(200).json();
    assert_eq!((seen["business_name"].as_str(), seen["has_account"].as_bool()), (Some("Kopi"), Some(false)));

    let bad = accept(&house, &token, json!({"full_name": " ", "password": "short"})).await.problem(422, "invalid");
    assert_eq!(bad["errors"].as_array().unwrap().len(), 2);
    let joined = accept(&house, &token, json!({"full_name": "Budi", "password": PASSWORD})).await.expect(200);
    let agent = admin.as_somebody_else(&joined.json(), "budi@example.org");
    let me = agent.get("/auth/me").await.expect(200).json();
    assert_eq!((me["role"].as_str(), me["tenant"]["name"].as_str()), (Some("agent"), Some("Kopi")));
    let may = |permission: &str| me["permissions"].as_array().unwrap().iter().any(|it| it == permission);
    assert!(may("chats.write") && !may("campaigns.write") && !may("team.write"));
    let refused = invite(&agent, "else@example.org", "admin").await.problem(403, "role");
    assert_eq!(refused["permission"], "team.write");

    let team = admin.get("/members").await.expect(200).json();
    assert_eq!((team["items"].as_array().unwrap().len(), team["invites"].as_array().unwrap().len()), (2, 0));
    // Neither address nor link is in the log.
    let text = format!("select count(*) from es.event where data::text like '%budi%' or data::text like '%{token}%'");
    let told: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&house.context.store.database.system).await.unwrap();
    assert_eq!(told, 0);
}

#[tokio::test]
async fn a_link_lets_in_once_and_not_after_it_was_replaced_withdrawn_or_too_old() {
    let house = House::open().await;
    let admin = house.person().await;
    let body = json!({"full_name": "Budi", "password": PASSWORD});
    let unknown = without_trace(accept(&house, "nonsense", body.clone()).await.problem(404, "invite_unknown"));

    let id = invite(&admin, "budi@example.org", "agent").await.expect(201).id();
    let first = link(&house, "budi@example.org").await;
    admin.post(&format!("/invites/{id}/resend"), json!({})).await.expect(200);
    let second = link(&house, "budi@example.org").await;
    assert_ne!(first, second);
    assert_eq!(without_trace(accept(&house, &first, body.clone()).await.problem(404, "invite_unknown")), unknown);
    let both = tokio::join!(accept(&house, &second, body.clone()), accept(&house, &second, body.clone()));
    let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
    statuses.sort();
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert_ne!(statuses[1], 200, "a link let two in");
    assert_eq!(without_trace(accept(&house, &second, body.clone()).await.problem(404, "invite_unknown")), unknown);
    assert_eq!(house.count("select count(*) from es.event where type = 'member.joined'").await, 2);

    let id = invite(&admin, "citra@example.org", "manager").await.expect(201).id();
    let token = link(&house, "citra@example.org").await;
    admin.call(Method::DELETE, &format!("/invites/{id}"), json!({})).await.expect(204);
    assert_eq!(without_trace(accept(&house, &token, body.clone()).await.problem(404, "invite_unknown")), unknown);
    admin.post(&format!("/invites/{id}/resend"), json!({})).await.problem(409, "wrong_state");

    invite(&admin, "dewi@example.org", "manager").await.expect(201);
    let token = link(&house, "dewi@example.org").await;
    sqlx::query("update vault.invite set expires_at = now() - interval '1 second'")
        .execute(&house.context.store.database.system)
        .await
        .unwrap();
    accept(&house, &token, body).await.problem(410, "invite_expired");
    let invites = admin.get("/members").await.expect(200).json()["invites"].clone();
    assert_eq!(invites[0]["status"], "expired");
}

#[tokio::test]
async fn nobody_is_invited_twice_or_into_where_they_are() {
    let house = House::open().await;
    let (admin, other) = (house.person().await, house.person().await);
    invite(&admin, "budi@example.org", "agent").await.expect(201);
    invite(&admin, "Budi@Example.org", "admin").await.problem(409, "already_invited");
    invite(&admin, &admin.email.to_uppercase(), "agent").await.problem(409, "already_member");
    invite(&admin, "nobody", "agent").await.problem(422, "invalid");
    let foreign = format!("/tenants/{}/invite", tenant(&other).await);
    admin.post(&foreign, json!({"email": "x@example.org", "role": "agent"})).await.problem(404, "not_found");
    let id = invite(&other, "citra@example.org", "agent").await.expect(201).id();
    admin.post(&format!("/invites/{id}/resend"), json!({})).await.problem(404, "not_found");
    admin.call(Method::DELETE, &format!("/invites/{id}"), json!({})).await.problem(404, "not_found");
    assert_eq!(house.count("select count(*) from vault.invite").await, 2);
}

#[tokio::test]
async fn a_repeated_invitation_is_one() {
    let house = House::open().await;
    let admin = house.person().await;
    let path = format!("/tenants/{}/invite", tenant(&admin).await);
    let body = json!({"email": "budi@example.org", "role": "agent"});
    let first = admin.post_once("k1", &path, body.clone()).await.expect(201);
    let again = admin.post_once("k1", &path, body).await.expect(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(house.count("select count(*) from vault.mail").await, 1);
}

#[tokio::test]
async fn who_has_an_account_joins_with_its_password_and_goes_from_one_to_the_other() {
    let house = House::open().await;
    let (kopi, teh) = (house.person().await, house.person().await);
    invite(&kopi, &teh.email, "manager").await.expect(201);
    let token = link(&house, &teh.email).await;
    let wrong = json!({"password": "another password"});
    accept(&house, &token, wrong).await.problem(401, "wrong_credentials");
    accept(&house, &token, json!({"password": PASSWORD})).await.expect(200);

    let me = teh.get("/auth/me").await.expect(200).json();
    let (own, tenants) = (me["tenant"]["id"].clone(), me["tenants"].as_array().unwrap().clone());
    assert_eq!(tenants.len(), 2);
    let there = tenants.iter().find(|it| it["id"] != own).unwrap();
    assert_eq!(there["role"], "manager");
    let switched = teh.post("/auth/switch", json!({"tenant_id": there["id"]})).await.expect(200).json();
    let teh_in_kopi = teh.as_somebody_else(&switched, &teh.email);
    assert_eq!(teh_in_kopi.get("/auth/me").await.expect(200).json()["role"], "manager");
    kopi.contact("+4915112345678").await;
    teh_in_kopi.saw(house.context.store.head().await.unwrap());
    assert_eq!(teh_in_kopi.get("/contacts").await.expect(200).json()["total"], 1);
    assert_eq!(teh.get("/contacts").await.expect(200).json()["total"], 0);
    let foreign = json!({"tenant_id": Uuid::now_v7()});
    teh.post("/auth/switch", foreign).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_role_that_is_changed_or_taken_away_counts_at_once() {
    let house = House::open().await;
    let admin = house.person().await;
    let (budi, id) = colleague(&house, &admin, "agent").await;
    budi.post("/packages", json!({"name": "Mine"})).await.problem(403, "role");
    let path = format!("/members/{id}");
    let changed = admin.call(Method::PATCH, &path, json!({"role": "manager"})).await.expect(200).json();
    assert_eq!((changed["role"].as_str(), changed["you"].as_bool()), (Some("manager"), Some(false)));
    budi.post("/packages", json!({"name": "Mine"})).await.expect(201);

    admin.call(Method::PATCH, &path, json!({"status": "deactivated"})).await.expect(200);
    budi.get("/contacts").await.problem(401, "unauthorized");
    let login = json!({"email": budi.email, "password": PASSWORD});
    house.ask(Method::POST, "/api/v1/auth/login", Some(login.clone())).await.problem(401, "wrong_credentials");
    assert_eq!(house.count("select count(*) from vault.refresh_token").await, 1, "only the admin's session is left");
    admin.call(Method::PATCH, &path, json!({"role": "admin"})).await.problem(409, "wrong_state");
    admin.call(Method::PATCH, &path, json!({"status": "active", "role": "admin"})).await.expect(200);
    house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200);
}

#[tokio::test]
async fn an_organisation_keeps_an_admin() {
    let house = House::open().await;
    let admin = house.person().await;
    let (budi, budis) = colleague(&house, &admin, "admin").await;
    let me = admin.get("/auth/me").await.expect(200).json()["user"]["id"].as_str().unwrap().to_owned();
    admin.call(Method::PATCH, &format!("/members/{me}"), json!({"role": "agent"})).await.problem(422, "own_membership");
    // Both at once, each the other.
    let (theirs, mine) = (format!("/members/{budis}"), format!("/members/{me}"));
    let (one, other) = tokio::join!(
        admin.call(Method::PATCH, &theirs, json!({"role": "agent"})),
        budi.call(Method::PATCH, &mine, json!({"status": "deactivated"})),
    );
    assert!(one.status == 200 || other.status == 200, "{} {}", one.status, other.status);
    let admins = "select count(*) from vault.membership where role = 'admin' and status = 'active'";
    assert_eq!(house.count(admins).await, 1);
    let foreign = house.person().await;
    foreign.call(Method::PATCH, &format!("/members/{budis}"), json!({"role": "agent"})).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_organisation_says_what_it_is() {
    let house = House::open().await;
    let admin = house.person().await;
    let path = format!("/tenants/{}", tenant(&admin).await);
    let before = admin.get(&path).await.expect(200).json();
    assert_eq!((before["name"].as_str(), before["website"].as_str()), (Some("Kopi"), Some("")));
    let about = json!({"name": "Kopi & Teh", "industry": "Coffee", "website": "https://kopi.example", "description": "",
        "business_type": "company", "default_country": "ID", "time_zone": "Asia/Jakarta"});
    let after = admin.call(Method::PUT, &path, about.clone()).await.expect(200).json();
    assert_eq!(after["default_country"], "ID");
    assert_eq!(admin.get(&path).await.expect(200).json()["website"], "https://kopi.example");
    assert_eq!(admin.get("/auth/me").await.expect(200).json()["tenant"]["name"], "Kopi & Teh");
    let same = admin.call(Method::PUT, &path, about.clone()).await.expect(200).json();
    assert_eq!(same["version"], after["version"]);

    let mut bad = about;
    for (field, value) in [
        ("name", " "),
        ("website", "javascript:alert(1)"),
        ("default_country", "XX"),
        ("time_zone", "Mars/Olympus"),
        ("business_type", "empire"),
    ] {
        let was = std::mem::replace(&mut bad[field], json!(value));
        let problem = admin.call(Method::PUT, &path, bad.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        bad[field] = was;
    }
    let (agent, _) = colleague(&house, &admin, "agent").await;
    agent.get(&path).await.expect(200);
    agent.call(Method::PUT, &path, bad).await.problem(403, "role");
    house.person().await.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_person_founds_another_organisation_once_for_a_key() {
    let house = House::open().await;
    let admin = house.person().await;
    let body = json!({"business_name": "Teh"});
    let founded = admin.post_once("k1", "/tenants", body.clone()).await.expect(201).json();
    let again = admin.post_once("k1", "/tenants", body).await.expect(201).json();
    assert_eq!((founded["role"].as_str(), &founded), (Some("admin"), &again));
    assert_eq!(house.count("select count(*) from es.event where type = 'tenant.registered'").await, 2);
    let switched = admin.post("/auth/switch", json!({"tenant_id": founded["id"]})).await.expect(200).json();
    let there = admin.as_somebody_else(&switched, &admin.email);
    assert_eq!(there.get("/auth/me").await.expect(200).json()["tenant"]["name"], "Teh");
}
