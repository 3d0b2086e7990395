use super::*;
use crate::samples::account;

fn reply(account: &Account, status: u16) -> Reply<'_> {
    Reply::new(account, StatusCode::from_u16(status).expect("a status"), HeaderMap::new(), Vec::new())
}

#[test]
fn only_some_statuses_refuse_whoever_answered() {
    let account = account();
    let class = |status| match reply(&account, status).by_status() {
        Verdict::Refused(refusal) => Some(refusal.class),
        Verdict::Unknown { .. } => None,
    };
    assert_eq!(class(429), Some(ErrorClass::Throttle));
    for status in [301, 302, 307, 308, 401, 403] {
        assert_eq!(class(status), Some(ErrorClass::Auth), "{status}");
    }
    for status in [200, 400, 404, 408, 499, 500, 502, 503, 504] {
        assert_eq!(class(status), None, "{status}");
    }
}

#[test]
fn explanations_tell_no_secrets() {
    let account = account();
    let verdict =
        reply(&account, 400).refused_as(ErrorClass::Param, "no access_token secret-token at /x/secret-token/y");
    let Verdict::Refused(refusal) = verdict else { panic!("{verdict:?}") };
    assert_eq!(refusal.detail, "no access_token … at /x/…/y");
}

#[test]
fn a_question_without_an_answer_may_be_asked_again() {
    let refusal = Verdict::unknown("no answer in time").of_question();
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Retry, "no_answer"));
}

#[test]
fn segments_of_addresses_mean_only_themselves() {
    assert!(is_path_segment("7001") && is_path_segment("main_1-a"));
    for id in ["", "a/b", "..", "a?b", "a#b", "a%2f", "ä", "a b"] {
        assert!(!is_path_segment(id), "{id}");
    }
    assert!(is_chat_segment("120363-1@g.us") && is_chat_segment("4915112345678@c.us"));
    for id in ["", "..", "../x", "a/b", "a?b", "a b", "."] {
        assert!(!is_chat_segment(id), "{id}");
    }
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    assert!(same_origin("https://a.example/x", "https://a.example:443/y"));
    for other in ["http://a.example/", "https://b.example/", "https://a.example:8443/", "https://a.example.evil/", "x"]
    {
        assert!(!same_origin("https://a.example/", other), "{other}");
    }
    assert!(!same_origin("file:///a", "file:///a"));
}
