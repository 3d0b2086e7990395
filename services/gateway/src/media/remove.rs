//! Taking a file away.

use crate::app::App;
use crate::caller::needs::WriteMedia;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use crate::reading::reach;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;
use waybill_domain::id::MediaId;
use waybill_domain::media::{self, Command, Removal, Removed};
use waybill_event_store::KeyRing;
use waybill_projections::media as rows;

/// Removes a file for good: its content and its name. What was sent with it stays sent; what is still to be sent needs it, so
/// a file of a running or paused campaign is not removed.
#[utoipa::path(delete, path = "/media/{id}", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Removed")))]
pub async fn remove(State(app): State<App>, At(id): At<Uuid>, intent: Intent<WriteMedia>) -> Result<Response, Problem> {
    let (asked, media) = (&intent.asked, MediaId(id));
    let tenant = asked.tenant();
    let response = asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<media::Media>(tenant, id).await?;
            asked.expect_version(loaded.version)?;
            if loaded.state.status == media::Status::Removed {
                return Err(Problem::not_found());
            }
            // A campaign that was started a moment ago counts.
            reach(&app, tenant, &["campaigns"], app.store.head().await?).await?;
            let mut transaction = app.store.tenant_transaction(tenant).await?;
            let users = rows::used_by(&mut transaction, tenant, media).await?;
            drop(transaction);
            if !users.is_empty() {
                let text = format!("campaigns still send it: {}", users.join(", "));
                return Err(Problem::conflict("media_in_use", text).with("campaigns", json!(users)));
            }
            let removed = Removed { reason: Removal::Deleted, at: asked.at };
            let events = media::decide(&loaded.state, Command::Remove(removed))?;
            let at = asked.at;
            Ok(Decided::no_content().write(media, loaded.version, &events).with_effect(move |connection| {
                Box::pin(async move { Ok(KeyRing::destroy_subject(connection, tenant, id, at).await?) })
            }))
        })
        .await;
    app.store.keys.forget_subject(id);
    response
}
