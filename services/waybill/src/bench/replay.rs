//! P4: the log once more into read models, by the projector's own rebuild.
//!
//! Beside it, on the same log in the same round: reading the log as a rebuild reads it (the limit of anything outside of
//! the server), and statements by hand that make the same rows inside the server, a stretch at a time. What is compared
//! by hand: the same keys, counters and times; names and texts are left out there, because they are encrypted in the log.

mod by_hand;
mod log;

use super::BenchArgs;
use super::place::Place;
use super::report::{Report, Table, figure, median, percent};
use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use waybill_event_store::{Checkpoint, EventStore};
use waybill_projections::registry;
use waybill_runtime::{Clock, Context};

const GOAL: &str = "≥ 100,000 events/s, ≥ 50 % of the same SQL by hand";
/// The ones that the goal names come first.
const MODELS: [&str; 5] = ["inbox", "analytics", "wallet", "messages", "campaigns"];
/// As the projector's rebuild.
pub const BATCH: i64 = 10_000;

/// One pass over the log.
#[derive(Debug, Clone, Copy, Serialize)]
struct Pass {
    seconds: f64,
    /// Events of the log that passed, wanted or not.
    rate: f64,
    /// Events that the model looks at.
    wanted_rate: f64,
}

impl Pass {
    fn of(events: i64, wanted: i64, began: Instant) -> Self {
        let seconds = began.elapsed().as_secs_f64();
        Self { seconds, rate: events as f64 / seconds, wanted_rate: wanted as f64 / seconds }
    }
}

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("replay", GOAL);
    let mut place = Place::open("replay", true)?;
    let (url, store) = place.log("replay", 4).await?;
    install(&place, &url).await?;
    let began = Instant::now();
    let events = log::write(&store, args.events.unwrap_or(1_000_000)).await?;
    println!("  {events} events written in {:.1} s, {} rounds", began.elapsed().as_secs_f64(), args.rounds);
    let wanted = wanted(&store).await?;

    let stop = CancellationToken::new();
    let context = Context::connect(place.config(&url), Clock::system(), stop.clone()).await?;
    let mut passes: BTreeMap<String, Vec<Pass>> = BTreeMap::new();
    for round in 1..=args.rounds {
        report.probe(place.home(), &format!("before round {round}"))?;
        let mut add = |name: String, pass: Pass| {
            println!("    {name:<20} {:>9} events/s, {:>9} wanted/s", figure(pass.rate), figure(pass.wanted_rate));
            passes.entry(name).or_default().push(pass);
        };
        add("read".to_owned(), read(&store, events).await?);
        for name in MODELS {
            let began = Instant::now();
            let rebuilt = waybill_projector::rebuild(&context, name, |_| ()).await?;
            ensure!(rebuilt.events == events, "{name} was rebuilt from {} events", rebuilt.events);
            add(name.to_owned(), Pass::of(events, wanted[name], began));
            if let Some(sql) = by_hand::statements(name) {
                let seconds = by_hand::run(&store, sql, events).await?;
                add(format!("{name} by hand"), Pass::of(events, wanted[name], seconds));
            }
        }
    }
    report.probe(place.home(), "afterwards")?;
    stop.cancel();
    tell(&mut report, &passes, &wanted, events);
    Ok(report)
}

/// Lets a projector make its tables while the log is empty, and ends it.
async fn install(place: &Place, url: &str) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let context = Context::connect(place.config(url), Clock::system(), stop.clone()).await?;
    let projector = tokio::spawn(waybill_projector::run(context.clone()));
    for projection in registry::all() {
        let name = format!("projection/{}", projection.name());
        while Checkpoint::position(&context.store.database.system, &name).await?.is_none() {
            ensure!(!projector.is_finished(), "the projector ended");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    stop.cancel();
    projector.await.context("the projector panicked")?
}

/// How many events each read model looks at.
async fn wanted(store: &EventStore) -> anyhow::Result<BTreeMap<&'static str, i64>> {
    let kinds: Vec<(String, i64)> =
        sqlx::query_as("select type, count(*) from es.event group by type").fetch_all(&store.database.system).await?;
    let of = |wants: &dyn Fn(&str) -> bool| kinds.iter().filter(|(kind, _)| wants(kind)).map(|(_, count)| count).sum();
    Ok(registry::all().iter().map(|model| (model.name(), of(&|kind| model.wants(kind)))).collect())
}

/// Reads and parses all rows, and does nothing with them.
async fn read(store: &EventStore, events: i64) -> anyhow::Result<Pass> {
    let began = Instant::now();
    let mut position = 0;
    while position < events {
        let stretch = store.read(position, BATCH).await?;
        position = stretch.last().context("the log ended early")?.position;
    }
    Ok(Pass::of(events, events, began))
}

fn tell(report: &mut Report, passes: &BTreeMap<String, Vec<Pass>>, wanted: &BTreeMap<&str, i64>, events: i64) {
    let of = |name: &str, what: fn(&Pass) -> f64| {
        passes.get(name).map_or(f64::NAN, |passes| median(passes.iter().map(what)))
    };
    let read = of("read", |it| it.rate);
    let mut table = Table::new(&["", "events/s", "wanted", "wanted/s", "of reading", "by hand/s", "of by hand"]);
    table.row(["read the log".to_owned(), figure(read)]);
    let mut figures = Vec::new();
    for name in MODELS {
        let (rate, hand) = (of(name, |it| it.rate), of(&format!("{name} by hand"), |it| it.rate));
        table.row([
            name.to_owned(),
            figure(rate),
            figure(wanted[name] as f64),
            figure(of(name, |it| it.wanted_rate)),
            percent(rate / read),
            figure(hand),
            percent(rate / hand),
        ]);
        figures.push(json!({
            "name": name, "rate": rate, "wanted": wanted[name], "of_reading": rate / read, "of_by_hand": rate / hand,
        }));
    }
    table.print();
    report.figures = json!({ "events": events, "read_rate": read, "models": figures, "passes": passes });
}
