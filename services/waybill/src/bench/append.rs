//! P1: appending to the log, one event a command, each at its stream's exact version.
//!
//! Beside it, in the same round: COPY of the same rows into an identical table, which is what the server and the disk can
//! do at all, and the peers. A reader follows the log all the while by polling, and counts.

mod copy;
mod ours;

use super::peers::{self, Peers};
use super::place::Place;
use super::report::{Report, Table, figure, median, percent};
use super::{BenchArgs, machine};
use anyhow::ensure;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const GOAL: &str = "≥ 60 % of COPY at 256 in flight, ≥ 10 × the peers at 32, nothing missed by a live reader";

/// What is appended.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub events: usize,
    pub streams: usize,
}

impl Load {
    /// Few in flight wait for the disk at every event: then a part of the load tells as much.
    fn at(self, in_flight: usize) -> Self {
        let share = match in_flight {
            ..4 => 20,
            4..16 => 3,
            _ => 1,
        };
        Self { events: (self.events / share).max(1), streams: (self.streams / share).max(in_flight) }
    }
}

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    pub events: usize,
    pub seconds: f64,
    pub rate: f64,
    /// Of this process: handlers, group commit, and the reader.
    pub client_cpu_s: f64,
    pub server_cpu_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub missed: i64,
}

impl Run {
    fn cpu_per_1000(&self) -> f64 {
        (self.client_cpu_s + self.server_cpu_s) * 1_000.0 / self.events as f64
    }
}

pub async fn run(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("append", GOAL);
    let load = Load { events: args.events.unwrap_or(100_000), streams: args.streams };
    ensure!(load.events > 0 && load.streams > 0, "nothing to append");
    let mut place = Place::open("append", false)?;
    let mut peers = Peers::install(args.peers);
    let mut runs: BTreeMap<(String, usize), Vec<Run>> = BTreeMap::new();
    println!("  {} events of about 400 bytes to {} streams, {} rounds", load.events, load.streams, args.rounds);
    for round in 1..=args.rounds {
        report.probe(place.home(), &format!("before round {round}"))?;
        let mut add = |name: &str, in_flight: usize, run: Run| {
            println!("    {name:<12} {in_flight:>4} in flight  {:>9}/s", figure(run.rate));
            runs.entry((name.to_owned(), in_flight)).or_default().push(run);
        };
        for &in_flight in &args.in_flight {
            add("waybill", in_flight, ours::append(&mut place, load.at(in_flight), in_flight).await?);
            if peers.ready() && in_flight <= 32 {
                for peer in [peers::EMMETT, peers::MESSAGE_DB] {
                    let url = place.database(peer.database)?;
                    let server = place.postgres.pid();
                    if let Some(run) = peers.append(&peer, &url, server, load.at(1), in_flight).await {
                        add(peer.name, in_flight, run);
                    }
                }
            }
        }
        add("copy", 0, copy::whole(&mut place, load).await?);
        add("copy batches", 256, copy::batches(&mut place, load, 256).await?);
    }
    report.probe(place.home(), "afterwards")?;
    tell(&mut report, &runs, &args.in_flight, peers.notes());
    ensure!(runs.values().flatten().all(|run| run.missed == 0), "the live reader missed events");
    Ok(report)
}

fn tell(report: &mut Report, runs: &BTreeMap<(String, usize), Vec<Run>>, in_flight: &[usize], notes: &[String]) {
    let of = |name: &str, at: usize, what: fn(&Run) -> f64| {
        runs.get(&(name.to_owned(), at)).map_or(f64::NAN, |runs| median(runs.iter().map(what)))
    };
    let mut table =
        Table::new(&["", "in flight", "events/s", "p50 ms", "p99 ms", "CPU-s per 1,000", "of COPY", "missed"]);
    let copy = of("copy", 0, |run| run.rate);
    let mut figures: Vec<Value> = Vec::new();
    for ((name, at), all) in runs {
        let rate = of(name, *at, |run| run.rate);
        let shown = if *at == 0 { String::new() } else { at.to_string() };
        let missed: i64 = all.iter().map(|run| run.missed).sum();
        table.row([
            name.clone(),
            shown,
            figure(rate),
            figure(of(name, *at, |run| run.p50_ms)),
            figure(of(name, *at, |run| run.p99_ms)),
            figure(of(name, *at, Run::cpu_per_1000)),
            percent(rate / copy),
            if name == "waybill" { missed.to_string() } else { String::new() },
        ]);
        figures.push(json!({ "name": name, "in_flight": at, "rate": rate, "runs": all }));
    }
    table.print();
    let most = in_flight.iter().max().copied().unwrap_or(256);
    let of_copy = of("waybill", most, |run| run.rate) / copy;
    println!("  at {most} in flight: {} of COPY (goal 60 %)", percent(of_copy));
    let mut times = BTreeMap::new();
    for peer in [peers::EMMETT, peers::MESSAGE_DB] {
        let ratio = of("waybill", 32, |run| run.rate) / of(peer.name, 32, |run| run.rate);
        if ratio.is_finite() {
            println!("  at 32 in flight: {ratio:.1} × {} (goal 10 ×)", peer.name);
            times.insert(peer.name, ratio);
        }
    }
    for note in notes {
        println!("  {note}");
    }
    report.figures = json!({
        "cores": machine::cores(), "of_copy_at_most": of_copy, "times_peer_at_32": times, "runs": figures, "notes": notes,
    });
}
