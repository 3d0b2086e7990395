//! Billing: captures and releases the points of campaigns as their messages end.
//!
//! Reacts to message outcomes and to what becomes of a campaign's recipients. It sums up a stretch of the log and settles
//! it with one append a campaign, in the transaction of the checkpoint: each outcome is reckoned exactly once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, TenantId};
use waybill_domain::message::{self, Status};
use waybill_domain::stream::StreamId;
use waybill_domain::wallet::{self, Command, Wallet};
use waybill_event_store::load::save_snapshot;
use waybill_event_store::{Decision, Loaded};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/billing";
const BATCH: usize = 5_000;
/// Outcomes are gathered for this long, so that a campaign's points move in few entries.
const GATHER: Duration = Duration::from_millis(150);
/// A wallet's stream is kept short to load by a snapshot every so many events.
const SNAPSHOT_EVERY: i64 = 100;

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut wallets: HashMap<TenantId, Loaded<wallet::State>> = HashMap::new();
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => {
                let mut sums = Sums::default();
                let events = events?;
                let full = events.len() == BATCH;
                sums.add(&events)?;
                if !sums.is_empty() && !full {
                    tokio::time::sleep(GATHER).await;
                    if context.store.database.system.is_closed() {
                        return Ok(());
                    }
                    sums.add(&more(&mut subscription).await?)?;
                }
                if sums.is_empty() {
                    subscription.idle().await?;
                } else {
                    settle(&context, &mut subscription, &mut wallets, sums).await?;
                }
            }
        }
    }
}

/// What has come meanwhile, without waiting.
async fn more(subscription: &mut Subscription) -> anyhow::Result<Vec<Arc<Recorded>>> {
    if subscription.lag() == 0 { Ok(Vec::new()) } else { Ok(subscription.next(BATCH).await?) }
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sent: u64,
    unsent: u64,
    undone: u64,
}

/// What became of campaigns' messages in a stretch of the log.
#[derive(Default)]
struct Sums {
    campaigns: BTreeMap<(TenantId, CampaignId), Sum>,
    last: Option<Arc<Recorded>>,
}

impl Sums {
    fn is_empty(&self) -> bool {
        self.campaigns.is_empty()
    }

    fn add(&mut self, events: &[Arc<Recorded>]) -> anyhow::Result<()> {
        for recorded in events {
            let tenant = recorded.tenant_id;
            match recorded.kind.as_ref() {
                "message.sent" | "message.failed" | "message.cancelled" => {
                    let Some(event) = recorded.decode::<message::Event>()? else { continue };
                    let Some((campaign, sum)) = of_message(&event) else { continue };
                    self.count(tenant, campaign, sum);
                }
                "campaign.enrolment_finished" | "campaign.recipients_cancelled" => {
                    let unsent = match recorded.decode::<campaign::Event>()? {
                        Some(campaign::Event::EnrolmentFinished(it)) => it.unused,
                        Some(campaign::Event::RecipientsCancelled(it)) => it.contact_ids.len() as u64,
                        _ => 0,
                    };
                    if unsent > 0 {
                        self.count(tenant, CampaignId(recorded.stream_id), Sum { unsent, ..Sum::default() });
                    }
                }
                _ => {}
            }
        }
        if let Some(last) = events.last() {
            self.last = Some(last.clone());
        }
        Ok(())
    }

    fn count(&mut self, tenant: TenantId, campaign: CampaignId, sum: Sum) {
        let entry = self.campaigns.entry((tenant, campaign)).or_default();
        entry.sent += sum.sent;
        entry.unsent += sum.unsent;
        entry.undone += sum.undone;
    }
}

fn of_message(event: &message::Event) -> Option<(CampaignId, Sum)> {
    let one = |campaign: Option<CampaignId>, sum| campaign.map(|campaign| (campaign, sum));
    match event {
        message::Event::Sent(it) => one(it.campaign_id, Sum { sent: 1, ..Sum::default() }),
        message::Event::Failed(it) if !it.is_final => None,
        message::Event::Failed(it) if it.from == Status::Sent => {
            one(it.campaign_id, Sum { undone: 1, ..Sum::default() })
        }
        message::Event::Failed(it) => one(it.campaign_id, Sum { unsent: 1, ..Sum::default() }),
        message::Event::Cancelled(it) => one(it.campaign_id, Sum { unsent: 1, ..Sum::default() }),
        _ => None,
    }
}

async fn settle(
    context: &Context,
    subscription: &mut Subscription,
    wallets: &mut HashMap<TenantId, Loaded<wallet::State>>,
    sums: Sums,
) -> anyhow::Result<()> {
    let last = sums.last.expect("sums are made of events");
    let mut decisions: BTreeMap<TenantId, Decision<Wallet>> = BTreeMap::new();
    for ((tenant, campaign_id), Sum { sent, unsent, undone }) in sums.campaigns {
        let mut metadata = context.because_of(&last, Actor::process("billing"));
        metadata.tenant_id = tenant;
        decisions
            .entry(tenant)
            .or_insert(Decision { id: StreamId::wallet(tenant).id, metadata, commands: Vec::new() })
            .commands
            .push(Command::Settle { campaign_id, sent, unsent, undone, through_position: last.position });
    }
    let mut known: HashMap<Uuid, Loaded<wallet::State>> = HashMap::new();
    for tenant in decisions.keys() {
        let loaded = match wallets.remove(tenant) {
            Some(loaded) => loaded,
            None => context.store.load_long::<Wallet>(*tenant, StreamId::wallet(*tenant).id).await?,
        };
        known.insert(StreamId::wallet(*tenant).id, loaded);
    }
    let tenants: Vec<TenantId> = decisions.keys().copied().collect();
    let mut transaction = context.store.database.system.begin().await?;
    let mut decided = context.store.decide_many_in(&mut transaction, known, decisions.into_values().collect()).await?;
    if let Some((wallet, refusal)) = decided.refusals.first() {
        // More was sent than was reserved: the books would be wrong, and nothing here can put that right.
        anyhow::bail!("wallet {wallet} at position {}: {refusal}", last.position);
    }
    let mut settled = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let id = StreamId::wallet(tenant).id;
        let Some(loaded) = decided.states.remove(&id) else { continue };
        if loaded.version % SNAPSHOT_EVERY < 3 {
            save_snapshot(&mut transaction, tenant, id, &loaded).await?;
        }
        settled.push((tenant, loaded));
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(decided.position);
    wallets.extend(settled);
    Ok(())
}
