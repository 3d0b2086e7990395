//! A log that moves every read model: contacts, a list, a campaign, its messages, points.

use crate::rig::{TENANT, metadata, topped_up};
use futures::StreamExt;
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::{self, Audience, Plan};
use waybill_domain::contact::{self, Person, Source};
use waybill_domain::event::EventSet;
use waybill_domain::id::{CampaignId, ContactId, ListId, MessageId, PackageId, ProfileId};
use waybill_domain::list;
use waybill_domain::message::{self, Content, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, StreamWrite};
use waybill_runtime::Context;

/// Each needs a connection for its secrets: no more than a small pool serves in time on a loaded machine.
const AT_ONCE: usize = 64;

/// Appends what happens to `people` new contacts, each in six to nine events.
pub async fn happen(context: &Context, people: usize) {
    let contacts: Vec<ContactId> = (0..people).map(|_| ContactId(Uuid::now_v7())).collect();
    let (campaign, list) = (CampaignId(Uuid::now_v7()), ListId(Uuid::now_v7()));
    append_all(
        context,
        vec![
            write(StreamId::wallet(TENANT), &[topped_up(people as u64 * 2)]),
            write(list, &[list::Event::from(list::Created { name: format!("List {list}") })]),
            write(campaign, &started(campaign, list, &contacts)),
        ],
    )
    .await;
    let mut writes: Vec<StreamWrite> =
        contacts.iter().enumerate().map(|(nth, contact)| write(*contact, &known(nth, *contact))).collect();
    for chunk in contacts.chunks(100) {
        let added = list::MembersAdded { contact_ids: chunk.to_vec() };
        writes.push(write(list, &[list::Event::from(added)]));
    }
    append_all(context, writes).await;
    for step in 0..5 {
        let steps = contacts.iter().enumerate().filter_map(|(nth, contact)| {
            let event = messaged(nth, campaign, *contact, step)?;
            Some(write(MessageId::for_campaign(campaign, *contact), &[event]))
        });
        append_all(context, steps.collect()).await;
    }
}

/// Many at once, in any order.
async fn append_all(context: &Context, writes: Vec<StreamWrite>) {
    let appends = futures::stream::iter(writes).map(|write| context.store.append(Append::new(metadata(), vec![write])));
    appends.buffer_unordered(AT_ONCE).for_each(async |outcome| drop(outcome.expect("appends"))).await;
}

fn write<E: EventSet>(stream: impl Into<StreamId>, events: &[E]) -> StreamWrite {
    StreamWrite::new(stream, Expected::Any, events)
}

fn started(campaign: CampaignId, list: ListId, contacts: &[ContactId]) -> Vec<campaign::Event> {
    let plan = Plan {
        name: format!("Campaign {campaign}"),
        audience: Audience::List(list),
        template_text: "Hello {{name}}".into(),
        package_id: PackageId(Uuid::from_u128(1)),
        spread: Default::default(),
        attachment: None,
    };
    let planned = contacts.len() as u64;
    let at = metadata().at;
    let start = campaign::Started { plan: plan.clone(), planned_recipients: planned, points_reserved: planned * 2, at };
    let mut events = vec![campaign::Drafted { plan }.into(), start.into()];
    for (chunk, ids) in contacts.chunks(campaign::MAX_CHUNK).enumerate() {
        let cursor = *ids.last().expect("a chunk is not empty");
        events.push(campaign::RecipientsEnrolled { chunk: chunk as u64, contact_ids: ids.to_vec(), cursor }.into());
    }
    events.push(campaign::EnrolmentFinished { enrolled: planned, excluded: 0, unused: 0 }.into());
    events
}

fn known(nth: usize, contact_id: ContactId) -> Vec<contact::Event> {
    let person = |name: String| {
        Personal::Known(Person { phone: format!("+49151{nth:08}"), name: Some(name), fields: BTreeMap::new() })
    };
    let added = contact::Added {
        contact_id,
        source: Source::Inbound,
        tags: Default::default(),
        consent: None,
        person: person(format!("Person {nth}")),
    };
    let mut events = vec![added.into(), contact::Tagged { tag: format!("tag-{}", nth % 7) }.into()];
    if nth.is_multiple_of(3) {
        let person = person(format!("Renamed {nth}"));
        events.push(contact::Updated { contact_id, changed: vec!["name".into()], person }.into());
    }
    events
}

fn messaged(nth: usize, campaign: CampaignId, contact_id: ContactId, step: usize) -> Option<message::Event> {
    let campaign_id = Some(campaign);
    let profile_id = ProfileId(Uuid::from_u128(7));
    let at = metadata().at;
    Some(match (step, nth % 5) {
        (0, _) => {
            let content = Content { to: format!("+49151{nth:08}"), text: "Hello".into(), attachment: None };
            message::Dispatched {
                campaign_id,
                conversation_id: None,
                contact_id,
                profile_id,
                provider: ProviderKind::Sandbox,
                attempt: 1,
                from: Status::Queued,
                content: Personal::Known(content),
                choice: None,
            }
            .into()
        }
        (1, _) => message::Sending { campaign_id, profile_id, attempt: 1, from: Status::Dispatched }.into(),
        (2, 4) => {
            let reason = "timeout".to_owned();
            message::Uncertain { campaign_id, profile_id, attempt: 1, reason, deadline: at, from: Status::Sending }
                .into()
        }
        (2, _) => {
            let provider_message_id = Some(format!("wamid.{nth}"));
            message::Sent { campaign_id, profile_id, attempt: 1, provider_message_id, at, from: Status::Sending }.into()
        }
        (3, 0..=2) => message::Delivered { campaign_id, at, from: Status::Sent }.into(),
        (4, 0) => message::Read { campaign_id, at, from: Status::Delivered }.into(),
        _ => return None,
    })
}
