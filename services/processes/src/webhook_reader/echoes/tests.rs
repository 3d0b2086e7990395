use super::*;
use chrono::{DateTime, Utc};

const SHOP: ProfileId = ProfileId(Uuid::from_u128(1));

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn echo(id: &str, by_api: bool) -> Echo {
    Echo {
        number_id: "shop".into(),
        provider_message_id: id.into(),
        to: None,
        user_id: None,
        group_id: None,
        group_name: None,
        at: at(1_000),
        kind: "text".into(),
        text: None,
        media: None,
        location: None,
        cards: Vec::new(),
        by_api,
        raw: serde_json::Value::Null,
    }
}

fn own(status: Status, named: &[&str]) -> Own {
    let named = named.iter().map(|id| (*id).to_owned()).collect();
    Own { profile_id: SHOP, begun_at: at(990), status, named }
}

#[test]
fn an_echo_waits_while_it_may_be_of_a_message_of_ours() {
    let judge = |own: Own| verdict(&echo("A", true), SHOP, Some(&[own]));
    assert_eq!(judge(own(Status::Sent, &["A"])), Verdict::Ours);
    assert_eq!(judge(own(Status::Sent, &["B"])), Verdict::Theirs);
    for status in [Status::Sending, Status::Uncertain] {
        assert_eq!(judge(own(status, &[])), Verdict::NotYet);
        assert_eq!(judge(Own { profile_id: ProfileId(Uuid::nil()), ..own(status, &[]) }), Verdict::Theirs);
        assert_eq!(judge(Own { begun_at: at(9_000), ..own(status, &[]) }), Verdict::Theirs);
    }
    assert_eq!(judge(own(Status::Failed, &[])), Verdict::Theirs);
}

#[test]
fn a_message_that_the_provider_named_not_is_taken_for_the_echo_that_fits() {
    assert_eq!(verdict(&echo("A", true), SHOP, Some(&[own(Status::Delivered, &[])])), Verdict::Ours);
    assert_eq!(verdict(&echo("A", true), SHOP, Some(&[])), Verdict::Theirs);
}

#[test]
fn what_was_written_on_the_phone_waits_for_nothing() {
    assert_eq!(verdict(&echo("A", false), SHOP, Some(&[own(Status::Sending, &[])])), Verdict::Theirs);
    assert_eq!(verdict(&echo("A", false), SHOP, Some(&[own(Status::Sent, &["A"])])), Verdict::Ours);
}

#[test]
fn an_echo_to_somebody_who_was_not_looked_at_waits_for_that() {
    assert_eq!(verdict(&echo("A", true), SHOP, None), Verdict::NotYet);
    assert_eq!(verdict(&echo("A", false), SHOP, None), Verdict::Theirs);
}
