//! P2: a campaign from its start to the last outcome, and to the last receipt.
//!
//! The product runs as `waybill up` runs it: every role in one process, the sandbox as another, private servers. The
//! sandbox holds nothing back, and sends receipts, which come in through the gateway while sending goes on. This process
//! only sets up, starts the campaign and looks at tables now and then. The peer makes the same calls to the same sandbox
//! as jobs of BullMQ; its receipts go to a sink.

mod fanout;
pub mod house;
pub mod watch;
pub mod world;

use super::BenchArgs;
use super::peers::Peers;
use super::place::Place;
use super::report::{Report, Table, figure, median};
use anyhow::ensure;
use fanout::{Durability, Fanout};
use house::House;
use serde_json::json;
use std::collections::BTreeMap;
use watch::Campaign;
use waybill_domain::package::limits::Settings;
use world::World;

const GOAL: &str = "at least BullMQ's process rate for the same calls, while durable; memory flat; nothing twice";

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("campaign", GOAL);
    let recipients = args.recipients;
    ensure!((1..=5_000_000).contains(&recipients), "--recipients: 1 to 5,000,000");
    let mut peers = Peers::install(args.peers);
    let (mut ours, mut limited) = (Vec::new(), Vec::new());
    let mut theirs: BTreeMap<(Durability, usize), Vec<Fanout>> = BTreeMap::new();
    println!("  {recipients} recipients, {} rounds", args.rounds);
    for round in 1..=args.rounds {
        let mut place = Place::open("campaign", true)?;
        report.probe(place.home(), &format!("before round {round}"))?;
        let one = campaign(&mut place, recipients, Settings::unlimited()).await?;
        one.print("waybill");
        ours.push(one);
        if args.limits {
            // Of its own: a stream of NATS is that of one log.
            let mut place = Place::open("campaign-limits", true)?;
            let one = campaign(&mut place, recipients, counted()).await?;
            one.print("waybill, within limits");
            limited.push(one);
        }
        if peers.ready() {
            for (durability, concurrency) in Fanout::VARIANTS {
                match fanout::run(&place, &peers, recipients, durability, concurrency).await {
                    Ok(one) => {
                        one.print();
                        theirs.entry((durability, concurrency)).or_default().push(one);
                    }
                    Err(error) => peers.note(format!("bullmq was left out: {error:#}")),
                }
            }
        }
        report.probe(place.home(), &format!("after round {round}"))?;
    }
    tell(&mut report, &ours, &limited, &theirs, peers.notes());
    Ok(report)
}

/// Limits that are counted for every message and hold none back.
fn counted() -> Settings {
    Settings { hourly_limit: Some(10_000_000), daily_limit: Some(100_000_000), ..Settings::unlimited() }
}

async fn campaign(place: &mut Place, recipients: usize, limits: Settings) -> anyhow::Result<Campaign> {
    let (url, store) = place.log("campaign", 8).await?;
    let house = House::start(place, &url).await?;
    let world = World::furnish(&store, &house, recipients, limits).await?;
    watch::campaign(&store, place, &house, &world).await
}

fn tell(
    report: &mut Report,
    ours: &[Campaign],
    limited: &[Campaign],
    theirs: &BTreeMap<(Durability, usize), Vec<Fanout>>,
    notes: &[String],
) {
    let of = |what: fn(&Campaign) -> f64| median(ours.iter().map(what));
    let mut table = Table::new(&["median", "recipients/s", "seconds", "CPU-s per 1,000", "peak RSS MiB"]);
    let sent = of(|it| it.sent_rate);
    table.row([
        "waybill, sent".to_owned(),
        figure(sent),
        figure(of(|it| it.sent_s)),
        figure(of(|it| it.cpu_sent.total() * 1_000.0 / it.recipients as f64)),
        figure(of(|it| it.waybill_peak_mib)),
    ]);
    table.row(["  and in every read model".to_owned(), String::new(), figure(of(|it| it.projected_s))]);
    let per_all = of(|it| it.cpu_all.total() * 1_000.0 / it.recipients as f64);
    let all = of(|it| it.receipts_s);
    table.row([
        "  and every receipt".to_owned(),
        figure(of(|it| it.recipients as f64 / it.receipts_s)),
        figure(all),
        figure(per_all),
    ]);
    let within = median(limited.iter().map(|it| it.sent_rate));
    if !limited.is_empty() {
        table.row([
            "waybill within limits, sent".to_owned(),
            figure(within),
            figure(median(limited.iter().map(|it| it.sent_s))),
            figure(median(limited.iter().map(|it| it.cpu_sent.total() * 1_000.0 / it.recipients as f64))),
            figure(median(limited.iter().map(|it| it.waybill_peak_mib))),
        ]);
    }
    let mut best = f64::NAN;
    let mut peers = Vec::new();
    for ((durability, concurrency), runs) in theirs {
        let rate = median(runs.iter().map(|it| it.rate));
        best = best.max(rate);
        let cpu = median(runs.iter().map(|it| it.cpu_s * 1_000.0 / it.recipients as f64));
        table.row([
            format!("bullmq, {}, {concurrency} at once", durability.as_str()),
            figure(rate),
            figure(median(runs.iter().map(|it| it.process_s))),
            figure(cpu),
        ]);
        peers
            .push(json!({ "durability": durability.as_str(), "concurrency": concurrency, "rate": rate, "runs": runs }));
    }
    table.print();
    if within.is_finite() {
        println!("  {:.2} × without limits", within / sent);
    }
    if best.is_finite() {
        println!("  {:.2} × the best of bullmq (goal 1 ×)", sent / best);
    }
    for note in notes {
        println!("  {note}");
    }
    report.figures = json!({
        "sent_rate": sent, "receipts_rate": of(|it| it.recipients as f64 / it.receipts_s), "times_best_peer": sent / best,
        "times_without_limits": within / sent, "waybill": ours, "waybill_within_limits": limited, "bullmq": peers,
        "notes": notes,
    });
}
