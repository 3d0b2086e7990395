//! The control API's part for what Meta thinks of a number: its quality, its account, its templates.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::response;
use axum::routing::{post, put};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Answer, Refused, unprocessable};
use crate::graph::templates;
use crate::graph::world::Template;
use crate::outbox::Inbound;
use crate::state::Sandbox;
use crate::webhook::display_phone_number;

pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/_sandbox/cloud/{phone_number_id}/quality", put(quality))
        .route("/_sandbox/cloud/{phone_number_id}/business_account", put(business_account))
        .route("/_sandbox/cloud/{phone_number_id}/templates", put(put_templates))
        .route("/_sandbox/cloud/{phone_number_id}/account", post(account))
        .route("/_sandbox/cloud/{phone_number_id}/webhook", post(webhook))
}

fn tell(sandbox: &Arc<Sandbox>, phone_number_id: &str, field: &str, value: Value) {
    let change = Inbound::Change { field: field.to_owned(), value, counted: 0 };
    sandbox.profile(phone_number_id).outbox.push_inbound(change);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quality {
    rating: Option<String>,
    messaging_limit: Option<String>,
    event: Option<String>,
}

/// Changes what Meta thinks of a number, and tells it as Meta does.
async fn quality(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    body: Result<Json<Quality>, JsonRejection>,
) -> Answer<Value> {
    let order = body?.0;
    let ratings = ["GREEN", "YELLOW", "RED", "UNKNOWN"];
    if order.rating.as_deref().is_some_and(|rating| !ratings.contains(&rating)) {
        return Err(unprocessable(format!("rating must be one of {}", ratings.join(", "))));
    }
    if order.messaging_limit.as_deref().is_some_and(|limit| !limit.starts_with("TIER_")) {
        return Err(unprocessable("messaging_limit must be a tier, as TIER_250"));
    }
    let (before, now) = {
        let mut facts = sandbox.graph.write();
        let standing = facts.standing_mut(&id);
        let before = standing.clone();
        if let Some(rating) = order.rating {
            standing.quality_rating = rating;
        }
        if let Some(limit) = order.messaging_limit {
            standing.messaging_limit = limit;
        }
        (before, standing.clone())
    };
    if before.messaging_limit != now.messaging_limit {
        // The same key as before version 24, and the one that replaced it.
        let value = json!({
            "max_daily_conversations_per_business": now.messaging_limit,
            "max_daily_conversation_per_phone": limit_number(&now.messaging_limit),
            "max_phone_numbers_per_waba": 25,
        });
        tell(&sandbox, &id, "business_capability_update", value);
    }
    let rated = before.quality_rating != now.quality_rating;
    let event =
        order.event.or_else(|| rated.then(|| if now.quality_rating == "RED" { "FLAGGED" } else { "UNFLAGGED" }.into()));
    if let Some(event) = event {
        let value = json!({
            "display_phone_number": display_phone_number(&id), "event": event,
            "current_limit": now.messaging_limit, "old_limit": before.messaging_limit,
        });
        tell(&sandbox, &id, "phone_number_quality_update", value);
    }
    Ok(response::Json(json!({ "rating": now.quality_rating, "messaging_limit": now.messaging_limit })))
}

/// A tier as a number; no limit is -1.
fn limit_number(tier: &str) -> i64 {
    let text = tier.trim_start_matches("TIER_");
    match text.strip_suffix('K') {
        Some(thousands) => thousands.parse::<i64>().map_or(-1, |number| number * 1_000),
        None => text.parse().unwrap_or(-1),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BusinessAccount {
    id: String,
    /// To whom the account belongs; its own if it was never said.
    portfolio: Option<String>,
}

/// Says to which business account a number belongs.
async fn business_account(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    body: Result<Json<BusinessAccount>, JsonRejection>,
) -> Answer<Value> {
    let BusinessAccount { id: business, portfolio } = body?.0;
    sandbox.profile(&id);
    let mut facts = sandbox.graph.write();
    facts.businesses.insert(id.clone(), business.clone());
    if let Some(portfolio) = portfolio {
        facts.portfolios.insert(business.clone(), portfolio);
    }
    drop(facts);
    Ok(response::Json(json!({ "phone_number_id": id, "business_account_id": business })))
}

/// Makes templates what the order says, and tells what changed.
async fn put_templates(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    body: Result<Json<Vec<Template>>, JsonRejection>,
) -> Answer<Value> {
    let wanted = body?.0;
    let count = wanted.len();
    templates::put(&sandbox, &id, wanted);
    Ok(response::Json(json!({ "put": count })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    event: String,
    /// SCHEDULE_FOR_DISABLE, DISABLE or REINSTATE.
    ban_state: Option<String>,
    /// For example RESTRICTED_BIZ_INITIATED_MESSAGING.
    restriction_type: Option<String>,
    violation_type: Option<String>,
}

/// Tells of a change of the account.
async fn account(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    body: Result<Json<Account>, JsonRejection>,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let order = body?.0;
    let now_s = sandbox.clock.now_ms() / 1000;
    let mut value = json!({ "event": order.event });
    match order.event.as_str() {
        "DISABLED_UPDATE" => {
            let state = order.ban_state.as_deref().unwrap_or("DISABLE");
            let date = chrono::Utc::now().format("%B %-d, %Y").to_string();
            value["ban_info"] = json!({ "waba_ban_state": state, "waba_ban_date": date });
        }
        "ACCOUNT_RESTRICTION" => {
            let kind = order.restriction_type.as_deref().unwrap_or("RESTRICTED_BIZ_INITIATED_MESSAGING");
            value["restriction_info"] = json!([{ "restriction_type": kind, "expiration": now_s + 86_400 }]);
        }
        "ACCOUNT_VIOLATION" => {
            value["violation_info"] = json!({ "violation_type": order.violation_type.as_deref().unwrap_or("SPAM") });
        }
        _ => {}
    }
    tell(&sandbox, &id, "account_update", value.clone());
    Ok((StatusCode::ACCEPTED, response::Json(value)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    field: String,
    value: Value,
}

/// Tells anything at all, signed as everything else.
async fn webhook(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    body: Result<Json<Webhook>, JsonRejection>,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let order = body?.0;
    tell(&sandbox, &id, &order.field, order.value);
    Ok((StatusCode::ACCEPTED, response::Json(json!({ "field": order.field }))))
}
