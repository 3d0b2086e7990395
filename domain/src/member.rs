//! A user's membership of one tenant: who they are there, and how they signed in.
//!
//! Credentials are never here; they live in the vault.

use crate::id::UserId;
use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Manager,
    Admin,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Role::Agent, Role::Manager, Role::Admin].into_iter().find(|role| role.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    pub user_id: UserId,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedIn {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoginRefused {
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoleChanged {
    pub from: Role,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deactivated {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reactivated {}

/// The person had everything that is known of them erased. The membership is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erased {
    pub streams: u64,
    pub events: u64,
}

impersonal!(Joined, LoggedIn, LoginRefused, RoleChanged, Deactivated, Reactivated, Erased);

events! {
    pub enum Event {
        Joined(Joined) = "member.joined", 1;
        LoggedIn(LoggedIn) = "member.logged_in", 1;
        LoginRefused(LoginRefused) = "member.login_refused", 1;
        RoleChanged(RoleChanged) = "member.role_changed", 1;
        Deactivated(Deactivated) = "member.deactivated", 1;
        Reactivated(Reactivated) = "member.reactivated", 1;
        Erased(Erased) = "member.erased", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Join(Joined),
    LogIn,
    RefuseLogin { reason: String },
    ChangeRole { role: Role },
    Deactivate,
    Reactivate,
    Erase(Erased),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub joined: Option<Joined>,
    pub deactivated: bool,
    pub erased: bool,
}

impl State {
    /// The role of an active member.
    pub fn role(&self) -> Option<Role> {
        self.joined.as_ref().filter(|_| !self.deactivated).map(|joined| joined.role)
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("not a member")]
    NotAMember,
    #[error("a member already")]
    AlreadyAMember,
    #[error("the member is deactivated")]
    Deactivated,
    #[error("the member was erased")]
    Erased,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, &state.joined) {
        (Command::Join(it), None) => Ok(vec![it.into()]),
        (Command::Join(_), Some(_)) => Err(Refusal::AlreadyAMember),
        (_, None) => Err(Refusal::NotAMember),
        (_, Some(_)) if state.erased => Err(Refusal::Erased),
        (Command::Erase(it), Some(_)) => Ok(vec![it.into()]),
        (Command::LogIn, Some(_)) => Ok(vec![LoggedIn {}.into()]),
        (Command::RefuseLogin { reason }, Some(_)) => Ok(vec![LoginRefused { reason }.into()]),
        (Command::ChangeRole { .. }, Some(_)) if state.deactivated => Err(Refusal::Deactivated),
        (Command::ChangeRole { role }, Some(joined)) if joined.role == role => Ok(vec![]),
        (Command::ChangeRole { role }, Some(joined)) => Ok(vec![RoleChanged { from: joined.role, role }.into()]),
        (Command::Deactivate, Some(_)) => Ok(if state.deactivated { vec![] } else { vec![Deactivated {}.into()] }),
        (Command::Reactivate, Some(_)) => Ok(if state.deactivated { vec![Reactivated {}.into()] } else { vec![] }),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Joined(it) => state.joined = Some(it.clone()),
        Event::RoleChanged(it) => {
            if let Some(joined) = &mut state.joined {
                joined.role = it.role;
            }
        }
        Event::Deactivated(_) => state.deactivated = true,
        Event::Reactivated(_) => state.deactivated = false,
        Event::Erased(_) => {
            state.deactivated = true;
            state.erased = true;
        }
        Event::LoggedIn(_) | Event::LoginRefused(_) => {}
    }
    state
}

aggregate!(Member, Member);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    fn joined() -> Event {
        Joined { user_id: UserId(Uuid::from_u128(7)), role: Role::Agent }.into()
    }

    #[test]
    fn a_role_changes_once_and_says_from_what() {
        given::<Member>([joined()]).when(Command::ChangeRole { role: Role::Manager }).then([RoleChanged {
            from: Role::Agent,
            role: Role::Manager,
        }
        .into()]);
        given::<Member>([joined()]).when(Command::ChangeRole { role: Role::Agent }).then_nothing();
    }

    #[test]
    fn who_is_deactivated_has_no_role_until_reactivated() {
        given::<Member>([joined()]).when(Command::Deactivate).then([Deactivated {}.into()]);
        given::<Member>([joined(), Deactivated {}.into()]).when(Command::Deactivate).then_nothing();
        given::<Member>([joined(), Deactivated {}.into()])
            .when(Command::ChangeRole { role: Role::Admin })
            .refused(Refusal::Deactivated);
        given::<Member>([joined(), Deactivated {}.into()]).when(Command::Reactivate).then([Reactivated {}.into()]);
        let deactivated = evolve(evolve(State::default(), &joined()), &Deactivated {}.into());
        assert_eq!(deactivated.role(), None);
        assert_eq!(evolve(deactivated, &Reactivated {}.into()).role(), Some(Role::Agent));
    }

    #[test]
    fn who_never_joined_cannot_be_changed() {
        given::<Member>([]).when(Command::Deactivate).refused(Refusal::NotAMember);
    }
}
