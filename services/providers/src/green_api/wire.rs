//! Addresses of Green API. The token stands in the path, so no address is ever shown.

use secrecy::ExposeSecret;
use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::green_api::errors::judge;
use crate::http::{self, Client, invalid_account};
use crate::values::is_group;
use crate::{Account, Recipient};

/// The address of a method.
pub fn address(account: &Account, method: &str) -> Result<String, Refusal> {
    join(account, &account.base_url, method)
}

/// The address of a method that takes files.
pub fn media_address(account: &Account, method: &str) -> Result<String, Refusal> {
    join(account, &media_base(account), method)
}

fn join(account: &Account, base: &str, method: &str) -> Result<String, Refusal> {
    let id = &account.number_id;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid_account("the instance is not a number"));
    }
    let token = account.access_token.expose_secret();
    if !http::is_path_segment(token) {
        return Err(invalid_account("the token of the instance cannot be part of an address"));
    }
    Ok(format!("{}/waInstance{id}/{method}/{token}", base.trim_end_matches('/')))
}

/// Files have a host of their own, named like that of the methods.
pub fn media_base(account: &Account) -> String {
    if let Some(url) = account.setting("media_url") {
        return url.to_owned();
    }
    let is_green = reqwest::Url::parse(&account.base_url).ok().is_some_and(|url| {
        let host = url.host_str().unwrap_or_default();
        ["green-api.com", "greenapi.com"].iter().any(|name| host.ends_with(&format!("api.{name}")))
    });
    let base = &account.base_url;
    match base.rfind("api.green") {
        Some(at) if is_green => format!("{}media{}", &base[..at], &base[at + 3..]),
        _ => base.clone(),
    }
}

/// The chat of a recipient.
pub fn chat_id(to: &Recipient) -> Result<String, Refusal> {
    match to {
        Recipient::Phone(phone) => match crate::values::e164(phone) {
            Some(phone) => Ok(format!("{}@c.us", &phone[1..])),
            None => Err(crate::limits::invalid("the recipient is no telephone number")),
        },
        Recipient::Chat(chat) if is_group(chat) || chat.ends_with("@c.us") || chat.ends_with("@lid") => {
            Ok(chat.clone())
        }
        Recipient::Chat(_) => Err(crate::limits::invalid("the recipient is no chat of this provider")),
    }
}

pub async fn get(client: &Client, account: &Account, method: &str) -> Result<Value, Refusal> {
    http::ask(account, client.get(address(account, method)?)?, judge).await
}

pub async fn post(client: &Client, account: &Account, method: &str, body: &Value) -> Result<Value, Refusal> {
    http::ask(account, client.post(address(account, method)?)?.json(body), judge).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn files_have_a_host_of_their_own() {
        let base = |base_url: &str| media_base(&Account { base_url: base_url.into(), ..samples::account() });
        assert_eq!(base("https://api.green-api.com"), "https://media.green-api.com");
        assert_eq!(base("https://7103.api.greenapi.com"), "https://7103.media.greenapi.com");
        assert_eq!(base("http://127.0.0.1:1/green"), "http://127.0.0.1:1/green");
        assert_eq!(base("https://api.green-api.com.example"), "https://api.green-api.com.example");
        let mut account = samples::account();
        account.settings.insert("media_url".into(), "https://files.example".into());
        assert_eq!(media_base(&account), "https://files.example");
    }

    #[test]
    fn an_account_that_cannot_be_addressed_is_refused() {
        let good = Account { access_token: "abc123".into(), ..samples::account() };
        assert_eq!(address(&good, "qr").expect("good"), "http://127.0.0.1:9/waInstance7001/qr/abc123");
        for (number_id, token) in [("", "a"), ("12a", "a"), ("1/2", "a"), ("1", ""), ("1", "a/b"), ("1", "a?b")] {
            let account =
                Account { number_id: number_id.into(), access_token: token.to_owned().into(), ..samples::account() };
            assert!(address(&account, "qr").is_err(), "{number_id} {token}");
        }
    }

    #[test]
    fn chats_of_people_and_groups() {
        let chat = |to: Recipient| chat_id(&to).ok();
        assert_eq!(chat(Recipient::Phone("+4915112345678".into())).as_deref(), Some("4915112345678@c.us"));
        for id in ["120363000@g.us", "4915112345678@c.us", "77@lid"] {
            assert_eq!(chat(Recipient::Chat(id.into())).as_deref(), Some(id));
        }
        assert_eq!(chat(Recipient::Chat("120363000".into())), None);
        assert_eq!(chat(Recipient::Phone("Ann".into())), None);
    }
}
