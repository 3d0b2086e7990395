//! Personal parts: encrypted in the log, readable with both secrets, gone with either.

use crate::rig::{KEY, Rig, TENANT, metadata};
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::contact::{self, Contact, Event, Person, Source};
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::id::ContactId;
use waybill_domain::personal::Personal;
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
