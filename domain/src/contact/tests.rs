use super::*;
use crate::aggregate::spec::given;
use uuid::Uuid;

fn id() -> ContactId {
    ContactId(Uuid::from_u128(1))
}

fn consent() -> Consent {
    Consent { source: "web form".into(), proof: None, at: DateTime::UNIX_EPOCH }
}

fn added(consent: Option<Consent>) -> Event {
    let person = Person { phone: "+4915112345678".into(), name: Some("Ana".into()), fields: BTreeMap::new() };
    Added {
        contact_id: id(),
        source: Source::Manual { user_id: None },
        tags: BTreeSet::new(),
        consent,
        person: Personal::Known(person),
    }
    .into()
}

fn withdrawn() -> Event {
    ConsentWithdrawn { contact_id: id(), reason: "STOP".into(), at: DateTime::UNIX_EPOCH }.into()
}

#[test]
fn a_number_is_added_once() {
    let Event::Added(again) = added(None) else { unreachable!() };
    given::<Contact>([added(None)]).when(Command::Add(again)).refused(Refusal::Exists);
}

#[test]
fn consent_needs_a_source() {
    let nowhere = Consent { source: " ".into(), ..consent() };
    given::<Contact>([added(None)]).when(Command::GrantConsent(nowhere)).refused(Refusal::ConsentWithoutSource);
}

#[test]
fn withdrawing_twice_changes_nothing_the_second_time() {
    given::<Contact>([added(Some(consent())), withdrawn()])
        .when(Command::WithdrawConsent { reason: "STOP".into(), at: DateTime::UNIX_EPOCH })
        .then_nothing();
}

#[test]
fn an_opt_out_outlives_removal_and_a_new_import_without_consent() {
    let events = [added(Some(consent())), withdrawn(), Removed {}.into(), added(None)];
    let state = events.iter().fold(State::default(), evolve);
    assert_eq!(state.consent, ConsentState::Withdrawn);
}

#[test]
fn an_update_names_what_changed_and_a_repeat_changes_nothing() {
    let fields = BTreeMap::from([("city".to_owned(), "Bonn".to_owned())]);
    let command = Command::Update { name: Some("Ana".into()), fields: Some(fields.clone()) };
    let events = given::<Contact>([added(None)]).when(command.clone()).then_kinds(&["contact.updated"]);
    let Event::Updated(updated) = &events[0] else { panic!("{events:?}") };
    assert_eq!(updated.changed, ["city"]);
    given::<Contact>([added(None), events[0].clone()]).when(command).then_nothing();
}

#[test]
fn an_erased_contact_is_not_updated_from_nothing() {
    let Event::Added(mut gone) = added(None) else { unreachable!() };
    gone.person = Personal::Erased;
    given::<Contact>([gone.into()])
        .when(Command::Update { name: Some("Bo".into()), fields: None })
        .refused(Refusal::Erased);
}

#[test]
fn who_was_erased_is_forgotten_and_comes_back_only_by_a_person_or_by_writing() {
    let erased = || Erased { streams: 2, events: 9 };
    let erase = |certificate, readable| Command::Erase { certificate, readable };
    given::<Contact>([added(None)]).when(erase(erased(), true)).then([erased().into()]);
    given::<Contact>([added(None), Removed {}.into()]).when(erase(erased(), true)).then([erased().into()]);
    // Of some only a conversation speaks; of whom nothing speaks, there is nothing to erase.
    given::<Contact>([]).when(erase(erased(), true)).then([erased().into()]);
    let nothing = Erased { streams: 0, events: 0 };
    given::<Contact>([]).when(erase(nothing, false)).refused(Refusal::Missing);
    given::<Contact>([added(None), erased().into()]).when(erase(erased(), false)).refused(Refusal::Erased);
    // Who hides the number writes again without becoming a contact.
    given::<Contact>([erased().into()]).when(erase(erased(), true)).then([erased().into()]);

    let state = [added(Some(consent())), erased().into()].iter().fold(State::default(), evolve);
    assert_eq!((state.exists(), state.person.known()), (false, None));

    let again = |source| {
        let Event::Added(added) = added(None) else { unreachable!() };
        Added { source, ..added }
    };
    let import = Source::Import { import_id: ImportId(uuid::Uuid::nil()), line: 1 };
    given::<Contact>([added(None), erased().into()]).when(Command::Add(again(import))).refused(Refusal::Erased);
    for source in [Source::Manual { user_id: None }, Source::Inbound] {
        let back = again(source);
        given::<Contact>([added(None), erased().into()]).when(Command::Add(back.clone())).then([back.into()]);
    }
}
