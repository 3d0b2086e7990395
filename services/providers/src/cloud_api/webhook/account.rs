//! Webhooks that are about the account: its numbers, limits, restrictions, templates, and what people prefer.
//!
//! Whatever has no place of its own is handed on as it came.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::cloud_api::health::messaging_limit;
use crate::values::{e164, first_text, take_list, text, text_or_number, timestamp, unsupported};
use crate::{Notice, QualityChange};

pub fn read(
    account_id: &str,
    number_id: Option<String>,
    fallback: Option<DateTime<Utc>>,
    field: String,
    mut value: Value,
    notices: &mut Vec<Notice>,
) {
    let known = match field.as_str() {
        "phone_number_quality_update" => quality(account_id, number_id.clone(), &value),
        "business_capability_update" => capability(account_id, &value),
        "account_update" => restriction(account_id, number_id.clone(), &value),
        "message_template_status_update" => template(account_id, &value),
        "user_preferences" if number_id.is_some() && value.get("user_preferences").is_some_and(Value::is_array) => {
            let number_id = number_id.unwrap_or_default();
            for preference in take_list(&mut value, "user_preferences") {
                notices.push(read_preference(&number_id, fallback, preference));
            }
            return;
        }
        _ => None,
    };
    notices.push(known.unwrap_or_else(|| Notice::Account {
        account_id: account_id.to_owned(),
        number_id,
        field,
        value,
    }));
}

/// The value names the number as people see it, not by its id.
fn quality(account_id: &str, number_id: Option<String>, value: &Value) -> Option<Notice> {
    let limit = ["max_daily_conversations_per_business", "current_limit"]
        .into_iter()
        .find_map(|name| messaging_limit(value.get(name)));
    let event = text(value, "event").map(str::to_lowercase);
    if limit.is_none() && event.is_none() {
        return None;
    }
    // Meta told the rating by events, and does not any more.
    let rating = match event.as_deref() {
        Some("flagged") => Some("red".to_owned()),
        Some("unflagged") => Some("green".to_owned()),
        _ => first_text(value, &["/quality_rating", "/new_quality_score"]).map(|rating| rating.to_lowercase()),
    };
    let change = QualityChange { rating, messaging_limit: limit, event };
    let display_phone_number = text(value, "display_phone_number").map(str::to_owned);
    Some(Notice::Quality { number_id, display_phone_number, account_id: account_id.to_owned(), change })
}

fn capability(account_id: &str, value: &Value) -> Option<Notice> {
    let names = ["max_daily_conversations_per_business", "max_daily_conversation_per_phone"];
    let limit = names.into_iter().find_map(|name| messaging_limit(value.get(name)))?;
    let change = QualityChange { messaging_limit: Some(limit), ..QualityChange::default() };
    let account_id = account_id.to_owned();
    Some(Notice::Quality { number_id: None, display_phone_number: None, account_id, change })
}

/// A ban by its state, not by the name of its event: one and the same event tells that a ban began and that it ended.
fn restriction(account_id: &str, number_id: Option<String>, value: &Value) -> Option<Notice> {
    let event = text(value, "event").unwrap_or_default();
    let state = first_text(value, &["/ban_info/waba_ban_state"]);
    let kinds: Vec<&str> = match value.get("restriction_info").and_then(Value::as_array) {
        Some(items) => items.iter().filter_map(|item| text(item, "restriction_type")).collect(),
        None => Vec::new(),
    };
    let violation = first_text(value, &["/violation_info/violation_type"]);
    let (restricted, detail) = if let Some(state) = state {
        // `SCHEDULE_FOR_DISABLE` still sends, but somebody has to act: it is no good news either.
        (!state.eq_ignore_ascii_case("REINSTATE"), state.to_lowercase())
    } else if !kinds.is_empty() {
        (true, kinds.join(", ").to_lowercase())
    } else if value.get("restriction_info").is_some() || event == "ACCOUNT_RESTRICTION" {
        // An empty list of restrictions takes them back.
        let lifted = value.get("restriction_info").and_then(Value::as_array).is_some_and(Vec::is_empty);
        (!lifted, event.to_lowercase())
    } else if let Some(violation) = violation {
        (true, violation.to_lowercase())
    } else {
        match event {
            "ACCOUNT_VIOLATION" | "ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED" | "DISABLED_UPDATE" => {
                (true, event.to_lowercase())
            }
            "ACCOUNT_RECONNECTED" => (false, event.to_lowercase()),
            _ => return None,
        }
    };
    Some(Notice::Restriction { number_id, account_id: account_id.to_owned(), restricted, detail })
}

fn template(account_id: &str, value: &Value) -> Option<Notice> {
    Some(Notice::Template {
        account_id: account_id.to_owned(),
        template_id: text_or_number(value.get("message_template_id")),
        name: text(value, "message_template_name")?.to_owned(),
        language: text(value, "message_template_language").unwrap_or_default().to_owned(),
        status: text(value, "event")?.to_lowercase(),
        reason: first_text(value, &["/rejection_info/reason", "/disable_info/disable_reason", "/other_info/title"])
            .or_else(|| text(value, "reason").filter(|reason| *reason != "NONE").map(str::to_owned)),
    })
}

/// Only marketing is a preference; whether somebody wants it is told by a word.
fn read_preference(number_id: &str, fallback: Option<DateTime<Utc>>, preference: Value) -> Notice {
    let category = text(&preference, "category").unwrap_or("marketing_messages");
    let marketing = match text(&preference, "value") {
        Some("stop") => false,
        Some("resume" | "signup") => true,
        _ => return unsupported("a preference that is neither stop nor resume", preference),
    };
    let from = text(&preference, "wa_id").and_then(e164);
    let user_id = text(&preference, "user_id").map(str::to_owned);
    if category != "marketing_messages" || (from.is_none() && user_id.is_none()) {
        return unsupported("a preference of nobody, or not of marketing", preference);
    }
    let at = timestamp(preference.get("timestamp")).or(fallback).unwrap_or_else(Utc::now);
    Notice::Preference { number_id: number_id.to_owned(), from, user_id, marketing, at }
}

#[cfg(test)]
mod tests;
