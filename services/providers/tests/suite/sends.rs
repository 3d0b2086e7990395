//! What becomes of one message.

use std::collections::BTreeSet;
use std::time::Duration;

use waybill_domain::provider::{ErrorClass, ProviderKind, Receipts, Refusal};
use waybill_providers::{Notice, Outcome, ReceiptStatus};
use waybill_sandbox::{Delay, Faults, Reject, Throttle};

use crate::rig::{Rig, provider, text};

pub async fn an_accepted_message_is_taken_once_and_its_receipts_name_it(rig: &mut Rig) {
    rig.faults(Faults::default());
    let outgoing = text();
    let before = rig.taken().await;
    let outcome = rig.provider.send(&rig.account, &outgoing).await;
    let Outcome::Accepted { provider_message_id: id } = outcome else { panic!("not accepted: {outcome:?}") };
    assert_eq!(rig.taken().await, before + 1);
    if let Some(own) = rig.provider.own_id(&rig.account, &outgoing) {
        assert_eq!(id, own);
    }
    if rig.abilities().receipts == Receipts::None {
        return;
    }
    let number_id = rig.account.number_id.clone();
    let echoes_ours = matches!(rig.kind, ProviderKind::CloudApi | ProviderKind::Sandbox);
    let correlation = echoes_ours.then_some(outgoing.message_id);
    let mut seen = BTreeSet::new();
    rig.notice(|notice| {
        if let Notice::Receipt { number_id: of, provider_message_id, correlation: told, status, error, .. } = notice {
            assert_eq!((of, provider_message_id, told, error), (number_id.clone(), id.clone(), correlation, None));
            seen.insert(format!("{status:?}"));
            return (status == ReceiptStatus::Read).then_some(());
        }
        None
    })
    .await;
    assert!(seen.iter().all(|status| ["Sent", "Delivered", "Read"].contains(&status.as_str())), "{seen:?}");
}

async fn refused(rig: &Rig, faults: Faults) -> Refusal {
    rig.faults(faults);
    let before = rig.taken().await;
    let outcome = rig.provider.send(&rig.account, &text()).await;
    assert_eq!(rig.taken().await, before);
    rig.faults(Faults::default());
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

pub async fn a_refused_message_is_not_taken(rig: &mut Rig) {
    let throttle = Some(Throttle { probability: 1.0, retry_after_s: 3 });
    let refusal = refused(rig, Faults { throttle, ..Faults::default() }).await;
    assert_eq!((refusal.class, refusal.retry_after_ms), (ErrorClass::Throttle, Some(3_000)));
    let refusal = refused(rig, Faults { ban: 1.0, ..Faults::default() }).await;
    assert_eq!(refusal.class, ErrorClass::Ban, "{refusal:?}");
    let refusal = refused(rig, Faults { logged_out: 1.0, ..Faults::default() }).await;
    // Without a device it is the token that ended.
    let is_device = !matches!(rig.kind, ProviderKind::CloudApi | ProviderKind::Sandbox);
    assert_eq!(refusal.class, if is_device { ErrorClass::Session } else { ErrorClass::Auth }, "{refusal:?}");
    let outcome = rig.provider.send(&rig.stranger(), &text()).await;
    assert!(matches!(&outcome, Outcome::Refused(refusal) if refusal.class == ErrorClass::Auth), "{outcome:?}");
}

pub async fn an_unreachable_number_is_refused_or_fails_later(rig: &mut Rig) {
    let reject = Some(Reject { probability: 1.0, code: 131_026 });
    rig.faults(Faults { reject, ..Faults::default() });
    let before = rig.taken().await;
    let outcome = rig.provider.send(&rig.account, &text()).await;
    rig.faults(Faults::default());
    match outcome {
        Outcome::Refused(refusal) => {
            assert_eq!(refusal.class, ErrorClass::Number, "{refusal:?}");
            assert_eq!(rig.taken().await, before);
        }
        // This engine loses what it could tell of such a message: that nothing is told means nothing.
        Outcome::Accepted { .. } if rig.account.setting("engine") == Some("NOWEB") => {}
        Outcome::Accepted { provider_message_id: id } => {
            let failed = rig.notice(|notice| match notice {
                Notice::Receipt { provider_message_id, status: ReceiptStatus::Failed, error, .. }
                    if provider_message_id == id =>
                {
                    Some(error.expect("a failure has a class"))
                }
                _ => None,
            });
            let refusal = failed.await;
            // Some give no reason.
            assert!(matches!(refusal.class, ErrorClass::Number | ErrorClass::Retry), "{refusal:?}");
        }
        Outcome::Unknown { reason } => panic!("unknown: {reason}"),
    }
}

pub async fn what_may_have_been_taken_is_unknown(rig: &mut Rig) {
    let none = Faults::default;
    let troubles = [
        (Faults { error_before: 1.0, ..none() }, 0),
        (Faults { error_after: 1.0, ..none() }, 1),
        (Faults { hang: Some(Delay { probability: 1.0, ms: 60_000 }), ..none() }, 1),
        (Faults { reset_before: 1.0, ..none() }, 0),
        (Faults { reset: 1.0, ..none() }, 1),
    ];
    for (faults, taken) in troubles {
        rig.faults(faults.clone());
        let before = rig.taken().await;
        // Only who waits for an answer that does not come waits in vain.
        let waits = Duration::from_secs(if faults.hang.is_some() { 2 } else { 20 });
        let outcome = provider(rig.kind, waits).send(&rig.account, &text()).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{faults:?} led to {outcome:?}");
        assert_eq!(rig.taken().await, before + taken, "{faults:?}");
    }
    rig.faults(none());
}

pub async fn no_connection_is_a_refusal_to_retry(rig: &Rig) {
    let outcome = rig.provider.send(&rig.nobody(), &text()).await;
    let expected = (ErrorClass::Retry, "connect_refused");
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if (refusal.class, refusal.code.as_str()) == expected),
        "{outcome:?}"
    );
}
