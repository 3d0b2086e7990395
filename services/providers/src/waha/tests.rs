use super::*;
use crate::samples;

/// RFC 4231, test case 2.
const BODY: &[u8] = b"what do ya want for nothing?";
const HMAC: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
    9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";

fn check(headers: &[(&'static str, &str)], body: &[u8]) -> Result<(), SignatureError> {
    let account = Account { webhook_secret: "Jefe".into(), ..samples::account() };
    let headers =
        headers.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect();
    Waha::new(&ClientConfig::default()).expect("the usual settings build").verify_signature(&account, &headers, body)
}

#[test]
fn the_published_vector_verifies() {
    assert_eq!(check(&[(SIGNATURE_HEADER, HMAC)], BODY), Ok(()));
    assert_eq!(check(&[(SIGNATURE_HEADER, HMAC), (ALGORITHM_HEADER, "sha512")], BODY), Ok(()));
}

#[test]
fn whatever_else_does_not() {
    assert_eq!(check(&[], BODY), Err(SignatureError::Missing));
    assert_eq!(check(&[(SIGNATURE_HEADER, "xyz")], BODY), Err(SignatureError::Malformed));
    assert_eq!(check(&[(SIGNATURE_HEADER, HMAC), (ALGORITHM_HEADER, "sha256")], BODY), Err(SignatureError::Malformed));
    assert_eq!(check(&[(SIGNATURE_HEADER, "")], BODY), Err(SignatureError::Mismatch));
    assert_eq!(check(&[(SIGNATURE_HEADER, &HMAC[..126])], BODY), Err(SignatureError::Mismatch));
    assert_eq!(check(&[(SIGNATURE_HEADER, HMAC)], b"what do ya want for nothing!"), Err(SignatureError::Mismatch));
}

fn signed(key: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(key.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[test]
fn a_body_of_another_session_is_not_believed() {
    for (session, expected) in [("7001", Ok(())), ("7002", Err(SignatureError::Mismatch))] {
        let body = format!(r#"{{"event":"message","session":"{session}"}}"#);
        assert_eq!(check(&[(SIGNATURE_HEADER, &signed("Jefe", &body))], body.as_bytes()), expected);
    }
}

#[test]
fn an_empty_key_signs_nothing() {
    let account = Account { webhook_secret: "".into(), ..samples::account() };
    let signature = signed("", "{}").parse().expect("a value");
    let headers = HeaderMap::from_iter([(SIGNATURE_HEADER.parse().expect("a name"), signature)]);
    let provider = Waha::new(&ClientConfig::default()).expect("the usual settings build");
    assert_eq!(provider.verify_signature(&account, &headers, b"{}"), Err(SignatureError::Mismatch));
}
