use super::*;
use crate::aggregate::spec::{Given, given};
use crate::event::EventSet;
use crate::provider::ErrorClass;
use proptest::prelude::*;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn campaign() -> Option<CampaignId> {
    Some(CampaignId(Uuid::from_u128(9)))
}

fn dispatch() -> Dispatched {
    Dispatched {
        campaign_id: campaign(),
        conversation_id: None,
        contact_id: ContactId(Uuid::from_u128(1)),
        profile_id: ProfileId(Uuid::from_u128(2)),
        provider: ProviderKind::Sandbox,
        attempt: 0,
        from: Status::Read,
        choice: None,
        content: Personal::Known(Content { to: "+4915112345678".into(), text: "hi".into(), attachment: None }),
    }
}

/// The events of a message after these commands, each accepted.
fn after(commands: Vec<Command>) -> Vec<Event> {
    let mut state = State::default();
    let mut events = Vec::new();
    for command in commands {
        for event in decide(&state, command).expect("accepted") {
            state = evolve(state, &event);
            events.push(event);
        }
    }
    events
}

fn sending() -> Vec<Command> {
    vec![Command::Dispatch(dispatch()), Command::BeginSending { attempt: 1 }]
}

fn uncertain() -> Vec<Command> {
    let mut commands = sending();
    commands.push(Command::RecordUncertain { attempt: 1, reason: "timeout".into(), deadline: AT });
    commands
}

fn when(commands: Vec<Command>) -> Given<Message> {
    given::<Message>(after(commands))
}

fn receipt(status: ReceiptStatus) -> Command {
    Command::RecordReceipt(Receipt { status, provider_message_id: "wamid.1".into(), at: AT, refusal: None })
}

fn accepted() -> Command {
    Command::RecordSent { attempt: 1, provider_message_id: "wamid.1".into(), at: AT }
}

fn refused(class: ErrorClass) -> Command {
    let refusal = provider::Refusal { class, code: "1".into(), detail: String::new(), retry_after_ms: None };
    Command::RecordRefused { attempt: 1, refusal, at: AT }
}

#[test]
fn the_usual_way_is_counted_step_by_step() {
    let mut commands = sending();
    commands.extend([accepted(), receipt(ReceiptStatus::Delivered), receipt(ReceiptStatus::Read)]);
    let moves: Vec<_> = after(commands).iter().filter_map(Event::transition).map(|it| (it.from, it.to)).collect();
    use Status::*;
    assert_eq!(
        moves,
        [(Queued, Dispatched), (Dispatched, Sending), (Sending, Sent), (Sent, Delivered), (Delivered, Read)]
    );
}

#[test]
fn a_message_in_flight_is_never_sent_twice() {
    when(sending())
        .when(Command::BeginSending { attempt: 1 })
        .refused(Refusal::NotDispatched { status: Status::Sending, attempt: 1 });
    when(sending()).when(Command::Dispatch(dispatch())).refused(Refusal::NotQueued(Status::Sending));
    when(uncertain()).when(Command::Dispatch(dispatch())).refused(Refusal::NotQueued(Status::Uncertain));
}

#[test]
fn an_uncertain_message_is_settled_by_a_receipt() {
    when(uncertain()).when(receipt(ReceiptStatus::Delivered)).then_kinds(&[
        "message.reconciled",
        "message.sent",
        "message.delivered",
    ]);
    when(uncertain()).when(receipt(ReceiptStatus::Failed)).then_kinds(&["message.reconciled", "message.failed"]);
}

#[test]
fn an_uncertain_message_is_sent_again_only_by_a_person() {
    let user_id = UserId(Uuid::from_u128(3));
    when(uncertain())
        .when(Command::Settle { decision: Decision::Resend, user_id, at: AT })
        .then_kinds(&["message.reconciled", "message.retry_scheduled"]);
    when(uncertain())
        .when(Command::Lapse { policy: UncertainPolicy::Hold, at: DateTime::UNIX_EPOCH })
        .then_kinds(&["message.held"]);
    when(sending())
        .when(Command::Settle { decision: Decision::Sent, user_id, at: AT })
        .refused(Refusal::NotUncertain(Status::Sending));
}

#[test]
fn a_receipt_that_outruns_the_answer_counts_as_sent_and_the_answer_changes_nothing() {
    let mut commands = sending();
    commands.push(receipt(ReceiptStatus::Read));
    let events = after(commands.clone());
    assert!(matches!(&events[2], Event::Sent(it) if it.provider_message_id.as_deref() == Some("wamid.1")));
    when(commands).when(accepted()).then_nothing();
}

#[test]
fn a_late_receipt_of_an_earlier_attempt_stops_the_resend() {
    let mut commands = uncertain();
    commands.push(Command::Settle { decision: Decision::Resend, user_id: UserId(Uuid::from_u128(3)), at: AT });
    commands.push(receipt(ReceiptStatus::Sent));
    when(commands).when(Command::Dispatch(dispatch())).refused(Refusal::NotQueued(Status::Sent));
}

#[test]
fn a_refusal_that_can_get_better_is_scheduled_again_and_one_that_cannot_is_final() {
    when(sending()).when(refused(ErrorClass::Retry)).then_kinds(&["message.failed", "message.retry_scheduled"]);
    let events = when(sending()).when(refused(ErrorClass::Number)).then_kinds(&["message.failed"]);
    assert!(matches!(&events[0], Event::Failed(it) if it.is_final));
}

#[test]
fn only_what_is_still_queued_can_be_cancelled() {
    let cancel = || Command::Cancel {
        campaign_id: campaign(),
        contact_id: ContactId(Uuid::from_u128(1)),
        reason: "campaign_cancelled".into(),
    };
    when(vec![]).when(cancel()).then_kinds(&["message.cancelled"]);
    when(sending()).when(cancel()).refused(Refusal::NotCancellable(Status::Sending));
}

fn any_receipt() -> impl Strategy<Value = ReceiptStatus> {
    prop::sample::select(vec![
        ReceiptStatus::Sent,
        ReceiptStatus::Failed,
        ReceiptStatus::Delivered,
        ReceiptStatus::Read,
    ])
}

proptest! {
    /// In whatever order receipts come, and however often, the end is that of the highest; status never goes back.
    #[test]
    fn receipts_end_the_same_in_any_order(
        receipts in prop::collection::vec(any_receipt(), 1..8),
        answer_at in 0usize..9,
        lost_answer in any::<bool>(),
    ) {
        let mut state = after(sending()).iter().fold(State::default(), evolve);
        let mut paid = 0;
        for (index, status) in receipts.iter().map(|it| Some(*it)).chain([None]).enumerate() {
            let mut commands = Vec::new();
            if index == answer_at.min(receipts.len()) {
                commands.push(if lost_answer {
                    Command::RecordUncertain { attempt: 1, reason: "timeout".into(), deadline: AT }
                } else {
                    accepted()
                });
            }
            commands.extend(status.map(receipt));
            for command in commands {
                for event in decide(&state, command).expect("receipts are never refused") {
                    if let Some(step) = event.transition() {
                        prop_assert_eq!(step.from, state.status);
                        prop_assert!(step.to == Status::Uncertain || step.from == Status::Uncertain || step.to > step.from
                            || (step.from == Status::Failed && step.to >= Status::Delivered), "{:?}", step);
                        paid += u32::from(matches!(event, Event::Sent(_)));
                    }
                    state = evolve(state, &event);
                }
            }
        }
        let highest = receipts.iter().max().expect("one at least");
        let expected = match highest {
            ReceiptStatus::Sent => Status::Sent,
            ReceiptStatus::Failed => Status::Failed,
            ReceiptStatus::Delivered => Status::Delivered,
            ReceiptStatus::Read => Status::Read,
        };
        prop_assert_eq!(state.status, expected);
        prop_assert!(paid <= 1, "captured at most once");
    }
}

#[test]
fn what_becomes_of_an_uncertain_message_by_its_deadline_is_the_organisations_to_say() {
    let uncertain = || {
        let uncertain =
            Command::RecordUncertain { attempt: 1, reason: "timeout".into(), deadline: DateTime::UNIX_EPOCH };
        vec![Command::Dispatch(dispatch()), Command::BeginSending { attempt: 1 }, uncertain]
    };
    let kinds = |policy| {
        let lapse = Command::Lapse { policy, at: DateTime::UNIX_EPOCH };
        let events = after(uncertain().into_iter().chain([lapse]).collect());
        events[3..].iter().map(|event| event.wire().kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(UncertainPolicy::Hold), ["message.held"]);
    assert_eq!(kinds(UncertainPolicy::Resend), ["message.reconciled", "message.retry_scheduled"]);
    assert_eq!(kinds(UncertainPolicy::AssumeSent), ["message.reconciled", "message.sent"]);
    // Who was found in the provider's journal was sent to, whatever was decided for the others.
    let found = |at| Command::RecordFound {
        provider_message_id: "id".into(),
        status: ReceiptStatus::Delivered,
        refusal: None,
        at,
    };
    let at = DateTime::UNIX_EPOCH;
    let events = after(uncertain().into_iter().chain([found(at), found(at)]).collect());
    let kinds: Vec<_> = events[3..].iter().map(|event| event.wire().kind).collect();
    assert_eq!(kinds, ["message.reconciled", "message.sent", "message.delivered"]);
}
