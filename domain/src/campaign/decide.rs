//! The decisions on one campaign.

use super::*;
use crate::content::{BadPattern, Pattern};

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Draft(Plan),
    Edit(Plan),
    Discard,
    /// The caller reserves the points in the same append.
    Start {
        planned_recipients: u64,
        points_reserved: u64,
        at: DateTime<Utc>,
    },
    EnrolChunk {
        chunk: u64,
        enrolled: Vec<ContactId>,
        excluded: BTreeMap<Exclusion, Vec<ContactId>>,
        cursor: ContactId,
    },
    FinishEnrolment,
    Pause {
        reason: String,
    },
    Resume,
    Defer {
        limit: Limit,
        until: Option<DateTime<Utc>>,
        waiting: u64,
    },
    Cancel,
    CancelRecipients(Vec<ContactId>),
    Complete(Completed),
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a campaign has a name of 1 to 200 characters")]
    BadName,
    #[error("{0}")]
    BadMessage(#[from] BadPattern),
    #[error("an audience of tags names at least one")]
    NoTags,
    #[error("the campaign is {}", .0.as_str())]
    WrongState(Status),
    #[error("nobody of the audience can be written to")]
    NoRecipients,
    #[error("chunk {got} out of turn, expected {expected}")]
    OutOfTurn { expected: u64, got: u64 },
    #[error("a chunk names {MAX_CHUNK} recipients at most")]
    ChunkTooLarge,
    #[error("{enrolled} recipients would be enrolled, {planned} were planned and paid for")]
    MoreThanPlanned { enrolled: u64, planned: u64 },
    #[error("the audience is not resolved yet")]
    StillEnrolling,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let wrong = Err(Refusal::WrongState(state.status));
    match command {
        Command::Draft(plan) => match state.status {
            Status::Unknown => Ok(vec![Drafted { plan: checked(plan)? }.into()]),
            _ => wrong,
        },
        Command::Edit(plan) => match state.status {
            Status::Draft => {
                let plan = checked(plan)?;
                Ok(if state.plan.as_ref() == Some(&plan) { vec![] } else { vec![Edited { plan }.into()] })
            }
            _ => wrong,
        },
        Command::Discard => match state.status {
            Status::Draft => Ok(vec![Discarded {}.into()]),
            Status::Discarded => Ok(vec![]),
            _ => wrong,
        },
        Command::Start { planned_recipients, points_reserved, at } => match (state.status, &state.plan) {
            (Status::Draft, Some(_)) if planned_recipients == 0 => Err(Refusal::NoRecipients),
            (Status::Draft, Some(plan)) => {
                Ok(vec![Started { plan: plan.clone(), planned_recipients, points_reserved, at }.into()])
            }
            _ => wrong,
        },
        Command::EnrolChunk { chunk, enrolled, excluded, cursor } => enrol(state, chunk, enrolled, excluded, cursor),
        Command::FinishEnrolment if state.enrolment.finished => Ok(vec![]),
        Command::FinishEnrolment => match state.status {
            Status::Running | Status::Paused | Status::Cancelled => {
                let Enrolment { enrolled, excluded, .. } = state.enrolment;
                let unused = state.planned_recipients - enrolled;
                Ok(vec![EnrolmentFinished { enrolled, excluded, unused }.into()])
            }
            _ => wrong,
        },
        Command::Pause { reason } => match state.status {
            Status::Running => Ok(vec![Paused { reason }.into()]),
            Status::Paused => Ok(vec![]),
            _ => wrong,
        },
        Command::Resume => match state.status {
            Status::Paused => Ok(vec![Resumed {}.into()]),
            Status::Running => Ok(vec![]),
            _ => wrong,
        },
        Command::Defer { limit, until, waiting } => match state.status {
            Status::Running if state.deferred != Some((limit, until)) => {
                Ok(vec![Deferred { limit, until, waiting }.into()])
            }
            _ => Ok(vec![]),
        },
        Command::Cancel => match state.status {
            Status::Running | Status::Paused => Ok(vec![Cancelled {}.into()]),
            Status::Cancelled => Ok(vec![]),
            _ => wrong,
        },
        Command::CancelRecipients(ids) => match state.status {
            Status::Cancelled => {
                Ok(ids.chunks(MAX_CHUNK).map(|ids| RecipientsCancelled { contact_ids: ids.to_vec() }.into()).collect())
            }
            _ => wrong,
        },
        Command::Complete(totals) => match state.status {
            Status::Running | Status::Paused if !state.enrolment.finished => Err(Refusal::StillEnrolling),
            Status::Running | Status::Paused => Ok(vec![totals.into()]),
            Status::Completed => Ok(vec![]),
            _ => wrong,
        },
    }
}

fn checked(plan: Plan) -> Result<Plan, Refusal> {
    let name = plan.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Refusal::BadName);
    }
    Pattern::parse(&plan.template_text, plan.attachment.as_ref())?;
    if matches!(&plan.audience, Audience::Tags(tags) if tags.is_empty()) {
        return Err(Refusal::NoTags);
    }
    Ok(Plan { name, ..plan })
}

fn enrol(
    state: &State,
    chunk: u64,
    enrolled: Vec<ContactId>,
    excluded: BTreeMap<Exclusion, Vec<ContactId>>,
    cursor: ContactId,
) -> Result<Vec<Event>, Refusal> {
    if !matches!(state.status, Status::Running | Status::Paused) {
        return Err(Refusal::WrongState(state.status));
    }
    let expected = state.enrolment.next_chunk;
    if chunk < expected {
        return Ok(vec![]);
    }
    if chunk > expected {
        return Err(Refusal::OutOfTurn { expected, got: chunk });
    }
    if enrolled.len() + excluded.values().map(Vec::len).sum::<usize>() > MAX_CHUNK {
        return Err(Refusal::ChunkTooLarge);
    }
    let total = state.enrolment.enrolled + enrolled.len() as u64;
    if total > state.planned_recipients {
        return Err(Refusal::MoreThanPlanned { enrolled: total, planned: state.planned_recipients });
    }
    let mut events: Vec<Event> = Vec::new();
    if !excluded.is_empty() {
        events.push(RecipientsExcluded { chunk, by_reason: excluded, cursor }.into());
    }
    if !enrolled.is_empty() {
        events.push(RecipientsEnrolled { chunk, contact_ids: enrolled, cursor }.into());
    }
    Ok(events)
}
