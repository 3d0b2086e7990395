//! The two lines of a sender: replies wait for no campaign, and neither line loses or repeats a message of the other. And
//! whom it calls: everybody in turn, nobody who is not to be called, and nobody twice, whoever else calls.

#[path = "lines/provider.rs"]
mod provider;
#[path = "lines/rig.rs"]
mod rig;

#[path = "lines/shares.rs"]
mod shares;
#[path = "lines/stopped.rs"]
mod stopped;
#[path = "lines/woken.rs"]
mod woken;

use rig::{CALLS, Rig, Sender};
use std::collections::HashSet;

/// More than a sender reads at once.
const CAMPAIGN: usize = 1_200;
/// Of [`CALLS`], those that are neither kept for replies nor left to other tenants.
const SHARED: usize = CALLS as usize - 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_called_while_a_campaign_holds_every_call_it_may_have() {
    let rig = Rig::start().await;
    rig.provider.hold_campaigns();
    let _sender = Sender::start(&rig);
    let campaign = rig.dispatch_campaign(CAMPAIGN).await;
    rig.provider.until_called(SHARED).await;

    let reply = rig.dispatch_reply("reply").await;
    rig.provider.until_called(SHARED + 1).await;
    assert_eq!(rig.provider.calls().last(), Some(&reply));
    rig.until("message.sent", 1).await;
    assert_eq!(rig.provider.calls().len(), SHARED + 1, "the campaign got the call of the reply");

    rig.provider.let_go();
    rig.until("message.sent", CAMPAIGN + 1).await;
    let calls = rig.provider.calls();
    assert_eq!(calls.len(), CAMPAIGN + 1);
    assert_eq!(calls.into_iter().collect::<HashSet<_>>(), campaign.into_iter().chain([reply]).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sender_began_out_of_turn_is_not_begun_again_and_nothing_before_it_is_left_out() {
    let rig = Rig::start().await;
    rig.provider.hold_campaigns();
    let sender = Sender::start(&rig);
    let campaign = rig.dispatch_campaign(CAMPAIGN).await;
    rig.provider.until_called(SHARED).await;
    let answered = rig.dispatch_reply("reply").await;
    rig.until("message.sent", 1).await;
    let unanswered = rig.dispatch_reply("reply, held").await;
    rig.provider.until_called(SHARED + 2).await;
    sender.kill();

    rig.provider.let_go();
    let _next = Sender::start(&rig);
    rig.until("message.uncertain", SHARED + 1).await;
    // Everything but what was being called.
    rig.until("message.sent", CAMPAIGN - SHARED + 1).await;
    assert_eq!(rig.ids("message.sent").await.intersection(&[answered, unanswered].into()).count(), 1);
    assert!(rig.ids("message.uncertain").await.contains(&unanswered));
    let calls = rig.provider.calls();
    assert_eq!(calls.len(), CAMPAIGN + 2, "called again, or not at all");
    let all: HashSet<_> = campaign.into_iter().chain([answered, unanswered]).collect();
    assert_eq!(calls.into_iter().collect::<HashSet<_>>(), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_begin_where_the_one_checkpoint_of_an_earlier_version_stood() {
    let rig = Rig::start().await;
    rig.dispatch_reply("before").await;
    rig.checkpoint("sender", rig.head().await).await;
    let after = rig.dispatch_reply("after").await;
    let _sender = Sender::start(&rig);
    rig.until("message.sent", 1).await;
    assert_eq!(rig.provider.calls(), [after]);
}
