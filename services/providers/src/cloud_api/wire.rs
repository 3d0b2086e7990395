//! The shapes of answers. Every field of an answer may be missing, whatever the documentation says.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An answer to a send: an error, or the ids of what was taken.
#[derive(Debug, Deserialize)]
pub struct AnswerBody {
    #[serde(default, deserialize_with = "lenient")]
    pub error: Option<ErrorBody>,
    #[serde(default, deserialize_with = "lenient")]
    messages: Option<Vec<MessageBody>>,
}

#[derive(Debug, Deserialize)]
struct MessageBody {
    id: String,
}

impl AnswerBody {
    pub fn message_id(self) -> Option<String> {
        let first = self.messages?.into_iter().next()?;
        // Ids are shown with blanks around them in places.
        let id = first.id.trim();
        (!id.is_empty()).then(|| id.to_owned())
    }
}

/// Meta's error object, in answers and in webhooks.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
pub struct ErrorBody {
    #[serde(default, deserialize_with = "code")]
    pub code: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    error_data: Option<ErrorData>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
struct ErrorData {
    #[serde(default, deserialize_with = "lenient")]
    details: Option<String>,
}

impl ErrorBody {
    pub fn read(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }

    /// The most telling text there is.
    pub fn explanation(&self) -> Option<&str> {
        let details = self.error_data.as_ref().and_then(|data| data.details.as_deref());
        details.or(self.message.as_deref()).or(self.title.as_deref())
    }
}

/// A field of the wrong type is as good as none.
fn lenient<'de, D: Deserializer<'de>, T: for<'any> Deserialize<'any>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// Codes are numbers, but have been seen as text.
fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn errors_with_odd_fields_still_have_their_code() {
        let odd = json!({ "code": "131026", "message": 7, "error_data": "gone", "title": "Undeliverable" });
        let error = ErrorBody::read(&odd).expect("an object");
        assert_eq!((error.code, error.explanation()), (Some(131_026), Some("Undeliverable")));
    }
}
