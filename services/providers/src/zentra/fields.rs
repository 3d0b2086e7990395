//! What an account calls the parts of the wire.

use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::Account;
use crate::http::invalid_account;
use crate::values::text_or_number;

/// A setting, or what it is as far as anybody knows.
pub fn field<'a>(account: &'a Account, name: &str, usual: &'a str) -> &'a str {
    account.setting(name).map_or(usual, str::trim)
}

/// The address of a method.
pub fn address(account: &Account, name: &str, usual: &str) -> Result<String, Refusal> {
    let path = field(account, name, usual);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    if !path.starts_with('/') || !path.bytes().all(allowed) || path.contains("..") {
        return Err(invalid_account("the path of a method is none"));
    }
    if account.number_id.trim().is_empty() {
        return Err(invalid_account("the account names no device"));
    }
    Ok(format!("{}{path}", account.base_url.trim_end_matches('/')))
}

/// Whether an answer says that it was a success; `None` where it says nothing of it.
pub fn is_success(account: &Account, answer: &Value) -> Option<bool> {
    let told = match answer.pointer(field(account, "success_pointer", "/success"))? {
        Value::Bool(told) => told.to_string(),
        other => text_or_number(Some(other))?,
    };
    Some(told.eq_ignore_ascii_case(field(account, "success_value", "true")))
}

/// The message's id, if the answer has one.
pub fn message_id(account: &Account, answer: &Value) -> Option<String> {
    let places = field(account, "id_pointers", "/data/id,/data/uuid");
    places.split(',').find_map(|place| text_or_number(answer.pointer(place.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use serde_json::json;

    fn account(settings: &[(&str, &str)]) -> Account {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Account { settings: settings.iter().map(own).collect(), ..samples::account() }
    }

    #[test]
    fn a_success_is_what_the_settings_say() {
        let usual = account(&[]);
        assert_eq!(is_success(&usual, &json!({ "success": true })), Some(true));
        assert_eq!(is_success(&usual, &json!({ "success": "true" })), Some(true));
        assert_eq!(is_success(&usual, &json!({ "success": false })), Some(false));
        assert_eq!(is_success(&usual, &json!({ "status": "ok" })), None);
        assert_eq!(is_success(&usual, &json!({ "success": null })), None);
        let other = account(&[("success_pointer", "/result/code"), ("success_value", "0")]);
        assert_eq!(is_success(&other, &json!({ "result": { "code": 0 } })), Some(true));
        assert_eq!(is_success(&other, &json!({ "result": { "code": 7 } })), Some(false));
    }

    #[test]
    fn the_id_is_looked_for_in_turn() {
        let usual = account(&[]);
        assert_eq!(message_id(&usual, &json!({ "data": { "uuid": "u", "id": 7 } })).as_deref(), Some("7"));
        assert_eq!(message_id(&usual, &json!({ "data": { "uuid": "u" } })).as_deref(), Some("u"));
        assert_eq!(message_id(&usual, &json!({ "data": [] })), None);
        let other = account(&[("id_pointers", "/a, /b")]);
        assert_eq!(message_id(&other, &json!({ "b": "x" })).as_deref(), Some("x"));
    }

    #[test]
    fn paths_stay_on_the_server() {
        let path = |path: &str| address(&account(&[("path", path)]), "path", "/messages").ok();
        assert_eq!(path("/send/now").as_deref(), Some("http://127.0.0.1:9/send/now"));
        assert_eq!(path(" ").as_deref(), Some("http://127.0.0.1:9/messages"));
        for bad in ["send", "/a?b=c", "@evil.example/", "/../x", "/a#b", "//evil.example\\"] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
