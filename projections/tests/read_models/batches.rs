//! How the log is cut into batches never shows.

use crate::fixture::{Database, tables};
use crate::log::{OTHER, TENANT};
use crate::story;
use std::collections::BTreeMap;

#[tokio::test]
async fn any_batches_of_the_same_log_give_the_same_rows() {
    let mut database = Database::new().await;
    for size in [7, 1_000] {
        database.create_beside(&format!("by_{size}")).await;
    }
    for seed in 1..=4 {
        let log = story::log(seed, &[TENANT, OTHER], 500);
        database.apply(&log.events, 1).await;
        for size in [7, 1_000] {
            database.apply_in(&format!("by_{size}"), &log.events, size).await;
        }
        for table in tables() {
            let one_by_one = database.rows("read", table).await;
            assert!(!one_by_one.is_empty() || table == "profile_in_flight", "the story never fills {table}");
            for size in [7, 1_000] {
                let rows = database.rows(&format!("by_{size}"), table).await;
                assert_eq!(one_by_one, rows, "seed {seed}, {table} in batches of {size}");
            }
        }
        let schemas = ["read", "by_7", "by_1000"];
        for (schema, table) in schemas.iter().flat_map(|schema| tables().into_iter().map(move |table| (schema, table)))
        {
            database.run(format!("truncate {schema}.{table}")).await;
        }
    }
}

#[tokio::test]
async fn recipients_are_conserved_after_every_batch() {
    let mut database = Database::new().await;
    let log = story::log(11, &[TENANT, OTHER], 900);
    let mut enrolled = 0;
    for batch in log.events.chunks(13) {
        database.apply(batch, 13).await;
        let broken = "select count(*) from read.campaign where enrolled <> queued + dispatched + sending + sent \
                      + delivered + read + failed + cancelled + uncertain \
                      or least(queued, dispatched, sending, sent, delivered, read, failed, cancelled, uncertain) < 0";
        assert_eq!(database.number(broken).await, 0);
        enrolled = database.number("select coalesce(sum(enrolled), 0)::int8 from read.campaign").await;
    }
    assert!(enrolled > 50, "the story enrols {enrolled}");
}

/// Three models reckon with the same messages, each in its own way.
#[tokio::test]
async fn the_models_agree_with_each_other() {
    let mut database = Database::new().await;
    let log = story::log(5, &[TENANT, OTHER], 900);
    database.apply(&log.events, 64).await;
    let sql = "select tenant_id, campaign_id, status, count(*) from read.message where campaign_id is not null \
               group by 1, 2, 3";
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String, i64)> =
        sqlx::query_as(sql).fetch_all(&mut database.connection).await.unwrap();
    let counted: BTreeMap<_, _> = rows.into_iter().map(|(t, c, status, n)| ((t, c, status), n)).collect();
    let sql = "select g.tenant_id, g.campaign_id, s.status, (to_jsonb(g) ->> s.status)::int8 from read.campaign g, \
               unnest(array['queued', 'dispatched', 'sending', 'sent', 'delivered', 'read', 'failed', 'cancelled', \
               'uncertain']) s (status)";
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String, i64)> =
        sqlx::query_as(sql).fetch_all(&mut database.connection).await.unwrap();
    let totals: BTreeMap<_, _> =
        rows.into_iter().filter(|row| row.3 != 0).map(|(t, c, status, n)| ((t, c, status), n)).collect();
    assert_eq!(counted, totals);

    let by_status = "select count(*) from read.message_count n \
        join lateral (select jsonb_object_agg(status, n) as found from ( \
            select status, count(*) as n from read.message m where m.tenant_id = n.tenant_id group by 1) s) m on true \
        where not to_jsonb(n) @> m.found";
    assert_eq!(database.number(by_status).await, 0);
    let flights = "select count(*) from read.profile p where in_flight <> (select count(*) from read.message m \
                   where m.tenant_id = p.tenant_id and m.profile_id = p.profile_id \
                   and m.status in ('dispatched', 'sending'))";
    assert_eq!(database.number(flights).await, 0);
    let contacts = "select count(*) from read.contact_total t where total <> (select count(*) from read.contact c \
                    where c.tenant_id = t.tenant_id and not c.removed)";
    assert_eq!(database.number(contacts).await, 0);
    let lists = "select count(*) from read.contact_list l where size <> (select count(*) from \
                 read.contact_list_member m where m.tenant_id = l.tenant_id and m.list_id = l.list_id)";
    assert_eq!(database.number(lists).await, 0);
}
