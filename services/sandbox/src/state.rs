//! The sandbox itself: what the Graph side, the control side and the delivering tasks share.
//!
//! Lock order: ledger, then a device, then outbox or journal. The dice and the fault sets are held only
//! to be read.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock};
use std::time::Duration;

use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::devices::Device;
use crate::devices::registry::Devices;
use crate::devices::take::NOT_ON_WHATSAPP;
use crate::devices::world::{Absent, Linking};
use crate::faults::{Before, Fate, FaultSets, throw};
use crate::files::Files;
use crate::graph::world::World;
use crate::journal::Journal;
use crate::ledger::{Key, Ledger, Send, Wamid};
use crate::outbox::{Due, deliver};
use crate::profile::{Allowance, Profile, Registration};
use crate::receipts::{Behaviour, Planned, Status, plan};

pub(crate) mod clock;
mod delivery;
mod directory;
mod knobs;
mod restore;

use clock::Clock;
use directory::{Directory, default_registration};
use restore::restore;

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
    pub(crate) client: reqwest::Client,
    pub(crate) devices: Devices,
    pub(crate) absent: Absent,
    pub(crate) files: Files,
    pub(crate) graph: World,
    pub(crate) linking: RwLock<Linking>,
    /// Where the sandbox itself can be reached.
    pub(crate) address: OnceLock<String>,
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
        let devices = Devices::default();
        let journal = match &config.journal {
            Some(path) => Some(
                restore(path, &config, &mut directory, &mut ledger, &devices)
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
            devices,
            absent: Absent::default(),
            files: Files::default(),
            graph: World::default(),
            linking: RwLock::new(config.linking),
            address: OnceLock::new(),
            config,
        });
        for profile in profiles {
            sandbox.tasks.spawn(deliver(sandbox.clone(), profile));
        }
        sandbox.wake_devices();
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
    pub(crate) fn profile(self: &Arc<Self>, phone_number_id: &str) -> Arc<Profile> {
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

    pub(crate) fn known_profile(&self, phone_number_id: &str) -> Option<Arc<Profile>> {
        self.profiles.read().expect("no holder of this lock panics").by_id.get(phone_number_id).cloned()
    }

    pub(crate) fn profiles(&self) -> Vec<Arc<Profile>> {
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
        self.fate_for(&profile.phone_number_id, &profile.allowance)
    }

    /// The same for a number of any wire.
    pub(crate) fn fate_for(&self, number_id: &str, allowance: &Allowance) -> Fate {
        let faults = self.faults_for(number_id);
        let mut fate = throw(&faults, &mut *self.dice());
        if faults.rate_per_second.is_some_and(|rate| !allowance.within(rate)) {
            fate.before = Some(Before::Throttle { retry_after_s: 1 });
        }
        fate
    }

    /// Takes a message: from here on it counts, and its receipts will come.
    pub(crate) fn accept(
        &self,
        profile: &Profile,
        to: u64,
        key: Key,
        received_at_us: u64,
    ) -> std::io::Result<(Wamid, u32)> {
        let faults = self.faults_of(profile);
        let mut planned = plan(&self.behaviour(), &faults, &mut *self.dice());
        if self.absent.named(to) {
            planned = vec![Planned { status: Status::Failed, code: NOT_ON_WHATSAPP, due_ms: 0, lag_ms: 0 }];
        } else if faults.receipts.before_answer > 0.0
            && let Some(first) = planned.first_mut()
        {
            *first = Planned { due_ms: 0, lag_ms: 0, ..*first };
        }
        let now_ms = self.clock.now_ms();
        let wamid = Wamid::random();
        let send = Send { key, wamid, to, received_at_us, profile: profile.index, state: None };
        let mut ledger = self.ledger();
        if let Some(journal) = self.journal().as_mut() {
            journal.accepted(&profile.phone_number_id, now_ms, &send, &planned)?;
        }
        let index = ledger.next_index();
        ledger.add(send, profile);
        profile.counts.receipts_pending.add(planned.len() as u64);
        profile.outbox.push(planned.iter().enumerate().map(|(slot, receipt)| Due::new(index, slot, now_ms, receipt)));
        Ok((wamid, index))
    }

    pub(crate) fn refuse(&self, profile: &Profile) {
        profile.counts.refused.add(1);
        self.note(|journal| journal.refused(&profile.phone_number_id));
    }

    pub(crate) fn refuse_on(&self, device: &Device) {
        device.counts.refused.add(1);
        self.note(|journal| journal.refused(&format!("{}/{}", device.provider.as_str(), device.number_id)));
    }

    /// Writes to the journal, if there is one, what may reach it a little later.
    pub(crate) fn note(&self, write: impl FnOnce(&mut Journal)) {
        if let Some(journal) = self.journal().as_mut() {
            write(journal);
            self.journal_changed.notify_one();
        }
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + std::marker::Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Forgets sends, counts, faults and what is owed. Registrations stay.
    pub fn reset(&self) -> std::io::Result<()> {
        let profiles = self.profiles();
        let mut ledger = self.ledger();
        if let Some(journal) = self.journal().as_mut() {
            journal.clear()?;
            profiles.iter().try_for_each(|profile| journal.registered(&profile.registration()))?;
        }
        for device in self.devices.all() {
            let mut inner = device.lock();
            inner.clear();
            device.counts.clear();
            self.keep_card(&inner.card);
        }
        ledger.clear();
        for profile in profiles {
            profile.outbox.clear();
            profile.counts.clear();
        }
        self.files.clear();
        *self.faults.write().expect("no holder of this lock panics") = FaultSets::default();
        Ok(())
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Option<Journal>> {
        self.journal.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn dice(&self) -> MutexGuard<'_, StdRng> {
        self.dice.lock().expect("no holder of this lock panics")
    }
}

fn dice(seed: Option<u64>) -> StdRng {
    seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64)
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
