//! Bodies that may be too large: whoever is refused while still sending is heard out, or would see a broken connection
//! instead of the answer.

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

/// What is thrown away at most of one request, in bytes, and how long that may take.
const MOST: usize = 1 << 30;
const LONGEST: Duration = Duration::from_secs(60);

/// The handler has one end of it, and the other is left when the handler has answered.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = <BodyDataStream as Stream>::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.lock().expect("nobody panics holding it").poll_next_unpin(context)
    }
}

pub async fn hear_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let response = next.run(Request::from_parts(parts, Body::from_stream(rest.clone()))).await;
    if response.status().is_client_error() {
        let mut thrown_away = 0;
        let all = async {
            while let Some(Ok(chunk)) = rest.next().await {
                thrown_away += chunk.len();
                if thrown_away > MOST {
                    break;
                }
            }
        };
        // Who takes longer finds the connection closed.
        let _ = tokio::time::timeout(LONGEST, all).await;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::post;
    use bytes::Bytes;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt;

    /// How many of ten chunks were taken by a handler that answers after the first.
    async fn taken(answer: StatusCode) -> usize {
        let handler = async move |request: Request| {
            let first = request.into_body().into_data_stream().next().await;
            assert_eq!(first.expect("a chunk").expect("no error").len(), 4);
            answer
        };
        let router = Router::new().route("/", post(handler)).layer(axum::middleware::from_fn(hear_out));
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let chunks = futures::stream::iter(0..10).map(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::convert::Infallible>(Bytes::from_static(b"abcd"))
        });
        let request = Request::post("/").body(Body::from_stream(chunks)).expect("a request");
        assert_eq!(router.oneshot(request).await.expect("an answer").status(), answer);
        count.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn whoever_is_refused_is_heard_out() {
        assert_eq!(taken(StatusCode::PAYLOAD_TOO_LARGE).await, 10);
        assert_eq!(taken(StatusCode::OK).await, 1);
    }
}
