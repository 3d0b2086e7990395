//! A sending number of a package. Its credentials are in the vault, never here.

use crate::id::PackageId;
use crate::package::limits::Overrides;
use crate::provider::ProviderKind;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub package_id: PackageId,
    pub name: String,
    pub provider: ProviderKind,
    /// The business's own number, E.164, as shown to people.
    pub phone: String,
    /// The provider's id of the number.
    pub phone_number_id: String,
    pub overrides: Overrides,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Updated {
    pub name: String,
    pub phone: String,
    pub overrides: Overrides,
    /// New credentials were put into the vault.
    pub credentials_changed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activated {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deactivated {}

/// The provider asked us to slow down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CooledDown {
    pub until: DateTime<Utc>,
    pub code: String,
    pub detail: String,
}

/// The provider refuses the account: nothing is sent until a person activates it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blocked {
    pub class: String,
    pub code: String,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Removed {}

impersonal!(Added, Updated, Activated, Deactivated, CooledDown, Blocked, Removed);

events! {
    pub enum Event {
        Added(Added) = "profile.added", 1;
        Updated(Updated) = "profile.updated", 1;
        Activated(Activated) = "profile.activated", 1;
        Deactivated(Deactivated) = "profile.deactivated", 1;
        CooledDown(CooledDown) = "profile.cooled_down", 1;
        Blocked(Blocked) = "profile.blocked", 1;
        Removed(Removed) = "profile.removed", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Add(Added),
    Update(Updated),
    Activate,
    Deactivate,
    CoolDown(CooledDown),
    Block(Blocked),
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Unknown,
    Active,
    Inactive,
    Blocked,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub added: Option<Added>,
    pub status: Status,
    pub cooled_down_until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a profile has a name of 1 to 120 characters")]
    BadName,
    #[error("profile exists already")]
    Exists,
    #[error("no such profile")]
    Missing,
    #[error("the provider's phone number id is missing")]
    NoPhoneNumberId,
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 120
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Add(added) = command {
        return match state.status {
            Status::Unknown if !is_name(&added.name) => Err(Refusal::BadName),
            Status::Unknown if added.phone_number_id.trim().is_empty() => Err(Refusal::NoPhoneNumberId),
            Status::Unknown => Ok(vec![added.into()]),
            _ => Err(Refusal::Exists),
        };
    }
    if matches!(state.status, Status::Unknown | Status::Removed) {
        return if matches!(command, Command::Remove) && state.status == Status::Removed {
            Ok(vec![])
        } else {
            Err(Refusal::Missing)
        };
    }
    Ok(match command {
        Command::Add(_) => unreachable!("answered above"),
        Command::Update(it) if !is_name(&it.name) => return Err(Refusal::BadName),
        Command::Update(it) => vec![it.into()],
        Command::Activate if state.status == Status::Active => vec![],
        Command::Activate => vec![Activated {}.into()],
        Command::Deactivate if state.status == Status::Inactive => vec![],
        Command::Deactivate => vec![Deactivated {}.into()],
        Command::CoolDown(it) if state.cooled_down_until.is_some_and(|until| until >= it.until) => {
            vec![]
        }
        Command::CoolDown(it) => vec![it.into()],
        Command::Block(_) if state.status == Status::Blocked => vec![],
        Command::Block(it) => vec![it.into()],
        Command::Remove => vec![Removed {}.into()],
    })
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Added(it) => {
            state.added = Some(it.clone());
            state.status = Status::Active;
        }
        Event::Updated(it) => {
            if let Some(added) = &mut state.added {
                added.name = it.name.clone();
                added.phone = it.phone.clone();
                added.overrides = it.overrides.clone();
            }
        }
        Event::Activated(_) => {
            state.status = Status::Active;
            state.cooled_down_until = None;
        }
        Event::Deactivated(_) => state.status = Status::Inactive,
        Event::CooledDown(it) => state.cooled_down_until = Some(it.until),
        Event::Blocked(_) => state.status = Status::Blocked,
        Event::Removed(_) => state.status = Status::Removed,
    }
    state
}

aggregate!(Profile, Profile);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    fn added() -> Added {
        Added {
            package_id: PackageId(Uuid::from_u128(1)),
            name: "Berlin".into(),
            provider: ProviderKind::CloudApi,
            phone: "+4915112345678".into(),
            phone_number_id: "106540352242922".into(),
            overrides: Overrides::default(),
        }
    }

    #[test]
    fn a_blocked_number_stays_blocked_until_a_person_activates_it() {
        let blocked = Blocked { class: "ban".into(), code: "368".into(), detail: "restricted".into() };
        let events: [Event; 2] = [added().into(), blocked.clone().into()];
        given::<Profile>(events.clone()).when(Command::Block(blocked)).then_nothing();
        given::<Profile>(events).when(Command::Activate).then([Activated {}.into()]);
    }

    #[test]
    fn a_shorter_cooldown_does_not_shorten_a_longer_one() {
        let until = |seconds| CooledDown {
            until: DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(seconds),
            code: "130429".into(),
            detail: String::new(),
        };
        given::<Profile>([added().into(), until(60).into()]).when(Command::CoolDown(until(30))).then_nothing();
        given::<Profile>([added().into(), until(60).into()])
            .when(Command::CoolDown(until(90)))
            .then([until(90).into()]);
    }
}
