//! How a device takes a send: from then on it counts, and its webhooks will come.

use std::collections::HashSet;

use rand::Rng;
use sha2::{Digest, Sha256};

use crate::devices::content::{is_group, phone_of};
use crate::devices::device::{ECHO, Sent};
use crate::devices::habits::{shaped, shuffle};
use crate::devices::mail::{About, End};
use crate::devices::{Card, Content, Device, Inner, Message, Provider};
use crate::receipts::plan;
use crate::state::Sandbox;

/// The code of a send to somebody who is not on WhatsApp.
pub const NOT_ON_WHATSAPP: u32 = 131_026;
/// The code of a send to a group the phone is not in.
pub const NOT_IN_GROUP: u32 = 131_201;
/// The code of a send from a number that is suspected of spam.
pub const SPAM: u32 = 131_048;

/// A send that is about to be taken.
pub struct Order {
    /// The bare id, when the caller chose it.
    pub id: Option<String>,
    pub chat: String,
    pub content: Content,
    /// It fails as one to a number that is not on WhatsApp, whatever the number.
    pub undeliverable: bool,
}

/// A send that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub index: u32,
    pub message: Message,
}

impl Sandbox {
    /// Takes a send. A journal that cannot be written takes nothing.
    pub(crate) fn take(&self, device: &Device, order: Order) -> std::io::Result<Taken> {
        let faults = self.faults_for(&device.number_id);
        let behaviour = self.behaviour();
        let mut planned = plan(&behaviour, &faults, &mut *self.dice());
        if behaviour.shuffled > 0.0 && self.dice().random_bool(behaviour.shuffled) {
            shuffle(&mut planned, &mut *self.dice());
        }
        let now_ms = self.clock.now_ms();
        let mut inner = device.lock();
        if let Some(index) = order.id.as_ref().and_then(|id| inner.by_id.get(id)).copied() {
            let message = inner.sends[index as usize].message.clone();
            return Ok(Taken { index, message });
        }
        let to = phone_of(&order.chat);
        let trouble = if order.undeliverable || to.is_some_and(|to| !self.is_on_whatsapp(to)) {
            Some(NOT_ON_WHATSAPP)
        } else if is_group(&order.chat) && inner.card.group(&order.chat).is_none() {
            Some(NOT_IN_GROUP)
        } else if inner.card.state == "yellowCard" {
            Some(SPAM)
        } else {
            None
        };
        let plan = shaped(&inner.card, planned, trouble, &faults);
        let delay_ms = spacing_ms(&inner.card);
        let leaves_ms = if delay_ms == 0 { now_ms } else { now_ms.max(inner.last_leaves_ms + delay_ms) };
        inner.last_leaves_ms = leaves_ms;
        let fingerprint = match &order.id {
            Some(id) => digest(&[b"id", id.as_bytes()]),
            None => digest(&[order.chat.as_bytes(), b"\0", &serde_json::to_vec(&order.content)?]),
        };
        let message = Message {
            id: order.id.unwrap_or_else(|| message_id(device.provider)),
            chat: order.chat,
            author: None,
            name: Some(inner.card.name.clone()),
            from_me: true,
            by_api: true,
            at_ms: now_ms,
            content: order.content,
        };
        let sent =
            Sent { message: message.clone(), to, leaves_ms, plan, settled: 0, state: None, code: 0, scheduled: false };
        if let Some(journal) = self.journal().as_mut() {
            journal.taken(device.provider, &device.number_id, &sent, fingerprint)?;
        }
        let index = count(device, &mut inner, sent, fingerprint);
        if leaves(&inner.card) {
            self.schedule(device, &mut inner, index);
        }
        drop(inner);
        device.changed.notify_one();
        Ok(Taken { index, message })
    }

    /// Puts what a send still owes on its way.
    fn schedule(&self, device: &Device, inner: &mut Inner, index: u32) {
        inner.sends[index as usize].scheduled = true;
        let sent = inner.sends[index as usize].clone();
        if !sent.is_settled(ECHO) {
            for (event, body) in self.echoes(&inner.card, &sent.message) {
                inner.post(sent.leaves_ms, event, Some(body), About::Echo { send: index });
            }
        }
        for (slot, receipt) in sent.plan.iter().enumerate() {
            let slot = u8::try_from(slot).expect("a send has a handful of receipts");
            if sent.is_settled(slot) {
                continue;
            }
            let due_ms = sent.leaves_ms + u64::from(receipt.due_ms);
            let happened_ms = due_ms.saturating_sub(u64::from(receipt.lag_ms));
            let about = About::Receipt { send: index, slot, status: receipt.status, code: receipt.code };
            let told = match device.provider {
                Provider::GreenApi => crate::green::webhooks::receipt(&inner.card, &sent, receipt, happened_ms),
                Provider::Waha => crate::waha::webhooks::receipt(&inner.card, &sent, receipt, happened_ms),
                Provider::Zentra => None,
            };
            match told {
                Some((event, body)) => inner.post(due_ms, event, Some(body), about),
                None => inner.post(due_ms, "", None, about),
            }
        }
    }

    fn echoes(&self, card: &Card, message: &Message) -> Vec<(&'static str, serde_json::Value)> {
        match card.provider {
            Provider::GreenApi => crate::green::webhooks::message(card, message).into_iter().collect(),
            Provider::Waha => crate::waha::webhooks::message(card, message),
            Provider::Zentra => Vec::new(),
        }
    }

    /// What waited for the device to work leaves now.
    pub(crate) fn release(&self, device: &Device, inner: &mut Inner) {
        let now_ms = self.clock.now_ms();
        for index in 0..inner.sends.len() {
            if !inner.sends[index].scheduled && inner.sends[index].owes() {
                inner.sends[index].leaves_ms = inner.sends[index].leaves_ms.max(now_ms);
                self.schedule(device, inner, index as u32);
            }
        }
    }

    /// What has not left yet never will: its receipts are not owed any more.
    pub(crate) fn drop_waiting(&self, device: &Device) {
        let now_ms = self.clock.now_ms();
        let mut inner = device.lock();
        inner.last_leaves_ms = now_ms;
        let mut dropped = HashSet::new();
        for index in 0..inner.sends.len() {
            let sent = &inner.sends[index];
            if sent.owes() && (!sent.scheduled || sent.leaves_ms > now_ms) {
                dropped.insert(index as u32);
            }
        }
        inner.mail.retain(|letter| match letter.0.about {
            About::Echo { send } | About::Receipt { send, .. } => !dropped.contains(&send),
            _ => true,
        });
        for index in dropped {
            let slots = inner.sends[index as usize].plan.len();
            for slot in
                (0..slots as u8).filter(|slot| !inner.sends[index as usize].is_settled(*slot)).collect::<Vec<_>>()
            {
                device.counts.receipts_pending.subtract(1);
                self.settle_slot(device, &mut inner, index, slot, End::Dropped);
            }
            self.settle_slot(device, &mut inner, index, ECHO, End::Dropped);
            inner.sends[index as usize].scheduled = true;
        }
    }

    /// Puts on its way what was owed when the journal ended.
    pub(crate) fn resume(&self, device: &Device) {
        let mut inner = device.lock();
        if !leaves(&inner.card) {
            return;
        }
        for index in 0..inner.sends.len() {
            if inner.sends[index].owes() {
                self.schedule(device, &mut inner, index as u32);
            }
        }
    }
}

impl Sent {
    /// Something of it is still to be told.
    pub fn owes(&self) -> bool {
        let all = (0..self.plan.len()).all(|slot| self.is_settled(slot as u8));
        !all || !self.is_settled(ECHO)
    }
}

/// Counts a send that was taken, now or before a restart.
pub fn count(device: &Device, inner: &mut Inner, sent: Sent, fingerprint: [u8; 16]) -> u32 {
    device.counts.accepted.add(1);
    let open = (0..sent.plan.len()).filter(|slot| !sent.is_settled(*slot as u8)).count();
    device.counts.receipts_pending.add(open as u64);
    let (index, new) = inner.add(sent, fingerprint);
    if new {
        device.counts.distinct.add(1);
    }
    index
}

/// Whether sends leave in the device's state; Green API keeps them until they can.
fn leaves(card: &Card) -> bool {
    card.works() || card.state == "yellowCard" || card.provider != Provider::GreenApi
}

/// The pause between two sends that the device's settings ask for.
fn spacing_ms(card: &Card) -> u64 {
    match card.provider {
        Provider::GreenApi => card.settings["delaySendMessagesMilliseconds"].as_u64().unwrap_or(0),
        _ => 0,
    }
}

fn message_id(provider: Provider) -> String {
    let random = hex::encode_upper(uuid::Uuid::new_v4().into_bytes());
    match provider {
        Provider::GreenApi => format!("BAE5{}", &random[..12]),
        Provider::Waha => new_message_id(),
        Provider::Zentra => uuid::Uuid::new_v4().to_string(),
    }
}

/// An id as WhatsApp's own clients make them.
pub fn new_message_id() -> String {
    let random = hex::encode_upper(uuid::Uuid::new_v4().into_bytes());
    format!("3EB0{}", &random[..18])
}

fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize()[..16]);
    short
}
