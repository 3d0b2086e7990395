//! Who is on WhatsApp, and who is in which group.

use serde_json::json;
use waybill_domain::provider::ErrorClass;
use waybill_providers::{Group, Member};

use crate::rig::{PERSON, Rig};

pub async fn a_check_tells_who_is_there(rig: &Rig) {
    let check = rig.provider.number_check().expect("it checks numbers");
    assert_eq!(check.is_on_whatsapp(&rig.account, PERSON).await, Ok(true));
    // By the sandbox's rule nobody has such a number.
    assert_eq!(check.is_on_whatsapp(&rig.account, "+4915112340000").await, Ok(false));
    let refusal = check.is_on_whatsapp(&rig.account, "Ann").await.expect_err("no number");
    assert_eq!(refusal.class, ErrorClass::Param);
    let refusal = check.is_on_whatsapp(&rig.stranger(), PERSON).await.expect_err("a stranger");
    assert_eq!(refusal.class, ErrorClass::Auth);
    let refusal = check.is_on_whatsapp(&rig.nobody(), PERSON).await.expect_err("nobody");
    assert_eq!(refusal.class, ErrorClass::Retry);
}

pub async fn groups_have_members_some_of_whom_hide(rig: &Rig) {
    let members = json!([
        { "id": "4915112345678@c.us", "phone": "4915112345678", "admin": true },
        { "id": "77@lid", "phone": null, "admin": false },
    ]);
    let groups = json!([{ "id": "120363000000000077@g.us", "name": "Team", "members": members }]);
    rig.put(&rig.device("groups"), groups).await;
    let groups = rig.provider.groups().expect("it lists groups");
    let expected = Group { id: "120363000000000077@g.us".into(), name: "Team".into() };
    assert_eq!(groups.groups(&rig.account).await, Ok(vec![expected]));
    let members = groups.members(&rig.account, "120363000000000077@g.us").await.expect("members");
    let expected = [
        Member { id: "4915112345678@c.us".into(), phone: Some(PERSON.into()), admin: true },
        Member { id: "77@lid".into(), phone: None, admin: false },
    ];
    assert_eq!(members, expected);
    assert!(groups.members(&rig.account, "120363000000000078@g.us").await.is_err());
    assert!(groups.members(&rig.account, "../sessions").await.is_err());
}
