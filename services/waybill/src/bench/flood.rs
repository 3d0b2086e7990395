//! T7: one tenant floods the API while another works: how long the other waits, with the limits of its plan and without.
//!
//! The gateway answers over HTTP from this process, on servers of its own. The tenant that works asks for its contacts, one
//! question after the other on a few connections; the flood is as many questions as as many connections can ask. The
//! peer is the same gateway in the same run: without a flood, and with one that no limit holds.

use super::BenchArgs;
use super::place::Place;
use super::report::{Report, Table, median};
use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::plan::Plan;
use waybill_domain::tenant::{Command, Tenant};
use waybill_event_store::{Database, MasterKey};
use waybill_runtime::{Clock, Context};

const WORKERS: usize = 4;
const FLOODERS: usize = 64;
const SPAN: Duration = Duration::from_secs(8);

/// What the tenant that works saw. Times in microseconds.
#[derive(Debug, Clone, Serialize)]
struct Seen {
    asked: usize,
    p50_us: u64,
    p99_us: u64,
    flood_per_second: u64,
    flood_refused: f64,
}

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("flood", "one tenant's flood does not slow another: p99 at most twice that without");
    let mut place = tokio::task::block_in_place(|| Place::open("flood", true))?;
    let (mut alone, mut limited, mut unlimited) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=args.rounds {
        report.probe(place.home(), &format!("before round {round}"))?;
        let house = House::open(&mut place, None).await?;
        alone.push(house.measure(0).await?);
        limited.push(house.measure(FLOODERS).await?);
        house.close().await;
        let house = House::open(&mut place, Some(100_000_000)).await?;
        unlimited.push(house.measure(FLOODERS).await?);
        house.close().await;
    }
    report.probe(place.home(), "afterwards")?;
    let mut table = Table::new(&["", "p50 ms", "p99 ms", "flood/s", "refused"]);
    let mut figures = serde_json::Map::new();
    let of = |rounds: &[Seen], what: fn(&Seen) -> f64| median(rounds.iter().map(what));
    let base = of(&alone, |it| it.p99_us as f64);
    for (name, rounds) in [("alone", &alone), ("flood, limited", &limited), ("flood, no limits", &unlimited)] {
        let (p50, p99) = (of(rounds, |it| it.p50_us as f64), of(rounds, |it| it.p99_us as f64));
        let (flood, refused) = (of(rounds, |it| it.flood_per_second as f64), of(rounds, |it| it.flood_refused));
        table.row([
            name.to_owned(),
            format!("{:.2}", p50 / 1e3),
            format!("{:.2}", p99 / 1e3),
            format!("{flood:.0}"),
            format!("{:.1} %", refused * 100.0),
        ]);
        figures.insert(
            name.to_owned(),
            json!({ "p50_us": p50, "p99_us": p99, "times_alone": p99 / base, "flood_per_second": flood }),
        );
    }
    table.print();
    figures.insert("rounds".into(), json!({ "alone": alone, "limited": limited, "unlimited": unlimited }));
    report.figures = figures.into();
    Ok(report)
}

struct House {
    base: String,
    client: reqwest::Client,
    worker: String,
    flooder: String,
    stop: CancellationToken,
    gateway: tokio::task::JoinHandle<anyhow::Result<()>>,
    projector: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl House {
    async fn open(place: &mut Place, requests_per_minute: Option<u32>) -> anyhow::Result<Self> {
        let url = place.database("flood")?;
        Database::migrate(&url, &MasterKey::from_hex(super::place::MASTER_KEY)?).await?;
        let mut config = place.config(&url);
        config.listen = std::net::SocketAddr::from(([127, 0, 0, 1], super::place::free_port()?));
        config.requests_per_minute = requests_per_minute;
        config.stream = format!("FLOOD-{}", uuid::Uuid::now_v7().simple());
        let base = format!("http://{}", config.listen);
        let stop = CancellationToken::new();
        let context = Context::connect(config, Clock::system(), stop.clone()).await?;
        let gateway = tokio::spawn(waybill_gateway::run(context.clone()));
        let projector = tokio::spawn(waybill_projector::run(context.clone()));
        let client = reqwest::Client::builder().pool_max_idle_per_host(FLOODERS).build()?;
        let mut house = Self { base, client, worker: String::new(), flooder: String::new(), stop, gateway, projector };
        let deadline = Instant::now() + Duration::from_secs(30);
        while house.client.get(format!("{}/readyz", house.base)).send().await.is_err() {
            ensure!(Instant::now() < deadline, "the gateway did not become ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (worker, tenant) = house.register("worker").await?;
        // The tenant that works has a plan that lets it.
        let metadata = context.unprompted(tenant, Actor::SYSTEM);
        context.store.execute::<Tenant>(metadata, tenant.0, Command::AssignPlan(Plan::Enterprise)).await?;
        (house.worker, house.flooder) = (worker, house.register("flooder").await?.0);
        Ok(house)
    }

    async fn register(&self, name: &str) -> anyhow::Result<(String, TenantId)> {
        let body = json!({ "email": format!("{name}@example.org"), "password": "a long password",
            "full_name": name, "business_name": name });
        let answer = self.client.post(format!("{}/api/v1/auth/register", self.base)).json(&body).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("an answer to the registration");
        Ok((text(&answer["access_token"])?, TenantId(text(&answer["tenant"]["id"])?.parse()?)))
    }

    fn ask(&self, token: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}/api/v1/contacts", self.base)).bearer_auth(token)
    }

    async fn measure(&self, flooders: usize) -> anyhow::Result<Seen> {
        let ends = Arc::new(AtomicBool::new(false));
        let (asked, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let flood: Vec<_> = (0..flooders)
            .map(|_| {
                let (request, ends, asked, refused) =
                    (self.ask(&self.flooder), ends.clone(), asked.clone(), refused.clone());
                tokio::spawn(async move {
                    while !ends.load(Ordering::Relaxed) {
                        let Some(request) = request.try_clone() else { return };
                        if let Ok(answer) = request.send().await {
                            asked.fetch_add(1, Ordering::Relaxed);
                            refused.fetch_add(u64::from(answer.status() == 429), Ordering::Relaxed);
                            let _ = answer.bytes().await;
                        }
                    }
                })
            })
            .collect();
        let begun = Instant::now();
        let work = (0..WORKERS).map(|_| async {
            let mut waits = Vec::new();
            while begun.elapsed() < SPAN {
                let began = Instant::now();
                let answer = self.ask(&self.worker).send().await?;
                ensure!(answer.status() == 200, "the tenant that works was answered {}", answer.status());
                answer.bytes().await?;
                waits.push(began.elapsed());
                // As fast as its plan allows, and no faster.
                tokio::time::sleep(Duration::from_millis(12)).await;
            }
            Ok(waits)
        });
        let mut waits: Vec<Duration> = futures::future::try_join_all(work).await?.concat();
        let seconds = begun.elapsed().as_secs_f64();
        ends.store(true, Ordering::Relaxed);
        futures::future::join_all(flood).await;
        waits.sort();
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_micros() as u64;
        let asked = asked.load(Ordering::Relaxed);
        Ok(Seen {
            asked: waits.len(),
            p50_us: at(0.5),
            p99_us: at(0.99),
            flood_per_second: (asked as f64 / seconds) as u64,
            flood_refused: refused.load(Ordering::Relaxed) as f64 / asked.max(1) as f64,
        })
    }

    async fn close(self) {
        self.stop.cancel();
        let _ = tokio::join!(self.gateway, self.projector);
    }
}
