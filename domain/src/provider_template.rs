//! Templates that are registered with a provider, as the provider has them.
//!
//! They are made and approved there; here they are known, so that a campaign can choose one and is stopped before it meets
//! a refusal at every recipient. `found → status_changed* / drifted* → gone`, and found again when it comes back. A template
//! *drifts* when its text or category is not what it was: whoever fills it should look again.

use crate::id::{ProfileId, TemplateId};
use crate::provider::ProviderKind;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the provider shows of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// The provider's id.
    pub provider_id: String,
    /// In lower case: `marketing`, `utility`, `authentication`, or whatever comes.
    pub category: String,
    /// Header, body, footer and buttons, as the provider has them.
    pub components: Value,
}

/// How it stands with the provider, in its words, in lower case; unknown ones are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// `approved`, `pending`, `rejected`, `paused`, `disabled` …
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// Why it was rejected or paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub provider: ProviderKind,
    /// The provider's id of the business account.
    pub account_id: String,
    /// The number by which it was seen.
    pub profile_id: ProfileId,
    pub name: String,
    pub language: String,
    pub listed: Listed,
    pub standing: Standing,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusChanged {
    pub standing: Standing,
    pub from: String,
    pub at: DateTime<Utc>,
}

/// Its text or category is another than it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drifted {
    pub listed: Listed,
    pub at: DateTime<Utc>,
}

/// The provider does not list it any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gone {
    pub at: DateTime<Utc>,
}

impersonal!(Found, StatusChanged, Drifted, Gone);

events! {
    pub enum Event {
        Found(Found) = "template.found", 1;
        StatusChanged(StatusChanged) = "template.status_changed", 1;
        Drifted(Drifted) = "template.drifted", 1;
        Gone(Gone) = "template.gone", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The provider lists it so.
    Record(Found),
    /// A webhook tells of it. One that is not known yet is found with the next list.
    RecordStanding { standing: Standing, at: DateTime<Utc> },
    /// The provider's list is without it.
    Miss { at: DateTime<Utc> },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// `None` while it was never seen.
    pub listed: Option<Listed>,
    pub standing: Standing,
    pub gone: bool,
}

impl State {
    /// Why nothing can be sent with it, if so. What the provider has not told is no reason.
    pub fn trouble(&self) -> Option<String> {
        match self.standing.status.as_str() {
            _ if self.listed.is_none() => None,
            _ if self.gone => Some("the provider does not have it any more".to_owned()),
            "approved" | "active" | "" => None,
            other => Some(match &self.standing.reason {
                Some(reason) => format!("it is {other}: {reason}"),
                None => format!("it is {other}"),
            }),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    Ok(match command {
        Command::Record(it) if state.listed.is_none() || state.gone => vec![it.into()],
        Command::Record(it) => {
            let mut events = Vec::new();
            if state.listed.as_ref() != Some(&it.listed) {
                events.push(Drifted { listed: it.listed, at: it.at }.into());
            }
            events.extend(changed(state, it.standing, it.at));
            events
        }
        Command::RecordStanding { .. } if state.listed.is_none() => vec![],
        Command::RecordStanding { standing, at } => {
            // A webhook tells no quality with a status; what was known stays.
            let quality = standing.quality.or_else(|| state.standing.quality.clone());
            changed(state, Standing { quality, ..standing }, at).into_iter().collect()
        }
        Command::Miss { .. } if state.gone || state.listed.is_none() => vec![],
        Command::Miss { at } => vec![Gone { at }.into()],
    })
}

fn changed(state: &State, standing: Standing, at: DateTime<Utc>) -> Option<Event> {
    let from = state.standing.status.clone();
    (standing != state.standing).then(|| StatusChanged { standing, from, at }.into())
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Found(it) => {
            state = State { listed: Some(it.listed.clone()), standing: it.standing.clone(), gone: false };
        }
        Event::StatusChanged(it) => state.standing = it.standing.clone(),
        Event::Drifted(it) => state.listed = Some(it.listed.clone()),
        Event::Gone(_) => state.gone = true,
    }
    state
}

aggregate!(ProviderTemplate, Template);

/// The places that a body or a header names: `{{1}}`, `{{name}}`, each once, in order.
pub fn places(text: &str) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("{{") {
        let Some((name, after)) = behind.split_once("}}") else { break };
        let name = name.trim().to_owned();
        if !places.contains(&name) {
            places.push(name);
        }
        rest = after;
    }
    places
}

/// The text of a component of this type, in upper case as Meta writes it.
pub fn text_of<'a>(components: &'a Value, kind: &str) -> Option<&'a str> {
    let of_kind = |component: &&Value| component["type"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(kind));
    components.as_array()?.iter().find(of_kind)?["text"].as_str()
}

/// How many places of the text a send has to fill.
pub fn places_of_text(components: &Value) -> usize {
    text_of(components, "BODY").map(places).unwrap_or_default().len()
}

impl TemplateId {
    /// A name in one language of a business account: what a send names it by.
    pub fn at(tenant: crate::id::TenantId, account_id: &str, name: &str, language: &str) -> Self {
        let text = format!("template\n{account_id}\n{name}\n{language}");
        Self(uuid::Uuid::new_v5(&tenant.0, text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use serde_json::json;
    use uuid::Uuid;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn found(text: &str, status: &str) -> Found {
        Found {
            provider: ProviderKind::CloudApi,
            account_id: "102".into(),
            profile_id: ProfileId(Uuid::from_u128(1)),
            name: "order_ready".into(),
            language: "en".into(),
            listed: Listed {
                provider_id: "7".into(),
                category: "utility".into(),
                components: json!([{"type": "BODY", "text": text}]),
            },
            standing: Standing { status: status.into(), quality: Some("green".into()), reason: None },
            at: AT,
        }
    }

    fn standing(status: &str) -> Standing {
        Standing { status: status.into(), ..Standing::default() }
    }

    #[test]
    fn a_list_that_is_read_again_changes_nothing() {
        given::<ProviderTemplate>([found("Hi", "approved").into()])
            .when(Command::Record(found("Hi", "approved")))
            .then_nothing();
    }

    #[test]
    fn another_text_is_a_drift_and_another_status_is_told_with_what_it_was() {
        let events = given::<ProviderTemplate>([found("Hi", "approved").into()])
            .when(Command::Record(found("Hello", "paused")))
            .then_kinds(&["template.drifted", "template.status_changed"]);
        assert!(matches!(&events[1], Event::StatusChanged(it) if it.from == "approved"));
    }

    #[test]
    fn a_webhook_changes_what_is_known_and_nothing_else() {
        let events = given::<ProviderTemplate>([found("Hi", "approved").into()])
            .when(Command::RecordStanding { standing: standing("paused"), at: AT })
            .then_kinds(&["template.status_changed"]);
        assert!(matches!(&events[0], Event::StatusChanged(it) if it.standing.quality.as_deref() == Some("green")));
        given::<ProviderTemplate>([])
            .when(Command::RecordStanding { standing: standing("paused"), at: AT })
            .then_nothing();
    }

    #[test]
    fn what_is_not_listed_any_more_is_gone_until_it_is_back() {
        let gone: Event = Gone { at: AT }.into();
        given::<ProviderTemplate>([found("Hi", "approved").into()]).when(Command::Miss { at: AT }).then([gone.clone()]);
        given::<ProviderTemplate>([found("Hi", "approved").into(), gone])
            .when(Command::Record(found("Hi", "approved")))
            .then_kinds(&["template.found"]);
    }

    #[test]
    fn trouble_is_told_in_words() {
        let after = |event: Found| evolve(State::default(), &event.into());
        assert_eq!(after(found("Hi", "approved")).trouble(), None);
        assert_eq!(after(found("Hi", "paused")).trouble().as_deref(), Some("it is paused"));
        assert_eq!(State::default().trouble(), None);
    }

    #[test]
    fn places_are_named_once_in_order() {
        assert_eq!(places("Hi {{1}}, {{ 2 }} and {{1}} {{"), ["1", "2"]);
        let components = json!([{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hi"}]);
        assert_eq!(text_of(&components, "body"), Some("Hi"));
    }
}
