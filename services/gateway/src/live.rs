//! Server-sent events: looks at something whenever a read model tells that it has moved, and tells what changed.
//!
//! Core NATS forgets, so it also looks every two seconds. At most four events a second, a comment every fifteen so that
//! a silent connection is known to be alive.

use crate::app::App;
use crate::problem::Problem;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

const POLL: Duration = Duration::from_secs(2);
const APART: Duration = Duration::from_millis(250);
const HEARTBEAT: Duration = Duration::from_secs(15);
const RETRY: Duration = Duration::from_millis(1_000);

/// Tells what `look` sees, at once and whenever it is another than before.
pub async fn changes<T, F, L>(
    app: &App,
    subject: String,
    look: L,
    event: impl Fn(&T) -> Result<Event, Problem> + Send + 'static,
) -> Result<Response, Problem>
where
    T: PartialEq + Send + 'static,
    F: Future<Output = Result<T, Problem>> + Send,
    L: Fn() -> F + Send + Sync + 'static,
{
    let mut pings = app.bus.client.subscribe(subject).await.map_err(Problem::internal)?;
    let stop = app.stop.clone();
    let (events, stream) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut told: Option<T> = None;
        loop {
            // The end of the session, of the thing, or of the database: the client connects again and is told.
            let Ok(seen) = look().await else { return };
            if told.as_ref() != Some(&seen) {
                let Ok(event) = event(&seen) else { return };
                let event = if told.is_none() { event.retry(RETRY) } else { event };
                if events.send(event).await.is_err() {
                    return;
                }
                told = Some(seen);
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = events.closed() => return,
                () = tokio::time::sleep(APART) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = events.closed() => return,
                () = tokio::time::sleep(POLL - APART) => {}
                Some(_) = pings.next() => while futures::FutureExt::now_or_never(pings.next()).flatten().is_some() {},
            }
        }
    });
    Ok(response(ReceiverStream::new(stream)))
}

/// A response that goes on as long as the stream does.
pub fn response(stream: impl Stream<Item = Event> + Send + 'static) -> Response {
    let events = stream.map(Ok::<_, Infallible>);
    let headers = [("cache-control", "no-store"), ("x-accel-buffering", "no")];
    (headers, Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response()
}
