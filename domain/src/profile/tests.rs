use super::*;
use crate::aggregate::spec::given;
use uuid::Uuid;

fn added() -> Added {
    Added {
        package_id: PackageId(Uuid::from_u128(1)),
        name: "Berlin".into(),
        provider: ProviderKind::CloudApi,
        phone: "+4915112345678".into(),
        phone_number_id: "106540352242922".into(),
        overrides: Overrides::default(),
        rank: Rank::default(),
    }
}

fn device() -> Added {
    Added { provider: ProviderKind::Waha, ..added() }
}

#[test]
fn a_device_is_linked_once_however_often_it_is_told() {
    let linked = || Command::RecordLink(LinkState::Linked { phone: Some("+4915112345678".into()) });
    given::<Profile>([device().into()]).when(Command::StartLinking).then([LinkingStarted {}.into()]);
    let scanned: [Event; 2] = [device().into(), LinkingStarted {}.into()];
    let events = given::<Profile>(scanned).when(linked()).then_kinds(&["profile.linked"]);
    let all: Vec<Event> = [Event::from(device()), LinkingStarted {}.into()].into_iter().chain(events).collect();
    given::<Profile>(all.clone()).when(linked()).then_nothing();
    given::<Profile>(all.clone()).when(Command::StartLinking).refused(Refusal::LinkedAlready);
    let gone = Command::RecordLink(LinkState::Unlinked { detail: "logged out".into() });
    given::<Profile>(all.clone()).when(gone).then_kinds(&["profile.link_expired"]);
    given::<Profile>(all).when(Command::RecordLink(LinkState::Linking)).then_kinds(&["profile.link_expired"]);
}

#[test]
fn a_number_without_a_device_has_no_link() {
    given::<Profile>([added().into()]).when(Command::StartLinking).refused(Refusal::NotLinkable);
    let off = LinkState::Disconnected { detail: String::new() };
    given::<Profile>([added().into()]).when(Command::RecordLink(off)).then_nothing();
}

#[test]
fn quality_is_told_when_it_changes() {
    let quality = |rating: &str, limit| QualityChanged { rating: Some(rating.into()), messaging_limit: limit };
    let known: [Event; 2] = [added().into(), quality("green", Some(250)).into()];
    given::<Profile>(known.clone()).when(Command::RecordQuality(quality("green", Some(250)))).then_nothing();
    let only = QualityChanged { rating: Some("red".into()), messaging_limit: None };
    given::<Profile>(known).when(Command::RecordQuality(quality("red", None))).then([only.into()]);
}

#[test]
fn an_account_is_told_when_it_is_another() {
    let account = |business_account: &str, portfolio: Option<&str>| AccountKnown {
        business_account: business_account.into(),
        portfolio: portfolio.map(str::to_owned),
    };
    let known: [Event; 2] = [added().into(), account("11", Some("7")).into()];
    for again in [account("11", Some("7")), account("11", None)] {
        given::<Profile>(known.clone()).when(Command::RecordAccount(again)).then_nothing();
    }
    let moved = account("12", None);
    assert_eq!((moved.limits_of(), account("12", Some("7")).limits_of()), ("12", "7"));
    given::<Profile>(known).when(Command::RecordAccount(moved.clone())).then([moved.into()]);
}

#[test]
fn a_blocked_number_stays_blocked_until_a_person_activates_it() {
    let blocked = Blocked { class: "ban".into(), code: "368".into(), detail: "restricted".into() };
    let events: [Event; 2] = [added().into(), blocked.clone().into()];
    given::<Profile>(events.clone()).when(Command::Block(blocked)).then_nothing();
    given::<Profile>(events).when(Command::Activate).then([Activated {}.into()]);
}

#[test]
fn a_shorter_cooldown_does_not_shorten_a_longer_one() {
    let until = |seconds| CooledDown {
        until: DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(seconds),
        code: "130429".into(),
        detail: String::new(),
    };
    given::<Profile>([added().into(), until(60).into()]).when(Command::CoolDown(until(30))).then_nothing();
    given::<Profile>([added().into(), until(60).into()]).when(Command::CoolDown(until(90))).then([until(90).into()]);
}
