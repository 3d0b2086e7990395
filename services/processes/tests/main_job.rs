//! The main job without HTTP: contacts, a package, a campaign, and every role but the gateway in one process.

#[path = "main_job/conversations.rs"]
mod conversations;
#[path = "main_job/disorder.rs"]
mod disorder;
#[path = "main_job/media.rs"]
mod media;
#[path = "main_job/numbers.rs"]
mod numbers;
#[path = "main_job/rig.rs"]
mod rig;
#[path = "main_job/templates.rs"]
mod templates;

use chrono::TimeDelta;
use rig::Rig;
use serde_json::json;
use waybill_domain::campaign::{Command, Status};
use waybill_domain::package::limits::{Limit, Settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_reaches_everyone_who_consented_and_the_points_are_right() {
    let rig = Rig::start().await;
    let contacts = rig.contacts(300, |n| n % 10 != 0).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;

    let sandbox = rig.sandbox_stats().await;
    assert_eq!((sandbox.distinct, sandbox.duplicates), (270, 0));
    assert_eq!(rig.totals(campaign).await.sent, 270);
    let wallet = rig.wallet().await;
    assert_eq!((wallet.reserved, wallet.captured), (0, 540));
    assert_eq!(wallet.topped_up, wallet.available + wallet.captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_nobody_is_sent_to_twice_and_everyone_is_accounted_for() {
    let rig = Rig::start().await;
    rig.faults(json!({
        "throttle": { "probability": 0.03, "retry_after_s": 1 },
        "reject": { "probability": 0.03, "code": 131026 },
        "error_before": 0.03, "error_after": 0.03, "reset": 0.02,
        "receipts": { "doubled": 0.2 },
        "seed": 7
    }))
    .await;
    let contacts = rig.contacts(400, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;

    // A receipt may come after the deadline of a message that nobody was sure of.
    rig.until_receipts_are_told().await;
    let sandbox = rig.sandbox_stats().await;
    rig.until_sent(campaign, sandbox.distinct as i64).await;
    rig.until_settled().await;
    let totals = rig.totals(campaign).await;
    assert_eq!(sandbox.duplicates, 0);
    assert_eq!(totals.sent + totals.failed + totals.cancelled + totals.uncertain, 400, "{totals:?}");
    assert_eq!(totals.cancelled, 0);
    // Whoever the provider has not got is failed or uncertain, and nobody else is.
    assert_eq!(400 - sandbox.distinct as i64, totals.failed + totals.uncertain, "{totals:?}");
    let wallet = rig.wallet().await;
    assert_eq!(wallet.captured as i64, totals.sent * 2);
    assert_eq!(wallet.reserved as i64, totals.uncertain * 2);
    assert_eq!(wallet.topped_up, wallet.available + wallet.reserved + wallet.captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_defers_with_its_name_and_lets_go_with_time() {
    let rig = Rig::start_with(Settings { hourly_limit: Some(20), ..Settings::unlimited() }).await;
    let contacts = rig.contacts(100, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_campaign(campaign, |state| matches!(state.deferred, Some((Limit::Hourly, Some(_))))).await;
    rig.until_sent(campaign, 60).await;
    rig.advance(TimeDelta::hours(1));
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sandbox_stats().await.duplicates, 0);
    assert_eq!(rig.totals(campaign).await.sent, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_a_resume_goes_on_and_a_cancel_frees_the_points() {
    let rig = Rig::start_with(Settings { hourly_limit: Some(10), ..Settings::unlimited() }).await;
    let contacts = rig.contacts(90, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_sent(campaign, 30).await;
    rig.command(campaign, Command::Pause { reason: "operator".into() }).await;
    rig.advance(TimeDelta::hours(1));
    rig.command(campaign, Command::Resume).await;
    rig.until_sent(campaign, 60).await;
    rig.command(campaign, Command::Cancel).await;
    rig.until_settled().await;
    rig.until_cancelled(campaign, 30).await;
    let (totals, wallet) = (rig.totals(campaign).await, rig.wallet().await);
    assert_eq!((totals.sent, totals.cancelled), (60, 30));
    assert_eq!((wallet.captured, wallet.released), (120, 60));
    assert_eq!(rig.sandbox_stats().await.distinct, 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opts_out_before_the_message_goes_is_not_written_to() {
    let rig = Rig::start_with(Settings { hourly_limit: Some(1), ..Settings::unlimited() }).await;
    let contacts = rig.contacts(4, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_sent(campaign, 3).await;
    let waiting = rig.waiting_contact(campaign).await;
    rig.says(waiting, "Stop.").await;
    rig.until_withdrawn(waiting).await;
    rig.advance(TimeDelta::hours(1));
    rig.until(campaign, Status::Completed).await;
    let totals = rig.totals(campaign).await;
    assert_eq!((totals.sent, totals.cancelled), (3, 1));
    assert_eq!(rig.sandbox_stats().await.distinct, 3);
}
