//! One delivery of a webhook, from the wire to the log.

use super::access::Access;
use crate::app::App;
use crate::extract::{At, Params};
use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::ProfileId;
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::webhook_inbox::{Event, RawBody, Received};
use waybill_event_store::{Append, Expected, Metadata, Outcome, StreamWrite};
use waybill_providers::SubscribeQuery;

/// Meta's largest is 3 MB.
const LARGEST: usize = 4 << 20;

/// Only described here; the provider's client reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "its names are in the document")]
pub struct ChallengeQuery {
    #[param(rename = "hub.mode")]
    mode: Option<String>,
    #[param(rename = "hub.challenge")]
    challenge: Option<String>,
    #[param(rename = "hub.verify_token")]
    verify_token: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct NumberInQuery {
    phone_number_id: Option<String>,
    #[serde(flatten)]
    challenge: SubscribeQuery,
}

/// Takes a delivery for one number.
#[utoipa::path(post, path = "/hooks/cloud-api/{profile_id}", tag = "hooks", security(()), params(("profile_id" = Uuid, Path)),
    request_body(content = String, content_type = "application/json", description = "As the provider sends it, 4 MiB at most"),
    responses((status = 200, description = "Stored"), (status = 404, description = "No such number"),
        (status = 401, description = "`X-Hub-Signature-256` does not belong to the body")))]
pub async fn to_profile(State(app): State<App>, At(id): At<Uuid>, request: Request) -> Result<StatusCode, Problem> {
    to_number_of(&app, id, request, |kind| matches!(kind, ProviderKind::CloudApi | ProviderKind::Sandbox)).await
}

/// Takes a delivery of Green API for one instance.
#[utoipa::path(post, path = "/hooks/green-api/{profile_id}", tag = "hooks", security(()), params(("profile_id" = Uuid, Path)),
    request_body(content = String, content_type = "application/json", description = "As the provider sends it, 4 MiB at most"),
    responses((status = 200, description = "Stored"), (status = 404, description = "No such number"),
        (status = 401, description = "`Authorization` is not the number's webhook token")))]
pub async fn to_green_api(State(app): State<App>, At(id): At<Uuid>, request: Request) -> Result<StatusCode, Problem> {
    to_number_of(&app, id, request, |kind| kind == ProviderKind::GreenApi).await
}

/// Takes a delivery of WAHA for one session.
#[utoipa::path(post, path = "/hooks/waha/{profile_id}", tag = "hooks", security(()), params(("profile_id" = Uuid, Path)),
    request_body(content = String, content_type = "application/json", description = "As the provider sends it, 4 MiB at most"),
    responses((status = 200, description = "Stored"), (status = 404, description = "No such number"),
        (status = 401, description = "`X-Webhook-Hmac` does not belong to the body")))]
pub async fn to_waha(State(app): State<App>, At(id): At<Uuid>, request: Request) -> Result<StatusCode, Problem> {
    to_number_of(&app, id, request, |kind| kind == ProviderKind::Waha).await
}

/// A number at another provider's address is as one that is not there.
async fn to_number_of(
    app: &App,
    id: Uuid,
    request: Request,
    is_its: impl Fn(ProviderKind) -> bool,
) -> Result<StatusCode, Problem> {
    let access = app.accesses.profile(app, ProfileId(id)).await?.filter(|access| is_its(access.provider));
    let access = access.ok_or_else(|| {
        metrics::counter!("webhooks_refused_total", "reason" => "unknown_number").increment(1);
        Problem::not_found()
    })?;
    let (headers, body) = read(request).await?;
    believe(app, &[access], &headers, body).await
}

/// Takes a delivery for one number, by the provider's id of it.
#[utoipa::path(post, path = "/hooks/cloud-api/by-number/{phone_number_id}", tag = "hooks", security(()), params(("phone_number_id" = String, Path, description = "The provider's id of the number")),
    request_body(content = String, content_type = "application/json", description = "As the provider sends it, 4 MiB at most"),
    responses((status = 200, description = "Stored"), (status = 404, description = "No such number"),
        (status = 401, description = "`X-Hub-Signature-256` does not belong to the body")))]
pub async fn to_number(
    State(app): State<App>,
    At(number): At<String>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let accesses = app.accesses.number(&app, &number).await?;
    if accesses.is_empty() {
        return Err(Problem::not_found());
    }
    let (headers, body) = read(request).await?;
    believe(&app, &accesses, &headers, body).await
}

/// Takes a delivery at the address that all numbers share: the body says which number it is for.
#[utoipa::path(post, path = "/whatsapp/webhook", tag = "hooks", security(()), 
    request_body(content = String, content_type = "application/json", description = "As the provider sends it, 4 MiB at most"),
    responses((status = 200, description = "Stored"), (status = 404, description = "No such number"),
        (status = 401, description = "`X-Hub-Signature-256` does not belong to the body")))]
pub async fn to_number_in_body(State(app): State<App>, request: Request) -> Result<StatusCode, Problem> {
    let (headers, body) = read(request).await?;
    let number = number_in(&body).ok_or_else(Problem::not_found)?;
    let accesses = app.accesses.number(&app, &number).await?;
    if accesses.is_empty() {
        return Err(Problem::not_found());
    }
    believe(&app, &accesses, &headers, body).await
}

/// Confirms the address of one number to the provider.
#[utoipa::path(get, path = "/hooks/cloud-api/{profile_id}", tag = "hooks", security(()), params(("profile_id" = Uuid, Path), ChallengeQuery),
    responses((status = 200, description = "The challenge", body = String, content_type = "text/plain"),
        (status = 403, description = "Another verify token"), (status = 404, description = "No such number")))]
pub async fn challenge(
    State(app): State<App>,
    At(id): At<Uuid>,
    Params(query): Params<SubscribeQuery>,
) -> Result<Response, Problem> {
    let access = app.accesses.profile(&app, ProfileId(id)).await?.ok_or_else(Problem::not_found)?;
    answer_challenge(&app, &[access], &query)
}

/// Confirms the address of one number, by the provider's id of it.
#[utoipa::path(get, path = "/hooks/cloud-api/by-number/{phone_number_id}", tag = "hooks", security(()), params(("phone_number_id" = String, Path, description = "The provider's id of the number"), ChallengeQuery),
    responses((status = 200, description = "The challenge", body = String, content_type = "text/plain"),
        (status = 403, description = "Another verify token"), (status = 404, description = "No such number")))]
pub async fn challenge_by_number(
    State(app): State<App>,
    At(number): At<String>,
    Params(query): Params<SubscribeQuery>,
) -> Result<Response, Problem> {
    let accesses = app.accesses.number(&app, &number).await?;
    answer_challenge(&app, &accesses, &query)
}

/// Confirms the address that all numbers share; `phone_number_id` says whose token is shown.
#[utoipa::path(get, path = "/whatsapp/webhook", tag = "hooks", security(()), params(("phone_number_id" = String, Query), ChallengeQuery),
    responses((status = 200, description = "The challenge", body = String, content_type = "text/plain"),
        (status = 403, description = "Another verify token"), (status = 404, description = "No such number")))]
pub async fn challenge_in_query(
    State(app): State<App>,
    Params(query): Params<NumberInQuery>,
) -> Result<Response, Problem> {
    let number = query.phone_number_id.ok_or_else(Problem::not_found)?;
    let accesses = app.accesses.number(&app, &number).await?;
    answer_challenge(&app, &accesses, &query.challenge)
}

fn answer_challenge(app: &App, accesses: &[Arc<Access>], query: &SubscribeQuery) -> Result<Response, Problem> {
    if accesses.is_empty() {
        return Err(Problem::not_found());
    }
    let answer = |it: &Arc<Access>| app.providers.provider_for(it.provider).answer_challenge(&it.account, query);
    let answer = accesses.iter().find_map(answer);
    let refused = || Problem::forbidden("verify_token", "the verify token is not that of the number");
    // As text: what a stranger sends must not come back as a page.
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], answer.ok_or_else(refused)?).into_response())
}

async fn read(request: Request) -> Result<(HeaderMap, Bytes), Problem> {
    let (parts, body): (_, Body) = request.into_parts();
    let too_large = || {
        metrics::counter!("webhooks_refused_total", "reason" => "too_large").increment(1);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "a webhook has 4 MiB at most")
    };
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return Err(too_large());
    }
    let body = to_bytes(body, LARGEST).await.map_err(|_| too_large())?;
    Ok((parts.headers, body))
}

/// Stores the body for the number whose secret signed it.
async fn believe(app: &App, accesses: &[Arc<Access>], headers: &HeaderMap, body: Bytes) -> Result<StatusCode, Problem> {
    let signed = |it: &&Arc<Access>| {
        app.providers.provider_for(it.provider).verify_signature(&it.account, headers, &body).is_ok()
    };
    let Some(access) = accesses.iter().find(signed) else {
        metrics::counter!("webhooks_refused_total", "reason" => "signature").increment(1);
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "signature", "the signature does not belong to the body"));
    };
    let received = Received {
        profile_id: access.profile_id,
        provider: access.provider,
        bytes: body.len() as u64,
        body: Personal::Known(RawBody(match String::from_utf8_lossy(&body) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        })),
    };
    let metadata = Metadata {
        tenant_id: access.tenant_id,
        actor: Actor::provider(access.provider),
        at: app.clock.now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: waybill_runtime::telemetry::traceparent(),
    };
    let stream = StreamId::webhook_delivery(Uuid::now_v7());
    let write = StreamWrite::new(stream, Expected::Exactly(0), &[Event::from(received)]);
    match app.store.append(Append::new(metadata, vec![write])).await? {
        Outcome::Appended { .. } => {
            metrics::counter!("webhooks_received_total").increment(1);
            Ok(StatusCode::OK)
        }
        other => Err(Problem::internal(format_args!("a new webhook was not appended: {other:?}"))),
    }
}

/// The number that a delivery is for. Everything else in the body is passed over, however deep it is.
fn number_in(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Delivery {
        entry: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        changes: Vec<Change>,
    }
    #[derive(Deserialize)]
    struct Change {
        value: Value,
    }
    #[derive(Deserialize)]
    struct Value {
        metadata: Option<Number>,
    }
    #[derive(Deserialize)]
    struct Number {
        phone_number_id: String,
    }
    let delivery: Delivery = serde_json::from_slice(body).ok()?;
    let changes = delivery.entry.into_iter().flat_map(|entry| entry.changes);
    changes.into_iter().find_map(|change| change.value.metadata).map(|number| number.phone_number_id)
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn the_number_is_found_and_depth_does_not_matter() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let body = format!(
            r#"{{"object":"x","deep":{deep},"entry":[{{"changes":[{{"value":{{"metadata":{{"phone_number_id":"42"}}}}}}]}}]}}"#
        );
        assert_eq!(number_in(body.as_bytes()).as_deref(), Some("42"));
        assert_eq!(number_in(b"{}"), None);
        assert_eq!(number_in(b"nonsense"), None);
    }
}
