//! An organisation: a closed world with its own people, contacts, numbers and points.

use crate::id::UserId;
use crate::message::UncertainPolicy;
use crate::plan::Plan;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, NaiveDate, Utc};
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

/// How the organisation treats what it knows of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivacyChanged {
    /// Days after which what was written can no longer be read.
    pub retention_days: u16,
    /// On what grounds people are written to, for whoever records consent; empty when nothing is said.
    pub consent_policy: String,
}

impl Default for PrivacyChanged {
    fn default() -> Self {
        Self { retention_days: RETENTION_DAYS, consent_policy: String::new() }
    }
}

pub const RETENTION_DAYS: u16 = 14;
pub const LONGEST_RETENTION: u16 = 365;
pub const LONGEST_POLICY: usize = 4_000;

/// Somebody accepted the terms of use for the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsAccepted {
    pub version: String,
    pub user_id: UserId,
    pub at: DateTime<Utc>,
}

/// How the organisation wants messages treated that nobody looks after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SendingChanged {
    pub uncertain: UncertainPolicy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAssigned {
    pub plan: Plan,
}

/// What was written up to this day, inclusive, can no longer be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionApplied {
    pub through: NaiveDate,
}

impersonal!(
    Registered,
    SettingsChanged,
    ProfileChanged,
    PrivacyChanged,
    SendingChanged,
    TermsAccepted,
    PlanAssigned,
    RetentionApplied
);

events! {
    pub enum Event {
        Registered(Registered) = "tenant.registered", 1;
        SettingsChanged(SettingsChanged) = "tenant.settings_changed", 1;
        ProfileChanged(ProfileChanged) = "tenant.profile_changed", 1;
        PrivacyChanged(PrivacyChanged) = "tenant.privacy_changed", 1;
        SendingChanged(SendingChanged) = "tenant.sending_changed", 1;
        TermsAccepted(TermsAccepted) = "tenant.terms_accepted", 1;
        PlanAssigned(PlanAssigned) = "tenant.plan_assigned", 1;
        RetentionApplied(RetentionApplied) = "tenant.retention_applied", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Register(Registered),
    ChangeSettings(SettingsChanged),
    ChangeProfile(ProfileChanged),
    ChangePrivacy(PrivacyChanged),
    ChangeSending(SendingChanged),
    AcceptTerms(TermsAccepted),
    AssignPlan(Plan),
    ApplyRetention { through: NaiveDate },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub registered: Option<Registered>,
    pub profile: ProfileChanged,
    pub privacy: PrivacyChanged,
    pub sending: SendingChanged,
    pub terms: Option<TermsAccepted>,
    pub plan: Plan,
    /// The last day that retention has ended.
    pub ended_through: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("business name is empty")]
    NameMissing,
    #[error("tenant is registered already")]
    AlreadyRegistered,
    #[error("tenant is not registered")]
    NotRegistered,
    #[error("messages are kept 1 to {LONGEST_RETENTION} days")]
    BadRetention,
    #[error("a consent policy has {LONGEST_POLICY} characters at most")]
    LongPolicy,
    #[error("{0} is not a kind of business")]
    BadBusinessType(String),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, &state.registered) {
        (Command::Register(it), _) if it.name.trim().is_empty() => Err(Refusal::NameMissing),
        (Command::Register(_), Some(_)) => Err(Refusal::AlreadyRegistered),
        (Command::Register(it), None) => Ok(vec![it.into()]),
        (_, None) => Err(Refusal::NotRegistered),
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
        (Command::ChangePrivacy(it), Some(_)) if !(1..=LONGEST_RETENTION).contains(&it.retention_days) => {
            Err(Refusal::BadRetention)
        }
        (Command::ChangePrivacy(it), Some(_)) if it.consent_policy.chars().count() > LONGEST_POLICY => {
            Err(Refusal::LongPolicy)
        }
        (Command::ChangePrivacy(it), Some(_)) => Ok(if it == state.privacy { vec![] } else { vec![it.into()] }),
        (Command::ChangeSending(it), Some(_)) => Ok(if it == state.sending { vec![] } else { vec![it.into()] }),
        (Command::AcceptTerms(it), Some(_)) => {
            let accepted = state.terms.as_ref().is_some_and(|terms| terms.version == it.version);
            Ok(if accepted { vec![] } else { vec![it.into()] })
        }
        (Command::AssignPlan(plan), Some(_)) => {
            Ok(if plan == state.plan { vec![] } else { vec![PlanAssigned { plan }.into()] })
        }
        (Command::ApplyRetention { through }, Some(_)) => {
            let ended = state.ended_through.is_some_and(|ended| ended >= through);
            Ok(if ended { vec![] } else { vec![RetentionApplied { through }.into()] })
        }
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event.clone() {
        Event::Registered(it) => state.registered = Some(it),
        Event::SettingsChanged(SettingsChanged { name, default_country, time_zone }) => {
            state.registered = Some(Registered { name, default_country, time_zone });
        }
        Event::ProfileChanged(it) => state.profile = it,
        Event::PrivacyChanged(it) => state.privacy = it,
        Event::SendingChanged(it) => state.sending = it,
        Event::TermsAccepted(it) => state.terms = Some(it),
        Event::PlanAssigned(it) => state.plan = it.plan,
        Event::RetentionApplied(it) => state.ended_through = Some(it.through),
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

    #[test]
    fn retention_has_bounds_and_never_goes_back() {
        let days = |retention_days| PrivacyChanged { retention_days, ..PrivacyChanged::default() };
        for bad in [0, LONGEST_RETENTION + 1] {
            given::<Tenant>([registered().into()])
                .when(Command::ChangePrivacy(days(bad)))
                .refused(Refusal::BadRetention);
        }
        given::<Tenant>([registered().into()]).when(Command::ChangePrivacy(days(RETENTION_DAYS))).then_nothing();
        given::<Tenant>([registered().into()]).when(Command::ChangePrivacy(days(30))).then([days(30).into()]);
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let ended = || Event::from(RetentionApplied { through: day(5) });
        for through in [day(4), day(5)] {
            given::<Tenant>([registered().into(), ended()]).when(Command::ApplyRetention { through }).then_nothing();
        }
        given::<Tenant>([registered().into(), ended()])
            .when(Command::ApplyRetention { through: day(6) })
            .then([RetentionApplied { through: day(6) }.into()]);
    }

    #[test]
    fn a_version_of_the_terms_is_accepted_once() {
        let accepted = |version: &str| TermsAccepted {
            version: version.into(),
            user_id: UserId(uuid::Uuid::from_u128(7)),
            at: DateTime::UNIX_EPOCH,
        };
        given::<Tenant>([registered().into()]).when(Command::AcceptTerms(accepted("1"))).then([accepted("1").into()]);
        given::<Tenant>([registered().into(), accepted("1").into()])
            .when(Command::AcceptTerms(accepted("1")))
            .then_nothing();
        given::<Tenant>([registered().into(), accepted("1").into()])
            .when(Command::AcceptTerms(accepted("2")))
            .then([accepted("2").into()]);
    }
}
