//! A named list of contacts, from an upload or by hand.

use crate::id::ContactId;
use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};

/// Members added by one event, at most.
pub const MAX_CHUNK: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembersAdded {
    pub contact_ids: Vec<ContactId>,
}

impersonal!(Created, MembersAdded);

events! {
    pub enum Event {
        Created(Created) = "list.created", 1;
        MembersAdded(MembersAdded) = "list.members_added", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Create { name: String },
    AddMembers(Vec<ContactId>),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a list has a name of 1 to 120 characters")]
    BadName,
    #[error("list exists already")]
    Exists,
    #[error("no such list")]
    Missing,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Create { .. } if state.name.is_some() => Err(Refusal::Exists),
        Command::Create { name } if name.trim().is_empty() || name.chars().count() > 120 => Err(Refusal::BadName),
        Command::Create { name } => Ok(vec![Created { name: name.trim().to_owned() }.into()]),
        Command::AddMembers(_) if state.name.is_none() => Err(Refusal::Missing),
        Command::AddMembers(ids) => {
            Ok(ids.chunks(MAX_CHUNK).map(|ids| MembersAdded { contact_ids: ids.to_vec() }.into()).collect())
        }
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    if let Event::Created(it) = event {
        state.name = Some(it.name.clone());
    }
    state
}

aggregate!(List, List);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    #[test]
    fn members_are_added_in_chunks_of_a_thousand() {
        let ids: Vec<_> = (0..2_001).map(|n| ContactId(Uuid::from_u128(n))).collect();
        let events = given::<List>([Created { name: "Spring".into() }.into()])
            .when(Command::AddMembers(ids))
            .then_kinds(&["list.members_added"; 3]);
        assert!(matches!(&events[2], Event::MembersAdded(it) if it.contact_ids.len() == 1));
    }

    #[test]
    fn a_list_needs_a_name() {
        given::<List>([]).when(Command::Create { name: " ".into() }).refused(Refusal::BadName);
    }
}
