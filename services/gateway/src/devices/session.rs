//! The same by the names that other products have for it: a session is the device of a number, and its id is the number's.

use super::groups::{Group, GroupMember};
use super::{ask, code, groups, link};
use crate::app::App;
use crate::caller::needs::{ReadNumbers, WriteNumbers};
use crate::extract::{At, Params};
use crate::intent::Intent;
use crate::packages::view::{Link, Profile};
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::{Reading, reach};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_domain::profile;
use waybill_projections::numbers;

#[derive(Debug, Deserialize, ToSchema)]
pub struct SessionStart {
    /// The number.
    pub profile_id: Uuid,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SomeSession {
    /// The number; not needed where the organisation has one whose device can be linked.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    pub profile_id: Option<Uuid>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// The number; not needed where the organisation has one whose device can be linked.
    #[param(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    profile_id: Option<Uuid>,
}

/// The package that a number is in.
async fn path(app: &App, tenant: TenantId, id: Uuid) -> Result<(Uuid, Uuid), Problem> {
    let state = app.store.load::<profile::Profile>(tenant, id).await?.state;
    let package = state.added.map(|it| it.package_id.0).ok_or_else(Problem::not_found)?;
    Ok((package, id))
}

/// The number that is named, or the only one whose device can be linked.
async fn path_of(app: &App, tenant: TenantId, id: Option<Uuid>) -> Result<(Uuid, Uuid), Problem> {
    if let Some(id) = id {
        return path(app, tenant, id).await;
    }
    // A number that was added a moment ago is one of them.
    reach(app, tenant, &["numbers"], app.store.head().await?).await?;
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let found = numbers::linkable(&mut transaction, tenant).await?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Problem::invalid("profile_id", "there is no number whose device can be linked")),
        _ => Err(Problem::invalid("profile_id", "there are several numbers whose devices can be linked: name one")),
    }
}

/// Begins a session: the same as `POST /packages/{id}/profiles/{pid}/link`.
#[utoipa::path(post, path = "/wa/session", tag = "devices", request_body = SessionStart,
    responses((status = 202, description = "Being linked, or linked already", body = Profile)))]
pub async fn session_start(
    State(app): State<App>,
    intent: Intent<WriteNumbers, SessionStart>,
) -> Result<Response, Problem> {
    let path = path(&app, intent.asked.tenant(), intent.body.profile_id).await?;
    link::begin(&app, &intent.asked, path).await
}

/// How the device of a number stands.
#[utoipa::path(get, path = "/wa/session/{id}", tag = "devices", params(("id" = Uuid, Path)),
    responses((status = 200, body = Link)))]
pub async fn session_state(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Link>, Problem> {
    let path = path(&app, reading.caller.tenant, id).await?;
    ask::link(State(app), At(path), reading).await
}

/// The code to scan as a picture; with `Accept: text/event-stream`, as a stream of states and codes.
#[utoipa::path(get, path = "/wa/session/{id}/qr", tag = "devices", params(("id" = Uuid, Path)),
    responses((status = 200, description = "PNG, or SVG where the provider tells the text of the code",
        body = Vec<u8>, content_type = "image/png")))]
pub async fn session_qr(
    State(app): State<App>,
    At(id): At<Uuid>,
    headers: HeaderMap,
    reading: Reading<WriteNumbers>,
) -> Result<Response, Problem> {
    let path = path(&app, reading.caller.tenant, id).await?;
    let accepted = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if accepted.contains("text/event-stream") {
        return code::events(State(app), At(path), reading).await;
    }
    code::code(State(app), At(path), reading).await
}

/// Lists the groups that a number is in.
#[utoipa::path(get, path = "/wa/session/{id}/groups", tag = "devices", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<Group>)))]
pub async fn session_groups(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Items<Group>>, Problem> {
    let path = path(&app, reading.caller.tenant, id).await?;
    groups::groups(State(app), At(path), reading).await
}

/// Lists the members of a group.
#[utoipa::path(get, path = "/wa/session/{id}/groups/{gid}/members", tag = "devices",
    params(("id" = Uuid, Path), ("gid" = String, Path, description = "The provider's id of the group")),
    responses((status = 200, body = Items<GroupMember>)))]
pub async fn session_members(
    State(app): State<App>,
    At((id, group)): At<(Uuid, String)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Items<GroupMember>>, Problem> {
    let (package, id) = path(&app, reading.caller.tenant, id).await?;
    groups::members(State(app), At((package, id, group)), reading).await
}

/// How the device of a number stands.
#[utoipa::path(get, path = "/whatsapp/status", tag = "devices", params(SessionQuery),
    responses((status = 200, body = Link), (status = 422, description = "The number has to be named")))]
pub async fn whatsapp_status(
    State(app): State<App>,
    reading: Reading<ReadNumbers>,
    Params(query): Params<SessionQuery>,
) -> Result<Json<Link>, Problem> {
    let path = path_of(&app, reading.caller.tenant, query.profile_id).await?;
    ask::link(State(app), At(path), reading).await
}

/// The code to scan, as a picture.
#[utoipa::path(get, path = "/whatsapp/qr", tag = "devices", params(SessionQuery),
    responses((status = 200, description = "PNG, or SVG where the provider tells the text of the code",
        body = Vec<u8>, content_type = "image/png"), (status = 422, description = "The number has to be named")))]
pub async fn whatsapp_qr(
    State(app): State<App>,
    reading: Reading<WriteNumbers>,
    Params(query): Params<SessionQuery>,
) -> Result<Response, Problem> {
    let path = path_of(&app, reading.caller.tenant, query.profile_id).await?;
    code::code(State(app), At(path), reading).await
}

/// Starts to link the device of a number.
#[utoipa::path(post, path = "/whatsapp/connect", tag = "devices", request_body = SomeSession,
    responses((status = 202, description = "Being linked, or linked already", body = Profile)))]
pub async fn whatsapp_connect(
    State(app): State<App>,
    intent: Intent<WriteNumbers, SomeSession>,
) -> Result<Response, Problem> {
    let path = path_of(&app, intent.asked.tenant(), intent.body.profile_id).await?;
    link::begin(&app, &intent.asked, path).await
}

/// Unlinks the device of a number.
#[utoipa::path(post, path = "/whatsapp/disconnect", tag = "devices", request_body = SomeSession,
    responses((status = 202, description = "Unlinked", body = Profile)))]
pub async fn whatsapp_disconnect(
    State(app): State<App>,
    intent: Intent<WriteNumbers, SomeSession>,
) -> Result<Response, Problem> {
    let path = path_of(&app, intent.asked.tenant(), intent.body.profile_id).await?;
    link::end(&app, &intent.asked, path).await
}
