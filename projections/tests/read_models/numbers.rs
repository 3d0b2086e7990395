use crate::fixture::Database;
use crate::log::{Log, TENANT, at, contact};
use chrono::TimeDelta;
use uuid::Uuid;
use waybill_domain::id::{CampaignId, MessageId, PackageId, ProfileId};
use waybill_domain::message::{self, Cancelled, Dispatched, Failed, Sending, Sent, Status};
use waybill_domain::package::limits::{Overrides, Settings};
use waybill_domain::personal::Personal;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_domain::{package, profile};
use waybill_projections::numbers::{self, UsedOf};

const PACKAGE: PackageId = PackageId(Uuid::from_u128(3));
const PROFILE: ProfileId = ProfileId(Uuid::from_u128(4));
const CAMPAIGN: Option<CampaignId> = Some(CampaignId(Uuid::from_u128(7)));

fn set_up() -> Log {
    let mut log = Log::new();
    let (name, distribution, settings) = ("Pool".to_owned(), package::Distribution::RoundRobin, Settings::default());
    log.push::<package::Event>(TENANT, PACKAGE, package::Created { name, distribution, settings });
    let added = profile::Added {
        package_id: PACKAGE,
        name: "Berlin".into(),
        provider: ProviderKind::Sandbox,
        phone: "+4915112345678".into(),
        phone_number_id: "1".into(),
        overrides: Overrides { hourly_limit: Some(9), ..Overrides::default() },
        rank: Default::default(),
    };
    log.push::<profile::Event>(TENANT, PROFILE, added);
    log
}

fn dispatch(log: &mut Log, n: u128) -> MessageId {
    let id = MessageId(Uuid::from_u128(100 + n));
    let it = Dispatched {
        campaign_id: CAMPAIGN,
        conversation_id: None,
        contact_id: contact(n),
        profile_id: PROFILE,
        provider: ProviderKind::Sandbox,
        attempt: 1,
        from: Status::Queued,
        content: Personal::Erased,
        choice: None,
    };
    log.push::<message::Event>(TENANT, id, it);
    id
}

#[tokio::test]
async fn use_belongs_to_the_clock_hour_and_day_of_the_dispatch() {
    let mut database = Database::new().await;
    let mut log = set_up();
    log.now = at("2026-03-01T22:59:59Z");
    dispatch(&mut log, 0);
    log.now = at("2026-03-01T23:00:00Z");
    dispatch(&mut log, 1);
    dispatch(&mut log, 2);
    log.now = at("2026-03-02T00:00:00Z");
    dispatch(&mut log, 3);
    database.apply(&log.events, 2).await;
    for (now, hour, day) in
        [("2026-03-01T23:30:00Z", 2, 3), ("2026-03-02T00:10:00Z", 1, 1), ("2026-03-02T01:00:00Z", 0, 1)]
    {
        let it = numbers::profile(&mut database.connection, TENANT, PROFILE, at(now)).await.unwrap().unwrap();
        assert_eq!(it.hour, UsedOf { used: hour, limit: Some(9) }, "{now}");
        assert_eq!(it.day, UsedOf { used: day, limit: Some(500) }, "{now}");
    }
}

#[tokio::test]
async fn a_flight_ends_with_an_outcome_or_a_cancellation_that_names_no_number() {
    let mut database = Database::new().await;
    let mut log = set_up();
    let [sent, failed, cancelled, _flying] = [0, 1, 2, 3].map(|n| dispatch(&mut log, n));
    database.apply(&log.events, 1_000).await;
    let now = log.now;
    let it = numbers::profile(&mut database.connection, TENANT, PROFILE, now).await.unwrap().unwrap();
    assert_eq!(it.in_flight, 4);

    let done = log.events.len();
    let (campaign_id, profile_id, attempt) = (CAMPAIGN, PROFILE, 1);
    for id in [sent, failed] {
        let it = Sending { campaign_id, profile_id, attempt, from: Status::Dispatched };
        log.push::<message::Event>(TENANT, id, it);
    }
    let (at, from, provider_message_id) = (log.now, Status::Sending, None);
    log.push::<message::Event>(TENANT, sent, Sent { campaign_id, profile_id, attempt, provider_message_id, at, from });
    let refusal = Refusal { class: ErrorClass::Number, code: "1".into(), detail: "d".into(), retry_after_ms: None };
    let it = Failed { campaign_id, profile_id, attempt, refusal, is_final: true, at, from };
    log.push::<message::Event>(TENANT, failed, it);
    let (contact_id, reason, from) = (contact(2), "blocked".to_owned(), Status::Dispatched);
    log.push::<message::Event>(TENANT, cancelled, Cancelled { campaign_id, contact_id, reason, from });
    database.apply(&log.events[done..], 1_000).await;
    let it = numbers::profile(&mut database.connection, TENANT, PROFILE, now).await.unwrap().unwrap();
    assert_eq!((it.in_flight, it.sent, it.failed, it.failures_in_row), (1, 1, 1, 1));
    assert_eq!(it.last_sent_at, Some(at));
}

#[tokio::test]
async fn a_number_cools_down_for_a_while_and_stays_blocked_for_good() {
    let mut database = Database::new().await;
    let mut log = set_up();
    let until = log.now + TimeDelta::seconds(60);
    let it = profile::CooledDown { until, code: "130429".into(), detail: "slow down".into() };
    log.push::<profile::Event>(TENANT, PROFILE, it);
    database.apply(&log.events, 1_000).await;
    let it = numbers::profile(&mut database.connection, TENANT, PROFILE, log.now).await.unwrap().unwrap();
    assert_eq!((it.state.as_str(), it.cooling_until), ("cooling_down", Some(until)));
    assert_eq!(it.state_reason.as_deref(), Some("130429: slow down"));
    let it = numbers::profile(&mut database.connection, TENANT, PROFILE, until).await.unwrap().unwrap();
    assert_eq!((it.state.as_str(), it.cooling_until, it.state_reason), ("active", None, None));

    let done = log.events.len();
    let it = profile::Blocked { class: "ban".into(), code: "368".into(), detail: String::new() };
    log.push::<profile::Event>(TENANT, PROFILE, it);
    database.apply(&log.events[done..], 1).await;
    let it = numbers::package(&mut database.connection, TENANT, PACKAGE, log.now).await.unwrap().unwrap();
    assert_eq!((it.profiles[0].state.as_str(), it.profiles[0].state_reason.as_deref()), ("blocked", Some("368")));
}

#[tokio::test]
async fn what_is_removed_is_no_longer_listed() {
    let mut database = Database::new().await;
    let mut log = set_up();
    database.apply(&log.events, 1).await;
    let done = log.events.len();
    log.push::<profile::Event>(TENANT, PROFILE, profile::Removed {});
    database.apply(&log.events[done..], 1).await;
    let packages = numbers::packages(&mut database.connection, TENANT, log.now).await.unwrap();
    assert_eq!((packages.len(), packages[0].profiles.len()), (1, 0));
    let done = log.events.len();
    log.push::<package::Event>(TENANT, PACKAGE, package::Deleted {});
    database.apply(&log.events[done..], 1).await;
    assert_eq!(numbers::packages(&mut database.connection, TENANT, log.now).await.unwrap(), vec![]);
}
