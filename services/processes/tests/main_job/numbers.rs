//! Numbers under every limit: who sends how much, what holds a campaign back, and what happens to a number that fails.

use crate::rig::Rig;
use chrono::{NaiveTime, TimeDelta};
use serde_json::json;
use waybill_domain::campaign::{Spread, Status};
use waybill_domain::hours::{ActiveHours, Window};
use waybill_domain::package::Distribution;
use waybill_domain::package::limits::{Limit, Settings};
use waybill_domain::package::strategy::Strategy;
use waybill_domain::profile::health::Cause;
use waybill_domain::profile::{self, Rank};

fn rank(weight: u32, priority: u32) -> Rank {
    Rank { weight, priority }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_send_by_their_weight() {
    let rig = Rig::start().await;
    rig.distribute(Distribution::Weighted, [rank(5, 1), rank(1, 1), rank(1, 1)]).await;
    let contacts = rig.contacts(70, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await, [50, 10, 10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_priority_is_used_up_before_the_next() {
    let rig = Rig::start_with(Settings { hourly_limit: Some(40), ..Settings::unlimited() }).await;
    rig.distribute(Distribution::Priority, [rank(1, 3), rank(1, 1), rank(1, 2)]).await;
    let contacts = rig.contacts(60, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await, [0, 40, 20]);
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_active_hours_a_campaign_waits_by_name() {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a time of day");
    // The clock of the rig begins at 12:05.
    let window = Window { days: vec![], from: time(13), to: time(14) };
    let hours = ActiveHours { time_zone: "UTC".parse().expect("a zone"), windows: vec![window] };
    let rig = Rig::start_with(Settings { active_hours: Some(hours), ..Settings::unlimited() }).await;
    let contacts = rig.contacts(20, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_campaign(campaign, |state| matches!(state.deferred, Some((Limit::ActiveHours, Some(_))))).await;
    assert_eq!(rig.sent_by().await, [0, 0, 0]);
    rig.advance(TimeDelta::hours(1));
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await.iter().sum::<i64>(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drip_goes_one_by_one_and_begins_when_it_is_due() {
    let rig = Rig::start().await;
    let contacts = rig.contacts(3, |_| true).await;
    let now = rig.context.clock.now();
    let spread =
        Spread { strategy: Some(Strategy::Drip { every_minutes: 10 }), not_before: Some(now + TimeDelta::hours(2)) };
    let campaign = rig.start_spread("Hi {{name}}", contacts, spread).await;
    rig.until_campaign(campaign, |state| matches!(state.deferred, Some((Limit::Scheduled, Some(_))))).await;
    rig.advance(TimeDelta::hours(2));
    for sent in 1..=3 {
        rig.until_sent(campaign, sent).await;
        if sent < 3 {
            rig.until_campaign(campaign, |state| matches!(state.deferred, Some((Limit::Drip, Some(_))))).await;
            rig.advance(TimeDelta::minutes(10));
        }
    }
    rig.until(campaign, Status::Completed).await;
    // Taking turns goes on from one drop to the next.
    assert_eq!(rig.sent_by().await, [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_number_stops_and_the_others_send_what_it_had() {
    let rig = Rig::start().await;
    let banned = rig.profiles[1];
    rig.faults(json!({ "profile": rig.number_id(banned).await, "ban": 1.0 })).await;
    let contacts = rig.contacts(90, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;
    let sent = rig.sent_by().await;
    assert_eq!((sent[1], sent.iter().sum::<i64>()), (0, 90));
    let totals = rig.totals(campaign).await;
    assert_eq!((totals.sent, totals.failed), (90, 0));
    assert_eq!(rig.sandbox_stats().await.duplicates, 0);
    rig.until_profile(banned, |state| state.health.as_ref().is_some_and(|health| health.score == 0)).await;
    let state = rig.profile(banned).await;
    assert_eq!(state.status, profile::Status::Blocked);
    let causes: Vec<Cause> = state.health.unwrap_or_default().deductions.iter().map(|it| it.cause).collect();
    assert!(causes.contains(&Cause::Blocked), "{causes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failures_in_a_row_pause_a_number() {
    let rig = Rig::start_with(Settings { pause_after_failures: Some(3), ..Settings::unlimited() }).await;
    let failing = rig.profiles[0];
    rig.faults(json!({ "profile": rig.number_id(failing).await, "reject": { "probability": 1.0, "code": 131_000 } }))
        .await;
    let contacts = rig.contacts(30, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_profile(failing, |state| state.cooled_down_until.is_some()).await;
    rig.until_sent(campaign, 20).await;
    rig.until_uncertain(campaign, 10).await;
    rig.until_profile(failing, |state| state.health.as_ref().is_some_and(|health| health.score < 80)).await;
    // Ten were with it when it began to fail; nobody knows what became of them, and nobody else gets them.
    assert_eq!(rig.sent_by().await, [0, 10, 10]);
    let health = rig.profile(failing).await.health.unwrap_or_default();
    let causes: Vec<Cause> = health.deductions.iter().map(|it| it.cause).collect();
    assert!(causes.contains(&Cause::FailuresInARow) && causes.contains(&Cause::UnknownOutcomes), "{causes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_followed_from_the_scan_to_its_end() {
    let rig = Rig::start().await;
    let id = rig.add_device("shop").await;
    let is = |state: &'static str| move |profile: &profile::State| profile.link.as_str() == state;
    rig.device("shop", "scan", json!({ "phone": "+6281234567890" })).await;
    rig.until_profile(id, is("linked")).await;
    // It breaks, is told, and is started again without anybody's help.
    rig.device("shop", "state", json!({ "state": "FAILED" })).await;
    rig.until_profile(id, is("disconnected")).await;
    rig.advance(TimeDelta::minutes(1));
    rig.until_profile(id, is("linked")).await;
    // Nobody wrote over it for a week.
    rig.advance(TimeDelta::days(7) + TimeDelta::minutes(1));
    rig.until_profile(id, is("unlinked")).await;
    let expired = waybill_domain::profile::LinkState::Unlinked { detail: "idle for seven days".into() };
    assert_eq!(rig.profile(id).await.link, expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_has_in_its_journal_was_sent() {
    let rig = Rig::start_in_step().await;
    let id = rig.add_device("shop").await;
    rig.device("shop", "scan", json!({ "phone": "+6281234567890" })).await;
    rig.until_profile(id, |profile| profile.link.as_str() == "linked").await;
    // It takes the message and says that it broke; its receipts do not come either.
    rig.faults(json!({ "profile": "shop", "error_after": 1.0, "receipts": { "lost": 1.0 } })).await;
    let contacts = rig.contacts(4, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_sent(campaign, 4).await;
    rig.until(campaign, Status::Completed).await;
    let totals = rig.totals(campaign).await;
    assert_eq!((totals.sent, totals.uncertain), (4, 0));
    assert_eq!(rig.sandbox_stats().await.duplicates, 0);
    let by: Vec<String> =
        rig.events("message.reconciled").await.iter().map(|it| it["evidence"]["by"].to_string()).collect();
    assert_eq!(by, ["\"journal\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_on_whatsapp_is_marked_until_its_person_writes() {
    let rig = Rig::start().await;
    rig.faults(json!({ "reject": { "probability": 1.0, "code": 131_026 } })).await;
    let contacts = rig.contacts(2, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;
    rig.until_marked(&[false, false]).await;
    rig.faults(json!({})).await;
    let phone = "+628121000000";
    rig.says(rig.context.store.keys.contact_id(rig.tenant, phone).await.expect("an id"), "I am here").await;
    rig.until_marked(&[false]).await;
}
