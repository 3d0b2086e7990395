//! One's own sessions: where one is signed in, and ending that.

use crate::app::App;
use crate::caller::Caller;
use crate::caller::needs::Oneself;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::page::Items;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;
use uuid::Uuid;

/// A sign-in in one browser.
#[derive(Debug, FromRow, Serialize, ToSchema)]
pub struct SessionView {
    pub id: Uuid,
    pub began_at: DateTime<Utc>,
    /// To a quarter of an hour.
    pub last_used_at: DateTime<Utc>,
    /// What the browser said of itself.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Where one is signed in, the latest used first.
#[utoipa::path(get, path = "/sessions", tag = "auth", responses((status = 200, body = Items<SessionView>)))]
pub async fn sessions(State(app): State<App>, caller: Caller) -> Result<Json<Items<SessionView>>, Problem> {
    let caller = caller.person()?;
    let items = sqlx::query_as(
        "select family as id, began_at, issued_at as last_used_at, user_agent, family = $2 as current
         from vault.refresh_token where user_id = $1 and rotated_at is null and expires_at > $3
         order by issued_at desc, family",
    )
    .bind(caller.user.0)
    .bind(caller.session)
    .bind(app.clock.now())
    .fetch_all(&app.store.database.system)
    .await?;
    Ok(Json(Items { items }))
}

/// Ends one of one's sessions; its tokens are refused from now on.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Ended")))]
pub async fn end(State(app): State<App>, At(id): At<Uuid>, intent: Intent<Oneself>) -> Result<Response, Problem> {
    let user = intent.asked.caller.user;
    let response = intent
        .asked
        .carry_out(&app, || async {
            Ok(Decided::no_content().with_effect(move |connection| {
                Box::pin(async move {
                    let ended = sqlx::query("delete from vault.refresh_token where user_id = $1 and family = $2")
                        .bind(user.0)
                        .bind(id)
                        .execute(connection)
                        .await?;
                    if ended.rows_affected() == 0 { Err(Problem::not_found()) } else { Ok(()) }
                })
            }))
        })
        .await;
    app.memberships.forget_person(user);
    response
}

/// Ends all of one's sessions but the one that asks.
#[utoipa::path(delete, path = "/sessions", tag = "auth", responses((status = 204, description = "Ended")))]
pub async fn end_others(State(app): State<App>, intent: Intent<Oneself>) -> Result<Response, Problem> {
    let Caller { user, session, .. } = intent.asked.caller;
    let response = intent
        .asked
        .carry_out(&app, || async {
            Ok(Decided::no_content().with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query("delete from vault.refresh_token where user_id = $1 and family is distinct from $2")
                        .bind(user.0)
                        .bind(session)
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            }))
        })
        .await;
    app.memberships.forget_person(user);
    response
}
