//! Forgetting a contact for good.
//!
//! The append of `contact.erased`, which is the certificate, and the end of the contact's secret are one transaction.
//! Nothing that was said of the person can be read from then on, in the log or in any copy of it. Read models drop what
//! they hold when they see the event. Whoever hid the number is known by another id as well: whichever of them is erased,
//! the other is erased with it and has a certificate of its own. What a provider posted about the person is ciphertext under secrets that end after
//! two days of themselves.

use super::answers;
use super::ask::Certificate;
use super::subject::Subject;
use crate::app::App;
use crate::caller::needs::WritePrivacy;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use crate::validate;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::contact::{self, Command};
use waybill_domain::id::ContactId;
use waybill_event_store::KeyRing;

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct EraseContact {
    /// The contact's number in E.164, so that nobody erases the wrong person; of somebody who hides it, the `user_id` of the
    /// conversation.
    pub confirm: String,
}

/// Erases everything that is known of a contact, for good.
#[utoipa::path(post, path = "/contacts/{id}/erase", tag = "privacy", params(("id" = Uuid, Path)),
    request_body = EraseContact, responses((status = 200, description = "The certificate", body = Certificate)))]
pub async fn erase(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WritePrivacy, EraseContact>,
) -> Result<Response, Problem> {
    let Intent { asked, body, .. } = &intent;
    let (tenant, contact) = (asked.tenant(), ContactId(id));
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let subjects = Subject::all(&mut transaction, tenant, contact).await?;
    drop(transaction);
    let response = asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<contact::Contact>(tenant, id).await?;
            asked.expect_version(loaded.version)?;
            let readable = Subject::readable(&subjects, &app, tenant).await?;
            let erased = subjects[0].certificate.clone();
            let erase = Command::Erase { certificate: erased.clone(), readable: !readable.is_empty() };
            let events = contact::decide(&loaded.state, erase)?;
            // The id is a keyed hash of the number: also somebody whose number was removed before can be confirmed.
            let number: String = body.confirm.chars().filter(|sign| !sign.is_whitespace()).collect();
            if app.store.keys.contact_id(tenant, &number).await? != contact {
                return Err(Problem::invalid("confirm", "this is not the number of the contact"));
            }
            let certificate = Certificate {
                subject: id,
                kind: "contact".to_owned(),
                at: asked.at,
                by: Some(asked.metadata().actor.to_string()),
                position: None,
                streams: erased.streams as i64,
                events: erased.events as i64,
            };
            let mut decided = Decided::ok(certificate)?.write(contact, loaded.version, &events);
            let mut texts = vec![number.trim_start_matches('+').to_owned()];
            let mut ids = vec![id];
            for same in subjects[1..].iter().filter(|subject| readable.contains(&subject.contact.0)) {
                let loaded = app.store.load::<contact::Contact>(tenant, same.contact.0).await?;
                let phone = loaded.state.person.known().map(|person| person.phone.trim_start_matches('+').to_owned());
                texts.extend(phone.filter(|phone| !phone.is_empty()));
                let erase = Command::Erase { certificate: same.certificate.clone(), readable: true };
                decided = decided.write(same.contact, loaded.version, &contact::decide(&loaded.state, erase)?);
                ids.push(same.contact.0);
            }
            texts.extend(ids.iter().map(Uuid::to_string));
            let (at, effect_app) = (asked.at, app.clone());
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    answers::forget(&effect_app, connection, tenant, &texts).await?;
                    validate::forget(connection, tenant, &ids).await?;
                    Ok(KeyRing::destroy_subjects(connection, tenant, &ids, at).await?)
                })
            }))
        })
        .await;
    for subject in &subjects {
        app.store.keys.forget_subject(subject.contact.0);
    }
    response
}
