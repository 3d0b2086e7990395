//! Numbers whose provider does not answer hold up nobody else.

use crate::rig::{Rig, Sender};
use std::collections::HashSet;
use waybill_domain::provider::ProviderKind;

/// Of these 28 are for campaigns, and one number has 21 of them at most.
const CALLS: u32 = 32;
const HELD: usize = 21;

#[tokio::test(flavor = "multi_thread")]
async fn while_calls_of_one_number_hang_other_tenants_and_its_own_tenants_other_numbers_go_on() {
    let rig = Rig::start_with(CALLS).await;
    rig.provider.hold_campaigns();
    let _sender = Sender::start(&rig);
    let hanging = rig.dispatch_over(rig.number, "campaign", 200).await;
    rig.provider.until_called(HELD).await;

    let sibling = rig.add_number(rig.number.tenant, ProviderKind::Sandbox).await;
    let stranger = rig.add_tenant().await;
    let theirs = rig.dispatch_over(stranger, "spring", 300).await;
    let own = rig.dispatch_over(sibling, "autumn", 100).await;
    rig.until("message.sent", 400).await;
    let sent = rig.ids("message.sent").await;
    assert_eq!(sent, theirs.iter().chain(&own).copied().collect::<HashSet<_>>());
    assert_eq!(rig.provider.calls().len(), 400 + HELD, "what hangs got calls of the others");

    rig.provider.let_go();
    rig.until("message.sent", 600).await;
    let calls = rig.provider.calls();
    assert_eq!(calls.len(), 600);
    assert_eq!(calls.into_iter().collect::<HashSet<_>>(), hanging.into_iter().chain(theirs).chain(own).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_before_what_still_waits_is_not_begun_again_after_a_kill() {
    let rig = Rig::start_with(CALLS).await;
    rig.provider.hold_campaigns();
    let sender = Sender::start(&rig);
    rig.dispatch_over(rig.number, "campaign", 100).await;
    rig.provider.until_called(HELD).await;
    let stranger = rig.add_tenant().await;
    rig.dispatch_over(stranger, "spring", 300).await;
    rig.until("message.sent", 300).await;
    sender.kill();

    // What the stranger's number sent is behind the checkpoint, which waits for the first number.
    rig.provider.let_go();
    let _next = Sender::start(&rig);
    rig.until("message.sent", 400 - HELD).await;
    rig.until("message.uncertain", HELD).await;
    let calls = rig.provider.calls();
    assert_eq!((calls.len(), calls.into_iter().collect::<HashSet<_>>().len()), (400, 400));
}
