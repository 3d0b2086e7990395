//! What can be turned while a sandbox runs, and where it is.

use crate::faults::{FaultSets, Faults};
use crate::files::File;
use crate::profile::Profile;
use crate::receipts::Behaviour;
use crate::state::{Sandbox, dice};

impl Sandbox {
    pub fn put_faults(&self, faults: Faults) {
        if let Some(seed) = faults.seed {
            *self.dice() = dice(Some(seed));
        }
        self.faults.write().expect("no holder of this lock panics").put(faults);
    }

    pub fn remove_faults(&self, number_id: &str) {
        self.faults.write().expect("no holder of this lock panics").remove(number_id);
    }

    pub fn fault_sets(&self) -> FaultSets {
        self.faults.read().expect("no holder of this lock panics").clone()
    }

    pub(super) fn faults_of(&self, profile: &Profile) -> Faults {
        self.faults_for(&profile.phone_number_id)
    }

    pub(crate) fn faults_for(&self, number_id: &str) -> Faults {
        self.faults.read().expect("no holder of this lock panics").of(number_id).clone()
    }

    pub fn behaviour(&self) -> Behaviour {
        self.behaviour.read().expect("no holder of this lock panics").clone()
    }

    pub fn put_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.write().expect("no holder of this lock panics") = behaviour;
    }

    /// Where anybody can fetch a file.
    pub(crate) fn file_url(&self, file: &File) -> String {
        let name: String =
            file.name.chars().filter(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(*letter)).collect();
        format!("{}/_files/{}/{name}", self.address(), file.id)
    }

    /// Where people and callbacks reach the sandbox.
    pub(crate) fn address(&self) -> String {
        match &self.config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => self.address.get().cloned().unwrap_or_else(|| format!("http://127.0.0.1:{}", crate::DEFAULT_PORT)),
        }
    }
}
