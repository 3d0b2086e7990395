#[path = "../../waybill/src/bench/import.rs"]
mod import;
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let rows = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(100_000);
    import::run(rows).await.map(drop)
}
