//! Pages by keyset: a cursor holds the sort key of the last row shown, so page one thousand costs what page one does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A stretch of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Opaque to callers; good only with the filters it was given for.
    pub next_cursor: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("the cursor is not one of this list")]
    BadCursor,
    #[error("read model: {0}")]
    Database(#[from] sqlx::Error),
}

impl<T> Page<T> {
    pub fn empty() -> Self {
        Self { items: Vec::new(), next_cursor: None }
    }

    /// From up to `limit + 1` rows: the one too many tells that there is more.
    pub(crate) fn cut<K: Serialize>(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| encode(&key(last)));
        Self { items: rows, next_cursor }
    }

    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next_cursor: self.next_cursor }
    }
}

fn encode(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).expect("cursor keys are plain data and serialise"))
}

pub(crate) fn decode<K: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<K>, QueryError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| QueryError::BadCursor)?;
    let key: Value = serde_json::from_slice(&bytes).map_err(|_| QueryError::BadCursor)?;
    if !is_comparable(&key) {
        return Err(QueryError::BadCursor);
    }
    serde_json::from_value(key).map(Some).map_err(|_| QueryError::BadCursor)
}

/// Whether Postgres can compare with it: there are texts that it does not take, and times that it does not have.
fn is_comparable(key: &Value) -> bool {
    match key {
        Value::Array(keys) => keys.iter().all(is_comparable),
        Value::String(text) => {
            let time = text.parse::<DateTime<Utc>>().ok();
            !text.contains('\0') && time.is_none_or(|time| (0..=9_999).contains(&time.year()))
        }
        _ => true,
    }
}

/// A pattern for `ilike` that finds `text` anywhere, with the pattern's own signs taken literally.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.trim().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// What lists sort by.
    type Time = (DateTime<Utc>, Uuid);
    type Text = (Option<String>, i64, Uuid);

    proptest! {
        #[test]
        fn no_cursor_panics(text in "\\PC{0,60}", json in "(\\[|\\]|,|null|\"[-+0-9TZ:.a-f]{0,30}\"|-?[0-9]{1,30}){0,8}") {
            let made = URL_SAFE_NO_PAD.encode(&json);
            for cursor in [text.as_str(), json.as_str(), made.as_str()] {
                let _ = (decode::<Time>(Some(cursor)), decode::<Text>(Some(cursor)), decode::<i64>(Some(cursor)));
            }
            prop_assert!(containing(&text).len() >= text.trim().len() + 2);
        }

        #[test]
        fn a_cursor_that_we_gave_is_read_as_it_was(text in prop::option::of("\\PC{0,20}"), number in any::<i64>()) {
            let key: Text = (text, number, Uuid::nil());
            prop_assert_eq!(decode::<Text>(Some(&encode(&key))).expect("ours"), Some(key));
        }
    }

    #[test]
    fn a_cursor_is_given_only_when_there_is_more() {
        let page = Page::cut(vec![1, 2, 3], 2, |row| *row);
        assert_eq!(page.items, vec![1, 2]);
        assert_eq!(decode::<i32>(page.next_cursor.as_deref()).expect("a cursor"), Some(2));
        assert_eq!(Page::cut(vec![1, 2], 2, |row| *row).next_cursor, None);
    }

    #[test]
    fn a_cursor_that_we_did_not_give_is_refused() {
        for cursor in ["", "!", "eyJhIjox", "bnVsbA=="] {
            assert!(matches!(decode::<i64>(Some(cursor)), Err(QueryError::BadCursor)), "{cursor}");
        }
        for key in [r#"["-262000-01-01T00:00:00Z"]"#, r#"["+262000-01-01T00:00:00Z"]"#, r#"["\u0000"]"#] {
            let cursor = URL_SAFE_NO_PAD.encode(key);
            assert!(matches!(decode::<(String,)>(Some(&cursor)), Err(QueryError::BadCursor)), "{key}");
        }
    }

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(containing(" 50%_a "), "%50\\%\\_a%");
    }
}
