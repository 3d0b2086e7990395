use crate::fixture::Database;
use crate::log::{Log, OTHER, TENANT, contact};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use waybill_domain::campaign::Audience;
use waybill_domain::contact::*;
use waybill_domain::id::{ContactId, ListId};
use waybill_domain::list;
use waybill_domain::personal::Personal;
use waybill_projections::QueryError;
use waybill_projections::contacts::{self, AudienceCounts, ContactFilter, ContactSort};

const LIST: ListId = ListId(Uuid::from_u128(0x11));

fn added(n: u128, name: &str, tags: &[&str]) -> Added {
    Added {
        contact_id: contact(n),
        source: Source::Inbound,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect::<BTreeSet<_>>(),
        consent: None,
        person: Personal::Known(Person {
            phone: format!("+49151{n:08}"),
            name: Some(name.to_owned()),
            fields: BTreeMap::new(),
        }),
    }
}

fn consent() -> Consent {
    Consent { source: "form".into(), proof: None, at: crate::log::at("2026-02-01T00:00:00Z") }
}

async fn ids(database: &mut Database, filter: &ContactFilter) -> Vec<Uuid> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = contacts::page(&mut database.connection, TENANT, filter, cursor.as_deref(), 2).await.unwrap();
        ids.extend(page.items.iter().map(|row| row.contact_id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

#[tokio::test]
async fn a_withdrawal_outlives_removal_and_personal_data_does_not() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.push::<Event>(TENANT, contact(1), Added { consent: Some(consent()), ..added(1, "Ana", &["vip"]) });
    log.push::<Event>(
        TENANT,
        contact(1),
        ConsentWithdrawn { contact_id: contact(1), reason: "STOP".into(), at: log.now },
    );
    log.push::<Event>(TENANT, contact(1), Removed {});
    database.apply(&log.events, 1).await;
    let gone = contacts::one(&mut database.connection, TENANT, contact(1)).await.unwrap();
    assert_eq!(gone, None);
    assert_eq!(contacts::total(&mut database.connection, TENANT).await.unwrap(), 0);
    assert_eq!(contacts::tags(&mut database.connection, TENANT).await.unwrap(), vec![]);
    let kept = database.rows("read", "contact").await.join("");
    assert!(!kept.contains("Ana") && !kept.contains("+49151"), "{kept}");

    let before = log.events.len();
    log.push::<Event>(TENANT, contact(1), added(1, "Ana", &["new"]));
    database.apply(&log.events[before..], 1).await;
    let back = contacts::one(&mut database.connection, TENANT, contact(1)).await.unwrap().unwrap();
    assert_eq!((back.consent.as_str(), back.consent_source.as_deref()), ("withdrawn", Some("STOP")));
    assert_eq!((back.version, back.tags), (4, vec!["new".to_owned()]));
}

#[tokio::test]
async fn pages_follow_filters_and_every_order() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.step = chrono::TimeDelta::seconds(1);
    log.push::<list::Event>(TENANT, LIST, list::Created { name: "Spring".into() });
    for (n, name) in ["carla", "Ana", "bo_b", "Ana", "dora"].into_iter().enumerate() {
        let tags: &[&str] = if n % 2 == 0 { &["vip"] } else { &[] };
        log.push::<Event>(TENANT, contact(n as u128), added(n as u128, name, tags));
    }
    log.push::<Event>(OTHER, contact(9), added(9, "Ana", &["vip"]));
    log.push::<Event>(TENANT, contact(4), Blocked {});
    log.push::<Event>(TENANT, contact(0), ConsentGranted { contact_id: contact(0), consent: consent() });
    log.push::<list::Event>(TENANT, LIST, list::MembersAdded { contact_ids: vec![contact(1), contact(3)] });
    log.push::<list::Event>(TENANT, LIST, list::MembersAdded { contact_ids: vec![contact(3), contact(4)] });
    database.apply(&log.events, 1_000).await;
    database.as_application(Some(TENANT)).await;

    let open = ContactFilter::default();
    let named = |sort| ContactFilter { sort, ..open.clone() };
    let searched = |q: &str| ContactFilter { q: Some(q.to_owned()), ..open.clone() };
    let cases: [(&str, ContactFilter, &[u128]); 11] = [
        ("newest first", open.clone(), &[4, 3, 2, 1, 0]),
        ("oldest first", named(ContactSort::CreatedAt), &[0, 1, 2, 3, 4]),
        ("by name", named(ContactSort::Name), &[1, 3, 2, 0, 4]),
        ("tag", ContactFilter { tag: Some("vip".into()), ..open.clone() }, &[4, 2, 0]),
        ("list", ContactFilter { list: Some(LIST), ..open.clone() }, &[4, 3, 1]),
        ("consent", ContactFilter { consent: Some("granted".into()), ..open.clone() }, &[0]),
        ("blocked", ContactFilter { blocked: Some(true), ..open.clone() }, &[4]),
        ("a name", searched("AN"), &[3, 1]),
        ("a sign of patterns", searched("_"), &[2]),
        ("a number as people write it", searched("+49 (151) 0000 0003"), &[3]),
        ("two at once", ContactFilter { list: Some(LIST), tag: Some("vip".into()), ..open.clone() }, &[4]),
    ];
    for (name, filter, expected) in cases {
        let expected: Vec<Uuid> = expected.iter().map(|n| contact(*n).0).collect();
        assert_eq!(ids(&mut database, &filter).await, expected, "{name}");
    }
    let by_time = contacts::page(&mut database.connection, TENANT, &open, None, 1).await.unwrap();
    let other =
        contacts::page(&mut database.connection, TENANT, &named(ContactSort::Name), by_time.next_cursor.as_deref(), 1)
            .await;
    assert!(matches!(other, Err(QueryError::BadCursor)));

    let lists = contacts::lists(&mut database.connection, TENANT).await.unwrap();
    assert_eq!((lists[0].name.as_str(), lists[0].size), ("Spring", 3));
    let row = contacts::one(&mut database.connection, TENANT, contact(4)).await.unwrap().unwrap();
    assert_eq!(row.lists, vec![LIST.0]);
    assert_eq!(contacts::total(&mut database.connection, TENANT).await.unwrap(), 5);
    let tags = contacts::tags(&mut database.connection, TENANT).await.unwrap();
    assert_eq!(tags.iter().map(|row| (row.tag.as_str(), row.count)).collect::<Vec<_>>(), vec![("vip", 3)]);
}

#[tokio::test]
async fn a_removed_contact_leaves_its_lists() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.push::<list::Event>(TENANT, LIST, list::Created { name: "Spring".into() });
    for n in 1..=3 {
        log.push::<Event>(TENANT, contact(n), added(n, "Ana", &[]));
    }
    let contact_ids = (1..=3).map(contact).collect();
    log.push::<list::Event>(TENANT, LIST, list::MembersAdded { contact_ids });
    log.push::<Event>(TENANT, contact(2), Removed {});
    database.apply(&log.events, 5).await;
    assert_eq!(contacts::lists(&mut database.connection, TENANT).await.unwrap()[0].size, 2);
}

#[tokio::test]
async fn an_audience_is_walked_in_pages_and_counted_by_reason() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    log.push::<list::Event>(TENANT, LIST, list::Created { name: "Spring".into() });
    for n in 0..20 {
        let mut it = added(n, "Ana", &["vip"]);
        it.consent = (n >= 4).then(consent);
        if let Personal::Known(person) = &mut it.person {
            person.name = person.name.take().filter(|_| n != 10);
            person.fields = BTreeMap::from([("city".into(), if n < 13 { " " } else { "Bonn" }.into())]);
        }
        if n == 6 {
            it.person = Personal::Erased;
        }
        log.push::<Event>(TENANT, contact(n), it);
    }
    log.push::<Event>(TENANT, contact(5), Blocked {});
    log.push::<Event>(TENANT, contact(19), Removed {});
    log.push::<list::Event>(TENANT, LIST, list::MembersAdded { contact_ids: (10..15).map(contact).collect() });
    log.push::<Event>(OTHER, contact(99), Added { consent: Some(consent()), ..added(99, "Eve", &["vip"]) });
    database.apply(&log.events, 1_000).await;

    let all = Audience::All;
    for (audience, expected) in [
        (all.clone(), (0..19).collect::<Vec<u128>>()),
        (Audience::Tags(vec!["vip".into(), "x".into()]), (0..19).collect()),
        (Audience::Tags(vec!["x".into()]), vec![]),
        (Audience::List(LIST), (10..15).collect()),
    ] {
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let rows = contacts::audience_page(&mut database.connection, TENANT, &audience, after, 3).await.unwrap();
            walked.extend(rows.iter().map(|row| row.contact_id));
            after = walked.last().copied();
            if rows.len() < 3 {
                break;
            }
        }
        assert_eq!(walked, expected.into_iter().map(contact).collect::<Vec<ContactId>>(), "{audience:?}");
    }

    let counts = contacts::audience_counts(&mut database.connection, TENANT, &all, &["name", "phone", "city"]).await;
    let missing = [("name", 1), ("phone", 0), ("city", 7)].map(|(name, n)| (name.to_owned(), n));
    let expected = AudienceCounts {
        total: 19,
        no_consent: 4,
        blocked: 1,
        erased: 1,
        missing_variable: 7,
        eligible: 6,
        missing: BTreeMap::from(missing),
    };
    assert_eq!(counts.unwrap(), expected);
    let list = Audience::List(LIST);
    let counts = contacts::audience_counts(&mut database.connection, TENANT, &list, &[]).await.unwrap();
    assert_eq!((counts.total, counts.eligible), (5, 5));

    let some = [contact(3), contact(19), contact(99), contact(7)];
    let rows = contacts::audience_by_ids(&mut database.connection, TENANT, &some).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.contact_id).collect::<Vec<_>>(), vec![contact(3), contact(7)]);
}
