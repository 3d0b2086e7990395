//! Synthetic logs with the shape of real ones.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Audience, Plan, RecipientsEnrolled};
use waybill_domain::contact::{self, Consent, Person, Source};
use waybill_domain::conversation::{self, InboundReceived, MarkedRead, ReplyRequested, Said};
use waybill_domain::envelope::{PersonalPart, Recorded};
use waybill_domain::event::EventSet;
use waybill_domain::id::*;
use waybill_domain::message::{self, Content, Delivered, Dispatched, Failed, Read, Sending, Sent, Status};
use waybill_domain::package::limits::{Overrides, Settings};
use waybill_domain::personal::Personal;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_domain::stream::StreamId;
use waybill_domain::{list, package, profile, wallet};

pub const TENANT: TenantId = TenantId(Uuid::from_u128(0xA));
pub const LIST: ListId = ListId(Uuid::from_u128(0x11));

#[derive(Default)]
struct Log {
    events: Vec<Arc<Recorded>>,
    versions: HashMap<StreamId, i64>,
}

impl Log {
    fn push<E: EventSet>(&mut self, stream: impl Into<StreamId>, event: impl Into<E>) {
        let stream = stream.into();
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let encoded = event.into().encode();
        let position = self.events.len() as i64 + 1;
        self.events.push(Arc::new(Recorded {
            position,
            event_id: scattered(0xE, position as u128),
            tenant_id: TENANT,
            stream_id: stream.id,
            category: stream.category.as_str().into(),
            version: *version,
            kind: encoded.kind.into(),
            schema_version: encoded.schema_version,
            recorded_at: time(position),
            correlation_id: Uuid::nil(),
            causation_id: None,
            actor: Actor::SYSTEM,
            traceparent: None,
            data: encoded.data,
            personal: encoded.personal.map_or(PersonalPart::None, |part| PersonalPart::Open(part.bytes)),
        }));
    }
}

fn time(position: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::microseconds(position * 500)
}

/// As ids are that come from a keyed hash.
pub fn scattered(space: u128, n: u128) -> Uuid {
    Uuid::new_v5(&Uuid::from_u128(space), &n.to_be_bytes())
}

fn contact_id(n: usize) -> ContactId {
    ContactId(scattered(0xC, n as u128))
}

/// Rows of a file, with the list that they form.
pub fn import(count: usize) -> Vec<Arc<Recorded>> {
    let mut log = Log::default();
    log.push::<list::Event>(LIST, list::Created { name: "spring.csv".into() });
    let towns = ["Berlin", "Jakarta", "São Paulo", "Nairobi", "Porto"];
    for n in 0..count {
        let added = contact::Added {
            contact_id: contact_id(n),
            source: Source::Import { import_id: ImportId(Uuid::nil()), line: n as u64 + 2 },
            tags: BTreeSet::from(["spring".to_owned()]),
            consent: (n % 20 != 0).then(|| Consent { source: "spring.csv".into(), proof: None, at: time(n as i64) }),
            person: Personal::Known(Person {
                phone: format!("+62812{:08}", (n as u64 * 7_919) % 100_000_000),
                name: Some(format!("Contact {n} {}", towns[n % 5])),
                fields: BTreeMap::from([("city".to_owned(), towns[n % 5].to_owned()), ("order".into(), n.to_string())]),
            }),
        };
        log.push::<contact::Event>(contact_id(n), added);
        if n % 1_000 == 999 {
            let contact_ids = (n - 999..=n).map(contact_id).collect();
            log.push::<list::Event>(LIST, list::MembersAdded { contact_ids });
        }
    }
    log.events
}

pub fn campaign_id(which: u128) -> CampaignId {
    CampaignId(scattered(0xCA, which))
}

/// A whole campaign: about six events a recipient, receipts some thousand messages behind the sends.
pub fn campaign(recipients: usize, which: u128) -> Vec<Arc<Recorded>> {
    let mut log = Log::default();
    let id = campaign_id(which);
    let pool = PackageId(scattered(0xBA, which));
    let profiles: Vec<_> = (0..8).map(|n| ProfileId(scattered(which, n))).collect();
    let (name, distribution) = ("Pool".to_owned(), package::Distribution::RoundRobin);
    log.push::<package::Event>(pool, package::Created { name, distribution, settings: Settings::unlimited() });
    for (n, profile) in profiles.iter().enumerate() {
        let added = profile::Added {
            package_id: pool,
            name: format!("Number {n}"),
            provider: ProviderKind::Sandbox,
            phone: "+4915112345678".into(),
            phone_number_id: "1".into(),
            overrides: Overrides::default(),
            rank: Default::default(),
        };
        log.push::<profile::Event>(*profile, added);
    }
    let plan = Plan {
        name: "Spring".into(),
        audience: Audience::All,
        template_text: "Hi {{name|you}}".into(),
        package_id: pool,
        spread: Default::default(),
        attachment: None,
    };
    log.push::<campaign::Event>(id, campaign::Drafted { plan: plan.clone() });
    let (planned_recipients, points_reserved, at) = (recipients as u64, recipients as u64 * 2, time(0));
    log.push::<campaign::Event>(id, campaign::Started { plan, planned_recipients, points_reserved, at });
    let contacts: Vec<ContactId> = (0..recipients).map(contact_id).collect();
    for (chunk, ids) in contacts.chunks(1_000).enumerate() {
        let cursor = *ids.last().unwrap();
        let it = RecipientsEnrolled { chunk: chunk as u64, contact_ids: ids.to_vec(), cursor };
        log.push::<campaign::Event>(id, it);
    }
    let groups: Vec<&[ContactId]> = contacts.chunks(500).collect();
    for at in 0..groups.len() + 8 {
        if let Some(group) = groups.get(at) {
            send(&mut log, id, &profiles, group);
        }
        if let Some(group) = at.checked_sub(4).and_then(|at| groups.get(at)) {
            receipts(&mut log, id, group, false);
        }
        if let Some(group) = at.checked_sub(8).and_then(|at| groups.get(at)) {
            receipts(&mut log, id, group, true);
        }
    }
    log.events
}

fn send(log: &mut Log, campaign: CampaignId, profiles: &[ProfileId], group: &[ContactId]) {
    let (campaign_id, attempt) = (Some(campaign), 1);
    for (n, contact_id) in group.iter().enumerate() {
        let dispatched = Dispatched {
            campaign_id,
            conversation_id: None,
            contact_id: *contact_id,
            profile_id: profiles[n % 8],
            provider: ProviderKind::Sandbox,
            attempt,
            from: Status::Queued,
            content: Personal::Known(Content { to: "+6281200000000".into(), text: "Hi you".into(), attachment: None }),
            choice: None,
        };
        log.push::<message::Event>(MessageId::for_campaign(campaign, *contact_id), dispatched);
    }
    for (n, contact) in group.iter().enumerate() {
        let it = Sending { campaign_id, profile_id: profiles[n % 8], attempt, from: Status::Dispatched };
        log.push::<message::Event>(MessageId::for_campaign(campaign, *contact), it);
    }
    for (n, contact) in group.iter().enumerate() {
        let (id, profile_id) = (MessageId::for_campaign(campaign, *contact), profiles[n % 8]);
        let (at, from) = (time(log.events.len() as i64), Status::Sending);
        if fails(*contact) {
            let (class, code, detail) = (ErrorClass::Number, "131026".to_owned(), "undeliverable".to_owned());
            let refusal = Refusal { class, code, detail, retry_after_ms: None };
            let it = Failed { campaign_id, profile_id, attempt, refusal, is_final: true, at, from };
            log.push::<message::Event>(id, it);
        } else {
            let provider_message_id = Some(format!("wamid.{}", id.0.simple()));
            log.push::<message::Event>(id, Sent { campaign_id, profile_id, attempt, provider_message_id, at, from });
        }
    }
}

fn fails(contact: ContactId) -> bool {
    contact.0.as_u128().is_multiple_of(50)
}

fn receipts(log: &mut Log, campaign: CampaignId, group: &[ContactId], read: bool) {
    let campaign_id = Some(campaign);
    for contact in group.iter().filter(|contact| !fails(**contact)) {
        let id = MessageId::for_campaign(campaign, *contact);
        let at = time(log.events.len() as i64);
        if read {
            log.push::<message::Event>(id, Read { campaign_id, at, from: Status::Delivered });
        } else {
            log.push::<message::Event>(id, Delivered { campaign_id, at, from: Status::Sent });
        }
    }
}

/// People who write about ten times each, and are answered now and then.
pub fn talk(count: usize) -> Vec<Arc<Recorded>> {
    let mut log = Log::default();
    let people = (count / 10).max(1);
    let profile_id = ProfileId(scattered(1, 0));
    for n in 0..count {
        let contact_id = contact_id((n * 7_919) % people);
        let conversation = ConversationId::for_contact(contact_id);
        let (text, at) = (Some(format!("Is it open on Sunday? {n}")), time(n as i64));
        let said = Personal::Known(Said {
            text,
            phone: Some("+6281200000000".into()),
            profile_name: Some("Ana".into()),
            ..Said::default()
        });
        let kind = "text".to_owned();
        match n % 10 {
            8 => {
                let message_id = MessageId(scattered(0xF, n as u128));
                let it = ReplyRequested { message_id, contact_id, profile_id, user_id: None, at, said };
                log.push::<conversation::Event>(conversation, it);
            }
            9 => log.push::<conversation::Event>(conversation, MarkedRead {}),
            _ => {
                let provider_message_id = format!("wamid.{n}");
                let it =
                    InboundReceived { contact_id, in_group: false, profile_id, provider_message_id, kind, at, said };
                log.push::<conversation::Event>(conversation, it);
            }
        }
    }
    log.events
}

/// Campaigns that settle all the time.
pub fn spending(count: usize) -> Vec<Arc<Recorded>> {
    let mut log = Log::default();
    let stream = StreamId::wallet(TENANT);
    log.push::<wallet::Event>(stream, wallet::ToppedUp { points: 1_000_000_000, note: String::new() });
    for n in 0..count as u64 {
        let campaign_id = campaign_id(u128::from(n % 100));
        let through_position = n as i64;
        if n < 100 {
            log.push::<wallet::Event>(stream, wallet::Reserved { campaign_id, points: 1_000_000 });
        } else if n % 10 == 0 {
            let it = wallet::Released { campaign_id, messages: 1, points: 2, through_position };
            log.push::<wallet::Event>(stream, it);
        } else {
            let it = wallet::Captured { campaign_id, messages: 50, points: 100, through_position };
            log.push::<wallet::Event>(stream, it);
        }
    }
    log.events
}
