//! Commands on many streams in one transaction of a caller's, which is how processes act.
//!
//! What is decided on loaded states is appended at exact versions. Whoever lost a race is decided anew: by then the
//! transaction holds the lane's lock, so what is loaded cannot move any more and the second append is certain.

use crate::EventStore;
use crate::append::{Append, AppendError, Expected, Metadata, Outcome, StreamWrite};
use crate::load::{LoadError, Loaded};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::stream::StreamId;

/// Commands on one stream, in order. A stream may occur once in a call.
#[derive(Debug, Clone)]
pub struct Decision<A: Aggregate> {
    pub id: Uuid,
    pub metadata: Metadata,
    pub commands: Vec<A::Command>,
}

/// What became of many decisions.
#[derive(Debug)]
pub struct Decided<A: Aggregate> {
    /// Of the last event; 0 when nothing was appended.
    pub position: i64,
    /// The states after it, of every stream that was decided on.
    pub states: HashMap<Uuid, Loaded<A::State>>,
    /// Commands that the domain refused.
    pub refusals: Vec<(Uuid, A::Refusal)>,
}

#[derive(Debug, thiserror::Error)]
pub enum ManyError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("stream {0} moved although the lane's lock is held")]
    Moved(Uuid),
}

impl EventStore {
    /// Decides and appends; `known` are states loaded before, and streams without one are taken as empty.
    pub async fn decide_many_in<A: Aggregate>(
        &self,
        connection: &mut PgConnection,
        known: HashMap<Uuid, Loaded<A::State>>,
        decisions: Vec<Decision<A>>,
    ) -> Result<Decided<A>, ManyError>
    where
        A::Command: Clone,
    {
        let mut decided = Decided { position: 0, states: known, refusals: Vec::new() };
        let lost = self.round(connection, &decisions, &mut decided).await?;
        if lost.is_empty() {
            return Ok(decided);
        }
        decided.refusals.retain(|(id, _)| !lost.contains(id));
        for id in &lost {
            decided.states.remove(id);
        }
        decided.states.extend(Self::load_many::<A>(connection, &lost).await?);
        let again: Vec<Decision<A>> = decisions.into_iter().filter(|it| lost.contains(&it.id)).collect();
        match self.round(connection, &again, &mut decided).await?.first() {
            Some(moved) => Err(ManyError::Moved(*moved)),
            None => Ok(decided),
        }
    }

    /// One append; answers the streams that lost.
    async fn round<A: Aggregate>(
        &self,
        connection: &mut PgConnection,
        decisions: &[Decision<A>],
        decided: &mut Decided<A>,
    ) -> Result<Vec<Uuid>, ManyError>
    where
        A::Command: Clone,
    {
        let mut appends = Vec::with_capacity(decisions.len());
        let mut reached = Vec::with_capacity(decisions.len());
        for Decision { id, metadata, commands } in decisions {
            let start = decided.states.get(id).cloned().unwrap_or(Loaded { state: A::State::default(), version: 0 });
            let mut state = start.state;
            let mut events = Vec::new();
            for command in commands {
                match A::decide(&state, command.clone()) {
                    Ok(new) => {
                        state = A::fold(state, &new);
                        events.extend(new);
                    }
                    Err(refusal) => decided.refusals.push((*id, refusal)),
                }
            }
            // A stream on which nothing happens is written with no events, so that a stale decision is noticed.
            let write = StreamWrite::new(StreamId::new(A::CATEGORY, *id), Expected::Exactly(start.version), &events);
            reached.push((*id, state));
            appends.push(Append::new(metadata.clone(), vec![write]));
        }
        let ready = self.make_ready(appends).await?;
        let mut lost = Vec::new();
        for ((id, state), outcome) in reached.into_iter().zip(self.append_in(connection, &ready).await?) {
            match outcome {
                Outcome::Appended { position, versions } => {
                    decided.position = decided.position.max(position);
                    decided.states.insert(id, Loaded { state, version: versions[0] });
                }
                _ => lost.push(id),
            }
        }
        Ok(lost)
    }
}
