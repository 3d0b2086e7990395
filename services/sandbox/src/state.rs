//! The sandbox itself: what the Graph side, the control side and the delivering tasks share.
//!
//! Lock order: ledger, then outbox or journal. The dice and the fault sets are held only to be read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::faults::{Fate, FaultSets, Faults, throw};
use crate::journal::{Journal, Record};
use crate::ledger::{Key, Ledger, Profiles, Send, Wamid};
use crate::outbox::{Due, Parcel, deliver};
use crate::profile::{Profile, Registration};
use crate::receipts::{Behaviour, Planned, plan};
use crate::webhook;

/// Unix milliseconds that never go back, tied to the runtime's clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    started_ms: u64,
}

impl Clock {
    fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is past 1970");
        Self { started: Instant::now(), started_ms: since.as_millis() as u64 }
    }

    pub fn now_ms(&self) -> u64 {
        self.millis(Instant::now())
    }

    pub fn millis(&self, at: Instant) -> u64 {
        self.started_ms + at.saturating_duration_since(self.started).as_millis() as u64
    }

    pub fn instant(&self, at_ms: u64) -> Instant {
        self.started + Duration::from_millis(at_ms.saturating_sub(self.started_ms))
    }
}

/// A running sandbox.
pub struct Sandbox {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) shutdown: CancellationToken,
    tasks: TaskTracker,
    profiles: RwLock<Directory>,
    ledger: Mutex<Ledger>,
    faults: RwLock<FaultSets>,
    behaviour: RwLock<Behaviour>,
    dice: Mutex<StdRng>,
    /// Of the delivering tasks. Apart from the other, whose throws must not depend on when they run.
    shuffling: Mutex<StdRng>,
    journal: Mutex<Option<Journal>>,
    journal_changed: Notify,
    client: reqwest::Client,
}

#[derive(Default)]
struct Directory {
    by_id: HashMap<String, Arc<Profile>>,
    list: Profiles,
}

impl Directory {
    fn profile(&mut self, registration: impl FnOnce() -> Registration, id: &str) -> (Arc<Profile>, bool) {
        if let Some(profile) = self.by_id.get(id) {
            return (profile.clone(), false);
        }
        let index = u32::try_from(self.list.len()).expect("four thousand million numbers do not fit in memory");
        let profile = Arc::new(Profile::new(index, registration()));
        self.list.push(profile.clone());
        self.by_id.insert(id.to_owned(), profile.clone());
        (profile, true)
    }
}

impl Sandbox {
    /// Reads the journal, if there is one, and starts to deliver until `shutdown`. Must be called in
    /// a Tokio runtime.
    pub fn open(config: Config, shutdown: CancellationToken) -> anyhow::Result<Arc<Self>> {
        if let Some(problem) = config.receipts.invalid() {
            anyhow::bail!("the behaviour of receipts is invalid: {problem}");
        }
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(config.callback_timeout)
            .connect_timeout(Duration::from_secs(2))
            .tcp_nodelay(true)
            .pool_max_idle_per_host(config.connections_per_callback)
            .build()
            .context("building the client for callbacks")?;
        let mut directory = Directory::default();
        let mut ledger = Ledger::default();
        let journal = match &config.journal {
            Some(path) => Some(
                replay(path, &config, &mut directory, &mut ledger)
                    .with_context(|| format!("reading the journal {}", path.display()))?,
            ),
            None => None,
        };
        let profiles = directory.list.clone();
        let sandbox = Arc::new(Self {
            clock: Clock::start(),
            // Its own token: a sandbox whose server failed stops alone.
            shutdown: shutdown.child_token(),
            tasks: TaskTracker::new(),
            profiles: RwLock::new(directory),
            ledger: Mutex::new(ledger),
            faults: RwLock::default(),
            behaviour: RwLock::new(config.receipts.clone()),
            dice: Mutex::new(dice(config.seed)),
            shuffling: Mutex::new(dice(config.seed)),
            journal: Mutex::new(journal),
            journal_changed: Notify::new(),
            client,
            config,
        });
        for profile in profiles {
            sandbox.tasks.spawn(deliver(sandbox.clone(), profile));
        }
        sandbox.tasks.spawn(flush_journal(sandbox.clone()));
        Ok(sandbox)
    }

    /// Stops the tasks and writes what is left to the journal.
    pub async fn close(&self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(journal) = self.journal().as_mut() {
            journal.flush().context("writing the journal")?;
        }
        Ok(())
    }

    /// The profile of a number, made with the defaults when it is new.
    pub fn profile(self: &Arc<Self>, phone_number_id: &str) -> Arc<Profile> {
        if let Some(profile) = self.known_profile(phone_number_id) {
            return profile;
        }
        let default = || default_registration(&self.config, phone_number_id);
        let (profile, new) =
            self.profiles.write().expect("no holder of this lock panics").profile(default, phone_number_id);
        if new {
            self.tasks.spawn(deliver(self.clone(), profile.clone()));
        }
        profile
    }

    pub fn known_profile(&self, phone_number_id: &str) -> Option<Arc<Profile>> {
        self.profiles.read().expect("no holder of this lock panics").by_id.get(phone_number_id).cloned()
    }

    pub fn profiles(&self) -> Profiles {
        self.profiles.read().expect("no holder of this lock panics").list.clone()
    }

    pub fn register(self: &Arc<Self>, registration: Registration) -> std::io::Result<()> {
        if let Some(journal) = self.journal().as_mut() {
            journal.registered(&registration)?;
        }
        let profile = self.profile(&registration.phone_number_id);
        *profile.registration.write().expect("no holder of this lock panics") = Arc::new(registration);
        profile.outbox.moved();
        Ok(())
    }

    /// What the dice and the number's rate say about one request.
    pub(crate) fn fate(&self, profile: &Profile) -> Fate {
        let faults = self.faults_of(profile);
        let mut fate = throw(&faults, &mut *self.dice());
        if faults.rate_per_second.is_some_and(|rate| !profile.within_rate(rate)) {
            fate.before = Some(crate::faults::Before::Throttle { retry_after_s: 1 });
        }
        fate
    }

    /// Takes a message: from here on it counts, and its receipts will come.
    pub(crate) fn accept(&self, profile: &Profile, to: u64, key: Key) -> std::io::Result<Wamid> {
        let faults = self.faults_of(profile);
        let planned = plan(&self.behaviour(), &faults, &mut *self.dice());
        let now_ms = self.clock.now_ms();
        let wamid = Wamid::random();
        let send = Send { key, wamid, to, accepted_at: (now_ms / 1000) as u32, profile: profile.index, state: None };
        let mut ledger = self.ledger();
        if let Some(journal) = self.journal().as_mut() {
            journal.accepted(&profile.phone_number_id, now_ms, &send, &planned)?;
        }
        let index = ledger.next_index();
        ledger.add(send, profile);
        profile.counts.receipts_pending.add(planned.len() as u64);
        profile.outbox.push(planned.iter().enumerate().map(|(slot, receipt)| due(index, slot, now_ms, receipt)));
        Ok(wamid)
    }

    pub(crate) fn refuse(&self, profile: &Profile) {
        profile.counts.refused.add(1);
        if let Some(journal) = self.journal().as_mut() {
            journal.refused(&profile.phone_number_id);
            self.journal_changed.notify_one();
        }
    }

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
        let body = match parcel {
            Parcel::Inbound(inbound) => {
                webhook::messages_body(&profile.phone_number_id, &inbound.contacts, &inbound.messages)
            }
            Parcel::Receipts { generation, receipts } => match self.updates(*generation, receipts) {
                Some(updates) => webhook::statuses_body(&profile.phone_number_id, &updates),
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
                let count = inbound.messages.len() as u64;
                profile.counts.inbound_sent.add(count);
                if let Some(journal) = self.journal().as_mut() {
                    journal.inbound(&profile.phone_number_id, count);
                }
            }
        }
        self.journal_changed.notify_one();
    }

    /// Forgets sends, counts, faults and what is owed. Registrations stay.
    pub fn reset(&self) -> std::io::Result<()> {
        let profiles = self.profiles();
        let mut ledger = self.ledger();
        if let Some(journal) = self.journal().as_mut() {
            journal.clear()?;
            profiles.iter().try_for_each(|profile| journal.registered(&profile.registration()))?;
        }
        ledger.clear();
        for profile in profiles {
            profile.outbox.clear();
            profile.counts.clear();
        }
        *self.faults.write().expect("no holder of this lock panics") = FaultSets::default();
        Ok(())
    }

    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        Duration::from_millis(100 << attempts.clamp(1, 16)).min(self.config.retry_cap)
    }

    pub fn put_faults(&self, faults: Faults) {
        if let Some(seed) = faults.seed {
            *self.dice() = dice(Some(seed));
        }
        self.faults.write().expect("no holder of this lock panics").put(faults);
    }

    pub fn fault_sets(&self) -> FaultSets {
        self.faults.read().expect("no holder of this lock panics").clone()
    }

    fn faults_of(&self, profile: &Profile) -> Faults {
        self.faults.read().expect("no holder of this lock panics").of(&profile.phone_number_id).clone()
    }

    pub fn behaviour(&self) -> Behaviour {
        self.behaviour.read().expect("no holder of this lock panics").clone()
    }

    pub fn put_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.write().expect("no holder of this lock panics") = behaviour;
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no holder of this lock panics")
    }

    fn journal(&self) -> MutexGuard<'_, Option<Journal>> {
        self.journal.lock().expect("no holder of this lock panics")
    }

    fn dice(&self) -> MutexGuard<'_, StdRng> {
        self.dice.lock().expect("no holder of this lock panics")
    }
}

fn dice(seed: Option<u64>) -> StdRng {
    seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64)
}

fn due(send: u32, slot: usize, accepted_at_ms: u64, receipt: &Planned) -> Due {
    Due {
        at_ms: accepted_at_ms + u64::from(receipt.due_ms),
        send,
        lag_ms: receipt.lag_ms,
        code: receipt.code,
        status: receipt.status,
        slot: u8::try_from(slot).expect("a send has a handful of receipts"),
    }
}

fn default_registration(config: &Config, phone_number_id: &str) -> Registration {
    Registration {
        phone_number_id: phone_number_id.to_owned(),
        callback_url: config.default_callback.replace("{phone_number_id}", phone_number_id),
        app_secret: config.default_app_secret.clone(),
        access_token: None,
    }
}

fn replay(
    path: &std::path::Path,
    config: &Config,
    directory: &mut Directory,
    ledger: &mut Ledger,
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
                let accepted_at = (accepted_at_ms / 1000) as u32;
                ledger.add(Send { key, wamid, to, accepted_at, profile: profile.index, state: None }, &profile);
                if !plan.is_empty() {
                    owed.insert(
                        index,
                        plan.iter()
                            .enumerate()
                            .map(|(slot, receipt)| Some(due(index, slot, accepted_at_ms, receipt)))
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
            Record::Refused { phone_number_id, count } => profile(&phone_number_id).counts.refused.add(count),
            Record::Inbound { phone_number_id, count } => profile(&phone_number_id).counts.inbound_sent.add(count),
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

/// Receipts and counts reach the journal a little after they happened, many at a time.
async fn flush_journal(sandbox: Arc<Sandbox>) {
    loop {
        tokio::select! {
            () = sandbox.shutdown.cancelled() => return,
            () = sandbox.journal_changed.notified() => {}
        }
        tokio::select! {
            () = sandbox.shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
        if let Some(journal) = sandbox.journal().as_mut()
            && let Err(error) = journal.flush()
        {
            tracing::error!(%error, "the journal cannot be written");
        }
    }
}
