//! What a reply cannot be faster than: a request that is answered at once, and one row that is on the disk.

use crate::bench::campaign::house::House;
use anyhow::Context as _;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::future::Future;
use std::time::Instant;

pub struct Limit {
    client: reqwest::Client,
    url: String,
    pool: PgPool,
}

impl Limit {
    pub async fn open(database_url: &str, house: &House) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(4).test_before_acquire(false).connect(database_url).await;
        let pool = pool.context("connecting to postgres")?;
        sqlx::query(
            "create table bench_limit (id bigint generated always as identity primary key, data text not null)",
        )
        .execute(&pool)
        .await?;
        let client = reqwest::Client::builder().tcp_nodelay(true).build()?;
        Ok(Self { client, url: format!("{}/healthz", house.url), pool })
    }

    /// Milliseconds of both, one after the other.
    pub fn ask(&self) -> impl Future<Output = anyhow::Result<f64>> + Send + 'static {
        let (asked, pool) = (self.client.get(&self.url), self.pool.clone());
        async move {
            let began = Instant::now();
            asked.send().await?.error_for_status()?.bytes().await?;
            sqlx::query("insert into bench_limit (data) values ($1)").bind("x".repeat(400)).execute(&pool).await?;
            Ok(began.elapsed().as_secs_f64() * 1e3)
        }
    }
}
