//! Webhook reader: makes sense of what providers posted.
//!
//! Reacts to `webhook_inbox.received` and `message.sent`, and to time. Receipts move their message forward, inbound messages
//! go to the contact's conversation (a contact who is not known yet is added), so does what the business wrote on its phone,
//! what cannot be understood is quarantined and stays visible. The raw body stays in the log, so a fault of a parser loses nothing: fix and read again.

mod carried;
mod echoes;
mod inbound;
mod people;
mod receipts;
mod standing;
mod templates;

use sqlx::PgConnection;
use standing::Told;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::event::EventSet;
use waybill_domain::message;
use waybill_domain::provider_template::Standing;
use waybill_domain::stream::{Category, StreamId};
use waybill_domain::webhook_inbox::{Event, Quarantined, Received};
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};
use waybill_providers::{Inbound, Notice, Registry};
use waybill_runtime::{Context, Subscription};

pub use receipts::read as receipt_status;

pub const NAME: &str = "process/webhook-reader";
/// Events looked at in one transaction, at most.
const BATCH: usize = 1_000;
/// How often echoes that wait are looked for.
const TICK: Duration = Duration::from_secs(2);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let registry = Registry::new(&context.client_config(Duration::from_secs(30))?)?;
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            _ = tick.tick() => {
                let mut transaction = context.store.database.system.begin().await?;
                let heard = echoes::take_due(&context, &mut transaction, &registry).await?;
                if heard.is_empty() {
                    transaction.commit().await?;
                    continue;
                }
                let prepared = echoes::prepare(&context, heard, &[]).await?;
                let moved = subscription.commit(&mut transaction).await?;
                let position = echoes::append(&context, &mut transaction, prepared).await?;
                transaction.commit().await?;
                subscription.committed(moved);
                context.store.announce(position);
            }
            events = subscription.next(BATCH) => {
                let events = events?;
                let work = Work::read(&context, &registry, &events).await?;
                if work.is_empty() {
                    subscription.idle().await?;
                    continue;
                }
                let receipts = receipts::prepare(&context, work.receipts).await?;
                let echoes = echoes::prepare(&context, work.echoes, &work.sent).await?;
                let mut transaction = context.store.database.system.begin().await?;
                let moved = subscription.commit(&mut transaction).await?;
                // From the first append on the lane is held, and what follows sees a log that stands still.
                let mut position = receipts::append(&context, &mut transaction, receipts, &work.sent).await?;
                position = position.max(inbound::append(&context, &mut transaction, work.inbound).await?);
                position = position.max(echoes::append(&context, &mut transaction, echoes).await?);
                position = position.max(standing::append(&context, &mut transaction, work.news).await?);
                position = position.max(standing::withdraw(&context, &mut transaction, work.wishes).await?);
                position = position.max(templates::append(&context, &mut transaction, work.templates).await?);
                position = position.max(quarantine(&context, &mut transaction, work.quarantined).await?);
                transaction.commit().await?;
                subscription.committed(moved);
                context.store.announce(position);
            }
        }
    }
}

/// What a stretch of the log asks for.
#[derive(Default)]
struct Work {
    receipts: Vec<receipts::Told>,
    inbound: Vec<(Arc<Recorded>, Received, Inbound)>,
    echoes: Vec<echoes::Heard>,
    sent: Vec<receipts::Known>,
    news: Vec<standing::News>,
    wishes: Vec<standing::Wish>,
    templates: Vec<templates::Told>,
    quarantined: Vec<(Arc<Recorded>, Received, String)>,
}

impl Work {
    fn is_empty(&self) -> bool {
        self.receipts.is_empty()
            && self.inbound.is_empty()
            && self.echoes.is_empty()
            && self.sent.is_empty()
            && self.news.is_empty()
            && self.wishes.is_empty()
            && self.templates.is_empty()
            && self.quarantined.is_empty()
    }

    async fn read(context: &Context, registry: &Registry, events: &[Arc<Recorded>]) -> anyhow::Result<Self> {
        let mut work = Work::default();
        let mut posted: Vec<Recorded> =
            events.iter().filter(|event| event.is("webhook_inbox.received")).map(|it| it.as_ref().clone()).collect();
        context.store.keys.open(&mut posted).await?;
        for recorded in posted {
            let Some(Event::Received(received)) = recorded.decode::<Event>()? else { continue };
            work.interpret(registry, Arc::new(recorded), received);
        }
        for recorded in events.iter().filter(|event| event.is("message.sent")) {
            if let Some(message::Event::Sent(sent)) = recorded.decode()?
                && let Some(provider_message_id) = sent.provider_message_id
            {
                work.sent.push(receipts::Known {
                    profile_id: sent.profile_id.0,
                    provider_message_id,
                    message_id: recorded.stream_id,
                    tenant_id: recorded.tenant_id.0,
                });
            }
        }
        Ok(work)
    }

    fn tell(&mut self, source: &Arc<Recorded>, received: &Received, told: Told) {
        let (profile_id, provider) = (received.profile_id, received.provider);
        self.news.push(standing::News { source: source.clone(), profile_id, provider, told });
    }

    fn interpret(&mut self, registry: &Registry, recorded: Arc<Recorded>, received: Received) {
        let Some(body) = received.body.known() else {
            metrics::counter!("webhooks_erased_total").increment(1);
            return;
        };
        let notices = match registry.provider_for(received.provider).parse_webhook(body.0.as_bytes()) {
            Ok(notices) => notices,
            Err(error) => {
                self.quarantined.push((recorded, received, error.to_string()));
                return;
            }
        };
        for notice in notices {
            match notice {
                Notice::Receipt { provider_message_id, correlation, status, at, error, .. } => {
                    match receipts::read(status) {
                        Some(status) => self.receipts.push(receipts::Told {
                            source: recorded.clone(),
                            profile_id: received.profile_id,
                            provider: received.provider,
                            correlation,
                            receipt: message::Receipt { status, provider_message_id, at, refusal: error },
                        }),
                        None => metrics::counter!("receipts_of_unknown_status_total").increment(1),
                    }
                }
                Notice::Inbound(inbound) => self.inbound.push((recorded.clone(), received.clone(), *inbound)),
                Notice::Session { state, .. } => self.tell(&recorded, &received, Told::Session(state)),
                Notice::Quality { display_phone_number, change, .. } => {
                    self.tell(&recorded, &received, Told::Quality(change, display_phone_number));
                }
                Notice::Restriction { restricted: true, detail, .. } => {
                    self.tell(&recorded, &received, Told::Restricted(detail));
                }
                // A person who looked into it switches the number on again.
                Notice::Restriction { .. } => metrics::counter!("restrictions_lifted_total").increment(1),
                Notice::Preference { from: Some(phone), marketing: false, at, .. } => {
                    let (source, provider) = (recorded.clone(), received.provider);
                    self.wishes.push(standing::Wish { source, provider, phone, at });
                }
                // Whoever wants marketing again says so to the business: consent needs a ground of its own.
                Notice::Preference { .. } => metrics::counter!("marketing_preferences_total").increment(1),
                Notice::Echo(echo) => {
                    let (source, received) = (recorded.clone(), received.clone());
                    self.echoes.push(echoes::Heard { source, received, echo: *echo });
                }
                Notice::Template { account_id, name, language, status, reason, .. } => {
                    let standing = Standing { status, quality: None, reason };
                    let (source, provider) = (recorded.clone(), received.provider);
                    self.templates.push(templates::Told { source, provider, account_id, name, language, standing });
                }
                Notice::Account { field, .. } => {
                    metrics::counter!("account_notices_total", "field" => field).increment(1);
                }
                Notice::Unsupported { reason, .. } => {
                    self.quarantined.push((recorded.clone(), received.clone(), reason))
                }
            }
        }
    }
}

async fn quarantine(
    context: &Context,
    connection: &mut PgConnection,
    parts: Vec<(Arc<Recorded>, Received, String)>,
) -> anyhow::Result<i64> {
    if parts.is_empty() {
        return Ok(0);
    }
    let mut appends: Vec<Append> = Vec::new();
    let mut streams: Vec<Uuid> = Vec::new();
    for (source, received, reason) in parts {
        metrics::counter!("webhooks_quarantined_total").increment(1);
        let event: Event = Quarantined { profile_id: received.profile_id, of_position: source.position, reason }.into();
        if let Some(at) = streams.iter().position(|stream| *stream == source.stream_id) {
            appends[at].writes[0].events.push(event.encode());
            continue;
        }
        streams.push(source.stream_id);
        let stream = StreamId::new(Category::WebhookInbox, source.stream_id);
        let metadata = context.because_of(&source, Actor::process("webhook_reader"));
        appends.push(Append::new(metadata, vec![StreamWrite::new(stream, Expected::Any, &[event])]));
    }
    let ready = context.store.make_ready(appends).await?;
    let outcomes = context.store.append_in(connection, &ready).await?;
    Ok(outcomes
        .iter()
        .filter_map(|it| if let Outcome::Appended { position, .. } = it { Some(*position) } else { None })
        .max()
        .unwrap_or(0))
}
