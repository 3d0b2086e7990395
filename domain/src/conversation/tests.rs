use super::*;
use crate::aggregate::spec::given;
use uuid::Uuid;

fn inbound(id: &str, profile: u128) -> InboundReceived {
    InboundReceived {
        contact_id: ContactId(Uuid::from_u128(1)),
        in_group: false,
        profile_id: ProfileId(Uuid::from_u128(profile)),
        provider_message_id: id.into(),
        kind: "text".into(),
        at: DateTime::UNIX_EPOCH,
        said: Personal::Known(Said { text: Some("hi".into()), ..Said::default() }),
    }
}

fn reply(message: u128) -> ReplyRequested {
    ReplyRequested {
        message_id: MessageId(Uuid::from_u128(message)),
        contact_id: ContactId(Uuid::from_u128(1)),
        profile_id: ProfileId(Uuid::nil()),
        user_id: None,
        at: DateTime::UNIX_EPOCH,
        said: Personal::Known(Said { text: Some("hello".into()), ..Said::default() }),
    }
}

fn echo(id: &str, profile: u128) -> Echoed {
    let InboundReceived { contact_id, in_group, profile_id, provider_message_id, kind, at, said } =
        inbound(id, profile);
    Echoed { contact_id, in_group, profile_id, provider_message_id, kind, by_api: false, at, said }
}

#[test]
fn what_was_written_on_the_phone_is_taken_once_and_changes_nothing_for_the_person() {
    given::<Conversation>([echo("a", 1).into()]).when(Command::RecordEcho(echo("a", 1))).then_nothing();
    let state = evolve(State::default(), &inbound("a", 1).into());
    let after = evolve(state.clone(), &echo("b", 2).into());
    assert_eq!((after.sticky, after.unread, after.last_inbound_at), (state.sticky, 1, state.last_inbound_at));
}

#[test]
fn who_was_written_to_from_a_phone_can_be_written_to_from_its_number() {
    let events = given::<Conversation>([echo("a", 1).into()])
        .when(Command::SendReply(reply(7)))
        .then_kinds(&["conversation.reply_requested"]);
    assert!(matches!(&events[0], Event::ReplyRequested(it) if it.profile_id == ProfileId(Uuid::from_u128(1))));
}

#[test]
fn a_reply_goes_from_the_number_the_contact_wrote_to_last() {
    let events = given::<Conversation>([inbound("a", 1).into(), inbound("b", 2).into()])
        .when(Command::SendReply(reply(7)))
        .then_kinds(&["conversation.reply_requested"]);
    assert!(matches!(&events[0], Event::ReplyRequested(it) if it.profile_id == ProfileId(Uuid::from_u128(2))));
}

#[test]
fn the_same_reply_and_the_same_inbound_are_taken_once() {
    given::<Conversation>([inbound("a", 1).into()]).when(Command::ReceiveInbound(inbound("a", 1))).then_nothing();
    given::<Conversation>([inbound("a", 1).into(), reply(7).into()]).when(Command::SendReply(reply(7))).then_nothing();
}

#[test]
fn a_number_becomes_known_once_and_may_change() {
    let known = |contact: u128| NumberKnown { contact_id: ContactId(Uuid::from_u128(contact)) };
    let command = |contact: u128| Command::KnowNumber(ContactId(Uuid::from_u128(contact)));
    given::<Conversation>([known(1).into()]).when(command(1)).then_nothing();
    given::<Conversation>([known(1).into()]).when(command(2)).then([known(2).into()]);
}

#[test]
fn a_group_is_written_to_before_its_member_and_a_number_before_what_stands_for_it() {
    let said = Said { phone: Some("+49".into()), user_id: Some("DE.1".into()), ..Said::default() };
    assert_eq!(said.address(), Some("+49"));
    let group = Some(Group { id: "1@g.us".into(), name: None });
    assert_eq!(Said { group, ..said.clone() }.address(), Some("1@g.us"));
    assert_eq!(Said { phone: None, ..said }.address(), Some("DE.1"));
}

#[test]
fn who_hides_the_number_is_known_again_by_writing() {
    let renews = |phone: Option<&str>, in_group| {
        let said = Personal::Known(Said { phone: phone.map(str::to_owned), ..Said::default() });
        InboundReceived { in_group, said, ..inbound("a", 1) }.unsealed().is_some_and(|it| it.renews)
    };
    assert_eq!((renews(None, false), renews(None, true), renews(Some("+49"), false)), (true, false, false));
}

#[test]
fn nobody_is_answered_who_did_not_write() {
    given::<Conversation>([]).when(Command::SendReply(reply(7))).refused(Refusal::NobodyWrote);
}
