//! Wrong tries, and how long the next one has to wait.
//!
//! Tries are counted by what they try: an address from one place, an address from anywhere, a place for any address. Each
//! has its own patience, after which waiting doubles. While something waits, nothing is checked and nothing is counted,
//! so that who keeps trying does not keep it shut.
//!
//! Nobody is locked out for good: waiting ends, an address from anywhere never waits more than a minute, and a browser in
//! which the person signed in before (it holds a device cookie) is counted by itself alone, whatever strangers try.
//! Resetting the password by mail makes a browser such a one.
//!
//! What is kept is hashed, and the same for addresses that exist and those that do not.

use crate::app::App;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum_extra::extract::CookieJar;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::net::IpAddr;
use subtle::ConstantTimeEq;
use waybill_domain::id::UserId;

pub const DEVICE_COOKIE: &str = "waybill_device";
const DEVICE_DAYS: i64 = 365;
/// Wrong tries are forgotten after a day without any.
const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

/// How many tries are free, and how long waiting grows at most.
#[derive(Debug, Clone, Copy)]
struct Patience {
    free: i32,
    most_s: i64,
}

const FROM_ONE_PLACE: Patience = Patience { free: 5, most_s: 15 * 60 };
const FROM_ANYWHERE: Patience = Patience { free: 20, most_s: 60 };
const OF_ONE_PLACE: Patience = Patience { free: 50, most_s: 15 * 60 };
const MAILS: Patience = Patience { free: 3, most_s: 60 * 60 };

impl Patience {
    /// After so many wrong tries.
    fn wait(self, failures: i32) -> TimeDelta {
        match u32::try_from(failures - self.free) {
            Ok(beyond @ 1..) => TimeDelta::seconds((1_i64 << (beyond - 1).min(20)).min(self.most_s)),
            _ => TimeDelta::zero(),
        }
    }
}

/// What one try is counted by.
pub struct Attempt(Vec<(Vec<u8>, Patience)>);

impl Attempt {
    /// A password for an address.
    pub fn password(app: &App, scope: &Scope, headers: &HeaderMap, email: &str, user: Option<UserId>) -> Self {
        let email = email.trim().to_lowercase();
        if let Some(device) = user.and_then(|user| device(app, headers, user)) {
            return Self(vec![(key(app, &["device", &device]), FROM_ONE_PLACE)]);
        }
        let place = place(scope.ip());
        Self(vec![
            (key(app, &["address", &email, &place]), FROM_ONE_PLACE),
            (key(app, &["address", &email]), FROM_ANYWHERE),
            (key(app, &["place", &place]), OF_ONE_PLACE),
        ])
    }

    /// A code of somebody whose password was right, or the password of somebody who is signed in.
    pub fn person(app: &App, what: &str, user: UserId) -> Self {
        Self(vec![(key(app, &[what, &user.to_string()]), FROM_ONE_PLACE)])
    }

    /// A mail to an address.
    pub fn mail(app: &App, email: &str) -> Self {
        Self(vec![(key(app, &["mail", &email.trim().to_lowercase()]), MAILS)])
    }

    /// Counts the try before it is made, so that many at once are not checked for one. Refuses while something waits.
    pub async fn begin(&self, app: &App) -> Result<(), Problem> {
        let now = app.clock.now();
        let mut transaction = app.store.database.system.begin().await?;
        let scopes: Vec<&[u8]> = self.0.iter().map(|(scope, _)| scope.as_slice()).collect();
        type Known = (Vec<u8>, i32, DateTime<Utc>, Option<DateTime<Utc>>);
        let mut known: Vec<Known> = sqlx::query_as(
            "insert into vault.login_attempt as a (scope, failures, last_at)
             select s, 0, $2 from unnest($1::bytea[]) as s order by s
             on conflict (scope) do update set scope = a.scope
             returning scope, failures, last_at, locked_until",
        )
        .bind(&scopes)
        .bind(now)
        .fetch_all(&mut *transaction)
        .await?;
        let until = known.iter().filter_map(|(_, _, _, until)| *until).max();
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(locked(until - now));
        }
        for (scope, patience) in &self.0 {
            let Some(at) = known.iter().position(|row| row.0 == *scope) else { continue };
            let (_, failures, last_at, _) = known.swap_remove(at);
            let failures = if now - last_at > FORGOTTEN { 1 } else { failures + 1 };
            sqlx::query(
                "update vault.login_attempt set failures = $2, last_at = $3, locked_until = $4 where scope = $1",
            )
            .bind(scope)
            .bind(failures)
            .bind(now)
            .bind(now + patience.wait(failures))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// It was right: what was counted for it is forgotten.
    pub async fn succeeded(&self, app: &App) -> Result<(), Problem> {
        let of = |place: bool| -> Vec<&[u8]> {
            let scopes = self.0.iter().filter(|(_, patience)| (patience.free == OF_ONE_PLACE.free) == place);
            scopes.map(|(scope, _)| scope.as_slice()).collect()
        };
        // Of a place only this try: whoever has an account of their own could else guess at others' for ever.
        sqlx::query(
            "with place as (update vault.login_attempt set failures = greatest(failures - 1, 0) where scope = any($2))
             delete from vault.login_attempt where scope = any($1)",
        )
        .bind(of(false))
        .bind(of(true))
        .execute(&app.store.database.system)
        .await?;
        Ok(())
    }
}

fn locked(wait: TimeDelta) -> Problem {
    let seconds = u32::try_from((wait.num_milliseconds().max(1) + 999) / 1_000).unwrap_or(u32::MAX);
    let text = format!("too many wrong tries; try again in {seconds} s");
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "locked", text).with("retry_after_s", seconds);
    problem.retry_after_s = Some(seconds);
    problem
}

fn key(app: &App, parts: &[&str]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(app.attempts_key.as_bytes()).expect("any length is a key");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

/// Whoever has one IPv6 address has its whole network.
fn place(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// The device cookie of a browser in which this person signed in before.
fn device(app: &App, headers: &HeaderMap, user: UserId) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let value = jar.get(DEVICE_COOKIE)?.value().to_owned();
    // One browser may be several people's.
    value.split('.').collect::<Vec<_>>().chunks_exact(2).find_map(|pair| {
        let (id, tag) = (pair[0], URL_SAFE_NO_PAD.decode(pair[1]).ok()?);
        let expected = key(app, &["device cookie", id, &user.to_string()]);
        bool::from(expected.as_slice().ct_eq(&tag)).then(|| id.to_owned())
    })
}

/// The cookie that makes this browser one of a person's own. Others' stay, the latest few.
pub fn device_cookie(app: &App, headers: &HeaderMap, user: UserId) -> Option<(HeaderName, String)> {
    if device(app, headers, user).is_some() {
        return None;
    }
    let jar = CookieJar::from_headers(headers);
    let before = jar.get(DEVICE_COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let is_ours = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let mut parts: Vec<String> = before.split('.').filter(is_ours).take(8).map(str::to_owned).collect();
    parts.retain(|part| !part.is_empty());
    parts.truncate(parts.len() / 2 * 2);
    let id = super::session::random_token();
    let tag = URL_SAFE_NO_PAD.encode(key(app, &["device cookie", &id, &user.to_string()]));
    parts.splice(0..0, [id, tag]);
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    let age = DEVICE_DAYS * 86_400;
    let value = parts.join(".");
    let cookie =
        format!("{DEVICE_COOKIE}={value}; Path=/api/v1/auth; Max-Age={age}; HttpOnly; SameSite=Strict{secure}");
    Some((SET_COOKIE, cookie))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_begins_late_grows_and_has_an_end() {
        let waits: Vec<i64> = (1..=9).map(|n| FROM_ONE_PLACE.wait(n).num_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(FROM_ONE_PLACE.wait(1_000).num_seconds(), 15 * 60);
        assert_eq!(FROM_ANYWHERE.wait(i32::MAX).num_seconds(), 60);
    }
}
