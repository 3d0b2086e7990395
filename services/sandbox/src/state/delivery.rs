//! What the delivering tasks ask of the sandbox: the next parcel, its post, and the account of it.

use std::time::Duration;

use rand::Rng;
use rand::seq::SliceRandom;

use crate::devices::door::wait_for;
use crate::outbox::{Due, Inbound, Parcel};
use crate::profile::Profile;
use crate::state::Sandbox;
use crate::state::directory::default_registration;
use crate::webhook;

impl Sandbox {
    /// The next request's worth of what is due for a number.
    pub(crate) fn take_due(&self, profile: &Profile) -> Option<Parcel> {
        // Under the ledger's lock, so that a reset cannot come between the two.
        let ledger = self.ledger();
        let mut parcel = profile.outbox.take(self.clock.now_ms(), ledger.generation(), self.config.batch_size)?;
        if let Parcel::Receipts { receipts, .. } = &mut parcel {
            let mut dice = self.shuffling.lock().expect("no holder of this lock panics");
            if dice.random_bool(self.behaviour().shuffled) {
                receipts.shuffle(&mut *dice);
            }
        }
        Some(parcel)
    }

    /// Posts one parcel; true when it needs no further attempt.
    pub(crate) async fn post(&self, profile: &Profile, parcel: &Parcel) -> bool {
        let business = self.business_of(&profile.phone_number_id);
        let body = match parcel {
            Parcel::Inbound(Inbound::Messages { contacts, messages }) => {
                webhook::messages_body(business, &profile.phone_number_id, contacts, messages)
            }
            Parcel::Inbound(Inbound::Change { field, value, .. }) => webhook::change_body(business, field, value),
            Parcel::Receipts { generation, receipts } => match self.updates(*generation, receipts) {
                Some(updates) => webhook::statuses_body(business, &profile.phone_number_id, &updates),
                None => return true,
            },
        };
        let registration = profile.registration();
        let request = self
            .client
            .post(&registration.callback_url)
            .header("content-type", "application/json")
            .header(webhook::SIGNATURE_HEADER, webhook::signature(&registration.app_secret, &body))
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                // Read to its end, or the connection cannot be used again.
                let _ = answer.bytes().await;
                true
            }
            Ok(answer) => {
                tracing::debug!(
                    phone_number_id = profile.phone_number_id,
                    status = answer.status().as_u16(),
                    "callback refused a webhook"
                );
                false
            }
            Err(error) => {
                tracing::debug!(phone_number_id = profile.phone_number_id, error = %error.without_url(), "callback cannot be reached");
                false
            }
        }
    }

    fn updates(&self, generation: u64, receipts: &[Due]) -> Option<Vec<webhook::StatusUpdate>> {
        let ledger = self.ledger();
        if ledger.generation() != generation {
            return None;
        }
        let update = |due: &Due| {
            let send = ledger.get(due.send)?;
            Some(webhook::StatusUpdate {
                wamid: send.wamid.to_string(),
                status: due.status,
                code: due.code,
                at: due.at_ms.saturating_sub(u64::from(due.lag_ms)) / 1000,
                to: send.to,
                callback_data: send.key.callback_data(),
            })
        };
        Some(receipts.iter().filter_map(update).collect())
    }

    /// Counts what a callback has taken.
    pub(crate) fn settle(&self, profile: &Profile, parcel: &Parcel) {
        let mut ledger = self.ledger();
        match parcel {
            Parcel::Receipts { generation, .. } if *generation != ledger.generation() => return,
            Parcel::Receipts { receipts, .. } => {
                receipts.iter().for_each(|due| ledger.advance(due.send, due.status));
                profile.counts.receipts_sent.add(receipts.len() as u64);
                profile.counts.receipts_pending.subtract(receipts.len() as u64);
                if let Some(journal) = self.journal().as_mut() {
                    journal.delivered(receipts.iter().map(|due| (due.send, due.slot)));
                }
            }
            Parcel::Inbound(inbound) => {
                let count = inbound.messages();
                profile.counts.inbound_sent.add(count);
                if let Some(journal) = self.journal().as_mut() {
                    journal.inbound(&profile.phone_number_id, count);
                }
            }
        }
        drop(ledger);
        self.journal_changed.notify_one();
        profile.settled.notify_waiters();
    }

    /// The pause after so many attempts that failed.
    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        Duration::from_millis(100 << attempts.clamp(1, 16)).min(self.config.retry_cap)
    }

    /// The business account of a number.
    pub(crate) fn business_of(&self, phone_number_id: &str) -> String {
        self.graph.read().business_of(phone_number_id)
    }

    pub(crate) fn default_callback(&self, phone_number_id: &str) -> String {
        default_registration(&self.config, phone_number_id).callback_url
    }

    /// Whether a number takes this token.
    pub(crate) fn token_fits(&self, phone_number_id: &str, token: &str) -> bool {
        let registration = self.known_profile(phone_number_id).map(|profile| profile.registration());
        registration.is_none_or(|known| known.access_token.as_ref().is_none_or(|expected| expected == token))
    }

    /// Waits until a callback took a receipt of this send.
    pub(crate) async fn until_told(&self, profile: &Profile, index: u32) {
        wait_for(&profile.settled, || self.ledger().get(index).is_none_or(|send| send.state.is_some())).await;
    }
}
