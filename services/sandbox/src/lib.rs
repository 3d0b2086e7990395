//! The other side of providers' wires, on this machine.
//!
//! The sandbox speaks Meta's Cloud API, Green API, WAHA and Zentra to whoever sends, answers with
//! webhooks as each of them does (receipts, and on demand messages from people), and does on demand
//! everything that goes wrong in the world: throttling, refusals, bans, logins that are lost, errors
//! before and after a message was taken, silence, resets, receipts lost, doubled, late and out of
//! order. It is what a first run and every test send to.
//!
//! It is not a model of the providers' rules about windows, prices or spam: it takes every message
//! that is well formed. Two things must stay true: each accepted request is counted exactly once,
//! and a receipt is delivered until the callback takes it, unless a fault or the provider's own
//! retries say otherwise.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::routing::any;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

mod config;
mod control;
mod devices;
mod faults;
mod files;
mod form;
mod graph;
mod green;
mod journal;
mod ledger;
mod outbox;
mod profile;
mod receipts;
mod state;
mod waha;
mod webhook;
mod wire;
mod zentra;

pub use config::Config;
pub use devices::card::Engine;
pub use devices::world::Linking;
pub use faults::{Delay, FaultSets, Faults, ReceiptFaults, Reject, Span, Throttle};
pub use profile::Registration;
pub use receipts::{Behaviour, Status};
pub use state::Sandbox;
pub use webhook::{SIGNATURE_HEADER, signature};

/// The port of a sandbox that nobody gave another.
pub const DEFAULT_PORT: u16 = 8090;

/// Runs a sandbox until `shutdown`.
pub async fn serve(listener: TcpListener, config: Config, shutdown: CancellationToken) -> anyhow::Result<()> {
    serve_opened(listener, Sandbox::open(config, shutdown)?).await
}

/// Serves a sandbox that was opened before, until the token it was opened with is cancelled.
pub async fn serve_opened(listener: TcpListener, sandbox: Arc<Sandbox>) -> anyhow::Result<()> {
    if let Ok(address) = listener.local_addr() {
        // Opened twice it keeps its first address.
        let _ = sandbox.address.set(format!("http://{address}"));
    }
    let app = router(sandbox.clone()).into_make_service_with_connect_info::<wire::Breaker>();
    let stopped = sandbox.shutdown.clone().cancelled_owned();
    let served = axum::serve(wire::BreakableListener(listener), app).with_graceful_shutdown(stopped).await;
    sandbox.close().await?;
    served.context("serving the sandbox")
}

/// The sandbox's routes, for tests without a socket.
pub fn router(sandbox: Arc<Sandbox>) -> Router {
    control::routes()
        .route("/green/{*rest}", any(green::answer))
        .route("/waha/{*rest}", any(waha::answer))
        .route("/zentra/{*rest}", any(zentra::answer))
        .fallback(graph::answer)
        .with_state(sandbox)
}
