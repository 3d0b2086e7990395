//! Blocking a contact: it is not written to, whatever it agreed to.

use super::Contact;
use super::change::apply;
use crate::app::App;
use crate::caller::needs::WriteContacts;
use crate::extract::At;
use crate::intent::Intent;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;
use waybill_domain::contact::Command;
use waybill_domain::id::ContactId;

/// Blocks a contact.
#[utoipa::path(post, path = "/contacts/{id}/block", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Blocked", body = Contact)))]
pub async fn block(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteContacts>,
) -> Result<Response, Problem> {
    apply(&app, &intent.asked, ContactId(id), |_| vec![Command::Block]).await
}

/// Lifts a block.
#[utoipa::path(post, path = "/contacts/{id}/unblock", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Not blocked", body = Contact)))]
pub async fn unblock(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteContacts>,
) -> Result<Response, Problem> {
    apply(&app, &intent.asked, ContactId(id), |_| vec![Command::Unblock]).await
}
