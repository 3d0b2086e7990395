//! Everything in any order: receipts, commands of people, and senders that die. `WAYBILL_DURABILITY=full` runs at the
//! promised size, and `WAYBILL_DURABILITY_SEED` repeats the order of a run.

use crate::rig::{Dice, Options, Rig, is_full};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::HashMap;
use waybill_domain::campaign::{Command, Status};
use waybill_domain::profile::LinkState;
use waybill_domain::provider::ProviderKind;
use waybill_sandbox::{Behaviour, Span};

/// What a receipt may bring a message to; nothing goes back from there.
fn rank(kind: &str) -> Option<u8> {
    match kind {
        "message.sent" => Some(1),
        "message.delivered" => Some(3),
        "message.read" => Some(4),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_every_wire_in_any_disorder_take_no_status_back_and_count_once() {
    let receipts = Behaviour {
        sent_ms: Span { min: 0, max: 40 },
        delivered_ms: Span { min: 0, max: 120 },
        read_ms: Span { min: 0, max: 120 },
        read_share: 0.8,
        delivered_omitted: 0.05,
        read_first: 0.3,
        shuffled: 1.0,
        ..Behaviour::default()
    };
    let rig = Rig::start_as(Options { receipts, ..Options::default() }).await;
    let mut dice = Dice::throw();
    let mut devices = Vec::new();
    for (kind, session) in [(ProviderKind::Waha, "shop"), (ProviderKind::GreenApi, "1101000001")] {
        let device = rig.add_device_of(kind, session).await;
        rig.device_of(kind, session, "scan", json!({ "phone": "+6281234567890" })).await;
        rig.until_profile(device, |state| matches!(state.link, LinkState::Linked { .. })).await;
        devices.push(device);
    }
    rig.faults(json!({
        "hang": { "probability": 0.1, "ms": 200 },
        "receipts": { "lost": 0.01, "doubled": 0.2, "before_answer": 0.3 },
        "seed": dice.below(1 << 32)
    }))
    .await;
    rig.withhold_each(3);
    let recipients = if is_full() { 1_000 } else { 100 };
    // The first has a number that linked devices find nobody at.
    let contacts = rig.contacts(recipients + 1, |n| n > 0).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, Status::Completed).await;
    let by: Vec<Value> = rig.events("message.sent").await;
    let over = |id: &waybill_domain::id::ProfileId| by.iter().filter(|it| it["profile_id"] == id.0.to_string()).count();
    assert!(devices.iter().all(|device| over(device) as u64 >= recipients / 10), "each wire has its part");
    rig.until_receipts_are_told().await;

    // A day later what was kept back comes, and then everything once more.
    let early = rig.effects().await;
    rig.advance(TimeDelta::hours(24));
    assert!(rig.deliver_withheld().await > 0);
    let late = rig.effects().await;
    let moved = |effects: &std::collections::BTreeMap<String, i64>| {
        ["message.delivered", "message.read"].map(|kind| effects.get(kind).copied().unwrap_or(0))
    };
    assert!(moved(&late) > moved(&early), "what came late said nothing new: {early:?} {late:?}");
    assert!(rig.deliver_everything_again(&mut dice).await as u64 > recipients);
    assert_eq!(rig.effects().await, late);

    let lives = rig.lives(None).await;
    assert_eq!(lives.len() as u64, recipients);
    for (message, events) in &lives {
        let ranks: Vec<u8> = events.iter().filter_map(|(_, kind)| rank(kind)).collect();
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{message} went back, or twice to one: {events:?}");
        assert!(!ranks.is_empty() && events.iter().filter(|(_, kind)| kind == "message.sending").count() == 1);
    }
    let (sandbox, totals, wallet) = (rig.sandbox_stats().await, rig.totals(campaign).await, rig.wallet().await);
    assert_eq!((sandbox.distinct, sandbox.duplicates), (recipients, 0));
    assert_eq!((totals.sent as u64, totals.failed, totals.uncertain), (recipients, 0, 0));
    assert_eq!((wallet.captured, wallet.reserved), (recipients * 2, 0));
    assert_eq!(wallet.topped_up, wallet.available + wallet.captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_commanded_and_killed_nobody_is_sent_to_twice_and_nobody_is_left_out() {
    let rig = Rig::start_as(Options { sends: false, calls_at_once: 16, ..Options::default() }).await;
    let mut dice = Dice::throw();
    let mut sender = Some(rig.start_sender());
    // Calls are under way whenever something happens.
    rig.faults(json!({
        "latency_ms": { "min": 1, "max": 20 },
        "hang": { "probability": 0.3, "ms": 120 },
        "seed": dice.below(1 << 32)
    }))
    .await;
    let recipients = 120;
    rig.contacts(recipients as u64, |_| true).await;
    let commands = if is_full() { 200 } else { 24 };
    let (mut given, mut kills, mut campaigns) = (0, 0, Vec::new());
    while given < commands {
        let id = rig.start_campaign("Hi {{name}}", recipients as u64).await;
        campaigns.push(id);
        loop {
            let status = rig.campaign(id).await.status;
            if given == commands {
                rig.try_command(id, Command::Resume).await;
                break;
            }
            match status {
                Status::Running => {
                    let further = rig.ended(id).await + dice.below(8) as i64;
                    rig.until_further(id, further.min(recipients)).await;
                }
                Status::Paused => {}
                _ => break,
            }
            let command = match (dice.below(10), status) {
                (0, _) => Command::Cancel,
                (1..=2, _) => Command::Pause { reason: "again".into() },
                (_, Status::Paused) => Command::Resume,
                _ => Command::Pause { reason: "operator".into() },
            };
            rig.try_command(id, command).await;
            given += 1;
            if dice.below(4) == 0 {
                sender.take().expect("one runs").kill();
                sender = Some(rig.start_sender());
                kills += 1;
            }
        }
        let is_over = |status| matches!(status, Status::Completed | Status::Cancelled);
        rig.until_campaign(id, |state| is_over(state.status)).await;
        rig.until_settled().await;
    }
    // Who was being called when a sender died is known by the receipts, where the provider had it.
    rig.until_receipts_are_told().await;
    rig.until_true("everything that was taken is known and paid", async || {
        let mut sent = 0;
        for id in &campaigns {
            sent += rig.totals(*id).await.sent;
        }
        rig.sandbox_stats().await.distinct as i64 == sent && rig.wallet().await.captured as i64 == sent * 2
    })
    .await;

    let sandbox = rig.sandbox_stats().await;
    assert_eq!(sandbox.duplicates, 0, "after {given} commands and {kills} kills");
    let mut sent = 0;
    for id in campaigns {
        let (totals, state) = (rig.totals(id).await, rig.campaign(id).await);
        sent += totals.sent;
        let lives = rig.lives(Some(id)).await;
        if state.status == Status::Cancelled {
            // Who was not enrolled yet is nobody's message.
            assert!(
                totals.failed == 0 && totals.sent + totals.cancelled + totals.uncertain <= recipients,
                "{totals:?}"
            );
            continue;
        }
        assert_eq!((lives.len() as i64, totals.sent + totals.uncertain), (recipients, recipients), "{totals:?}");
        let completed = rig.completed_at(id).await;
        assert_eq!(completed.len(), 1);
        for (message, events) in lives {
            let open = ["message.dispatched", "message.sending", "message.retry_scheduled", "message.reconciled"];
            let last = events.iter().rfind(|(position, _)| *position < completed[0]).map(|(_, kind)| kind.as_str());
            assert!(last.is_some_and(|kind| !open.contains(&kind)), "{message} was open: {events:?}");
        }
    }
    assert_eq!(sandbox.distinct as i64, sent, "somebody has a message that the log does not know of");
    let wallet = rig.wallet().await;
    assert_eq!(wallet.captured as i64, sent * 2);
    assert_eq!(wallet.topped_up, wallet.available + wallet.reserved + wallet.captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_asks_for_an_hour_gets_it_and_no_message_is_lost() {
    let rig = Rig::start().await;
    rig.faults(json!({ "throttle": { "probability": 1.0, "retry_after_s": 3_600 } })).await;
    let contacts = rig.contacts(60, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    for number in &rig.profiles {
        rig.until_profile(*number, |state| state.cooled_down_until.is_some()).await;
    }
    rig.faults(json!({})).await;
    // Before the hour is over nothing goes, however often somebody looks.
    for minutes in [30, 29, 2] {
        rig.advance(TimeDelta::minutes(minutes));
        rig.until_deliveries_are_read().await;
    }
    rig.until(campaign, Status::Completed).await;
    assert_eq!((rig.totals(campaign).await.sent, rig.sandbox_stats().await.duplicates), (60, 0));

    let mut told: HashMap<String, DateTime<Utc>> = HashMap::new();
    for (at, failed) in rig.happened("message.failed").await {
        assert_eq!(failed["refusal"]["class"], "throttle", "{failed}");
        if failed["refusal"]["code"] != "not_called" {
            told.entry(failed["profile_id"].to_string()).or_insert(at);
        }
    }
    assert_eq!(told.len(), 3);
    let wait = TimeDelta::hours(1);
    for (at, sent) in rig.happened("message.sent").await {
        let told = told[&sent["profile_id"].to_string()];
        assert!(at - told >= wait && at - told <= wait * 11 / 10, "told at {told}, sent at {at}");
    }
}
