//! Other keys for the same secrets. Nothing that was encrypted is encrypted anew but the wrapped secrets: the log stays as
//! it is.
//!
//! The master key is changed while nothing runs, because every process has it from its start. A tenant's key is changed
//! while everything runs: until all know the new one, the former one still opens.

use super::cipher::{KeyError, MasterKey, Secret, fresh_secret, open_bytes, seal_bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use uuid::Uuid;

const PAGE: i64 = 1_000;

/// Wraps all tenants' keys, and the secrets of people, by another master key, in one transaction of an owner's. Nothing
/// may run meanwhile.
pub async fn rotate_master(connection: &mut PgConnection, from: &MasterKey, to: &MasterKey) -> Result<usize, KeyError> {
    type Row = (Uuid, Vec<u8>, Option<Vec<u8>>, Vec<u8>);
    let rows: Vec<Row> =
        sqlx::query_as("select tenant_id, wrapped, former_wrapped, wrapped_index_key from vault.tenant_key for update")
            .fetch_all(&mut *connection)
            .await?;
    let rewrap = |tenant: &Uuid, wrapped: &[u8]| -> Result<Vec<u8>, KeyError> {
        Ok(to.wrap(&from.unwrap(wrapped, tenant.as_bytes())?, tenant.as_bytes()))
    };
    for (tenant, wrapped, former, index) in &rows {
        let former = former.as_ref().map(|former| rewrap(tenant, former)).transpose()?;
        sqlx::query(
            "update vault.tenant_key set wrapped = $2, former_wrapped = $3, wrapped_index_key = $4
             where tenant_id = $1",
        )
        .bind(tenant)
        .bind(rewrap(tenant, wrapped)?)
        .bind(former)
        .bind(rewrap(tenant, index)?)
        .execute(&mut *connection)
        .await?;
    }
    let factors: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("select user_id, totp_sealed from vault.account where totp_sealed is not null for update")
            .fetch_all(&mut *connection)
            .await?;
    for (user, sealed) in factors {
        let plain = open_bytes(from.persons().bytes(), user.as_bytes(), &sealed).ok_or(KeyError::Tampered)?;
        sqlx::query("update vault.account set totp_sealed = $2 where user_id = $1")
            .bind(user)
            .bind(seal_bytes(to.persons().bytes(), user.as_bytes(), &plain))
            .execute(&mut *connection)
            .await?;
    }
    Ok(rows.len())
}

/// Gives a tenant another key and wraps everything anew by it. `patience`: how long others may still use the former one
/// ([`super::TENANT_KEY_FRESH`] where anything runs). A command that was interrupted is simply given again. Answers how
/// many values were wrapped anew.
pub async fn rotate_tenant(
    pool: &PgPool,
    master: &MasterKey,
    tenant: Uuid,
    patience: Duration,
) -> Result<u64, KeyError> {
    let aad = tenant.as_bytes();
    let row: Option<(Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as("select wrapped, former_wrapped from vault.tenant_key where tenant_id = $1")
            .bind(tenant)
            .fetch_optional(pool)
            .await?;
    let (wrapped, former) = row.ok_or(KeyError::NoTenantKey(tenant))?;
    let (old, new) = match former {
        // An earlier run was interrupted: it is finished first.
        Some(former) => (master.unwrap(&former, aad)?, master.unwrap(&wrapped, aad)?),
        None => {
            let (old, new) = (master.unwrap(&wrapped, aad)?, fresh_secret());
            sqlx::query("update vault.tenant_key set former_wrapped = wrapped, wrapped = $2 where tenant_id = $1")
                .bind(tenant)
                .bind(master.wrap(&new, aad))
                .execute(pool)
                .await?;
            (old, new)
        }
    };
    let mut count = rewrap_all(pool, tenant, &old, &new).await?;
    tokio::time::sleep(patience).await;
    // What was wrapped meanwhile by those who did not know yet.
    count += rewrap_all(pool, tenant, &old, &new).await?;
    sqlx::query("update vault.tenant_key set former_wrapped = null where tenant_id = $1")
        .bind(tenant)
        .execute(pool)
        .await?;
    Ok(count)
}

/// Every kind of row that a tenant's key wraps: what is read and how it is written back. A row's own id is bound into what
/// is sealed. The tables whose rows can be changed meanwhile are written back only where they are as they were read.
async fn rewrap_all(pool: &PgPool, tenant: Uuid, old: &Secret, new: &Secret) -> Result<u64, KeyError> {
    let mut count = 0;
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "select subject_id, secret from es.subject_secret
             where tenant_id = $1 and subject_id > $2 and secret is not null order by subject_id limit $3",
        )
        .bind(tenant)
        .bind(after)
        .bind(PAGE)
        .fetch_all(pool)
        .await?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        let rows = rewrapped(rows, old, new)?;
        count += rows.len() as u64;
        let (ids, before, now) = columns(rows);
        sqlx::query(
            "update es.subject_secret s set secret = n.now
             from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, now)
             where s.subject_id = n.id and s.secret = n.before",
        )
        .bind(ids)
        .bind(before)
        .bind(now)
        .execute(pool)
        .await?;
    }
    let days: Vec<(chrono::NaiveDate, String, Vec<u8>)> =
        sqlx::query_as("select day, class, secret from es.day_secret where tenant_id = $1 and secret is not null")
            .bind(tenant)
            .fetch_all(pool)
            .await?;
    for (day, class, sealed) in days {
        let Some(again) = rewrap(tenant.as_bytes(), &sealed, old, new)? else { continue };
        count += 1;
        sqlx::query(
            "update es.day_secret set secret = $5 where tenant_id = $1 and day = $2 and class = $3 and secret = $4",
        )
        .bind(tenant)
        .bind(day)
        .bind(class)
        .bind(sealed)
        .bind(again)
        .execute(pool)
        .await?;
    }
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("select profile_id, sealed from vault.profile_credential where tenant_id = $1")
            .bind(tenant)
            .fetch_all(pool)
            .await?;
    let rows = rewrapped(rows, old, new)?;
    count += rows.len() as u64;
    let (ids, before, now) = columns(rows);
    sqlx::query(
        "update vault.profile_credential p set sealed = n.now
         from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, now)
         where p.profile_id = n.id and p.sealed = n.before",
    )
    .bind(ids)
    .bind(before)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(count + rewrap_answers(pool, tenant, old, new).await?)
}

async fn rewrap_answers(pool: &PgPool, tenant: Uuid, old: &Secret, new: &Secret) -> Result<u64, KeyError> {
    let mut count = 0;
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select command_id, answer from es.command
             where tenant_id = $1 and command_id > $2 and answer is not null order by command_id limit $3",
        )
        .bind(tenant)
        .bind(after)
        .bind(PAGE)
        .fetch_all(pool)
        .await?;
        let Some((last, _)) = rows.last() else { return Ok(count) };
        after = *last;
        let rows = rows.into_iter().filter_map(|(id, text)| Some((id, STANDARD.decode(text).ok()?))).collect();
        let rows = rewrapped(rows, old, new)?;
        count += rows.len() as u64;
        let (ids, _, now) = columns(rows);
        let answers: Vec<String> = now.iter().map(|bytes| STANDARD.encode(bytes)).collect();
        sqlx::query("select es.reseal_answers($1, $2)").bind(ids).bind(answers).execute(pool).await?;
    }
}

/// `None` for what the new key opens already.
fn rewrap(aad: &[u8], sealed: &[u8], old: &Secret, new: &Secret) -> Result<Option<Vec<u8>>, KeyError> {
    match open_bytes(old.bytes(), aad, sealed) {
        Some(plain) => Ok(Some(seal_bytes(new.bytes(), aad, &plain))),
        None if open_bytes(new.bytes(), aad, sealed).is_some() => Ok(None),
        None => Err(KeyError::Tampered),
    }
}

type Rewrapped = (Uuid, Vec<u8>, Vec<u8>);

fn rewrapped(rows: Vec<(Uuid, Vec<u8>)>, old: &Secret, new: &Secret) -> Result<Vec<Rewrapped>, KeyError> {
    let mut all = Vec::with_capacity(rows.len());
    for (id, sealed) in rows {
        if let Some(again) = rewrap(id.as_bytes(), &sealed, old, new)? {
            all.push((id, sealed, again));
        }
    }
    Ok(all)
}

fn columns(rows: Vec<Rewrapped>) -> (Vec<Uuid>, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for (id, before, now) in rows {
        columns.0.push(id);
        columns.1.push(before);
        columns.2.push(now);
    }
    columns
}
