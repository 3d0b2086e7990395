use crate::fixture::Database;
use crate::log::{Log, TENANT, contact};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::{self, RecipientsCancelled, RecipientsEnrolled};
use waybill_domain::contact::{self as person, Person, Source};
use waybill_domain::id::{CampaignId, ConversationId, MessageId, ProfileId};
use waybill_domain::message::*;
use waybill_domain::personal::Personal;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_projections::messages::{self, MessageFilter, MessageRow};

const ID: CampaignId = CampaignId(Uuid::from_u128(7));
const PROFILE: ProfileId = ProfileId(Uuid::from_u128(4));

fn message(n: u128) -> MessageId {
    MessageId::for_campaign(ID, contact(n))
}

fn dispatched(n: u128, attempt: u32) -> Dispatched {
    Dispatched {
        campaign_id: Some(ID),
        conversation_id: None,
        contact_id: contact(n),
        profile_id: PROFILE,
        provider: ProviderKind::Sandbox,
        attempt,
        from: Status::Queued,
        content: Personal::Erased,
        choice: None,
    }
}

fn enrolled(log: &mut Log, count: u128) {
    let contact_ids = (0..count).map(contact).collect();
    log.push::<campaign::Event>(TENANT, ID, RecipientsEnrolled { chunk: 0, contact_ids, cursor: contact(count) });
}

async fn one(database: &mut Database, message: MessageId) -> MessageRow {
    messages::one(&mut database.connection, TENANT, message).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_retry_keeps_the_error_until_the_message_is_sent() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    enrolled(&mut log, 1);
    let (campaign_id, profile_id, at) = (Some(ID), PROFILE, log.now);
    log.push::<Event>(TENANT, message(0), dispatched(0, 1));
    let sending = |attempt| Sending { campaign_id, profile_id, attempt, from: Status::Dispatched };
    log.push::<Event>(TENANT, message(0), sending(1));
    let (class, code, detail) = (ErrorClass::Retry, "500".to_owned(), "asleep".to_owned());
    let refusal = Refusal { class, code, detail, retry_after_ms: None };
    let from = Status::Sending;
    log.push::<Event>(
        TENANT,
        message(0),
        Failed { campaign_id, profile_id, attempt: 1, refusal, is_final: false, at, from },
    );
    let due_at = at + TimeDelta::seconds(3);
    let contact_id = contact(0);
    let it = RetryScheduled { campaign_id, contact_id, attempt: 2, due_at, from: Status::Failed };
    log.push::<Event>(TENANT, message(0), it);
    database.apply(&log.events, 2).await;
    let row = one(&mut database, message(0)).await;
    assert_eq!((row.status.as_str(), row.attempt, row.error_code.as_deref()), ("queued", 1, Some("500")));
    assert_eq!((row.deferred_limit.as_deref(), row.deferred_until, row.failed_at), (Some("retry"), Some(due_at), None));
    let queued_at = row.queued_at;
    let class = Some(ErrorClass::Retry);
    let cases = [
        (MessageFilter { class, ..MessageFilter::default() }, 1),
        (MessageFilter { class: Some(ErrorClass::Number), ..MessageFilter::default() }, 0),
        (MessageFilter { class, from: Some(queued_at), ..MessageFilter::default() }, 1),
        (MessageFilter { class, to: Some(queued_at), ..MessageFilter::default() }, 0),
    ];
    for (filter, expected) in cases {
        let page = messages::page(&mut database.connection, TENANT, &filter, None, 10).await.unwrap();
        assert_eq!(page.items.len(), expected, "{filter:?}");
    }

    let done = log.events.len();
    log.push::<Event>(TENANT, message(0), dispatched(0, 2));
    log.push::<Event>(TENANT, message(0), sending(2));
    let provider_message_id = Some("wamid.1".to_owned());
    log.push::<Event>(TENANT, message(0), Sent { campaign_id, profile_id, attempt: 2, provider_message_id, at, from });
    log.push::<Event>(TENANT, message(0), Delivered { campaign_id, at, from: Status::Sent });
    database.apply(&log.events[done..], 1_000).await;
    let row = one(&mut database, message(0)).await;
    assert_eq!((row.status.as_str(), row.attempt, row.error_code, row.version), ("delivered", 2, None, 8));
    assert_eq!(
        (row.provider_message_id.as_deref(), row.sent_at, row.deferred_until),
        (Some("wamid.1"), Some(at), None)
    );
}

#[tokio::test]
async fn an_uncertain_message_is_held_until_a_person_settles_it() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    enrolled(&mut log, 2);
    let (campaign_id, profile_id, attempt) = (Some(ID), PROFILE, 1);
    let deadline = log.now + TimeDelta::minutes(10);
    log.push::<Event>(TENANT, message(0), dispatched(0, 1));
    log.push::<Event>(TENANT, message(0), Sending { campaign_id, profile_id, attempt, from: Status::Dispatched });
    let reason = "timeout".to_owned();
    let it = Uncertain { campaign_id, profile_id, attempt, reason, deadline, from: Status::Sending };
    log.push::<Event>(TENANT, message(0), it);
    log.push::<Event>(TENANT, message(0), Held { campaign_id });
    database.apply(&log.events, 3).await;
    let uncertain = MessageFilter { status: Some(Status::Uncertain), ..MessageFilter::default() };
    let page = messages::page(&mut database.connection, TENANT, &uncertain, None, 10).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!((page.items[0].held, page.items[0].uncertain_deadline), (true, Some(deadline)));

    let done = log.events.len();
    let at = log.now;
    log.push::<Event>(TENANT, message(0), Reconciled { campaign_id, evidence: Evidence::Receipt, was_held: true });
    let from = Status::Uncertain;
    log.push::<Event>(
        TENANT,
        message(0),
        Sent { campaign_id, profile_id, attempt, provider_message_id: None, at, from },
    );
    database.apply(&log.events[done..], 1).await;
    let row = one(&mut database, message(0)).await;
    assert_eq!((row.status.as_str(), row.held, row.uncertain_deadline), ("sent", false, None));
    let page = messages::page(&mut database.connection, TENANT, &uncertain, None, 10).await.unwrap();
    assert_eq!(page.items, vec![]);
}

#[tokio::test]
async fn a_reply_begins_with_its_dispatch() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let (reply, conversation) = (MessageId(Uuid::from_u128(9)), ConversationId::for_contact(contact(0)));
    let it = Dispatched { campaign_id: None, conversation_id: Some(conversation), ..dispatched(0, 1) };
    log.push::<Event>(TENANT, reply, it);
    database.apply(&log.events, 1).await;
    let filter = MessageFilter { conversation: Some(conversation), ..MessageFilter::default() };
    let page = messages::page(&mut database.connection, TENANT, &filter, None, 10).await.unwrap();
    assert_eq!(page.items[0].message_id, reply.0);
    assert_eq!((page.items[0].status.as_str(), page.items[0].campaign_id), ("sending", None));
}

#[tokio::test]
async fn recipients_are_found_by_state_reason_and_name() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let (phone, name) = ("+4915100000001".to_owned(), Some("Ana".to_owned()));
    let it = person::Added {
        contact_id: contact(1),
        source: Source::Inbound,
        tags: Default::default(),
        consent: None,
        person: Personal::Known(Person { phone, name, fields: BTreeMap::new() }),
    };
    log.push::<person::Event>(TENANT, contact(1), it);
    enrolled(&mut log, 6);
    log.push::<campaign::Event>(TENANT, ID, RecipientsCancelled { contact_ids: vec![contact(4), contact(5)] });
    log.push::<Event>(TENANT, message(0), dispatched(0, 1));
    let (campaign_id, contact_id, reason) = (Some(ID), contact(1), "blocked".to_owned());
    log.push::<Event>(TENANT, message(1), Cancelled { campaign_id, contact_id, reason, from: Status::Queued });
    database.apply(&log.events, 2).await;
    database.as_application(Some(TENANT)).await;
    let open = MessageFilter { campaign: Some(ID), ..MessageFilter::default() };
    let with = |status| MessageFilter { status: Some(status), ..open.clone() };
    let cases: [(MessageFilter, &[u128]); 6] = [
        (open.clone(), &[0, 1, 2, 3, 4, 5]),
        (with(Status::Queued), &[2, 3]),
        (with(Status::Sending), &[0]),
        (with(Status::Cancelled), &[1, 4, 5]),
        (MessageFilter { reason: Some("blocked".into()), ..open.clone() }, &[1]),
        (MessageFilter { q: Some("ana".into()), ..open.clone() }, &[1]),
    ];
    for (filter, expected) in cases {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let cut = cursor.as_deref();
            let page = messages::page(&mut database.connection, TENANT, &filter, cut, 2).await.unwrap();
            found.extend(page.items.iter().map(|row| row.message_id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let mut expected: Vec<_> = expected.iter().map(|n| message(*n).0).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{filter:?}");
    }
    let row = one(&mut database, message(1)).await;
    assert_eq!((row.contact_name.as_deref(), row.phone.as_deref()), (Some("Ana"), Some("+4915100000001")));
}
