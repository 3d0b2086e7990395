use crate::fixture::Database;
use crate::log::{Log, OTHER, TENANT, at};
use crate::story;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::event::EventSet;
use waybill_domain::id::{CampaignId, ImportId};
use waybill_domain::import::{self, NotedRow, RowsImported};
use waybill_domain::stream::StreamId;
use waybill_domain::{tenant, wallet};
use waybill_projections::imports::{self, NotedOutcome};
use waybill_projections::wallet as ledger;
use waybill_projections::{analytics, directory};

#[tokio::test]
async fn the_ledger_the_balance_and_the_fold_of_the_log_are_one() {
    let mut database = Database::new().await;
    let log = story::log(21, &[TENANT, OTHER], 900);
    database.apply(&log.events, 17).await;
    for tenant in [TENANT, OTHER] {
        let events: Vec<wallet::Event> = log
            .events
            .iter()
            .filter(|event| event.tenant_id == tenant && event.category == "wallet")
            .filter_map(|event| wallet::Event::decode(&event.kind, event.schema_version, &event.data, None).unwrap())
            .collect();
        let folded = wallet::Wallet::fold(wallet::State::default(), &events);
        let balance = ledger::balance(&mut database.connection, tenant).await.unwrap();
        let of_log = [folded.topped_up, folded.available, folded.reserved, folded.captured, folded.released];
        let of_row = [balance.topped_up, balance.available, balance.reserved, balance.captured, balance.released];
        assert_eq!(of_row.map(i64::unsigned_abs), of_log);
        assert!(folded.released > 0 && folded.captured > 0, "the story spends nothing");
        assert_eq!(ledger::ledger_sums(&mut database.connection, tenant).await.unwrap(), balance);
    }
}

#[tokio::test]
async fn an_entry_tells_its_effect_and_the_balance_after_it() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let (stream, campaign_id) = (StreamId::wallet(TENANT), CampaignId(Uuid::from_u128(7)));
    let (messages, through_position) = (1, 1);
    log.push::<wallet::Event>(TENANT, stream, wallet::ToppedUp { points: 10, note: "bank".into() });
    log.push::<wallet::Event>(TENANT, stream, wallet::Reserved { campaign_id, points: 6 });
    log.push::<wallet::Event>(TENANT, stream, wallet::Captured { campaign_id, messages, points: 2, through_position });
    log.push::<wallet::Event>(TENANT, stream, wallet::Released { campaign_id, messages, points: 2, through_position });
    log.push::<wallet::Event>(TENANT, stream, wallet::Refunded { campaign_id, messages, points: 2, through_position });
    database.apply(&log.events, 2).await;
    database.as_application(Some(TENANT)).await;
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let page = ledger::entries(&mut database.connection, TENANT, cursor.as_deref(), 2).await.unwrap();
        entries.extend(page.items.into_iter().map(|row| (row.kind, row.refund, row.points, row.balance_after)));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let expected = [
        ("released", true, 2, 8),
        ("released", false, 2, 6),
        ("captured", false, 0, 4),
        ("reserved", false, -6, 4),
        ("topped_up", false, 10, 10),
    ];
    assert_eq!(entries, expected.map(|(kind, refund, points, after)| (kind.to_owned(), refund, points, after)));
}

#[tokio::test]
async fn the_dashboard_counts_days_and_present_states() {
    let mut database = Database::new().await;
    let log = story::log(8, &[TENANT, OTHER], 900);
    database.apply(&log.events, 50).await;
    database.as_application(Some(TENANT)).await;
    let today = at("2026-03-01T00:00:00Z").date_naive();
    let overview = analytics::overview(&mut database.connection, TENANT, today).await.unwrap();
    let kinds = |kind: &str| log.events.iter().filter(|it| it.tenant_id == TENANT && it.kind == kind).count() as i64;
    assert_eq!(overview.today.sent, kinds("message.sent"));
    assert_eq!(overview.today.read, kinds("message.read"));
    assert_eq!(overview.today.inbound, kinds("conversation.inbound_received"));
    assert_eq!(overview.today.replies, kinds("conversation.reply_requested"));
    assert_eq!(overview.campaigns, kinds("campaign.drafted") - kinds("campaign.discarded"));
    assert_eq!(overview.messages, overview.today.enrolled + overview.today.replies);
    assert!(overview.rates.delivery.is_some_and(|rate| rate > 0.0 && rate <= 1.0));

    let days = analytics::daily(&mut database.connection, TENANT, today.pred_opt().unwrap(), today).await.unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!((days[0].counts, days[1].counts), (analytics::Counts::default(), overview.today));
}

#[tokio::test]
async fn an_import_counts_its_rows_and_names_those_that_need_a_word() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let id = ImportId(Uuid::from_u128(5));
    let started =
        import::Started { import_id: id, file_name: "a.csv".into(), bytes: 100, list_id: None, tags: vec!["x".into()] };
    log.push::<import::Event>(TENANT, id, started);
    let note = |line, reason: &str| NotedRow { line, reason: reason.into() };
    for chunk in 0..2 {
        let it = RowsImported {
            chunk,
            rows: 5,
            created: 2,
            updated: 0,
            without_consent: 1,
            duplicate: vec![note(chunk * 5 + 2, "in_file")],
            rejected: vec![note(chunk * 5 + 3, "phone_invalid"), note(chunk * 5 + 4, "phone_empty")],
            bytes_read: 50 * (chunk + 1),
        };
        log.push::<import::Event>(TENANT, id, it);
    }
    log.push::<import::Event>(TENANT, id, import::Failed { reason: "not text".into(), line: Some(12) });
    database.apply(&log.events, 2).await;
    database.as_application(Some(TENANT)).await;
    let it = imports::one(&mut database.connection, TENANT, id).await.unwrap().unwrap();
    assert_eq!((it.status.as_str(), it.rows, it.created, it.duplicate, it.rejected), ("failed", 10, 4, 2, 4));
    assert_eq!((it.bytes_read, it.error.as_deref(), it.error_line), (100, Some("not text"), Some(12)));
    let page = imports::page(&mut database.connection, TENANT, None, 10).await.unwrap();
    assert_eq!(page.items, vec![it]);
    let rejected = Some(NotedOutcome::Rejected);
    let first = imports::rows(&mut database.connection, TENANT, id, rejected, None, 3).await.unwrap();
    let cut = first.next_cursor.as_deref();
    let rest = imports::rows(&mut database.connection, TENANT, id, rejected, cut, 3).await.unwrap();
    let lines: Vec<_> = first.items.iter().chain(&rest.items).map(|row| row.line).collect();
    assert_eq!(lines, vec![3, 4, 8, 9]);
}

#[tokio::test]
async fn a_tenant_is_found_with_its_latest_settings() {
    let mut database = Database::new().await;
    let mut log = Log::new();
    let (name, default_country, time_zone) = ("Kopi".to_owned(), None, "Asia/Jakarta".to_owned());
    log.push::<tenant::Event>(TENANT, TENANT, tenant::Registered { name, default_country, time_zone });
    let (name, default_country, time_zone) = ("Kopi".to_owned(), Some("ID".to_owned()), "Asia/Jakarta".to_owned());
    log.push::<tenant::Event>(TENANT, TENANT, tenant::SettingsChanged { name, default_country, time_zone });
    database.apply(&log.events, 1).await;
    let row = directory::one(&mut database.connection, TENANT).await.unwrap().unwrap();
    assert_eq!((row.default_country.as_deref(), row.version), (Some("ID"), 2));
    assert_eq!(directory::one(&mut database.connection, OTHER).await.unwrap(), None);
}
