use super::*;
use crate::samples::account;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::json;

/// The class of a refusal, or none where it is unknown.
fn class(status: u16, body: &str) -> Option<ErrorClass> {
    let account = account();
    let status = StatusCode::from_u16(status).expect("a status");
    match judge(&Reply::new(&account, status, HeaderMap::new(), body.as_bytes().to_vec())) {
        Verdict::Refused(refusal) => Some(refusal.class),
        Verdict::Unknown { .. } => None,
    }
}

/// Every row of the published table.
#[test]
fn every_published_answer_has_its_class() {
    use ErrorClass::{Auth, Ban, Media, Param, Session, Throttle};
    let rows: &[(u16, &str, Option<ErrorClass>)] = &[
        (400, "instance in starting process try later", Some(Session)),
        (400, "instance account not authorized", Some(Session)),
        (400, "Validation failed. Details: 'chatId' is required", Some(Param)),
        (400, "bad request data", Some(Param)),
        (400, "Instance is expired", Some(Auth)),
        (400, "Instance is deleted", Some(Auth)),
        (401, "Unauthorized", Some(Auth)),
        (403, "Forbidden: wrong idInstance", Some(Auth)),
        (403, "Your account is suspended", Some(Ban)),
        (429, "Too Many Requests", Some(Throttle)),
        (466, "", Some(Throttle)),
        (499, "Client Closed Request", None),
        (500, "file too big", Some(Media)),
        (500, "Failed to get the file by urlFile", Some(Media)),
        (500, "Internal Server Error", None),
        (502, "Bad Gateway", None),
        (503, "", None),
        (504, "", None),
    ];
    for (status, words, expected) in rows {
        assert_eq!(class(*status, words), *expected, "{status} {words}");
        let body = json!({ "statusCode": status, "message": words }).to_string();
        // Whatever follows from the status alone is not changed by JSON; an empty explanation is none.
        if !words.is_empty() {
            assert_eq!(class(*status, &body), *expected, "{body}");
        }
    }
}

#[test]
fn pages_of_proxies_say_only_what_their_status_says() {
    let page = "<html>instance account not authorized</html>";
    assert_eq!(class(400, page), None);
    assert_eq!(class(404, page), None);
    assert_eq!(class(403, page), Some(ErrorClass::Auth));
    assert_eq!(class(429, page), Some(ErrorClass::Throttle));
}

#[test]
fn a_used_up_quota_has_its_name_and_a_wait() {
    let account = account();
    for (body, code) in [
        (
            json!({ "invokeStatus": { "status": "QUOTE_EXCEEDED" }, "quotaData": { "status": "QUOTE_ALLOWED" } }),
            "QUOTE_EXCEEDED",
        ),
        (json!({ "quotaData": { "status": "QUOTA_EXCEEDED" } }), "QUOTA_EXCEEDED"),
        (
            json!({ "invokeStatus": { "status": "QUOTE_ALLOWED" }, "correspondentsStatus": { "status": "CORRESPONDENTS_QUOTA_EXCEEDED" } }),
            "CORRESPONDENTS_QUOTA_EXCEEDED",
        ),
        (json!(7), "http_466"),
    ] {
        let status = StatusCode::from_u16(466).expect("a status");
        let verdict = judge(&Reply::new(&account, status, HeaderMap::new(), body.to_string().into_bytes()));
        let Verdict::Refused(refusal) = verdict else { panic!("{verdict:?}") };
        assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Throttle, code));
        assert_eq!(refusal.retry_after_ms, Some(QUOTA_WAIT_MS));
    }
}

#[test]
fn failures_that_come_later_have_their_class() {
    let class = |state: &str, description: Option<&str>| failure(state, description).map(|refusal| refusal.class);
    assert_eq!(class("noAccount", None), Some(ErrorClass::Number));
    assert_eq!(class("notInGroup", None), Some(ErrorClass::Param));
    assert_eq!(class("yellowCard", None), Some(ErrorClass::Ban));
    assert_eq!(class("failed", None), Some(ErrorClass::Retry));
    assert_eq!(class("failed", Some("could not upload file")), Some(ErrorClass::Media));
    assert_eq!(class("delivered", None), None);
    let quoting = failure("failed", Some("no session with 4915112345678")).expect("a failure");
    assert_eq!(quoting.detail, "no session with …");
}
