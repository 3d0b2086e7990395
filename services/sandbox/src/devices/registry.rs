//! All devices, and what the control side does to them.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use crate::devices::mail::run;
use crate::devices::{Callback, Card, Device, Provider};
use crate::state::Sandbox;

/// The devices by provider and number id. They are added, never removed.
#[derive(Default)]
pub struct Devices(RwLock<BTreeMap<(Provider, String), Arc<Device>>>);

impl Devices {
    pub fn get(&self, provider: Provider, number_id: &str) -> Option<Arc<Device>> {
        let all = self.0.read().expect("no holder of this lock panics");
        all.get(&(provider, number_id.to_owned())).cloned()
    }

    pub fn all(&self) -> Vec<Arc<Device>> {
        self.0.read().expect("no holder of this lock panics").values().cloned().collect()
    }

    /// The device, and whether it is new.
    pub fn get_or_add(&self, provider: Provider, number_id: &str, card: impl FnOnce() -> Card) -> (Arc<Device>, bool) {
        if let Some(device) = self.get(provider, number_id) {
            return (device, false);
        }
        let mut all = self.0.write().expect("no holder of this lock panics");
        let mut new = false;
        let device = all.entry((provider, number_id.to_owned())).or_insert_with(|| {
            new = true;
            Arc::new(Device::new(card()))
        });
        (device.clone(), new)
    }
}

impl Sandbox {
    /// The device of this number, made when nobody knows it.
    pub(crate) fn device(self: &Arc<Self>, provider: Provider, number_id: &str) -> Arc<Device> {
        let make = || {
            let mut card = Card::new(provider, number_id);
            card.engine = self.linking().engine;
            card
        };
        let (device, new) = self.devices.get_or_add(provider, number_id, make);
        if new {
            self.begin(&device);
            self.tick(&device);
            self.spawn(run(self.clone(), device.clone()));
        }
        device
    }

    /// Starts what a restored journal brought back.
    pub(crate) fn wake_devices(self: &Arc<Self>) {
        for device in self.devices.all() {
            self.begin(&device);
            self.resume(&device);
            self.spawn(run(self.clone(), device));
        }
    }

    /// Changes a device's card and keeps it.
    pub(crate) fn change_card<T>(&self, device: &Device, change: impl FnOnce(&mut Card) -> T) -> T {
        let mut inner = device.lock();
        let answer = change(&mut inner.card);
        self.keep_card(&inner.card);
        drop(inner);
        device.moved.notify_waiters();
        device.changed.notify_one();
        answer
    }

    pub(crate) fn keep_card(&self, card: &Card) {
        if let Some(journal) = self.journal().as_mut()
            && let Err(error) = journal.card(card)
        {
            tracing::error!(%error, "the journal cannot be written, so a restart forgets this change of a device");
        }
    }

    pub(crate) fn register_device(self: &Arc<Self>, provider: Provider, number_id: &str, callback: Callback) {
        let device = self.device(provider, number_id);
        self.change_card(&device, |card| card.callback = callback);
    }
}
