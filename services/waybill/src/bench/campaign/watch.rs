//! Starting the campaign, and looking at tables until everything has come.

use super::house::House;
use super::world::{World, caught_up};
use crate::bench::machine::{cpu_seconds, memory_mib};
use crate::bench::place::Place;
use crate::bench::report::figure;
use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Audience, Plan, Status};
use waybill_domain::id::CampaignId;
use waybill_domain::stream::StreamId;
use waybill_domain::wallet::{self, Wallet};
use waybill_event_store::{Append, EventStore, Expected, Outcome, StreamWrite};

const LOOK: Duration = Duration::from_millis(50);
/// Without any event for this long nothing more comes.
const QUIET: Duration = Duration::from_millis(1_500);
/// Of a whole run; 100,000 recipients take a small part of it.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Seconds of processor time.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Cpu {
    pub waybill: f64,
    pub postgres: f64,
    pub nats: f64,
    pub sandbox: f64,
}

impl Cpu {
    fn now(place: &Place, house: &House) -> Self {
        Self {
            waybill: cpu_seconds(house.roles.pid()),
            postgres: cpu_seconds(place.postgres.pid()),
            nats: place.nats.as_ref().map_or(0.0, |nats| cpu_seconds(nats.pid())),
            sandbox: cpu_seconds(house.sandbox.pid()),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            waybill: self.waybill - before.waybill,
            postgres: self.postgres - before.postgres,
            nats: self.nats - before.nats,
            sandbox: self.sandbox - before.sandbox,
        }
    }

    pub fn total(&self) -> f64 {
        self.waybill + self.postgres + self.nats + self.sandbox
    }
}

/// One campaign.
#[derive(Debug, Clone, Serialize)]
pub struct Campaign {
    pub recipients: usize,
    /// From the start until every message's `sent` was in the log and counted.
    pub sent_s: f64,
    pub sent_rate: f64,
    /// Until every read model had them.
    pub projected_s: f64,
    /// Until the last receipt was in every read model.
    pub receipts_s: f64,
    pub receipts: i64,
    pub events: i64,
    pub waybill_peak_mib: f64,
    /// When half was sent: flat memory does not depend on how far it is.
    pub waybill_half_mib: f64,
    pub sandbox_peak_mib: f64,
    pub cpu_sent: Cpu,
    pub cpu_all: Cpu,
}

impl Campaign {
    pub fn print(&self, name: &str) {
        let cpu = |it: &Cpu| {
            format!(
                "waybill {:.1}, postgres {:.1}, nats {:.1}, sandbox {:.1}",
                it.waybill, it.postgres, it.nats, it.sandbox
            )
        };
        println!(
            "    {name}: sent in {:.2} s = {}/s, in the read models {:.2} s, {} receipts {:.2} s, {} events",
            self.sent_s,
            figure(self.sent_rate),
            self.projected_s,
            self.receipts,
            self.receipts_s,
            self.events
        );
        println!("      CPU-s until sent: {}; until the last receipt: {}", cpu(&self.cpu_sent), cpu(&self.cpu_all));
        println!(
            "      RSS: waybill half-way {:.0}, peak {:.0} MiB; sandbox peak {:.0} MiB",
            self.waybill_half_mib, self.waybill_peak_mib, self.sandbox_peak_mib
        );
    }
}

#[derive(Debug, Deserialize)]
struct SandboxStats {
    accepted: u64,
    duplicates: u64,
    receipts_pending: u64,
}

pub async fn campaign(store: &EventStore, place: &Place, house: &House, world: &World) -> anyhow::Result<Campaign> {
    let pool = &store.database.system;
    let first = store.head().await?;
    let before = Cpu::now(place, house);
    let began = Instant::now();
    let id = start(store, place, world).await?;

    let recipients = i64::try_from(world.recipients)?;
    let mut half = None;
    loop {
        let sent = sent(pool, id).await?;
        if half.is_none() && sent * 2 >= recipients {
            half = Some(memory_mib(house.roles.pid(), "VmRSS")?);
        }
        if sent >= recipients {
            break;
        }
        ensure!(began.elapsed() < PATIENCE, "only {sent} of {recipients} were sent");
        if let Some(status) = house.roles.ended() {
            bail!("the roles ended: {status}");
        }
        tokio::time::sleep(LOOK).await;
    }
    let sent_s = began.elapsed().as_secs_f64();
    let cpu_sent = Cpu::now(place, house).since(before);
    caught_up(pool, store.head().await?).await?;
    let projected_s = began.elapsed().as_secs_f64();

    let receipts_s = until_quiet(store, house, began).await?;
    let cpu_all = Cpu::now(place, house).since(before);
    let stats = stats(house).await?;
    check(store, world, id, &stats).await?;
    let receipts: i64 = sqlx::query_scalar(
        "select count(*) from es.event where pos > $1 and type in ('message.delivered', 'message.read')",
    )
    .bind(first)
    .fetch_one(pool)
    .await?;
    Ok(Campaign {
        recipients: world.recipients,
        sent_s,
        sent_rate: world.recipients as f64 / sent_s,
        projected_s,
        receipts_s,
        receipts,
        events: store.head().await? - first,
        waybill_peak_mib: memory_mib(house.roles.pid(), "VmHWM")?,
        waybill_half_mib: half.unwrap_or(f64::NAN),
        sandbox_peak_mib: memory_mib(house.sandbox.pid(), "VmHWM")?,
        cpu_sent,
        cpu_all,
    })
}

/// How many of its messages are sent and counted.
pub async fn sent(pool: &PgPool, id: CampaignId) -> anyhow::Result<i64> {
    let sent: Option<i64> = sqlx::query_scalar("select sent from process.progress where campaign_id = $1")
        .bind(id.0)
        .fetch_optional(pool)
        .await?;
    Ok(sent.unwrap_or(0))
}

/// Drafts and starts it in one append, with the points reserved, as the gateway does.
pub async fn start(store: &EventStore, place: &Place, world: &World) -> anyhow::Result<CampaignId> {
    let id = CampaignId(Uuid::now_v7());
    let plan = Plan {
        name: "Bench".into(),
        audience: Audience::All,
        template_text: "Hi {{name}}, the new season's beans are here. Reply STOP to opt out.".into(),
        package_id: world.package,
        spread: Default::default(),
        attachment: None,
    };
    let drafted = campaign::decide(&campaign::State::default(), campaign::Command::Draft(plan))?;
    let state = campaign::Campaign::fold(campaign::State::default(), &drafted);
    let start = campaign::Command::Start {
        planned_recipients: world.recipients as u64,
        points_reserved: world.points(),
        at: Utc::now(),
    };
    let events: Vec<_> = drafted.into_iter().chain(campaign::decide(&state, start)?).collect();
    let purse = store.load::<Wallet>(world.tenant, StreamId::wallet(world.tenant).id).await?;
    let reserve = wallet::Command::Reserve { campaign_id: id, points: world.points() };
    let writes = vec![
        StreamWrite::new(id, Expected::Exactly(0), &events),
        StreamWrite::new(
            StreamId::wallet(world.tenant),
            Expected::Exactly(purse.version),
            &wallet::decide(&purse.state, reserve)?,
        ),
    ];
    match store.append(Append::new(world.metadata(), writes)).await? {
        Outcome::Appended { .. } => {}
        other => bail!("starting ended with {other:?}"),
    }
    // What the bus of an appending process does: the relay need not wait for its poll.
    let address: async_nats::ServerAddr = place.nats_url().parse().context("the address of nats")?;
    let mut options = async_nats::ConnectOptions::new();
    if let (Some(user), Some(password)) = (address.username(), address.password()) {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    let client = options.connect(address).await.context("connecting to nats")?;
    client.publish("events.wake", "".into()).await?;
    client.flush().await?;
    Ok(id)
}

/// Until the sandbox owes nothing and the log stands still; answers when the last event was in every read model.
async fn until_quiet(store: &EventStore, house: &House, began: Instant) -> anyhow::Result<f64> {
    let (mut head, mut applied_s, mut since) = (0, 0.0, Instant::now());
    loop {
        let now = store.head().await?;
        if now != head {
            caught_up(&store.database.system, now).await?;
            (head, applied_s, since) = (now, began.elapsed().as_secs_f64(), Instant::now());
        } else if since.elapsed() > QUIET && stats(house).await?.receipts_pending == 0 {
            return Ok(applied_s);
        }
        ensure!(began.elapsed() < PATIENCE, "receipts do not come to an end");
        tokio::time::sleep(LOOK).await;
    }
}

async fn stats(house: &House) -> anyhow::Result<SandboxStats> {
    let answer = reqwest::get(format!("{}/_sandbox/stats", house.sandbox_url)).await?;
    answer.json().await.context("reading the sandbox's counts")
}

/// A figure of a run that sent twice or lost a point would be worth nothing.
async fn check(store: &EventStore, world: &World, id: CampaignId, stats: &SandboxStats) -> anyhow::Result<()> {
    ensure!(stats.duplicates == 0, "{} messages were sent twice", stats.duplicates);
    ensure!(stats.accepted == world.recipients as u64, "the sandbox accepted {}", stats.accepted);
    let state = store.load_long::<campaign::Campaign>(world.tenant, id.0).await?.state;
    ensure!(state.status == Status::Completed, "the campaign is {:?}", state.status);
    let purse = store.load_long::<Wallet>(world.tenant, StreamId::wallet(world.tenant).id).await?.state;
    ensure!(purse.reserved == 0 && purse.available == 0, "the wallet holds {purse:?} after everything was spent");
    Ok(())
}
