//! A database of its own, an upload as the gateway stores it, and what the log says afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_contact_files::UploadOptions;
use waybill_domain::actor::Actor;
use waybill_domain::contact::{self, Contact};
use waybill_domain::id::{ContactId, ImportId, ListId, TenantId};
use waybill_domain::import::{Event, Failed, NotedRow, RowsImported, Started};
use waybill_event_store::read::read_stream;
use waybill_event_store::{Append, Database, Expected, Loaded, MasterKey, Outcome, StreamWrite};
use waybill_launcher::{TestDatabase, shared_test_servers};
use waybill_processes::importer;
use waybill_runtime::{Clock, Config, Context};

pub struct Rig {
    pub context: Context,
    pub tenant: TenantId,
    database: Arc<TestDatabase>,
}

/// What the chunks of an import add up to.
#[derive(Debug, Default, PartialEq)]
pub struct Totals {
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub duplicate: u64,
    pub rejected: u64,
    pub without_consent: u64,
}

#[derive(Debug, Default)]
pub struct Told {
    pub totals: Totals,
    pub chunks: Vec<RowsImported>,
    pub duplicate: Vec<(u64, String)>,
    pub rejected: Vec<(u64, String)>,
    pub failed: Option<Failed>,
}

impl Rig {
    pub async fn start() -> Self {
        let database = tokio::task::spawn_blocking(|| shared_test_servers().fresh_database()).await.unwrap();
        let master = MasterKey::from_hex(&"5a".repeat(32)).unwrap();
        Database::migrate(&database.url, &master).await.unwrap();
        let context = connect(&database.url).await;
        let tenant = TenantId(Uuid::now_v7());
        context.store.keys.create_tenant(tenant).await.unwrap();
        Self { context, tenant, database: Arc::new(database) }
    }

    /// The same installation as another process has it: with nothing in memory yet.
    pub async fn another(&self) -> Self {
        Self { context: connect(&self.database.url).await, tenant: self.tenant, database: self.database.clone() }
    }

    /// Imports a file to its end and answers what the log says of it.
    pub async fn import(&self, file: &[u8], options: &UploadOptions) -> (ImportId, Told) {
        let (import_id, position) = self.upload(self.tenant, file, options, None).await;
        let importer = self.importer();
        self.ended(import_id, position).await;
        self.tidied(import_id).await;
        importer.abort();
        (import_id, self.told(import_id).await)
    }

    pub fn importer(&self) -> JoinHandle<anyhow::Result<()>> {
        tokio::spawn(importer::run(self.context.clone()))
    }

    /// Stores a file in small pieces and says that its import is started. Answers the position of that.
    pub async fn upload(
        &self,
        tenant: TenantId,
        file: &[u8],
        options: &UploadOptions,
        list_id: Option<ListId>,
    ) -> (ImportId, i64) {
        let import_id = ImportId(Uuid::now_v7());
        self.store_upload(tenant, import_id, file, options).await;
        (import_id, self.say_started(tenant, import_id, file.len() as u64, list_id).await)
    }

    pub async fn store_upload(&self, tenant: TenantId, import_id: ImportId, file: &[u8], options: &UploadOptions) {
        let pool = &self.context.store.database.system;
        for (nth, body) in file.chunks(10_007).enumerate() {
            sqlx::query("insert into process.upload_piece (import_id, tenant_id, nth, body) values ($1, $2, $3, $4)")
                .bind(import_id.0)
                .bind(tenant.0)
                .bind(nth as i32)
                .bind(body)
                .execute(pool)
                .await
                .unwrap();
        }
        sqlx::query(
            "insert into process.upload (import_id, tenant_id, file_name, bytes, complete, options)
             values ($1, $2, 'spring.csv', $3, true, $4)",
        )
        .bind(import_id.0)
        .bind(tenant.0)
        .bind(file.len() as i64)
        .bind(serde_json::to_value(options).unwrap())
        .execute(pool)
        .await
        .unwrap();
    }

    pub async fn say_started(&self, tenant: TenantId, import_id: ImportId, bytes: u64, list_id: Option<ListId>) -> i64 {
        let started = Started { import_id, file_name: "spring.csv".into(), bytes, list_id, tags: vec![] };
        let write = StreamWrite::new(import_id, Expected::Exactly(0), &[Event::from(started)]);
        let metadata = self.context.unprompted(tenant, Actor::SYSTEM);
        match self.context.store.append(Append::new(metadata, vec![write])).await.unwrap() {
            Outcome::Appended { position, .. } => position,
            other => panic!("{other:?}"),
        }
    }

    /// Follows the log until the import has ended.
    pub async fn ended(&self, import_id: ImportId, after: i64) {
        self.until(after, |kind, stream| stream == import_id.0 && matches!(kind, "import.finished" | "import.failed"))
            .await;
    }

    /// Asks until the upload is gone, which happens after the import's last event.
    pub async fn tidied(&self, import_id: ImportId) {
        let gone = async {
            let there = "select exists(select from process.upload where import_id = $1)";
            let pool = &self.context.store.database.system;
            while sqlx::query_scalar::<_, bool>(there).bind(import_id.0).fetch_one(pool).await.unwrap() {}
        };
        tokio::time::timeout(Duration::from_secs(20), gone).await.expect("the upload is deleted");
    }

    /// Follows the log until an event is as wanted; answers its position.
    pub async fn until(&self, after: i64, mut wanted: impl FnMut(&str, Uuid) -> bool) -> i64 {
        let mut position = after;
        loop {
            for event in self.context.feed.next(position, 1_000).await.unwrap() {
                position = event.position;
                if wanted(&event.kind, event.stream_id) {
                    return position;
                }
            }
        }
    }

    pub async fn told(&self, import_id: ImportId) -> Told {
        let mut connection = self.context.store.database.system.acquire().await.unwrap();
        let mut tenants: Vec<Uuid> = sqlx::query_scalar("select tenant_id from es.stream where stream_id = $1")
            .bind(import_id.0)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        let tenant = TenantId(tenants.pop().expect("an import"));
        let mut told = Told::default();
        for event in read_stream(&mut connection, tenant, import_id.0, 0, i64::MAX).await.unwrap() {
            match event.decode::<Event>().unwrap().unwrap() {
                Event::RowsImported(chunk) => told.take(chunk),
                Event::Failed(failed) => told.failed = Some(failed),
                Event::Started(_) | Event::Finished(_) => {}
            }
        }
        told
    }

    pub async fn contact(&self, phone: &str) -> (ContactId, Loaded<contact::State>) {
        let id = self.context.store.keys.contact_id(self.tenant, phone).await.unwrap();
        (id, self.context.store.load::<Contact>(self.tenant, id.0).await.unwrap())
    }

    /// Streams and events of contacts, and pieces of uploads that are left.
    pub async fn counts(&self) -> (i64, i64, i64) {
        sqlx::query_as(
            "select (select count(*) from es.stream where category = 'contact'),
                (select count(*) from es.event where category = 'contact'), (select count(*) from process.upload_piece)",
        )
        .fetch_one(&self.context.store.database.system)
        .await
        .unwrap()
    }
}

impl Told {
    fn take(&mut self, chunk: RowsImported) {
        self.totals.rows += chunk.rows;
        self.totals.created += chunk.created;
        self.totals.updated += chunk.updated;
        self.totals.without_consent += chunk.without_consent;
        self.totals.duplicate += chunk.duplicate.len() as u64;
        self.totals.rejected += chunk.rejected.len() as u64;
        let noted = |rows: &[NotedRow]| rows.iter().map(|row| (row.line, row.reason.clone())).collect::<Vec<_>>();
        self.duplicate.extend(noted(&chunk.duplicate));
        self.rejected.extend(noted(&chunk.rejected));
        assert!(chunk.duplicate.len() + chunk.rejected.len() <= 1_000, "an event names too many rows");
        self.chunks.push(chunk);
    }

    /// How often each reason was given.
    pub fn reasons(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for (_, reason) in self.duplicate.iter().chain(&self.rejected) {
            *reasons.entry(reason.as_str()).or_default() += 1;
        }
        reasons
    }
}

async fn connect(url: &str) -> Context {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut config = Config::on(url, &shared_test_servers().nats_url, &"5a".repeat(32));
    // Nobody relays to it: the log is followed in Postgres.
    config.stream = format!("IMPORT-{}-{}", Uuid::now_v7().simple(), COUNT.fetch_add(1, Ordering::Relaxed));
    config.database_connections = 6;
    Context::connect(config, Clock::system(), CancellationToken::new()).await.unwrap()
}
