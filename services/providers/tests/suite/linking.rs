//! Devices linked by a code.

use serde_json::json;
use waybill_domain::provider::ErrorClass;
use waybill_providers::{Account, Code, Notice, SessionState};

use crate::rig::{Rig, text};

/// From nothing to a number that sends: start, code, scan.
pub async fn link(rig: &mut Rig) {
    let provider = rig.provider.clone();
    let linking = provider.linking().expect("it links by a code");
    linking.start(&rig.account, &rig.callback).await.expect("starts");
    let png = loop {
        match linking.code(&rig.account).await.expect("a code or not yet") {
            Code::Png(png) => break png,
            Code::NotYet => tokio::task::yield_now().await,
            other => panic!("unexpected code {other:?}"),
        }
    };
    assert!(png.starts_with(b"\x89PNG"));
    let session = linking.state(&rig.account).await.expect("a state");
    assert_eq!(session.state, SessionState::WaitingForScan);
    if let Some(engine) = rig.account.setting("engine") {
        assert_eq!(session.engine.as_deref(), Some(engine));
    }
    rig.order(&rig.device("scan"), json!({ "phone": "+4915100000001", "name": "Market" })).await;
    let phone = rig.notice(|notice| match notice {
        Notice::Session { state: SessionState::Linked { phone, .. }, .. } => Some(phone),
        _ => None,
    });
    assert_eq!(phone.await.as_deref(), Some("+4915100000001"));
    let session = linking.state(&rig.account).await.expect("a state");
    assert!(
        matches!(&session.state, SessionState::Linked { phone: Some(phone), .. } if phone == "+4915100000001"),
        "{session:?}"
    );
    assert_eq!(linking.code(&rig.account).await, Ok(Code::Linked));
    // Once more changes nothing.
    let again = linking.start(&rig.account, &rig.callback).await.expect("starts");
    assert!(matches!(again.state, SessionState::Linked { .. }), "{again:?}");
    let refusal = linking.state(&rig.stranger()).await.expect_err("a stranger");
    assert_eq!(refusal.class, ErrorClass::Auth);
}

/// What happens to a link, and its end.
pub async fn states_are_told_and_the_link_ends(rig: &mut Rig) {
    let provider = rig.provider.clone();
    let linking = provider.linking().expect("it links by a code");
    let is_green = rig.abilities().keeps_media;
    let broken = if is_green { "yellowCard" } else { "FAILED" };
    rig.order(&rig.device("state"), json!({ "state": broken })).await;
    let state = rig.notice(|notice| match notice {
        Notice::Session { state: state @ (SessionState::Restricted { .. } | SessionState::Failed { .. }), .. } => {
            Some(state)
        }
        _ => None,
    });
    let told = state.await;
    assert_eq!(linking.state(&rig.account).await.expect("a state").state, told);
    linking.restart(&rig.account).await.expect("restarts");
    rig.notice(|notice| matches!(notice, Notice::Session { state: SessionState::Linked { .. }, .. }).then_some(()))
        .await;
    linking.log_out(&rig.account).await.expect("logs out");
    let unlinked = |state: &SessionState| {
        matches!(state, SessionState::Unlinked { .. } | SessionState::WaitingForScan | SessionState::Stopped)
    };
    rig.notice(|notice| match notice {
        Notice::Session { state, .. } if unlinked(&state) => Some(()),
        _ => None,
    })
    .await;
    linking.log_out(&rig.account).await.expect("logging out twice changes nothing");
    let gone = Account { number_id: format!("{}9", rig.account.number_id), ..rig.account.clone() };
    let state = linking.state(&gone).await.expect("a state").state;
    assert!(unlinked(&state), "{state:?}");
    // Without a device a message is refused until there is one again, or waits for it.
    let outcome = rig.provider.send(&rig.account, &text()).await;
    match outcome {
        waybill_providers::Outcome::Refused(refusal) => assert_eq!(refusal.class, ErrorClass::Session, "{refusal:?}"),
        waybill_providers::Outcome::Accepted { .. } => assert!(is_green),
        waybill_providers::Outcome::Unknown { reason } => panic!("unknown: {reason}"),
    }
}
