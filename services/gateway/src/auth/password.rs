//! Passwords: Argon2id, in threads of their own, few at a time because each takes 19 MiB.

use crate::problem::Problem;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

const AT_ONCE: usize = 4;
const SHORTEST: usize = 10;
/// Longer ones only cost work.
const LONGEST: usize = 256;
pub const RULE: &str = "a password has 10 to 256 characters";

pub fn is_allowed(password: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&password.chars().count())
}

pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        let hash = self.work(move || Argon2::default().hash_password(password.as_bytes()).map(|it| it.to_string()));
        hash.await?.map_err(Problem::internal)
    }

    /// Whether a hash was made with today's parameters; they stand in it.
    pub fn is_present(&self, hash: &str) -> bool {
        let params = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        let same = |it: Params| {
            let today = Params::DEFAULT;
            (it.m_cost(), it.t_cost(), it.p_cost()) == (today.m_cost(), today.t_cost(), today.p_cost())
        };
        hash.starts_with("$argon2id$v=19$") && params.is_some_and(same)
    }

    /// Whether the password is the one that was hashed. Without a hash the same work is done, and the answer is no.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobodys().to_owned());
        let matches = self.work(move || {
            let hash = PasswordHash::new(&hash)?;
            Ok::<_, argon2::password_hash::phc::Error>(
                Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
            )
        });
        Ok(matches.await?.map_err(Problem::internal)? && known)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let turn = self.0.clone().acquire_owned().await.map_err(Problem::internal)?;
        let done = spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(Problem::internal)
    }
}

/// The hash of a password that nobody has.
fn nobodys() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let hash = Argon2::default().hash_password(b"nobody has this password");
        hash.expect("the usual parameters hash").to_string()
    })
}
