//! Access tokens: short-lived, and signed with a key of the master key.

use crate::caller::Caller;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;
use waybill_event_store::MasterKey;

/// Seconds an access token is good for.
pub const LIFETIME_S: i64 = 15 * 60;

pub struct Tokens {
    signs: EncodingKey,
    reads: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    tenant: TenantId,
    role: Role,
    /// The session; with its end the token ends.
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl Tokens {
    pub fn new(master: &MasterKey) -> Self {
        let key = master.derive("access-token");
        let mut validation = Validation::new(Algorithm::HS256);
        // Against the clock that was handed in, below.
        validation.validate_exp = false;
        Self {
            signs: EncodingKey::from_secret(key.as_bytes()),
            reads: DecodingKey::from_secret(key.as_bytes()),
            validation,
        }
    }

    pub fn issue(&self, caller: Caller, sid: Uuid, now: DateTime<Utc>) -> Result<String, jsonwebtoken::errors::Error> {
        let exp = (now + TimeDelta::seconds(LIFETIME_S)).timestamp();
        let Caller { user, tenant, role, .. } = caller;
        let claims = Claims { sub: user, tenant, role, sid, iat: now.timestamp(), exp };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signs)
    }

    /// Who a token speaks for; `None` for one that is not ours, was changed, or is too old.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<Caller> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reads, &self.validation).ok()?.claims;
        let Claims { sub: user, tenant, role, sid, exp, .. } = claims;
        (exp > now.timestamp()).then_some(Caller { tenant, user, role, session: Some(sid), key: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(key: &str) -> Tokens {
        Tokens::new(&MasterKey::from_hex(&key.repeat(32)).expect("a key"))
    }

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour_and_only_under_its_key() {
        let caller = Caller {
            tenant: TenantId(Uuid::max()),
            user: UserId(Uuid::nil()),
            role: Role::Manager,
            session: None,
            key: None,
        };
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let token = tokens("ab").issue(caller, Uuid::max(), now).expect("issued");
        let read = tokens("ab").read(&token, now + TimeDelta::minutes(14)).expect("good");
        assert_eq!((read.tenant, read.role, read.session), (caller.tenant, Role::Manager, Some(Uuid::max())));
        assert!(tokens("ab").read(&token, now + TimeDelta::minutes(15)).is_none());
        assert!(tokens("cd").read(&token, now).is_none());
        assert!(tokens("ab").read(&token[..token.len() - 1], now).is_none());
    }
}
