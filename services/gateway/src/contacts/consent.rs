//! On what grounds a contact may be written to.

use super::Contact;
use super::change::apply;
use crate::app::App;
use crate::caller::needs::WriteContacts;
use crate::extract::At;
use crate::intent::Intent;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::contact::{Command, Consent};
use waybill_domain::id::ContactId;

#[derive(Debug, Deserialize, ToSchema)]
pub struct ConsentChange {
    pub granted: bool,
    /// Where it was given or withdrawn, in words; `manual` when left out.
    #[schema(max_length = 200)]
    pub source: Option<String>,
    #[schema(max_length = 1000)]
    pub proof: Option<String>,
}

/// Records that the person agreed to be written to, or no longer does.
#[utoipa::path(post, path = "/contacts/{id}/consent", tag = "contacts", params(("id" = Uuid, Path)),
    request_body = ConsentChange, responses((status = 200, description = "Recorded", body = Contact)))]
pub async fn consent(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteContacts, ConsentChange>,
) -> Result<Response, Problem> {
    let change = &intent.body;
    let source = change.source.clone().unwrap_or_else(|| "manual".into());
    for (field, text, most) in [("source", Some(&source), 200), ("proof", change.proof.as_ref(), 1_000)] {
        if text.is_some_and(|text| text.chars().count() > most) {
            return Err(Problem::invalid(field, format_args!("has {most} characters at most")));
        }
    }
    let at = intent.asked.at;
    apply(&app, &intent.asked, ContactId(id), |_| {
        vec![match change.granted {
            true => Command::GrantConsent(Consent { source: source.clone(), proof: change.proof.clone(), at }),
            false => Command::WithdrawConsent { reason: source.clone(), at },
        }]
    })
    .await
}
