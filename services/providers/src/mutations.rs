//! Bodies that no provider would send, for tests that nothing makes a reader of webhooks fail.

use proptest::prelude::*;
use serde_json::Value;

/// Any JSON, with names of a contract among its keys and values, so that mutations get past the envelope.
pub fn any_json(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let key = prop::sample::select(names);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(names).prop_map(Value::from),
        prop::sample::select(vec![
            "4915112345678@c.us",
            "120363@g.us",
            "1@lid",
            "true_a@c.us_X",
            "_",
            "@",
            "1790000000"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..6)
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// Replaces the value at the n-th place of a tree, counted round and round.
pub fn replaced(mut tree: Value, place: usize, with: &Value) -> Value {
    let mut place = place % count(&tree);
    replace_at(&mut tree, &mut place, with);
    tree
}

fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

fn replace_at(tree: &mut Value, place: &mut usize, with: &Value) {
    let here = *place == 0;
    *place = place.wrapping_sub(1);
    if here {
        *tree = with.clone();
        return;
    }
    match tree {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_at(item, place, with)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace_at(field, place, with)),
        _ => {}
    }
}

/// A body with some bytes overwritten, and cut.
pub fn broken(body: &Value, at: usize, bytes: &[u8], cut: usize) -> Vec<u8> {
    let mut body = body.to_string().into_bytes();
    let at = at % body.len();
    let end = (at + bytes.len()).min(body.len());
    body.splice(at..end, bytes.iter().copied());
    body.truncate(cut.max(1));
    body
}

/// Lists within lists, deeper than any reader should follow.
pub fn deep() -> String {
    format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))
}
