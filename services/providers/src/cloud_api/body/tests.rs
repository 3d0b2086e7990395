use super::*;
use crate::{Row, Section};
use uuid::Uuid;

fn sent(content: Content) -> Value {
    body(&Outgoing { message_id: Uuid::nil(), to: Recipient::Phone("+4915112345678".into()), content, reply_to: None })
}

fn media(kind: MediaKind, source: MediaSource, caption: Option<&str>) -> Media {
    let caption = caption.map(str::to_owned);
    Media { kind, source, mime_type: "application/pdf".into(), file_name: "a.pdf".into(), caption }
}

fn parameter_of(name: Option<&str>, text: &str) -> Parameter {
    Parameter { name: name.map(str::to_owned), text: text.into() }
}

#[test]
fn a_reply_with_text() {
    let outgoing = Outgoing {
        message_id: Uuid::nil(),
        to: Recipient::Phone("+4915112345678".into()),
        content: Content::Text { body: "yes".into(), preview_url: false },
        reply_to: Some("wamid.A".into()),
    };
    let expected = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4915112345678",
        "type": "text",
        "text": { "body": "yes", "preview_url": false },
        "context": { "message_id": "wamid.A" },
        "biz_opaque_callback_data": "00000000-0000-0000-0000-000000000000",
    });
    assert_eq!(body(&outgoing), expected);
}

#[test]
fn a_group_is_another_type_of_recipient() {
    let content = Content::Text { body: "all".into(), preview_url: false };
    let to = Recipient::Chat("Y2FwaV9ncm91cA".into());
    let body = body(&Outgoing { message_id: Uuid::nil(), to, content, reply_to: None });
    assert_eq!((&body["recipient_type"], &body["to"]), (&json!("group"), &json!("Y2FwaV9ncm91cA")));
}

#[test]
fn who_hides_the_number_is_written_to_by_the_user_id() {
    for id in ["US.13491208655302741918", "DE.ENT.11815799212886844830"] {
        let content = Content::Text { body: "hi".into(), preview_url: false };
        let to = Recipient::Chat(id.into());
        let body = body(&Outgoing { message_id: Uuid::nil(), to, content, reply_to: None });
        assert_eq!((&body["recipient_type"], &body["recipient"]), (&json!("individual"), &json!(id)));
        assert!(body.get("to").is_none());
    }
    for id in ["Y2FwaV9ncm91cA==", "120363.1", "us.1", "US.", "DEU.1"] {
        assert!(!is_user_id(id), "{id}");
    }
}

#[test]
fn media_by_link_and_by_id() {
    let link = MediaSource::Link("https://example.com/a.jpg".into());
    let image = sent(Content::Media(media(MediaKind::Image, link, Some("us"))));
    assert_eq!(image["type"], "image");
    assert_eq!(image["image"], json!({ "link": "https://example.com/a.jpg", "caption": "us" }));
    let id = || MediaSource::Uploaded("77".into());
    let document = sent(Content::Media(media(MediaKind::Document, id(), None)));
    assert_eq!(document["document"], json!({ "id": "77", "filename": "a.pdf" }));
    let voice = sent(Content::Media(media(MediaKind::Voice, id(), None)));
    assert_eq!((&voice["type"], &voice["audio"]), (&json!("audio"), &json!({ "id": "77", "voice": true })));
    let audio = sent(Content::Media(media(MediaKind::Audio, id(), None)));
    assert_eq!(audio["audio"], json!({ "id": "77" }));
    let sticker = sent(Content::Media(media(MediaKind::Sticker, id(), None)));
    assert_eq!(sticker["sticker"], json!({ "id": "77" }));
}

#[test]
fn places_cards_and_reactions() {
    let place = Location { latitude: 52.5, longitude: 13.4, name: Some("Tower".into()), address: None };
    assert_eq!(
        sent(Content::Location(place))["location"],
        json!({ "latitude": 52.5, "longitude": 13.4, "name": "Tower" })
    );
    let card = Card {
        formatted_name: "Ann Lee".into(),
        first_name: None,
        last_name: None,
        organisation: Some("Market".into()),
        phones: vec!["+4915112345678".into()],
        emails: Vec::new(),
    };
    let expected = json!([{
        "name": { "formatted_name": "Ann Lee", "first_name": "Ann Lee" },
        "org": { "company": "Market" },
        "phones": [{ "phone": "+4915112345678", "wa_id": "4915112345678" }],
    }]);
    assert_eq!(sent(Content::Contacts(vec![card]))["contacts"], expected);
    let reaction = Content::Reaction { provider_message_id: "wamid.A".into(), emoji: String::new() };
    assert_eq!(sent(reaction)["reaction"], json!({ "message_id": "wamid.A", "emoji": "" }));
}

#[test]
fn a_template_with_everything_and_with_nothing() {
    let header = media(MediaKind::Image, MediaSource::Uploaded("77".into()), Some("not shown"));
    let template = Template {
        name: "order".into(),
        language: "en_US".into(),
        header: Some(TemplateHeader::Media(header)),
        body: vec![parameter_of(Some("first"), "Ann"), parameter_of(None, "7")],
        buttons: vec![(0, ButtonParameter::UrlSuffix("o/7".into())), (1, ButtonParameter::Payload("STOP".into()))],
    };
    let expected = json!({
        "name": "order",
        "language": { "code": "en_US" },
        "components": [
            { "type": "header", "parameters": [{ "type": "image", "image": { "id": "77" } }] },
            { "type": "body", "parameters": [
                { "type": "text", "text": "Ann", "parameter_name": "first" },
                { "type": "text", "text": "7" },
            ] },
            { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "o/7" }] },
            { "type": "button", "sub_type": "quick_reply", "index": "1",
              "parameters": [{ "type": "payload", "payload": "STOP" }] },
        ],
    });
    assert_eq!(sent(Content::Template(template.clone()))["template"], expected);
    let bare = Template { header: None, body: Vec::new(), buttons: Vec::new(), ..template };
    assert_eq!(sent(Content::Template(bare))["template"], json!({ "name": "order", "language": { "code": "en_US" } }));
}

#[test]
fn buttons_and_lists() {
    let buttons = Buttons {
        header: Some("Order".into()),
        body: "Now?".into(),
        footer: None,
        buttons: vec![("y".into(), "Yes".into())],
    };
    let expected = json!({
        "type": "button",
        "header": { "type": "text", "text": "Order" },
        "body": { "text": "Now?" },
        "action": { "buttons": [{ "type": "reply", "reply": { "id": "y", "title": "Yes" } }] },
    });
    let body = sent(Content::Buttons(buttons));
    assert_eq!((&body["type"], &body["interactive"]), (&json!("interactive"), &expected));
    let row = Row { id: "r1".into(), title: "First".into(), description: Some("the first".into()) };
    let list = List {
        header: None,
        body: "Which?".into(),
        footer: Some("thanks".into()),
        button: "Choose".into(),
        sections: vec![Section { title: "All".into(), rows: vec![row] }],
    };
    let expected = json!({
        "type": "list",
        "body": { "text": "Which?" },
        "footer": { "text": "thanks" },
        "action": { "button": "Choose", "sections": [
            { "title": "All", "rows": [{ "id": "r1", "title": "First", "description": "the first" }] },
        ] },
    });
    assert_eq!(sent(Content::List(list))["interactive"], expected);
}
