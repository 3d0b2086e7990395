//! AES-256-GCM and HKDF as this crate uses them. Sealed bytes are nonce (12), ciphertext, tag (16).

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

const NONCE: usize = 12;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("keys: {0}")]
    Database(#[from] sqlx::Error),
    #[error("tenant {0} has no key")]
    NoTenantKey(Uuid),
    #[error("a sealed value does not open: wrong master key, or it was tampered with")]
    Tampered,
    #[error("the master key is 32 bytes as 64 hexadecimal digits")]
    BadMasterKey,
}

/// 32 secret bytes. Never printed.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn from_bytes(plain: Vec<u8>) -> Result<Self, KeyError> {
        Ok(Self(plain.try_into().map_err(|_| KeyError::Tampered)?))
    }

    pub fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Self, KeyError> {
        Self::from_bytes(open_bytes(key, aad, sealed).ok_or(KeyError::Tampered)?)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The key that wraps the tenants' keys. From the environment or a file that only its owner reads.
#[derive(Clone, Debug)]
pub struct MasterKey(Secret);

impl MasterKey {
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let bytes = hex::decode(text.trim()).map_err(|_| KeyError::BadMasterKey)?;
        Ok(Self(Secret(bytes.try_into().map_err(|_| KeyError::BadMasterKey)?)))
    }

    pub(super) fn wrap(&self, secret: &Secret, aad: &[u8]) -> Vec<u8> {
        seal_bytes(self.0.bytes(), aad, secret.bytes())
    }

    pub(super) fn unwrap(&self, wrapped: &[u8], aad: &[u8]) -> Result<Secret, KeyError> {
        Secret::open(self.0.bytes(), aad, wrapped)
    }

    /// Encrypts the secrets of people, who belong to no one tenant.
    pub(super) fn persons(&self) -> Secret {
        Secret(self.derive_bytes("people"))
    }

    /// A secret for one purpose, such as signing tokens; hexadecimal.
    pub fn derive(&self, purpose: &str) -> String {
        hex::encode(self.derive_bytes(purpose))
    }

    fn derive_bytes(&self, purpose: &str) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.bytes()).expect("any length is a key");
        mac.update(b"waybill/");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

pub fn fresh_secret() -> Secret {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    Secret(bytes)
}

/// The key of what is said of `subject` on `day`.
pub fn data_key(subject: &Secret, day: &Secret) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(day.bytes()), subject.bytes())
        .expand(b"waybill/personal/v1", &mut key)
        .expect("32 bytes are a valid length");
    key
}

pub fn seal_bytes(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let cipher = Aes256Gcm::new(key.into());
    let sealed =
        cipher.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad }).expect("the input is far below 64 GB");
    let mut bytes = Vec::with_capacity(NONCE + sealed.len());
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    bytes
}

pub fn open_bytes(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, msg) = sealed.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    Aes256Gcm::new(key.into()).decrypt(&Nonce::from(nonce), Payload { msg, aad }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_opens_only_with_both_secrets_and_for_its_own_event() {
        let (subject, day) = (fresh_secret(), fresh_secret());
        let sealed = seal_bytes(&data_key(&subject, &day), b"event", b"Ana");
        assert_eq!(open_bytes(&data_key(&subject, &day), b"event", &sealed).as_deref(), Some(&b"Ana"[..]));
        assert_eq!(open_bytes(&data_key(&fresh_secret(), &day), b"event", &sealed), None);
        assert_eq!(open_bytes(&data_key(&subject, &fresh_secret()), b"event", &sealed), None);
        assert_eq!(open_bytes(&data_key(&subject, &day), b"other", &sealed), None);
    }

    #[test]
    fn a_master_key_is_64_hexadecimal_digits_and_never_printed() {
        assert!(MasterKey::from_hex("ab").is_err());
        let key = MasterKey::from_hex(&"ab".repeat(32)).expect("a key");
        assert!(!format!("{key:?}").contains("ab"));
        assert_ne!(key.derive("one"), key.derive("two"));
    }
}
