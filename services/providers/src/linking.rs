//! Devices that are linked by scanning a code.

use crate::notice::SessionState;
use crate::{Account, Asked};
use std::fmt;

/// How a session stands, as the provider answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub state: SessionState,
    /// What drives the device, where the provider tells it (`NOWEB`, `GOWS`, …).
    pub engine: Option<String>,
}

/// A code to scan. It ends soon: ask again for the next one.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// The text that the code stands for.
    Text(String),
    /// A picture of it, PNG.
    Png(Vec<u8>),
    /// There is none, because the device is linked already.
    Linked,
    /// There is none yet; ask again.
    NotYet,
}

/// Whoever sees the code can take the number: it is printed nowhere.
impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Code::Text(_) => "Text(..)",
            Code::Png(_) => "Png(..)",
            Code::Linked => "Linked",
            Code::NotYet => "NotYet",
        })
    }
}

/// Every call may be made again: starting what runs and ending what is ended change nothing.
pub trait Linking: Send + Sync {
    /// Makes the session if there is none, points its webhooks at `callback`, signed with the account's secret, and
    /// starts it.
    fn start<'a>(&'a self, account: &'a Account, callback: &'a str) -> Asked<'a, Session>;

    fn state<'a>(&'a self, account: &'a Account) -> Asked<'a, Session>;

    fn code<'a>(&'a self, account: &'a Account) -> Asked<'a, Code>;

    /// Starts it anew, keeping the link.
    fn restart<'a>(&'a self, account: &'a Account) -> Asked<'a, ()>;

    /// Unlinks the device.
    fn log_out<'a>(&'a self, account: &'a Account) -> Asked<'a, ()>;
}
