//! Comparing what only two sides may know, without telling by time how much of it was right.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

/// Whether `signature` is the HMAC-SHA256 of `body` under `key`. An empty key signs nothing: everybody has it.
pub fn is_hmac_sha256(key: &SecretString, body: &[u8], signature: &[u8]) -> bool {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    let same: bool = mac.finalize().into_bytes().as_slice().ct_eq(signature).into();
    same && !key.expose_secret().is_empty()
}

/// The same with HMAC-SHA512.
pub fn is_hmac_sha512(key: &SecretString, body: &[u8], signature: &[u8]) -> bool {
    let mut mac =
        Hmac::<Sha512>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    let same: bool = mac.finalize().into_bytes().as_slice().ct_eq(signature).into();
    same && !key.expose_secret().is_empty()
}

/// Whether `given` is the secret. The length of the secret is no secret.
pub fn is_secret(secret: &SecretString, given: &str) -> bool {
    secret.expose_secret().as_bytes().ct_eq(given.as_bytes()).into()
}
