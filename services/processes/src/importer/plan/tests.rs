use super::*;
use uuid::Uuid;
use waybill_domain::contact::{ConsentWithdrawn, Removed};
use waybill_domain::event::EventSet;
use waybill_domain::phone::Phone;

fn entry(line: u64, name: &str, consent: bool) -> Entry {
    let phone = Phone::parse("+6281234567890", None).unwrap();
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    Entry { line, contact: NewContact { phone, name, fields: [].into(), consent } }
}

fn grounds() -> Grounds {
    Grounds::new(ImportId(Uuid::from_u128(1)), "spring.csv", None, &["vip".into(), " ".into()])
}

fn planned(known: &Known, entries: &[Entry]) -> (Vec<Event>, Vec<Verdict>) {
    plan(known, ContactId(Uuid::from_u128(2)), entries, &grounds(), DateTime::UNIX_EPOCH)
}

fn kinds(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(|event| event.wire().kind).collect()
}

/// A contact whom another import wrote about before.
fn known(entries: &[Entry], more: &[Event]) -> Known {
    let (events, _) = planned(&Known::default(), entries);
    let state = events.iter().chain(more).fold(State::default(), evolve);
    Known { state, version: (events.len() + more.len()) as i64, written: false }
}

fn withdrawn() -> Event {
    ConsentWithdrawn { contact_id: ContactId(Uuid::from_u128(2)), reason: "stop".into(), at: DateTime::UNIX_EPOCH }
        .into()
}

#[test]
fn a_new_number_is_added_with_its_consent_and_tags() {
    let (events, verdicts) = planned(&Known::default(), &[entry(2, "Ana", true)]);
    assert_eq!(verdicts, [Verdict::Created { consent: true }]);
    let Event::Added(added) = &events[0] else { panic!("{events:?}") };
    assert_eq!(added.consent.as_ref().unwrap().source, "import spring.csv");
    assert_eq!(added.tags, BTreeSet::from(["vip".to_owned()]));
    assert_eq!(added.source, Source::Import { import_id: grounds().import_id, line: 2 });
}

#[test]
fn the_first_row_of_a_number_wins() {
    let entries = [entry(2, "Ana", false), entry(9, "Anna", true)];
    let (events, verdicts) = planned(&Known::default(), &entries);
    assert_eq!(kinds(&events), ["contact.added"]);
    assert_eq!(verdicts[1], Verdict::Duplicate("same_number_in_file"));
    let again = Known { written: true, ..known(&entries, &[]) };
    assert_eq!(planned(&again, &entries), (vec![], vec![Verdict::Duplicate("same_number_in_file"); 2]));
}

#[test]
fn what_is_there_already_is_unchanged_and_a_later_row_may_still_change_it() {
    let there = known(&[entry(2, "Ana", true)], &[]);
    let (events, verdicts) = planned(&there, &[entry(2, "Ana", true), entry(3, "", false), entry(4, "Eva", true)]);
    assert_eq!(kinds(&events), ["contact.updated"]);
    let unchanged = Verdict::Duplicate("unchanged");
    assert_eq!(verdicts, [unchanged, unchanged, Verdict::Updated { consent: true }]);
}

#[test]
fn consent_that_comes_later_is_granted() {
    let (events, verdicts) = planned(&known(&[entry(2, "Ana", false)], &[]), &[entry(2, "Ana", true)]);
    assert_eq!((kinds(&events), verdicts), (vec!["contact.consent_granted"], vec![Verdict::Updated { consent: true }]));
}

#[test]
fn who_opted_out_stays_opted_out() {
    let there = known(&[entry(2, "Ana", true)], &[withdrawn()]);
    assert_eq!(planned(&there, &[entry(2, "Ana", true)]), (vec![], vec![Verdict::Duplicate("opted_out")]));
    let (events, verdicts) = planned(&there, &[entry(2, "Anna", true)]);
    assert_eq!((kinds(&events), verdicts), (vec!["contact.updated"], vec![Verdict::Updated { consent: false }]));
}

#[test]
fn a_removed_contact_is_revived_but_not_opted_in_again() {
    let there = known(&[entry(2, "Ana", true)], &[withdrawn(), Removed {}.into()]);
    let (events, verdicts) = planned(&there, &[entry(2, "Ana", true)]);
    assert_eq!(verdicts, [Verdict::Created { consent: false }]);
    let state = events.iter().fold(there.state, evolve);
    assert!(state.exists() && state.consent == ConsentState::Withdrawn);
}

#[test]
fn nothing_is_written_about_who_was_erased() {
    let mut there = known(&[entry(2, "Ana", true)], &[]);
    there.state.person = Personal::Erased;
    assert_eq!(planned(&there, &[entry(2, "Ana", true)]), (vec![], vec![Verdict::Rejected(ERASED)]));
}
