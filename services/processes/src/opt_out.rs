//! Opt-out: a person who writes STOP is not written to by campaigns any more.
//!
//! Reacts to `conversation.inbound_received`. The words are the ones people are told to use, in the languages of our
//! users; the whole message has to be the word, so that "please don't stop" is not taken for one. What somebody says to a
//! group is not said to the business.

use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::contact::{Command, Contact};
use waybill_domain::conversation;
use waybill_domain::envelope::Recorded;
use waybill_event_store::{Decision, EventStore};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/opt-out";

const WORDS: [&str; 20] = [
    "stop",
    "stopp",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "opt out",
    "optout",
    "opt-out",
    "berhenti",
    "stop promosi",
    "batal",
    "baja",
    "alto",
    "parar",
    "sair",
    "abmelden",
    "توقف",
    "إلغاء",
    "stop all",
];

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(2_000) => react(&context, &mut subscription, events?).await?,
        }
    }
}

async fn react(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let mut inbound: Vec<Recorded> = events
        .iter()
        .filter(|event| event.is("conversation.inbound_received"))
        .map(|event| event.as_ref().clone())
        .collect();
    context.store.keys.open(&mut inbound).await?;
    let mut decisions: HashMap<Uuid, Decision<Contact>> = HashMap::new();
    for recorded in inbound {
        let Some(conversation::Event::InboundReceived(it)) = recorded.decode()? else { continue };
        if it.in_group {
            continue;
        }
        let Some(word) = it.said.known().and_then(|said| said.text.as_deref()).and_then(stop_word) else { continue };
        let metadata = context.because_of(&recorded, Actor::process("opt_out"));
        let commands = vec![Command::WithdrawConsent { reason: format!("wrote {word}"), at: it.at }];
        decisions.insert(it.contact_id.0, Decision { id: it.contact_id.0, metadata, commands });
    }
    if decisions.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    let ids: Vec<Uuid> = decisions.keys().copied().collect();
    let states = EventStore::load_many::<Contact>(&mut transaction, &ids).await?;
    let decided = context.store.decide_many_in(&mut transaction, states, decisions.into_values().collect()).await?;
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(decided.position);
    Ok(())
}

/// The opt-out word that a message consists of, if it does.
fn stop_word(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_matches(|c: char| c.is_ascii_punctuation() || c == '।').trim().to_lowercase();
    WORDS.into_iter().find(|word| *word == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_that_is_the_word_opts_out() {
        assert_eq!(stop_word(" STOP! "), Some("stop"));
        assert_eq!(stop_word("Berhenti"), Some("berhenti"));
        assert_eq!(stop_word("please don't stop"), None);
        assert_eq!(stop_word(""), None);
    }
}
