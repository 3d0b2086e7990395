//! `waybill bench`: the benchmarks of `docs/benchmarks.md`, each with its peer or limit in the same run.

use clap::Args;

/// Measure: each benchmark prints a table and writes a JSON file
#[derive(Args)]
pub struct BenchArgs {
    /// append, campaign, replay, import or start; all when left out
    pub name: Option<String>,
}

pub async fn run(_args: BenchArgs) -> anyhow::Result<()> {
    anyhow::bail!("no benchmark is built in")
}
