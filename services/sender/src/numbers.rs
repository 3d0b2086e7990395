//! What the log says of numbers: one that was blocked, taken out of use or told to wait is not called any more, also for
//! what was dispatched to it before.
//!
//! Such a message goes back with a refusal that no provider said: another number gets it, or the same one later. A number is
//! loaded when its first message is read, and followed in the log from there.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::ProfileId;
use waybill_domain::profile::{self, Event, IN_A_ROW, Status};
use waybill_domain::provider::{ErrorClass, NOT_CALLED, Refusal};
use waybill_domain::retry;
use waybill_event_store::read::read_streams;
use waybill_runtime::Context;

#[derive(Default)]
pub struct Numbers {
    known: Mutex<HashMap<ProfileId, Number>>,
}

#[derive(Default)]
struct Number {
    version: i64,
    state: profile::State,
    /// As the provider told.
    throttled_until: Option<DateTime<Utc>>,
}

impl Numbers {
    /// Loads those that are not known yet.
    pub async fn learn(&self, context: &Context, numbers: impl Iterator<Item = ProfileId>) -> anyhow::Result<()> {
        let mut new: Vec<Uuid> = {
            let known = self.lock();
            numbers.filter(|id| !known.contains_key(id)).map(|id| id.0).collect()
        };
        if new.is_empty() {
            return Ok(());
        }
        new.sort_unstable();
        new.dedup();
        let mut connection = context.store.database.system.acquire().await?;
        let events = read_streams(&mut connection, &new).await?;
        let mut loaded: HashMap<ProfileId, Number> =
            new.into_iter().map(|id| (ProfileId(id), Number::default())).collect();
        for event in &events {
            if let Some(number) = loaded.get_mut(&ProfileId(event.stream_id)) {
                number.fold(event)?;
            }
        }
        let mut known = self.lock();
        for (id, number) in loaded {
            // The other line may have been faster.
            let kept = known.entry(id).or_default();
            if kept.version < number.version {
                *kept = number;
            }
        }
        Ok(())
    }

    /// An event of the log, which both lines read.
    pub fn hear(&self, event: &Recorded) -> anyhow::Result<()> {
        if event.category != "profile" {
            return Ok(());
        }
        match self.lock().get_mut(&ProfileId(event.stream_id)) {
            Some(number) => number.fold(event),
            None => Ok(()),
        }
    }

    /// A provider that asks to be left alone is believed at once, not only when the log says so.
    pub fn told(&self, id: ProfileId, refusal: &Refusal, at: DateTime<Utc>) {
        if let Some(pause) = retry::profile_pause(refusal) {
            let mut known = self.lock();
            let until = &mut known.entry(id).or_default().throttled_until;
            *until = (*until).max(Some(at + pause));
        }
    }

    /// Why the number is not to be called.
    pub fn refusal(&self, id: ProfileId, now: DateTime<Utc>) -> Option<Refusal> {
        let known = self.lock();
        let number = known.get(&id)?;
        let refusal = |class, detail: &str, wait: Option<TimeDelta>| {
            let retry_after_ms = wait.and_then(|wait| u64::try_from(wait.num_milliseconds() + 1).ok());
            Some(Refusal { class, code: NOT_CALLED.into(), detail: detail.into(), retry_after_ms })
        };
        match number.state.status {
            Status::Blocked => return refusal(ErrorClass::Auth, "the number is blocked", None),
            Status::Inactive => return refusal(ErrorClass::Auth, "the number is not active", None),
            Status::Removed => return refusal(ErrorClass::Auth, "the number was removed", None),
            Status::Unknown | Status::Active => {}
        }
        if !number.state.link.is_ready() {
            return refusal(ErrorClass::Session, "the number's device is not linked", None);
        }
        let wait = number.throttled_until.filter(|until| *until > now)? - now;
        refusal(ErrorClass::Throttle, "the provider asked the number to wait", Some(wait))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProfileId, Number>> {
        self.known.lock().expect("nobody panics holding it")
    }
}

impl Number {
    fn fold(&mut self, event: &Recorded) -> anyhow::Result<()> {
        if event.version <= self.version {
            return Ok(());
        }
        self.version = event.version;
        let Some(event) = event.decode::<Event>()? else { return Ok(()) };
        match &event {
            // Its own pause after failures keeps campaigns away, and is no wish of the provider.
            Event::CooledDown(it) if it.code != IN_A_ROW => {
                self.throttled_until = self.throttled_until.max(Some(it.until));
            }
            Event::Activated(_) => self.throttled_until = None,
            _ => {}
        }
        self.state = profile::evolve(std::mem::take(&mut self.state), &event);
        Ok(())
    }
}
