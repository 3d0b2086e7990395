//! How a device gets from one state to the next: codes, scans, starts, and what people order.

use std::sync::Arc;

use uuid::Uuid;

use crate::devices::device::{Code, Timer};
use crate::devices::mail::About;
use crate::devices::{Device, Inner, Provider};
use crate::state::Sandbox;

/// How many states a device remembers.
const HISTORY_LIMIT: usize = 10;

impl Sandbox {
    /// Sets the timers of a device that was just made or brought back.
    pub(crate) fn begin(&self, device: &Device) {
        let mut inner = device.lock();
        let state = inner.card.state.clone();
        inner.history.push_back((state, self.clock.now_ms()));
        self.enter(&mut inner);
    }

    /// Brings a device into a state; webhooks and timers follow.
    pub(crate) fn set_state(&self, device: &Device, state: &str) {
        let mut inner = device.lock();
        self.go(device, &mut inner, state);
        drop(inner);
        device.changed.notify_one();
    }

    pub(crate) fn go(&self, device: &Device, inner: &mut Inner, state: &str) {
        let now_ms = self.clock.now_ms();
        let changed = inner.card.state != state;
        inner.card.state = state.to_owned();
        if inner.card.works() || state == "yellowCard" {
            inner.card.linked = true;
        } else if state == inner.card.provider.scanning_state() {
            inner.card.linked = false;
        }
        self.keep_card(&inner.card);
        if changed {
            inner.history.push_back((state.to_owned(), now_ms));
            if inner.history.len() > HISTORY_LIMIT {
                inner.history.pop_front();
            }
            inner.code = None;
            self.enter(inner);
            self.tell_state(inner, now_ms);
        }
        if inner.card.works() {
            self.release(device, inner);
        }
    }

    /// What begins with a state.
    fn enter(&self, inner: &mut Inner) {
        inner.timers.clear();
        let linking = self.linking();
        let now_ms = self.clock.now_ms();
        let card = &inner.card;
        if !card.exists {
            return;
        }
        match (card.provider, card.state.as_str()) {
            (Provider::GreenApi, "starting") | (Provider::Waha, "STARTING") => {
                inner.timers.push((now_ms + linking.start_ms, Timer::Started));
            }
            (provider, state) if state == provider.scanning_state() && provider != Provider::Zentra => {
                inner.code = Some(Code { nonce: nonce(), nth: 1, run_out_until_ms: None });
                inner.timers.push((now_ms + linking.code_ms, Timer::NextCode));
                if let Some(after_ms) = linking.auto_link_ms {
                    inner.timers.push((now_ms + after_ms, Timer::Scanned));
                }
            }
            _ => {}
        }
    }

    /// The settings of linking changed while this device waits for a scan.
    pub(crate) fn relink(&self, device: &Device) {
        let mut inner = device.lock();
        if inner.code.is_some() {
            let now_ms = self.clock.now_ms();
            let linking = self.linking();
            inner.timers = vec![(now_ms + linking.code_ms, Timer::NextCode)];
            if let Some(after_ms) = linking.auto_link_ms {
                inner.timers.push((now_ms + after_ms, Timer::Scanned));
            }
        }
        drop(inner);
        device.changed.notify_one();
    }

    /// Does what is due and tells when to look again.
    pub(crate) fn tick(&self, device: &Device) -> Option<u64> {
        let now_ms = self.clock.now_ms();
        let mut inner = device.lock();
        while let Some(place) = inner.timers.iter().position(|(at_ms, _)| *at_ms <= now_ms) {
            let (_, timer) = inner.timers.swap_remove(place);
            match timer {
                Timer::Started => {
                    let provider = inner.card.provider;
                    let next = if inner.card.linked { provider.linked_state() } else { provider.scanning_state() };
                    self.go(device, &mut inner, next);
                }
                Timer::Scanned => self.scanned(device, &mut inner),
                Timer::NextCode => self.next_code(device, &mut inner, now_ms),
            }
        }
        inner.timers.iter().map(|(at_ms, _)| *at_ms).min()
    }

    fn next_code(&self, device: &Device, inner: &mut Inner, now_ms: u64) {
        let linking = self.linking();
        let nth = inner.code.as_ref().map_or(0, |code| code.nth) + 1;
        if inner.card.provider == Provider::Waha && nth > linking.codes {
            self.go(device, inner, "FAILED");
            return;
        }
        inner.code = Some(Code { nonce: nonce(), nth, run_out_until_ms: None });
        inner.timers.push((now_ms + linking.code_ms, Timer::NextCode));
        if inner.card.provider == Provider::Waha {
            self.tell_state(inner, now_ms);
        }
    }

    fn scanned(&self, device: &Device, inner: &mut Inner) {
        inner.card.linked = true;
        // Green API's instances start anew with the phone's keys, unless nobody is to wait at all.
        let next = match inner.card.provider {
            Provider::GreenApi if self.linking().auto_link_ms != Some(0) => "starting",
            provider => provider.linked_state(),
        };
        self.go(device, inner, next);
    }

    /// A phone scans the present code.
    pub(crate) fn scan(&self, device: &Device, phone: Option<String>, name: Option<String>) -> Result<(), String> {
        let mut inner = device.lock();
        if inner.card.state != inner.card.provider.scanning_state() || inner.code.is_none() {
            return Err(format!("there is no code to scan while the state is {}", inner.card.state));
        }
        if inner.code.as_ref().is_some_and(|code| code.run_out_until_ms.is_some()) {
            return Err("the codes have run out".into());
        }
        if let Some(phone) = phone {
            inner.card.phone = phone;
        }
        if let Some(name) = name {
            inner.card.name = name;
        }
        self.scanned(device, &mut inner);
        drop(inner);
        device.changed.notify_one();
        Ok(())
    }

    /// The codes run out.
    pub(crate) fn expire(&self, device: &Device) {
        let mut inner = device.lock();
        match inner.card.provider {
            Provider::Waha if inner.code.is_some() => self.go(device, &mut inner, "FAILED"),
            Provider::GreenApi => {
                let until_ms = self.clock.now_ms() + self.linking().code_ms;
                if let Some(code) = &mut inner.code {
                    code.run_out_until_ms = Some(until_ms);
                    inner.timers = vec![(until_ms, Timer::NextCode)];
                }
            }
            _ => {}
        }
        drop(inner);
        device.changed.notify_one();
    }

    /// What the present code says.
    pub(crate) fn code_text(inner: &Inner) -> Option<String> {
        let code = inner.code.as_ref().filter(|code| code.run_out_until_ms.is_none())?;
        Some(format!("sandbox://link/{}/{}", inner.card.path(), code.nonce))
    }

    fn tell_state(&self, inner: &mut Inner, now_ms: u64) {
        match inner.card.provider {
            Provider::GreenApi => {
                for (event, body) in crate::green::webhooks::state_changes(&inner.card, now_ms) {
                    inner.post(now_ms, event, Some(body), About::Device);
                }
            }
            Provider::Waha => {
                let body = crate::waha::webhooks::session_status(inner, now_ms);
                inner.post(now_ms, "session.status", Some(body), About::Device);
            }
            Provider::Zentra => {}
        }
    }

    /// Starts a device again, keeping the phone's keys.
    pub(crate) fn restart_device(self: &Arc<Self>, device: &Device) {
        let starting = if device.provider == Provider::Waha { "STARTING" } else { "starting" };
        let mut inner = device.lock();
        if inner.card.state == starting {
            inner.timers.clear();
            self.enter(&mut inner);
        } else {
            self.go(device, &mut inner, starting);
        }
        drop(inner);
        device.changed.notify_one();
    }
}

fn nonce() -> String {
    Uuid::new_v4().simple().to_string()
}
