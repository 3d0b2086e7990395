//! Kept answers of repeats that name somebody: they are forgotten with the person. The command stays known, so that a
//! repeat has no second effect; who repeats it is told that its answer is gone.

use crate::app::App;
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_domain::id::TenantId;

const PAGE: i64 = 1_000;

/// Forgets the answers in which one of these texts is found.
pub async fn forget(
    app: &App,
    connection: &mut PgConnection,
    tenant: TenantId,
    texts: &[String],
) -> Result<(), Problem> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select command_id, answer from es.command
             where tenant_id = $1 and command_id > $2 and answer is not null order by command_id limit $3",
        )
        .bind(tenant.0)
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        let mut naming = Vec::new();
        for (id, answer) in rows {
            let sealed = STANDARD.decode(answer).map_err(Problem::internal)?;
            let plain = app.store.keys.open_credential(tenant, id, &sealed).await?;
            let plain = String::from_utf8_lossy(&plain);
            if texts.iter().any(|text| plain.contains(text)) {
                naming.push(id);
            }
        }
        sqlx::query("select es.forget_answers($1)").bind(naming).execute(&mut *connection).await?;
    }
}
