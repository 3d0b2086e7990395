//! A new contact, by hand.

use super::Contact;
use super::portrait::Portrait;
use crate::app::App;
use crate::caller::needs::WriteContacts;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use waybill_domain::contact::{self, Added, Consent, Person, Source};
use waybill_domain::personal::Personal;
use waybill_domain::phone::Phone;
use waybill_domain::tenant::Tenant;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewContact {
    /// As people write it; with a prefix, or with `default_country`.
    pub phone: String,
    #[schema(max_length = 200)]
    pub name: Option<String>,
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The person agreed to be written to.
    #[serde(default)]
    pub consent: bool,
    /// ISO 3166-1 alpha-2; the tenant's own when left out.
    pub default_country: Option<String>,
}

/// Adds a contact. A number that is there already answers 409 with its id.
#[utoipa::path(post, path = "/contacts", tag = "contacts", request_body = NewContact,
    responses((status = 201, description = "Added", body = Contact)))]
pub async fn add(State(app): State<App>, intent: Intent<WriteContacts, NewContact>) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    let tenant = asked.tenant();
    new.check()?;
    let own = app.store.load::<Tenant>(tenant, tenant.0).await?.state.registered.and_then(|it| it.default_country);
    let country = new.default_country.as_deref().or(own.as_deref());
    let phone = Phone::parse(&new.phone, country).map_err(|error| Problem::invalid("phone", error))?;
    let id = app.store.keys.contact_id(tenant, phone.as_str()).await?;
    asked
        .carry_out(&app, || async {
            let portrait = Portrait::load(&app, tenant, id).await?;
            let at = asked.at;
            let added = Added {
                contact_id: id,
                source: Source::Manual { user_id: Some(asked.caller.user) },
                tags: new.tags.clone(),
                consent: new.consent.then(|| Consent { source: "manual".into(), proof: None, at }),
                person: Personal::Known(new.person(&phone)),
            };
            let events = contact::decide(&portrait.state, contact::Command::Add(added))
                .map_err(|refusal| Problem::from(refusal).with("id", id.0.to_string()))?;
            let before = portrait.version;
            let after = portrait.after(&events, at);
            Ok(Decided::created(after.view(id))?.write(id, before, &events).at_version(after.version))
        })
        .await
}

impl NewContact {
    fn check(&self) -> Result<(), Problem> {
        if let Some(tag) = self.tags.iter().find(|tag| !contact::tag_is_good(tag)) {
            return Err(Problem::invalid("tags", format_args!("`{tag}` is no tag: it has 1 to 64 characters")));
        }
        check_person(self.name.as_deref(), &self.fields)
    }

    fn person(&self, phone: &Phone) -> Person {
        let filled = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Person {
            phone: phone.as_str().to_owned(),
            name: self.name.as_ref().and_then(filled),
            fields: self.fields.iter().filter_map(|(key, value)| Some((key.clone(), filled(value)?))).collect(),
        }
    }
}

/// Bounds that no person's data meets, so that a contact stays small.
pub fn check_person(name: Option<&str>, fields: &BTreeMap<String, String>) -> Result<(), Problem> {
    if name.is_some_and(|name| name.chars().count() > 200) {
        return Err(Problem::invalid("name", "has 200 characters at most"));
    }
    if fields.len() > 100 {
        return Err(Problem::invalid("fields", "there are 100 fields at most"));
    }
    for (key, value) in fields {
        if key.trim().is_empty() || key.chars().count() > 64 || value.chars().count() > 1_000 {
            return Err(Problem::invalid(
                "fields",
                "a field has a name of 1 to 64 and a value of 1,000 characters at most",
            ));
        }
    }
    Ok(())
}
