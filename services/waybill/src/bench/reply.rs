//! P5: replies over HTTP while a campaign runs, from the request's start to the provider's call.
//!
//! The product runs as in P2. Replies are posted at a steady rate, whether those before are answered or not, first with
//! nothing else to do and then while a campaign is sent as fast as it goes. The sandbox says when a call was there, by the
//! same clock. The limit is what no product can do without: a bare request to the same gateway and one durable row in the
//! same Postgres, asked at the same rate at the same time.

mod desk;
mod limit;

use super::BenchArgs;
use super::campaign::house::House;
use super::campaign::watch;
use super::campaign::world::World;
use super::place::Place;
use super::report::{Report, Table, figure, median};
use anyhow::ensure;
use desk::{Desk, Reply};
use limit::Limit;
use serde::Serialize;
use serde_json::json;
use std::time::{Duration, Instant};
use waybill_domain::package::limits::Settings;
use waybill_event_store::EventStore;

const GOAL: &str = "p50 < 10 ms and p99 < 40 ms while a campaign runs at full rate; nothing twice";
/// Twenty a second.
const APART: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(600);

/// What one stretch of replies waited for, in milliseconds.
#[derive(Debug, Clone, Serialize)]
struct Seen {
    replies: usize,
    called: Times,
    /// The same until the gateway had read the request, until it had answered, and until the sender took the reply up.
    read: Times,
    answered: Times,
    taken_up: Times,
    limit: Times,
    /// Of the campaign meanwhile.
    sent_rate: f64,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Times {
    p50: f64,
    p99: f64,
    max: f64,
}

impl Times {
    fn of(times: impl IntoIterator<Item = f64>) -> Self {
        let mut times: Vec<f64> = times.into_iter().collect();
        times.sort_by(f64::total_cmp);
        let at =
            |share: f64| times.get(((times.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(f64::NAN);
        Self { p50: at(0.5), p99: at(0.99), max: at(1.0) }
    }
}

impl Seen {
    fn of(replies: &[Reply], limit: Vec<f64>, sent_rate: f64) -> Self {
        let of =
            |what: fn(&Reply) -> u64| Times::of(replies.iter().map(|it| (what(it) as f64 - it.began_us as f64) / 1e3));
        Self {
            replies: replies.len(),
            called: of(|it| it.called_us),
            read: of(|it| it.read_us),
            answered: of(|it| it.answered_us),
            taken_up: of(|it| it.taken_up_us),
            limit: Times::of(limit),
            sent_rate,
        }
    }

    fn print(&self, name: &str) {
        let Times { p50, p99, max } = self.called;
        println!(
            "    {name}: {} replies, p50 {p50:.1}, p99 {p99:.1}, max {max:.1} ms; limit p50 {:.1}, p99 {:.1} ms; {} recipients/s",
            self.replies,
            self.limit.p50,
            self.limit.p99,
            figure(self.sent_rate)
        );
    }
}

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("reply", GOAL);
    let recipients = args.recipients;
    ensure!((1_000..=5_000_000).contains(&recipients), "--recipients: 1,000 to 5,000,000");
    println!("  {recipients} recipients, {} replies a second, {} rounds", 1_000 / APART.as_millis(), args.rounds);
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for round in 1..=args.rounds {
        let mut place = Place::open("reply", true)?;
        report.probe(place.home(), &format!("before round {round}"))?;
        let (alone, beside) = measure(&mut place, recipients).await?;
        alone.print("idle");
        beside.print("campaign");
        idle.push(alone);
        busy.push(beside);
        report.probe(place.home(), &format!("after round {round}"))?;
    }
    tell(&mut report, &idle, &busy);
    Ok(report)
}

async fn measure(place: &mut Place, recipients: usize) -> anyhow::Result<(Seen, Seen)> {
    let (url, store) = place.log("reply", 8).await?;
    let house = House::start(place, &url).await?;
    let desk = Desk::open(&house).await?;
    let world = World::furnish_for(&store, &house, desk.tenant, recipients, Settings::unlimited()).await?;
    desk.receive(&house).await?;
    let limit = Limit::open(&url, &house).await?;

    let (mut alone, alone_limit) = steadily(&desk, &limit, async {
        tokio::time::sleep(IDLE).await;
        Ok(())
    })
    .await?;
    let campaign = watch::start(&store, place, &world).await?;
    let reaches = async |share: f64| {
        let (wanted, deadline) = ((recipients as f64 * share) as i64, Instant::now() + PATIENCE);
        loop {
            let sent = watch::sent(&store.database.system, campaign).await?;
            if sent >= wanted {
                return anyhow::Ok(sent);
            }
            ensure!(Instant::now() < deadline, "only {sent} of {recipients} were sent");
            tokio::time::sleep(LOOK).await;
        }
    };
    // Neither its beginning nor its end, when less is going on.
    let (first, began) = (reaches(0.05).await?, Instant::now());
    let mut rate = 0.0;
    let (mut beside, beside_limit) = steadily(&desk, &limit, async {
        let last = reaches(0.95).await?;
        rate = (last - first) as f64 / began.elapsed().as_secs_f64();
        Ok(())
    })
    .await?;
    settle(&store, &house, &desk, &mut alone).await?;
    settle(&store, &house, &desk, &mut beside).await?;
    desk.check(&house).await?;
    Ok((Seen::of(&alone, alone_limit, 0.0), Seen::of(&beside, beside_limit, rate)))
}

/// Replies and askings of the limit, each every [`APART`], until `until`.
async fn steadily(
    desk: &Desk,
    limit: &Limit,
    until: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<(Vec<Reply>, Vec<f64>)> {
    let (mut replies, mut limits) = (tokio::task::JoinSet::new(), tokio::task::JoinSet::new());
    let mut ticks = tokio::time::interval(APART / 2);
    let mut until = std::pin::pin!(until);
    for nth in 0.. {
        tokio::select! {
            ended = &mut until => {
                ended?;
                break;
            }
            _ = ticks.tick() => {}
        }
        if nth % 2 == 0 {
            replies.spawn(desk.reply(nth / 2));
        } else {
            limits.spawn(limit.ask());
        }
    }
    let replies: anyhow::Result<Vec<Reply>> = replies.join_all().await.into_iter().collect();
    let limits: anyhow::Result<Vec<f64>> = limits.join_all().await.into_iter().collect();
    Ok((replies?, limits?))
}

/// Until the provider was called for each of them.
async fn settle(store: &EventStore, house: &House, desk: &Desk, replies: &mut [Reply]) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        desk.look_up(store, house, replies).await?;
        let missing = replies.iter().filter(|it| it.called_us == 0 || it.taken_up_us == 0).count();
        if missing == 0 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{missing} replies never reached the provider");
        tokio::time::sleep(LOOK).await;
    }
}

fn tell(report: &mut Report, idle: &[Seen], busy: &[Seen]) {
    let of = |rounds: &[Seen], what: fn(&Seen) -> f64| median(rounds.iter().map(what));
    let mut table =
        Table::new(&["median", "p50 ms", "p99 ms", "max ms", "limit p50", "limit p99", "× limit p50", "p99"]);
    let mut hops = Table::new(&["p50, p99 ms after the request", "read", "answered", "taken up", "called"]);
    let mut figures = serde_json::Map::new();
    for (name, rounds) in [("idle", idle), ("campaign", busy)] {
        let (p50, p99) = (of(rounds, |it| it.called.p50), of(rounds, |it| it.called.p99));
        let (limit_p50, limit_p99) = (of(rounds, |it| it.limit.p50), of(rounds, |it| it.limit.p99));
        let max = of(rounds, |it| it.called.max);
        let cells = [p50, p99, max, limit_p50, limit_p99, p50 / limit_p50, p99 / limit_p99].map(figure);
        table.row(std::iter::once(name.to_owned()).chain(cells));
        let hop = |what: fn(&Seen) -> Times| {
            let both = [median(rounds.iter().map(|it| what(it).p50)), median(rounds.iter().map(|it| what(it).p99))];
            both.map(figure).join(", ")
        };
        hops.row([
            name.to_owned(),
            hop(|it| it.read),
            hop(|it| it.answered),
            hop(|it| it.taken_up),
            hop(|it| it.called),
        ]);
        figures.insert(
            name.to_owned(),
            json!({ "p50_ms": p50, "p99_ms": p99, "max_ms": max, "times_limit_p50": p50 / limit_p50,
                "times_limit_p99": p99 / limit_p99, "rounds": rounds }),
        );
    }
    table.print();
    hops.print();
    println!("  meanwhile {} recipients/s (goal p50 < 10 ms, p99 < 40 ms)", figure(of(busy, |it| it.sent_rate)));
    report.figures = figures.into();
}
