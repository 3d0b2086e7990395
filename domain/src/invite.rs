//! An invitation of one person into one tenant. Address and link are in the vault; here is what became of it.

use crate::id::UserId;
use crate::member::Role;
use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub role: Role,
}

/// A new link; the one before no longer works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resent {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub user_id: UserId,
}

impersonal!(Sent, Resent, Withdrawn, Accepted);

events! {
    pub enum Event {
        Sent(Sent) = "invite.sent", 1;
        Resent(Resent) = "invite.resent", 1;
        Withdrawn(Withdrawn) = "invite.withdrawn", 1;
        Accepted(Accepted) = "invite.accepted", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Send { role: Role },
    Resend,
    Withdraw,
    Accept { user_id: UserId },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Unknown,
    Open {
        role: Role,
    },
    Withdrawn,
    Accepted,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such invitation")]
    Unknown,
    #[error("the invitation was sent already")]
    AlreadySent,
    #[error("the invitation was withdrawn")]
    Withdrawn,
    #[error("the invitation was accepted already")]
    Accepted,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (state, command) {
        (State::Unknown, Command::Send { role }) => Ok(vec![Sent { role }.into()]),
        (State::Unknown, _) => Err(Refusal::Unknown),
        (_, Command::Send { .. }) => Err(Refusal::AlreadySent),
        (State::Open { .. }, Command::Resend) => Ok(vec![Resent {}.into()]),
        (State::Open { .. }, Command::Withdraw) => Ok(vec![Withdrawn {}.into()]),
        (State::Open { .. }, Command::Accept { user_id }) => Ok(vec![Accepted { user_id }.into()]),
        (State::Withdrawn, Command::Withdraw) => Ok(vec![]),
        (State::Withdrawn, _) => Err(Refusal::Withdrawn),
        (State::Accepted, _) => Err(Refusal::Accepted),
    }
}

pub fn evolve(state: State, event: &Event) -> State {
    match event {
        Event::Sent(Sent { role }) => State::Open { role: *role },
        Event::Resent(_) => state,
        Event::Withdrawn(_) => State::Withdrawn,
        Event::Accepted(_) => State::Accepted,
    }
}

aggregate!(Invite, Invite);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    #[test]
    fn an_invitation_is_accepted_once() {
        let (sent, user_id) = (Sent { role: Role::Agent }, UserId(Uuid::from_u128(7)));
        given::<Invite>([sent.clone().into()]).when(Command::Accept { user_id }).then([Accepted { user_id }.into()]);
        given::<Invite>([sent.into(), Accepted { user_id }.into()])
            .when(Command::Accept { user_id })
            .refused(Refusal::Accepted);
    }

    #[test]
    fn what_was_withdrawn_lets_nobody_in_and_is_not_sent_again() {
        let withdrawn = || [Sent { role: Role::Agent }.into(), Withdrawn {}.into()];
        let user_id = UserId(Uuid::from_u128(7));
        given::<Invite>(withdrawn()).when(Command::Accept { user_id }).refused(Refusal::Withdrawn);
        given::<Invite>(withdrawn()).when(Command::Resend).refused(Refusal::Withdrawn);
        given::<Invite>(withdrawn()).when(Command::Withdraw).then_nothing();
        given::<Invite>([]).when(Command::Withdraw).refused(Refusal::Unknown);
    }
}
