//! One sentence for each type of event. A type without one is told by its name.

use serde_json::Value;

pub fn summary(kind: &str, data: &Value) -> String {
    let text = |key: &str| data.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |key: &str| data.get(key).and_then(Value::as_u64).unwrap_or_default();
    match kind {
        "contact.added" => "Added".into(),
        "contact.updated" => format!("Changed {}", list(data.get("changed"))),
        "contact.consent_granted" => with("Consent granted", text("source")),
        "contact.consent_withdrawn" => with("Consent withdrawn", text("reason")),
        "contact.tagged" => format!("Tagged {}", text("tag")),
        "contact.untagged" => format!("Tag {} taken away", text("tag")),
        "contact.blocked" => "Blocked".into(),
        "contact.unblocked" => "Block lifted".into(),
        "contact.removed" => "Removed".into(),
        "contact.erased" => "Erased for good".into(),
        "campaign.drafted" => "Drafted".into(),
        "campaign.edited" => "Edited".into(),
        "campaign.discarded" => "Discarded".into(),
        "campaign.started" => {
            format!(
                "Started for {} recipients, {} points reserved",
                number("planned_recipients"),
                number("points_reserved")
            )
        }
        "campaign.recipients_enrolled" => format!("{} recipients enrolled", number("count")),
        "campaign.recipients_excluded" => "Recipients excluded".into(),
        "campaign.enrolment_finished" => {
            format!("Audience resolved: {} enrolled, {} excluded", number("enrolled"), number("excluded"))
        }
        "campaign.paused" if text("reason") == "operator" => "Paused".into(),
        "campaign.paused" => format!("Paused: {}", text("reason")),
        "campaign.resumed" => "Resumed".into(),
        "campaign.deferred" => format!("{} recipients wait for the limit {}", number("waiting"), text("limit")),
        "campaign.cancelled" => "Cancelled".into(),
        "campaign.recipients_cancelled" => format!("{} recipients cancelled", number("count")),
        "campaign.completed" => format!(
            "Completed: {} sent, {} failed, {} cancelled, {} uncertain",
            number("sent"),
            number("failed"),
            number("cancelled"),
            number("uncertain")
        ),
        "wallet.reserved" => format!("{} points reserved", number("points")),
        "wallet.captured" => format!("{} points captured", number("points")),
        "wallet.released" => format!("{} points released", number("points")),
        "package.distribution_changed" => format!("Picks its numbers by {}", text("distribution").replace('_', " ")),
        "profile.linking_started" => "A device is being linked".into(),
        "profile.linked" => with("Device linked", text("phone")),
        "profile.disconnected" => with("Device without a connection", text("detail")),
        "profile.link_expired" => with("Device unlinked", text("detail")),
        "profile.health_changed" => format!("Health {}", number("score")),
        "profile.quality_changed" => with("Quality changed", text("rating")),
        "profile.account_known" => with("Account known", text("business_account")),
        "message.dispatched" => format!("Given to a number, attempt {}", number("attempt")),
        "message.sending" => format!("Handed to the provider, attempt {}", number("attempt")),
        "message.sent" => "Taken by the provider".into(),
        "message.delivered" => "Delivered".into(),
        "message.read" => "Read".into(),
        "message.failed" => format!("Refused: {}", refusal(data)),
        "message.retry_scheduled" => format!("Attempt {} scheduled", number("attempt")),
        "message.uncertain" => format!("Nobody knows yet whether it was sent: {}", text("reason")),
        "message.held" => "Put before a person".into(),
        "message.reconciled" => format!("Settled by {}", evidence(data)),
        "message.cancelled" => format!("Cancelled: {}", text("reason")),
        other => other.split_once('.').map_or(other, |(_, word)| word).replace('_', " "),
    }
}

/// With the words that were said, unless they were erased.
fn with(what: &str, said: String) -> String {
    if said.is_empty() { what.to_owned() } else { format!("{what} ({said})") }
}

fn list(value: Option<&Value>) -> String {
    let names = value.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn refusal(data: &Value) -> String {
    let part = |key: &str| data.pointer(&format!("/refusal/{key}")).and_then(Value::as_str).unwrap_or_default();
    format!("{} ({})", part("detail"), part("code"))
}

fn evidence(data: &Value) -> &'static str {
    match data.pointer("/evidence/by").and_then(Value::as_str) {
        Some("receipt") => "a receipt",
        Some("late_answer") => "a late answer of the provider",
        Some("journal") => "the provider's own journal",
        Some("policy") => "what the organisation wants of such messages",
        _ => "a person",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_happened_is_said_in_words() {
        assert_eq!(summary("contact.updated", &json!({"changed": ["name", "city"]})), "Changed name, city");
        assert_eq!(
            summary("message.failed", &json!({"refusal": {"code": "131026", "detail": "undeliverable"}})),
            "Refused: undeliverable (131026)"
        );
        assert_eq!(summary("campaign.winner_picked", &json!({})), "winner picked");
    }
}
