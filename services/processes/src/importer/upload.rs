//! The upload of an import: a row about it and the file in pieces, kept until the import has ended.

use anyhow::Context as _;
use uuid::Uuid;
use waybill_contact_files::UploadOptions;
use waybill_domain::id::{ImportId, TenantId};
use waybill_runtime::Context;

/// What is needed to read an upload.
#[derive(Debug, Clone)]
pub struct Upload {
    pub bytes: u64,
    pub options: UploadOptions,
}

/// Uploads whose import has not ended, or ended just before its pieces were deleted.
pub async fn complete(context: &Context) -> anyhow::Result<Vec<(TenantId, ImportId)>> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select u.tenant_id, u.import_id from process.upload u join es.stream s on s.stream_id = u.import_id and s.tenant_id = u.tenant_id
         where u.complete order by u.created_at",
    )
    .fetch_all(&context.store.database.system)
    .await
    .context("looking for uploads")?;
    Ok(rows.into_iter().map(|(tenant_id, import_id)| (TenantId(tenant_id), ImportId(import_id))).collect())
}

/// `None` when there is no such upload of this tenant.
pub async fn find(context: &Context, tenant_id: TenantId, import_id: ImportId) -> anyhow::Result<Option<Upload>> {
    let row: Option<(i64, sqlx::types::Json<UploadOptions>)> = sqlx::query_as(
        "select bytes, options from process.upload where import_id = $1 and tenant_id = $2 and complete",
    )
    .bind(import_id.0)
    .bind(tenant_id.0)
    .fetch_optional(&context.store.database.system)
    .await
    .with_context(|| format!("reading upload {import_id}"))?;
    Ok(row.map(|(bytes, options)| Upload { bytes: u64::try_from(bytes).unwrap_or(0), options: options.0 }))
}

/// Deletes an upload; a repeat changes nothing.
pub async fn forget(context: &Context, tenant_id: TenantId, import_id: ImportId) -> anyhow::Result<()> {
    let doing = || format!("deleting upload {import_id}");
    let mut transaction = context.store.database.system.begin().await.with_context(doing)?;
    for statement in [
        "delete from process.upload_piece where import_id = $1 and tenant_id = $2",
        "delete from process.upload where import_id = $1 and tenant_id = $2",
    ] {
        sqlx::query(statement)
            .bind(import_id.0)
            .bind(tenant_id.0)
            .execute(&mut *transaction)
            .await
            .with_context(doing)?;
    }
    transaction.commit().await.with_context(doing)
}

/// Deletes uploads that never became an import: whoever sent them was interrupted.
pub async fn forget_abandoned(context: &Context) -> anyhow::Result<()> {
    let abandoned: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select tenant_id, import_id from process.upload u where created_at < now() - interval '1 day'
         and not exists (select from es.stream s where s.stream_id = u.import_id)",
    )
    .fetch_all(&context.store.database.system)
    .await
    .context("looking for abandoned uploads")?;
    for (tenant_id, import_id) in abandoned {
        forget(context, TenantId(tenant_id), ImportId(import_id)).await?;
    }
    Ok(())
}
