//! The read models, kept up with the log. Roles do not import each other, so this is the projector in thirty lines.

use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_projections::registry;
use waybill_runtime::Context;

/// Makes the tables; then the models can be followed.
pub async fn install(context: &Context) {
    let mut connection = context.store.database.system.acquire().await.unwrap();
    for model in registry::all() {
        let ddl = format!("set search_path = read; {}; reset search_path", model.ddl());
        sqlx::raw_sql(sqlx::AssertSqlSafe(ddl)).execute(&mut *connection).await.unwrap();
        sqlx::query("insert into es.checkpoint (name, position, epoch) values ($1, 0, 1)")
            .bind(format!("projection/{}", model.name()))
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("insert into process.projection (name, version, tables, state) values ($1, $2, $3, 'live')")
            .bind(model.name())
            .bind(model.version())
            .bind(model.tables())
            .execute(&mut *connection)
            .await
            .unwrap();
    }
}

/// Follows the log for as long as the test runs.
pub async fn follow(context: Context) {
    let mut position = 0;
    loop {
        let events = context.feed.next(position, 1_000).await.unwrap();
        let mut open: Vec<Recorded> = events.iter().map(|event| Recorded::clone(event)).collect();
        context.store.keys.open(&mut open).await.unwrap();
        let open: Vec<Arc<Recorded>> = open.into_iter().map(Arc::new).collect();
        position = open.last().unwrap().position;
        let mut transaction = context.store.database.system.begin().await.unwrap();
        sqlx::query("set local search_path = read").execute(&mut *transaction).await.unwrap();
        for model in registry::all() {
            // As the projector does it: who does not say that it reads personal parts is not shown any.
            let shown = if model.reads_personal() { &open } else { &events };
            let wanted: Vec<_> = shown.iter().filter(|event| model.wants(&event.kind)).cloned().collect();
            if !wanted.is_empty() {
                model.apply(&mut transaction, &wanted).await.unwrap();
            }
        }
        sqlx::query("update es.checkpoint set position = $1 where name like 'projection/%'")
            .bind(position)
            .execute(&mut *transaction)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
}
