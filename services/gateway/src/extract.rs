//! What axum extracts, with problems in place of its own rejections.

use crate::problem::Problem;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// The parameters of the path. One that is no id names nothing, as an unknown id does.
#[derive(Debug, Clone, Copy)]
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// The query, with the field that cannot be read. A parameter that is given empty is one that is not given.
#[derive(Debug, Clone)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::bad_request("malformed", "the query cannot be read"))?;
        if let Some((field, _)) = pairs.iter().find(|(_, value)| value.contains('\0')) {
            return Err(Problem::bad_request("invalid", NO_NUL).field(field, NO_NUL));
        }
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(
            pairs.map(|(key, value)| (key, Loose(value))),
        );
        serde_path_to_error::deserialize(query).map(Self).map_err(|error| {
            let field = error.path().to_string();
            Problem::bad_request("invalid", format_args!("{field}: {}", error.inner())).field(&field, error.inner())
        })
    }
}

/// Postgres keeps no NUL, in text or in JSON.
const NO_NUL: &str = "texts have no NUL characters";

/// A text that is read as whatever the field is.
struct Loose(String);

macro_rules! read_as {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            use serde::de::Error;
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Self::Error::custom(format_args!("cannot be `{}`", self.0.escape_default()))),
            }
        }
    )*};
}

impl<'de> serde::de::IntoDeserializer<'de, serde::de::value::Error> for Loose {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Loose {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        use serde::de::IntoDeserializer;
        visitor.visit_enum(self.0.into_deserializer())
    }

    read_as!(deserialize_bool => visit_bool, deserialize_i32 => visit_i32, deserialize_i64 => visit_i64,
        deserialize_u32 => visit_u32, deserialize_u64 => visit_u64);

    serde::forward_to_deserialize_any! {
        i8 i16 u8 u16 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// A body of JSON, still as it came; its hash is part of an idempotency key.
pub async fn body(request: Request) -> Result<Bytes, Problem> {
    let is_json = is_json(request.headers());
    let bytes = Bytes::from_request(request, &()).await.map_err(|rejection| {
        let status = axum::response::IntoResponse::into_response(rejection).status();
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too_large", "a JSON body has 1 MiB at most"),
            _ => Problem::bad_request("malformed", "the body cannot be read"),
        }
    })?;
    if !bytes.is_empty() && !is_json {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "media_type", "the body has to be application/json"));
    }
    Ok(bytes)
}

/// Reads JSON; no body is an empty object.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.is_empty() { b"{}" } else { body };
    // Structures are read from arrays too, which nobody means.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::refused("invalid", "the body has to be an object"));
    }
    // NUL has one spelling in JSON. That an escaped backslash before `u0000` is refused too hurts nobody.
    if body.windows(6).any(|window| window == br"\u0000") {
        return Err(Problem::refused("invalid", NO_NUL));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.inner();
        match inner.classify() {
            serde_json::error::Category::Data => Problem::refused("invalid", inner).field(&field, inner),
            _ => Problem::bad_request("malformed_json", inner),
        }
    })?;
    json.end().map_err(|error| Problem::bad_request("malformed_json", error))?;
    Ok(value)
}

/// For a field that is an object: structures are read from arrays too, which nobody means.
pub fn object<'de, D: serde::Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    use serde::de::Error;
    match <serde_json::Value as serde::Deserialize>::deserialize(from)? {
        value @ serde_json::Value::Object(_) => serde_json::from_value(value).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected an object")),
    }
}

/// The same for one that may be left out.
pub fn some_object<'de, D: serde::Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    use serde::de::Error;
    match <serde_json::Value as serde::Deserialize>::deserialize(from)? {
        serde_json::Value::Null => Ok(None),
        value => object(value).map(Some).map_err(D::Error::custom),
    }
}

/// For a field that may be left out and may be `null`, which is not the same.
pub fn given<'de, D: serde::Deserializer<'de>, T: serde::Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// A time in a body that may be left out, named by its field where it is none.
pub fn time(field: &str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, Problem> {
    let parse = |text: &str| {
        let time = DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc));
        time.map_err(|_| Problem::invalid(field, "is a time such as 2026-03-01T09:00:00Z"))
    };
    text.map(parse).transpose()
}
