use super::*;
use crate::aggregate::spec::given;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn plan() -> Plan {
    Plan {
        name: "Spring".into(),
        audience: Audience::All,
        template_text: "Hi {{name}}".into(),
        attachment: None,
        package_id: PackageId(Uuid::from_u128(1)),
        spread: Spread::default(),
    }
}

fn contact(n: u128) -> ContactId {
    ContactId(Uuid::from_u128(n))
}

fn drafted() -> Event {
    Drafted { plan: plan() }.into()
}

fn started(planned_recipients: u64) -> Event {
    Started { plan: plan(), planned_recipients, points_reserved: planned_recipients * 2, at: AT }.into()
}

fn enrol(chunk: u64, ids: &[u128]) -> Command {
    let enrolled: Vec<_> = ids.iter().map(|n| contact(*n)).collect();
    let cursor = *enrolled.last().expect("someone");
    Command::EnrolChunk { chunk, enrolled, excluded: BTreeMap::new(), cursor }
}

fn start(planned_recipients: u64) -> Command {
    Command::Start { planned_recipients, points_reserved: planned_recipients * 2, at: AT }
}

#[test]
fn a_draft_is_checked_before_it_is_kept() {
    let bad = Plan { template_text: "Hi {{name".into(), ..plan() };
    given::<Campaign>([])
        .when(Command::Draft(bad))
        .refused(Refusal::BadMessage(crate::template::TemplateError::Unclosed(4).into()));
    given::<Campaign>([]).when(Command::Draft(Plan { name: " ".into(), ..plan() })).refused(Refusal::BadName);
    given::<Campaign>([]).when(Command::Draft(plan())).then([drafted()]);
}

#[test]
fn a_campaign_starts_once_and_only_with_recipients() {
    given::<Campaign>([drafted()]).when(start(0)).refused(Refusal::NoRecipients);
    given::<Campaign>([drafted()]).when(start(3)).then([started(3)]);
    given::<Campaign>([drafted(), started(3)]).when(start(3)).refused(Refusal::WrongState(Status::Running));
}

#[test]
fn a_cancelled_campaign_never_starts_again() {
    let events = [drafted(), started(3), Cancelled {}.into()];
    given::<Campaign>(events.clone()).when(start(3)).refused(Refusal::WrongState(Status::Cancelled));
    given::<Campaign>(events).when(Command::Resume).refused(Refusal::WrongState(Status::Cancelled));
}

#[test]
fn a_chunk_is_enrolled_once_and_in_turn() {
    let first = given::<Campaign>([drafted(), started(3)])
        .when(enrol(0, &[1, 2]))
        .then_kinds(&["campaign.recipients_enrolled"]);
    let events = [drafted(), started(3), first[0].clone()];
    given::<Campaign>(events.clone()).when(enrol(0, &[1, 2])).then_nothing();
    given::<Campaign>(events.clone()).when(enrol(2, &[3])).refused(Refusal::OutOfTurn { expected: 1, got: 2 });
    given::<Campaign>(events).when(enrol(1, &[3, 4])).refused(Refusal::MoreThanPlanned { enrolled: 4, planned: 3 });
}

#[test]
fn a_campaign_completes_only_when_its_audience_is_resolved() {
    let totals = Completed { sent: 2, failed: 0, cancelled: 0, uncertain: 0 };
    given::<Campaign>([drafted(), started(2)]).when(Command::Complete(totals.clone())).refused(Refusal::StillEnrolling);
    let finished = EnrolmentFinished { enrolled: 2, excluded: 0, unused: 0 };
    given::<Campaign>([drafted(), started(2), finished.into()])
        .when(Command::Complete(totals.clone()))
        .then([totals.into()]);
}

#[test]
fn the_same_limit_is_told_once() {
    let defer = || Command::Defer { limit: Limit::Hourly, until: Some(AT), waiting: 5 };
    let told = given::<Campaign>([drafted(), started(5)]).when(defer()).then_kinds(&["campaign.deferred"]);
    given::<Campaign>([drafted(), started(5), told[0].clone()]).when(defer()).then_nothing();
}
