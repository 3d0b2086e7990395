//! Ending what secrets protect: one person for good, or what is older than it may be kept.
//!
//! A row stays without its secret, so that it is never made again by chance. Other processes forget what they keep in
//! memory when they see the event that tells of it (`forget`).

use super::{KeyError, KeyRing};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use std::sync::atomic::Ordering;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::stream::Keeping;

impl KeyRing {
    /// Of which of these subjects something can be read: they were never erased, or became known again.
    pub async fn readable(&self, tenant: TenantId, subjects: &[Uuid]) -> Result<Vec<Uuid>, KeyError> {
        let readable = sqlx::query_scalar(
            "select subject_id from es.subject_secret
             where subject_id = any($1) and tenant_id = $2 and secret is not null",
        )
        .bind(subjects)
        .bind(tenant.0)
        .fetch_all(&self.pool)
        .await?;
        Ok(readable)
    }

    /// In the caller's transaction. The caller makes sure that the subject is the tenant's.
    pub async fn destroy_subject(
        connection: &mut PgConnection,
        tenant: TenantId,
        subject: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(), KeyError> {
        Self::destroy_subjects(connection, tenant, &[subject], at).await
    }

    /// The same for many.
    pub async fn destroy_subjects(
        connection: &mut PgConnection,
        tenant: TenantId,
        subjects: &[Uuid],
        at: DateTime<Utc>,
    ) -> Result<(), KeyError> {
        sqlx::query(
            "insert into es.subject_secret (subject_id, tenant_id, secret, destroyed_at)
             select distinct id, $2, null::bytea, $3 from unnest($1::uuid[]) as u (id)
             on conflict (subject_id) do update set secret = null, destroyed_at = $3
             where es.subject_secret.tenant_id = $2",
        )
        .bind(subjects)
        .bind(tenant.0)
        .bind(at)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Destroys the secrets of a tenant's days up to `through`; answers how many there were.
    pub async fn destroy_days(
        connection: &mut PgConnection,
        tenant: TenantId,
        keeping: Keeping,
        through: NaiveDate,
    ) -> Result<u64, KeyError> {
        let destroyed = sqlx::query(
            "update es.day_secret set secret = null
             where tenant_id = $1 and class = $2 and day <= $3 and secret is not null",
        )
        .bind(tenant.0)
        .bind(keeping.as_str())
        .bind(through)
        .execute(connection)
        .await?;
        Ok(destroyed.rows_affected())
    }

    /// After a subject's secret was destroyed.
    pub fn forget_subject(&self, subject: Uuid) {
        self.forgets.fetch_add(1, Ordering::SeqCst);
        self.subjects.remove(&subject);
    }

    /// After days' secrets were destroyed.
    pub fn forget_days(&self) {
        self.forgets.fetch_add(1, Ordering::SeqCst);
        self.days.clear();
    }

    /// What an event of the log says of secrets: every process sees it and forgets.
    pub fn hear(&self, event: &Recorded) {
        match &*event.kind {
            // A membership's stream is the subject of what is said of the member, as a contact's is, and a file's.
            "contact.erased" | "member.erased" | "media.removed" => self.forget_subject(event.stream_id),
            "tenant.retention_applied" => self.forget_days(),
            _ => {}
        }
    }
}
