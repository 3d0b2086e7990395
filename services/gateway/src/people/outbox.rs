//! Mail that is to go out, written in the transaction of what it tells. A process hands it over.

use crate::problem::Problem;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_domain::id::TenantId;

pub struct Mail {
    pub tenant: TenantId,
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

pub async fn put(connection: &mut PgConnection, mail: &Mail, now: DateTime<Utc>) -> Result<(), Problem> {
    sqlx::query(
        "insert into vault.mail (mail_id, tenant_id, recipient, subject, body, due_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Uuid::now_v7())
    .bind(mail.tenant.0)
    .bind(&mail.recipient)
    .bind(&mail.subject)
    .bind(&mail.body)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
