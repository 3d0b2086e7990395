//! Reading JSON that need not be as it was yesterday: what is missing or of another type is as good as not there.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::Notice;
use crate::escapes::mend;

/// Reads a body, mending what our stores could not keep.
pub fn parse(body: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&mend(body))
}

/// A text that is there and not empty.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The first text that is there, by JSON pointers.
pub fn first_text(value: &Value, places: &[&str]) -> Option<String> {
    let mut texts = places.iter().filter_map(|place| value.pointer(place).and_then(Value::as_str));
    texts.find(|text| !text.is_empty()).map(str::to_owned)
}

/// A text, or a number as one: ids are seen as both.
pub fn text_or_number(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also as a text.
pub fn float(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A whole number, also as a text.
pub fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Seconds since 1970, as text or number, whole or not; milliseconds where they cannot be seconds.
pub fn timestamp(value: Option<&Value>) -> Option<DateTime<Utc>> {
    let number = integer(value).or_else(|| float(value).map(|number| number as i64))?;
    if number.unsigned_abs() > 100_000_000_000 {
        DateTime::from_timestamp_millis(number)
    } else {
        DateTime::from_timestamp(number, 0)
    }
}

/// A person's number with its plus sign, if it is one.
pub fn e164(phone: &str) -> Option<String> {
    let digits = phone.trim().trim_start_matches('+');
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plausible.then(|| format!("+{digits}"))
}

/// The number in an id of WhatsApp's own form, such as `4915112345678@c.us`. Groups and hidden people have none.
pub fn phone_of_chat(id: &str) -> Option<String> {
    let (user, server) = id.split_once('@')?;
    // A device of a person stands behind a colon.
    let user = user.split(':').next().unwrap_or(user);
    if matches!(server, "c.us" | "s.whatsapp.net") { e164(user) } else { None }
}

/// The id of a person who hides the number.
pub fn hidden_id(id: &str) -> Option<&str> {
    id.ends_with("@lid").then_some(id)
}

pub fn is_group(id: &str) -> bool {
    id.ends_with("@g.us")
}

/// Stories, lists and channels: nobody's chat.
pub fn is_broadcast(id: &str) -> bool {
    id.ends_with("@broadcast") || id.ends_with("@newsletter")
}

/// The items of a list, taken out.
pub fn take_list(value: &mut Value, name: &str) -> Vec<Value> {
    value.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
}

pub fn unsupported(reason: &str, raw: Value) -> Notice {
    Notice::Unsupported { reason: reason.into(), raw }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_seconds_or_milliseconds_in_any_form() {
        let at = DateTime::from_timestamp(1_790_000_000, 0);
        for value in [json!(1_790_000_000), json!("1790000000"), json!(1_790_000_000.853), json!(1_790_000_000_000_i64)]
        {
            assert_eq!(timestamp(Some(&value)), at, "{value}");
        }
        for value in [json!("soon"), json!(null), json!([]), json!(1e300)] {
            assert!(timestamp(Some(&value)).is_none(), "{value}");
        }
    }

    #[test]
    fn only_people_have_numbers() {
        assert_eq!(phone_of_chat("4915112345678@c.us").as_deref(), Some("+4915112345678"));
        assert_eq!(phone_of_chat("4915112345678:12@s.whatsapp.net").as_deref(), Some("+4915112345678"));
        for id in ["120363000000000000@g.us", "123123123@lid", "status@broadcast", "4915112345678", "@c.us", ""] {
            assert_eq!(phone_of_chat(id), None, "{id}");
        }
    }
}
