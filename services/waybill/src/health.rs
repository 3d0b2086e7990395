//! Health and metrics of processes without a gateway, and the question whether one is well.

use anyhow::{Context as _, bail};
use axum::Router;
use axum::routing::get;
use std::net::SocketAddr;
use tokio_util::sync::CancellationToken;
use waybill_runtime::telemetry;

/// `/healthz` and `/metrics`.
pub async fn serve(listen: SocketAddr, stop: CancellationToken) -> anyhow::Result<()> {
    let router = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/metrics", get(async || telemetry::metrics().render()));
    let listener =
        tokio::net::TcpListener::bind(listen).await.with_context(|| format!("metrics listening on {listen}"))?;
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}

/// Succeeds when `url` answers 2xx.
pub async fn check(url: &str) -> anyhow::Result<()> {
    let answer = reqwest::get(url).await.with_context(|| format!("asking {url}"))?;
    if !answer.status().is_success() {
        bail!("{url} answered {}", answer.status());
    }
    Ok(())
}
