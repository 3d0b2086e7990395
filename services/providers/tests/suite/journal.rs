//! What was sent, asked afterwards.

use chrono::{TimeDelta, Utc};
use waybill_providers::{Content, Outcome, Outgoing};
use waybill_sandbox::Faults;

use crate::rig::{PERSON, Rig, text};

fn words(outgoing: &Outgoing) -> &str {
    match &outgoing.content {
        Content::Text { body, .. } => body,
        _ => "",
    }
}

pub async fn what_was_sent_can_be_asked(rig: &Rig) {
    let journal = rig.provider.journal().expect("it has a journal");
    let since = Utc::now() - TimeDelta::minutes(1);
    let known = text();
    let outcome = rig.provider.send(&rig.account, &known).await;
    let Outcome::Accepted { provider_message_id: id } = outcome else { panic!("{outcome:?}") };
    // One that was taken without our knowing.
    let unknown = text();
    rig.faults(Faults { reset: 1.0, ..Faults::default() });
    let outcome = rig.provider.send(&rig.account, &unknown).await;
    rig.faults(Faults::default());
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    let entries = journal.sent_to(&rig.account, PERSON, since).await.expect("entries");
    let found = |outgoing: &Outgoing| {
        let mut fitting = entries.iter().filter(|entry| entry.text.as_deref() == Some(words(outgoing)));
        let entry = fitting.next().expect("it is in the journal");
        assert!(fitting.next().is_none(), "it is there once");
        assert_eq!(entry.to.as_deref(), Some(PERSON));
        entry.provider_message_id.clone()
    };
    assert_eq!(found(&known), id);
    let settled = found(&unknown);
    if let Some(own) = rig.provider.own_id(&rig.account, &unknown) {
        assert_eq!(settled, own);
    }
    let never = text();
    assert!(entries.iter().all(|entry| entry.text.as_deref() != Some(words(&never))));
    let others = journal.sent_to(&rig.account, "+4915199999999", since).await.expect("entries");
    assert_eq!(others, Vec::new());
}
