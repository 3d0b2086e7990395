use crate::fixture::Database;
use crate::log::{Log, TENANT, at, contact};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::*;
use waybill_domain::id::{CampaignId, MessageId, PackageId, ProfileId};
use waybill_domain::message::{self, Dispatched, Sent};
use waybill_domain::package::limits::{Limit, Settings};
use waybill_domain::personal::Personal;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_domain::stream::StreamId;
use waybill_domain::{package, wallet};
use waybill_projections::campaigns::{self, BindingLimit, Points, Totals};

const ID: CampaignId = CampaignId(Uuid::from_u128(7));
const PACKAGE: PackageId = PackageId(Uuid::from_u128(3));
const PROFILE: ProfileId = ProfileId(Uuid::from_u128(4));

fn plan(name: &str) -> Plan {
    Plan {
        name: name.into(),
        audience: Audience::All,
        template_text: "Hi".into(),
        package_id: PACKAGE,
        spread: Default::default(),
        attachment: None,
    }
}

/// Ten enrolled and two excluded; four dispatched, of them two sent and one failed for good.
fn running() -> Log {
    let mut log = Log::new();
    let (name, distribution) = ("Pool".to_owned(), package::Distribution::RoundRobin);
    log.push::<package::Event>(TENANT, PACKAGE, package::Created { name, distribution, settings: Settings::default() });
    log.push::<Event>(TENANT, ID, Drafted { plan: plan("Draft") });
    let started = Started { plan: plan("Spring"), planned_recipients: 12, points_reserved: 24, at: log.now };
    log.push::<Event>(TENANT, ID, started);
    let (campaign_id, through_position) = (ID, 1);
    log.push::<wallet::Event>(TENANT, StreamId::wallet(TENANT), wallet::Reserved { campaign_id, points: 24 });
    let by_reason = BTreeMap::from([(Exclusion::NoConsent, vec![contact(20), contact(21)])]);
    log.push::<Event>(TENANT, ID, RecipientsExcluded { chunk: 0, by_reason, cursor: contact(21) });
    let contact_ids = (0..10).map(contact).collect();
    log.push::<Event>(TENANT, ID, RecipientsEnrolled { chunk: 0, contact_ids, cursor: contact(21) });
    log.push::<Event>(TENANT, ID, EnrolmentFinished { enrolled: 10, excluded: 2, unused: 2 });
    log.now += TimeDelta::seconds(20);
    for n in 0..4 {
        dispatch(&mut log, n);
    }
    let (campaign_id, profile_id, attempt, from) = (Some(ID), PROFILE, 1, message::Status::Dispatched);
    for n in 0..3 {
        let it = message::Sending { campaign_id, profile_id, attempt, from };
        log.push::<message::Event>(TENANT, MessageId::for_campaign(ID, contact(n)), it);
    }
    let (from, at, provider_message_id) = (message::Status::Sending, log.now, None);
    for n in 0..2 {
        let provider_message_id = provider_message_id.clone();
        let it = Sent { campaign_id, profile_id, attempt, provider_message_id, at, from };
        log.push::<message::Event>(TENANT, MessageId::for_campaign(ID, contact(n)), it);
    }
    let (class, code, detail) = (ErrorClass::Number, "131026".to_owned(), "undeliverable".to_owned());
    let refusal = Refusal { class, code, detail, retry_after_ms: None };
    let it = message::Failed { campaign_id, profile_id, attempt, refusal, is_final: true, at, from };
    log.push::<message::Event>(TENANT, MessageId::for_campaign(ID, contact(2)), it);
    let it = wallet::Captured { campaign_id: ID, messages: 2, points: 4, through_position };
    log.push::<wallet::Event>(TENANT, StreamId::wallet(TENANT), it);
    let it = wallet::Released { campaign_id: ID, messages: 3, points: 6, through_position };
    log.push::<wallet::Event>(TENANT, StreamId::wallet(TENANT), it);
    log
}

fn dispatch(log: &mut Log, n: u128) {
    let it = Dispatched {
        campaign_id: Some(ID),
        conversation_id: None,
        contact_id: contact(n),
        profile_id: PROFILE,
        provider: ProviderKind::Sandbox,
        attempt: 1,
        from: message::Status::Queued,
        content: Personal::Erased,
        choice: None,
    };
    log.push::<message::Event>(TENANT, MessageId::for_campaign(ID, contact(n)), it);
}

#[tokio::test]
async fn a_campaign_shows_its_plan_its_totals_and_its_points() {
    let mut database = Database::new().await;
    let log = running();
    database.apply(&log.events, 3).await;
    database.as_application(Some(TENANT)).await;
    let it = campaigns::one(&mut database.connection, TENANT, ID, log.now).await.unwrap().unwrap();
    assert_eq!((it.name.as_str(), it.status.as_str(), it.package_name.as_deref()), ("Spring", "running", Some("Pool")));
    assert_eq!((it.planned, it.version, it.position), (12, 5, log.events.len() as i64));
    let expected = Totals { enrolled: 10, excluded: 2, queued: 6, sending: 1, sent: 2, failed: 1, ..Totals::default() };
    assert_eq!(it.totals, expected);
    assert_eq!(it.points, Points { reserved: 14, captured: 4, released: 6 });
    assert_eq!(it.excluded_by, BTreeMap::from([("no_consent".to_owned(), 2)]));
    let failures = campaigns::failures(&mut database.connection, TENANT, ID).await.unwrap();
    assert_eq!((failures[0].class.as_str(), failures[0].code.as_str(), failures[0].count), ("number", "131026", 1));
}

#[tokio::test]
async fn rate_and_time_left_follow_the_last_minute() {
    let mut database = Database::new().await;
    let log = running();
    database.apply(&log.events, 1_000).await;
    // Started 30 s before, 3 settled, 7 waiting.
    let now = log.now + TimeDelta::seconds(10);
    let it = campaigns::one(&mut database.connection, TENANT, ID, now).await.unwrap().unwrap();
    assert_eq!(it.rate_per_second, Some(2.0 / 30.0));
    assert_eq!(it.eta, Some(now + TimeDelta::seconds(70)));
    let later = log.now + TimeDelta::minutes(5);
    let it = campaigns::one(&mut database.connection, TENANT, ID, later).await.unwrap().unwrap();
    assert_eq!((it.rate_per_second, it.eta), (None, None));
}

#[tokio::test]
async fn a_limit_is_shown_while_it_holds() {
    let mut database = Database::new().await;
    let mut log = running();
    let until = log.now + TimeDelta::minutes(1);
    log.push::<Event>(TENANT, ID, Deferred { limit: Limit::Hourly, until: Some(until), waiting: 6 });
    database.apply(&log.events, 1_000).await;
    let mut limit =
        async |now| campaigns::one(&mut database.connection, TENANT, ID, now).await.unwrap().unwrap().binding_limit;
    assert_eq!(limit(log.now).await, Some(BindingLimit { limit: "hourly".into(), until: Some(until) }));
    assert_eq!(limit(until).await, None);

    let done = log.events.len();
    log.push::<Event>(TENANT, ID, Deferred { limit: Limit::NoActiveProfile, until: None, waiting: 6 });
    database.apply(&log.events[done..], 1_000).await;
    let it = campaigns::one(&mut database.connection, TENANT, ID, until).await.unwrap().unwrap();
    assert_eq!(it.binding_limit, Some(BindingLimit { limit: "no_active_profile".into(), until: None }));
    let done = log.events.len();
    dispatch(&mut log, 5);
    database.apply(&log.events[done..], 1_000).await;
    let it = campaigns::one(&mut database.connection, TENANT, ID, until).await.unwrap().unwrap();
    assert_eq!(it.binding_limit, None);
}

#[tokio::test]
async fn a_campaign_goes_through_its_states() {
    let mut database = Database::new().await;
    let mut log = running();
    log.push::<Event>(TENANT, ID, Paused { reason: "template_refused".into() });
    database.apply(&log.events, 1_000).await;
    let it = campaigns::one(&mut database.connection, TENANT, ID, log.now).await.unwrap().unwrap();
    assert_eq!((it.status.as_str(), it.paused_reason.as_deref()), ("paused", Some("template_refused")));
    assert_eq!(it.rate_per_second, None);

    let done = log.events.len();
    log.push::<Event>(TENANT, ID, Resumed {});
    log.push::<Event>(TENANT, ID, Cancelled {});
    log.push::<Event>(TENANT, ID, RecipientsCancelled { contact_ids: (4..10).map(contact).collect() });
    let discarded = CampaignId(Uuid::from_u128(8));
    log.push::<Event>(TENANT, discarded, Drafted { plan: plan("Never") });
    log.push::<Event>(TENANT, discarded, Discarded {});
    database.apply(&log.events[done..], 2).await;
    let page = campaigns::page(&mut database.connection, TENANT, None, None, 10, log.now).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!((page.items[0].status.as_str(), page.items[0].paused_reason.as_deref()), ("cancelled", None));
    assert_eq!((page.items[0].totals.queued, page.items[0].totals.cancelled), (0, 6));
    let running = Some(Status::Running);
    let none = campaigns::page(&mut database.connection, TENANT, running, None, 10, log.now).await.unwrap();
    assert_eq!(none.items, vec![]);
    let counts = campaigns::status_counts(&mut database.connection, TENANT).await.unwrap();
    let counts: Vec<_> = counts.iter().map(|row| (row.status.as_str(), row.count)).collect();
    assert_eq!(counts, vec![("cancelled", 1), ("discarded", 1)]);
}

#[tokio::test]
async fn campaigns_are_paged_newest_first() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.now = at("2026-03-01T00:00:00Z");
    for n in 0..5 {
        log.push::<Event>(TENANT, CampaignId(Uuid::from_u128(n)), Drafted { plan: plan(&n.to_string()) });
        log.now += TimeDelta::seconds((n % 2) as i64);
    }
    database.apply(&log.events, 1_000).await;
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let cut = cursor.as_deref();
        let page = campaigns::page(&mut database.connection, TENANT, None, cut, 2, log.now).await.unwrap();
        names.extend(page.items.into_iter().map(|it| it.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, ["4", "3", "2", "1", "0"]);
}
