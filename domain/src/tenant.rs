//! An organisation: a closed world with its own people, contacts, numbers and points.

use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    pub name: String,
    /// ISO 3166-1 alpha-2, for numbers written without a prefix.
    pub default_country: Option<String>,
    /// IANA name.
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingsChanged {
    pub name: String,
    pub default_country: Option<String>,
    pub time_zone: String,
}

/// What the organisation says of itself; empty where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProfileChanged {
    pub industry: String,
    pub website: String,
    pub description: String,
    /// One of [`BUSINESS_TYPES`], or empty.
    pub business_type: String,
}

pub const BUSINESS_TYPES: [&str; 5] = ["sole_trader", "company", "non_profit", "public_body", "other"];

impersonal!(Registered, SettingsChanged, ProfileChanged);

events! {
    pub enum Event {
        Registered(Registered) = "tenant.registered", 1;
        SettingsChanged(SettingsChanged) = "tenant.settings_changed", 1;
        ProfileChanged(ProfileChanged) = "tenant.profile_changed", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Register(Registered),
    ChangeSettings(SettingsChanged),
    ChangeProfile(ProfileChanged),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub registered: Option<Registered>,
    pub profile: ProfileChanged,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("business name is empty")]
    NameMissing,
    #[error("tenant is registered already")]
    AlreadyRegistered,
    #[error("tenant is not registered")]
    NotRegistered,
    #[error("{0} is not a kind of business")]
    BadBusinessType(String),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, &state.registered) {
        (Command::Register(it), _) if it.name.trim().is_empty() => Err(Refusal::NameMissing),
        (Command::Register(_), Some(_)) => Err(Refusal::AlreadyRegistered),
        (Command::Register(it), None) => Ok(vec![it.into()]),
        (Command::ChangeSettings(_) | Command::ChangeProfile(_), None) => Err(Refusal::NotRegistered),
        (Command::ChangeSettings(it), Some(_)) if it.name.trim().is_empty() => Err(Refusal::NameMissing),
        (Command::ChangeSettings(it), Some(now)) => {
            let same =
                now.name == it.name && now.default_country == it.default_country && now.time_zone == it.time_zone;
            Ok(if same { vec![] } else { vec![it.into()] })
        }
        (Command::ChangeProfile(it), Some(_))
            if !it.business_type.is_empty() && !BUSINESS_TYPES.contains(&it.business_type.as_str()) =>
        {
            Err(Refusal::BadBusinessType(it.business_type))
        }
        (Command::ChangeProfile(it), Some(_)) => Ok(if it == state.profile { vec![] } else { vec![it.into()] }),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event.clone() {
        Event::Registered(it) => state.registered = Some(it),
        Event::SettingsChanged(SettingsChanged { name, default_country, time_zone }) => {
            state.registered = Some(Registered { name, default_country, time_zone });
        }
        Event::ProfileChanged(it) => state.profile = it,
    }
    state
}

aggregate!(Tenant, Tenant);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;

    fn registered() -> Registered {
        Registered { name: "Kopi".into(), default_country: Some("ID".into()), time_zone: "Asia/Jakarta".into() }
    }

    #[test]
    fn a_tenant_is_registered_once() {
        given::<Tenant>([]).when(Command::Register(registered())).then([registered().into()]);
        given::<Tenant>([registered().into()])
            .when(Command::Register(registered()))
            .refused(Refusal::AlreadyRegistered);
    }

    #[test]
    fn the_same_settings_change_nothing() {
        let Registered { name, default_country, time_zone } = registered();
        given::<Tenant>([registered().into()])
            .when(Command::ChangeSettings(SettingsChanged { name, default_country, time_zone }))
            .then_nothing();
    }
}
