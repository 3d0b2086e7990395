//! Every send the sandbox took, small enough that a million of them fit in memory.
//!
//! The ledger is what tests trust: it must count each accepted request exactly once, also across a
//! restart.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::profile::Profile;
use crate::receipts::Status;

/// What makes two sends the same message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// `biz_opaque_callback_data`, when it is a UUID.
    Uuid(Uuid),
    /// `biz_opaque_callback_data`, when it is anything else.
    Text(Box<str>),
    /// Without it: a hash of number, recipient and body.
    Hash([u8; 16]),
}

impl Key {
    pub fn new(callback_data: Option<&str>, phone_number_id: &str, body: &[u8]) -> Self {
        match callback_data {
            Some(text) => match Uuid::try_parse(text) {
                // Only the usual form can be given back as it came.
                Ok(id) if id.to_string() == text => Key::Uuid(id),
                _ => Key::Text(text.into()),
            },
            None => Key::Hash(digest(&[phone_number_id.as_bytes(), b"\0", body])),
        }
    }

    /// What the receipts of this send echo.
    pub fn callback_data(&self) -> Option<String> {
        match self {
            Key::Uuid(id) => Some(id.to_string()),
            Key::Text(text) => Some(text.to_string()),
            Key::Hash(_) => None,
        }
    }

    fn fingerprint(&self) -> [u8; 16] {
        match self {
            Key::Uuid(id) => id.into_bytes(),
            Key::Text(text) => digest(&[text.as_bytes()]),
            Key::Hash(hash) => *hash,
        }
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize()[..16]);
    short
}

/// The id Meta would have given. Only its random part is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wamid(pub [u8; 16]);

impl Wamid {
    pub fn random() -> Self {
        Self(Uuid::new_v4().into_bytes())
    }
}

impl std::fmt::Display for Wamid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("wamid.SB")?;
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02X}"))
    }
}

/// One accepted send.
#[derive(Debug, Clone)]
pub struct Send {
    pub key: Key,
    pub wamid: Wamid,
    /// The recipient's digits.
    pub to: u64,
    /// When its request was here, in Unix microseconds.
    pub received_at_us: u64,
    /// The place of the number in the list of profiles.
    pub profile: u32,
    /// The furthest state a callback took.
    pub state: Option<Status>,
}

/// All sends, in the order in which they were accepted.
#[derive(Debug, Default)]
pub struct Ledger {
    sends: Vec<Send>,
    seen: HashSet<[u8; 16]>,
    /// Rises with each reset, so that receipts on their way at that moment are not taken for others.
    generation: u64,
}

impl Ledger {
    pub fn next_index(&self) -> u32 {
        u32::try_from(self.sends.len()).expect("four thousand million sends do not fit in memory")
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Counts a send for its profile.
    pub fn add(&mut self, send: Send, profile: &Profile) {
        profile.counts.accepted.add(1);
        if self.seen.insert(send.key.fingerprint()) {
            profile.counts.distinct.add(1);
        }
        self.sends.push(send);
    }

    pub fn get(&self, index: u32) -> Option<&Send> {
        self.sends.get(index as usize)
    }

    pub fn advance(&mut self, index: u32, status: Status) {
        if let Some(send) = self.sends.get_mut(index as usize) {
            send.state = send.state.max(Some(status));
        }
    }

    /// Newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Send> {
        self.sends.iter().rev()
    }

    pub fn clear(&mut self) {
        let generation = self.generation + 1;
        *self = Self { generation, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_send_is_small() {
        assert!(size_of::<Send>() <= 72, "{} bytes", size_of::<Send>());
    }

    #[test]
    fn callback_data_comes_back_as_it_was_sent() {
        for text in ["018f4e9a-7d1c-7c3e-9f27-0242ac120002", "018F4E9A-7D1C-7C3E-9F27-0242AC120002", "order 7"] {
            assert_eq!(Key::new(Some(text), "1", b"").callback_data().as_deref(), Some(text));
        }
        assert_ne!(Key::new(None, "1", b"a"), Key::new(None, "2", b"a"));
    }
}
