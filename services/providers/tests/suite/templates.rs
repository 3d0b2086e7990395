//! Templates, and what the provider thinks of a number.

use serde_json::{Value, json};
use waybill_domain::provider::ErrorClass;
use waybill_providers::{Account, Notice};

use crate::rig::Rig;

pub async fn all_pages_are_listed(rig: &Rig) {
    let number = &rig.account.number_id;
    rig.put(&format!("/_sandbox/cloud/{number}/business_account"), json!({ "id": "9001" })).await;
    let template = |place: usize| {
        json!({
            "id": (1_000 + place).to_string(), "name": format!("suite_{place}"), "language": "en_US",
            "status": if place == 7 { "PAUSED" } else { "APPROVED" }, "category": "UTILITY",
            "components": [{ "type": "BODY", "text": "Hi {{1}}" }],
        })
    };
    let wanted: Vec<Value> = (0..230).map(template).collect();
    rig.put(&format!("/_sandbox/cloud/{number}/templates"), json!(wanted)).await;
    let templates = rig.provider.templates().expect("it has templates");
    let listed = templates.templates(&rig.account).await.expect("a list");
    let ours: Vec<_> = listed.iter().filter(|template| template.name.starts_with("suite_")).collect();
    assert_eq!(ours.len(), 230);
    let paused = ours.iter().find(|template| template.name == "suite_7").expect("listed");
    assert_eq!((paused.status.as_str(), paused.category.as_str()), ("paused", "utility"));
    let refusal = templates.templates(&rig.stranger()).await.expect_err("a stranger");
    assert_eq!(refusal.class, ErrorClass::Auth);
    let nameless = Account { settings: Default::default(), ..rig.account.clone() };
    assert_eq!(templates.templates(&nameless).await.expect_err("no account").class, ErrorClass::Auth);
}

pub async fn a_number_has_its_standing(rig: &mut Rig) {
    let path = format!("/_sandbox/cloud/{}/quality", rig.account.number_id);
    rig.put(&path, json!({ "rating": "YELLOW", "messaging_limit": "TIER_10K" })).await;
    let provider = rig.provider.clone();
    let health = provider.number_health().expect("it tells quality");
    let standing = health.standing(&rig.account).await.expect("a standing");
    assert_eq!(standing.quality.rating.as_deref(), Some("yellow"));
    assert_eq!(standing.quality.messaging_limit, Some(10_000));
    let limit = rig.notice(|notice| match notice {
        Notice::Quality { change, .. } => change.messaging_limit,
        _ => None,
    });
    assert_eq!(limit.await, 10_000);
}
