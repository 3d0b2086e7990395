//! `waybill bench`: the benchmarks of `docs/benchmarks.md`, each with its peer or its limit in the same run.
//!
//! Every run has servers of its own, as durable as those of `waybill up`, prints the disk's flush time around its rounds,
//! and tells medians.

mod append;
mod campaign;
mod flood;
mod import;
mod machine;
mod peers;
mod place;
mod replay;
mod reply;
mod report;
mod start;

use clap::{Args, ValueEnum};
use report::Report;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// Appending to the log
    Append,
    /// A campaign from its start to the last receipt
    Campaign,
    /// A reply, from its request to the provider's call, while a campaign runs
    Reply,
    /// The log once more into read models
    Replay,
    /// A file of contacts into the log
    Import,
    /// `waybill up` on existing data
    Start,
    /// One tenant floods the API while another works
    Flood,
}

/// Measure: each benchmark prints a table and writes a JSON file
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// All of them when left out
    #[arg(value_enum)]
    pub name: Option<Name>,

    /// Also measure other products, which npm installs into target/bench-peers
    #[arg(long)]
    pub peers: bool,

    /// Where the figures go [default: target/bench/NAME.json]
    #[arg(long, value_name = "FILE", requires = "name")]
    pub json: Option<PathBuf>,

    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,

    /// append, replay: events
    #[arg(long)]
    pub events: Option<usize>,

    /// append: streams
    #[arg(long, default_value_t = 10_000)]
    pub streams: usize,

    /// campaign: once more with hourly and daily limits, which are counted and hold nothing back
    #[arg(long)]
    pub limits: bool,

    /// campaign, reply: recipients
    #[arg(long, default_value_t = 100_000)]
    pub recipients: usize,

    /// import: contacts in the file
    #[arg(long, default_value_t = 1_000_000)]
    pub rows: usize,

    /// append: commands at once
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32, 256])]
    pub in_flight: Vec<usize>,
}

pub async fn run(args: BenchArgs) -> anyhow::Result<()> {
    let all = Name::value_variants();
    for name in args.name.as_ref().map_or(all, std::slice::from_ref) {
        let report: Report = match name {
            Name::Append => append::run(&args).await?,
            Name::Campaign => campaign::run(&args).await?,
            Name::Reply => reply::run(&args).await?,
            Name::Replay => replay::run(&args).await?,
            Name::Import => imports(&args).await?,
            Name::Start => start::run(&args).await?,
            Name::Flood => flood::run(&args).await?,
        };
        report.write(args.json.as_deref())?;
    }
    Ok(())
}

async fn imports(args: &BenchArgs) -> anyhow::Result<Report> {
    let mut report = Report::new("import", "1,000,000 contacts in less than 60 s and 200 MB");
    let home = place::folder("probe")?;
    let mut rounds = Vec::new();
    for round in 1..=args.rounds {
        report.probe(&home, &format!("before round {round}"))?;
        rounds.push(import::run(args.rows).await?);
    }
    report.probe(&home, "afterwards")?;
    place::remove(&home);
    let of = |what: fn(&import::ImportFigures) -> f64| report::median(rounds.iter().map(what));
    report.figures = serde_json::json!({
        "rows": args.rows, "import_ms": of(|it| it.import_ms as f64), "times_copy": of(|it| it.times_copy),
        "peak_rss_bytes": of(|it| it.peak_rss_bytes as f64), "rounds": rounds,
    });
    Ok(report)
}
