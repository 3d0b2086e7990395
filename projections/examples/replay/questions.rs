//! How long the answers take over what was replayed, as a request sees them: role `waybill_app`, one tenant.

use crate::logs::{LIST, TENANT, campaign_id};
use chrono::Utc;
use sqlx::{AssertSqlSafe, PgConnection};
use std::time::Instant;
use waybill_domain::campaign::Audience;
use waybill_domain::id::ConversationId;
use waybill_domain::message::Status;
use waybill_projections::contacts::{self, ContactFilter, ContactSort};
use waybill_projections::inbox::{self, ChatFilter};
use waybill_projections::messages::{self, MessageFilter};
use waybill_projections::{analytics, campaigns};

macro_rules! timed {
    ($name:expr, $answer:expr) => {{
        let begun = Instant::now();
        let answer = $answer.await.unwrap();
        println!("    {:<44} {:>8.2} ms", $name, begun.elapsed().as_secs_f64() * 1_000.0);
        answer
    }};
}

async fn as_application(connection: &mut PgConnection) {
    let sql = format!("analyze; set role waybill_app; set app.tenant = '{TENANT}'");
    sqlx::raw_sql(AssertSqlSafe(format!("reset role; {sql}"))).execute(connection).await.unwrap();
}

async fn as_system(connection: &mut PgConnection) {
    sqlx::raw_sql("set role waybill_system").execute(connection).await.unwrap();
}

pub async fn contacts(connection: &mut PgConnection) {
    as_application(connection).await;
    let open = ContactFilter::default();
    let first = timed!("contacts, first page", contacts::page(connection, TENANT, &open, None, 50));
    timed!("contacts, next", contacts::page(connection, TENANT, &open, first.next_cursor.as_deref(), 50));
    let filters = [
        ("by name, in order", ContactFilter { sort: ContactSort::Name, ..open.clone() }),
        ("search a name, common", ContactFilter { q: Some("berlin".into()), ..open.clone() }),
        ("search a name, one", ContactFilter { q: Some("contact 77777 ".into()), ..open.clone() }),
        ("search a number, one", ContactFilter { q: Some("+62 812 0055433".into()), ..open.clone() }),
        ("search, nobody", ContactFilter { q: Some("zzz".into()), ..open.clone() }),
        ("tag, everybody", ContactFilter { tag: Some("spring".into()), ..open.clone() }),
        ("list, everybody", ContactFilter { list: Some(LIST), ..open.clone() }),
        ("consent none", ContactFilter { consent: Some("none".into()), ..open.clone() }),
        ("blocked, nobody", ContactFilter { blocked: Some(true), ..open.clone() }),
    ];
    for (name, filter) in filters {
        timed!(name, contacts::page(connection, TENANT, &filter, None, 50));
    }
    as_system(connection).await;
    for (name, audience) in [("all", Audience::All), ("list", Audience::List(LIST))] {
        let begun = Instant::now();
        let (mut after, mut seen) = (None, 0);
        loop {
            let rows = contacts::audience_page(connection, TENANT, &audience, after, 1_000).await.unwrap();
            seen += rows.len();
            after = rows.last().map(|row| row.contact_id);
            if rows.len() < 1_000 {
                break;
            }
        }
        println!("    audience {name}, {seen} contacts in pages of 1000 {:>8.2} s", begun.elapsed().as_secs_f64());
        let counts = timed!(
            format!("audience {name}, counted"),
            contacts::audience_counts(connection, TENANT, &audience, &["name", "city", "colour"])
        );
        assert_eq!(counts.total as usize, seen);
    }
}

pub async fn campaign(connection: &mut PgConnection) {
    as_application(connection).await;
    let id = campaign_id(2);
    timed!("campaign", campaigns::one(connection, TENANT, id, Utc::now()));
    timed!("campaign, failures", campaigns::failures(connection, TENANT, id));
    let open = MessageFilter { campaign: Some(id), ..MessageFilter::default() };
    let first = timed!("messages, first page", messages::page(connection, TENANT, &open, None, 50));
    timed!("messages, next", messages::page(connection, TENANT, &open, first.next_cursor.as_deref(), 50));
    for status in [Status::Read, Status::Failed, Status::Uncertain, Status::Queued] {
        let filter = MessageFilter { status: Some(status), ..open.clone() };
        let name = format!("messages {} of the campaign", status.as_str());
        timed!(name, messages::page(connection, TENANT, &filter, None, 50));
    }
    let uncertain = MessageFilter { status: Some(Status::Uncertain), ..MessageFilter::default() };
    timed!("messages uncertain of all", messages::page(connection, TENANT, &uncertain, None, 50));
    timed!("overview", analytics::overview(connection, TENANT, Utc::now().date_naive()));
    let hot: (i64, i64) = sqlx::query_as(
        "select pg_stat_get_tuples_updated('read.message'::regclass), \
             pg_stat_get_tuples_hot_updated('read.message'::regclass)",
    )
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    println!("    messages: {} updates, {} of them heap-only", hot.0, hot.1);
    as_system(connection).await;
}

pub async fn inbox(connection: &mut PgConnection) {
    as_application(connection).await;
    let open = ChatFilter::default();
    let first = timed!("chats, first page", inbox::chats(connection, TENANT, &open, None, 50));
    timed!("chats, next", inbox::chats(connection, TENANT, &open, first.next_cursor.as_deref(), 50));
    let nobody = ChatFilter { q: Some("zzz".into()), ..open };
    timed!("chats, search for nobody", inbox::chats(connection, TENANT, &nobody, None, 50));
    let id = ConversationId(first.items[0].conversation_id);
    timed!("chat, thread", inbox::thread(connection, TENANT, id, Vec::new(), None, 50));
    as_system(connection).await;
}
