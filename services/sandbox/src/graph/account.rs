//! Numbers, business accounts, subscriptions and blocks.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::graph::answers::GraphError;
use crate::graph::request::digits;
use crate::profile::{Profile, Registration};
use crate::state::Sandbox;
use crate::webhook::display_phone_number;

/// `GET /{PNID}`.
pub fn number(sandbox: &Sandbox, id: &str) -> Value {
    let standing = sandbox.graph.read().standing(id);
    json!({
        "id": id,
        "display_phone_number": format!("+{}", display_phone_number(id)),
        "verified_name": "Waybill Sandbox",
        "quality_rating": standing.quality_rating,
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": { "level": "STANDARD" },
        "account_mode": "LIVE",
        "messaging_limit_tier": standing.messaging_limit,
        "whatsapp_business_manager_messaging_limit": standing.messaging_limit,
    })
}

/// The numbers of a business account.
pub fn numbers_of(sandbox: &Sandbox, business: &str) -> Vec<Arc<Profile>> {
    let facts = sandbox.graph.read();
    sandbox.profiles().into_iter().filter(|profile| facts.business_of(&profile.phone_number_id) == business).collect()
}

/// `GET /{WABA}`.
pub fn business(sandbox: &Sandbox, id: &str) -> Value {
    let portfolio = sandbox.graph.read().portfolio_of(id);
    json!({
        "id": id,
        "name": "Waybill Sandbox",
        "owner_business_info": { "name": "Waybill Sandbox", "id": portfolio },
    })
}

/// `GET /{WABA}/phone_numbers`.
pub fn numbers(sandbox: &Sandbox, business: &str) -> Value {
    let numbers = numbers_of(sandbox, business);
    let data: Vec<Value> = numbers.iter().map(|profile| number(sandbox, &profile.phone_number_id)).collect();
    json!({ "data": data, "paging": { "cursors": { "before": "0", "after": data.len().to_string() } } })
}

/// `GET /debug_token?input_token=`.
pub fn debug_token(sandbox: &Sandbox, token: &str) -> Value {
    let profiles = sandbox.profiles();
    let knows = |profile: &Arc<Profile>| profile.registration().access_token.as_deref() == Some(token);
    let open = |profile: &Arc<Profile>| profile.registration().access_token.is_none();
    let known: Vec<&Arc<Profile>> = profiles.iter().filter(|profile| knows(profile)).collect();
    let valid = !token.is_empty() && (!known.is_empty() || profiles.is_empty() || profiles.iter().any(open));
    if !valid {
        return json!({ "data": {
            "is_valid": false, "scopes": [],
            "error": { "code": 190, "subcode": 463, "message": "The access token could not be decrypted" },
        } });
    }
    let facts = sandbox.graph.read();
    let targets: Vec<String> = known.iter().map(|profile| facts.business_of(&profile.phone_number_id)).collect();
    json!({ "data": {
        "app_id": "1000000000000001", "application": "Waybill Sandbox", "type": "SYSTEM_USER", "is_valid": true,
        "expires_at": 0, "data_access_expires_at": 0, "issued_at": 1_700_000_000, "user_id": "1000000000000002",
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
        "granular_scopes": [
            { "scope": "whatsapp_business_management", "target_ids": targets },
            { "scope": "whatsapp_business_messaging", "target_ids": targets },
        ],
    } })
}

/// Asks a callback whether it is one, as Meta does before it takes its address.
async fn verified(sandbox: &Sandbox, url: &str, token: &str) -> Result<(), GraphError> {
    let refused = |why: &str| GraphError::of(2_200, "Callback verification failed", why.to_owned());
    let mut address = reqwest::Url::parse(url).map_err(|_| refused("the address cannot be read"))?;
    let challenge = (rand::random::<u32>()).to_string();
    address
        .query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.verify_token", token)
        .append_pair("hub.challenge", &challenge);
    let answer = sandbox.client.get(address).send().await.map_err(|_| refused("nobody answers"))?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    if status.is_success() && body == challenge { Ok(()) } else { Err(refused("the challenge did not come back")) }
}

fn move_callback(sandbox: &Arc<Sandbox>, profile: &Profile, url: &str) -> Result<(), GraphError> {
    let default = sandbox.default_callback(&profile.phone_number_id);
    let callback_url = if url.is_empty() { default } else { url.to_owned() };
    let registration = Registration { callback_url, ..(*profile.registration()).clone() };
    sandbox.register(registration).map_err(|error| {
        tracing::error!(%error, "the journal cannot be written, so the callback stays");
        GraphError::internal()
    })
}

/// `POST /{PNID}` with `webhook_configuration`: a callback of its own for one number.
pub async fn configure(sandbox: &Arc<Sandbox>, id: &str, body: &Value) -> Result<Value, GraphError> {
    let wanted = &body["webhook_configuration"];
    let Some(url) = wanted["override_callback_uri"].as_str() else {
        return Err(GraphError::parameter("The parameter webhook_configuration.override_callback_uri is required."));
    };
    if !url.is_empty() {
        verified(sandbox, url, wanted["verify_token"].as_str().unwrap_or_default()).await?;
    }
    move_callback(sandbox, &sandbox.profile(id), url)?;
    Ok(json!({ "success": true }))
}

/// `POST /{WABA}/subscribed_apps`: with an address it overrides the callback, without one it goes back.
pub async fn subscribe(sandbox: &Arc<Sandbox>, business: &str, body: &Value) -> Result<Value, GraphError> {
    let url = body["override_callback_uri"].as_str().unwrap_or_default();
    if !url.is_empty() {
        verified(sandbox, url, body["verify_token"].as_str().unwrap_or_default()).await?;
    }
    let before = {
        let mut facts = sandbox.graph.write();
        facts.unsubscribed.remove(business);
        if url.is_empty() {
            facts.overrides.remove(business)
        } else {
            facts.overrides.insert(business.to_owned(), url.to_owned())
        }
    };
    if !url.is_empty() || before.is_some() {
        for profile in numbers_of(sandbox, business) {
            move_callback(sandbox, &profile, url)?;
        }
    }
    Ok(json!({ "success": true }))
}

pub fn unsubscribe(sandbox: &Sandbox, business: &str) -> Value {
    sandbox.graph.write().unsubscribed.insert(business.to_owned());
    json!({ "success": true })
}

pub fn subscriptions(sandbox: &Sandbox, business: &str) -> Value {
    let facts = sandbox.graph.read();
    if facts.unsubscribed.contains(business) {
        return json!({ "data": [] });
    }
    let app = json!({ "id": "1000000000000001", "name": "Waybill Sandbox", "link": "https://example.com" });
    let mut entry = json!({ "whatsapp_business_api_data": app });
    if let Some(url) = facts.overrides.get(business) {
        entry["override_callback_uri"] = json!(url);
    }
    json!({ "data": [entry] })
}

/// `POST` and `DELETE /{PNID}/block_users`.
pub fn change_blocks(sandbox: &Sandbox, id: &str, body: &Value, block: bool) -> Result<Value, GraphError> {
    let users = body["block_users"].as_array().filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| GraphError::parameter("The parameter block_users is required."))?;
    let mut facts = sandbox.graph.write();
    let blocked = facts.blocked.entry(id.to_owned()).or_default();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let input = user["user"].as_str().unwrap_or_default();
        match digits(input).map(|digits| digits.to_string()) {
            Some(wa_id) => {
                done.push(json!({ "input": input, "wa_id": wa_id }));
                if block { blocked.insert(wa_id) } else { blocked.remove(&wa_id) };
            }
            None => failed.push(json!({
                "input": input,
                "errors": [{ "code": 139_102, "message": "Invalid user", "error_data": { "details": "not a phone number" } }],
            })),
        }
    }
    let mut answer = json!({ "messaging_product": "whatsapp", "block_users": {} });
    answer["block_users"][if block { "added_users" } else { "removed_users" }] = json!(done);
    if !failed.is_empty() {
        answer["block_users"]["failed_users"] = json!(failed);
    }
    Ok(answer)
}

pub fn blocks(sandbox: &Sandbox, id: &str) -> Value {
    let facts = sandbox.graph.read();
    let blocked = facts.blocked.get(id).into_iter().flatten();
    let data: Vec<Value> = blocked.map(|wa_id| json!({ "messaging_product": "whatsapp", "wa_id": wa_id })).collect();
    json!({ "data": data, "paging": { "cursors": {} } })
}
