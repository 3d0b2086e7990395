//! Making, rotating and revoking keys.

use super::PREFIX;
use super::view::ApiKey;
use crate::app::App;
use crate::auth::session::{hash, random_token};
use crate::caller::needs::WriteKeys;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::access::Permission;
use waybill_domain::api_key::{self, Command, Made};
use waybill_domain::stream::StreamId;

/// The key, in the answer to who made or rotated it. In no body, because bodies of commands are kept for repeats.
const KEY: HeaderName = HeaderName::from_static("waybill-api-key");
/// How much of a key is shown later.
const HINT: usize = PREFIX.len() + 4;
const LONGEST_OVERLAP: i64 = 7 * 24;

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewApiKey {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Permissions, such as `contacts.read`; none that the maker lacks, and none that is for people only.
    pub scopes: Vec<String>,
    /// Never, when left out.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$")]
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Rotation {
    /// For how many hours the present key stays good: 24 when left out, 168 at most, 0 for not at all.
    #[schema(minimum = 0, maximum = 168)]
    pub overlap_hours: Option<i64>,
}

/// Makes a key. It is in the header `Waybill-Api-Key` of the first answer, and nowhere else.
#[utoipa::path(post, path = "/api-keys", tag = "keys", request_body = NewApiKey,
    responses((status = 201, description = "Made", body = ApiKey,
        headers(("Waybill-Api-Key" = String, description = "The key, shown this once")))))]
pub async fn make(State(app): State<App>, intent: Intent<WriteKeys, NewApiKey>) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    let (id, key, caller) = (asked.new_id(), fresh(), asked.caller);
    let mut scopes = Vec::new();
    for scope in &new.scopes {
        let permission = Permission::parse(scope).filter(|permission| caller.may(*permission));
        let text = format!("`{}` is no permission that you have", scope.escape_default());
        scopes.push(permission.ok_or_else(|| Problem::invalid("scopes", text))?);
    }
    scopes.sort();
    scopes.dedup();
    if new.expires_at.is_some_and(|at| at <= asked.at) {
        return Err(Problem::invalid("expires_at", "has to be in the future"));
    }
    let made_by: String = sqlx::query_scalar("select full_name from vault.account where user_id = $1")
        .bind(caller.user.0)
        .fetch_one(&app.store.database.system)
        .await?;
    let view = ApiKey {
        id,
        name: new.name.trim().to_owned(),
        hint: key[..HINT].to_owned(),
        scopes: scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        made_by,
        made_at: asked.at,
        expires_at: new.expires_at,
        last_used_at: None,
        overlap_until: None,
    };
    let response = asked
        .carry_out(&app, || async {
            let made = Made { name: view.name.clone(), scopes: scopes.clone(), expires_at: view.expires_at };
            let events = api_key::decide(&api_key::State::default(), Command::Make(made))?;
            let decided = Decided::created(&view)?.write(StreamId::api_key(id), 0, &events);
            let (view, hash) = (view.clone(), hash(&key));
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "insert into vault.api_key (key_id, tenant_id, name, hint, hash, scopes, made_by, made_at, expires_at)
                         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    )
                    .bind(id)
                    .bind(caller.tenant.0)
                    .bind(&view.name)
                    .bind(&view.hint)
                    .bind(hash)
                    .bind(&view.scopes)
                    .bind(caller.user.0)
                    .bind(view.made_at)
                    .bind(view.expires_at)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            }))
        })
        .await?;
    Ok(showing(response, &key))
}

/// Makes a new key in the place of one, which stays good for a while.
#[utoipa::path(post, path = "/api-keys/{id}/rotate", tag = "keys", params(("id" = Uuid, Path)), request_body = Rotation,
    responses((status = 200, description = "Rotated", body = ApiKey,
        headers(("Waybill-Api-Key" = String, description = "The key, shown this once")))))]
pub async fn rotate(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteKeys, Rotation>,
) -> Result<Response, Problem> {
    let (Intent { asked, body, .. }, key) = (&intent, fresh());
    let hours = body.overlap_hours.unwrap_or(24);
    if !(0..=LONGEST_OVERLAP).contains(&hours) {
        return Err(Problem::invalid("overlap_hours", "0 to 168 hours"));
    }
    let overlap_until = asked.at + TimeDelta::hours(hours);
    let response = asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<api_key::ApiKey>(asked.tenant(), id).await?;
            let events = api_key::decide(&loaded.state, Command::Rotate { overlap_until })?;
            let view = find(&app, asked.tenant().0, id).await?.ok_or_else(Problem::not_found)?;
            let view = ApiKey { hint: key[..HINT].to_owned(), overlap_until: Some(overlap_until), ..view };
            let decided = Decided::ok(&view)?.write(StreamId::api_key(id), loaded.version, &events);
            let hash = hash(&key);
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "update vault.api_key set former_hash = hash, overlap_until = $2, hash = $3, hint = $4
                         where key_id = $1",
                    )
                    .bind(id)
                    .bind(overlap_until)
                    .bind(hash)
                    .bind(&view.hint)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            }))
        })
        .await?;
    Ok(showing(response, &key))
}

/// Revokes a key: the next request with it is refused.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "keys", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Revoked")))]
pub async fn revoke(State(app): State<App>, At(id): At<Uuid>, intent: Intent<WriteKeys>) -> Result<Response, Problem> {
    let asked = &intent.asked;
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<api_key::ApiKey>(asked.tenant(), id).await?;
            asked.expect_version(loaded.version)?;
            let events = api_key::decide(&loaded.state, Command::Revoke)?;
            let decided = Decided::no_content().write(StreamId::api_key(id), loaded.version, &events);
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query("delete from vault.api_key where key_id = $1").bind(id).execute(connection).await?;
                    Ok(())
                })
            }))
        })
        .await
}

fn fresh() -> String {
    format!("{PREFIX}{}", random_token())
}

/// With the key, unless it is the answer to a repeat: that key was shown the first time.
fn showing(mut response: Response, key: &str) -> Response {
    if !response.headers().contains_key("idempotency-replayed")
        && let Ok(key) = HeaderValue::from_str(key)
    {
        response.headers_mut().insert(KEY, key);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

async fn find(app: &App, tenant: Uuid, id: Uuid) -> Result<Option<ApiKey>, Problem> {
    let found = sqlx::query_as(
        "select k.key_id, k.name, k.hint, k.scopes, coalesce(a.full_name, '') as made_by, k.made_at, k.expires_at, k.last_used_at,
             k.overlap_until
         from vault.api_key k left join vault.account a on a.user_id = k.made_by where k.tenant_id = $1 and k.key_id = $2",
    )
    .bind(tenant)
    .bind(id)
    .fetch_optional(&app.store.database.system)
    .await?;
    Ok(found)
}
