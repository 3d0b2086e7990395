//! A key by which a program speaks for an organisation. The key itself is nowhere; its hash is in the vault.

use crate::access::Permission;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub name: String,
    pub scopes: Vec<Permission>,
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rotated {
    /// Until then the one before is good too.
    pub overlap_until: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revoked {}

impersonal!(Made, Rotated, Revoked);

events! {
    pub enum Event {
        Made(Made) = "api_key.made", 1;
        Rotated(Rotated) = "api_key.rotated", 1;
        Revoked(Revoked) = "api_key.revoked", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Make(Made),
    Rotate { overlap_until: DateTime<Utc> },
    Revoke,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub made: Option<Made>,
    pub revoked: bool,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a key has a name of 1 to 120 characters")]
    BadName,
    #[error("a key has at least one scope")]
    NoScopes,
    #[error("`{0}` is for people only")]
    ForPeopleOnly(&'static str),
    #[error("there is such a key already")]
    Exists,
    #[error("there is no such key")]
    Missing,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, &state.made) {
        (Command::Make(it), None) => {
            if it.name.trim().is_empty() || it.name.chars().count() > 120 {
                return Err(Refusal::BadName);
            }
            if it.scopes.is_empty() {
                return Err(Refusal::NoScopes);
            }
            match it.scopes.iter().find(|scope| scope.is_for_people_only()) {
                Some(scope) => Err(Refusal::ForPeopleOnly(scope.as_str())),
                None => Ok(vec![it.into()]),
            }
        }
        (Command::Make(_), Some(_)) => Err(Refusal::Exists),
        (_, None) => Err(Refusal::Missing),
        (Command::Rotate { .. }, Some(_)) if state.revoked => Err(Refusal::Missing),
        (Command::Rotate { overlap_until }, Some(_)) => Ok(vec![Rotated { overlap_until }.into()]),
        (Command::Revoke, Some(_)) => Ok(if state.revoked { vec![] } else { vec![Revoked {}.into()] }),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Made(it) => state.made = Some(it.clone()),
        Event::Rotated(_) => {}
        Event::Revoked(_) => state.revoked = true,
    }
    state
}

aggregate!(ApiKey, ApiKey);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;

    fn made(scopes: &[Permission]) -> Made {
        Made { name: "Shop".into(), scopes: scopes.to_vec(), expires_at: None }
    }

    #[test]
    fn a_key_may_do_something_and_never_manage_people_or_keys() {
        let good = made(&[Permission::ReadContacts]);
        given::<ApiKey>([]).when(Command::Make(good.clone())).then([good.into()]);
        given::<ApiKey>([]).when(Command::Make(made(&[]))).refused(Refusal::NoScopes);
        given::<ApiKey>([])
            .when(Command::Make(made(&[Permission::ReadContacts, Permission::WriteTeam])))
            .refused(Refusal::ForPeopleOnly("team.write"));
    }

    #[test]
    fn what_is_revoked_stays_so() {
        let history = || [made(&[Permission::ReadContacts]).into(), Revoked {}.into()];
        let overlap_until = DateTime::UNIX_EPOCH;
        given::<ApiKey>(history()).when(Command::Revoke).then_nothing();
        given::<ApiKey>(history()).when(Command::Rotate { overlap_until }).refused(Refusal::Missing);
    }
}
