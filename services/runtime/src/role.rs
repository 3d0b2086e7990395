//! The roles of Waybill. One process may run any of them; they never call each other.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// HTTP: the API, provider webhooks, the web page.
    Gateway,
    /// The log to JetStream.
    Relay,
    /// Read models.
    Projector,
    /// Campaign runner, dispatcher, receipts, billing, completion, opt-out.
    Processes,
    /// Dispatched messages to providers.
    Sender,
    /// A stand-in for the providers, for trying things out and for tests.
    Sandbox,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Gateway, Role::Relay, Role::Projector, Role::Processes, Role::Sender, Role::Sandbox];

    /// What one process runs in the all-in-one shape. The sandbox stands apart: it is not ours to restart.
    pub const WORKERS: [Role; 5] = [Role::Gateway, Role::Relay, Role::Projector, Role::Processes, Role::Sender];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Gateway => "gateway",
            Role::Relay => "relay",
            Role::Projector => "projector",
            Role::Processes => "processes",
            Role::Sender => "sender",
            Role::Sandbox => "sandbox",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Role::ALL.map(Role::as_str).join(", ");
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("no role `{text}`; there are {}", known()))
    }
}
