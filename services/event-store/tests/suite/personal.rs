//! Personal parts: encrypted in the log, readable with both secrets, gone with either.

use crate::rig::{KEY, OTHER, Rig, TENANT, metadata};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::contact::{self, Contact, Event, Person, Source};
use waybill_domain::conversation;
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::id::{ContactId, ConversationId, ProfileId};
use waybill_domain::personal::Personal;
use waybill_domain::stream::Keeping;
use waybill_event_store::keys::{rotate_master, rotate_tenant};
use waybill_event_store::{Append, EventStore, Expected, KeyError, KeyRing, MasterKey, StreamWrite};

const PHONE: &str = "+4915112345678";

async fn add(rig: &Rig, contact_id: ContactId) {
    let person = Person { phone: PHONE.into(), name: Some("Ana".into()), fields: BTreeMap::new() };
    let added = contact::Added {
        contact_id,
        source: Source::Inbound,
        tags: Default::default(),
        consent: None,
        person: Personal::Known(person),
    };
    rig.append(vec![StreamWrite::new(contact_id, Expected::Any, &[Event::from(added)])]).await;
}

fn contact() -> ContactId {
    ContactId(Uuid::now_v7())
}

/// Without what was cached while sealing.
async fn opened(rig: &Rig, mut event: Recorded) -> Result<Recorded, KeyError> {
    let keys = KeyRing::new(rig.store.database.system.clone(), MasterKey::from_hex(KEY).expect("a key"));
    keys.open([&mut event]).await?;
    Ok(event)
}

async fn only_event(store: &EventStore) -> Recorded {
    store.read(0, 1).await.expect("reads").pop().expect("an event")
}

#[tokio::test]
async fn what_is_said_of_a_person_is_ciphertext_in_the_log_and_comes_back() {
    let rig = Rig::start().await;
    add(&rig, contact()).await;
    let event = only_event(&rig.store).await;
    assert!(matches!(event.personal, PersonalPart::Sealed(_)));
    assert!(!event.data.contains("Ana") && !event.data.contains(PHONE));
    let row: String = sqlx::query_scalar("select e::text from es.event e")
        .fetch_one(&mut rig.superuser().await)
        .await
        .expect("a row");
    let hex: String = "Ana".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!row.contains("Ana") && !row.contains(&hex));
    let event = opened(&rig, event).await.expect("opens");
    let Some(Event::Added(added)) = event.decode::<Event>().expect("decodes") else { panic!("{event:?}") };
    assert_eq!(added.person.known().expect("known").name.as_deref(), Some("Ana"));
}

#[tokio::test]
async fn a_part_that_was_changed_or_moved_to_another_event_does_not_open() {
    let rig = Rig::start().await;
    add(&rig, contact()).await;
    let event = only_event(&rig.store).await;
    let PersonalPart::Sealed(sealed) = event.personal.clone() else { panic!("{event:?}") };
    let mut flipped = sealed.clone();
    *flipped.bytes.last_mut().expect("bytes") ^= 1;
    let changed = Recorded { personal: PersonalPart::Sealed(flipped), ..event.clone() };
    assert!(matches!(opened(&rig, changed).await, Err(KeyError::Tampered)));
    let moved = Recorded { event_id: Uuid::now_v7(), ..event.clone() };
    assert!(matches!(opened(&rig, moved).await, Err(KeyError::Tampered)));
    assert!(opened(&rig, event).await.is_ok());
}

#[tokio::test]
async fn with_another_master_key_nothing_opens() {
    let rig = Rig::start().await;
    add(&rig, contact()).await;
    let mut event = only_event(&rig.store).await;
    let wrong = MasterKey::from_hex(&"11".repeat(32)).expect("a key");
    let keys = KeyRing::new(rig.store.database.system.clone(), wrong);
    assert!(matches!(keys.open([&mut event]).await, Err(KeyError::Tampered)));
}

#[tokio::test]
async fn destroying_either_secret_erases_and_the_log_still_reads() {
    for statement in ["update es.subject_secret set secret = null", "update es.day_secret set secret = null"] {
        let rig = Rig::start().await;
        let contact_id = contact();
        add(&rig, contact_id).await;
        sqlx::query(statement).execute(&rig.store.database.system).await.expect("destroyed");
        let event = opened(&rig, only_event(&rig.store).await).await.expect("reads");
        assert_eq!(event.personal, PersonalPart::Erased);
        let Some(Event::Added(added)) = event.decode::<Event>().expect("decodes") else { panic!("{event:?}") };
        assert_eq!(added.person, Personal::Erased);
        // And nothing can be written any more under a secret that is gone.
        let fresh = rig.another().await;
        let event = Event::from(contact::Updated {
            contact_id,
            changed: vec!["name".into()],
            person: Personal::Known(Person { phone: PHONE.into(), name: None, fields: BTreeMap::new() }),
        });
        let write = StreamWrite::new(contact_id, Expected::Any, &[event]);
        fresh.append(Append::new(metadata(TENANT), vec![write])).await.expect("appends");
        let events = fresh.read(1, 1).await.expect("reads");
        assert_eq!(events[0].personal, PersonalPart::None);
        let loaded = fresh.load::<Contact>(TENANT, contact_id.0).await.expect("loads");
        assert_eq!(loaded.version, 2);
    }
}

#[tokio::test]
async fn erasing_one_leaves_the_others() {
    let rig = Rig::start().await;
    let (one, other) = (contact(), contact());
    add(&rig, one).await;
    add(&rig, other).await;
    sqlx::query("update es.subject_secret set secret = null where subject_id = $1")
        .bind(one.0)
        .execute(&rig.store.database.system)
        .await
        .expect("destroyed");
    let events = rig.store.read(0, 2).await.expect("reads");
    assert_eq!(opened(&rig, events[0].clone()).await.expect("reads").personal, PersonalPart::Erased);
    assert!(matches!(opened(&rig, events[1].clone()).await.expect("reads").personal, PersonalPart::Open(_)));
}

/// A person's name, and what they wrote, on the same day.
#[tokio::test]
async fn what_was_written_ends_with_its_days_and_who_it_was_does_not() {
    let rig = Rig::start().await;
    let contact_id = contact();
    add(&rig, contact_id).await;
    let inbound = conversation::InboundReceived {
        contact_id,
        in_group: false,
        profile_id: ProfileId(Uuid::now_v7()),
        provider_message_id: "wamid.1".into(),
        kind: "text".into(),
        at: chrono::Utc::now(),
        said: Personal::Known(conversation::Said {
            text: Some("hello".into()),
            phone: None,
            profile_name: None,
            ..conversation::Said::default()
        }),
    };
    let stream = ConversationId::for_contact(contact_id);
    rig.append(vec![StreamWrite::new(stream, Expected::Any, &[conversation::Event::from(inbound)])]).await;
    let events = rig.store.read(0, 2).await.expect("reads");
    let today = events[1].recorded_at.date_naive();
    let system = &rig.store.database.system;
    let mut connection = system.acquire().await.expect("a connection");
    let ended = KeyRing::destroy_days(&mut connection, TENANT, Keeping::Message, today).await.expect("destroyed");
    assert_eq!(ended, 1);
    assert_eq!(KeyRing::destroy_days(&mut connection, TENANT, Keeping::Message, today).await.expect("again"), 0);
    assert!(matches!(opened(&rig, events[0].clone()).await.expect("reads").personal, PersonalPart::Open(_)));
    assert_eq!(opened(&rig, events[1].clone()).await.expect("reads").personal, PersonalPart::Erased);
    // Whoever has the secret in memory forgets it when the event says so.
    let mut kept = events[1].clone();
    rig.store.keys.open([&mut kept]).await.expect("reads");
    assert!(matches!(kept.personal, PersonalPart::Open(_)), "still in memory");
    let mut told = events[1].clone();
    told.kind = "tenant.retention_applied".into();
    rig.store.keys.hear(&told);
    let mut forgotten = events[1].clone();
    rig.store.keys.open([&mut forgotten]).await.expect("reads");
    assert_eq!(forgotten.personal, PersonalPart::Erased);
}

#[tokio::test]
async fn who_was_erased_and_becomes_known_again_is_readable_from_there() {
    let rig = Rig::start().await;
    let contact_id = contact();
    add(&rig, contact_id).await;
    let mut connection = rig.store.database.system.acquire().await.expect("a connection");
    let now = chrono::Utc::now();
    KeyRing::destroy_subject(&mut connection, OTHER, contact_id.0, now).await.expect("nothing of another tenant's");
    assert!(matches!(opened(&rig, only_event(&rig.store).await).await.expect("reads").personal, PersonalPart::Open(_)));
    KeyRing::destroy_subject(&mut connection, TENANT, contact_id.0, now).await.expect("destroyed");
    rig.store.keys.forget_subject(contact_id.0);

    let update = Event::from(contact::Updated {
        contact_id,
        changed: vec!["name".into()],
        person: Personal::Known(Person { phone: PHONE.into(), name: None, fields: BTreeMap::new() }),
    });
    rig.append(vec![StreamWrite::new(contact_id, Expected::Any, &[update])]).await;
    add(&rig, contact_id).await;
    let events = rig.store.read(0, 3).await.expect("reads");
    assert_eq!(opened(&rig, events[0].clone()).await.expect("reads").personal, PersonalPart::Erased, "before");
    assert_eq!(events[1].personal, PersonalPart::None, "while nobody was known");
    assert!(matches!(opened(&rig, events[2].clone()).await.expect("reads").personal, PersonalPart::Open(_)), "after");
}

#[tokio::test]
async fn a_tenants_key_changes_while_others_still_use_the_former_one() {
    let rig = Rig::start().await;
    let (one, two) = (contact(), contact());
    add(&rig, one).await;
    let keys = &rig.store.keys;
    let owner = Uuid::now_v7();
    let sealed = keys.seal_credential(TENANT, owner, b"a token").await.expect("sealed");
    let master = MasterKey::from_hex(KEY).expect("a key");
    let pool = &rig.store.database.system;
    // This store has the former key in memory, and wraps a secret by it in the middle of the change.
    let rotating = rotate_tenant(pool, &master, TENANT.0, Duration::from_secs(3));
    let meanwhile = async {
        let begun = "select count(*) from vault.tenant_key where former_wrapped is not null";
        while sqlx::query_scalar::<_, i64>(begun).fetch_one(pool).await.expect("counts") == 0 {
            tokio::task::yield_now().await;
        }
        add(&rig, two).await;
    };
    let (count, ()) = tokio::join!(rotating, meanwhile);
    assert!(count.expect("rotated") >= 3, "two subjects and a day");
    let former: i64 = sqlx::query_scalar("select count(*) from vault.tenant_key where former_wrapped is not null")
        .fetch_one(pool)
        .await
        .expect("counts");
    assert_eq!(former, 0);
    for event in rig.store.read(0, 2).await.expect("reads") {
        assert!(matches!(opened(&rig, event).await.expect("opens").personal, PersonalPart::Open(_)));
    }
    // What is no row of a table is the caller's to seal again; what this store remembers opens by itself.
    assert!(KeyRing::new(pool.clone(), master).open_credential(TENANT, owner, &sealed).await.is_err());
    add(&rig, contact()).await;
}

#[tokio::test]
async fn an_interrupted_change_of_a_tenants_key_is_finished_by_the_next() {
    let rig = Rig::start().await;
    add(&rig, contact()).await;
    let master = MasterKey::from_hex(KEY).expect("a key");
    let pool = &rig.store.database.system;
    let long = rotate_tenant(pool, &master, TENANT.0, Duration::from_secs(3_600));
    assert!(tokio::time::timeout(Duration::from_millis(500), long).await.is_err(), "it waits for the others");
    rotate_tenant(pool, &master, TENANT.0, Duration::ZERO).await.expect("finished");
    let event = only_event(&rig.store).await;
    assert!(matches!(opened(&rig, event).await.expect("opens").personal, PersonalPart::Open(_)));
}

#[tokio::test]
async fn the_master_key_changes_and_the_former_one_opens_nothing() {
    let rig = Rig::start().await;
    add(&rig, contact()).await;
    let (from, to) = (MasterKey::from_hex(KEY).expect("a key"), MasterKey::from_hex(&"c3".repeat(32)).expect("a key"));
    let mut connection = rig.superuser().await;
    rotate_master(&mut connection, &from, &to).await.expect("rotated");
    let pool = &rig.store.database.system;
    let mut event = only_event(&rig.store).await;
    let refused = KeyRing::new(pool.clone(), from).open([&mut event]).await;
    assert!(matches!(refused, Err(KeyError::Tampered)), "{refused:?}");
    KeyRing::new(pool.clone(), to).open([&mut event]).await.expect("opens");
    assert!(matches!(event.personal, PersonalPart::Open(_)));
}
