//! Brings a sandbox back to where its journal left it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::devices::mail::End;
use crate::devices::registry::Devices;
use crate::devices::take::count;
use crate::devices::{Card, Device, Provider};
use crate::journal::{Journal, Record};
use crate::ledger::{Ledger, Send};
use crate::outbox::Due;
use crate::state::directory::{Directory, default_registration};

/// Reads the journal, fills directory and ledger from it, and puts the receipts that are still owed
/// into the outboxes.
pub fn restore(
    path: &Path,
    config: &Config,
    directory: &mut Directory,
    ledger: &mut Ledger,
    devices: &Devices,
) -> std::io::Result<Journal> {
    let mut owed: HashMap<u32, Vec<Option<Due>>> = HashMap::new();
    let journal = Journal::open(path, |record| {
        let mut profile = |id: &str| directory.profile(|| default_registration(config, id), id).0;
        match record {
            Record::Registered(registration) => {
                let profile = profile(&registration.phone_number_id);
                *profile.registration.write().expect("no holder of this lock panics") = Arc::new(registration);
            }
            Record::Accepted { phone_number_id, accepted_at_ms, key, wamid, to, plan } => {
                let profile = profile(&phone_number_id);
                let index = ledger.next_index();
                let received_at_us = accepted_at_ms * 1_000;
                ledger.add(Send { key, wamid, to, received_at_us, profile: profile.index, state: None }, &profile);
                if !plan.is_empty() {
                    owed.insert(
                        index,
                        plan.iter()
                            .enumerate()
                            .map(|(slot, receipt)| Some(Due::new(index, slot, accepted_at_ms, receipt)))
                            .collect(),
                    );
                }
            }
            Record::Delivered(receipts) => {
                for (send, slot) in receipts {
                    let Some(slots) = owed.get_mut(&send) else { continue };
                    if let Some(done) = slots.get_mut(usize::from(slot)).and_then(Option::take) {
                        ledger.advance(send, done.status);
                        let place = ledger.get(send).map(|send| send.profile as usize);
                        if let Some(profile) = place.and_then(|place| directory.list.get(place)) {
                            profile.counts.receipts_sent.add(1);
                        }
                    }
                    if slots.iter().all(Option::is_none) {
                        owed.remove(&send);
                    }
                }
            }
            Record::Refused { phone_number_id, count } => match device_at(devices, &phone_number_id) {
                Some(device) => device.counts.refused.add(count),
                None => profile(&phone_number_id).counts.refused.add(count),
            },
            Record::Inbound { phone_number_id, count } => match device_at(devices, &phone_number_id) {
                Some(device) => device.counts.inbound_sent.add(count),
                None => profile(&phone_number_id).counts.inbound_sent.add(count),
            },
            Record::Card(card) => {
                let (device, _) = devices.get_or_add(card.provider, &card.number_id, || (*card).clone());
                device.lock().card = *card;
            }
            Record::Taken { path, sent, fingerprint } => {
                if let Some(device) = device_at(devices, &path) {
                    count(&device, &mut device.lock(), *sent, fingerprint);
                }
            }
            Record::Settled { path, send, slot, end } => {
                if let Some(device) = device_at(devices, &path) {
                    settle(&device, send, slot, end);
                }
            }
        }
    })?;
    for due in owed.into_values().flatten().flatten() {
        let place = ledger.get(due.send).map(|send| send.profile as usize);
        if let Some(profile) = place.and_then(|place| directory.list.get(place)) {
            profile.counts.receipts_pending.add(1);
            profile.outbox.push(std::iter::once(due));
        }
    }
    Ok(journal)
}

/// The device of this path; a number of the Cloud API has none.
fn device_at(devices: &Devices, path: &str) -> Option<Arc<Device>> {
    let (provider, number_id) = path.split_once('/')?;
    let provider = Provider::parse(provider)?;
    Some(devices.get_or_add(provider, number_id, || Card::new(provider, number_id)).0)
}

/// Notes that a webhook of a send is done with.
fn settle(device: &Device, send: u32, slot: u8, end: End) {
    let mut inner = device.lock();
    let Some(sent) = inner.sends.get_mut(send as usize) else { return };
    if sent.is_settled(slot) {
        return;
    }
    sent.settled |= 1 << u32::from(slot);
    if let Some(receipt) = sent.plan.get(usize::from(slot)).copied() {
        if end != End::Dropped {
            sent.state = sent.state.max(Some(receipt.status));
            sent.code = sent.code.max(receipt.code);
        }
        device.counts.receipts_pending.subtract(1);
        if end == End::Told {
            device.counts.receipts_sent.add(1);
        }
    }
}
