//! What answers mean, one by one. Calls over a real connection are tested by the contract suite.

use super::*;
use crate::samples;

fn answered(status: u16, headers: &[(&'static str, &str)], body: &str) -> Outcome {
    let headers =
        headers.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect();
    let account = samples::account();
    let status = StatusCode::from_u16(status).expect("a status");
    judge(&account, &Reply::new(&account, status, headers, body.as_bytes().to_vec()))
}

fn refusal_of(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

#[test]
fn an_id_means_accepted() {
    let body = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+49","wa_id":"49 "}],"messages":[{"id":" wamid.A ","message_status":"accepted"}],"new":1}"#;
    assert_eq!(answered(200, &[], body), Outcome::Accepted { provider_message_id: "wamid.A".into() });
}

#[test]
fn a_success_that_cannot_be_read_is_unknown() {
    for body in ["", "<html>", "{}", "[]", r#"{"messages":[]}"#, r#"{"messages":[{"id":" "}]}"#, r#"{"messages":7}"#] {
        assert!(is_unknown(&answered(200, &[], body)), "{body}");
    }
}

#[test]
fn the_code_decides_and_not_the_status() {
    for status in [400, 401, 403, 404, 429] {
        let refusal = refusal_of(answered(
            status,
            &[],
            r#"{"error":{"code":131047,"message":"(#131047) Re-engagement message"}}"#,
        ));
        assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Window, "131047"), "{status}");
        assert_eq!(refusal.detail, "(#131047) Re-engagement message");
    }
}

#[test]
fn trouble_on_their_side_is_unknown_unless_the_code_is_a_definite_refusal() {
    for code in [1, 2, 131_000, 131_016, 131_057, 135_000, 424_242] {
        assert!(is_unknown(&answered(500, &[], &format!(r#"{{"error":{{"code":{code}}}}}"#))), "{code}");
    }
    for body in ["", "<html>Bad Gateway</html>", r#"{"error":{}}"#, r#"{"error":"x"}"#, "{}"] {
        assert!(is_unknown(&answered(502, &[], body)), "{body}");
    }
    let refusal = refusal_of(answered(500, &[], r#"{"error":{"code":131045}}"#));
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Auth, "131045"));
}

#[test]
fn internal_trouble_told_as_a_client_error_may_be_retried() {
    let refusal = refusal_of(answered(400, &[], r#"{"error":{"code":131000}}"#));
    assert_eq!(refusal.class, ErrorClass::Retry);
}

#[test]
fn throttling_without_a_body_is_throttling() {
    let refusal = refusal_of(answered(429, &[("retry-after", "7")], "slow down"));
    assert_eq!(
        (refusal.class, refusal.code.as_str(), refusal.retry_after_ms),
        (ErrorClass::Throttle, "http_429", Some(7_000))
    );
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let wait = |headers: &[(&'static str, &str)]| {
        refusal_of(answered(429, headers, r#"{"error":{"code":130429}}"#)).retry_after_ms
    };
    let now = ("date", "Tue, 20 Oct 2026 07:28:00 GMT");
    assert_eq!(wait(&[("retry-after", " 120 ")]), Some(120_000));
    assert_eq!(wait(&[now, ("retry-after", "Tue, 20 Oct 2026 07:28:30 GMT")]), Some(30_000));
    assert_eq!(wait(&[now, ("retry-after", "Tue, 20 Oct 2026 07:27:00 GMT")]), Some(0));
    assert_eq!(wait(&[("retry-after", "soon")]), None);
    assert_eq!(wait(&[("retry-after", "99999999999999999999")]), None);
    assert_eq!(wait(&[]), None);
}

#[test]
fn a_documented_pause_holds_where_no_header_names_one() {
    let wait = |headers: &[(&'static str, &str)]| {
        refusal_of(answered(400, headers, r#"{"error":{"code":131056}}"#)).retry_after_ms
    };
    assert_eq!(wait(&[]), Some(6_000));
    assert_eq!(wait(&[("retry-after", "1")]), Some(1_000));
}

#[test]
fn an_unknown_code_refuses_by_its_status() {
    let class = |status| refusal_of(answered(status, &[], r#"{"error":{"code":803,"message":"not found"}}"#)).class;
    assert_eq!(class(404), ErrorClass::Param);
    assert_eq!(class(401), ErrorClass::Auth);
    assert_eq!(class(429), ErrorClass::Throttle);
}

#[test]
fn without_json_only_clear_refusals_are_refusals() {
    assert_eq!(refusal_of(answered(403, &[], "<html>")).class, ErrorClass::Auth);
    assert_eq!(refusal_of(answered(301, &[], "")).class, ErrorClass::Auth);
    for status in [400, 404, 408, 499, 500, 503, 504] {
        assert!(is_unknown(&answered(status, &[], "<html>")), "{status}");
    }
}

#[test]
fn an_error_in_a_success_is_what_its_code_says() {
    assert_eq!(refusal_of(answered(200, &[], r#"{"error":{"code":190}}"#)).class, ErrorClass::Auth);
    assert!(is_unknown(&answered(200, &[], r#"{"error":{"code":2}}"#)));
}
