//! A sender that was taken for dead wakes up with calls in its hands.

use crate::rig::{Rig, Sender};
use crate::{CAMPAIGN, SHARED};
use std::collections::HashSet;

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_its_place_while_it_held_calls_begins_nothing_more_and_its_answers_still_count() {
    let rig = Rig::start().await;
    rig.provider.hold_campaigns();
    let _woken = Sender::start(&rig);
    let campaign = rig.dispatch_campaign(CAMPAIGN).await;
    rig.provider.until_called(SHARED).await;
    let held: HashSet<_> = rig.provider.calls().into_iter().collect();

    // Another takes over what it can: its own calls hang beside those of the first.
    let _next = Sender::start(&rig);
    rig.take_its_lock().await;
    rig.until("message.uncertain", SHARED).await;
    assert_eq!(rig.ids("message.uncertain").await, held);
    rig.provider.until_called(SHARED * 2).await;

    // Both get their answers, and both want to go on.
    rig.provider.let_go();
    rig.until("message.sent", CAMPAIGN).await;
    let calls = rig.provider.calls();
    assert_eq!(calls.len(), CAMPAIGN, "called twice, or not at all");
    assert_eq!(calls.into_iter().collect::<HashSet<_>>(), campaign.into_iter().collect());
    // What the first had asked was answered in the end: nothing is left in doubt.
    assert_eq!(rig.ids("message.reconciled").await, held);
    assert_eq!(rig.ids("message.sending").await.len(), CAMPAIGN);
}
