//! What an event says of a person.
//!
//! It is encrypted before it enters the log, under a key derived from the secret of its *subject* and the secret of
//! its *day*. When either is destroyed the log still reads, and this part reads as `Erased`: the type makes every
//! reader say what it does then.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A value about a person, or the fact that it can no longer be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Personal<T> {
    Known(T),
    #[default]
    Erased,
}

impl<T> Personal<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Personal::Known(value) => Some(value),
            Personal::Erased => None,
        }
    }
}

/// Whose secret protects a personal part, and the plain bytes still to be encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    pub subject: Uuid,
    pub bytes: Vec<u8>,
    /// Whether someone who was erased becomes known again by it: then it gets a new secret. Anything else about someone
    /// who was erased is never readable.
    pub renews: bool,
}

impl Unsealed {
    pub fn of<T: Serialize>(subject: Uuid, value: &Personal<T>) -> Option<Self> {
        let bytes = serde_json::to_vec(value.known()?).expect("personal values are plain data and serialise");
        Some(Self { subject, bytes, renews: false })
    }
}

/// Reads a personal part that the store has decrypted; `None` is erased.
pub fn read<T: DeserializeOwned>(bytes: Option<&[u8]>) -> Result<Personal<T>, serde_json::Error> {
    match bytes {
        Some(bytes) => serde_json::from_slice(bytes).map(Personal::Known),
        None => Ok(Personal::Erased),
    }
}
