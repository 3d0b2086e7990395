//! A random but possible log: every event comes from a decision of the domain, as in production.

mod files;
mod people;
mod templates;

use crate::log::Log;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Audience, Exclusion, Plan};
use waybill_domain::contact::{self, Consent, Person, Source};
use waybill_domain::conversation::{self, Echoed, Group, GroupNamed, InboundReceived, ReplyRequested, Said};
use waybill_domain::id::*;
use waybill_domain::import::{self, NotedRow};
use waybill_domain::message::{self, Content, Decision, Dispatched, Receipt, ReceiptStatus, Status};
use waybill_domain::package::limits::{Limit, Overrides, Settings};
use waybill_domain::personal::Personal;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_domain::stream::StreamId;
use waybill_domain::{list, media, package, profile, provider_template, tenant, wallet};

const CONTACTS: usize = 40;

/// Xorshift: the seed is all there is to repeat a failure.
pub struct Dice(u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

struct World {
    tenant: TenantId,
    package: PackageId,
    profiles: Vec<ProfileId>,
    profile_states: BTreeMap<ProfileId, profile::State>,
    list: ListId,
    contacts: BTreeMap<ContactId, contact::State>,
    conversations: BTreeMap<ContactId, conversation::State>,
    messages: BTreeMap<MessageId, (message::State, Option<CampaignId>, ContactId)>,
    campaigns: BTreeMap<CampaignId, campaign::State>,
    wallet: wallet::State,
    import: (ImportId, import::State),
    files: BTreeMap<MediaId, media::State>,
    templates: BTreeMap<TemplateId, provider_template::State>,
    drawn: u128,
}

/// About `turns` decisions of each tenant, interleaved.
pub fn log(seed: u64, tenants: &[TenantId], turns: usize) -> Log {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut log = Log::new();
    log.step = TimeDelta::milliseconds(731);
    let mut worlds: Vec<World> = tenants.iter().map(|tenant| World::begin(*tenant, &mut log)).collect();
    for _ in 0..turns {
        for world in &mut worlds {
            world.turn(&mut dice, &mut log);
        }
    }
    log
}

/// Decides, folds and writes; a refusal is a turn without events.
fn decided<A: Aggregate>(
    log: &mut Log,
    tenant: TenantId,
    stream: impl Into<StreamId>,
    state: &mut A::State,
    command: A::Command,
) {
    let Ok(events) = A::decide(state, command) else { return };
    *state = A::fold(state.clone(), &events);
    log.all::<A::Event>(tenant, stream, events);
}

impl World {
    fn begin(tenant: TenantId, log: &mut Log) -> Self {
        let id = |n: u128| Uuid::from_u128((tenant.0.as_u128() << 64) + n);
        let mut world = Self {
            tenant,
            package: PackageId(id(1)),
            profiles: vec![ProfileId(id(2)), ProfileId(id(3))],
            profile_states: BTreeMap::new(),
            list: ListId(id(4)),
            contacts: (0..CONTACTS as u128).map(|n| (ContactId(id(1_000 + n)), contact::State::default())).collect(),
            conversations: BTreeMap::new(),
            messages: BTreeMap::new(),
            campaigns: BTreeMap::new(),
            wallet: wallet::State::default(),
            import: (ImportId(id(5)), import::State::default()),
            files: BTreeMap::new(),
            templates: BTreeMap::new(),
            drawn: 1_000_000,
        };
        let (name, default_country, time_zone) = ("Kopi".to_owned(), Some("ID".to_owned()), "Asia/Jakarta".to_owned());
        log.push::<tenant::Event>(tenant, tenant, tenant::Registered { name, default_country, time_zone });
        let create = package::Command::Create {
            name: "Pool".into(),
            settings: Settings::default(),
            distribution: Default::default(),
        };
        decided::<package::Package>(log, tenant, world.package, &mut package::State::default(), create);
        for (n, id) in world.profiles.clone().into_iter().enumerate() {
            let added = profile::Added {
                package_id: world.package,
                name: format!("Number {n}"),
                provider: ProviderKind::Sandbox,
                phone: "+4915112345678".into(),
                phone_number_id: "1065".into(),
                overrides: Overrides { hourly_limit: Some(5), ..Overrides::default() },
                rank: Default::default(),
            };
            let state = world.profile_states.entry(id).or_default();
            decided::<profile::Profile>(log, tenant, id, state, profile::Command::Add(added));
        }
        log.push::<list::Event>(tenant, world.list, list::Created { name: "Spring".into() });
        let started = import::Started {
            import_id: world.import.0,
            file_name: "a.csv".into(),
            bytes: 1_000,
            list_id: Some(world.list),
            tags: vec!["new".into()],
        };
        decided::<import::Import>(log, tenant, world.import.0, &mut world.import.1, import::Command::Start(started));
        world.top_up(log);
        world
    }

    fn turn(&mut self, dice: &mut Dice, log: &mut Log) {
        match dice.roll(30) {
            0..4 => self.contact(dice, log),
            4 => self.members(dice, log),
            5 | 18 => self.import(dice, log),
            6 => self.number(dice, log),
            7..9 => self.draft_and_start(dice, log),
            9..12 => self.campaign(dice, log),
            12 => self.settle(dice, log),
            13..16 => self.talk(dice, log),
            16 => self.top_up(log),
            17 => self.notes(dice, log),
            19 => self.file(dice, log),
            20 => self.template(dice, log),
            _ => self.message(dice, log),
        }
    }

    fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        Uuid::from_u128((self.tenant.0.as_u128() << 64) + self.drawn)
    }

    fn top_up(&mut self, log: &mut Log) {
        let command = wallet::Command::TopUp { points: 120, note: "bank".into() };
        decided::<wallet::Wallet>(log, self.tenant, StreamId::wallet(self.tenant), &mut self.wallet, command);
    }

    fn someone(&self, dice: &mut Dice) -> ContactId {
        *self.contacts.keys().nth(dice.roll(CONTACTS)).unwrap()
    }

    fn number(&mut self, dice: &mut Dice, log: &mut Log) {
        let id = dice.pick(&self.profiles);
        let until = log.now + TimeDelta::seconds(60);
        let command = match dice.roll(4) {
            0 => profile::Command::Activate,
            1 => profile::Command::Deactivate,
            2 => {
                profile::Command::CoolDown(profile::CooledDown { until, code: "130429".into(), detail: "slow".into() })
            }
            _ => profile::Command::Block(profile::Blocked {
                class: "ban".into(),
                code: "368".into(),
                detail: String::new(),
            }),
        };
        let state = self.profile_states.get_mut(&id).unwrap();
        decided::<profile::Profile>(log, self.tenant, id, state, command);
    }

    fn draft_and_start(&mut self, dice: &mut Dice, log: &mut Log) {
        if self.campaigns.len() > 3 {
            return;
        }
        let id = CampaignId(self.draw());
        let plan = Plan {
            name: "Spring".into(),
            audience: Audience::Tags(vec!["vip".into()]),
            template_text: "Hi {{name|you}}".into(),
            package_id: self.package,
            spread: Default::default(),
            attachment: None,
        };
        let state = self.campaigns.entry(id).or_default();
        let draft = campaign::Command::Draft(plan.clone());
        decided::<campaign::Campaign>(log, self.tenant, id, state, draft);
        if dice.roll(4) == 0 {
            decided::<campaign::Campaign>(log, self.tenant, id, state, campaign::Command::Discard);
            return;
        }
        let edit = campaign::Command::Edit(Plan { name: "Summer".into(), ..plan });
        decided::<campaign::Campaign>(log, self.tenant, id, state, edit);
        let planned = CONTACTS as u64;
        let points = planned * wallet::POINTS_PER_RECIPIENT;
        if self.wallet.available < points {
            return;
        }
        let start = campaign::Command::Start { planned_recipients: planned, points_reserved: points, at: log.now };
        decided::<campaign::Campaign>(log, self.tenant, id, state, start);
        let reserve = wallet::Command::Reserve { campaign_id: id, points };
        decided::<wallet::Wallet>(log, self.tenant, StreamId::wallet(self.tenant), &mut self.wallet, reserve);
    }

    fn campaign(&mut self, dice: &mut Dice, log: &mut Log) {
        if self.campaigns.is_empty() {
            return;
        }
        let id = *self.campaigns.keys().nth(dice.roll(self.campaigns.len())).unwrap();
        let state = self.campaigns.get_mut(&id).unwrap();
        let command = match dice.roll(9) {
            0..4 => {
                let next = state.enrolment.next_chunk;
                let chunk: Vec<ContactId> = self.contacts.keys().copied().skip(next as usize * 8).take(8).collect();
                let Some(cursor) = chunk.last().copied() else { return };
                let (kept, out): (Vec<_>, Vec<_>) = chunk.into_iter().partition(|_| dice.roll(5) > 0);
                let before = log.events.len();
                let excluded = if out.is_empty() {
                    BTreeMap::new()
                } else {
                    BTreeMap::from([(dice.pick(&[Exclusion::NoConsent, Exclusion::Blocked]), out)])
                };
                let enrolled = kept.clone();
                let command = campaign::Command::EnrolChunk { chunk: next, enrolled, excluded, cursor };
                decided::<campaign::Campaign>(log, self.tenant, id, state, command);
                if log.events.len() > before {
                    for contact in kept {
                        let message = MessageId::for_campaign(id, contact);
                        self.messages.insert(message, (message::State::default(), Some(id), contact));
                    }
                }
                return;
            }
            4 => campaign::Command::Pause { reason: "operator".into() },
            5 => campaign::Command::Resume,
            6 => campaign::Command::Defer {
                limit: dice.pick(&[Limit::Daily, Limit::NoActiveProfile]),
                until: Some(log.now),
                waiting: 3,
            },
            7 if state.enrolment.next_chunk > 3 => campaign::Command::FinishEnrolment,
            8 if dice.roll(3) == 0 => {
                decided::<campaign::Campaign>(log, self.tenant, id, state, campaign::Command::Cancel);
                let untouched: Vec<_> = self
                    .messages
                    .iter()
                    .filter(|(_, it)| it.1 == Some(id) && it.0 == message::State::default())
                    .map(|(message, it)| (*message, it.2))
                    .collect();
                let ids = untouched.iter().map(|(_, contact)| *contact).collect();
                let before = log.events.len();
                let cancel = campaign::Command::CancelRecipients(ids);
                decided::<campaign::Campaign>(log, self.tenant, id, state, cancel);
                if log.events.len() > before {
                    for (message, _) in &untouched {
                        self.messages.remove(message);
                    }
                }
                return;
            }
            _ => campaign::Command::Complete(campaign::Completed { sent: 1, failed: 1, cancelled: 0, uncertain: 0 }),
        };
        decided::<campaign::Campaign>(log, self.tenant, id, state, command);
    }

    fn settle(&mut self, dice: &mut Dice, log: &mut Log) {
        let Some(campaign_id) = self.wallet.campaigns.keys().nth(dice.roll(4)).copied() else { return };
        let command = wallet::Command::Settle {
            campaign_id,
            sent: dice.roll(4) as u64,
            unsent: dice.roll(3) as u64,
            undone: dice.roll(2) as u64,
            through_position: log.events.len() as i64,
        };
        decided::<wallet::Wallet>(log, self.tenant, StreamId::wallet(self.tenant), &mut self.wallet, command);
    }

    fn message(&mut self, dice: &mut Dice, log: &mut Log) {
        if self.messages.is_empty() {
            return;
        }
        let id = *self.messages.keys().nth(dice.roll(self.messages.len())).unwrap();
        let profile_id = dice.pick(&self.profiles);
        let (state, campaign_id, contact_id) = self.messages.get_mut(&id).unwrap();
        let at = log.now;
        let attempt = state.attempt;
        let refusal = Refusal {
            class: dice.pick(&[ErrorClass::Retry, ErrorClass::Number, ErrorClass::Ban]),
            code: dice.pick(&["131026", "500"]).into(),
            detail: dice.pick(&["gone", "asleep"]).into(),
            retry_after_ms: None,
        };
        let provider_message_id = format!("wamid.{}", log.events.len());
        let command = match (state.status, dice.roll(6)) {
            (Status::Queued | Status::Dispatched, 0) => {
                let (campaign_id, contact_id) = (*campaign_id, *contact_id);
                message::Command::Cancel { campaign_id, contact_id, reason: "blocked".into() }
            }
            (Status::Queued, _) => dispatch(*campaign_id, None, *contact_id, profile_id),
            (Status::Dispatched, _) => message::Command::BeginSending { attempt },
            (Status::Sending, 0..2) => message::Command::RecordRefused { attempt, refusal, at },
            (Status::Sending, 2) => {
                let deadline = at + TimeDelta::minutes(10);
                message::Command::RecordUncertain { attempt, reason: "timeout".into(), deadline }
            }
            (Status::Sending, _) => message::Command::RecordSent { attempt, provider_message_id, at },
            (Status::Uncertain, 0..2) => message::Command::Lapse { policy: Default::default(), at },
            (Status::Uncertain, 2) => {
                let decision = dice.pick(&[Decision::Sent, Decision::NotSent, Decision::Resend]);
                message::Command::Settle { decision, user_id: UserId(Uuid::nil()), at }
            }
            (_, roll) => {
                let refusal = Some(refusal).filter(|_| roll == 0);
                let late = [ReceiptStatus::Sent, ReceiptStatus::Delivered, ReceiptStatus::Read];
                let status = if refusal.is_some() { ReceiptStatus::Failed } else { dice.pick(&late) };
                message::Command::RecordReceipt(Receipt { status, provider_message_id, at, refusal })
            }
        };
        decided::<message::Message>(log, self.tenant, id, state, command);
    }
}

fn dispatch(
    campaign_id: Option<CampaignId>,
    conversation_id: Option<ConversationId>,
    contact_id: ContactId,
    profile_id: ProfileId,
) -> message::Command {
    message::Command::Dispatch(Dispatched {
        campaign_id,
        conversation_id,
        contact_id,
        profile_id,
        provider: ProviderKind::Sandbox,
        attempt: 0,
        from: Status::Queued,
        content: Personal::Known(Content { to: "+4915112345678".into(), text: "Hi".into(), attachment: None }),
        choice: None,
    })
}
