//! A log to replay: half of it conversations, two fifths messages of a campaign, a tenth a wallet.

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Audience, Plan, RecipientsEnrolled};
use waybill_domain::conversation::{self, InboundReceived, MarkedRead, ReplyRequested, Said};
use waybill_domain::id::{CampaignId, ContactId, ConversationId, MessageId, PackageId, ProfileId, TenantId};
use waybill_domain::message::{self, Content, Delivered, Dispatched, Read, Sending, Sent, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::wallet;
use waybill_event_store::{Append, EventStore, Expected, Metadata, Outcome, StreamWrite};

/// Of a block of 2,000 events: conversations with two each, messages with five each, and the wallet.
const BLOCK: usize = 2_000;
const CONVERSATIONS: usize = 500;
const MESSAGES: usize = 160;
const SETTLED: usize = 200;
/// Each block goes on with the next of them.
const PEOPLE: usize = 50_000;

struct World {
    tenant: TenantId,
    campaign: CampaignId,
    profiles: Vec<ProfileId>,
    from: DateTime<Utc>,
}

/// Writes about `wanted` events; answers how many.
pub async fn write(store: &EventStore, wanted: usize) -> anyhow::Result<i64> {
    let world = World {
        tenant: TenantId(Uuid::now_v7()),
        campaign: CampaignId(Uuid::now_v7()),
        profiles: (0..8).map(|_| ProfileId(Uuid::now_v7())).collect(),
        from: Utc::now() - TimeDelta::days(30),
    };
    store.keys.create_tenant(world.tenant).await?;
    let blocks = wanted.div_ceil(BLOCK);
    world.append(store, 0, vec![world.start(blocks)]).await?;
    for block in 0..blocks {
        let mut writes = vec![world.enrolled(block)];
        writes.extend((0..CONVERSATIONS).map(|nth| world.talk(block, nth)));
        writes.extend((0..MESSAGES).map(|nth| world.message(block, nth)));
        writes.push(world.settled(block));
        world.append(store, block, writes).await?;
    }
    Ok(store.head().await?)
}

impl World {
    async fn append(&self, store: &EventStore, block: usize, writes: Vec<StreamWrite>) -> anyhow::Result<()> {
        let metadata = Metadata {
            tenant_id: self.tenant,
            actor: Actor::process("bench"),
            at: self.at(block),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        };
        let appends = writes.into_iter().map(|write| Append::new(metadata.clone(), vec![write])).collect();
        let ready = store.make_ready(appends).await?;
        let mut transaction = store.database.system.begin().await?;
        let outcomes = store.append_in(&mut transaction, &ready).await?;
        ensure!(outcomes.iter().all(|it| matches!(it, Outcome::Appended { .. })), "the log refuses an event");
        transaction.commit().await.context("writing the log")
    }

    fn at(&self, block: usize) -> DateTime<Utc> {
        self.from + TimeDelta::seconds(block as i64 * 60)
    }

    /// The same id for the same things, spread as hashes are.
    fn id(&self, space: u8, nth: usize) -> Uuid {
        let mut name = vec![space];
        name.extend((nth as u64).to_be_bytes());
        Uuid::new_v5(&self.tenant.0, &name)
    }

    fn recipient(&self, block: usize, nth: usize) -> ContactId {
        ContactId(self.id(1, block * MESSAGES + nth))
    }

    fn start(&self, blocks: usize) -> StreamWrite {
        let plan = Plan {
            name: "Bench".into(),
            audience: Audience::All,
            template_text: "Hi {{name|you}}".into(),
            package_id: PackageId(self.id(2, 0)),
            spread: Default::default(),
            attachment: None,
        };
        let planned_recipients = (blocks * MESSAGES) as u64;
        let started = campaign::Started {
            plan: plan.clone(),
            planned_recipients,
            points_reserved: planned_recipients * wallet::POINTS_PER_RECIPIENT,
            at: self.at(0),
        };
        let events: [campaign::Event; 2] = [campaign::Drafted { plan }.into(), started.into()];
        StreamWrite::new(self.campaign, Expected::Any, &events)
    }

    fn enrolled(&self, block: usize) -> StreamWrite {
        let contact_ids: Vec<ContactId> = (0..MESSAGES).map(|nth| self.recipient(block, nth)).collect();
        let cursor = contact_ids[MESSAGES - 1];
        let event: campaign::Event = RecipientsEnrolled { chunk: block as u64, contact_ids, cursor }.into();
        StreamWrite::new(self.campaign, Expected::Any, &[event])
    }

    fn talk(&self, block: usize, nth: usize) -> StreamWrite {
        let contact_id = ContactId(self.id(3, (block * CONVERSATIONS + nth) % PEOPLE));
        let (profile_id, at) = (self.profiles[nth % 8], self.at(block));
        let said = |text: &str| {
            let (phone, name) = (format!("+62812{:08}", contact_id.0.as_u128() % 100_000_000), "Ana".to_owned());
            Personal::Known(Said {
                text: Some(text.to_owned()),
                phone: Some(phone),
                profile_name: Some(name),
                ..Said::default()
            })
        };
        let inbound = |more: usize| -> conversation::Event {
            let provider_message_id = format!("wamid.{block}.{nth}.{more}");
            let said = said("Is it open on Sunday, and do you deliver?");
            let kind = "text".to_owned();
            InboundReceived { contact_id, in_group: false, profile_id, provider_message_id, kind, at, said }.into()
        };
        let second: conversation::Event = match block % 5 {
            3 => {
                let message_id = MessageId(self.id(4, block * CONVERSATIONS + nth));
                let said = said("Yes, from nine to five.");
                ReplyRequested { message_id, contact_id, profile_id, user_id: None, at, said }.into()
            }
            4 => MarkedRead {}.into(),
            _ => inbound(1),
        };
        StreamWrite::new(ConversationId::for_contact(contact_id), Expected::Any, &[inbound(0), second])
    }

    fn message(&self, block: usize, nth: usize) -> StreamWrite {
        let (campaign_id, contact_id) = (Some(self.campaign), self.recipient(block, nth));
        let (profile_id, attempt, at) = (self.profiles[nth % 8], 1, self.at(block));
        let provider_message_id = Some(format!("wamid.{block}.{nth}"));
        let dispatched = Dispatched {
            campaign_id,
            conversation_id: None,
            contact_id,
            profile_id,
            provider: ProviderKind::Sandbox,
            attempt,
            from: Status::Queued,
            content: Personal::Known(Content { to: "+6281210000000".into(), text: "Hi you".into(), attachment: None }),
            choice: None,
        };
        let events: [message::Event; 5] = [
            dispatched.into(),
            Sending { campaign_id, profile_id, attempt, from: Status::Dispatched }.into(),
            Sent { campaign_id, profile_id, attempt, provider_message_id, at, from: Status::Sending }.into(),
            Delivered { campaign_id, at, from: Status::Sent }.into(),
            Read { campaign_id, at, from: Status::Delivered }.into(),
        ];
        StreamWrite::new(MessageId::for_campaign(self.campaign, contact_id), Expected::Any, &events)
    }

    fn settled(&self, block: usize) -> StreamWrite {
        let campaign_id = self.campaign;
        let mut events: Vec<wallet::Event> = Vec::with_capacity(SETTLED);
        if block == 0 {
            events.push(wallet::ToppedUp { points: 1_000_000_000, note: String::new() }.into());
            events.push(wallet::Reserved { campaign_id, points: 1_000_000_000 }.into());
        }
        while events.len() < SETTLED {
            let through_position = events.len() as i64;
            events.push(wallet::Captured { campaign_id, messages: 5, points: 10, through_position }.into());
        }
        StreamWrite::new(StreamId::wallet(self.tenant), Expected::Any, &events)
    }
}
