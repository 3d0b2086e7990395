//! Changing and removing a contact.

use super::Contact;
use super::add::check_person;
use super::portrait::Portrait;
use crate::app::App;
use crate::caller::needs::WriteContacts;
use crate::extract::At;
use crate::intent::{Asked, Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::contact::{self, Command};
use waybill_domain::id::ContactId;

/// What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ContactChange {
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// A field with an empty value is removed; fields that are not named stay.
    pub fields: Option<BTreeMap<String, String>>,
    /// Replaces all tags.
    pub tags: Option<BTreeSet<String>>,
}

/// Changes name, fields or tags.
#[utoipa::path(put, path = "/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    request_body = ContactChange, responses((status = 200, description = "Changed", body = Contact)))]
pub async fn update(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteContacts, ContactChange>,
) -> Result<Response, Problem> {
    let change = &intent.body;
    check_person(change.name.as_deref(), change.fields.as_ref().unwrap_or(&BTreeMap::new()))?;
    apply(&app, &intent.asked, ContactId(id), |state| change.commands(state)).await
}

/// Removes a contact. A withdrawal of consent is remembered, should the number be added again.
#[utoipa::path(delete, path = "/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Removed")))]
pub async fn remove(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteContacts>,
) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, ContactId(id));
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<contact::Contact>(asked.tenant(), id.0).await?;
            asked.expect_version(loaded.version)?;
            let events = contact::decide(&loaded.state, Command::Remove)?;
            Ok(Decided::no_content().write(id, loaded.version, &events))
        })
        .await
}

/// Carries out commands on one contact, in one append, and answers with the contact as it is then.
pub async fn apply(
    app: &App,
    asked: &Asked,
    id: ContactId,
    commands: impl Fn(&contact::State) -> Vec<Command>,
) -> Result<Response, Problem> {
    asked
        .carry_out(app, || async {
            let portrait = Portrait::load(app, asked.tenant(), id).await?;
            if !portrait.state.exists() {
                return Err(Problem::not_found());
            }
            asked.expect_version(portrait.version)?;
            let mut state = portrait.state.clone();
            let mut events = Vec::new();
            for command in commands(&state) {
                let next = contact::decide(&state, command)?;
                state = contact::Contact::fold(state, &next);
                events.extend(next);
            }
            let before = portrait.version;
            let after = portrait.after(&events, asked.at);
            Ok(Decided::ok(after.view(id))?.write(id, before, &events).at_version(after.version))
        })
        .await
}

impl ContactChange {
    fn commands(&self, state: &contact::State) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.name.is_some() || self.fields.is_some() {
            commands.push(Command::Update { name: self.name.clone(), fields: self.fields.clone() });
        }
        if let Some(tags) = &self.tags {
            commands.extend(tags.difference(&state.tags).cloned().map(Command::Tag));
            commands.extend(state.tags.difference(tags).cloned().map(Command::Untag));
        }
        commands
    }
}
