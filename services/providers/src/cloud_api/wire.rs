//! The shapes of requests and answers. Every field of an answer may be missing, whatever the
//! documentation says.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Content, Outgoing};

/// The body of `POST /{phone_number_id}/messages`.
#[derive(Debug, Serialize)]
pub struct SendBody<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    to: &'a str,
    biz_opaque_callback_data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<ContextBody<'a>>,
    #[serde(flatten)]
    content: ContentBody<'a>,
}

#[derive(Debug, Serialize)]
struct ContextBody<'a> {
    message_id: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ContentBody<'a> {
    Text { text: TextBody<'a> },
    Template { template: TemplateBody<'a> },
}

#[derive(Debug, Serialize)]
struct TextBody<'a> {
    body: &'a str,
    preview_url: bool,
}

#[derive(Debug, Serialize)]
struct TemplateBody<'a> {
    name: &'a str,
    language: LanguageBody<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<ComponentBody<'a>>,
}

#[derive(Debug, Serialize)]
struct LanguageBody<'a> {
    code: &'a str,
}

#[derive(Debug, Serialize)]
struct ComponentBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    parameters: Vec<ParameterBody<'a>>,
}

#[derive(Debug, Serialize)]
struct ParameterBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}

impl<'a> SendBody<'a> {
    pub fn new(outgoing: &'a Outgoing) -> Self {
        Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to: &outgoing.to,
            biz_opaque_callback_data: outgoing.message_id.to_string(),
            context: outgoing.reply_to.as_deref().map(|message_id| ContextBody { message_id }),
            content: content(&outgoing.content),
        }
    }
}

fn content(content: &Content) -> ContentBody<'_> {
    match content {
        Content::Text { body, preview_url } => ContentBody::Text { text: TextBody { body, preview_url: *preview_url } },
        Content::Template { name, language, body_parameters } => {
            let parameters: Vec<_> = body_parameters.iter().map(|text| ParameterBody { kind: "text", text }).collect();
            let components =
                if parameters.is_empty() { Vec::new() } else { vec![ComponentBody { kind: "body", parameters }] };
            ContentBody::Template {
                template: TemplateBody { name, language: LanguageBody { code: language }, components },
            }
        }
    }
}

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
    use uuid::Uuid;

    fn body(content: Content, reply_to: Option<&str>) -> Value {
        let outgoing = Outgoing {
            message_id: Uuid::nil(),
            to: "+4915112345678".into(),
            content,
            reply_to: reply_to.map(Into::into),
        };
        serde_json::to_value(SendBody::new(&outgoing)).expect("plain data")
    }

    #[test]
    fn a_reply_with_text() {
        let content = Content::Text { body: "yes".into(), preview_url: false };
        let expected = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+4915112345678",
            "type": "text",
            "text": { "body": "yes", "preview_url": false },
            "context": { "message_id": "wamid.A" },
            "biz_opaque_callback_data": "00000000-0000-0000-0000-000000000000",
        });
        assert_eq!(body(content, Some("wamid.A")), expected);
    }

    #[test]
    fn a_template_with_and_without_parameters() {
        let template =
            |body_parameters| Content::Template { name: "order".into(), language: "en_US".into(), body_parameters };
        let with = body(template(vec!["Ann".into(), "7".into()]), None);
        let expected = json!({
            "name": "order",
            "language": { "code": "en_US" },
            "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ann" }, { "type": "text", "text": "7" }] }],
        });
        assert_eq!((&with["type"], &with["template"]), (&json!("template"), &expected));
        let without = body(template(Vec::new()), None);
        assert_eq!(without["template"], json!({ "name": "order", "language": { "code": "en_US" } }));
    }

    #[test]
    fn errors_with_odd_fields_still_have_their_code() {
        let odd = json!({ "code": "131026", "message": 7, "error_data": "gone", "title": "Undeliverable" });
        let error = ErrorBody::read(&odd).expect("an object");
        assert_eq!((error.code, error.explanation()), (Some(131_026), Some("Undeliverable")));
    }
}
