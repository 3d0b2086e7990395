use super::*;
use crate::cloud_api::webhook::parse;
use serde_json::json;

fn notices(field: &str, value: Value) -> Vec<Notice> {
    let body =
        json!({ "entry": [{ "id": "9001", "time": 1_790_000_000, "changes": [{ "field": field, "value": value }] }] });
    parse(body.to_string().as_bytes()).expect("a webhook")
}

fn notice(field: &str, value: Value) -> Notice {
    notices(field, value).remove(0)
}

fn restricted(value: Value) -> Option<(bool, String)> {
    match notice("account_update", value) {
        Notice::Restriction { account_id, restricted, detail, .. } => {
            assert_eq!(account_id, "9001");
            Some((restricted, detail))
        }
        Notice::Account { .. } => None,
        other => panic!("expected a restriction, not {other:?}"),
    }
}

#[test]
fn a_ban_is_told_by_its_state_and_not_by_its_event() {
    let ban = |state: &str| restricted(json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state } }));
    assert_eq!(ban("DISABLE"), Some((true, "disable".into())));
    assert_eq!(ban("SCHEDULE_FOR_DISABLE"), Some((true, "schedule_for_disable".into())));
    assert_eq!(ban("REINSTATE"), Some((false, "reinstate".into())));
}

#[test]
fn restrictions_violations_and_the_rest() {
    let info = json!([{ "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1_790_000_000 }]);
    assert_eq!(
        restricted(json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": info })),
        Some((true, "restricted_biz_initiated_messaging".into()))
    );
    assert_eq!(
        restricted(json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [] })),
        Some((false, "account_restriction".into()))
    );
    assert_eq!(
        restricted(json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": "SCAM" } })),
        Some((true, "scam".into()))
    );
    assert_eq!(restricted(json!({ "event": "ACCOUNT_DELETED" })), Some((true, "account_deleted".into())));
    assert_eq!(restricted(json!({ "event": "ACCOUNT_RECONNECTED" })), Some((false, "account_reconnected".into())));
    assert_eq!(restricted(json!({ "event": "PARTNER_ADDED" })), None);
    assert_eq!(restricted(json!(7)), None);
}

#[test]
fn quality_and_limits() {
    let change = |field: &str, value: Value| match notice(field, value) {
        Notice::Quality { account_id, change, .. } => {
            assert_eq!(account_id, "9001");
            Some(change)
        }
        _ => None,
    };
    let upgraded = change(
        "phone_number_quality_update",
        json!({ "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED" }),
    );
    let expected = QualityChange { rating: None, messaging_limit: Some(-1), event: Some("throughput_upgrade".into()) };
    assert_eq!(upgraded, Some(expected));
    let named = json!({ "display_phone_number": "15550001111", "event": "ONBOARDING" });
    match notice("phone_number_quality_update", named) {
        Notice::Quality { display_phone_number, .. } => {
            assert_eq!(display_phone_number.as_deref(), Some("15550001111"))
        }
        other => panic!("expected a quality, not {other:?}"),
    }
    let flagged = change("phone_number_quality_update", json!({ "event": "FLAGGED", "current_limit": "TIER_1K" }));
    assert_eq!(flagged.and_then(|change| change.rating).as_deref(), Some("red"));
    for value in [
        json!({ "max_daily_conversations_per_business": 2_000 }),
        json!({ "max_daily_conversations_per_business": "TIER_2K" }),
        json!({ "max_daily_conversation_per_phone": 2_000 }),
    ] {
        let limit = change("business_capability_update", value.clone()).and_then(|change| change.messaging_limit);
        assert_eq!(limit, Some(2_000), "{value}");
    }
    assert_eq!(change("business_capability_update", json!({ "max_phone_numbers_per_waba": 25 })), None);
}

#[test]
fn templates() {
    let update = json!({
        "event": "REJECTED", "message_template_id": 12, "message_template_name": "order",
        "message_template_language": "en_US", "reason": "INVALID_FORMAT",
        "rejection_info": { "reason": "parameters stand next to each other" },
    });
    let expected = Notice::Template {
        account_id: "9001".into(),
        template_id: Some("12".into()),
        name: "order".into(),
        language: "en_US".into(),
        status: "rejected".into(),
        reason: Some("parameters stand next to each other".into()),
    };
    assert_eq!(notice("message_template_status_update", update), expected);
    let approved = json!({ "event": "SOMETHING_NEW", "message_template_name": "order", "reason": "NONE" });
    match notice("message_template_status_update", approved) {
        Notice::Template { status, reason, .. } => assert_eq!((status.as_str(), reason), ("something_new", None)),
        other => panic!("expected a template, not {other:?}"),
    }
}

#[test]
fn preferences() {
    let preference = |wa_id: &str, value: &str| json!({ "wa_id": wa_id, "category": "marketing_messages", "value": value, "timestamp": 1_790_000_001 });
    let value = json!({
        "metadata": { "phone_number_id": "7001" },
        "user_preferences": [preference("4915112345678", "stop"), preference("4915112345678", "resume"), preference("", "stop"), 7],
    });
    let found = notices("user_preferences", value.clone());
    let expected = |marketing| Notice::Preference {
        number_id: "7001".into(),
        from: Some("+4915112345678".into()),
        user_id: None,
        marketing,
        at: DateTime::from_timestamp(1_790_000_001, 0).expect("a time"),
    };
    assert_eq!(found[..2], [expected(false), expected(true)]);
    assert!(found[2..].iter().all(|notice| matches!(notice, Notice::Unsupported { .. })), "{found:?}");
    let nowhere = json!({ "user_preferences": [preference("4915112345678", "stop")] });
    assert!(matches!(notice("user_preferences", nowhere), Notice::Account { .. }));
}

#[test]
fn an_echo_is_what_the_owner_wrote() {
    let echo = json!({
        "from": "15550001111", "to": "4915112345678", "id": "wamid.E", "timestamp": "1790000002",
        "type": "text", "text": { "body": "from the phone" },
    });
    let value = json!({ "metadata": { "phone_number_id": "7001" }, "message_echoes": [echo, {}] });
    let found = notices("smb_message_echoes", value);
    match &found[0] {
        Notice::Echo(echo) => {
            assert_eq!((echo.to.as_deref(), echo.by_api), (Some("+4915112345678"), false));
            assert_eq!(echo.text.as_deref(), Some("from the phone"));
        }
        other => panic!("expected an echo, not {other:?}"),
    }
    assert!(matches!(found[1], Notice::Unsupported { .. }));
}

#[test]
fn other_fields_are_handed_on_as_they_came() {
    for field in ["account_alerts", "account_review_update", "security", "flows", "automatic_events"] {
        let value = json!({ "event": "SOMETHING", "details": [1] });
        let expected =
            Notice::Account { account_id: "9001".into(), number_id: None, field: field.into(), value: value.clone() };
        assert_eq!(notice(field, value), expected);
    }
}
