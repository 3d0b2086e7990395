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

impersonal!(Joined, LoggedIn, LoginRefused);

events! {
    pub enum Event {
        Joined(Joined) = "member.joined", 1;
        LoggedIn(LoggedIn) = "member.logged_in", 1;
        LoginRefused(LoginRefused) = "member.login_refused", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Join(Joined),
    LogIn,
    RefuseLogin { reason: String },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub joined: Option<Joined>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("not a member")]
    NotAMember,
    #[error("a member already")]
    AlreadyAMember,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (command, &state.joined) {
        (Command::Join(it), None) => Ok(vec![it.into()]),
        (Command::Join(_), Some(_)) => Err(Refusal::AlreadyAMember),
        (_, None) => Err(Refusal::NotAMember),
        (Command::LogIn, Some(_)) => Ok(vec![LoggedIn {}.into()]),
        (Command::RefuseLogin { reason }, Some(_)) => Ok(vec![LoginRefused { reason }.into()]),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    if let Event::Joined(it) = event {
        state.joined = Some(it.clone());
    }
    state
}

aggregate!(Member, Member);
