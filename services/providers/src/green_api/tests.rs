use super::*;
use crate::samples;

fn provider() -> GreenApi {
    GreenApi::new(&ClientConfig::default()).expect("the usual settings build")
}

fn check(account: &Account, header: Option<&str>, body: &str) -> Result<(), SignatureError> {
    let value = |text: &str| text.parse().expect("a header value");
    let headers: HeaderMap = header.iter().map(|text| (AUTHORIZATION, value(text))).collect();
    provider().verify_signature(account, &headers, body.as_bytes())
}

const BODY: &str = r#"{"typeWebhook":"deviceInfo","instanceData":{"idInstance":7001}}"#;

#[test]
fn the_token_that_was_set_is_believed() {
    let account = samples::account();
    assert_eq!(check(&account, Some("Bearer hook-secret"), BODY), Ok(()));
    assert_eq!(check(&account, None, BODY), Err(SignatureError::Missing));
    for header in ["hook-secret", "Basic hook-secret", "bearer hook-secret", ""] {
        assert_eq!(check(&account, Some(header), BODY), Err(SignatureError::Malformed), "{header}");
    }
    for header in ["Bearer hook-secre", "Bearer hook-secret ", "Bearer "] {
        assert_eq!(check(&account, Some(header), BODY), Err(SignatureError::Mismatch), "{header}");
    }
}

#[test]
fn a_token_with_a_scheme_comes_as_it_was_given() {
    let account = Account { webhook_secret: "Basic abc".into(), ..samples::account() };
    assert_eq!(check(&account, Some("Basic abc"), BODY), Ok(()));
    assert_eq!(check(&account, Some("Bearer Basic abc"), BODY), Err(SignatureError::Mismatch));
}

#[test]
fn an_empty_token_opens_nothing() {
    let account = Account { webhook_secret: "".into(), ..samples::account() };
    assert_eq!(check(&account, Some("Bearer "), BODY), Err(SignatureError::Mismatch));
}

#[test]
fn a_body_of_another_instance_is_not_believed() {
    let account = samples::account();
    let header = Some("Bearer hook-secret");
    for body in [r#"{"instanceData":{"idInstance":7002}}"#, r#"{"instanceData":{"idInstance":"x"}}"#] {
        assert_eq!(check(&account, header, body), Err(SignatureError::Mismatch), "{body}");
    }
    for body in [r#"{"instanceData":{"idInstance":"7001"}}"#, "no json"] {
        assert_eq!(check(&account, header, body), Ok(()), "{body}");
    }
}
