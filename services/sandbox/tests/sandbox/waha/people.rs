//! What people write, and the groups they are in.

use serde_json::json;

use crate::green::linked;
use crate::waha::{check_signature, get, of, post, text, working};

#[tokio::test]
async fn people_write_and_are_heard() {
    let (rig, mut postbox) = working("NOWEB", linked()).await;
    let order = json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "Hi", "name": "Ann" });
    rig.control("inbound", order).await;
    let heard = postbox.next("heard", of("message")).await;
    check_signature(&heard);
    let payload = &heard.body["payload"];
    assert_eq!(
        (&payload["from"], &payload["fromMe"], &payload["body"]),
        (&json!("4915187654321@c.us"), &json!(false), &json!("Hi"))
    );
    postbox.next("heard again", of("message.any")).await;
    rig.until("counted", |stats| stats["inbound_sent"] == 1).await;
}

#[tokio::test]
async fn people_write_in_every_way() {
    let (rig, mut postbox) = working("NOWEB", linked()).await;
    let cases = [
        ("image", "message", "/payload/media/mimetype", json!("image/png")),
        ("voice", "message", "/payload/media/mimetype", json!("audio/ogg; codecs=opus")),
        ("document", "message", "/payload/media/filename", json!("document.pdf")),
        ("location", "message", "/payload/location/latitude", json!("52.52")),
        ("contacts", "message", "/payload/hasMedia", json!(false)),
        ("button", "message", "/payload/_data/message/buttonsResponseMessage/selectedButtonId", json!("Hello")),
        (
            "list",
            "message",
            "/payload/_data/message/listResponseMessage/singleSelectReply/selectedRowId",
            json!("Hello"),
        ),
        ("reaction", "message.reaction", "/payload/reaction/messageId", json!("true_4915187654321@c.us_AA")),
        ("edited", "message.edited", "/payload/editedMessageId", json!("AA")),
        ("deleted", "message.revoked", "/payload/revokedMessageId", json!("AA")),
        ("text", "message", "/payload/replyTo/id", json!("AA")),
    ];
    for (kind, event, pointer, expected) in cases {
        let about = matches!(kind, "reaction" | "edited" | "deleted" | "text").then_some("true_4915187654321@c.us_AA");
        rig.control("inbound", json!({
            "provider": "waha", "profile": "shop", "from": "+4915187654321", "type": kind, "text": "Hello", "context_id": about,
        }))
        .await;
        let post = postbox.next(kind, of(event)).await;
        assert_eq!(post.body.pointer(pointer), Some(&expected), "{kind}: {}", post.body);
    }
    rig.control("inbound", json!({ "provider": "waha", "profile": "shop", "user_id": "77", "text": "Hidden" })).await;
    assert_eq!(postbox.next("hidden", of("message")).await.body["payload"]["from"], "77@lid");
    rig.control(
        "inbound",
        json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "Mine", "from_phone": true }),
    )
    .await;
    let post = postbox.next("on the phone", |body| body["payload"]["source"] == "app").await;
    assert_eq!(
        (&post.body["event"], &post.body["payload"]["to"]),
        (&json!("message.any"), &json!("4915187654321@c.us"))
    );
}

#[tokio::test]
async fn groups_have_members_without_a_number() {
    let (rig, mut postbox) = working("GOWS", linked()).await;
    let (_, groups) = get(&rig, "shop/groups?exclude=participants").await;
    assert_eq!(groups.as_array().map(Vec::len), Some(2));
    let id = groups[0]["JID"].as_str().expect("an id").to_owned();
    let (_, members) = get(&rig, &format!("shop/groups/{id}/participants/v2")).await;
    let members = members.as_array().expect("members");
    assert!(
        members
            .iter()
            .any(|member| member["id"].as_str().is_some_and(|id| id.ends_with("@lid")) && member.get("pn").is_none())
    );
    assert!(members.iter().any(|member| member["role"] == "superadmin" && member["pn"].is_string()));
    assert_eq!(post(&rig, "sendText", text(&id, "All")).await.0, 201);
    let ack = postbox.next("acknowledged", of("message.ack.group")).await;
    assert!(ack.body["payload"]["participant"].is_string());
    rig.control(
        "inbound",
        json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "All", "group_id": id }),
    )
    .await;
    let heard = postbox.next("heard", of("message")).await;
    assert_eq!(
        (&heard.body["payload"]["from"], &heard.body["payload"]["participant"]),
        (&json!(id), &json!("4915187654321@c.us"))
    );
    let (_, pair) = get(&rig, "shop/lids/pn/4915187654321").await;
    assert!(pair["lid"].as_str().expect("text").ends_with("@lid"));
}
