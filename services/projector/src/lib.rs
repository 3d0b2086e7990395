//! Runs every read model of `waybill_projections`, and rebuilds them beside the live ones.
//!
//! What must stay true:
//! - Each event has its effect once: rows and checkpoint move in one transaction, under the epoch of one owner.
//! - Read models are independent: one that fails stands still, visibly (`process.projection`), and the others go on.
//! - Readers see the old tables or the new ones, whole, never something between.

mod failure;
mod follow;
mod install;
mod rebuild;
mod record;
mod requests;
mod stretch;

pub use rebuild::{Progress, Report};

use anyhow::{Context as _, bail};
use std::sync::Arc;
use waybill_projections::projection::Projection;
use waybill_projections::registry;
use waybill_runtime::Context;

/// Runs every read model of this build until the process stops.
pub async fn run(context: Context) -> anyhow::Result<()> {
    run_with(context, registry::all()).await
}

/// The same for some read models.
pub async fn run_with(context: Context, projections: Vec<Arc<dyn Projection>>) -> anyhow::Result<()> {
    let mut tasks = tokio::task::JoinSet::new();
    for projection in &projections {
        tasks.spawn(follow::follow(context.clone(), projection.clone()));
    }
    tasks.spawn(requests::serve(context.clone(), projections));
    while let Some(ended) = tasks.join_next().await {
        ended.context("a task of the projector panicked")?;
    }
    Ok(())
}

/// Rebuilds one read model while the live one serves, and swaps it in. Ends when that is done, by whomever: a rebuild
/// that runs elsewhere already is followed. An interrupted one is continued, here or by the next projector.
pub async fn rebuild(context: &Context, name: &str, on_progress: impl FnMut(Progress)) -> anyhow::Result<Report> {
    let all = registry::all();
    let Some(projection) = all.iter().find(|projection| projection.name() == name) else {
        let known: Vec<&str> = all.iter().map(|projection| projection.name()).collect();
        bail!("there is no projection `{name}`; there are {}", known.join(", "));
    };
    rebuild_with(context, projection.as_ref(), on_progress).await
}

/// The same for a read model that is handed in.
pub async fn rebuild_with(
    context: &Context,
    projection: &dyn Projection,
    on_progress: impl FnMut(Progress),
) -> anyhow::Result<Report> {
    let name = projection.name();
    rebuild::requested(context, projection, on_progress).await.with_context(|| format!("rebuilding projection {name}"))
}
