//! The decisions on one message. See the invariants in the parent module.

use super::*;
use crate::retry::{self, Next};

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Give it to a number. `from` and `attempt` of the payload are set here.
    Dispatch(Dispatched),
    /// About to call the provider.
    BeginSending {
        attempt: u32,
    },
    RecordSent {
        attempt: u32,
        provider_message_id: String,
        at: DateTime<Utc>,
    },
    RecordRefused {
        attempt: u32,
        refusal: provider::Refusal,
        at: DateTime<Utc>,
    },
    RecordUncertain {
        attempt: u32,
        reason: String,
        deadline: DateTime<Utc>,
    },
    RecordReceipt(Receipt),
    /// The provider has it among what it sent.
    RecordFound {
        provider_message_id: String,
        status: ReceiptStatus,
        refusal: Option<provider::Refusal>,
        at: DateTime<Utc>,
    },
    /// The deadline passed.
    Lapse {
        policy: UncertainPolicy,
        at: DateTime<Utc>,
    },
    Settle {
        decision: Decision,
        user_id: UserId,
        at: DateTime<Utc>,
    },
    Cancel {
        campaign_id: Option<CampaignId>,
        contact_id: ContactId,
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub status: ReceiptStatus,
    pub provider_message_id: String,
    pub at: DateTime<Utc>,
    /// Why, for `Failed`.
    pub refusal: Option<provider::Refusal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptStatus {
    Sent,
    Failed,
    Delivered,
    Read,
}

/// What a person decides about an uncertain message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Sent,
    NotSent,
    /// May reach the person twice; only a person may choose this.
    Resend,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("the message is {}, it cannot be dispatched", .0.as_str())]
    NotQueued(Status),
    #[error("the message is {}, it is not waiting to be sent with attempt {attempt}", .status.as_str())]
    NotDispatched { status: Status, attempt: u32 },
    #[error("the message is {}, there is nothing to settle", .0.as_str())]
    NotUncertain(Status),
    #[error("the message is {}, it can no longer be cancelled", .0.as_str())]
    NotCancellable(Status),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    let from = state.status;
    match command {
        Command::Dispatch(mut it) => {
            if from != Status::Queued {
                return Err(Refusal::NotQueued(from));
            }
            it.attempt = state.attempt + 1;
            it.from = from;
            Ok(vec![it.into()])
        }
        Command::BeginSending { attempt } => {
            if from != Status::Dispatched || attempt != state.attempt {
                return Err(Refusal::NotDispatched { status: from, attempt });
            }
            Ok(vec![Sending { campaign_id: state.campaign_id, profile_id: profile(state), attempt, from }.into()])
        }
        Command::RecordSent { attempt, provider_message_id, at } => {
            let sent = || sent(state, from, Some(provider_message_id.clone()), at);
            Ok(match from {
                Status::Sending if attempt == state.attempt => vec![sent()],
                Status::Uncertain if attempt == state.attempt => {
                    vec![reconciled(state, Evidence::LateAnswer), sent()]
                }
                // A receipt was faster than the answer, or it was settled otherwise meanwhile.
                _ => vec![],
            })
        }
        Command::RecordRefused { attempt, refusal, at } => Ok(match from {
            Status::Sending if attempt == state.attempt => refused(state, refusal, at),
            Status::Uncertain if attempt == state.attempt => {
                let mut events = vec![reconciled(state, Evidence::LateAnswer)];
                events.extend(refused(state, refusal, at));
                events
            }
            _ => vec![],
        }),
        Command::RecordUncertain { attempt, reason, deadline } => {
            if from != Status::Sending || attempt != state.attempt {
                return Ok(vec![]);
            }
            let (campaign_id, profile_id) = (state.campaign_id, profile(state));
            Ok(vec![Uncertain { campaign_id, profile_id, attempt, reason, deadline, from }.into()])
        }
        Command::RecordReceipt(receipt) => Ok(received(state, receipt, Evidence::Receipt)),
        Command::RecordFound { .. } if from != Status::Uncertain => Ok(vec![]),
        Command::RecordFound { provider_message_id, status, refusal, at } => {
            Ok(received(state, Receipt { status, provider_message_id, at, refusal }, Evidence::Journal))
        }
        Command::Lapse { .. } if from != Status::Uncertain || state.held => Ok(vec![]),
        Command::Lapse { policy, at } => Ok(lapsed(state, policy, at)),
        Command::Settle { decision, user_id, at } => settle(state, decision, user_id, at),
        Command::Cancel { .. } if from == Status::Cancelled => Ok(vec![]),
        Command::Cancel { campaign_id, contact_id, reason } => match from {
            Status::Queued | Status::Dispatched => Ok(vec![Cancelled { campaign_id, contact_id, reason, from }.into()]),
            other => Err(Refusal::NotCancellable(other)),
        },
    }
}

fn lapsed(state: &State, policy: UncertainPolicy, at: DateTime<Utc>) -> Vec<Event> {
    let outcome = match policy {
        UncertainPolicy::Hold => return vec![Held { campaign_id: state.campaign_id }.into()],
        UncertainPolicy::Resend => retry(state, Status::Uncertain, at),
        UncertainPolicy::AssumeSent => sent(state, Status::Uncertain, None, at),
    };
    vec![reconciled(state, Evidence::Policy { policy }), outcome]
}

fn received(state: &State, receipt: Receipt, evidence: Evidence) -> Vec<Event> {
    let from = state.status;
    let campaign_id = state.campaign_id;
    let at = receipt.at;
    let mut events = Vec::new();
    if from == Status::Uncertain {
        events.push(reconciled(state, evidence));
    }
    // A receipt proves that the provider has it, even where we had not heard so or had queued it again.
    let unheard = matches!(from, Status::Queued | Status::Dispatched | Status::Sending | Status::Uncertain);
    if receipt.status == ReceiptStatus::Failed {
        if unheard || from == Status::Sent {
            events.push(failed(state, receipt.refusal.unwrap_or_else(unexplained), true, at));
        }
        return events;
    }
    let mut from = from;
    if unheard {
        events.push(sent(state, from, Some(receipt.provider_message_id), at));
        from = Status::Sent;
    }
    match receipt.status {
        ReceiptStatus::Delivered if rank(from) < rank(Status::Delivered) => {
            events.push(Delivered { campaign_id, at, from }.into());
        }
        ReceiptStatus::Read if rank(from) < rank(Status::Read) => events.push(Read { campaign_id, at, from }.into()),
        _ => {}
    }
    events
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Queued | Status::Dispatched | Status::Sending | Status::Uncertain => 0,
        Status::Sent => 1,
        Status::Failed | Status::Cancelled => 2,
        Status::Delivered => 3,
        Status::Read => 4,
    }
}

fn refused(state: &State, refusal: provider::Refusal, at: DateTime<Utc>) -> Vec<Event> {
    match retry::after(&refusal, state.attempt, at) {
        Next::Final => vec![failed(state, refusal, true, at)],
        Next::Again { at: due_at } => vec![failed(state, refusal, false, at), retry(state, Status::Failed, due_at)],
    }
}

fn settle(state: &State, decision: Decision, user_id: UserId, at: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
    if state.status != Status::Uncertain {
        return Err(Refusal::NotUncertain(state.status));
    }
    let outcome = match decision {
        Decision::Sent => sent(state, Status::Uncertain, None, at),
        Decision::Resend => retry(state, Status::Uncertain, at),
        Decision::NotSent => {
            let refusal = provider::Refusal {
                class: provider::ErrorClass::Retry,
                code: "settled_not_sent".into(),
                detail: "a person settled that it was not sent".into(),
                retry_after_ms: None,
            };
            failed(state, refusal, true, at)
        }
    };
    Ok(vec![reconciled(state, Evidence::Person { user_id, decision }), outcome])
}

fn unexplained() -> provider::Refusal {
    provider::Refusal {
        class: provider::ErrorClass::Number,
        code: provider::UNEXPLAINED.into(),
        detail: "the provider gave no reason".into(),
        retry_after_ms: None,
    }
}

fn profile(state: &State) -> ProfileId {
    state.profile_id.unwrap_or(ProfileId(uuid::Uuid::nil()))
}

fn reconciled(state: &State, evidence: Evidence) -> Event {
    Reconciled { campaign_id: state.campaign_id, evidence, was_held: state.held }.into()
}

fn sent(state: &State, from: Status, provider_message_id: Option<String>, at: DateTime<Utc>) -> Event {
    let (campaign_id, profile_id, attempt) = (state.campaign_id, profile(state), state.attempt);
    Sent { campaign_id, profile_id, attempt, provider_message_id, at, from }.into()
}

fn failed(state: &State, refusal: provider::Refusal, is_final: bool, at: DateTime<Utc>) -> Event {
    let (campaign_id, profile_id, attempt, from) = (state.campaign_id, profile(state), state.attempt, state.status);
    Failed { campaign_id, profile_id, attempt, refusal, is_final, at, from }.into()
}

fn retry(state: &State, from: Status, due_at: DateTime<Utc>) -> Event {
    let contact_id = state.contact_id.unwrap_or(ContactId(uuid::Uuid::nil()));
    RetryScheduled { campaign_id: state.campaign_id, contact_id, attempt: state.attempt + 1, due_at, from }.into()
}
