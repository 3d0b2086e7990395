//! What happens to a send before and after it is taken, the same on every wire.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use tokio::sync::Notify;

use crate::devices::Device;
use crate::faults::{After, Before};
use crate::state::Sandbox;
use crate::wire::Breaker;

/// The longest an answer waits for a receipt that is to come before it.
const EARLY_LIMIT: Duration = Duration::from_secs(2);

/// A send as it came to the door.
pub struct Visit<'a> {
    pub sandbox: &'a Arc<Sandbox>,
    pub device: &'a Device,
    pub breaker: Option<Breaker>,
}

impl Visit<'_> {
    /// Throws the dice for a send. `take` takes it, or is told that it cannot be delivered, and tells
    /// its place; `refuse` dresses a fault in the provider's shape.
    pub async fn send<P: Into<Response>>(
        self,
        take: impl FnOnce(bool) -> Result<(Response, Option<u32>), P>,
        refuse: impl Fn(&Before) -> Option<Response>,
    ) -> Response {
        let Self { sandbox, device, breaker } = self;
        let fate = sandbox.fate_for(&device.number_id, &device.allowance);
        pause(sandbox, fate.latency_ms).await;
        let mut undeliverable = false;
        if let Some(before) = fate.before {
            if before == Before::Reset {
                sandbox.refuse_on(device);
                return broken(breaker);
            }
            match refuse(&before) {
                Some(response) => {
                    sandbox.refuse_on(device);
                    return response;
                }
                // This provider takes such a message and says later that it failed.
                None => undeliverable = true,
            }
        }
        let (answer, index) = match take(undeliverable) {
            Ok(taken) => taken,
            Err(refusal) => {
                sandbox.refuse_on(device);
                return refusal.into();
            }
        };
        if let Some(index) = index.filter(|_| fate.receipt_first) {
            told(device, index).await;
        }
        match fate.after {
            Some(After::Reset) => broken(breaker),
            Some(After::Error) => refuse(&Before::Error).unwrap_or(answer),
            Some(After::Hang { ms }) => {
                pause(sandbox, ms).await;
                answer
            }
            None => answer,
        }
    }
}

/// Waits until a webhook told something of this send.
async fn told(device: &Device, index: u32) {
    let done =
        || device.lock().sends.get(index as usize).is_none_or(|sent| sent.state.is_some() || sent.plan.is_empty());
    wait_for(&device.settled, done).await;
}

/// Waits until something is so, and looks whenever it is told; not for ever.
pub async fn wait_for(told: &Notify, is_so: impl Fn() -> bool) {
    let waiting = async {
        loop {
            let next = told.notified();
            tokio::pin!(next);
            next.as_mut().enable();
            if is_so() {
                return;
            }
            next.await;
        }
    };
    if tokio::time::timeout(EARLY_LIMIT, waiting).await.is_err() {
        tracing::debug!("no webhook was taken in time, so the answer comes first");
    }
}

pub async fn pause(sandbox: &Sandbox, ms: u32) {
    if ms > 0 {
        tokio::select! {
            () = sandbox.shutdown.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::from(ms))) => {}
        }
    }
}

/// Without a socket, as in a test of the router alone, a body that fails has to do.
pub fn broken(breaker: Option<Breaker>) -> Response {
    if let Some(breaker) = breaker {
        breaker.trip();
    }
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures::stream::iter([Err::<Bytes, _>(reset)])).into_response()
}

pub fn breaker(parts: &Parts) -> Option<Breaker> {
    parts.extensions.get::<ConnectInfo<Breaker>>().map(|info| info.0.clone())
}
