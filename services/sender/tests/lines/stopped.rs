//! A number that is blocked, out of use or told to wait: what was given to it before goes back without a call.

use crate::SHARED;
use crate::provider::RETRY_AFTER_S;
use crate::rig::{Number, Rig, Sender};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use waybill_domain::message::{Failed, RetryScheduled};
use waybill_domain::profile::{Blocked, Command, LinkState};
use waybill_domain::provider::{ErrorClass, NOT_CALLED, ProviderKind};

const MESSAGES: usize = 60;

fn blocked() -> Command {
    Command::Block(Blocked { class: "ban".into(), code: "368".into(), detail: "restricted".into() })
}

async fn device(rig: &Rig) -> Number {
    let number = rig.add_number(rig.number.tenant, ProviderKind::Waha).await;
    rig.tell(number, Command::RecordLink(LinkState::Linked { phone: None })).await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_number_was_given_before_it_was_blocked_goes_back_without_a_call() {
    let rig = Rig::start().await;
    let ways = [
        (rig.add_tenant().await, blocked(), ErrorClass::Auth),
        (rig.add_tenant().await, Command::Deactivate, ErrorClass::Auth),
        (rig.add_tenant().await, Command::Remove, ErrorClass::Auth),
        (
            device(&rig).await,
            Command::RecordLink(LinkState::Disconnected { detail: "offline".into() }),
            ErrorClass::Session,
        ),
    ];
    let _sender = Sender::start(&rig);
    let (mut called, mut back) = (0, 0);
    for (number, stop, class) in ways {
        rig.provider.hold_campaigns();
        let given = rig.dispatch_over(number, "campaign", MESSAGES).await;
        called += SHARED;
        rig.provider.until_called(called).await;
        rig.tell(number, stop.clone()).await;
        back += MESSAGES - SHARED;
        // While its calls hang: nothing waits for them.
        rig.until("message.retry_scheduled", back).await;
        assert_eq!(rig.provider.calls().len(), called, "called after {stop:?} was read");
        let failed: Vec<Failed> = rig.said("message.failed").await;
        let last = failed.last().expect("failed");
        assert_eq!((last.refusal.class, last.refusal.code.as_str(), last.is_final), (class, NOT_CALLED, false));
        // What the provider had is none of it.
        rig.provider.let_go();
        rig.until("message.sent", called).await;
        assert!(rig.ids("message.sent").await.is_disjoint(&rig.ids("message.retry_scheduled").await));
        assert_eq!(given.len(), MESSAGES);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_begins_knows_who_is_blocked_and_hears_who_is_not_any_more() {
    let rig = Rig::start().await;
    let number = rig.add_tenant().await;
    rig.tell(number, blocked()).await;
    let before: HashSet<_> = rig.dispatch_over(number, "spring", MESSAGES).await.into_iter().collect();
    let _sender = Sender::start(&rig);
    rig.until("message.retry_scheduled", MESSAGES).await;
    assert_eq!(rig.provider.calls().len(), 0);
    rig.tell(number, Command::Activate).await;
    let after: HashSet<_> = rig.dispatch_over(number, "spring", MESSAGES).await.into_iter().collect();
    rig.until("message.sent", MESSAGES).await;
    assert_eq!(rig.ids("message.sent").await, after);
    assert_eq!(rig.ids("message.failed").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_told_to_wait_is_left_alone_for_so_long() {
    let rig = Rig::start().await;
    rig.provider.hold_campaigns();
    let _sender = Sender::start(&rig);
    rig.dispatch_over(rig.number, "campaign, throttled", MESSAGES).await;
    rig.provider.until_called(SHARED).await;
    rig.provider.let_go();
    rig.until("message.retry_scheduled", MESSAGES).await;
    assert_eq!(rig.provider.calls().len(), SHARED, "called again before its time");

    let failed: Vec<Failed> = rig.said("message.failed").await;
    let told: Vec<DateTime<Utc>> = failed.iter().filter(|it| !it.refusal.is_not_called()).map(|it| it.at).collect();
    assert_eq!(told.len(), SHARED);
    let (first, wait) = (*told.iter().min().expect("one"), TimeDelta::seconds(RETRY_AFTER_S));
    let mut attempts: HashMap<u32, usize> = HashMap::new();
    for retry in rig.said::<RetryScheduled>("message.retry_scheduled").await {
        assert!(retry.due_at >= first + wait && retry.due_at <= first + wait * 11 / 10, "{retry:?} after {first}");
        *attempts.entry(retry.attempt).or_default() += 1;
    }
    assert_eq!(attempts, HashMap::from([(2, MESSAGES)]));
}
