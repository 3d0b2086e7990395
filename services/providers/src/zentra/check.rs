//! Whether a number is on WhatsApp. The shape of the answer is known from clients only.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use waybill_domain::provider::Refusal;

use crate::Account;
use crate::http::{self, Client, unreadable};
use crate::limits::invalid;
use crate::values::e164;
use crate::zentra::TOKEN_HEADER;
use crate::zentra::errors::{judge, judge_body};
use crate::zentra::fields::{address, field, is_success};

const NAMES: [&str; 10] = [
    "exists",
    "exist",
    "onWhatsapp",
    "on_whatsapp",
    "onWhatsApp",
    "numberExists",
    "isWhatsapp",
    "is_whatsapp",
    "existsWhatsapp",
    "registered",
];

pub async fn is_on_whatsapp(client: &Client, account: &Account, phone: &str) -> Result<bool, Refusal> {
    let phone = e164(phone).ok_or_else(|| invalid("this is no telephone number"))?;
    let mut body = Map::new();
    body.insert(field(account, "device_field", "device_uuid").to_owned(), json!(account.number_id));
    body.insert("phone".to_owned(), json!(&phone[1..]));
    let request = client
        .post(address(account, "check_path", "/check-whatsapp")?)?
        .header(TOKEN_HEADER, account.access_token.expose_secret())
        .json(&body);
    let reply = http::exchange(account, request).await.map_err(http::Verdict::of_question)?;
    if !reply.status.is_success() {
        return Err(judge(&reply).of_question());
    }
    let answer = reply.json().ok_or_else(|| unreadable("the answer is not json"))?;
    match read(&answer) {
        Some(exists) => Ok(exists),
        None if is_success(account, &answer) == Some(false) => Err(judge_body(&reply, &answer).of_question()),
        None => Err(unreadable("the check says neither yes nor no")),
    }
}

fn read(answer: &Value) -> Option<bool> {
    let places = [answer.get("data"), Some(answer), answer.get("data").and_then(|data| data.get(0))];
    places.into_iter().flatten().find_map(|place| NAMES.iter().find_map(|name| place.get(*name)?.as_bool()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_wherever_they_stand() {
        assert_eq!(read(&json!({ "success": true, "data": { "exists": false } })), Some(false));
        assert_eq!(read(&json!({ "onWhatsapp": true })), Some(true));
        assert_eq!(read(&json!({ "data": [{ "numberExists": true }] })), Some(true));
        assert_eq!(read(&json!({ "success": true })), None);
        assert_eq!(read(&json!([])), None);
    }
}
