//! Groups that a number is in, and who else is.

use super::{Device, refused};
use crate::app::App;
use crate::caller::needs::ReadNumbers;
use crate::extract::At;
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// The provider's id.
    pub id: String,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// The provider's id of the person.
    pub id: String,
    /// E.164; none where the person hides it.
    pub phone: Option<String>,
    pub admin: bool,
}

/// Lists the groups that a number is in, as its provider has them now.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/groups", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), responses((status = 200, body = Items<Group>)))]
pub async fn groups(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Items<Group>>, Problem> {
    let device = Device::find(&app, reading.caller.tenant, path).await?;
    let provider = app.providers.provider_for(device.provider);
    let groups = provider.groups().ok_or_else(no_groups)?;
    let groups = groups.groups(&device.account).await.map_err(|refusal| refused(&refusal))?;
    Ok(Json(Items { items: groups.into_iter().map(|it| Group { id: it.id, name: it.name }).collect() }))
}

/// Lists the members of a group.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/groups/{gid}/members", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path), ("gid" = String, Path, description = "The provider's id of the group")),
    responses((status = 200, body = Items<GroupMember>)))]
pub async fn members(
    State(app): State<App>,
    At((package, profile, group)): At<(Uuid, Uuid, String)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Items<GroupMember>>, Problem> {
    let device = Device::find(&app, reading.caller.tenant, (package, profile)).await?;
    let provider = app.providers.provider_for(device.provider);
    let groups = provider.groups().ok_or_else(no_groups)?;
    let members = groups.members(&device.account, &group).await.map_err(|refusal| refused(&refusal))?;
    let member = |it: waybill_providers::Member| GroupMember { id: it.id, phone: it.phone, admin: it.admin };
    Ok(Json(Items { items: members.into_iter().map(member).collect() }))
}

fn no_groups() -> Problem {
    Problem::refused("no_groups", "numbers of this provider have no groups that could be listed")
}
