//! The terms of use: shown and accepted, by version, before an organisation's first campaign.

use crate::app::App;
use crate::audit;
use crate::caller::needs::{ReadSettings, WriteCampaigns};
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::TenantId;
use waybill_domain::tenant::{self, Command, Tenant, TermsAccepted};

/// Raised with the text: then they are to be accepted anew.
const VERSION: &str = "2026-11";
const TEXT: &str = include_str!("terms.txt");

#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    pub version: String,
    /// Plain text; blank lines part paragraphs.
    pub text: String,
    /// By whom this organisation accepted terms last; whether it was this version is told by its version.
    pub accepted: Option<AcceptedTerms>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedTerms {
    pub version: String,
    pub at: DateTime<Utc>,
    /// Their name today; nothing once they are gone.
    pub by: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Accept {
    /// The version that was shown.
    pub version: String,
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(terms)).routes(routes!(accept_terms))
}

/// The present terms, and whether they were accepted.
#[utoipa::path(get, path = "/terms", tag = "people", responses((status = 200, body = Terms)))]
pub async fn terms(State(app): State<App>, reading: Reading<ReadSettings>) -> Result<Json<Terms>, Problem> {
    let tenant = reading.caller.tenant;
    let state = app.store.load::<Tenant>(tenant, tenant.0).await?.state;
    Ok(Json(view(&app, tenant, &state).await?))
}

/// Accepts the terms for the organisation.
#[utoipa::path(post, path = "/terms/accept", tag = "people", request_body = Accept,
    responses((status = 200, description = "Accepted", body = Terms)))]
pub async fn accept_terms(State(app): State<App>, intent: Intent<WriteCampaigns, Accept>) -> Result<Response, Problem> {
    let Intent { asked, body, .. } = &intent;
    // A program reads no terms.
    asked.caller.person()?;
    let tenant = asked.tenant();
    asked
        .carry_out(&app, || async {
            if body.version != VERSION {
                let text = "the terms are others now; read them again";
                return Err(Problem::conflict("terms_changed", text).with("version", VERSION));
            }
            let loaded = app.store.load::<Tenant>(tenant, tenant.0).await?;
            let accepted = TermsAccepted { version: VERSION.to_owned(), user_id: asked.caller.user, at: asked.at };
            let events = tenant::decide(&loaded.state, Command::AcceptTerms(accepted))?;
            let state = Tenant::fold(loaded.state, &events);
            Ok(Decided::ok(view(&app, tenant, &state).await?)?.write(tenant, loaded.version, &events))
        })
        .await
}

/// Refuses to send for an organisation that has not accepted the present terms.
pub fn require(state: &tenant::State) -> Result<(), Problem> {
    if state.terms.as_ref().is_some_and(|accepted| accepted.version == VERSION) {
        return Ok(());
    }
    let text = "the terms of use have to be accepted first";
    Err(Problem::conflict("terms_not_accepted", text).with("version", VERSION))
}

async fn view(app: &App, tenant: TenantId, state: &tenant::State) -> Result<Terms, Problem> {
    let accepted = match &state.terms {
        None => None,
        Some(TermsAccepted { version, user_id, at }) => {
            let actor = Actor::user(*user_id);
            let by = audit::names::of(app, tenant, &[actor.as_str()]).await?.remove(actor.as_str());
            Some(AcceptedTerms { version: version.clone(), at: *at, by })
        }
    };
    Ok(Terms { version: VERSION.to_owned(), text: TEXT.to_owned(), accepted })
}
