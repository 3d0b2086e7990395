use super::*;
use crate::samples::account;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::json;

fn verdict(status: u16, body: &str) -> Verdict {
    let account = account();
    let status = StatusCode::from_u16(status).expect("a status");
    judge(&Reply::new(&account, status, HeaderMap::new(), body.as_bytes().to_vec()))
}

/// The class of a refusal, or none where it is unknown.
fn class(status: u16, body: &Value) -> Option<ErrorClass> {
    match verdict(status, &body.to_string()) {
        Verdict::Refused(refusal) => Some(refusal.class),
        Verdict::Unknown { .. } => None,
    }
}

fn exception(details: &str) -> Value {
    json!({
        "statusCode": 500, "timestamp": "2026-10-20T07:28:00.000Z",
        "exception": { "message": format!("2 UNKNOWN: {details}"), "code": 2, "details": details, "metadata": {}, "name": "Error" },
        "request": { "path": "/api/sendText" }, "version": { "engine": "GOWS" },
    })
}

/// Every row of the published table.
#[test]
fn every_published_answer_has_its_class() {
    use ErrorClass::{Auth, Ban, Media, Number, Param, Session, Throttle};
    let not_working = json!({
        "error": "Session status is not as expected. Try again later or restart the session",
        "session": "main", "status": "SCAN_QR_CODE", "expected": ["WORKING"],
    });
    let rows = [
        (401, json!({ "message": "Unauthorized", "statusCode": 401 }), Some(Auth)),
        (422, not_working, Some(Session)),
        (422, json!({ "message": "Method is not implemented by this engine", "statusCode": 422 }), Some(Param)),
        (422, json!({ "message": "List is not available in groups" }), Some(Param)),
        (422, json!({ "message": ["chatId must be a string", "text must be a string"] }), Some(Param)),
        (400, json!({ "message": "bad request" }), Some(Param)),
        (404, json!({ "message": "Session not found", "statusCode": 404 }), Some(Auth)),
        (404, json!({ "message": "File not found", "statusCode": 404 }), Some(Media)),
        (500, exception("server returned error 463"), Some(Ban)),
        (500, exception("server returned error 403"), Some(Session)),
        (500, exception("batch 1: server returned error 400"), Some(Session)),
        (500, exception("no LID found for 4915112345678@s.whatsapp.net from server"), Some(Number)),
        (500, exception("rate-overlimit"), Some(Throttle)),
        (500, exception("server returned error 429"), Some(Throttle)),
        (429, json!({ "message": "Too Many Requests" }), Some(Throttle)),
        (500, exception("timed out waiting for the server"), None),
        (500, exception("connection reset"), None),
        (500, exception("server returned error 479"), None),
        (500, exception("server returned error 4630"), None),
        (500, json!({}), None),
        (502, json!({ "message": "Bad Gateway" }), None),
        (503, json!({}), None),
        (504, json!({}), None),
    ];
    for (status, body, expected) in rows {
        assert_eq!(class(status, &body), expected, "{status} {body}");
    }
}

#[test]
fn a_session_that_is_not_ready_says_how_it_stands() {
    let body = json!({ "error": "Session status is not as expected", "status": "FAILED", "expected": ["WORKING"] });
    let Verdict::Refused(refusal) = verdict(422, &body.to_string()) else { panic!("refused") };
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Session, "FAILED"));
}

#[test]
fn details_quote_nobody() {
    let Verdict::Refused(refusal) =
        verdict(500, &exception("no LID found for 4915112345678@s.whatsapp.net").to_string())
    else {
        panic!("refused")
    };
    assert_eq!(refusal.detail, "no LID found for …@s.whatsapp.net");
}

#[test]
fn pages_of_proxies_say_only_what_their_status_says() {
    let class = |status| match verdict(status, "<html>server returned error 463</html>") {
        Verdict::Refused(refusal) => Some(refusal.class),
        Verdict::Unknown { .. } => None,
    };
    assert_eq!(class(403), Some(ErrorClass::Auth));
    assert_eq!(class(429), Some(ErrorClass::Throttle));
    for status in [400, 404, 422, 500, 502] {
        assert_eq!(class(status), None, "{status}");
    }
}
