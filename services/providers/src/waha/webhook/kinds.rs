//! What a message is made of. The gateway says it of texts, files, places and cards; the rest stands in the engine's own
//! data, which each engine shapes differently.

use serde_json::Value;

use crate::values::{first_text, float, text};
use crate::{Card, InboundMedia, Place, vcard, waha};

pub struct Said {
    pub kind: String,
    pub text: Option<String>,
    pub button_payload: Option<String>,
    pub media: Option<InboundMedia>,
    pub location: Option<Place>,
    pub cards: Vec<Card>,
}

impl Said {
    pub fn plain(kind: &str, text: Option<String>) -> Self {
        Self { kind: kind.into(), text, button_payload: None, media: None, location: None, cards: Vec::new() }
    }
}

pub fn read(message: &Value, id: &str) -> Said {
    let body = text(message, "body").map(str::to_owned);
    let said = Said::plain;
    if let Some(location) = place(message) {
        return Said { location: Some(location), ..said("location", body) };
    }
    if let Some(payload) = first_text(message, ROWS) {
        return Said { button_payload: Some(payload), ..said("interactive", first_text(message, ROW_TITLES).or(body)) };
    }
    if let Some(payload) = first_text(message, BUTTONS) {
        return Said { button_payload: Some(payload), ..said("button", first_text(message, BUTTON_LABELS).or(body)) };
    }
    if let Some(cards) = cards(message) {
        return Said { cards, ..said("contacts", None) };
    }
    let kind = engine_kind(message);
    let voice = kind == Some("voice") || is_recording(message);
    if let Some(media) = waha::media::of_message(message, id, voice) {
        let kind = match kind {
            Some("voice") => "audio",
            Some(kind) => kind,
            None => kind_of_type(media.mime_type.as_deref()),
        };
        return Said { media: Some(media), ..said(kind, body) };
    }
    match (kind, body) {
        (None, Some(body)) => said("text", Some(body)),
        (Some(kind), body) => said(if kind == "voice" { "audio" } else { kind }, body),
        (None, None) => said("unsupported", None),
    }
}

/// What the engine calls the message.
fn engine_kind(message: &Value) -> Option<&'static str> {
    if let Some(name) = message.pointer("/_data/type").and_then(Value::as_str) {
        return match name {
            "ptt" => Some("voice"),
            "image" => Some("image"),
            "video" => Some("video"),
            "audio" => Some("audio"),
            "document" => Some("document"),
            "sticker" => Some("sticker"),
            _ => None,
        };
    }
    let content = message.pointer("/_data/message").or_else(|| message.pointer("/_data/Message"))?.as_object()?;
    let kinds = [
        ("imageMessage", "image"),
        ("videoMessage", "video"),
        ("audioMessage", "audio"),
        ("documentMessage", "document"),
        ("documentWithCaptionMessage", "document"),
        ("stickerMessage", "sticker"),
    ];
    kinds.iter().find(|(name, _)| content.get(*name).is_some_and(Value::is_object)).map(|(_, kind)| *kind)
}

fn is_recording(message: &Value) -> bool {
    let places =
        ["/_data/message/audioMessage/ptt", "/_data/Message/audioMessage/PTT", "/_data/Message/audioMessage/ptt"];
    let told = places.iter().find_map(|place| message.pointer(place)?.as_bool());
    told.unwrap_or_else(|| first_text(message, &["/media/mimetype"]).is_some_and(|kind| kind.contains("opus")))
}

fn kind_of_type(mime_type: Option<&str>) -> &'static str {
    match mime_type.unwrap_or_default() {
        "image/webp" => "sticker",
        kind if kind.starts_with("image/") => "image",
        kind if kind.starts_with("video/") => "video",
        kind if kind.starts_with("audio/") => "audio",
        _ => "document",
    }
}

fn cards(message: &Value) -> Option<Vec<Card>> {
    let cards = message.get("vCards")?.as_array().filter(|cards| !cards.is_empty())?;
    Some(cards.iter().filter_map(|card| vcard::read(card.as_str()?)).collect())
}

fn place(message: &Value) -> Option<Place> {
    let location = message.get("location")?;
    Some(Place {
        latitude: float(location.get("latitude"))?,
        longitude: float(location.get("longitude"))?,
        name: first_text(location, &["/name", "/description"]),
        address: text(location, "address").map(str::to_owned),
    })
}

const BUTTONS: &[&str] = &[
    "/_data/selectedButtonId",
    "/_data/message/buttonsResponseMessage/selectedButtonId",
    "/_data/message/templateButtonReplyMessage/selectedId",
    "/_data/Message/buttonsResponseMessage/selectedButtonID",
    "/_data/Message/templateButtonReplyMessage/selectedID",
];

const BUTTON_LABELS: &[&str] = &[
    "/_data/message/buttonsResponseMessage/selectedDisplayText",
    "/_data/message/templateButtonReplyMessage/selectedDisplayText",
    "/_data/Message/templateButtonReplyMessage/selectedDisplayText",
];

const ROWS: &[&str] = &[
    "/_data/listResponse/singleSelectReply/selectedRowId",
    "/_data/message/listResponseMessage/singleSelectReply/selectedRowId",
    "/_data/Message/listResponseMessage/singleSelectReply/selectedRowID",
];

const ROW_TITLES: &[&str] = &[
    "/_data/listResponse/title",
    "/_data/message/listResponseMessage/title",
    "/_data/Message/listResponseMessage/title",
];
